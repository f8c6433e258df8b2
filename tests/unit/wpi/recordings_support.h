// The exchanges recorded with real services, as the tests of the wire format need them.
#pragma once

#include <string>
#include <vector>

namespace understudy::tests {

struct Recorded {
  std::string title;
  std::string request;   // body
  std::string head;      // of the answer: status line and headers, with the blank line
  std::string response;  // body
};

// All exchanges of a file of recordings; throws if it is none.
std::vector<Recorded> read_recordings(const std::string& path);

}  // namespace understudy::tests
