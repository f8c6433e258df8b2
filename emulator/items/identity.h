// Which items name a person, a phone or a place: what is replaced in a recording that everybody may read.
#pragma once

#include <string_view>

namespace understudy::items {

// By its type in the catalogue and its name; an item that is not in the catalogue by its name alone. Secrets (is_secret) are
// another matter.
bool identifies(std::string_view name);

// A word of names of items, or of what carries them: it names nobody, wherever it stands. Case does not count.
bool is_common_word(std::string_view word);

}  // namespace understudy::items
