// Bugs that services in the field have, or had: which of our defects shows each of them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::reference {

struct FieldBug {
  std::string_view number;                // "F01"
  std::string_view text;                  // what the service did
  std::vector<std::string_view> defects;  // that do the same; empty where none can, and `why` says so
  std::string_view why = {};              // how the defects cover it, where that is not plain
};

// In the order of their numbers.
std::span<const FieldBug> field_bugs();
// The numbers of those that a defect shows, "F03, F15"; empty where it is none of the field's.
std::string field_bugs_of(std::string_view defect);

}  // namespace understudy::reference
