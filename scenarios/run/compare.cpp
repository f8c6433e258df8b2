#include "scenarios/run/compare.h"

#include <algorithm>

#include "items/catalogue.h"
#include "wpi/http.h"

namespace understudy::scenarios {

using language::ExpectedItem;
using language::Match;
using transcript::Exchange;

namespace {

constexpr std::size_t most_names = 4;  // of items that are told
constexpr std::size_t longest = 60;    // bytes of a value

std::string quoted(std::string_view text) {
  if (text.size() <= longest) return "\"" + std::string(text) + "\"";
  return "\"" + std::string(text.substr(0, longest / 2)) + "..." +
         std::string(text.substr(text.size() - longest / 2)) + "\"";
}

std::string names_of(const std::vector<wpi::Item>& items) {
  std::string out;
  for (const wpi::Item& item : items) {
    if (&item - items.data() == static_cast<std::ptrdiff_t>(most_names)) return out + ", ...";
    out += (out.empty() ? "" : ", ") + item.name + (item.index ? "[" + *item.index + "]" : "");
  }
  return out;
}

std::string counted(std::size_t n) {
  return std::to_string(n) + (n == 1 ? " item" : " items");
}

Mismatch unknown(const language::TextPart& part) {
  return {part.place, "{" + part.text + "} has no value", "a value that was set or captured before", "none",
          true};
}

std::string named(const std::string& name, const std::optional<std::string>& index) {
  return index ? name + "[" + *index + "]" : name;
}

const wpi::Item* find(const wpi::Document* message, const std::string& name,
                      const std::optional<std::string>& index) {
  if (!message) return nullptr;
  const auto found = std::find_if(message->items.begin(), message->items.end(), [&](const wpi::Item& item) {
    return item.name == name && (!index || (item.index ? *item.index == *index : index->empty()));
  });
  return found == message->items.end() ? nullptr : &*found;
}

struct Wanted {
  std::string name;
  std::optional<std::string> index;
};

tl::expected<Wanted, language::TextPart> wanted(const ExpectedItem& item, const Fill& fill) {
  const auto name = fill(item.name);
  if (!name) return tl::unexpected(name.error());
  Wanted out{*name, std::nullopt};
  if (!item.index) return out;
  const auto index = fill(*item.index);
  if (!index) return tl::unexpected(index.error());
  out.index = *index;
  return out;
}

std::optional<Mismatch> item_mismatch(const ExpectedItem& item, const wpi::Document* message,
                                      const Fill& fill, Captures& captures) {
  const auto what = wanted(item, fill);
  if (!what) return unknown(what.error());
  const wpi::Item* found = find(message, what->name, what->index);
  const std::optional<std::string> value = found ? std::optional(found->value) : std::nullopt;
  if (auto wrong = mismatch(item.match, value, "the item " + named(what->name, what->index), item.place,
                            items::is_secret(what->name), fill)) {
    if (!found && message && !message->items.empty()) wrong->came = names_of(message->items);
    return wrong;
  }
  if (!item.capture.empty() && value) captures[item.capture] = *value;
  return std::nullopt;
}

std::optional<Mismatch> surplus(const language::Expect& expect, const wpi::Document& message,
                                const Fill& fill) {
  for (const wpi::Item& item : message.items) {
    bool expected = false;
    for (const ExpectedItem& each : expect.items) {
      const auto what = wanted(each, fill);
      expected = expected || (what && what->name == item.name &&
                              (!what->index || item.index.value_or("") == *what->index));
    }
    if (!expected)
      return Mismatch{expect.place, "the message has an item more than these",
                      expect.items.empty() ? "none" : "no other items", named(item.name, item.index)};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Mismatch> mismatch(const Match& match, const std::optional<std::string>& value,
                                 const std::string& what, language::Place place, bool secret,
                                 const Fill& fill) {
  const std::string came = !value ? "none" : secret ? "another, which is secret" : quoted(*value);
  if (match.kind == Match::Kind::absent) {
    if (!value) return std::nullopt;
    return Mismatch{place, what + " is there", "none", secret ? "one, which is secret" : came};
  }
  if (match.kind == Match::Kind::any) {
    if (value) return std::nullopt;
    return Mismatch{place, what + " is missing", what, "none"};
  }
  const auto text = fill(match.text);
  if (!text) return unknown(text.error());
  const language::Place at = match.text.place.length != 0 ? match.text.place : place;
  if (match.kind == Match::Kind::value) {
    if (value && *value == *text) return std::nullopt;
    return Mismatch{at, value ? what + " has another value" : what + " is missing", quoted(*text), came};
  }
  std::shared_ptr<const language::Pattern> pattern = match.pattern;
  if (!pattern) {
    const auto made = language::Pattern::of(*text);
    if (!made) return Mismatch{at, made.error(), "a regular expression", quoted(*text), true};
    pattern = *made;
  }
  if (value && pattern->matches(*value)) return std::nullopt;
  return Mismatch{at, value ? what + " does not match" : what + " is missing", "like " + quoted(*text), came};
}

std::optional<Mismatch> mismatch(const language::Expect& expect, const Exchange& came, const Fill& fill,
                                 Captures& captures) {
  const wpi::Document* message = came.answer.get();
  const bool answered = came.outcome == transcript::Outcome::answered && came.response;
  if (expect.action) {
    const std::string wanted_action(spelling(*expect.action));
    if (!answered || !message || message->action() != *expect.action)
      return Mismatch{expect.action_place, answered ? "another message came" : "no message came",
                      wanted_action, said_by_service(came)};
  }
  if (expect.status) {
    const int status = answered ? came.response->status : 0;
    if (status < expect.status->least || status > expect.status->most) {
      const auto& [least, most] = *expect.status;
      const std::string range = std::to_string(least) + (most == least ? "" : "-" + std::to_string(most));
      return Mismatch{expect.place, answered ? "the answer has another status" : "no answer came",
                      "status " + range,
                      answered ? "status " + std::to_string(status) : said_by_service(came)};
    }
  }
  for (const ExpectedItem& item : expect.items)
    if (auto wrong = item_mismatch(item, message, fill, captures)) return wrong;
  if (expect.items_only && message)
    if (auto wrong = surplus(expect, *message, fill)) return wrong;
  for (const language::ExpectedHeader& header : expect.headers) {
    const std::string* value =
        came.response ? wpi::find_header(came.response->headers, header.name) : nullptr;
    const auto has = value ? std::optional(*value) : std::nullopt;
    const bool secret = wpi::same_ignoring_case(header.name, "Set-Cookie") ||
                        wpi::same_ignoring_case(header.name, "Authorization");
    if (auto wrong = mismatch(header.match, has, "the header " + header.name, header.place, secret, fill))
      return wrong;
    if (!header.capture.empty() && value) captures[header.capture] = *value;
  }
  if (!expect.nonce_capture.empty())
    captures[expect.nonce_capture] = message ? std::string(message->nonce_or_empty()) : std::string();
  return std::nullopt;
}

bool is_forbidden(const language::Never& never, const Exchange& came, const Fill& fill) {
  if (came.outcome != transcript::Outcome::answered || !came.answer) return false;
  if (never.action && came.answer->action() != *never.action) return false;
  Captures none;
  return std::none_of(never.items.begin(), never.items.end(), [&](const ExpectedItem& item) {
    return item_mismatch(item, came.answer.get(), fill, none).has_value();
  });
}

std::string said_by_service(const Exchange& came) {
  if (came.outcome != transcript::Outcome::answered || !came.response)
    return "no answer: " + (came.failure.empty() ? std::string("none came") : came.failure);
  const std::string status =
      came.response->status == 200 ? "" : " with status " + std::to_string(came.response->status);
  const wpi::Document* message = came.answer.get();
  if (!message || message->actions.empty())
    return "an answer with status " + std::to_string(came.response->status) +
           (message && !message->empty ? ", without an order" : ", without a message");
  std::string out = message->actions.front().text + status;
  if (!message->items.empty()) out += ", " + counted(message->items.size()) + ": " + names_of(message->items);
  return out;
}

std::string said_by_phone(const wpi::Document* said, std::size_t bytes) {
  if (!said || said->reasons.empty()) return std::to_string(bytes) + " bytes";
  const wpi::ReasonText& reason = said->reasons.front();
  std::string out = reason.reason.text;
  if (reason.action) out += " " + reason.action->text;
  if (reason.status) out += ", " + reason.status->text;
  if (said->items_left_out) return out + ", " + std::to_string(bytes) + " bytes";
  if (!said->items.empty()) out += ", " + counted(said->items.size());
  return out;
}

std::string in_words(const language::Expect& expect) {
  std::string out = expect.action ? std::string(spelling(*expect.action)) : "an answer";
  if (expect.status)
    out += " with status " + std::to_string(expect.status->least) +
           (expect.status->most == expect.status->least ? "" : "-" + std::to_string(expect.status->most));
  std::size_t told = 0;
  for (const ExpectedItem& item : expect.items) {
    if (!item.name.constant()) continue;
    out += (told++ == 0 ? " with " : ", ") + std::string(item.name.literal());
    if (told == most_names) break;
  }
  return out;
}

}  // namespace understudy::scenarios
