// HTTP Archives (HAR 1.2), as browsers, mitmproxy, Fiddler and Charles write them: docs/recordings.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <istream>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "transcript/file.h"

namespace understudy::transcript {

// Whether a file that begins so is one, be it broken.
bool looks_like_har(std::string_view beginning);

// Reads entry by entry, and hands over what is woven of them (recording.h). What is kept for that are `window` bytes of
// messages: exchanges of a file that has no more are put in the order of their times, and in a larger one so far as the window
// reaches. An entry that cannot be judged is left out and listed; a file that ends too early is read as far as it goes; one that
// is no JSON or no HAR is refused.
constexpr std::size_t har_window = 16U << 20U;
tl::expected<Extent, FileProblem> read_har(std::istream& in, const TakeEntry& take, std::size_t window = har_window);

// Which exchanges were said on purpose to try the service: nobody who reads an archive could tell them from what a phone says
// by itself. It hears all entries before the first is written.
class Apart {
 public:
  void look(const Entry& entry);
  bool has(const Exchange& exchange) const;

 private:
  std::set<std::string, std::less<>> hostile_;
  std::set<std::pair<std::string, std::uint32_t>> spoiled_;  // interactions of a phone
  std::set<std::uint64_t> numbers_;
};

// Exchanges and contact-me among the entries as HAR, with the phone and the interaction of each as a comment. `masker` may be
// nullptr: then secrets stand in clear, and nobody but its owner may read the file, unless they were masked before. What HAR has
// no place for (marks, TLS) is left out.
class HarFile {
 public:
  static tl::expected<std::unique_ptr<HarFile>, FileProblem> open(const std::string& path, const Start& start, Masker* masker);
  ~HarFile();
  void write(const Entry& entry, const Apart& apart);
  tl::expected<void, FileProblem> close();

 private:
  HarFile();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};
std::string to_har(const std::vector<Entry>& entries, Masker* masker);

}  // namespace understudy::transcript
