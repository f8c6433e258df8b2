#include "wpi/understanding.h"

#include <algorithm>
#include <utility>

#include "wpi/http.h"
#include "wpi/utf8.h"

namespace understudy::wpi {

namespace {

// Who floods a message with oddities learns nothing from the thousandth.
constexpr int oddities_of_a_kind = 100;
constexpr std::size_t detail_limit = 160;

std::string utf8(std::u16string_view text) {
  std::string out;
  append_utf8(out, text);
  return out;
}

std::string excerpt(std::string_view text) {
  if (text.size() <= detail_limit) return std::string(text);
  std::size_t end = detail_limit;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)).append("…");
}

std::string_view local_name(std::string_view name) {
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

std::string_view prefix_of(std::string_view name) {
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? std::string_view() : name.substr(0, colon);
}

// About how many items stand in a text: they are large, and would all be moved each time their vector grows.
std::size_t count_items(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = text.find("<Item"); at != std::string_view::npos; at = text.find("<Item", at + 5))
    ++count;
  return count;
}

bool declares_namespace(std::u16string_view attribute) {
  return attribute == u"xmlns" || attribute.starts_with(u"xmlns:");
}

// An attribute as it stands in a start tag that is well-formed.
struct RawAttribute {
  std::string_view name;
  Range value;  // without the quotes
  Range whole;
};

// Calls back for each attribute of the tag.
template <typename Visit>
void for_each_attribute(std::string_view text, Range tag, Visit visit) {
  std::size_t at = text.find_first_of(" \t\r\n", tag.begin);
  while (at < tag.end) {
    const std::size_t name = text.find_first_not_of(" \t\r\n", at);
    const std::size_t equals = text.find('=', name);
    const std::size_t open = text.find_first_of("'\"", equals);
    if (open >= tag.end) return;
    const std::size_t close = text.find(text[open], open + 1);
    if (close >= tag.end) return;
    visit(RawAttribute{trimmed(text.substr(name, equals - name)), {open + 1, close}, {name, close + 1}});
    at = close + 1;
  }
}

constexpr std::u16string_view message_attributes[] = {u"nonce", u"maxItems", u"fragment"};
constexpr std::u16string_view reason_attributes[] = {u"action", u"status", u"fragment"};
constexpr std::u16string_view item_attributes[] = {u"name", u"index", u"status", u"type"};

}  // namespace

Understanding::Understanding(const Source& source, Sender sender, const ReadLimits& limits)
    : source_(&source), text_(source.text()), sender_(sender), limits_(limits) {}

void Understanding::add(Oddity oddity, std::string_view detail, Range range) {
  if (++counts_[static_cast<std::size_t>(oddity)] > oddities_of_a_kind) return;
  document_.oddities.push_back(
      {oddity, excerpt(detail), source_->place(range.begin), source_->length(range)});
}

void Understanding::fail(std::string error, std::size_t offset) {
  if (std::exchange(failed_, true)) return;
  document_.error = std::move(error);
  document_.error_place = source_->place(offset);
}

Document Understanding::finish() {
  document_.well_formed = !failed_;
  if (document_.well_formed && document_.messages == 0 && !document_.root.empty())
    add(Oddity::no_message, document_.root, {markup_end_, markup_end_});
  return std::move(document_);
}

// A start tag is told when it has been read; its '<' is the last one before, since none may stand in an
// attribute.
bool Understanding::start(std::u16string_view qualified, std::span<const XmlAttribute> attributes,
                          std::size_t end) {
  const std::size_t begin = std::max(markup_end_, std::min(text_.rfind('<', end - 1), end));
  const Range tag{begin, end};
  flush_text(begin);
  markup_end_ = end;
  if (open_.size() >= static_cast<std::size_t>(std::max(limits_.depth, 0))) {
    add(Oddity::too_deep, utf8(qualified), tag);
    fail("elements lie too deep in one another", begin);
    return false;
  }
  name_.clear();
  append_utf8(name_, qualified);
  const std::string_view local = local_name(name_);
  const std::size_t outside = namespaces_.size();
  const Kind kind = kind_of(local, tag);
  open_.push_back({kind, tag, outside});
  declare_namespaces(attributes);
  if (kind == Kind::foreign || kind == Kind::envelope) return true;
  note_namespace(prefix_of(name_), namespaces_.size() > outside, tag);
  value_.clear();
  switch (kind) {
    case Kind::message:
      open_message(attributes, tag);
      break;
    case Kind::reason:
      open_reason(attributes, tag);
      break;
    case Kind::item:
      if (document_.items.size() >= limits_.items) {
        add(Oddity::too_many_items, std::to_string(limits_.items), tag);
        fail("more than " + std::to_string(limits_.items) + " items", begin);
        return false;
      }
      open_item(attributes, tag);
      break;
    case Kind::item_list:
      open_item_list(tag);
      [[fallthrough]];
    default:
      note_attributes(attributes, {}, tag);
  }
  return true;
}

void Understanding::open_root(std::string_view name, bool ours, Range tag) {
  document_.root = name;
  document_.root_place = source_->place(tag.begin);
  document_.root_length = source_->length(tag);
  if (!ours) return;
  root_is_ours_ = true;
  const std::string_view expected = sender_ == Sender::phone ? "WorkpointMessage" : "DLSMessage";
  if (name == expected) return;
  add(same_ignoring_case(name, expected) ? Oddity::root_spelling : Oddity::root_unknown, name, tag);
}

void Understanding::open_message(std::span<const XmlAttribute> attributes, Range tag) {
  lists_in_message_ = 0;
  ordered_ = false;
  note_attributes(attributes, message_attributes, tag);
  if (++document_.messages > 1) {
    add(Oddity::several_messages, "Message", tag);
    return;
  }
  document_.message_place = source_->place(tag.begin);
  document_.message_length = source_->length(tag);
  std::size_t i = 0;
  for_each_attribute(text_, tag, [&](const RawAttribute& raw) {
    if (i == attributes.size()) return;
    const XmlAttribute& attribute = attributes[i++];
    Text text{utf8(attribute.value), source_->place(raw.value.begin), source_->length(raw.value)};
    if (raw.name == "nonce")
      document_.nonce = std::move(text);
    else if (raw.name == "maxItems")
      document_.max_items = std::move(text);
    else if (raw.name == "fragment")
      document_.fragment = std::move(text);
  });
}

void Understanding::open_reason(std::span<const XmlAttribute> attributes, Range tag) {
  reason_ = {};
  note_attributes(attributes, reason_attributes, tag);
  std::size_t i = 0;
  for_each_attribute(text_, tag, [&](const RawAttribute& raw) {
    if (i == attributes.size()) return;
    const XmlAttribute& attribute = attributes[i++];
    Text text{utf8(attribute.value), source_->place(raw.value.begin), source_->length(raw.value)};
    if (raw.name == "action") {
      reason_.action = std::move(text);
    } else if (raw.name == "status") {
      reason_.status = std::move(text);
    } else if (raw.name == "fragment") {
      add(Oddity::fragment_on_reason, text.text, raw.whole);
      if (!document_.fragment) document_.fragment = std::move(text);
    }
  });
}

void Understanding::open_item_list(Range tag) {
  ++document_.item_lists;
  document_.item_list_places.push_back(source_->place(tag.begin));
}

void Understanding::open_item(std::span<const XmlAttribute> attributes, Range tag) {
  if (document_.items.empty())
    document_.items.reserve(std::min(count_items(text_.substr(tag.begin)), limits_.items));
  item_ = Item{};
  item_.has_name = false;
  item_.place = source_->place(tag.begin);
  item_.tag_length = source_->length(tag);
  bool others = false;
  for (const XmlAttribute& attribute : attributes) {
    if (attribute.name == u"name") {
      append_utf8(item_.name, attribute.value);
      item_.has_name = true;
    } else if (attribute.name == u"index") {
      append_utf8(item_.index.emplace(), attribute.value);
    } else if (attribute.name == u"status") {
      append_utf8(item_.status, attribute.value);
      item_.has_status = true;
    } else if (attribute.name == u"type") {
      append_utf8(item_.type, attribute.value);
    } else if (!declares_namespace(attribute.name)) {
      item_.other_attributes.push_back(utf8(attribute.name));
      others = true;
    }
  }
  if (others) note_attributes(attributes, item_attributes, tag);
}

// Namespace declarations, xsi: and xml: may stand on any element.
void Understanding::note_attributes(std::span<const XmlAttribute> attributes,
                                    std::span<const std::u16string_view> known, Range tag) {
  const auto unknown = [&](std::u16string_view name) {
    return !declares_namespace(name) && !name.starts_with(u"xsi:") && !name.starts_with(u"xml:") &&
           std::find(known.begin(), known.end(), name) == known.end();
  };
  if (std::none_of(attributes.begin(), attributes.end(),
                   [&](const XmlAttribute& a) { return unknown(a.name); }))
    return;
  std::size_t i = 0;
  for_each_attribute(text_, tag, [&](const RawAttribute& raw) {
    if (i < attributes.size() && unknown(attributes[i++].name))
      add(Oddity::unknown_attribute, raw.name, raw.whole);
  });
}

void Understanding::declare_namespaces(std::span<const XmlAttribute> attributes) {
  for (const XmlAttribute& attribute : attributes)
    if (declares_namespace(attribute.name))
      namespaces_.push_back({attribute.name == u"xmlns" ? std::string() : utf8(attribute.name.substr(6)),
                             utf8(attribute.value)});
}

std::string_view Understanding::namespace_of(std::string_view prefix) const {
  const auto found = std::find_if(namespaces_.rbegin(), namespaces_.rend(),
                                  [&](const Namespace& n) { return n.prefix == prefix; });
  return found == namespaces_.rend() ? std::string_view() : std::string_view(found->uri);
}

// The root says which namespace the message is in; an element below it that leaves it is noted as well.
void Understanding::note_namespace(std::string_view prefix, bool declares, Range tag) {
  const bool is_root = open_.back().kind == Kind::root;
  if (!is_root && !declares && prefix.empty()) return;
  const std::string_view uri = namespace_of(prefix);
  if (!is_root && uri == document_.root_namespace) return;
  if (is_root) document_.root_namespace = uri;
  if (uri.empty())
    add(Oddity::no_namespace, name_, tag);
  else if (uri != dls_namespace)
    add(Oddity::other_namespace, uri, tag);
}

void Understanding::characters(std::u16string_view text) {
  if (open_.empty()) return;
  const Kind kind = open_.back().kind;
  if (kind == Kind::action || kind == Kind::reason || kind == Kind::item) append_utf8(value_, text);
}

// Looks at the bytes between the last markup and the next: a validating parser does not tell of text where
// its schema has none.
void Understanding::flush_text(std::size_t next) {
  if (open_.empty()) return;
  const Kind kind = open_.back().kind;
  const bool ours = kind == Kind::message || kind == Kind::item_list || (kind == Kind::root && root_is_ours_);
  if (!ours || next <= markup_end_) return;
  const std::string_view text = trimmed(text_.substr(markup_end_, next - markup_end_));
  if (text.empty()) return;
  const auto begin = static_cast<std::size_t>(text.data() - text_.data());
  add(Oddity::text_around, text, {begin, begin + text.size()});
}

// The bytes of the content without the white space around it, or the start tag where there is no more.
Text Understanding::element_text(const Open& open, Range content) const {
  const std::string_view bytes = trimmed(text_.substr(content.begin, content.end - content.begin));
  Range range = open.tag;
  if (!bytes.empty())
    range.begin = static_cast<std::size_t>(bytes.data() - text_.data()),
    range.end = range.begin + bytes.size();
  return {std::string(trimmed(value_)), source_->place(range.begin), source_->length(range)};
}

void Understanding::end(std::size_t end) {
  if (open_.empty()) return;
  const Open open = open_.back();
  // <Item/> is told as a start and an end at the same place.
  const bool closed_itself = end == open.tag.end;
  const std::size_t close =
      closed_itself ? end : std::max(markup_end_, std::min(text_.rfind('<', end - 1), end));
  flush_text(close);
  markup_end_ = end;
  namespaces_.resize(open.namespaces);
  open_.pop_back();
  switch (open.kind) {
    case Kind::action:
      document_.actions.push_back(element_text(open, {open.tag.end, close}));
      break;
    case Kind::reason:
      reason_.reason = element_text(open, {open.tag.end, close});
      document_.reasons.push_back(std::move(reason_));
      break;
    case Kind::item:
      item_.value = trimmed(value_);
      item_.length = source_->length({open.tag.begin, end});
      document_.items.push_back(std::move(item_));
      break;
    default:
      break;
  }
}

void Understanding::comment(std::size_t end) {
  // "--" may not stand in a comment, so that the last opening before its end (of three bytes at least) is its
  // own.
  const std::size_t begin = std::max(markup_end_, std::min(text_.rfind("<!--", end < 7 ? 0 : end - 7), end));
  flush_text(begin);
  markup_end_ = end;
  add(Oddity::comment, trimmed(text_.substr(begin, end - begin)), {begin, end});
}

void Understanding::instruction(std::u16string_view target, std::size_t end) {
  const std::size_t begin = std::min(text_.find("<?" + utf8(target), markup_end_), end);
  flush_text(begin);
  markup_end_ = end;
  add(Oddity::processing_instruction, utf8(target), {begin, end});
}

}  // namespace understudy::wpi
