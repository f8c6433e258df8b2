#include "recording.h"

#include <cstdio>

#include "commands.h"
#include "reports/plain.h"

namespace understudy::tools {

tl::expected<transcript::Transcript, Refusal> read_recording(const std::string& path) {
  auto transcript = transcript::read_file(path);
  if (transcript) return std::move(*transcript);
  const transcript::FileProblem& problem = transcript.error();
  std::string place = path;
  if (problem.line > 0) place += ":" + std::to_string(problem.line) + ":" + std::to_string(problem.column);
  return tl::unexpected(Refusal{exit_wrong_input_file, place + ": " + problem.text});
}

void say_what_is_left_out(const std::string& path, const transcript::Transcript& transcript) {
  if (transcript.cut_off)
    std::fprintf(stderr, "understudy: %s: its last line was cut off and is left out\n", path.c_str());
  const std::size_t count = transcript.left_out.count();
  if (count == 0) return;
  std::string text = std::to_string(count) + " of " + std::to_string(transcript.recorded) +
                     (transcript.recorded == 1 ? " entry" : " entries") + (count == 1 ? " is" : " are") +
                     " left out: ";
  bool first = true;
  for (const transcript::LeftOut::Kind& kind : transcript.left_out.kinds()) {
    if (!first) text += ", ";
    first = false;
    text += in_words(kind, conformance::shown(kind.example));
  }
  std::fprintf(stderr, "understudy: %s: %s\n", path.c_str(), text.c_str());
}

}  // namespace understudy::tools
