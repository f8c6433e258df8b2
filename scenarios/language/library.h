// The scenarios that come with the program.
#pragma once

#include <string_view>
#include <vector>

#include "scenarios/language/reader.h"

namespace understudy::scenarios::language {

struct Shipped {
  std::string_view name;   // "start-up"
  std::string_view bytes;  // of its file
};

// By name.
const std::vector<Shipped>& library();
const Shipped* find_shipped(std::string_view name);  // nullptr if there is none of that name

// One of them, read as any other; what it includes is shipped too.
tl::expected<SharedScenario, FileError> read_shipped(const Shipped& shipped, const Reader& reader);

// A commented scenario to start from.
std::string_view scenario_template();

}  // namespace understudy::scenarios::language
