// What the record of an exchange does not tell. Our own transcripts tell all; what others record leaves things out.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace understudy::transcript {

enum class Fact : std::uint8_t {
  connection,  // which messages shared a connection, and which side closed it
  framing,     // what marked the end of the body, and the head's exact bytes
  version,     // the version of HTTP that the service itself spoke
  times,       // when the message was sent and its answer came
  bytes,       // the answer's body as bytes: only its text was kept
  cookies,     // Cookie and Set-Cookie, which some recorders leave out of what they save
  doings,      // what the phone did between its messages: calls, downloads
  content,     // a message itself, or a part of it: nothing that comes of it in the interaction can be judged
};
constexpr std::uint8_t facts_known = 8;

std::string_view name_of(Fact fact);  // "framing"
std::optional<Fact> fact_named(std::string_view name);

// A set of facts.
class Facts {
 public:
  constexpr Facts() = default;
  constexpr Facts(std::initializer_list<Fact> facts) {
    for (const Fact fact : facts) add(fact);
  }
  constexpr void add(Fact fact) {
    bits_ = static_cast<std::uint8_t>(bits_ | 1U << static_cast<unsigned>(fact));
  }
  constexpr void add(Facts others) { bits_ = static_cast<std::uint8_t>(bits_ | others.bits_); }
  constexpr bool has(Fact fact) const { return (bits_ >> static_cast<unsigned>(fact) & 1U) != 0; }
  constexpr bool any_of(Facts others) const { return (bits_ & others.bits_) != 0; }
  constexpr bool none() const { return bits_ == 0; }
  bool operator==(const Facts&) const = default;

 private:
  std::uint8_t bits_ = 0;
};

}  // namespace understudy::transcript
