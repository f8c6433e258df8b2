// A file with the memories of phones: what they keep outlives the program (docs/state.md).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "fleet/memory.h"
#include "fleet/sqlite.h"

namespace understudy::fleet {

struct StateError {
  enum class Kind { wrong_file, could_not_run };  // what stands in it is wrong; it cannot be made, opened, written, shared
  Kind kind = Kind::could_not_run;
  std::string text;  // one line, with the path
};

class StateFile : public Memory {
 public:
  // Makes the file, for nobody else to read, where there is none; it belongs to this program as long as the object lives.
  static tl::expected<std::unique_ptr<StateFile>, StateError> open(const std::string& path);

  // How often the file was opened, this time included: for a seed that differs each time.
  std::uint64_t starts() const { return starts_; }

  // Who is kept, by mac.
  struct Kept {
    std::string mac, model, firmware, number, address;
  };
  tl::expected<std::vector<Kept>, StateError> phones();

  struct Recalled {
    bool known = false;  // else it is new here, and as it was
    std::string note;    // worth telling the user; empty: nothing
  };
  // A phone that was just made remembers what is kept under its mac. Other firmware is a phone that was upgraded: a note. Another
  // model or number is another phone: an error.
  tl::expected<Recalled, StateError> recall(phone::Phone& phone);

  tl::expected<void, std::string> keep(const phone::Phone& phone) override;

 private:
  StateFile(std::string path, Database database) : path_(std::move(path)), database_(std::move(database)) {}
  tl::expected<void, StateError> take_hold();
  tl::expected<void, StateError> examine();
  StateError wrong(const SqlError& error) const;
  StateError wrong_file(const std::string& text) const;

  std::string path_;
  Database database_;
  std::uint64_t starts_ = 0;
};

}  // namespace understudy::fleet
