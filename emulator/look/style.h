// The look of all pages and reports.
#pragma once

#include <string_view>

namespace understudy::look::data {

extern const std::string_view style_css;  // embedded from style.css

}  // namespace understudy::look::data
