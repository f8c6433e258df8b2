// busy.*: what a service does with a phone that is in a call.
#include <string>

#include "rules/area.h"
#include "rules/duties.h"
#include "wpi/http.h"

namespace understudy::conformance {

namespace {

using wpi::Action;

constexpr Firmware first_that_calls_back{3, 3};  // guide p.31

bool knows_call_back(const Speaker& phone) {
  return phone.firmware && *phone.firmware >= first_that_calls_back;
}

bool was_busy(const Heard& heard) {
  return wpi::same_ignoring_case(heard.replied_status(), wpi::spelling(wpi::ReplyStatus::busy));
}

Spot action_spot(const Heard& heard) {
  return heard.answer().actions.empty() ? Spot{} : spot_at(heard.answer().actions.front());
}

Spot wish_spot(const Heard& heard) {
  const wpi::Item* item = heard.answer().find("send-solicited");
  return item ? spot_at(*item) : action_spot(heard);
}

void clean_up(const Heard& heard, Ruling& ruling) {
  const auto order = heard.order();
  if (!was_busy(heard) || !order) return;
  if (*order == Action::clean_up) return ruling.held();
  ruling.deviates({"goes on with a phone that said busy", "CleanUp", std::string(wpi::spelling(*order)), action_spot(heard), "", {}});
}

void asked_to_call(const Heard& heard, Ruling& ruling) {
  if (heard.order() != Action::clean_up || !knows_call_back(heard.phone)) return;
  if (busy_with_write(heard) && asks_for_call(heard.answer())) ruling.held();
}

void contacted(const Heard& heard, Ruling& ruling) {
  if (heard.reason() == wpi::Reason::solicited && heard.duties.owes_call() && knows_call_back(heard.phone)) ruling.held();
}

void never_contacted(const Ended& ended, Ruling& ruling) {
  if (!knows_call_back(ended.phone)) return;
  ruling.deviates({"a phone that was too busy to be written to was not asked to call back, nor contacted",
                   "send-solicited true in the CleanUp, or a contact-me later",
                   "neither",
                   {},
                   "",
                   {}});
}

void not_old_firmware(const Heard& heard, Ruling& ruling) {
  if (heard.order() != Action::clean_up || !heard.phone.firmware || knows_call_back(heard.phone)) return;
  if (!asks_for_call(heard.answer())) {
    if (was_busy(heard)) ruling.held();
    return;
  }
  ruling.deviates({"asks a phone to call back whose firmware does not know how",
                   "a plain CleanUp",
                   "send-solicited true, to firmware " + heard.phone.version,
                   wish_spot(heard),
                   "",
                   {}});
}

void write_repeated(const Ended& ended, Ruling& ruling) {
  const Interaction& interaction = ended.interaction;
  if (!interaction.owed_write || interaction.opened_by != wpi::Reason::solicited || interaction.interrupted) return;
  if (!ended.duties.owes_write()) return ruling.held();
  // Busy again or still, told to call once more, or contacted for something else: there is more to come (guide p.74, p.75).
  if (interaction.busy || ended.phone.in_call || interaction.asked_to_call || interaction.actions > 0 || !interaction.clean_up) return;
  ruling.deviates({"the phone called back, and was not given what it was too busy for",
                   "the write that was answered busy, again",
                   "CleanUp without it",
                   {},
                   "",
                   {}});
}

void last_plain(const Heard& heard, Ruling& ruling) {
  if (heard.order() != Action::clean_up || heard.phone.in_call || heard.before.busy || was_busy(heard)) return;
  if (!asks_for_call(heard.answer())) {
    if (heard.before.opened_by == wpi::Reason::solicited || heard.reason() == wpi::Reason::solicited) ruling.held();
    return;
  }
  if (heard.before.actions > 0) return ruling.held();
  ruling.deviates({"asks an idle phone to call back at once, having given it nothing to do",
                   "a plain CleanUp",
                   "send-solicited true",
                   wish_spot(heard),
                   "",
                   {}});
}

constexpr Binding bindings[] = {
    {.id = "busy.clean-up", .message = clean_up},
    {.id = "busy.send-solicited", .exchange = contacted, .message = asked_to_call, .late = never_contacted},
    {.id = "busy.not-old-firmware", .message = not_old_firmware},
    {.id = "busy.write-repeated", .end = write_repeated, .rests_on = {transcript::Fact::doings}},
    {.id = "busy.last-plain", .message = last_plain, .rests_on = {transcript::Fact::doings}},
};

}  // namespace

std::span<const Binding> busy_rules() {
  return bindings;
}

}  // namespace understudy::conformance
