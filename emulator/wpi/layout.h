// Other ways to print a phone's message than the one that real phones were seen to use: each says the same, in XML
// that any reader takes alike.
#pragma once

#include <string>

#include "wpi/message.h"
#include "wpi/writer.h"

namespace understudy::wpi {

// As it stands here it is the usual layout, that of write(message, out).
struct Layout {
  enum class Declaration { usual, none, latin1 };  // latin1: the bytes are ISO-8859-1 as well
  enum class References {
    usual,
    named,    // quotes and apostrophes by name too
    numeric,  // markup by decimal numbers, and punctuation, which needs none, by hexadecimal ones
  };

  Declaration declaration = Declaration::usual;
  References references = References::usual;
  bool reordered = false;    // attributes in the order of the guide's replies (p.48, p.78)
  bool index_first = false;  // index before name (guide p.27, p.81)
  bool single_quotes = false;
  bool line_before_reason = false;  // the reason's text on a line of its own (guide p.45-83)
  bool line_after_reason = false;
  bool items_on_lines = false;  // items' text on lines of their own (guide p.33, p.53)
  bool indented = false;
  bool empty_as_one_tag = false;  // <Item name="..."/> (guide p.33, p.43)
  bool capital_status = false;    // Accepted (field)

  bool operator==(const Layout&) const = default;
};

// `message.items` are written; what came written already has another layout, and is left out.
void write(const PhoneMessage& message, const Layout& layout, std::string& out);

// One Item element and a line end.
void append_item(std::string& out, const Item& item, const Layout& layout);

// The word for a reply's status in that layout.
std::string status_word(ReplyStatus status, const Layout& layout);

}  // namespace understudy::wpi
