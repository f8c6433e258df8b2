// The reader of stored results: of any bytes it makes a result that can be shown, or one line with a place in the file.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "reports/compare.h"
#include "reports/html.h"
#include "reports/json.h"
#include "reports/read_json.h"

namespace {

using namespace understudy::conformance;

void expect(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const auto read = read_json(bytes);
  if (!read) {
    const ResultProblem& problem = read.error();
    expect(!problem.text.empty() && std::none_of(problem.text.begin(), problem.text.end(),
                                                 [](char c) { return static_cast<unsigned char>(c) < ' '; }));
    expect(problem.line <= static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), '\n')) + 1);
    return 0;
  }
  // What was read once is read again.
  expect(read_json(json(read->result)).has_value());
  expect(!html(read->result).empty());
  const std::vector<StoredResult> two = {*read, *read};
  expect(!text(compare({"a", "b"}, two), 100).empty());
  return 0;
}
