// What is odd in a phone's message though it says the same as any other, and what a service made of phones that differ
// in that alone: by this the rules reads.* tell a service that reads from one that expects certain bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "transcript/entry.h"
#include "wpi/message.h"

namespace understudy::conformance {

// Seen in the bytes of the request alone, but for the last.
enum class Odd : std::uint8_t {
  attribute_order,  // nonce not first in Message, index or status before name, status before action; single quotes
  white_space,  // around the text of the reason or of an item
  nonce,        // other than 32 upper-case hexadecimal digits
  fresh_nonce,  // another one than in the message before of the same interaction
  empty_form,   // an item as one tag
  no_fragment,  // a reply without the attribute
  item_order,   // the items that say who the phone is stand otherwise than usual
  cookie,       // with its attributes
  status,       // a reply that says failed or busy
  references,   // entities or character references in the message
  neighbour,    // not in the bytes: another phone speaks from the same address meanwhile
};

// Some of them.
class Odds {
 public:
  void add(Odd odd) { bits_ = static_cast<std::uint16_t>(bits_ | bit(odd)); }
  bool has(Odd odd) const { return (bits_ & bit(odd)) != 0; }
  bool none() const { return bits_ == 0; }
  Odds without(Odd odd) const {
    Odds out = *this;
    out.bits_ = static_cast<std::uint16_t>(out.bits_ & ~bit(odd));
    return out;
  }
  void add(Odds more) { bits_ = static_cast<std::uint16_t>(bits_ | more.bits_); }
  bool operator==(const Odds&) const = default;

 private:
  static std::uint16_t bit(Odd odd) { return static_cast<std::uint16_t>(1U << static_cast<unsigned>(odd)); }
  std::uint16_t bits_ = 0;
};

// `nonce_before` is that of the message before in the interaction; empty for the first.
Odds odds_of(const transcript::Exchange& exchange, std::string_view nonce_before);

// A message of the phone and the order that answered it.
struct Beat {
  Odds odds;  // of the interaction up to here
  wpi::Action order = wpi::Action::clean_up;
  std::uint64_t digest = 0;  // of action and items, see digest_of()
  std::uint64_t names = 0;   // of the names of the items alone
  bool echoed = false;       // the answer carried the message's nonce
};

// An interaction as a row of orders, to be held against that of a phone in the same state that says it otherwise.
struct Course {
  static constexpr std::size_t most_beats = 32;

  std::optional<wpi::Reason> opened_by;
  bool changed = false;  // the phone said configuration-changed-flag true
  bool sound = true;     // so far every message was answered with an order
  Odds odds;             // so far
  std::vector<Beat> beats;
  // What an odd phone said of its items: digests of name, index and value.
  std::vector<std::uint64_t> reported;
};

// Of one phone: of every kind of interaction the latest that went well.
class Courses {
 public:
  void keep(Course course);
  // The course to hold against `course`, whose phone has just spoken so that its odds are `odds`: one that went the same
  // way so far, of a phone that differs in lacking `odd`. nullptr if there is none, or it went no further.
  const Beat* usual(const Course& course, Odds odds, Odd odd) const;

 private:
  static constexpr std::size_t most = 16;
  std::vector<Course> courses_;
};

}  // namespace understudy::conformance
