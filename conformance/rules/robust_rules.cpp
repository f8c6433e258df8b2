// robust.*: what a service owes everybody, whoever speaks to it: that the next healthy phone is served.
#include <algorithm>
#include <cctype>
#include <string>

#include "rules/area.h"
#include "rules/siege.h"

namespace understudy::conformance {

namespace {

using transcript::Outcome;
using namespace std::chrono_literals;

constexpr std::uint64_t boundless = 32'000'000;  // bytes of a message that nobody needs to take (inferred)
constexpr std::size_t telling = 6;               // letters that make a text known again where it was changed

std::string after(const Endured& endured) {
  return "after \"" + endured.name + "\"";
}

// The verdict that each of them has in common: the healthy phone. False where it has deviated.
bool guard_was_served(const Endured& endured, Ruling& ruling) {
  if (endured.served) return true;
  ruling.deviates({after(endured) + " a healthy phone is not served",
                   "a start-up that ends with CleanUp, as before",
                   endured.came,
                   {},
                   "unserved",
                   {},
                   endured.guard_exchange});
  return false;
}

// A whole request that nobody answers. False where one was found.
bool was_answered(const Endured& endured, Ruling& ruling) {
  const auto silent = std::find_if(endured.struck.begin(), endured.struck.end(), [](const Struck& one) {
    return one.by_hand && one.whole && (one.outcome == Outcome::closed || one.outcome == Outcome::timed_out);
  });
  if (silent == endured.struck.end()) return true;
  ruling.deviates({"\"" + endured.name + "\" is not answered",
                   "an error, or CleanUp",
                   silent->failure,
                   {},
                   "silent",
                   {},
                   silent->exchange});
  return false;
}

bool judged_as(const Endured& endured, std::string_view rule) {
  return endured.rule == rule;
}

void recovers(const Endured& endured, Ruling& ruling) {
  if (guard_was_served(endured, ruling)) ruling.held();
}

void malformed(const Endured& endured, Ruling& ruling) {
  if (!judged_as(endured, "robust.malformed")) return;
  const auto obeyed = std::find_if(endured.struck.begin(), endured.struck.end(), [](const Struck& one) {
    return one.by_hand && one.status >= 200 && one.status < 300 && one.order &&
           one.order != wpi::Action::clean_up;
  });
  if (obeyed != endured.struck.end())
    return ruling.deviates({"\"" + endured.name + "\" is taken for a whole message",
                            "an error, or CleanUp",
                            std::string(spelling(*obeyed->order)),
                            {},
                            "acts",
                            {},
                            obeyed->exchange});
  if (was_answered(endured, ruling) && guard_was_served(endured, ruling)) ruling.held();
}

void answered_and_served(const Endured& endured, Ruling& ruling) {
  if (was_answered(endured, ruling) && guard_was_served(endured, ruling)) ruling.held();
}

void unknown(const Endured& endured, Ruling& ruling) {
  if (judged_as(endured, "robust.unknown")) answered_and_served(endured, ruling);
}

void encoding(const Endured& endured, Ruling& ruling) {
  if (judged_as(endured, "robust.encoding")) answered_and_served(endured, ruling);
}

void order(const Endured& endured, Ruling& ruling) {
  if (judged_as(endured, "robust.order")) answered_and_served(endured, ruling);
}

// To close before all was read is a bound too.
void oversize(const Endured& endured, Ruling& ruling) {
  if (!judged_as(endured, "robust.oversize")) return;
  for (const Struck& one : endured.struck) {
    if (one.outcome == Outcome::timed_out && (one.whole || one.length >= boundless))
      return ruling.deviates({"\"" + endured.name + "\" is neither answered nor refused",
                              "an error, CleanUp, or the connection closed",
                              one.failure,
                              {},
                              "hangs",
                              {},
                              one.exchange});
    if (one.status >= 200 && one.status < 300 && one.order && one.length >= boundless)
      return ruling.deviates(
          {"\"" + endured.name + "\" is taken as a message",
           "an error: what is read has a bound",
           "status " + std::to_string(one.status) + ", " + std::string(spelling(*one.order)),
           {},
           "boundless",
           {},
           one.exchange});
  }
  if (guard_was_served(endured, ruling)) ruling.held();
}

void entities(const Endured& endured, Ruling& ruling) {
  if (!judged_as(endured, "robust.entities")) return;
  if (!endured.fetched.empty())
    return ruling.deviates({"\"" + endured.name + "\" makes it fetch what the document names",
                            "nothing is fetched",
                            endured.fetched.front(),
                            {},
                            "fetches",
                            {},
                            endured.struck.empty() ? 0 : endured.struck.front().exchange});
  answered_and_served(endured, ruling);
}

void disconnect(const Endured& endured, Ruling& ruling) {
  if (judged_as(endured, "robust.disconnect") && guard_was_served(endured, ruling)) ruling.held();
}

void slow(const Endured& endured, Ruling& ruling) {
  if (judged_as(endured, "robust.slow") && guard_was_served(endured, ruling)) ruling.held();
}

void identity(const Endured& endured, Ruling& ruling) {
  if (!judged_as(endured, "robust.identity")) return;
  for (const Struck& one : endured.struck)
    if (one.status >= 500)
      return ruling.deviates({"\"" + endured.name + "\" is answered with a server error",
                              "an order, or a client error",
                              "status " + std::to_string(one.status),
                              {},
                              "5xx",
                              {},
                              one.exchange});
  answered_and_served(endured, ruling);
}

// The letters and digits of a text, without those that stand for other characters.
std::string skeleton(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at)
    if (std::isalnum(static_cast<unsigned char>(text[at]))) out += text[at];
  return out;
}

// Of another text the service makes what it likes: only what is plainly the phone's own must be unchanged.
bool stems_from(const std::string& written, const std::string& said) {
  const std::string letters = skeleton(said).substr(0, telling);
  return letters.size() == telling && skeleton(written).find(letters) != std::string::npos;
}

void markup(const Endured& endured, Ruling& ruling) {
  if (!judged_as(endured, "robust.markup")) return;
  bool any = false;
  for (const Returned& one : endured.returned) {
    if (!stems_from(one.written, one.said)) continue;
    any = true;
    if (one.written != one.said)
      return ruling.deviates({"a text that the phone had said of " + one.name + " comes back changed",
                              quoted(one.said, 200),
                              quoted(one.written, 200),
                              {},
                              "changed",
                              {},
                              one.exchange});
  }
  if (guard_was_served(endured, ruling) && any) ruling.held();
}

constexpr Binding bindings[] = {
    {.id = "robust.malformed", .endured = malformed},   {.id = "robust.unknown", .endured = unknown},
    {.id = "robust.oversize", .endured = oversize},     {.id = "robust.entities", .endured = entities},
    {.id = "robust.encoding", .endured = encoding},     {.id = "robust.order", .endured = order},
    {.id = "robust.disconnect", .endured = disconnect}, {.id = "robust.slow", .endured = slow},
    {.id = "robust.markup", .endured = markup},         {.id = "robust.recovers", .endured = recovers},
    {.id = "robust.identity", .endured = identity},
};

}  // namespace

std::span<const Binding> robust_rules() {
  return bindings;
}

}  // namespace understudy::conformance
