#include "scenarios/from/values.h"

#include <algorithm>
#include <utility>

#include "items/catalogue.h"
#include "scenarios/duration.h"

namespace understudy::scenarios::from {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t most_items = 40;  // more of them nobody reads

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '{' ? "{{" : std::string(1, c);
  return out;
}

std::string replaced(std::string text, const std::string& part, std::string_view by) {
  if (part.empty()) return text;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += by.size())
    text.replace(at, part.size(), by);
  return text;
}

std::string host_of(const std::string& url) {
  const std::size_t begin = url.find("://");
  if (begin == std::string::npos) return "";
  const std::size_t end = url.find('/', begin + 3);
  return url.substr(begin + 3, end == std::string::npos ? end : end - begin - 3);
}

std::string in_unit(std::int64_t seconds) {
  if (seconds >= 3600 && seconds % 3600 == 0) return std::to_string(seconds / 3600) + "h";
  if (seconds >= 120 && seconds % 60 == 0) return std::to_string(seconds / 60) + "m";
  return std::to_string(seconds) + "s";
}

// To the steps in which people count: the longer, the coarser.
std::int64_t on_a_clock(double seconds) {
  constexpr std::int64_t minute = 60, hour = 3600;
  const std::int64_t step = seconds < 10            ? 1
                            : seconds < minute      ? 5
                            : seconds < 2 * minute  ? 15
                            : seconds < 10 * minute ? 30
                            : seconds < hour        ? 5 * minute
                            : seconds < 10 * hour   ? 30 * minute
                                                    : hour;
  return std::max<std::int64_t>(1,
                                step * static_cast<std::int64_t>(seconds / static_cast<double>(step) + 0.5));
}

std::string key_of(const wpi::Item& item) {
  return item.index ? item.name + "[" + *item.index + "]" : item.name;
}

}  // namespace

std::string rounded(microseconds time) {
  if (time < 500ms) return "";
  constexpr std::int64_t week = 7 * 24 * 3600;
  return in_unit(std::min(week, on_a_clock(std::chrono::duration<double>(time).count())));
}

std::string exact(microseconds time, double speed) {
  if (speed <= 0) return "";
  const double longest = std::chrono::duration<double, std::milli>(longest_duration).count();
  const double milliseconds =
      std::min(longest, std::chrono::duration<double, std::milli>(time).count() / speed);
  return milliseconds < 1 ? "" : std::to_string(static_cast<std::int64_t>(milliseconds)) + "ms";
}

std::string limit_for(microseconds time) {
  return rounded(std::max<microseconds>(30s, 3 * time));
}

Values::Values(RecordedPhone phone, std::string service, bool masked)
    : phone_(std::move(phone)), service_(host_of(service)), masked_(masked) {}

bool Values::is_stand_in(std::string_view item, const std::string& text) const {
  if (!masked_ || text.empty()) return false;
  // A URL's user and password are masked in any item.
  const std::size_t host = text.find("://");
  return items::is_secret(item) ||
         (host != std::string::npos && text.find('@', host) < text.find('/', host + 3));
}

std::optional<std::string> Values::value(std::string_view item, const std::string& text) const {
  if (is_stand_in(item, text) || !can_be_written(text)) return std::nullopt;
  if (!phone_.mac.empty() && text == phone_.mac) return "{mac}";
  if (phone_.number.size() > 2 && text == phone_.number) return "{number}";
  return replaced(escaped(text), service_, "{service}");
}

Element expectation(const transcript::Exchange& exchange, const Values& values,
                    std::vector<std::string>& unsaid) {
  Element out{"expect", {}, "", {}};
  const bool answered = exchange.outcome == transcript::Outcome::answered && exchange.response;
  if (!answered) {
    unsaid.push_back("no answer came (" + std::string(name_of(exchange.outcome)) +
                     "); here anything may come");
    return out;
  }
  const auto action = exchange.answer ? exchange.answer->action() : std::nullopt;
  if (exchange.response->status != 200)
    out.attributes.emplace_back("status", std::to_string(exchange.response->status));
  if (!action) {
    if (exchange.response->status == 200)
      unsaid.push_back("the answer held no order, in " + std::to_string(exchange.response->body.size()) +
                       " bytes; here anything may come");
    return out;
  }
  out.attributes.insert(out.attributes.begin(), {"action", std::string(spelling(*action))});
  if (exchange.answer->actions.size() > 1) unsaid.push_back("more than one action stood in this message");
  std::size_t stand_ins = 0, long_ones = 0;
  for (const wpi::Item& item : exchange.answer->items) {
    if (out.children.size() == most_items) {
      out.add(comment("and " + std::to_string(exchange.answer->items.size() - most_items) + " more"));
      break;
    }
    if (item.name.empty() || !can_be_written(item.name) || (item.index && !can_be_written(*item.index))) {
      unsaid.push_back("an item of this message has no name that could be written");
      continue;
    }
    Element& one = out.add({"item", {{"name", escaped(item.name)}}, "", {}});
    if (item.index) one.attributes.emplace_back("index", escaped(*item.index));
    if (*action == wpi::Action::read_items) continue;  // what stands in it is nobody's value
    if (item.value.size() > longest_text || item.value.find('\n') != std::string::npos)
      ++long_ones;
    else if (const auto value = values.value(item.name, item.value))
      one.attributes.emplace_back("value", *value);
    else if (values.is_stand_in(item.name, item.value))
      ++stand_ins;
    else
      unsaid.push_back("the value of " + plain(key_of(item)) + " has characters that a scenario cannot hold");
  }
  if (long_ones > 0)
    out.children.insert(out.children.begin(),
                        comment("Long values, certificates for instance, are left out: any will do."));
  if (stand_ins > 0)
    out.children.insert(out.children.begin(),
                        comment("Items without a value are masked in the recording: any value will do."));
  return out;
}

}  // namespace understudy::scenarios::from
