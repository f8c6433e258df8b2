#include "scenarios/shrink/sought.h"

#include <algorithm>
#include <string_view>

namespace understudy::scenarios::shrink {

namespace {

std::string_view first_word(std::string_view text) {
  return text.substr(0, text.find_first_of(" ,:"));
}

// "reply-to WriteItems" of "0.008  → reply-to WriteItems, accepted".
std::string last_said(const std::vector<std::string>& lines) {
  constexpr std::string_view arrow = "→ ";
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    const std::size_t at = line->find(arrow);
    if (at == std::string::npos) continue;
    const std::string_view said = std::string_view(*line).substr(at + arrow.size());
    return std::string(said.substr(0, said.find(',')));
  }
  return {};
}

// Failures of the same kind have the same; numbers and lists of items do not count.
std::string why(const Failure& failure) {
  std::string out = failure.message.substr(0, failure.message.find_first_of("0123456789"));
  out.append("|")
      .append(first_word(failure.expected))
      .append("|")
      .append(first_word(failure.came))
      .append("|");
  return out + last_said(failure.last);
}

}  // namespace

bool Sought::shows(const Played& played) {
  using How = PlayOutcome::How;
  const How how = played.outcome.how;
  if (how != How::passed && how != How::failed && how != How::not_exercised) return false;
  if (is_failure() ? how != How::failed : !played.deviated.contains(rule_)) return false;
  const std::string reason = how == How::passed ? "" : why(played.outcome.failure);
  if (!is_known_) {
    is_known_ = true;
    how_ = how;
    why_ = reason;
    return true;
  }
  // A rule may show without the scenario's own failure, which is nothing to keep.
  return (how == how_ && reason == why_) || (!is_failure() && how == How::passed);
}

}  // namespace understudy::scenarios::shrink
