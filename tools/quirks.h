// Quirks by their names, as users type them.
#pragma once

#include <string>
#include <tl/expected.hpp>

#include "phone/quirks.h"

namespace understudy::tools {

// The error is one line, with "did you mean" where a name is near.
tl::expected<const phone::NamedQuirk*, std::string> quirk_named(const std::string& name);

}  // namespace understudy::tools
