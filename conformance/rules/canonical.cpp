#include "rules/canonical.h"

#include <algorithm>
#include <cstdint>

namespace understudy::conformance {

namespace {

constexpr int deepest = 64;

bool blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Line ends as XML has them: a line feed alone.
std::string with_line_feeds(std::string_view xml) {
  std::string out;
  out.reserve(xml.size());
  for (std::size_t i = 0; i < xml.size(); ++i) {
    if (xml[i] != '\r')
      out += xml[i];
    else if (i + 1 >= xml.size() || xml[i + 1] != '\n')
      out += '\n';
  }
  return out;
}

bool append_utf8(std::string& out, std::uint32_t code) {
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return false;
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | (code >> 6)), put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | (code >> 12)), put(0x80 | ((code >> 6) & 0x3F)), put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | (code >> 18)), put(0x80 | ((code >> 12) & 0x3F)), put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  }
  return true;
}

// Appends a reference ("&lt;", "&#38;") decoded and takes it off the front; false if it is none that XML
// itself has.
bool take_reference(std::string_view& text, std::string& out) {
  const std::size_t end = text.find(';');
  if (end == std::string_view::npos) return false;
  const std::string_view name = text.substr(1, end - 1);
  text.remove_prefix(end + 1);
  if (name == "lt") return out += '<', true;
  if (name == "gt") return out += '>', true;
  if (name == "amp") return out += '&', true;
  if (name == "quot") return out += '"', true;
  if (name == "apos") return out += '\'', true;
  if (!name.starts_with('#') || name.size() < 2) return false;
  const bool hex = name[1] == 'x';
  std::uint32_t code = 0;
  if (name.size() < (hex ? 3U : 2U) || name.size() > 9) return false;
  for (const char c : name.substr(hex ? 2 : 1)) {
    const int digit = c >= '0' && c <= '9'          ? c - '0'
                      : hex && c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : hex && c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                    : -1;
    if (digit < 0) return false;
    code = code * (hex ? 16 : 10) + static_cast<std::uint32_t>(digit);
  }
  return append_utf8(out, code);
}

class Parser {
 public:
  explicit Parser(std::string_view xml) : rest_(xml) {}

  std::unique_ptr<XmlElement> document() {
    while (!rest_.empty()) {
      if (blank(rest_.front())) {
        rest_.remove_prefix(1);
      } else if (rest_.starts_with("<?")) {
        if (!skip_past("?>")) return nullptr;
      } else if (rest_.starts_with("<!--")) {
        if (!skip_past("-->")) return nullptr;
      } else if (rest_.starts_with("<") && !rest_.starts_with("<!")) {
        return element({}, 0);
      } else {
        return nullptr;
      }
    }
    return nullptr;
  }

 private:
  bool skip_past(std::string_view mark) {
    const std::size_t at = rest_.find(mark);
    if (at == std::string_view::npos) return false;
    rest_.remove_prefix(at + mark.size());
    return true;
  }
  void skip_blanks() {
    while (!rest_.empty() && blank(rest_.front())) rest_.remove_prefix(1);
  }
  std::string_view name() {
    std::size_t end = 0;
    while (end < rest_.size() && !blank(rest_[end]) &&
           std::string_view("=/><").find(rest_[end]) == std::string_view::npos)
      ++end;
    const std::string_view out = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return out;
  }
  static std::pair<std::string, std::string> split(std::string_view qualified) {
    const std::size_t colon = qualified.find(':');
    if (colon == std::string_view::npos) return {"", std::string(qualified)};
    return {std::string(qualified.substr(0, colon)), std::string(qualified.substr(colon + 1))};
  }
  static void declare(std::vector<XmlElement::Namespace>& scope, std::string prefix, std::string uri) {
    for (XmlElement::Namespace& known : scope)
      if (known.prefix == prefix) {
        known.uri = std::move(uri);
        return;
      }
    scope.push_back({std::move(prefix), std::move(uri)});
  }
  bool value(std::string& out) {
    if (rest_.empty() || (rest_.front() != '"' && rest_.front() != '\'')) return false;
    const std::size_t end = rest_.find(rest_.front(), 1);
    if (end == std::string_view::npos) return false;
    std::string_view raw = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    while (!raw.empty()) {
      if (raw.front() == '&') {
        if (!take_reference(raw, out)) return false;
        continue;
      }
      out += blank(raw.front()) ? ' ' : raw.front();
      raw.remove_prefix(1);
    }
    return true;
  }
  bool attributes(XmlElement& into) {
    while (true) {
      skip_blanks();
      if (rest_.empty()) return false;
      if (rest_.front() == '>' || rest_.front() == '/') return true;
      const std::string_view qualified = name();
      skip_blanks();
      if (qualified.empty() || !rest_.starts_with('=')) return false;
      rest_.remove_prefix(1);
      skip_blanks();
      std::string content;
      if (!value(content)) return false;
      auto [prefix, local] = split(qualified);
      if (qualified == "xmlns")
        declare(into.scope, "", std::move(content));
      else if (prefix == "xmlns")
        declare(into.scope, std::move(local), std::move(content));
      else
        into.attributes.push_back({std::move(prefix), std::move(local), std::move(content)});
    }
  }
  static void add_text(XmlElement& into, std::string_view text) {
    if (into.content.empty() || into.content.back().element || into.content.back().instruction)
      into.content.push_back({});
    into.content.back().text += text;
  }

  std::unique_ptr<XmlElement> element(std::vector<XmlElement::Namespace> scope, int depth) {
    if (depth == deepest) return nullptr;
    rest_.remove_prefix(1);
    auto out = std::make_unique<XmlElement>();
    std::tie(out->prefix, out->local) = split(name());
    out->scope = std::move(scope);
    if (out->local.empty() || !attributes(*out)) return nullptr;
    if (rest_.starts_with("/>")) {
      rest_.remove_prefix(2);
      return out;
    }
    if (!rest_.starts_with('>')) return nullptr;
    rest_.remove_prefix(1);
    while (!rest_.empty()) {
      if (rest_.starts_with("</")) {
        if (!skip_past(">")) return nullptr;
        return out;
      }
      if (!content(*out, depth)) return nullptr;
    }
    return nullptr;
  }
  bool content(XmlElement& into, int depth) {
    if (rest_.starts_with("<!--")) return skip_past("-->");
    if (rest_.starts_with("<![CDATA[")) {
      const std::size_t end = rest_.find("]]>");
      if (end == std::string_view::npos) return false;
      add_text(into, rest_.substr(9, end - 9));
      rest_.remove_prefix(end + 3);
      return true;
    }
    if (rest_.starts_with("<?")) {
      const std::size_t end = rest_.find("?>");
      if (end == std::string_view::npos) return false;
      into.content.push_back({nullptr, std::string(rest_.substr(2, end - 2)), true});
      rest_.remove_prefix(end + 2);
      return true;
    }
    if (rest_.front() == '<') {
      auto child = element(into.scope, depth + 1);
      if (!child) return false;
      into.content.push_back({std::move(child), {}, false});
      return true;
    }
    if (rest_.front() == '&') {
      std::string decoded;
      if (!take_reference(rest_, decoded)) return false;
      add_text(into, decoded);
      return true;
    }
    const std::size_t end = std::min(rest_.find_first_of("<&"), rest_.size());
    add_text(into, rest_.substr(0, end));
    rest_.remove_prefix(end);
    return true;
  }

  std::string_view rest_;
};

void append_text(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '\r':
        out += "&#xD;";
        break;
      default:
        out += c;
    }
  }
}

void append_value(std::string& out, std::string_view text) {
  out += "=\"";
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\t':
        out += "&#x9;";
        break;
      case '\n':
        out += "&#xA;";
        break;
      case '\r':
        out += "&#xD;";
        break;
      default:
        out += c;
    }
  }
  out += '"';
}

std::string_view uri_of(const std::vector<XmlElement::Namespace>& scope, std::string_view prefix) {
  if (prefix == "xml") return "http://www.w3.org/XML/1998/namespace";
  for (const XmlElement::Namespace& known : scope)
    if (known.prefix == prefix) return known.uri;
  return {};
}

void append_name(std::string& out, std::string_view prefix, std::string_view local) {
  if (!prefix.empty()) out.append(prefix).append(":");
  out.append(local);
}

// `above` is what the parent has in scope and has written already.
void write(const XmlElement& element, const std::vector<XmlElement::Namespace>& above, std::string& out) {
  out += '<';
  append_name(out, element.prefix, element.local);
  std::vector<const XmlElement::Namespace*> declared;
  for (const XmlElement::Namespace& known : element.scope)
    if (known.prefix != "xml" && uri_of(above, known.prefix) != known.uri) declared.push_back(&known);
  std::sort(declared.begin(), declared.end(),
            [](const auto* a, const auto* b) { return a->prefix < b->prefix; });
  for (const XmlElement::Namespace* known : declared) {
    out += known->prefix.empty() ? " xmlns" : " xmlns:" + known->prefix;
    append_value(out, known->uri);
  }
  std::vector<const XmlElement::Attribute*> sorted;
  for (const XmlElement::Attribute& attribute : element.attributes) sorted.push_back(&attribute);
  const auto key = [&](const XmlElement::Attribute* a) {
    // An attribute without prefix is in no namespace.
    return std::pair(a->prefix.empty() ? std::string_view() : uri_of(element.scope, a->prefix),
                     std::string_view(a->local));
  };
  std::sort(sorted.begin(), sorted.end(), [&](const auto* a, const auto* b) { return key(a) < key(b); });
  for (const XmlElement::Attribute* attribute : sorted) {
    out += ' ';
    append_name(out, attribute->prefix, attribute->local);
    append_value(out, attribute->value);
  }
  out += '>';
  for (const XmlElement::Content& part : element.content) {
    if (part.element)
      write(*part.element, element.scope, out);
    else if (part.instruction)
      out.append("<?").append(part.text).append("?>");
    else
      append_text(out, part.text);
  }
  out += "</";
  append_name(out, element.prefix, element.local);
  out += '>';
}

}  // namespace

const std::string* XmlElement::attribute(std::string_view local_name) const {
  for (const Attribute& each : attributes)
    if (each.local == local_name) return &each.value;
  return nullptr;
}

const XmlElement* XmlElement::find(std::string_view local_name) const {
  for (const Content& part : content) {
    if (!part.element) continue;
    if (part.element->local == local_name) return part.element.get();
    if (const XmlElement* below = part.element->find(local_name)) return below;
  }
  return nullptr;
}

std::string XmlElement::text() const {
  std::string out;
  for (const Content& part : content)
    if (!part.element && !part.instruction) out += part.text;
  return out;
}

std::unique_ptr<XmlElement> parse_tree(std::string_view xml) {
  if (xml.starts_with("\xEF\xBB\xBF")) xml.remove_prefix(3);
  const std::string text = with_line_feeds(xml);
  return Parser(text).document();
}

std::string canonical(const XmlElement& element) {
  std::string out;
  write(element, {}, out);
  return out;
}

}  // namespace understudy::conformance
