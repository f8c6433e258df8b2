// flow.*: the course of an interaction.
#include <string>

#include "rules/area.h"
#include "wpi/http.h"

namespace understudy::conformance {

namespace {

using transcript::Ending;
using wpi::Action;
using wpi::Reason;

// The phone, or the one who recorded, stopped before the service could come to an end.
bool cut_short(const Ended& ended) {
  const Interaction& interaction = ended.interaction;
  if (interaction.interrupted || ended.ending == Ending::broke_off) return true;
  // A record that just stops, with an order that waits for the phone's reply, says nothing of the service.
  return !ended.ending && interaction.last_action.has_value();
}

// The order was the last thing to be said (guide p.50, p.56).
bool ended_by_order(const Ended& ended) {
  const Interaction& interaction = ended.interaction;
  return ended.ending == Ending::restart || interaction.released ||
         interaction.last_action == Action::restart || interaction.last_action == Action::software_deployment;
}

// What came instead of CleanUp.
std::string last_came(const Interaction& interaction) {
  const auto after = [](const std::optional<Action>& order) {
    return order ? " after " + std::string(wpi::spelling(*order)) : std::string();
  };
  if (interaction.silence == Silence::all) return "no answer" + after(interaction.unanswered);
  if (interaction.silence == Silence::part) return "no whole answer" + after(interaction.unanswered);
  return interaction.last_action ? "no more" + after(interaction.last_action) : "no order";
}

void clean_up(const Ended& ended, Ruling& ruling) {
  const Interaction& interaction = ended.interaction;
  if (interaction.clean_up) {
    ruling.held();
    return;
  }
  if (interaction.phone_clean_up || ended.ending == Ending::phone_clean_up) return;
  if (ended_by_order(ended) || cut_short(ended)) return;
  ruling.deviates({"the interaction ended without CleanUp",
                   "CleanUp",
                   last_came(interaction),
                   {},
                   interaction.opened_by ? std::string(wpi::spelling(*interaction.opened_by)) : "",
                   {}});
}

void bounded_order(const Heard& heard, Ruling& ruling) {
  if (!is_counted(heard.answer())) return;
  const Interaction& before = heard.before;
  if (before.unbounded) return;
  const Spot spot = spot_at(heard.answer().actions.front());
  if (before.actions + 1 > most_actions) {
    ruling.deviates({"the interaction does not come to an end",
                     "CleanUp within 200 actions",
                     counted(static_cast<std::uint64_t>(before.actions + 1), "action"),
                     spot,
                     "many",
                     {}});
    return;
  }
  const auto order = heard.order();
  if (!order) return;
  const auto& counts = before.counts_of(*order);
  const auto same = counts.find(digest_of(heard.answer(), *order));
  if (same != counts.end() && same->second >= 2)
    ruling.deviates({std::string(wpi::spelling(*order)) + " with the same items comes a third time",
                     "another action, or CleanUp",
                     "the same for the third time",
                     spot,
                     "again",
                     {}});
}

void bounded(const Ended& ended, Ruling& ruling) {
  const Interaction& interaction = ended.interaction;
  if (interaction.unbounded) return;  // said when it happened
  if (interaction.clean_up || (ended_by_order(ended) && interaction.actions > 0)) ruling.held();
}

void every_reason(const Heard& heard, Ruling& ruling) {
  const auto reason = heard.reason();
  if (!reason || *reason == Reason::reply_to || *reason == Reason::clean_up) return;
  if (!heard.has_answer() || !heard.response().complete) return;
  std::string came = "status " + std::to_string(heard.response().status);
  if (heard.success()) {
    const auto& answer = heard.exchange.answer;
    if (answer && !answer->actions.empty()) {
      ruling.held();
      return;
    }
    if (answer && !answer->empty && !answer->well_formed) return;  // nobody can tell
    came = heard.response().body.empty() ? "an empty body" : "no Action";
  }
  ruling.deviates({std::string(wpi::spelling(*reason)) + " is not answered with an action",
                   "an action",
                   came,
                   {},
                   std::string(wpi::spelling(*reason)),
                   {}});
}

void restart_ends(const Heard& heard, Ruling& ruling) {
  if (heard.before.last_action != Action::restart || !heard.replied(Action::restart) || !heard.success())
    return;
  // A phone that refused may be given something else to do.
  if (!wpi::same_ignoring_case(heard.replied_status(), "accepted")) return;
  const auto& answer = heard.exchange.answer;
  if (!answer || answer->empty || answer->actions.empty()) {
    ruling.held();
    return;
  }
  const auto order = heard.order();
  if (order == Action::clean_up) {
    ruling.held();
    return;
  }
  ruling.deviates({"goes on after Restart",
                   "CleanUp, or nothing",
                   order ? std::string(wpi::spelling(*order)) : quoted(answer->actions.front().text),
                   spot_at(answer->actions.front()),
                   "",
                   {}});
}

constexpr Binding bindings[] = {
    {.id = "flow.clean-up", .end = clean_up},
    {.id = "flow.bounded", .message = bounded_order, .end = bounded},
    {.id = "flow.every-reason", .exchange = every_reason},
    {.id = "flow.restart-ends", .exchange = restart_ends},
};

}  // namespace

std::span<const Binding> flow_rules() {
  return bindings;
}

}  // namespace understudy::conformance
