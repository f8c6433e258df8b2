// What a play knows of words in braces: variables that were set or captured, a set for each phone.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <utility>

#include "scenarios/language/text.h"

namespace understudy::scenarios {

class Values {
 public:
  void set(std::uint32_t phone, const std::string& name, std::string value);
  // What this phone's steps set last; else what any did.
  std::optional<std::string> find(std::uint32_t phone, const std::string& name) const;

 private:
  std::map<std::pair<std::uint32_t, std::string>, std::string> own_;
  std::map<std::string, std::string> last_;
};

// A text with its braces filled in; the error is what has no value.
using Fill = std::function<tl::expected<std::string, language::TextPart>(const language::Text&)>;

}  // namespace understudy::scenarios
