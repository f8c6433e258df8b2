// The one door for what was said earlier: our own transcripts, and what others have recorded (docs/recordings.md).
#pragma once

#include <string>
#include <tl/expected.hpp>

#include "command_line.h"
#include "transcript/file.h"

namespace understudy::tools {

// A transcript, an HTTP archive, or a packet capture with `key_log` for its TLS (empty: none). The refusal begins with the
// file's name, and its place where there is one.
tl::expected<transcript::Transcript, Refusal> read_recording(const std::string& path,
                                                             const std::string& key_log);

// Says on standard error what of it is not judged: "FILE: 3 of 41 entries are left out: ...". Nothing where all is.
void say_what_is_left_out(const std::string& path, const transcript::Transcript& transcript);

}  // namespace understudy::tools
