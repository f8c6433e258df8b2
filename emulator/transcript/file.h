// Transcripts as files: JSON Lines, one entry a line, the first line says which format.
//
//   {"format":"understudy.transcript/1",...}
//
// Bytes are kept exactly: a text member where they are UTF-8, else a member of the same name with "64" behind
// it in base64. Secrets are masked (mask.h) unless asked otherwise. A file cut off at any byte is read up to
// its last whole line. The format is described in docs/transcript.md.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "transcript/entry.h"
#include "transcript/mask.h"
#include "transcript/recording.h"

namespace understudy::transcript {

enum class FileError { cannot_open, not_a_transcript, other_version, bad_line, cannot_write };

struct FileProblem {
  FileError error;
  std::size_t line = 0, column = 0;  // from 1; 0 where there is none
  std::string text;                  // one line for people, without the file's name
};

struct Transcript {
  std::vector<Entry> entries;
  bool cut_off = false;  // the last line was not whole, and was left out
  // Of what others recorded: how many entries the file has, and which of them are not judged.
  std::size_t recorded = 0;
  LeftOut left_out;
  bool of_packets = false;  // what is counted are exchanges, and they are found by the number of a packet
};

// Parses the messages in the exchanges too (Exchange::said, answer). An HTTP archive is read as well (har.h).
tl::expected<Transcript, FileProblem> read(std::string_view bytes);
tl::expected<Transcript, FileProblem> read_file(const std::string& path);

// Writes each entry as it comes and flushes it, so that a kill leaves every whole line.
class FileSink : public Sink {
 public:
  // `masker` may be nullptr: then secrets stand in clear.
  static tl::expected<std::unique_ptr<FileSink>, FileProblem> open(const std::string& path, Masker* masker);
  ~FileSink() override;
  void take(const Entry& entry) override;
  // The first error of writing (a full disk), if there was one; later entries are dropped.
  const std::optional<FileProblem>& problem() const;

 private:
  FileSink();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// One entry as its line, without the line end.
std::string to_line(const Entry& entry, Masker* masker);

}  // namespace understudy::transcript
