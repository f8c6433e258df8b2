#include "rules/siege.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace understudy::conformance {

using transcript::Exchange;
using transcript::Outcome;

namespace {

// A record keeps a long request only at either end, and says so between them.
constexpr std::string_view shortened_record = " bytes in all, of which the record keeps the first and the last ...]";
constexpr std::size_t most_struck = 1'000, most_returned = 1'000;

std::string key_of(const wpi::Item& item) { return item.index ? item.name + "[" + *item.index + "]" : item.name; }

// Raw bytes that are at least one request: a head, and the body that it promises.
struct Raw {
  bool whole = false;
  std::uint64_t length = 0;
};

Raw raw_request(std::string_view bytes) {
  Raw out;
  const std::size_t head = bytes.find("\r\n\r\n");
  if (head == std::string_view::npos) return out;
  for (std::size_t at = bytes.find("\r\n"); at < head; at = bytes.find("\r\n", at + 2)) {
    const std::string_view line = bytes.substr(at + 2, bytes.find("\r\n", at + 2) - at - 2);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !wpi::same_ignoring_case(line.substr(0, colon), "Content-Length")) continue;
    std::string_view number = line.substr(colon + 1);
    while (number.starts_with(' ')) number.remove_prefix(1);
    std::from_chars(number.data(), number.data() + number.size(), out.length);
  }
  out.whole = bytes.size() - head - 4 >= out.length;
  return out;
}

bool has_markup(const std::string& text) { return text.find_first_of("<>&\"'\\;%") != std::string::npos; }

bool is_cut(const Exchange& x) {
  return x.outcome == Outcome::interrupted || x.outcome == Outcome::not_allowed || x.outcome == Outcome::no_connection;
}

Struck struck_by(const Exchange& x) {
  Struck out;
  out.exchange = x.number;
  out.outcome = x.outcome;
  out.by_hand = x.scripted == transcript::Scripted::broken;
  out.length = x.request.body.size();
  out.whole = x.sent.count() > 0;
  if (x.request.method.empty()) {
    const Raw raw = raw_request(x.request.body);
    out.whole = out.whole && (raw.whole || x.request.body.find(shortened_record) != std::string::npos);
    out.length = raw.length;
  }
  if (is_cut(x)) out.whole = false;
  if (x.response) out.status = x.response->status;
  if (x.answer && x.answer->well_formed && x.answer->actions.size() == 1)
    out.order = wpi::action_spelled(x.answer->actions.front().text);
  if (x.sent.count() > 0 && x.ended > x.sent) out.waited = x.ended - x.sent;
  out.failure = x.failure;
  return out;
}

}  // namespace

std::string where_in(const Endured& endured) { return "after the case \"" + endured.name + "\""; }

void Siege::begins(const std::string& phone, const std::string& text) {
  const std::size_t colon = text.find(": ");
  Case fresh;
  fresh.rule = text.substr(0, colon);
  if (colon != std::string::npos) fresh.name = text.substr(colon + 2);
  cases_.insert_or_assign(phone, std::move(fresh));
}

void Siege::hear(const Exchange& exchange, Rereader& rereader) {
  if (const auto found = cases_.find(exchange.phone); found != cases_.end()) return hear(found->second, exchange, rereader);
  const auto guard = guards_.find(exchange.phone);
  if (guard == guards_.end()) return;
  if (const auto found = cases_.find(guard->second); found != cases_.end()) hear_guard(found->second, exchange);
}

void Siege::hear(Case& of, const Exchange& x, Rereader& rereader) {
  const Struck struck = struck_by(x);
  if (of.struck.size() < most_struck) of.struck.push_back(struck);
  if (x.said && x.scripted != transcript::Scripted::broken)
    for (const wpi::Item& item : rereader.items_of(x))
      if (has_markup(item.value)) of.texts[key_of(item)] = item.value;
  if (!x.answer || struck.order != wpi::Action::write_items) return;
  for (const wpi::Item& item : x.answer->items)
    if (const auto said = of.texts.find(key_of(item)); said != of.texts.end() && of.returned.size() < most_returned)
      of.returned.push_back({said->first, said->second, item.value, x.number});
}

void Siege::hear_guard(Case& of, const Exchange& x) {
  of.served = false;
  of.guard_exchange = x.number;
  if (x.outcome != Outcome::answered || !x.response) {
    of.came = x.failure;
    return;
  }
  const Struck answer = struck_by(x);
  of.came = "status " + std::to_string(answer.status);
  if (answer.status != 200) return;
  of.came += answer.order ? ", " + std::string(spelling(*answer.order)) : ", without an order";
  if (x.said && x.answer && x.said->nonce_or_empty() != x.answer->nonce_or_empty()) {
    of.came += " with another's nonce";
    return;
  }
  of.served = answer.order == wpi::Action::clean_up;
}

void Siege::fetched(const std::string& phone, const std::string& how) {
  if (const auto found = cases_.find(phone); found != cases_.end()) found->second.fetched.push_back(how);
}

void Siege::guard_begins(const std::string& guard, const std::string& hostile_phone, bool served_before) {
  const auto found = cases_.find(hostile_phone);
  const bool first = found != cases_.end() && !std::exchange(found->second.guarded, true);
  if (first) found->second.measured = served_before;
  guards_[guard] = first ? hostile_phone : std::string();
}

void Siege::guard_ends(const std::string& guard) { guards_.erase(guard); }

std::optional<Endured> Siege::ends(const std::string& phone, const Speaker& speaker) {
  const auto found = cases_.find(phone);
  if (found == cases_.end()) return std::nullopt;
  Case over = std::move(found->second);
  cases_.erase(found);
  past_[phone] = {over.rule, over.name};
  if (!over.measured) return std::nullopt;
  return Endured{std::move(over.rule),    std::move(over.name), speaker,    std::move(over.struck), std::move(over.returned),
                 std::move(over.fetched), over.served,          std::move(over.came), over.guard_exchange};
}

std::optional<Endured> Siege::late(const std::string& phone, const std::string& how, const Speaker& speaker) const {
  const auto found = past_.find(phone);
  if (found == past_.end()) return std::nullopt;
  Endured out{found->second.first, found->second.second, speaker, {}, {}, {}, false, "", 0};
  out.fetched.push_back(how);
  out.served = true;
  return out;
}

}  // namespace understudy::conformance
