// A result that was written as JSON (understudy.result/1), read again: for reports that are made later.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "reports/result.h"

namespace understudy::conformance {

// What a file says of a result. `result` is as it was where it was made, but for texts, which are as they are shown.
struct StoredResult {
  Result result;
  std::string verdict,
      sentence;  // in the file's own words: newer programs may say what this one does not know
};

struct ResultProblem {
  std::size_t line = 0, column = 0;  // from 1; 0 where there is none
  std::string text;                  // one line for people, without the file's name
};

// Refuses what is no understudy.result/1. Members that are not known are ignored.
tl::expected<StoredResult, ResultProblem> read_json(std::string_view bytes);
tl::expected<StoredResult, ResultProblem> read_json_file(const std::string& path);

}  // namespace understudy::conformance
