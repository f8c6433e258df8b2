// The one door for what was said earlier: our own transcripts, and what others have recorded (docs/recordings.md).
#pragma once

#include <string>
#include <tl/expected.hpp>

#include "command_line.h"
#include "transcript/file.h"

namespace understudy::tools {

// A transcript or an HTTP archive. The refusal begins with the file's name, and its place where there is one.
tl::expected<transcript::Transcript, Refusal> read_recording(const std::string& path);

// Says on standard error what of it is not judged: "FILE: 3 of 41 entries are left out: ...". Nothing where all is.
void say_what_is_left_out(const std::string& path, const transcript::Transcript& transcript);

}  // namespace understudy::tools
