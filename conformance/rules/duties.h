// What a service still owes a phone from one interaction to the next: writes that the phone was too busy for, a call, and
// to leave alone what its user has changed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>

#include "wpi/message.h"

namespace understudy::conformance {

struct Heard;
struct Ended;

// Digests, no texts, and no more than so many: thousands of phones are judged while they are under load.
class Duties {
 public:
  static constexpr std::size_t most_items = 512;

  // What the phone says in this exchange, before the answer is judged; and the answer, after it was.
  void hear(const Heard& heard);
  void answered(const Heard& heard);

  // Items of a write that was answered busy, and have not been written since.
  bool owes_write() const { return !refused_.empty(); }
  // The phone was busy and was not asked to call back.
  bool owes_call() const { return owes_call_; }
  // The write gives another value to an item that the user changed, and that was reported with that.
  bool undoes(const wpi::Item& item) const;
  // The user has changed something since the phone was last set up anew.
  bool has_changes() const { return !changes_.empty(); }

 private:
  std::set<std::uint64_t> refused_;                  // items
  std::map<std::uint64_t, std::uint64_t> changes_;   // values by item
  bool owes_call_ = false;
};

// A busy reply to a write; and the CleanUp that asks to be called.
bool busy_with_write(const Heard& heard);
bool asks_for_call(const wpi::Document& answer);

}  // namespace understudy::conformance
