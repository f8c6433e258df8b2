// The one door for what was said earlier: our own transcripts, and what others have recorded (docs/recordings.md).
#pragma once

#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "command_line.h"
#include "transcript/file.h"

namespace understudy::tools {

// A transcript, an HTTP archive, or a packet capture with `key_log` for its TLS (empty: none), of any size: a capture alone is
// kept in memory. A refusal begins with the file's name, and its place where there is one.
class RecordedFile {
 public:
  static tl::expected<RecordedFile, Refusal> open(const std::string& path, const std::string& key_log);
  // Hands over entry by entry, as often as it is called.
  tl::expected<transcript::Extent, Refusal> each(const transcript::TakeEntry& take) const;
  // All of it at once.
  static tl::expected<transcript::Transcript, Refusal> whole(const std::string& path, const std::string& key_log);

 private:
  explicit RecordedFile(std::string path) : path_(std::move(path)) {}
  std::string path_;
  std::optional<transcript::Transcript> capture_;
};

inline constexpr const char* anonymised_or_not = "--anonymise hides what --show-secrets shows: leave one of them out";

// Says on standard error what of it is not judged: "FILE: 3 of 41 entries are left out: ...". Nothing where all is.
void say_what_is_left_out(const std::string& path, const transcript::Extent& extent);

}  // namespace understudy::tools
