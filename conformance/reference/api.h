// The job API: JSON over HTTP for whoever wants something of a phone (docs/service.md).
#pragma once

#include "reference/record.h"
#include "wpi/http.h"

namespace understudy::reference {

struct ApiAnswer {
  int status = 200;
  std::string json;
  std::string allow = {};  // for the Allow header of a 405
};

inline constexpr std::string_view api_prefix = "/api/";

// `path` is without query. Never throws; what is wrong with a request is in the answer.
ApiAnswer api_answer(PhoneBook& book, const Options& options, const wpi::HttpRequest& request,
                     std::string_view path, microseconds now);

}  // namespace understudy::reference
