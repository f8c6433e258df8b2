#include "reports/summary.h"

#include <algorithm>

#include "rules/own_fault.h"

namespace understudy::conformance {

using transcript::Event;
using transcript::Exchange;
using transcript::Outcome;

namespace {

std::string no_answer(const Exchange& exchange) {
  switch (exchange.outcome) {
    case Outcome::no_connection:
      return "no answer (no connection)";
    case Outcome::tls_failed:
      return "no answer (TLS failed)";
    case Outcome::closed:
      return "no answer (connection closed)";
    case Outcome::timed_out:
      return "no answer (timed out)";
    case Outcome::interrupted:
      return "no answer (interrupted)";
    case Outcome::not_allowed:
      return "not sent (not allowed)";
    case Outcome::answered:
      break;
  }
  return "no answer";
}

// What an answer says, in a word or three.
std::string word_of(const Exchange& exchange) {
  if (exchange.untold.has(transcript::Fact::content)) return "not recorded whole";
  if (exchange.outcome != Outcome::answered || !exchange.response) return no_answer(exchange);
  const std::string status = std::to_string(exchange.response->status);
  if (!exchange.response->complete) return "half an answer";
  const bool ok = exchange.response->status == 200;
  const wpi::Document* answer = exchange.answer.get();
  if (answer && !answer->actions.empty()) {
    std::string words;
    for (const wpi::Text& action : answer->actions)
      words.append(words.empty() ? "" : "+").append(action.text.empty() ? "an empty action" : action.text);
    return ok ? words : words + " with status " + status;
  }
  if (!ok || exchange.request.method != "POST") return status;
  if (exchange.response->body.empty()) return "an empty answer";
  return answer && answer->well_formed && answer->messages > 0 ? "no action" : "no message";
}

}  // namespace

void Summary::take(const transcript::Entry& entry) {
  if (const auto* start = std::get_if<transcript::Start>(&entry))
    run_.start = *start;
  else if (const auto* phone = std::get_if<transcript::PhoneMark>(&entry))
    run_.phones.push_back(*phone);
  else if (const auto* mark = std::get_if<transcript::Mark>(&entry))
    note(*mark);
  else if (const auto* exchange = std::get_if<Exchange>(&entry))
    note(*exchange);
}

void Summary::note(const transcript::Mark& mark) {
  run_.taken = std::max(run_.taken, mark.at);
  if (mark.event == Event::step) {
    Step step;
    step.phone = mark.phone;
    step.name = mark.text;
    step.begun = mark.at;
    open_[mark.phone] = add(std::move(step));
  } else if (mark.event == Event::step_ended) {
    const auto open = open_.find(mark.phone);
    if (open == open_.end()) return;
    Step& step = run_.steps[open->second];
    step.taken = mark.at - step.begun;
    if (mark.text != "idle" && step.cut_short.empty()) step.cut_short = mark.text;
    if (mark.text == "interrupted") run_.interrupted = true;
    open_.erase(open);
  } else if (mark.event == Event::interaction) {
    reasons_[{mark.phone, mark.interaction}] = mark.text;
  } else if (mark.event == Event::interaction_ended) {
    reasons_.erase({mark.phone, mark.interaction});
    last_said_.erase({mark.phone, mark.interaction});
  }
}

// Its place among the steps: that of all further ones where there are too many.
std::size_t Summary::add(Step step) {
  if (run_.steps.size() > most_steps) return most_steps;
  if (run_.steps.size() == most_steps) {
    Step further;
    further.name = further_steps;
    further.begun = step.begun;
    step = std::move(further);
  }
  run_.steps.push_back(std::move(step));
  return run_.steps.size() - 1;
}

Step& Summary::step_of(const Exchange& exchange) {
  const auto open = open_.find(exchange.phone);
  if (open != open_.end()) return run_.steps[open->second];
  const std::pair key(exchange.phone, exchange.interaction);
  auto loose = loose_.find(key);
  if (loose == loose_.end() && run_.steps.size() > most_steps) return run_.steps[most_steps];
  if (loose == loose_.end()) {
    Step step;
    step.phone = exchange.phone;
    step.name = reasons_[key];
    if (step.name.empty() && exchange.said && !exchange.said->reasons.empty())
      step.name = exchange.said->reasons[0].reason.text;
    if (step.name.empty()) step.name = exchange.request.method;
    step.begun = exchange.begun;
    loose = loose_.emplace(key, add(std::move(step))).first;
  }
  Step& step = run_.steps[loose->second];
  step.taken = std::max(step.taken, exchange.ended - step.begun);
  return step;
}

void Summary::glance(const Exchange& exchange) {
  ++run_.exchanges;
  run_.taken = std::max(run_.taken, exchange.ended);
  run_.spoke = run_.spoke || transcript::service_spoke(exchange);
  const bool on_purpose = exchange.scripted == transcript::Scripted::broken;
  if (exchange.outcome != Outcome::answered && !on_purpose && run_.first_failure.empty()) run_.first_failure = exchange.failure;
  if (run_.peer.empty()) run_.peer = exchange.remote;
  if (!run_.tls && exchange.tls) run_.tls = exchange.tls;
}

void Summary::note(const Exchange& exchange) {
  const std::string word = word_of(exchange);
  fingerprinter_.take(exchange, word);
  glance(exchange);
  const bool on_purpose = exchange.scripted == transcript::Scripted::broken;
  const bool unknown = exchange.untold.has(transcript::Fact::content);
  if (exchange.outcome == Outcome::interrupted && !on_purpose && !unknown) run_.interrupted = true;
  if (own_fault(exchange) && !exchange.poll && !on_purpose) {
    if (run_.own_faults++ == 0) run_.own_fault = exchange.failure;
    run_.own_fault_phones.insert(exchange.phone);
  }

  // A reply tells what became of the order before it.
  const std::pair key(exchange.phone, exchange.interaction);
  const auto before = last_said_.find(key);
  if (exchange.interaction != 0 && before != last_said_.end() && exchange.said &&
      !exchange.said->reasons.empty()) {
    const auto& status = exchange.said->reasons[0].status;
    if (status && status->text != spelling(wpi::ReplyStatus::accepted))
      run_.steps[before->second.first].said[before->second.second].reply = status->text;
  }
  Step& step = step_of(exchange);
  ++step.messages;
  if (step.said.size() == most_said) {
    last_said_.erase(key);
    return;
  }
  step.said.push_back({word, "", exchange.interaction});
  last_said_[key] = {static_cast<std::size_t>(&step - run_.steps.data()), step.said.size() - 1};
}

}  // namespace understudy::conformance
