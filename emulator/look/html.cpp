#include "look/html.h"

#include "wpi/utf8.h"

namespace understudy::look {

std::string escaped(std::string_view text) { return std::string(text); }

}  // namespace understudy::look
