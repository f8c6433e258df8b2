// What stands in the JSON of a request, as texts for items. Errors are the rest of a sentence without full stop.
#pragma once

#include <Poco/Dynamic/Var.h>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace understudy::reference {

tl::unexpected<std::string> wrong(std::string why);
// A text, number or boolean as the text of an item; `what` names it in the error.
tl::expected<std::string, std::string> scalar(const Poco::Dynamic::Var& value, const std::string& what);
// A message can carry it: what it could not would come out as another text than was wanted.
bool is_xml_text(std::string_view text);

}  // namespace understudy::reference
