// Transcripts made by hand, one message after the other.
#pragma once

#include <string>
#include <vector>

#include "differences/words.h"
#include "transcript/entry.h"

namespace understudy::conformance::differences {

// A phone and its service. Items are "name=value", with an index "name[2]=value".
class Tape {
 public:
  explicit Tape(std::string service = "https://10.0.0.5:18443", std::string mac = "00:1A:E8:FF:00:01",
                bool masked = false);

  Tape& begins(const std::string& reason);
  Tape& hears(const std::string& action, const std::vector<std::string>& items = {});
  // The answer's own words for it, in place of a right message.
  Tape& hears_words(int status, const std::string& body);
  Tape& hears_nothing();
  Tape& ends(const std::string& how);
  const std::vector<transcript::Entry>& entries() const { return entries_; }

 private:
  transcript::Exchange exchange();
  std::vector<transcript::Entry> entries_;
  std::string phone_ = "phone-1", nonce_, reason_;
  std::uint32_t interaction_ = 0, message_ = 0;
};

// The recordings of tests/wire as one phone's; `changed`: the first value that is written and no secret is another.
std::vector<transcript::Entry> recorded_entries(const std::string& service, bool changed = false);

// What stands in a report, a line each, where the first phone of both is held against the other.
std::vector<std::string> lines_between(const std::vector<transcript::Entry>& then,
                                       const std::vector<transcript::Entry>& now,
                                       const Telling& telling = {});

}  // namespace understudy::conformance::differences
