// Small changes to the text of a message that is well-formed and laid out as our writer lays it out.
#pragma once

#include <string>
#include <string_view>

namespace understudy::reference {

// Each changes nothing where the text does not hold `place`.
void insert_before(std::string& xml, std::string_view place, std::string_view what);
void insert_after(std::string& xml, std::string_view place, std::string_view what);
void replace_first(std::string& xml, std::string_view what, std::string_view with);
void replace_all(std::string& xml, std::string_view what, std::string_view with);
// Takes the first text from `begin` to the end of the `end` that follows out, and returns it; empty if there
// is none.
std::string cut(std::string& xml, std::string_view begin, std::string_view end);

// Puts an XML declaration before the message, which has none.
void declare(std::string& xml, std::string_view encoding);
// Adds an attribute to the first item, or text to the end of its value.
void add_to_first_item(std::string& xml, std::string_view attribute);
void append_to_first_value(std::string& xml, std::string_view text);
// Replaces the value of Message's nonce attribute.
void set_nonce(std::string& xml, std::string_view nonce);

}  // namespace understudy::reference
