// The reader of parts of a load: of any bytes it makes a part that can be added up, or one line.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "../../tools/load_part.h"

namespace {

using namespace understudy;

void expect(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  conformance::LoadPlan plan;
  plan.behaviours = {{"start-up", "", 1}};
  const auto part = tools::part_of_json(std::string(reinterpret_cast<const char*>(data), size), plan);
  if (!part) {
    expect(!part.error().empty() && part.error().find('\n') == std::string::npos);
    return 0;
  }
  // What was read once is read again, and is the same.
  const std::string again = tools::json_of(*part);
  const auto second = tools::part_of_json(again, plan);
  expect(second && tools::json_of(*second) == again);
  tools::LoadSum sum = part->sum;
  sum.merge(second->sum);
  expect(tools::result_of(sum).totals.done == 2 * part->sum.tally.counts.done);
  return 0;
}
