// Recorded exchanges and made-up entries for the tests of transcripts.
#pragma once

#include <string>
#include <vector>

#include "transcript/entry.h"

namespace understudy::transcript {

// Every exchange of tests/wire, with exact head bytes.
std::vector<Exchange> recorded_exchanges();

// A start, a phone, marks, an exchange with everything in it, one that failed.
std::vector<Entry> all_kinds();

std::string whole_file(const std::vector<Entry>& entries);

// A file of the test's own, removed with it.
class ScratchFile {
 public:
  ScratchFile();
  ~ScratchFile();
  const std::string& path() const { return path_; }
  std::string bytes() const;

 private:
  std::string path_;
};

}  // namespace understudy::transcript
