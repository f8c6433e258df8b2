// Whether what a strand of a play waits for has come, and what becomes of it when it does not.
#include <algorithm>
#include <utility>

#include "scenarios/duration.h"
#include "scenarios/run/play.h"

namespace understudy::scenarios {

using language::Expect;

namespace {

language::Place place_of(const language::Step* step) {
  return step ? step->place : language::Place{};
}

std::string words_of(const std::vector<const Expect*>& expected, const char* between) {
  std::string out;
  for (const Expect* each : expected) out += (out.empty() ? "" : between) + in_words(*each);
  return out;
}

bool all_optional(const std::vector<const Expect*>& expected) {
  return !expected.empty() &&
         std::all_of(expected.begin(), expected.end(), [](const Expect* each) { return each->optional; });
}

}  // namespace

bool Play::come(Strand& strand) {
  Desk& desk = desks_[strand.phone];
  const auto done = [&](bool it_came) {
    if (it_came) wait_no_more(strand);
    return it_came;
  };
  auto& what = strand.waiting->what;
  if (auto* message = std::get_if<Waiting::Message>(&what)) return come(strand, *message);
  if (const auto* rest = std::get_if<Waiting::Rest>(&what)) return come(strand, *rest);
  if (std::holds_alternative<Waiting::Contact>(what)) {
    if (desk.contacts == 0) return false;
    --desk.contacts;
    return done(true);
  }
  if (const auto* interaction = std::get_if<Waiting::Interaction>(&what)) {
    const auto found = std::find_if(desk.begun.begin(), desk.begun.end(), [&](wpi::Reason reason) {
      return !interaction->reason || reason == *interaction->reason;
    });
    if (found == desk.begun.end()) return false;
    desk.begun.erase(desk.begun.begin(), found + 1);
    return done(true);
  }
  if (const auto* poll = std::get_if<Waiting::Poll>(&what)) {
    if (desk.polls == 0 && means_.stage.rests(desk.id) && means_.stage.phone(desk.id).poll_url().empty()) {
      fail(How::not_exercised, {place_of(poll->step), scenario_->phones[strand.phone].name,
                                "it wants a service that has phones poll; it was not told where", "", "", {}});
      return true;
    }
    if (desk.polls == 0) return false;
    --desk.polls;
    return done(true);
  }
  if (std::holds_alternative<Waiting::Job>(what) || std::holds_alternative<Waiting::Said>(what))
    return done(strand.came);
  if (std::holds_alternative<Waiting::Strands>(what)) return done(strand.children == 0);
  if (const auto* meeting = std::get_if<Waiting::Meeting>(&what)) {
    const Strand* group = strand.parent;
    const auto held = group->held.find(meeting->name);
    // Those who came before the last one see that it was held since.
    std::uint32_t& met = strand.met[meeting->name];
    if (held == group->held.end() || held->second <= met) return false;
    ++met;
    return done(true);
  }
  return false;  // Time: only its end ends it
}

bool Play::come(Strand& strand, Waiting::Message& wanted) {
  Desk& desk = desks_[strand.phone];
  if (!desk.held) {
    // What may come or not does not come from a phone that is at rest.
    if (!all_optional(wanted.expected) || !means_.stage.rests(desk.id)) return false;
    wait_no_more(strand);
    return true;
  }
  if (wanted.expected.empty()) {
    wait_no_more(strand);
    return true;
  }
  const Fill fill = fill_for(strand);
  std::optional<Mismatch> first_wrong;
  for (const Expect* expect : wanted.expected) {
    Captures captures;
    auto wrong = mismatch(*expect, *desk.held, fill, captures);
    if (wrong && wrong->unknown) {
      fail(strand, *wrong);
      return true;
    }
    if (wrong) {
      if (!first_wrong) first_wrong = std::move(wrong);
      continue;
    }
    if (wanted.all && wanted.expected.size() > 1) {
      std::erase(wanted.expected, expect);
      take(strand, *expect, captures);
      return false;  // others are still to come
    }
    wait_no_more(strand);
    take(strand, *expect, captures);
    return true;
  }
  if (std::any_of(wanted.expected.begin(), wanted.expected.end(),
                  [](const Expect* each) { return each->skipping; })) {
    desk.held.reset();
    means_.stage.let_go(desk.id);
    return false;
  }
  if (all_optional(wanted.expected)) {
    wait_no_more(strand);
    return true;
  }
  if (wanted.expected.size() == 1)
    fail(strand, *first_wrong);
  else
    fail(strand, place_of(wanted.step), "none of the expected messages came",
         words_of(wanted.expected, " or "), said_by_service(*desk.held));
  return true;
}

// The message was the expected one: the phone hears it, or the script answers.
void Play::take(Strand& strand, const Expect& expect, const Captures& captures) {
  Desk& desk = desks_[strand.phone];
  const auto came = std::exchange(desk.held, nullptr);
  for (const auto& [name, value] : captures) values_.set(strand.phone, name, value);
  if (!expect.answer || came->outcome != transcript::Outcome::answered || !came->response)
    return means_.stage.let_go(desk.id);
  const std::string ordered =
      came->answer && !came->answer->actions.empty() ? came->answer->actions.front().text : "";
  auto hand = by_hand(*expect.answer, ordered, desk.old_nonce, fill_for(strand), random_, means_.reader);
  if (!hand) {
    fail(strand, Mismatch{hand.error().place, "{" + hand.error().text + "} has no value",
                          "a value that was set or captured before", "none", true});
    return;
  }
  desk.next = std::move(hand->delivery);
  means_.stage.answer_by_hand(desk.id, std::move(hand->words), hand->obeys, hand->broken);
  desk.next = {};
}

bool Play::come(Strand& strand, const Waiting::Rest& wanted) {
  const Desk& desk = desks_[strand.phone];
  const Frame* event = wanted.ends_event ? &strand.frames.back() : nullptr;
  const std::uint32_t before = event ? event->interactions_before : 0;
  const std::uint32_t interactions = means_.stage.interactions(desk.id);
  if (event && interactions - before > means_.interactions_a_step) {
    fail(strand, place_of(wanted.step), "the phone is called again and again",
         "at most " + std::to_string(means_.interactions_a_step) + " interactions in one step",
         std::to_string(interactions - before));
    return true;
  }
  if (desk.held || !means_.stage.rests(desk.id)) return false;
  if (wanted.not_before && interactions == before && means_.clock.now() < *wanted.not_before) return false;
  wait_no_more(strand);
  return true;
}

// The time is over.
void Play::late(Strand& strand) {
  const Waiting waiting = std::move(*strand.waiting);
  const Desk& desk = desks_[strand.phone];
  const std::string rest = means_.stage.rests(desk.id) ? "none, and the phone is at rest" : "none";
  wait_no_more(strand);
  const auto& what = waiting.what;
  if (const auto* message = std::get_if<Waiting::Message>(&what)) {
    if (all_optional(message->expected)) return;
    const language::Place place =
        message->expected.size() == 1 ? message->expected.front()->place : place_of(message->step);
    fail(strand, place, "no message came in time",
         message->expected.empty() ? "a message"
                                   : words_of(message->expected, message->all ? " and " : " or "),
         rest);
  } else if (const auto* contact = std::get_if<Waiting::Contact>(&what)) {
    if (!means_.stage.phone(desk.id).poll_url().empty())
      return fail(How::not_exercised, {place_of(contact->step), scenario_->phones[strand.phone].name,
                                       "it wants a service that calls at the phone's door: this one has it poll", "", "", {}});
    fail(strand, place_of(contact->step), "nobody asked the phone to call in time", "contact-me", "none");
  } else if (const auto* interaction = std::get_if<Waiting::Interaction>(&what)) {
    fail(strand, place_of(interaction->step), "the phone began no such interaction in time",
         interaction->reason ? std::string(spelling(*interaction->reason)) : "an interaction", rest);
  } else if (const auto* at_rest = std::get_if<Waiting::Rest>(&what)) {
    if (at_rest->guards) return;
    fail(strand, place_of(at_rest->step), "the phone did not come to rest in time", "the phone at rest",
         "it is still busy");
  } else if (const auto* poll = std::get_if<Waiting::Poll>(&what)) {
    fail(strand, place_of(poll->step), "the phone did not poll in time", "a poll",
         means_.stage.phone(desk.id).poll_url().empty() ? "it was not told where" : "none");
  } else if (const auto* job = std::get_if<Waiting::Job>(&what)) {
    fail(How::not_exercised, {place_of(job->step),
                              scenario_->phones[strand.phone].name,
                              "the trigger did not come to an end",
                              "",
                              "",
                              {}});
  } else if (const auto* said = std::get_if<Waiting::Said>(&what)) {
    fail(strand, place_of(said->step), "no answer came in time", "an answer", "none");
  } else if (const auto* meeting = std::get_if<Waiting::Meeting>(&what)) {
    fail(strand, place_of(meeting->step), "not all came to meet in time", "all at \"" + meeting->name + "\"",
         std::to_string(strand.parent->meetings[meeting->name]) + " of them");
  }
}

}  // namespace understudy::scenarios
