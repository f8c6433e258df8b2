// Signs, levels and their colours: the same wherever a result is shown on a terminal. Not for others.
#pragma once

#include <string>
#include <string_view>

#include "rules/verdict.h"

namespace understudy::conformance {

class Paint {
 public:
  explicit Paint(bool colour) : colour_(colour) {}
  std::string good(std::string_view text) const { return in("32", text); }
  std::string bad(std::string_view text) const { return in("31", text); }
  std::string warning(std::string_view text) const { return in("33", text); }
  std::string information(std::string_view text) const { return in("34", text); }
  std::string faint(std::string_view text) const { return in("2", text); }
  std::string strong(std::string_view text) const { return in("1", text); }

  std::string of(Level level, std::string_view text) const {
    return level == Level::must ? bad(text) : level == Level::should ? warning(text) : information(text);
  }
  // A sign for what deviated: a cross where a service must, an exclamation mark where it should, a dot for a
  // note.
  std::string sign(Level level) const {
    return of(level, level == Level::must ? "✗" : level == Level::should ? "!" : "·");
  }

 private:
  std::string in(std::string_view code, std::string_view text) const {
    if (!colour_) return std::string(text);
    return std::string("\x1b[").append(code).append("m").append(text).append("\x1b[0m");
  }
  bool colour_;
};

}  // namespace understudy::conformance
