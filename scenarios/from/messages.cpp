// What was said and heard, message by message, as expectations and waits.
#include <algorithm>
#include <optional>
#include <utility>

#include "scenarios/from/narrator.h"

namespace understudy::scenarios::from {

using namespace std::chrono_literals;
using transcript::Exchange;
using wpi::Reason;

namespace {

bool orders_restart(const Exchange& exchange) {
  const auto action = exchange.answer ? exchange.answer->action() : std::nullopt;
  return action == wpi::Action::restart || action == wpi::Action::software_deployment;
}

}  // namespace

void Narrator::tell(const Exchange& exchange) {
  if (exchange.poll) return poll(exchange);
  if (exchange.interaction == 0) return attempt(exchange);
  spoke_in_ = exchange.interaction;
  if (exchange.interaction < interaction_ || exchange.outcome == transcript::Outcome::interrupted) return;
  if (exchange.interaction > interaction_) {
    const auto reason = exchange.said ? exchange.said->reason() : std::nullopt;
    if (!reason || *reason == Reason::reply_to) {
      interaction_ = exchange.interaction;
      return cannot_say("an interaction whose beginning is not in the recording");
    }
    begin(exchange.interaction, *reason, exchange.begun);
  }
  fill_in(exchange);
  learn(exchange);
  if (!exchange.said || exchange.said->reason() != Reason::clean_up) expect(exchange);
  const auto action = exchange.answer ? exchange.answer->action() : std::nullopt;
  if (orders_restart(exchange)) restarts_ = true;
  cleaned_up_ = action == wpi::Action::clean_up;
  if (cleaned_up_ || orders_restart(exchange)) is_over_ = true;
  expected_at_ = at_ = std::max(at_, exchange.ended);
}

void Narrator::expect(const Exchange& exchange) {
  if (comes_again(exchange))
    return cannot_say("the connection was lost before an answer came (" +
                      std::string(name_of(exchange.outcome)) + "), and the phone said it again");
  if (exchange.scripted == transcript::Scripted::broken && faulty_ != exchange.interaction)
    cannot_say("a script had a hand in this message: " + std::to_string(exchange.request.body.size()) +
               " bytes");
  std::vector<std::string> unsaid;
  Element expected = expectation(exchange, values_, unsaid);
  for (std::string& line : unsaid) cannot_say(std::move(line));
  const microseconds took = exchange.ended - (exchange.message == 1 ? exchange.begun : expected_at_);
  if (took > 10s) expected.attributes.emplace_back("within", limit_for(took));
  add_answer(expected, exchange);
  awaits_rest_ = !in_event();
  begun_ = true;
  // The parts of a long answer are fetched one by one.
  Element* before = here().children.empty() ? nullptr : &here().children.back();
  const auto is_same = [&](const Element& other) {
    return other.name == "expect" && other.attributes == expected.attributes && other.children.empty();
  };
  if (expected.children.empty() && before && is_same(*before)) {
    Element repeat{"repeat", {{"times", "2"}}, "", {}};
    repeat.add(std::move(expected));
    *before = std::move(repeat);
  } else if (expected.children.empty() && before && before->name == "repeat" &&
             is_same(before->children.front())) {
    before->attributes[0].second = std::to_string(std::stoul(before->attributes[0].second) + 1);
  } else {
    here().add(std::move(expected));
  }
}

void Narrator::add_answer(Element& expected, const Exchange& exchange) {
  const Exchange* next = next_of(exchange);
  if (!next || !next->said || next->said->reasons.empty()) return;
  const wpi::ReasonText& said = next->said->reasons[0];
  if (next->said->reason() == Reason::clean_up) {
    expected.add({"answer", {{"reason", "clean-up"}}, "", {}});
    return;
  }
  if (!said.status || said.reason.text != spelling(Reason::reply_to)) return;
  const std::string& status = said.status->text;
  if (status == "accepted" || status == "Accepted") return;
  const auto action = exchange.answer ? exchange.answer->action() : std::nullopt;
  const bool waits_for_idle =
      action == wpi::Action::write_items || action == wpi::Action::software_deployment;
  if (status == "busy" && waits_for_idle) {
    if (in_call_) return;
    in_call_ = call_is_guessed_ = true;  // nothing else makes a phone busy
    here().add({"call-begins", {}, "", {}});
    return;
  }
  if (can_be_written(status))
    expected.add({"answer", {{"status", status}}, "", {}});
  else
    cannot_say("the phone answered with a status that a scenario cannot hold");
}

const Exchange* Narrator::next_of(const Exchange& exchange) const {
  const auto found = std::find_if(said_.begin(), said_.end(), [&](const Exchange* other) {
    return other->interaction == exchange.interaction && other->message == exchange.message + 1;
  });
  return found == said_.end() ? nullptr : *found;
}

bool Narrator::comes_again(const Exchange& exchange) const {
  if (exchange.outcome == transcript::Outcome::answered) return false;
  return std::any_of(said_.begin(), said_.end(), [&](const Exchange* other) {
    return other->interaction == exchange.interaction && other->message == exchange.message &&
           other->attempt > exchange.attempt;
  });
}

// ---- Outside of interactions

void Narrator::poll(const Exchange& exchange) {
  if (in("poll") && here().children.empty()) {
    here().add({"wait", {{"until", "poll"}, {"at-most", limit_for(exchange.ended - at_)}}, "", {}});
  } else if (!in_event() || !has_steps_) {
    if (!is_over_) return;
    close_all();
    if (std::exchange(awaits_rest_, false)) here().add({"expect-rest", {}, "", {}});
    Element wait{"wait", {{"until", "poll"}, {"at-most", limit_for(exchange.ended - at_)}}, "", {}};
    Element* before = here().children.empty() ? nullptr : &here().children.back();
    if (before && before->name == "repeat" && before->children.front().attributes == wait.attributes)
      before->attributes[0].second = std::to_string(std::stoul(before->attributes[0].second) + 1);
    else if (before && before->name == "wait" && before->attributes == wait.attributes)
      *before = {"repeat", {{"times", "2"}}, "", {std::move(wait)}};
    else
      here().add(std::move(wait));
  } else {
    // Else it is one of those that come by themselves, and belongs to what is waited for.
    const bool at_once = in("trigger") && open_.back().interactions == 0 && here().children.empty() &&
                         exchange.begun - at_ < 10s;
    if (at_once) here().add({"poll", {}, "", {}});
    return;
  }
  begun_ = true;
  at_ = std::max(at_, exchange.ended);
}

void Narrator::attempt(const Exchange& exchange) {
  using transcript::Trial;
  std::string_view kind;
  switch (exchange.trial) {
    case Trial::no_certificate:
      kind = "no-certificate";
      break;
    case Trial::default_port:
      kind = "default-port";
      break;
    case Trial::stale_cookie:
      kind = "stale-cookie";
      break;
    case Trial::replay:
      kind = "replay";
      break;
    case Trial::renegotiation:
      kind = "renegotiation";
      break;
    default:
      break;
  }
  close_all();
  add_wait(exchange.begun);
  if (kind.empty())
    cannot_say("something that is no phone's message was sent: " +
               std::to_string(exchange.request.body.size()) + " bytes");
  else
    here().add({"attempt", {{"kind", std::string(kind)}}, "", {}});
  begun_ = true;
  at_ = std::max(at_, exchange.ended);
}

}  // namespace understudy::scenarios::from
