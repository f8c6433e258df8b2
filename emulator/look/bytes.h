// Bytes from the wire as HTML, with the places marked that a remark is about. Not for others.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "look/ladder_html.h"
#include "look/pretty.h"

namespace understudy::look {

// The ranges of the text escaped, and each place in a <mark>. Places may overlap or lie partly outside.
std::string marked(std::string_view text, Range range, const std::vector<Range>& places);

// Bytes as they came, in a <pre>. More than `most` are cut; a sentence says how much is left out, and marked places
// beyond are shown behind it. `label` says to screen readers what it is.
std::string raw_html(std::string_view bytes, const std::vector<Range>& places, std::string_view label,
                     std::size_t most = most_shown);

// The same of a body: laid out where it is XML.
std::string body_html(std::string_view bytes, const std::vector<Range>& places, std::string_view label,
                      std::size_t most = most_shown);

}  // namespace understudy::look
