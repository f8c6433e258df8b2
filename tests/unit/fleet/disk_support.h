// A disk that stops at a chosen moment of SQLite's work: what stands on it then is what a kill leaves there, or a power cut.
#pragma once

#include <sqlite3.h>

#include <map>
#include <random>
#include <string>
#include <vector>

namespace understudy {

// What happens in the place of the n-th thing that is done to the disk (a file is written, cut, synced or deleted). Nothing is
// done to it afterwards.
enum class Failure {
  killed,    // as when the process is killed before it
  torn,      // as when it is killed with half of it done
  power_cut  // of all that was not synced before, each thing may or may not have reached the disk
};

class FailingDisk {
 public:
  // SQLite uses it for what is opened as long as this lives; that must be closed before. Steps count from 1; at 0 it never fails.
  // `chance` decides what a power cut takes.
  FailingDisk(Failure failure, int step, unsigned chance);
  ~FailingDisk();
  FailingDisk(const FailingDisk&) = delete;
  FailingDisk& operator=(const FailingDisk&) = delete;

  int steps() const { return done_; }  // done so far

 private:
  struct Write {
    sqlite3_int64 offset = 0;
    std::string bytes;
    bool cuts = false;  // the file, at that offset
  };
  // What is on the disk for certain, and what is not yet.
  struct Durable {
    bool exists = false;
    std::string bytes;
    std::vector<Write> pending;
  };
  struct File;
  struct Methods;

  bool stops();
  void cut_power();

  sqlite3_vfs* real_;
  sqlite3_vfs own_;
  Failure failure_;
  int step_, done_ = 0;
  bool stopped_ = false;
  std::minstd_rand chance_;
  std::map<std::string, Durable> files_;
};

}  // namespace understudy
