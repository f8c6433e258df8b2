// What a rule says of what it heard: that it was held, or in what it was deviated from.
#pragma once

#include <cstdint>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "rules/rule.h"
#include "wpi/message.h"

namespace understudy::conformance {

// Where a deviation can be seen.
struct Spot {
  enum class In { nowhere, head, body };
  In in = In::nowhere;
  std::size_t offset = 0, length = 0;  // bytes of the answer's head or body
};
inline Spot spot_at(const wpi::Text& text) {
  return {Spot::In::body, text.place.offset, text.length};
}
inline Spot spot_at(const wpi::OddText& odd) {
  return {Spot::In::body, odd.place.offset, odd.length};
}
inline Spot spot_at(const wpi::Item& item) {
  return {Spot::In::body, item.place.offset, item.tag_length};
}
// The header line of that name in a head; the status line where there is no such header, or `name` is empty.
Spot header_spot(std::string_view head, std::string_view name);

struct Deviation {
  std::string message;         // what is wrong, in one line
  std::string expected, came;  // short; may be empty
  Spot spot;
  // Deviations of a rule that differ in this are different findings. Of a closed set of words: never what a
  // service or a phone sent.
  std::string variant;
  std::optional<Level> level;  // where it weighs less than the rule itself
  std::uint64_t exchange = 0;  // the number of the one that shows it, where the occasion has several; 0: none, or the only one
};

// Takes what a rule says of one occasion.
class Ruling {
 public:
  virtual ~Ruling() = default;
  virtual void held() = 0;
  virtual void deviates(Deviation deviation) = 0;
  // True where the message could be read as a whole, so that what is missing in it is really missing.
  virtual bool sound() const = 0;
  // Deviates if that nonce turns out to be one of another phone's open message, or if it does not (`of_another`): what
  // others have just said is only known with the answer to it.
  virtual void suspects(std::string_view /*nonce*/, bool /*of_another*/, Deviation /*deviation*/) {}
};

}  // namespace understudy::conformance
