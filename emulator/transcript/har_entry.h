// An entry of an HTTP archive as an exchange. Not for others than har_read.cpp.
#pragma once

#include <Poco/JSON/Object.h>
#include <cstdint>
#include <map>
#include <string>

#include "transcript/recording.h"

namespace understudy::transcript {

class HarEntries {
 public:
  // False: it is not as HAR has them. Entries come in the order of the file.
  bool read(const Poco::JSON::Object::Ptr& object, RecordedExchange& one);
  bool exact_times = false;  // a time of 0 is one: else it is not known

 private:
  microseconds last_{};
  std::map<std::string, std::uint64_t> connections_;
};

}  // namespace understudy::transcript
