// What is remembered of the files and the firmware that a service orders, from one interaction of a phone to the next.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wpi/message.h"

namespace understudy::conformance {

struct Heard;

// What an order says of one file: the items of one index, or without one.
struct OrderedFile {
  std::optional<std::string> index;
  std::vector<const wpi::Item*> items;  // of the order, which must outlive it
  // The value; empty where there is none, or NULL (guide p.177).
  std::string_view value_of(std::string_view name) const;
  bool has(std::string_view name) const { return !value_of(name).empty(); }
  bool deletes() const { return value_of("file-action") == "delete"; }
};
// The files of an order of files or firmware, in the order of their first items.
std::vector<OrderedFile> files_of(const wpi::Document& order);

// "3.5.12.0" of "V3 R5.12.0" and of itself; empty where it has other parts.
std::string dotted_version(std::string_view text);

// Kept small, as Past is: digests.
class Deployments {
 public:
  static constexpr std::size_t most = 64;
  static constexpr int patience = 3;  // failures of the same image that a service may try on

  // The phone has tried to fetch a file: the text of transcript::Event::download.
  void downloaded(std::string_view text);
  // What the phone says in this exchange; before the answer is judged.
  void hear(const Heard& heard, bool opens);
  // What the service answered; after it was judged.
  void answered(const Heard& heard);

  // What it tried to fetch since its last message, and whether that came.
  struct Fetched {
    std::string text;
    bool came = false;
  };
  const std::vector<Fetched>& fetched() const { return fetched_; }
  // The phone reported this file as stored, after an order that said the same of it.
  bool stored(const OrderedFile& file) const;
  // Several files, or a deletion, were ordered, the phone said no status to them, and nobody has looked since. Counts the
  // phone's interactions that have begun since then.
  std::optional<int> unverified() const { return unverified_; }
  // The phone came back with the version that was ordered; empty: with none.
  const std::string& came_back_with() const { return came_back_with_; }
  // How often an order of this image failed, one after another.
  int failed(const OrderedFile& image) const;
  int failures() const { return failures_; }  // of the image that was ordered last

 private:
  struct File {
    std::uint64_t digest = 0;  // of all that was ordered of it
    std::uint64_t name = 0;    // of its name and type
    bool stored = false;
  };
  static std::uint64_t digest_of_order(const OrderedFile& file);
  static std::uint64_t digest_of_name(std::string_view name, std::string_view type);
  void take_results(const wpi::Document& said);

  std::vector<Fetched> fetched_;
  std::vector<File> files_;      // ordered, the latest last
  std::optional<int> unverified_;
  std::string came_back_with_, ordered_version_;
  std::uint64_t image_ = 0;      // the last one ordered
  int failures_ = 0;             // of that one
  bool image_under_way_ = false; // ordered, and the phone has not said yet what came of it
};

}  // namespace understudy::conformance
