#include "net/carrier.h"

#include <algorithm>
#include <array>

namespace understudy::net {

namespace {

// In the order of their enum.
constexpr std::array<std::string_view, fault_kinds> faults = {
    "none",         "drop-before", "drop-within",   "drop-after",  "drop-answer",   "slow",                "half-close",
    "new-session",  "certificate", "reset",         "short-length", "long-length",  "truncated-xml",       "stale-nonce",
    "foreign-nonce", "unordered-fragments", "doubled-message", "lost-answer", "old-cipher", "clock-jump"};

}  // namespace

std::string_view name_of(Fault::Kind kind) {
  return faults[static_cast<std::size_t>(kind)];
}

std::optional<Fault::Kind> fault_named(std::string_view name) {
  for (std::size_t i = 0; i < faults.size(); ++i)
    if (faults[i] == name) return static_cast<Fault::Kind>(i);
  return std::nullopt;
}

std::size_t size_of(const std::vector<Stretch>& stretches) {
  std::size_t all = 0;
  for (const Stretch& stretch : stretches) all += stretch.text->size() * stretch.times;
  return all;
}

std::string bytes_at(const std::vector<Stretch>& stretches, std::size_t offset, std::size_t most) {
  std::string out;
  for (const Stretch& stretch : stretches) {
    const std::size_t one = stretch.text->size(), all = one * stretch.times;
    if (offset >= all) {
      offset -= all;
      continue;
    }
    for (; offset < all && out.size() < most; offset = offset / one * one + one)
      out.append(*stretch.text, offset % one, most - out.size());
    if (out.size() >= most) break;
    offset = 0;
  }
  return out;
}

// The second of two messages is marked by whoever sends it.
bool breaks(Fault::Kind kind) {
  constexpr std::array harmless = {Fault::Kind::none, Fault::Kind::slow, Fault::Kind::new_session, Fault::Kind::doubled_message,
                                   Fault::Kind::clock_jump};
  return std::find(harmless.begin(), harmless.end(), kind) == harmless.end();
}

bool ends_connection(Fault::Kind kind) {
  constexpr std::array ends = {Fault::Kind::drop_before, Fault::Kind::drop_within, Fault::Kind::drop_after, Fault::Kind::drop_answer,
                               Fault::Kind::half_close,  Fault::Kind::certificate, Fault::Kind::reset,      Fault::Kind::short_length,
                               Fault::Kind::long_length, Fault::Kind::lost_answer};
  return std::find(ends.begin(), ends.end(), kind) != ends.end();
}

bool wants_connection(Fault::Kind kind) {
  return kind == Fault::Kind::new_session || kind == Fault::Kind::certificate || kind == Fault::Kind::old_cipher;
}

transcript::Scripted touch_of(Fault::Kind kind) {
  if (breaks(kind)) return transcript::Scripted::broken;
  return kind == Fault::Kind::new_session ? transcript::Scripted::words : transcript::Scripted::none;
}

}  // namespace understudy::net
