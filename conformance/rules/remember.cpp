#include "rules/remember.h"

#include <algorithm>
#include <utility>

#include "rules/area.h"
#include "wpi/http.h"

namespace understudy::conformance {

using transcript::Exchange;
using wpi::Action;
using wpi::Reason;

namespace {

constexpr std::size_t nonces_kept = 16;
constexpr std::size_t reported_kept = 5'000;  // items of an interaction
constexpr std::size_t orders_kept =
    512;  // different ones of an interaction; more than flow.bounded lets pass

void keep_nonce(std::vector<std::string>& nonces, std::string_view nonce) {
  if (nonce.empty() || std::find(nonces.begin(), nonces.end(), nonce) != nonces.end()) return;
  if (nonces.size() == nonces_kept) nonces.erase(nonces.begin());
  nonces.emplace_back(nonce);
}

// Its row of orders, as far as the rules reads.* look at it.
void follow(const Heard& heard, Course& course) {
  // Of a message that is said again the second answer counts.
  if (!heard.exchange.response && !heard.exchange.fresh_connection && heard.exchange.attempt <= 1) return;
  const wpi::Document* said = heard.said();
  course.odds.add(heard.odds);
  const auto order = heard.proper_order();
  if (!order || !said || course.beats.size() == Course::most_beats) course.sound = false;
  if (!course.sound) return;
  if (!course.odds.none() && course.reported.size() + said->items.size() <= reported_kept)
    for (const wpi::Item& item : said->items)
      if (item.status.empty()) course.reported.push_back(digest_of_value(item, item.value));
  if (heard.fetches_the_rest()) return;
  const bool echoed =
      !said->nonce_or_empty().empty() && heard.answer().nonce_or_empty() == said->nonce_or_empty();
  course.beats.push_back(
      {course.odds, *order, digest_of(heard.answer(), *order), digest_of_names(heard.answer()), echoed});
}

}  // namespace

void open_course(const Exchange& exchange, Course& course) {
  if (!exchange.said) return;
  course.opened_by = exchange.said->reason();
  const wpi::Item* changed = exchange.said->find("configuration-changed-flag");
  course.changed = changed && wpi::same_ignoring_case(changed->value, "true");
}

void remember(const Heard& heard, Interaction& interaction) {
  const Exchange& exchange = heard.exchange;
  follow(heard, interaction.course);
  interaction.untold.add(exchange.untold);
  if (exchange.attempt <= 1 || interaction.messages == 0) ++interaction.messages;
  const bool first = interaction.messages == 1;
  if (first) interaction.opened_by = heard.reason();
  if (heard.reason() == Reason::clean_up) interaction.phone_clean_up = true;
  if ((heard.replied(Action::restart) || heard.replied(Action::software_deployment)) &&
      wpi::same_ignoring_case(heard.replied_status(), "accepted"))
    interaction.released = true;
  if (heard.said()) keep_nonce(interaction.nonces, heard.said()->nonce_or_empty());
  if (first && !interaction.answered) {
    const std::string* cookie = wpi::find_header(heard.request().headers, "Cookie");
    interaction.first_sends_cookie = cookie && !cookie->empty();
  }

  if (wpi::same_ignoring_case(heard.replied_status(), wpi::spelling(wpi::ReplyStatus::busy))) interaction.busy = true;
  const bool more = heard.said() && heard.said()->fragment && heard.said()->fragment->text == "next";
  interaction.fragments = more ? interaction.fragments + 1 : 0;
  if (heard.reason() == Reason::reply_to && exchange.attempt <= 1 &&
      wpi::same_ignoring_case(heard.replied_status(), wpi::spelling(wpi::ReplyStatus::failed)))
    ++interaction.failed;

  interaction.unverified = (interaction.unverified || takes_certificate(heard)) && !verifies_certificate(heard);
  interaction.stays_open = false;
  interaction.last_answer.reset();
  const auto order_before = std::exchange(interaction.last_action, std::nullopt);
  const bool whole = heard.has_answer() && heard.response().complete;
  if (!whole) {
    if (interaction.silence == Silence::none) interaction.unanswered = order_before;
    interaction.silence = exchange.response ? Silence::part : Silence::all;
  } else {
    interaction.silence = Silence::none;
  }
  if (!heard.has_answer()) return;
  const wpi::HttpResponse& response = heard.response();
  interaction.answered = true;
  if (first) interaction.first_sets_cookie = sets_cookie(response);
  const std::string* connection = wpi::find_header(heard.request().headers, "Connection");
  // After an answer with flaws it is the phone that gives the connection up.
  interaction.stays_open = response.keeps_open && response.complete && response.problems.empty() &&
                           response.framing != wpi::Framing::until_close &&
                           !(connection && wpi::same_ignoring_case(*connection, "close"));
  interaction.last_connection = exchange.connection;
  interaction.last_ended = exchange.ended;
  if (!heard.success() || !exchange.answer) {
    interaction.run.add(nullptr);
    return;
  }

  interaction.last_action = heard.answer().action();
  interaction.run.add(exchange.answer.get());
  if (whole && heard.order()) {
    const Action order = *heard.order();
    interaction.last_answer = exchange.answer;
    interaction.read_all = interaction.read_all || order == Action::read_all_items;
    interaction.rewrites_refused = interaction.rewrites_refused || refused_before(heard);
    interaction.repeats_failed = interaction.repeats_failed || repeats_failed(heard);
    if (Interaction::is_read(order))
      interaction.reading = digest_of(heard.answer(), order);
    else if (order != Action::get_next_fragment)
      interaction.reading = 0;
    if (order == Action::clean_up) interaction.asked_to_call = asks_for_call(heard.answer());
    if (order == Action::write_items)
      for (const wpi::Item& item : heard.answer().items) interaction.undone = interaction.undone || heard.duties.undoes(item);
  }
  if (interaction.last_action == Action::clean_up) interaction.clean_up = true;
  if (!is_counted(heard.answer())) return;
  // flow.bounded speaks of whole answers alone.
  if (++interaction.actions > most_actions && whole) interaction.unbounded = true;
  if (!interaction.last_action) return;
  const Action action = *interaction.last_action;
  auto& counts = interaction.counts_of(action);
  if (counts.size() >= orders_kept) return;
  const int times = ++counts[digest_of(heard.answer(), action)];
  if (action == Action::write_items && times == 1) interaction.reads.clear();
  if (heard.order() && whole && times >= 3) interaction.unbounded = true;
}

}  // namespace understudy::conformance
