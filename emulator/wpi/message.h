// A WPI message as it stood on the wire: what was understood, where it stood, and what was odd about it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wpi/vocabulary.h"

namespace understudy::wpi {

// A place in the bytes of a message. Lines and columns count from 1; a column counts characters (code points).
struct Place {
  std::uint32_t offset = 0;  // bytes from the start
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};

// Text of a message and the bytes that it stood in (for an attribute: its value without the quotes; for an element:
// its content, or the start tag where there is no content).
struct Text {
  std::string text;  // decoded; white space around an element's text is trimmed (guide p.45-83 prints it padded)
  Place place;
  std::uint32_t length = 0;  // bytes from place on
};

struct Item {
  std::string name;
  std::optional<std::string> index;  // as written: whether it is a number is for the reader's user to say
  std::string value;                 // decoded and trimmed
  std::string status;                // empty if the attribute is absent
  std::string type;                  // empty if the attribute is absent
  // Filled by the reader, left as they are by a writer's caller:
  Place place;                       // of the start tag's '<'
  std::uint32_t tag_length = 0;      // bytes of the start tag
  std::uint32_t length = 0;          // bytes of the whole element
  bool has_name = true;              // false if there was no name attribute
  bool has_status = false;           // a status attribute stood there, be it empty
  std::vector<std::string> other_attributes{};  // names of attributes that an Item does not have
};

struct ReasonText {
  Text reason;
  std::optional<Text> action;    // attribute
  std::optional<Text> status;    // attribute
};

// What stood in a message and should not have, or not so. Understood all the same, as real phones do (field).
enum class Oddity {
  leading_white_space,      // before the root, with no XML declaration (a real phone lives with it)
  before_declaration,       // anything before an XML declaration: not well-formed
  root_spelling,            // the root in another spelling: DlsMessage
  root_unknown,             // a root that is none of ours
  signature_envelope,       // an XML signature around the message
  no_namespace,
  other_namespace,
  several_messages,
  no_message,
  several_item_lists,
  item_list_outside,        // beside Message
  item_list_before_action,
  stray_reason,             // ReasonForContact in a service's message
  stray_action,             // Action in a phone's message
  comment,
  processing_instruction,
  text_around,              // characters where only elements belong
  unknown_element,
  unknown_attribute,
  fragment_on_reason,       // the fragment attribute on ReasonForContact instead of Message
  declared_encoding,        // the declaration names another encoding than UTF-8
  not_utf8,                 // the bytes are not UTF-8
  doctype,                  // refused; what follows was not read
  too_large, too_deep, too_many_items,  // limits of the reader; what follows was not read
  schema,                   // the schema objects, and none of the above says why
};
std::string_view name_of(Oddity oddity);  // "root_spelling"

struct OddText {
  Oddity oddity;
  std::string detail;  // the name or text that stood there
  Place place;
  std::uint32_t length = 0;
};

// A message of either side as it was read.
struct Document {
  bool well_formed = false;
  std::string error;       // why it is not well-formed (or was refused), in words
  Place error_place;
  bool empty = false;      // no byte, or white space alone

  std::string root;             // local name of the root that holds the message, as written
  std::string root_namespace;   // empty if none
  Place root_place;             // of the root's start tag
  std::uint32_t root_length = 0;
  int messages = 0;             // how many Message elements
  Place message_place;          // of the first Message start tag
  std::uint32_t message_length = 0;
  std::optional<Text> nonce;    // of the first Message; absent and empty are different things
  std::optional<Text> max_items;
  std::optional<Text> fragment;  // from Message or from ReasonForContact
  std::vector<Text> actions;     // every Action of the document
  std::vector<ReasonText> reasons;
  int item_lists = 0;
  std::vector<Place> item_list_places;
  std::vector<Item> items;       // of all lists, in the order of the document
  bool items_left_out = false;   // a writer did not list them here: they stand in the bytes alone
  std::vector<OddText> oddities;

  // What the message says, for who need not be strict.
  std::optional<Action> action() const;   // the first known one
  std::optional<Reason> reason() const;
  std::string_view nonce_or_empty() const { return nonce ? std::string_view(nonce->text) : std::string_view(); }
  const Item* find(std::string_view name) const;  // the first item of that name
  const OddText* odd(Oddity oddity) const;        // the first oddity of that kind
};

}  // namespace understudy::wpi
