// Lines of text whose fields are held apart by tabs: what is kept of stores and phones is written so.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace understudy::items {

// Any text as one field: tabs, line feeds and backslashes, which hold the lines together, are escaped.
void append_field(std::string& line, std::string_view value);
// What a field says; nothing where its escapes are none.
std::optional<std::string> value_of_field(std::string_view field);

// Takes what stands before the first `end` off the text, and the `end` with it; all of it where there is none.
std::string_view next_part(std::string_view& text, char end);

}  // namespace understudy::items
