#include "recording.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "capture.h"
#include "commands.h"
#include "reports/plain.h"

namespace understudy::tools {

namespace {

std::string beginning_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes(4, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
}

bool can_be_read(const std::string& path) {
  return std::ifstream(path, std::ios::binary).good();
}

}  // namespace

tl::expected<transcript::Transcript, Refusal> read_recording(const std::string& path,
                                                             const std::string& key_log) {
  if (!key_log.empty() && !can_be_read(key_log))
    return tl::unexpected(
        Refusal{exit_wrong_input_file, key_log + ": cannot be read: " + std::strerror(errno)});
  if (is_capture(beginning_of(path))) {
    auto transcript = read_capture(path, key_log);
    if (transcript) return std::move(*transcript);
    return tl::unexpected(Refusal{exit_wrong_input_file, path + ": " + transcript.error()});
  }
  if (!key_log.empty())
    return tl::unexpected(
        Refusal{exit_wrong_command_line, "--key-log goes with a packet capture, and " + path + " is none"});
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
  const char* const one = transcript.of_packets ? " exchange" : " entry";
  const char* const many = transcript.of_packets ? " exchanges" : " entries";
  std::string text = std::to_string(count) + " of " + std::to_string(transcript.recorded) +
                     (transcript.recorded == 1 ? one : many) + (count == 1 ? " is" : " are") + " left out: ";
  bool first = true;
  for (const transcript::LeftOut::Kind& kind : transcript.left_out.kinds()) {
    if (!first) text += ", ";
    first = false;
    text += in_words(kind, conformance::shown(kind.example), transcript.of_packets ? "packet" : "entry");
  }
  std::fprintf(stderr, "understudy: %s: %s\n", path.c_str(), text.c_str());
}

}  // namespace understudy::tools
