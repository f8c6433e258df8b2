// HTML as text: what others sent never becomes markup.
#pragma once

#include <string>
#include <string_view>

namespace understudy::look {

// As the text of an element, or of an attribute in double quotes. Control characters and bytes that are no UTF-8 are shown
// as the replacement character; tabs and line ends stay.
std::string escaped(std::string_view text);

}  // namespace understudy::look
