// What an element is, from its name and from where it stands.
#include <utility>

#include "wpi/http.h"
#include "wpi/understanding.h"

namespace understudy::wpi {

Understanding::Kind Understanding::kind_of(std::string_view name, Range tag) {
  const bool one_of_ours =
      same_ignoring_case(name, "DLSMessage") || same_ignoring_case(name, "WorkpointMessage");
  const bool outside = open_.empty();
  const Kind parent = outside ? Kind::foreign : open_.back().kind;
  if (one_of_ours && (parent == Kind::envelope || !root_is_ours_)) {
    open_root(name, true, tag);
    return Kind::root;
  }
  if (name == "Signature" && (outside || parent == Kind::root || parent == Kind::message)) {
    add(Oddity::signature_envelope, name, tag);
    if (outside) open_root(name, false, tag);
    return Kind::envelope;
  }
  if (outside) {
    add(Oddity::root_unknown, name, tag);
    open_root(name, false, tag);
    return Kind::root;
  }
  switch (parent) {
    case Kind::envelope:
      return Kind::envelope;
    case Kind::root:
      return kind_in_root(name, tag);
    case Kind::message:
      return kind_in_message(name, tag);
    case Kind::item_list:
      if (name == "Item") return Kind::item;
      break;
    case Kind::foreign:
      return Kind::foreign;  // its outermost element was noted
    default:
      break;
  }
  return stray(Kind::foreign, name, tag);
}

Understanding::Kind Understanding::kind_in_root(std::string_view name, Range tag) {
  if (name == "Message") return Kind::message;
  if (name == "ItemList") {
    add(Oddity::item_list_outside, name, tag);
    return Kind::item_list;
  }
  if (name == "Action") return stray(Kind::action, name, tag);
  if (name == "ReasonForContact") return stray(Kind::reason, name, tag);
  // What a foreign document consists of is no oddity of ours.
  return root_is_ours_ ? stray(Kind::foreign, name, tag) : Kind::foreign;
}

Understanding::Kind Understanding::kind_in_message(std::string_view name, Range tag) {
  if (name == "ItemList") {
    if (++lists_in_message_ == 1)
      first_list_ = tag;
    else
      add(Oddity::several_item_lists, name, tag);
    return Kind::item_list;
  }
  const bool is_action = name == "Action";
  if (is_action || name == "ReasonForContact") {
    if (is_action == (sender_ == Sender::service))
      note_order();
    else
      add(is_action ? Oddity::stray_action : Oddity::stray_reason, name, tag);
    return is_action ? Kind::action : Kind::reason;
  }
  if (name == "Item") return stray(Kind::item, name, tag);
  return stray(Kind::foreign, name, tag);
}

// Where it may not stand; understood all the same if it is one of ours.
Understanding::Kind Understanding::stray(Kind kind, std::string_view name, Range tag) {
  add(Oddity::unknown_element, name, tag);
  return kind;
}

void Understanding::note_order() {
  if (!std::exchange(ordered_, true) && lists_in_message_ > 0)
    add(Oddity::item_list_before_action, "ItemList", first_list_);
}

}  // namespace understudy::wpi
