// Transcripts as files: JSON Lines, one entry a line, the first line says which format.
//
//   {"format":"understudy.transcript/1",...}
//
// Bytes are kept exactly: a text member where they are UTF-8, else a member of the same name with "64" behind
// it in base64. Secrets are masked (mask.h) unless asked otherwise. A file cut off at any byte is read up to
// its last whole line. The format is described in docs/transcript.md.
#pragma once

#include <cstddef>
#include <functional>
#include <istream>
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

// How much of a file was read.
struct Extent {
  std::string cut_off;  // where the file ends too early: "it is cut off within line 7, which is left out"; empty: it is whole
  // Which entries are not judged; of what others recorded, and where something is left out, how many there are.
  std::size_t recorded = 0;
  LeftOut left_out;
  std::string_view counted = "exchange", found_by = "exchange";  // the kind of them, and what their numbers count in the file
};

struct Transcript : Extent {
  std::vector<Entry> entries;
};

// Whether more is wanted.
using TakeEntry = std::function<bool(Entry entry)>;

// Hands over entry by entry, so that a file may have any size. Parses the messages in the exchanges too (Exchange::said,
// answer). An HTTP archive is read as well (har.h). Lines that are missing are noticed: what follows a missing message in its
// interaction has Fact::content untold.
tl::expected<Extent, FileProblem> read_each(std::istream& in, const TakeEntry& take);
tl::expected<Extent, FileProblem> read_each(const std::string& path, const TakeEntry& take);
// All of it at once.
tl::expected<Transcript, FileProblem> read(std::string_view bytes);
tl::expected<Transcript, FileProblem> read_file(const std::string& path);

// Writes each entry as it comes and flushes it, so that a kill leaves every whole line.
class FileSink : public Sink {
 public:
  // `masker` may be nullptr: then secrets stand in clear, and nobody but its owner may read the file, unless they were
  // `masked_before`.
  static tl::expected<std::unique_ptr<FileSink>, FileProblem> open(const std::string& path, Masker* masker,
                                                                   bool masked_before = false);
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
