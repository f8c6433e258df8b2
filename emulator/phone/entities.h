// Entities as firmware V1 reads them.
#pragma once

#include <string_view>

#include "wpi/message.h"

namespace understudy::phone {

// The order as a phone takes it that leaves &lt; &gt; and &amp; in values as they came, and decodes all else (field). `bytes` are
// those that it was read from.
wpi::Document with_entities_left(const wpi::Document& order, std::string_view bytes);

}  // namespace understudy::phone
