#include "rules/reading.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <utility>

#include "wpi/http.h"
#include "wpi/utf8.h"

namespace understudy::conformance {

namespace {

constexpr std::size_t usual_nonce = 32;  // hexadecimal digits in upper case (guide p.33; field)

// Walks the tags of a message. It is no XML reader: what it is given was written by a phone.
class Markup {
 public:
  explicit Markup(std::string_view bytes) : bytes_(bytes) {}
  Odds odds();

 private:
  std::size_t usual_item(std::size_t at) const;
  std::size_t behind_usual_items(std::size_t at) const;
  void start_tag(std::string_view name, std::size_t behind_name);
  // The length is known to the compiler, which makes it a comparison of few words.
  template <std::size_t N>
  bool stands(std::size_t at, const char (&text)[N]) const {
    return at <= bytes_.size() && bytes_.size() - at >= N - 1 && std::memcmp(bytes_.data() + at, text, N - 1) == 0;
  }
  bool is_space(std::size_t at) const { return at < bytes_.size() && wpi::is_xml_space(bytes_[at]); }

  std::string_view bytes_;
  Odds odds_;
};

// The attributes of an element in their usual order; those that are not listed may stand anywhere.
constexpr std::array<std::string_view, 3> of_item = {"name", "index", "status"};
constexpr std::array<std::string_view, 3> of_message = {"nonce", "maxItems", "fragment"};
constexpr std::array<std::string_view, 3> of_reason = {"action", "status", ""};

const std::array<std::string_view, 3>* usual_order(std::string_view element) {
  if (element == "Item") return &of_item;
  if (element == "Message") return &of_message;
  if (element == "ReasonForContact") return &of_reason;
  return nullptr;
}

// Behind an item in the usual form that begins here; npos if it is none. Most of what phones say is this, by the hundred.
std::size_t Markup::usual_item(std::size_t at) const {
  constexpr std::size_t begin = 12, index = 8, end = 7;  // lengths of what is looked for
  if (!stands(at, "<Item name=\"")) return std::string_view::npos;
  std::size_t quote = bytes_.find('"', at + begin);
  if (quote != std::string_view::npos && stands(quote + 1, " index=\"")) quote = bytes_.find('"', quote + 1 + index);
  if (quote == std::string_view::npos || quote + 1 >= bytes_.size() || bytes_[quote + 1] != '>')
    return std::string_view::npos;
  const std::size_t text = quote + 2, close = bytes_.find('<', text);
  if (close == std::string_view::npos || !stands(close, "</Item>")) return std::string_view::npos;
  const bool padded = close > text && (is_space(text) || is_space(close - 1));
  return padded ? std::string_view::npos : close + end;
}

// Where the row of usual items that begins here, a line each, comes to its end.
std::size_t Markup::behind_usual_items(std::size_t at) const {
  for (std::size_t behind = usual_item(at); behind != std::string_view::npos; behind = usual_item(at))
    at = behind < bytes_.size() && bytes_[behind] == '\n' ? behind + 1 : behind;
  return at;
}

void Markup::start_tag(std::string_view name, std::size_t behind_name) {
  const auto* usual = usual_order(name);
  if (!usual) return;
  const bool has_text = name != "Message";
  std::size_t rank = 0, at = behind_name;
  while (at < bytes_.size()) {
    while (is_space(at)) ++at;
    if (at >= bytes_.size() || bytes_[at] == '>' || bytes_[at] == '/') break;
    const std::size_t equals = bytes_.find('=', at);
    if (equals == std::string_view::npos || equals + 1 >= bytes_.size()) return;
    const std::string_view attribute = wpi::trimmed(bytes_.substr(at, equals - at));
    std::size_t open = equals + 1;
    while (is_space(open)) ++open;
    if (open >= bytes_.size()) return;
    const std::size_t close = bytes_.find(bytes_[open], open + 1);
    if (close == std::string_view::npos) return;
    const auto* place = std::find(usual->begin(), usual->end(), attribute);
    if (place != usual->end()) {
      const auto its_rank = static_cast<std::size_t>(place - usual->begin());
      // Whether maxItems or fragment comes first was never of interest to anyone (guide p.46, p.48).
      if (its_rank < rank && (name != "Message" || its_rank == 0)) odds_.add(Odd::attribute_order);
      rank = std::max(rank, its_rank);
    }
    if (bytes_[open] == '\'') odds_.add(Odd::attribute_order);
    at = close + 1;
  }
  if (at >= bytes_.size()) return;
  if (bytes_[at] == '/') {
    if (name == "Item") odds_.add(Odd::empty_form);
  } else if (has_text && is_space(at + 1)) {
    odds_.add(Odd::white_space);
  }
}

Odds Markup::odds() {
  if (bytes_.find('&') != std::string_view::npos) odds_.add(Odd::references);
  for (std::size_t at = bytes_.find('<'); at != std::string_view::npos; at = bytes_.find('<', at)) {
    if (const std::size_t behind = behind_usual_items(at); behind != at) {
      at = behind;
      continue;
    }
    const bool closes = at + 1 < bytes_.size() && bytes_[at + 1] == '/';
    const std::size_t begin = at + (closes ? 2 : 1);
    const std::size_t end = std::min(bytes_.find_first_of(" \t\r\n/>", begin), bytes_.size());
    const std::string_view name = bytes_.substr(begin, end - begin);
    if (!closes)
      start_tag(name, end);
    else if ((name == "Item" || name == "ReasonForContact") && at > 0 && is_space(at - 1))
      odds_.add(Odd::white_space);
    ++at;
  }
  return odds_;
}

bool is_usual(std::string_view nonce) {
  return nonce.size() == usual_nonce && nonce.find_first_not_of("0123456789ABCDEF") == std::string_view::npos;
}

bool has_cookie_attribute(std::string_view cookies) {
  static constexpr std::array<std::string_view, 7> attributes = {"path",     "domain", "expires", "max-age",
                                                                 "samesite", "secure", "httponly"};
  for (std::size_t from = cookies.find(';'); from != std::string_view::npos;
       from = cookies.find(';', from + 1)) {
    const std::string_view pair = cookies.substr(from + 1, cookies.find(';', from + 1) - from - 1);
    const std::string_view name = wpi::trimmed(pair.substr(0, pair.find('=')));
    if (std::any_of(attributes.begin(), attributes.end(),
                    [&](std::string_view attribute) { return wpi::same_ignoring_case(attribute, name); }))
      return true;
  }
  return false;
}

// Only a message that says who the phone is has such an order: device-type first, and mac-addr before
// configuration-changed-flag (guide p.33-43; field).
bool is_out_of_order(const std::vector<wpi::Item>& items) {
  const auto place = [&](std::string_view name) {
    return std::find_if(items.begin(), items.end(), [&](const wpi::Item& item) { return item.name == name; });
  };
  const auto type = place("device-type"), mac = place("mac-addr"), flag = place("configuration-changed-flag");
  if (type == items.end() || mac == items.end() || flag == items.end()) return false;
  return type != items.begin() || flag < mac;
}

}  // namespace

Odds odds_of(const transcript::Exchange& exchange, std::string_view nonce_before) {
  Odds odds = Markup(exchange.request.body).odds();
  if (const std::string* cookies = wpi::find_header(exchange.request.headers, "Cookie"))
    if (has_cookie_attribute(*cookies)) odds.add(Odd::cookie);
  if (!exchange.said) return odds;
  const wpi::Document& said = *exchange.said;
  const std::string_view nonce = said.nonce_or_empty();
  if (!nonce.empty() && !is_usual(nonce)) odds.add(Odd::nonce);
  if (!nonce.empty() && !nonce_before.empty() && nonce != nonce_before) odds.add(Odd::fresh_nonce);
  if (is_out_of_order(said.items)) odds.add(Odd::item_order);
  if (said.reason() != wpi::Reason::reply_to) return odds;
  if (!said.fragment) odds.add(Odd::no_fragment);
  const auto& status = said.reasons.front().status;
  if (status &&
      (wpi::same_ignoring_case(status->text, "failed") || wpi::same_ignoring_case(status->text, "busy")))
    odds.add(Odd::status);
  return odds;
}

void Courses::keep(Course course) {
  course.reported = {};
  std::erase_if(courses_, [&](const Course& old) {
    return old.opened_by == course.opened_by && old.changed == course.changed && old.odds == course.odds;
  });
  if (courses_.size() == most) courses_.erase(courses_.begin());
  courses_.push_back(std::move(course));
}

const Beat* Courses::usual(const Course& course, Odds odds, Odd odd) const {
  const Odds wanted = odds.without(odd);
  const std::size_t now = course.beats.size();
  const auto same_order = [](const Beat& a, const Beat& b) { return a.order == b.order; };
  const auto found = std::find_if(courses_.rbegin(), courses_.rend(), [&](const Course& other) {
    return other.opened_by == course.opened_by && other.changed == course.changed &&
           other.beats.size() > now && other.beats[now].odds == wanted &&
           std::equal(course.beats.begin(), course.beats.end(), other.beats.begin(), same_order);
  });
  return found == courses_.rend() ? nullptr : &found->beats[now];
}

}  // namespace understudy::conformance
