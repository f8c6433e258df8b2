// HTTP Archives (HAR 1.2), as browsers, mitmproxy, Fiddler and Charles write them: docs/recordings.md.
#pragma once

#include <cstdint>
#include <istream>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "transcript/file.h"

namespace understudy::transcript {

struct HarLimits {
  std::uint64_t file = 512U << 20U;  // bytes of the file
  std::uint64_t kept = 128U << 20U;  // bytes of the messages in it, and a kilobyte for each entry
};

// Whether a file that begins so is one, be it broken.
bool looks_like_har(std::string_view beginning);

// Reads entry by entry, so that little more is kept than the messages of WPI. An entry that cannot be judged is left
// out and listed; the file is refused where it is no JSON, no HAR, or larger than the limits.
tl::expected<Transcript, FileProblem> read_har(std::istream& in, const HarLimits& limits = {});

// Exchanges and contact-me among the entries as HAR, with the phone and the interaction of each as a comment. `masker` may be
// nullptr: then secrets stand in clear. What HAR has no place for (marks, TLS) is left out.
std::string to_har(const std::vector<Entry>& entries, Masker* masker);
// Where secrets stand in clear, nobody but its owner may read the file.
tl::expected<void, FileProblem> write_har(const std::string& path, const std::vector<Entry>& entries,
                                          Masker* masker);

}  // namespace understudy::transcript
