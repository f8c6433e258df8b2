// Where phones keep what outlives the program.
#pragma once

#include <string>

#include <tl/expected.hpp>

#include "phone/phone.h"

namespace understudy::fleet {

class Memory {
 public:
  virtual ~Memory() = default;
  // Keeps what the phone remembers now, in the place of what it did before: once this returns, not even a power cut takes it
  // away. The error is one line; what was kept before is still there then.
  virtual tl::expected<void, std::string> keep(const phone::Phone& phone) = 0;
};

}  // namespace understudy::fleet
