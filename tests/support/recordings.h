// The exchanges of tests/wire, recorded with real provisioning services. The only reader of these files.
#pragma once

#include <string>
#include <vector>

#include "wpi/http.h"

namespace understudy {

struct Recorded {
  std::string title;
  wpi::HttpRequest request;
  // The fields as the file has them and the head made of them; nobody has looked at its framing.
  wpi::HttpResponse response;

  // The answer as bytes: status line, headers and body.
  std::string answer() const { return response.head + response.body; }
};

// `service` is "service-a" or "service-b". Throws if there are no recordings of it.
std::vector<Recorded> recorded_with(const std::string& service);

// The same of any file, a recorded exchange on each line.
std::vector<Recorded> read_recordings(const std::string& path);

}  // namespace understudy
