#include "wpi/layout.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <utility>
#include <vector>

#include "wpi/utf8.h"

namespace understudy::wpi {

namespace {

constexpr std::string_view schema_instance = "http://www.w3.org/2001/XMLSchema-instance";
constexpr std::size_t in_root = 1, in_message = 2, in_list = 3;  // how deep an element stands

using Attributes = std::vector<std::pair<std::string_view, std::string_view>>;

std::string number_reference(char32_t value) {
  return "&#" + std::to_string(value) + ";";
}

bool is_punctuation(char c) {
  return std::string_view("-:/._,+").find(c) != std::string_view::npos;
}

std::string hexadecimal_reference(char c) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  return std::string("&#x") + digits[byte >> 4] + digits[byte & 15] + ";";
}

// Takes text that is escaped already, and writes some of it by other references.
std::string with_references(std::string_view escaped, const Layout& layout) {
  using From = std::pair<std::string_view, std::string_view>;
  static constexpr std::array<From, 2> to_names = {{{"&#34;", "&quot;"}, {"'", "&apos;"}}};
  static constexpr std::array<From, 3> to_numbers = {
      {{"&lt;", "&#60;"}, {"&gt;", "&#62;"}, {"&amp;", "&#38;"}}};
  const bool named = layout.references == Layout::References::named;
  const bool numeric = layout.references == Layout::References::numeric;
  std::string out;
  out.reserve(escaped.size());
  const auto replaced = [&](const auto& table, std::size_t at) {
    for (const auto& [from, to] : table)
      if (escaped.substr(at).starts_with(from)) {
        out += to;
        return from.size();
      }
    return std::size_t{0};
  };
  for (std::size_t at = 0; at < escaped.size();) {
    std::size_t taken = named ? replaced(to_names, at) : numeric ? replaced(to_numbers, at) : 0;
    if (taken == 0) {
      const char c = escaped[at];
      if (c == '\'' && layout.single_quotes)
        out += "&#39;";
      else if (numeric && is_punctuation(c))
        out += hexadecimal_reference(c);
      else
        out += c;
      taken = 1;
    }
    at += taken;
  }
  return out;
}

// What ISO-8859-1 does not have, or has as control characters, is written by its number.
std::string in_latin1(std::string_view utf8) {
  std::string out;
  for (std::size_t at = 0; at < utf8.size();) {
    const CodePoint point = decode_utf8(utf8, at);
    if (point.value < 0x80 || (point.value >= 0xA0 && point.value <= 0xFF))
      out += static_cast<char>(static_cast<unsigned char>(point.value));
    else
      out += number_reference(point.value);
    at += point.length;
  }
  return out;
}

class Printer {
 public:
  Printer(const Layout& layout, std::string& out) : layout_(layout), out_(out) {}

  void message(const PhoneMessage& message);
  void item(const Item& item);

 private:
  void text(std::string_view plain) { out_ += finished(plain, append_escaped); }
  std::string finished(std::string_view plain, void (*escape)(std::string&, std::string_view)) const;
  void indent(std::size_t depth) {
    if (layout_.indented) out_.append(2 * depth, ' ');
  }
  void attributes(Attributes attributes, char before = ' ');
  void list(const std::vector<Item>& items);

  const Layout& layout_;
  std::string& out_;
};

std::string Printer::finished(std::string_view plain, void (*escape)(std::string&, std::string_view)) const {
  std::string escaped;
  escape(escaped, plain);
  escaped = with_references(escaped, layout_);
  return layout_.declaration == Layout::Declaration::latin1 ? in_latin1(escaped) : escaped;
}

void Printer::attributes(Attributes attributes, char before) {
  const char quote = layout_.single_quotes ? '\'' : '"';
  for (const auto& [name, value] : attributes) {
    out_ += before;
    out_.append(name).append("=");
    out_ += quote;
    out_ += finished(value, append_escaped_attribute);
    out_ += quote;
  }
}

void Printer::message(const PhoneMessage& message) {
  switch (layout_.declaration) {
    case Layout::Declaration::usual:
      out_ += "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";
      break;
    case Layout::Declaration::latin1:
      out_ += "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n";
      break;
    case Layout::Declaration::none:
      break;
  }
  Attributes root{
      {"xmlns", dls_namespace}, {"xmlns:xsi", schema_instance}, {"xsi:schemaLocation", dls_namespace}};
  Attributes head;
  if (message.has_nonce) head.emplace_back("nonce", message.nonce);
  if (message.max_items) head.emplace_back("maxItems", *message.max_items);
  if (message.fragment) head.emplace_back("fragment", spelling(*message.fragment));
  std::string status = message.other_status;
  if (status.empty() && message.status) status = status_word(*message.status, layout_);
  Attributes reason;
  if (message.action) reason.emplace_back("action", *message.action);
  if (!status.empty()) reason.emplace_back("status", status);
  if (layout_.reordered)
    for (Attributes* each : {&root, &head, &reason}) std::reverse(each->begin(), each->end());

  out_ += "<WorkpointMessage";
  attributes(root, '\n');
  out_ += ">\n";
  indent(in_root);
  out_ += "<Message";
  attributes(head);
  out_ += ">\n";
  indent(in_message);
  out_ += "<ReasonForContact";
  attributes(reason);
  out_ += layout_.line_before_reason ? ">\n" : ">";
  text(spelling(message.reason));
  out_ += layout_.line_after_reason ? "\n</ReasonForContact>\n" : "</ReasonForContact>\n";
  if (!message.items.empty()) {
    list(message.items);
  } else if (message.has_item_list) {
    indent(in_message);
    out_ += "<ItemList/>\n";
  }
  indent(in_root);
  out_ += "</Message>\n</WorkpointMessage>\n";
}

void Printer::list(const std::vector<Item>& items) {
  indent(in_message);
  out_ += "<ItemList>\n";
  for (const Item& each : items) item(each);
  indent(in_message);
  out_ += "</ItemList>\n";
}

void Printer::item(const Item& item) {
  Attributes all;
  const bool has_status = item.has_status || !item.status.empty();
  if (has_status && layout_.reordered) all.emplace_back("status", item.status);
  if (item.index && layout_.index_first) all.emplace_back("index", *item.index);
  if (item.has_name) all.emplace_back("name", item.name);
  if (item.index && !layout_.index_first) all.emplace_back("index", *item.index);
  if (has_status && !layout_.reordered) all.emplace_back("status", item.status);
  if (!item.type.empty()) all.emplace_back("type", item.type);

  indent(in_list);
  out_ += "<Item";
  attributes(all);
  if (item.value.empty() && layout_.empty_as_one_tag) {
    out_ += "/>\n";
    return;
  }
  const bool on_lines = layout_.items_on_lines && !item.value.empty();
  out_ += on_lines ? ">\n" : ">";
  text(item.value);
  out_ += on_lines ? "\n</Item>\n" : "</Item>\n";
}

}  // namespace

void write(const PhoneMessage& message, const Layout& layout, std::string& out) {
  Printer(layout, out).message(message);
}

void append_item(std::string& out, const Item& item, const Layout& layout) {
  Printer(layout, out).item(item);
}

std::string status_word(ReplyStatus status, const Layout& layout) {
  std::string word(spelling(status));
  if (layout.capital_status)
    word.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(word.front())));
  return word;
}

}  // namespace understudy::wpi
