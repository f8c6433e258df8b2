#include "net/carrier.h"

#include <array>

namespace understudy::net {

namespace {

// In the order of their enum.
constexpr std::array<std::string_view, 8> faults = {"none", "drop-before", "drop-within", "drop-after",
                                                    "slow", "half-close",  "new-session", "certificate"};

}  // namespace

std::string_view name_of(Fault::Kind kind) {
  return faults[static_cast<std::size_t>(kind)];
}

std::optional<Fault::Kind> fault_named(std::string_view name) {
  for (std::size_t i = 0; i < faults.size(); ++i)
    if (faults[i] == name) return static_cast<Fault::Kind>(i);
  return std::nullopt;
}

bool breaks(Fault::Kind kind) {
  return kind != Fault::Kind::none && kind != Fault::Kind::slow && kind != Fault::Kind::new_session;
}

transcript::Scripted touch_of(Fault::Kind kind) {
  if (breaks(kind)) return transcript::Scripted::broken;
  return kind == Fault::Kind::new_session ? transcript::Scripted::words : transcript::Scripted::none;
}

}  // namespace understudy::net
