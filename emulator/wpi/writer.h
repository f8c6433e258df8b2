// Writes WPI messages by appending to a string.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wpi/message.h"
#include "wpi/vocabulary.h"

namespace understudy::wpi {

struct PhoneMessage {
  std::string nonce;
  std::optional<std::string> max_items = "-1";
  std::optional<Fragment> fragment;
  Reason reason = Reason::start_up;
  std::optional<std::string> action;      // the action answered, spelled as the service did
  std::optional<ReplyStatus> status;
  // What no phone says, but a scenario may:
  std::string other_status = {};          // a word in place of `status`
  bool has_nonce = true;                  // false: the attribute is left out
  bool has_item_list = true;              // an empty list is written as <ItemList/>; a busy reply has none
  std::vector<Item> items;
  std::string written_items;              // Item elements as append_item() writes them; they stand in place of `items`
};

struct ServiceMessage {
  std::string nonce;
  Action action = Action::clean_up;
  std::vector<Item> items;                // no ItemList where empty
};

// The exact layout that real phones use (field.md 2 and 8): declaration in lower case, the root's attributes each on a
// line of their own, nonce first, name before index before status, the reason on one line without blanks.
void write(const PhoneMessage& message, std::string& out);

// As the guide prints service messages (p.34, p.48).
void write(const ServiceMessage& message, std::string& out);

// One Item element and a line end.
void append_item(std::string& out, const Item& item);
// The same for an item of name, index and value alone.
void append_item(std::string& out, std::string_view name, std::optional<int> index, std::string_view value);

// Text that stands for itself wherever it is written: nothing in it is escaped.
bool is_plain(std::string_view text);
// append_item() where name and value are known to be plain: nobody looks at them again.
void append_plain_item(std::string& out, std::string_view name, std::optional<int> index, std::string_view value);

// Escapes for element text and for attribute values in double quotes. Bytes that XML 1.0 cannot carry (control
// characters, broken UTF-8) become U+FFFD.
void append_escaped(std::string& out, std::string_view text);
void append_escaped_attribute(std::string& out, std::string_view text);

}  // namespace understudy::wpi
