// session.*, of several phones and of interactions that are over: nobody is given what another has, and what has ended stays
// so. nonce.replay and tls.renegotiation, which are tried in the same way.
#include <algorithm>
#include <string>

#include "rules/area.h"

namespace understudy::conformance {

namespace {

using transcript::Outcome;
using transcript::Renegotiation;
using transcript::Trial;
using wpi::Action;

// A CleanUp may say why, and ask the phone to call.
constexpr std::string_view items_of_an_end[] = {"cleanup-reason", "send-solicited"};

bool says_to_come(const wpi::Item& item) {
  return std::find(std::begin(items_of_an_end), std::end(items_of_an_end), item.name) !=
         std::end(items_of_an_end);
}

// What came of an attempt that could be made.
enum class Came { nothing_known, refusal, message };
Came came_of(const Heard& heard) {
  const transcript::Exchange& exchange = heard.exchange;
  if (exchange.outcome == Outcome::closed) return Came::refusal;
  if (exchange.outcome != Outcome::answered || !heard.has_answer()) return Came::nothing_known;
  const bool said = heard.success() && exchange.answer && !heard.answer().empty;
  return said ? Came::message : Came::refusal;
}

// The order that is given, but for CleanUp; nullptr where there is none.
const wpi::Text* order_in(const wpi::Document& answer) {
  const auto found = std::find_if(answer.actions.begin(), answer.actions.end(), [](const wpi::Text& action) {
    return action.text != wpi::spelling(Action::clean_up);
  });
  return found == answer.actions.end() ? nullptr : &*found;
}

// Held by whatever is no order.
void gives_no_order(const Heard& heard, Ruling& ruling, const std::string& message) {
  const Came came = came_of(heard);
  if (came == Came::nothing_known) return;
  if (came == Came::message) {
    if (const wpi::Text* order = order_in(heard.answer()))
      return ruling.deviates(
          {message, "CleanUp, or a refusal", quoted(order->text), spot_at(*order), "action", {}});
    const auto& items = heard.answer().items;
    if (const auto data = std::find_if_not(items.begin(), items.end(), says_to_come); data != items.end())
      return ruling.deviates({message,
                              "CleanUp without data, or a refusal",
                              "CleanUp with " + quoted(data->name),
                              spot_at(*data),
                              "data",
                              {}});
  }
  ruling.held();
}

void invalidated(const Heard& heard, Ruling& ruling) {
  if (heard.exchange.trial == Trial::stale_cookie)
    gives_no_order(heard, ruling,
                   "a reply with the cookie of an interaction that CleanUp has ended is taken up");
}

void replay(const Heard& heard, Ruling& ruling) {
  if (heard.exchange.trial == Trial::replay)
    gives_no_order(heard, ruling, "an old start-up, sent again byte for byte, is acted upon");
}

void renegotiation(const Heard& heard, Ruling& ruling) {
  if (heard.exchange.trial != Trial::renegotiation || !heard.exchange.tls) return;
  if (heard.exchange.tls->renegotiation == Renegotiation::refused) return ruling.held();
  if (heard.exchange.tls->renegotiation != Renegotiation::granted) return;
  ruling.deviates({"the service lets a client begin the handshake anew on an open connection",
                   "the alert no_renegotiation, or a closed connection",
                   "a new handshake",
                   {},
                   "",
                   {}});
}

// Where in the message another phone's value stands; true where it does.
bool gives_anothers(const Heard& heard, Ruling& ruling, bool of_a_neighbour) {
  if (!heard.others || !heard.exchange.answer) return false;
  const std::string& phone = heard.exchange.phone;
  const Others::Given given = heard.others->given_to(phone, heard.answer());
  if (!given.item) return false;
  const bool neighbours = heard.others->are_neighbours(phone, given.planted->phone);
  if (of_a_neighbour && !neighbours) return false;
  const bool by_cookie = heard.exchange.trial == Trial::others_cookie;
  ruling.deviates({"the service gives a phone what only " +
                       std::string(by_cookie    ? "the phone had whose cookie it came with"
                                   : neighbours ? "another phone with its address had"
                                                : "another phone had"),
                   "no such value",
                   given.item->name + " = " + quoted(given.item->value),
                   spot_at(*given.item),
                   by_cookie    ? "cookie"
                   : neighbours ? "address"
                                : "",
                   {}});
  return true;
}

void isolated(const Heard& heard, Ruling& ruling) {
  gives_anothers(heard, ruling, false);
}

void isolated_by_cookie(const Heard& heard, Ruling& ruling) {
  if (heard.exchange.trial != Trial::others_cookie || !heard.others ||
      !heard.others->have_planted(heard.exchange.phone))
    return;
  if (gives_anothers(heard, ruling, false)) return;
  const Came came = came_of(heard);
  if (came == Came::refusal || (came == Came::message && !order_in(heard.answer()))) ruling.held();
}

void isolated_to_the_end(const Ended& ended, Ruling& ruling) {
  const Interaction& interaction = ended.interaction;
  if (ended.others && ended.others->have_planted(ended.phone.id) && interaction.clean_up &&
      !interaction.interrupted)
    ruling.held();
}

void independent(const Heard& heard, Ruling& ruling) {
  gives_anothers(heard, ruling, true);
}

constexpr Binding bindings[] = {
    {.id = "session.invalidated", .trial = invalidated},
    {.id = "session.isolated", .message = isolated, .end = isolated_to_the_end, .trial = isolated_by_cookie},
    {.id = "session.address-independent", .exchange = goes_as_alone, .message = independent},
    {.id = "nonce.replay", .trial = replay},
    {.id = "tls.renegotiation", .trial = renegotiation},
};

}  // namespace

std::span<const Binding> isolation_rules() {
  return bindings;
}

}  // namespace understudy::conformance
