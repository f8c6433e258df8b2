// What a load looks like while it runs: one screen that is drawn again on a terminal, else a line a second.
#pragma once

#include <cstdio>
#include <string>

#include "load_record.h"
#include "terminal.h"

namespace understudy::tools {

class LoadScreen {
 public:
  // Writes to `out`, which must outlive it.
  explicit LoadScreen(std::FILE* out);
  // The last second of the record is new, or somebody changed the pace.
  void show(const LoadRecord& record);
  // Before the plan begins.
  void show_preparation(std::uint64_t prepared, std::uint64_t phones);
  // There are keys that change the load: the screen says which.
  void show_keys(bool there) { keys_ = there; }
  // Takes the screen away; lines stay.
  void done();

 private:
  std::string line(const LoadRecord& record) const;
  std::string page(const LoadRecord& record) const;
  void draw(const std::string& text);

  std::FILE* out_;
  Terminal terminal_;
  int lines_ = 0;  // that stand there
  bool keys_ = false;
};

// The latency table, and how the load was: above the verdict.
std::string load_in_words(const conformance::LoadResult& load);

}  // namespace understudy::tools
