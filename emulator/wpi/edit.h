// Values of a message replaced where they stand; every other byte stays as it came.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "wpi/message.h"

namespace understudy::wpi {

struct NewValue {
  std::size_t item = 0;  // its place in Document::items
  std::string value;
};

// `document` is what Reader made of `bytes`; the new values in the order of their items. Of a value that was empty, or of a message that is not
// well-formed UTF-8, nothing is replaced. White space around a value stays.
std::string with_values(std::string_view bytes, const Document& document, const std::vector<NewValue>& values);

}  // namespace understudy::wpi
