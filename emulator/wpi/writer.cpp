#include "wpi/writer.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "wpi/utf8.h"

namespace understudy::wpi {

namespace {

enum class Within { element, attribute };

// Quotes are written as numbers: firmware V1 decodes &#34; but not the named ones (field).
std::string_view escape_of(char c, Within within) {
  switch (c) {
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";  // "]]>" may not stand in text
    case '&':
      return "&amp;";
    case '"':
      return "&#34;";
    case '\r':
      return "&#13;";  // a reader takes a bare one for a line feed
    // In an attribute a reader takes these for blanks.
    case '\n':
      return within == Within::attribute ? "&#10;" : "";
    case '\t':
      return within == Within::attribute ? "&#9;" : "";
    default:
      return "";
  }
}

// Bytes that stand for themselves wherever they stand: most of what is ever written.
constexpr auto plain_bytes = [] {
  std::array<bool, 256> plain{};
  for (std::size_t c = ' '; c < 0x7F; ++c) plain[c] = c != '<' && c != '>' && c != '&' && c != '"';
  return plain;
}();

void escape(std::string& out, std::string_view text, Within within) {
  std::size_t plain = 0;  // from here on nothing is copied yet
  for (std::size_t at = 0; at < text.size();) {
    if (plain_bytes[static_cast<unsigned char>(text[at])]) {
      ++at;
      continue;
    }
    const CodePoint point = decode_utf8(text, at);
    const bool carried = point.valid && is_xml_character(point.value);
    const std::string_view escaped = carried ? escape_of(text[at], within) : "\uFFFD";
    if (!escaped.empty()) {
      out.append(text, plain, at - plain).append(escaped);
      plain = at + point.length;
    }
    at += point.length;
  }
  out.append(text, plain);
}

void append_attribute(std::string& out, std::string_view name, std::string_view value) {
  out.append(" ").append(name).append("=\"");
  escape(out, value, Within::attribute);
  out.append("\"");
}

void append_items(std::string& out, const std::vector<Item>& items) {
  out.append("<ItemList>\n");
  for (const Item& item : items) append_item(out, item);
  out.append("</ItemList>\n");
}

}  // namespace

// Two services find an index only right after its name, before any status (field).
void append_item(std::string& out, const Item& item) {
  out.append("<Item");
  if (item.has_name) append_attribute(out, "name", item.name);
  if (item.index) append_attribute(out, "index", *item.index);
  if (item.has_status || !item.status.empty()) append_attribute(out, "status", item.status);
  if (!item.type.empty()) append_attribute(out, "type", item.type);
  out.append(">");
  escape(out, item.value, Within::element);
  out.append("</Item>\n");
}

void append_item(std::string& out, std::string_view name, std::optional<int> index, std::string_view value) {
  out.append("<Item name=\"");
  escape(out, name, Within::attribute);
  if (index) out.append("\" index=\"").append(std::to_string(*index));
  out.append("\">");
  escape(out, value, Within::element);
  out.append("</Item>\n");
}

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return plain_bytes[static_cast<unsigned char>(c)]; });
}

void append_plain_item(std::string& out, std::string_view name, std::optional<int> index, std::string_view value) {
  out.append("<Item name=\"").append(name);
  if (index) out.append("\" index=\"").append(std::to_string(*index));
  out.append("\">").append(value).append("</Item>\n");
}

void write(const PhoneMessage& message, std::string& out) {
  out.reserve(out.size() + 512 + message.items.size() * 80 + message.written_items.size());
  out.append("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<WorkpointMessage\nxmlns=\"").append(dls_namespace);
  out.append("\"\nxmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"\nxsi:schemaLocation=\"")
      .append(dls_namespace);
  out.append("\">\n<Message");
  if (message.has_nonce) append_attribute(out, "nonce", message.nonce);
  if (message.max_items) append_attribute(out, "maxItems", *message.max_items);
  if (message.fragment) append_attribute(out, "fragment", spelling(*message.fragment));
  out.append(">\n<ReasonForContact");
  if (message.action) append_attribute(out, "action", *message.action);
  if (!message.other_status.empty())
    append_attribute(out, "status", message.other_status);
  else if (message.status)
    append_attribute(out, "status", spelling(*message.status));
  out.append(">").append(spelling(message.reason)).append("</ReasonForContact>\n");
  if (!message.written_items.empty())
    out.append("<ItemList>\n").append(message.written_items).append("</ItemList>\n");
  else if (!message.items.empty())
    append_items(out, message.items);
  else if (message.has_item_list)
    out.append("<ItemList/>\n");
  out.append("</Message>\n</WorkpointMessage>\n");
}

void write(const ServiceMessage& message, std::string& out) {
  out.reserve(out.size() + 512 + message.items.size() * 80);
  out.append("<DLSMessage xsi:schemaLocation=\"").append(dls_namespace);
  out.append("\"\nxmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"\nxmlns=\"").append(dls_namespace);
  out.append("\">\n<Message");
  append_attribute(out, "nonce", message.nonce);
  out.append(">\n<Action>").append(spelling(message.action)).append("</Action>\n");
  if (!message.items.empty()) append_items(out, message.items);
  out.append("</Message>\n</DLSMessage>\n");
}

void append_escaped(std::string& out, std::string_view text) {
  escape(out, text, Within::element);
}

void append_escaped_attribute(std::string& out, std::string_view text) {
  escape(out, text, Within::attribute);
}

}  // namespace understudy::wpi
