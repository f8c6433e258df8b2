// flow.*: whether the service minds what the phone has said of itself: that nothing has changed, that it does not take an
// item, that an order failed, that it ends the interaction.
#include <string>

#include "rules/area.h"
#include "wpi/http.h"

namespace understudy::conformance {

namespace {

using wpi::Action;
using wpi::Reason;

void unchanged_not_read(const Heard& heard, Ruling& ruling) {
  if (!heard.before.unchanged || heard.before.read_all || heard.order() != Action::read_all_items) return;
  ruling.deviates({"a phone that was read before, and has not changed, is read again",
                   "CleanUp, or another order",
                   "ReadAllItems",
                   spot_at(heard.answer().actions.front()),
                   "",
                   {}});
}

void unchanged_left_alone(const Ended& ended, Ruling& ruling) {
  const Interaction& interaction = ended.interaction;
  if (interaction.unchanged && interaction.clean_up && !interaction.read_all) ruling.held();
}

void refused_items(const Heard& heard, Ruling& ruling) {
  const wpi::Item* item = refused_before(heard);
  if (!item) return;
  ruling.deviates({"writes again what the phone refused in an earlier interaction",
                   "another value, or none",
                   quoted(item->name) + " with the same value",
                   {Spot::In::body, item->place.offset, item->length},
                   "",
                   {}});
}

void refused_left_alone(const Ended& ended, Ruling& ruling) {
  const Interaction& interaction = ended.interaction;
  if (interaction.refused_before && interaction.clean_up && !interaction.rewrites_refused) ruling.held();
}

void failed_reply(const Heard& heard, Ruling& ruling) {
  const auto order = heard.order();
  if (!order || heard.before.repeats_failed || !repeats_failed(heard)) return;
  ruling.deviates(
      {std::string(wpi::spelling(*order)) + " comes again, although the phone answered it with failed twice",
       "another action, or CleanUp",
       "the same order",
       spot_at(heard.answer().actions.front()),
       "",
       {}});
}

void failed_given_up(const Ended& ended, Ruling& ruling) {
  const Interaction& interaction = ended.interaction;
  if (interaction.failed > 0 && interaction.clean_up && !interaction.repeats_failed) ruling.held();
}

// No answer at all is none of the phone's concern: it has left.
void phone_clean_up(const Heard& heard, Ruling& ruling) {
  if (heard.reason() != Reason::clean_up || !heard.has_answer() || !heard.response().complete) return;
  if (!heard.success()) {
    ruling.deviates({"the phone's clean-up is refused",
                     "CleanUp, or an empty answer of status 2xx",
                     "status " + std::to_string(heard.response().status),
                     {},
                     "refused",
                     {}});
    return;
  }
  const auto& answer = heard.exchange.answer;
  if (!answer || answer->actions.empty() || heard.order() == Action::clean_up) {
    ruling.held();
    return;
  }
  ruling.deviates({"goes on after the phone has ended the interaction",
                   "CleanUp, or an empty answer of status 2xx",
                   quoted(answer->actions.front().text),
                   spot_at(answer->actions.front()),
                   "goes on",
                   {}});
}

constexpr Binding bindings[] = {
    {.id = "flow.unchanged-not-read", .message = unchanged_not_read, .end = unchanged_left_alone},
    {.id = "flow.refused-items", .message = refused_items, .end = refused_left_alone},
    {.id = "flow.failed-reply", .message = failed_reply, .end = failed_given_up},
    {.id = "flow.phone-clean-up", .exchange = phone_clean_up},
};

}  // namespace

std::span<const Binding> phone_word_rules() {
  return bindings;
}

}  // namespace understudy::conformance
