#include "rules/heard.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "rules/digest.h"

namespace understudy::conformance {

namespace {

// Takes a number off the front of `text`; nullopt if none stands there.
std::optional<int> take_number(std::string_view& text) {
  int number = 0;
  std::size_t digits = 0;
  while (digits < text.size() && digits < 6 && text[digits] >= '0' && text[digits] <= '9')
    number = number * 10 + (text[digits++] - '0');
  if (digits == 0) return std::nullopt;
  text.remove_prefix(digits);
  return number;
}

bool take(std::string_view& text, char upper) {
  if (text.empty() || std::toupper(static_cast<unsigned char>(text.front())) != upper) return false;
  text.remove_prefix(1);
  return true;
}

void skip_blanks(std::string_view& text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
}

// The action of an answer in words; its own word only where it is one of the eight, so that findings stay
// few.
std::string action_in_words(const Heard& heard) {
  if (!heard.success() || !heard.exchange.answer || heard.answer().actions.size() != 1) return {};
  const auto order = heard.order();
  return order ? std::string(wpi::spelling(*order)) : std::string();
}

std::string reason_in_words(std::optional<wpi::Reason> reason) {
  return reason ? std::string(wpi::spelling(*reason)) : std::string("a message that gives no known reason");
}

}  // namespace

std::optional<Firmware> firmware_of(std::string_view version) {
  skip_blanks(version);
  const bool lettered = take(version, 'V');
  const auto major = take_number(version);
  if (!major) return std::nullopt;
  if (!lettered) {
    if (!take(version, '.')) return std::nullopt;
    const auto release = take_number(version);
    if (!release) return std::nullopt;
    return Firmware{*major, *release};
  }
  if (take(version, '.') && !take_number(version)) return std::nullopt;  // "V3.1 R..."
  skip_blanks(version);
  if (!take(version, 'R')) return std::nullopt;
  const auto release = take_number(version);
  if (!release) return std::nullopt;
  return Firmware{*major, *release};
}

std::optional<wpi::Reason> Heard::reason() const {
  return said() ? said()->reason() : std::nullopt;
}

bool Heard::says_flag(std::string_view name, std::string_view value) const {
  const wpi::Item* flag = said() ? said()->find(name) : nullptr;
  return flag && wpi::same_ignoring_case(flag->value, value);
}

std::string_view Heard::replied_action() const {
  if (!said() || said()->reasons.empty() || !said()->reasons.front().action) return {};
  return said()->reasons.front().action->text;
}

std::string_view Heard::replied_status() const {
  if (!said() || said()->reasons.empty() || !said()->reasons.front().status) return {};
  return said()->reasons.front().status->text;
}

bool Heard::replied(wpi::Action action) const {
  return reason() == wpi::Reason::reply_to && replied_action() == wpi::spelling(action);
}

bool Heard::has_answer() const {
  if (!exchange.response || exchange.response->status == 0) return false;
  // A head that was cut off lacks the blank line at its end; a record need not have kept the bytes.
  const std::string_view head = exchange.response->head;
  return head.empty() || head.ends_with("\n\r\n") || head.ends_with("\n\n");
}

bool Heard::expects_answer() const {
  if (reason() == wpi::Reason::clean_up) return false;
  const bool accepted = wpi::same_ignoring_case(replied_status(), "accepted");
  return !(accepted && (replied(wpi::Action::restart) || replied(wpi::Action::software_deployment)));
}

std::optional<wpi::Action> Heard::order() const {
  return answer().actions.size() == 1 ? answer().action() : std::nullopt;
}

std::optional<wpi::Action> Heard::proper_order() const {
  const bool whole = success() && exchange.answer && response().complete;
  return whole && answer().well_formed ? order() : std::nullopt;
}

bool Heard::fetches_the_rest() const {
  const bool more = said() && said()->fragment && said()->fragment->text == spelling(wpi::Fragment::next);
  return more && proper_order() == wpi::Action::get_next_fragment;
}

Odds Heard::odds_so_far() const {
  Odds all = before.course.odds;
  all.add(odds);
  return all;
}

bool is_counted(const wpi::Document& answer) {
  if (answer.actions.empty()) return false;
  const auto action = answer.action();
  return action != wpi::Action::clean_up && action != wpi::Action::get_next_fragment;
}

std::uint64_t digest_of(const wpi::Document& answer, wpi::Action action) {
  std::uint64_t sum = digest(wpi::spelling(action));
  for (const wpi::Item& item : answer.items) sum += digest_of_value(item, item.value);
  return sum;
}

std::uint64_t digest_of_value(const wpi::Item& item, std::string_view value) {
  return digest(value, digest(item.index.value_or(""), digest(item.name)));
}

std::uint64_t digest_of_names(const wpi::Document& answer) {
  std::uint64_t sum = 0;
  for (const wpi::Item& item : answer.items) sum += digest_of_value(item, "");
  return sum;
}

bool resets(const wpi::Document& answer) {
  return answer.action() == wpi::Action::restart && answer.find("restart-type") != nullptr;
}

Rewritten rewritten_in(const Heard& heard) {
  const auto known = [&](const wpi::Item& item) {
    return heard.past.known(item, heard.exchange.interaction);
  };
  std::set<std::string_view> renewed;  // indexes under which something is new
  for (const wpi::Item& item : heard.answer().items)
    if (item.index && known(item) == Past::Known::nothing) renewed.insert(*item.index);
  for (const wpi::Item& item : heard.answer().items)
    if (!item.index || !renewed.contains(*item.index))
      if (const Past::Known what = known(item); what != Past::Known::nothing) return {&item, what};
  return {};
}

const wpi::Item* refused_before(const Heard& heard) {
  if (heard.order() != wpi::Action::write_items) return nullptr;
  const auto& items = heard.answer().items;
  const auto found = std::find_if(items.begin(), items.end(), [&](const wpi::Item& item) {
    return heard.past.refused(item, heard.exchange.interaction);
  });
  return found == items.end() ? nullptr : &*found;
}

bool repeats_failed(const Heard& heard) {
  const auto order = heard.order();
  return order && heard.past.has_failed() && heard.past.failed(digest_of(heard.answer(), *order)) >= 2;
}

const std::vector<wpi::Item>& Rereader::items_of(const transcript::Exchange& exchange) {
  static const std::vector<wpi::Item> none;
  if (!exchange.said) return none;
  if (!exchange.said->items_left_out) return exchange.said->items;
  if (exchange_ != exchange.number || exchange.number == 0) {
    if (!reader_) reader_ = std::make_unique<wpi::Reader>();
    items_ = reader_->read(exchange.request.body, wpi::Sender::phone).items;
    exchange_ = exchange.number;
  }
  return items_;
}

// A writer that leaves items to the bytes writes each as an element of its own, which can be read alone.
const wpi::Item* Rereader::item_of(const transcript::Exchange& exchange, std::string_view name) {
  if (!exchange.said) return nullptr;
  if (!exchange.said->items_left_out) return exchange.said->find(name);
  constexpr std::string_view opening = "<Item ";
  const std::string_view body = exchange.request.body;
  for (std::size_t at = body.find(name); at != std::string_view::npos; at = body.find(name, at + name.size())) {
    const std::size_t from = body.rfind(opening, at);
    if (from == std::string_view::npos) continue;
    const std::size_t to = std::min(body.find(opening, at), body.find("</ItemList>", at));
    if (to == std::string_view::npos) continue;
    if (!reader_) reader_ = std::make_unique<wpi::Reader>();
    const std::string alone = "<WorkpointMessage><Message><ItemList>" + std::string(body.substr(from, to - from)) +
                              "</ItemList></Message></WorkpointMessage>";
    const wpi::Document document = reader_->read(alone, wpi::Sender::phone);
    if (document.items.empty() || document.items.front().name != name) continue;
    item_ = document.items.front();
    return &item_;
  }
  return nullptr;
}

bool brings_reply(wpi::Action action) {
  switch (action) {
    case wpi::Action::read_all_items:
    case wpi::Action::write_items:
    case wpi::Action::read_items:
    case wpi::Action::get_next_fragment:
      return true;
    // A phone may restart, or report a deployment later, without a reply (guide p.50, p.52, p.56).
    case wpi::Action::restart:
    case wpi::Action::file_deployment:
    case wpi::Action::software_deployment:
    case wpi::Action::clean_up:
      return false;
  }
  return false;
}

std::string where_in(const Heard& heard) {
  if (heard.exchange.poll) return "in the answer to a poll";
  switch (heard.exchange.trial) {
    case transcript::Trial::stale_cookie: return "in the answer to a reply with a cookie that is over";
    case transcript::Trial::replay: return "in the answer to an old start-up";
    case transcript::Trial::renegotiation: return "in a TLS handshake anew";
    default: break;
  }
  if (heard.exchange.interaction == 0) return "in the answer to a " + heard.request().method;
  const std::string action = action_in_words(heard);
  if (heard.reason() == wpi::Reason::reply_to) {
    const bool known = wpi::action_spelled(heard.replied_action()).has_value();
    const std::string followed =
        known ? std::string(heard.replied_action()) : std::string("an unknown action");
    if (action.empty()) return "in the answer to the reply to " + followed;
    return "in the " + action + " that followed " + followed;
  }
  return "in the answer to " + reason_in_words(heard.reason());
}

std::string where_in(const Ended& ended) {
  return "at the end of the interaction that began with " + reason_in_words(ended.interaction.opened_by);
}

std::string where_in(const Knocked& knocked) {
  return "in a contact-me from " + knocked.contact.remote;
}

std::string quoted(std::string_view text, std::size_t longest) {
  // Cuts only between characters: a byte of the form 10xxxxxx continues one.
  const auto continues = [&](std::size_t at) {
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
  };
  if (text.size() <= longest) return "\"" + std::string(text) + "\"";
  std::size_t head = longest / 2, tail = text.size() - (longest - longest / 2);
  while (head > 0 && continues(head)) --head;
  while (tail < text.size() && continues(tail)) ++tail;
  return "\"" + std::string(text.substr(0, head)) + "\u2026" + std::string(text.substr(tail)) + "\"";
}

}  // namespace understudy::conformance
