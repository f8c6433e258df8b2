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

tl::expected<RecordedFile, Refusal> RecordedFile::open(const std::string& path, const std::string& key_log) {
  if (!key_log.empty() && !can_be_read(key_log))
    return tl::unexpected(
        Refusal{exit_wrong_input_file, key_log + ": cannot be read: " + std::strerror(errno)});
  RecordedFile file(path);
  if (is_capture(beginning_of(path))) {
    auto transcript = read_capture(path, key_log);
    if (!transcript) return tl::unexpected(Refusal{exit_wrong_input_file, path + ": " + transcript.error()});
    file.capture_ = std::move(*transcript);
  } else if (!key_log.empty()) {
    return tl::unexpected(
        Refusal{exit_wrong_command_line, "--key-log goes with a packet capture, and " + path + " is none"});
  }
  return file;
}

tl::expected<transcript::Extent, Refusal> RecordedFile::each(const transcript::TakeEntry& take) const {
  if (capture_) {
    for (const transcript::Entry& entry : capture_->entries)
      if (!take(entry)) break;
    return *capture_;
  }
  auto extent = transcript::read_each(path_, take);
  if (extent) return std::move(*extent);
  const transcript::FileProblem& problem = extent.error();
  std::string place = path_;
  if (problem.line > 0) place += ":" + std::to_string(problem.line) + ":" + std::to_string(problem.column);
  return tl::unexpected(Refusal{exit_wrong_input_file, place + ": " + problem.text});
}

tl::expected<transcript::Transcript, Refusal> RecordedFile::whole(const std::string& path, const std::string& key_log) {
  const auto file = open(path, key_log);
  if (!file) return tl::unexpected(file.error());
  std::vector<transcript::Entry> entries;
  auto extent = file->each([&](transcript::Entry entry) {
    entries.push_back(std::move(entry));
    return true;
  });
  if (!extent) return tl::unexpected(extent.error());
  return transcript::Transcript{std::move(*extent), std::move(entries)};
}

void say_what_is_left_out(const std::string& path, const transcript::Extent& extent) {
  if (!extent.cut_off.empty())
    std::fprintf(stderr, "understudy: %s: %s\n", path.c_str(), conformance::shown(extent.cut_off).c_str());
  const std::size_t count = extent.left_out.count();
  if (count == 0) return;
  const auto plural = [](std::string_view word) {
    return word.ends_with('y') ? std::string(word.substr(0, word.size() - 1)) + "ies" : std::string(word) + "s";
  };
  std::string text = std::to_string(count) + " of " + std::to_string(extent.recorded) + " " +
                     (extent.recorded == 1 ? std::string(extent.counted) : plural(extent.counted)) +
                     (count == 1 ? " is" : " are") + " left out: ";
  bool first = true;
  for (const transcript::LeftOut::Kind& kind : extent.left_out.kinds()) {
    if (!first) text += ", ";
    first = false;
    text += in_words(kind, conformance::shown(kind.example), extent.found_by);
  }
  std::fprintf(stderr, "understudy: %s: %s\n", path.c_str(), text.c_str());
}

}  // namespace understudy::tools
