// What is remembered of a phone from one interaction to the next: what was written to it and what it said of that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "wpi/message.h"

namespace understudy::conformance {

struct Heard;

// Whether two values are the same to a phone: several words clear (guide ch.4-6; field), and booleans come in any case.
bool same_value(std::string_view a, std::string_view b);

// Kept small, since thousands of phones are judged while they are under load: digests instead of texts, and no more of
// them than so many. Items that are secret are not remembered: a record holds them masked, and every value of that
// length looks the same.
class Past {
 public:
  static constexpr std::size_t most_written = 256, most_refused = 128, most_failed = 16;

  // What the phone says in this exchange; before the answer is judged.
  void hear(const Heard& heard, bool opens);
  // What the service answered; after it was judged.
  void answered(const Heard& heard);

  // All items of the phone were read to the end, and since then it came with no other firmware nor from its factory, and was
  // ordered no files of which it did not tell: these are looked up by reading (guide p.55).
  bool was_read() const { return was_read_ && !files_ordered_; }
  bool has_refused() const { return !refused_.empty(); }

  // What is known of an item that is written with the value that was written before and that the phone took.
  enum class Known {
    nothing,
    has_it,        // in this interaction the phone said that it has this value
    did_not_keep,  // the phone took it, and said in the same interaction that it has another
  };
  Known known(const wpi::Item& item, std::uint32_t interaction) const;
  // The phone said in this exchange what it has of items that were written.
  bool reads_back() const { return reads_back_; }

  // The phone refused this value of this item in an earlier interaction.
  bool refused(const wpi::Item& item, std::uint32_t interaction) const;

  bool has_failed() const { return !failed_.empty(); }
  // How often the phone answered this order with failed, since it last came on its own account.
  int failed(std::uint64_t order) const;

 private:
  struct Written {
    std::uint32_t item = 0, value = 0;          // digests
    std::uint32_t written_in = 0, said_in = 0;  // interactions; 0: never
    bool lost = false;                          // did_not_keep
  };
  struct Refused {
    std::uint32_t item = 0, value = 0;
    std::uint32_t interaction = 0;  // the first one
  };
  struct Failed {
    std::uint64_t order = 0;
    int times = 0;
  };
  void hear_opening(const Heard& heard);
  void hear_write_reply(const Heard& heard);
  void hear_read_reply(const Heard& heard);
  bool wants_all(const Heard& heard) const;
  void hear_failed_reply(const Heard& heard);
  void hear_accepted_reply(const Heard& heard);
  void forget();
  void keep(const wpi::Item& item, std::uint32_t interaction);
  void refuse(const wpi::Item& item, std::uint32_t interaction);

  bool was_read_ = false, reads_back_ = false, called_back_ = false, files_ordered_ = false;
  std::uint32_t wrote_in_ = 0;    // interaction in which the phone last took an item
  std::uint32_t version_ = 0;     // digest of the firmware's, 0 where it was not said
  std::vector<Written> written_;  // sorted by item
  std::vector<Refused> refused_;
  std::vector<Failed> failed_;
};

}  // namespace understudy::conformance
