// The exchanges of tests/wire, recorded with real provisioning services.
#pragma once

#include <string>
#include <vector>

#include "wpi/http.h"

namespace understudy {

struct Recorded {
  std::string title;
  wpi::HttpRequest request;
  wpi::HttpResponse response;  // read by the strict reader from the bytes that `answer` has
  std::string answer;          // status line, headers and body as bytes
};

// `service` is "service-a" or "service-b".
std::vector<Recorded> recorded_with(const std::string& service);

}  // namespace understudy
