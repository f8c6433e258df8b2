// Finds the values of secret items in the bytes of a message, be it well-formed or not, without an XML
// parser: what cannot be parsed must not show secrets either. In doubt more is masked than needed.
#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "transcript/mask.h"
#include "transcript/notation.h"
#include "wpi/http.h"
#include "wpi/user_info.h"

namespace understudy::transcript {

namespace {

constexpr std::string_view blanks = " \t\r\n";
constexpr std::string_view cdata = "<![CDATA[";

bool is_blank(char c) {
  return blanks.find(c) != std::string_view::npos;
}

std::size_t find_or_end(std::string_view bytes, std::string_view what, std::size_t from) {
  return std::min(bytes.find(what, from), bytes.size());
}

// The name of the tag at the '<' at `at`, without prefix; of an end tag with its slash: "/Item".
std::string tag_name(std::string_view bytes, std::size_t at) {
  const std::size_t from = at + 1;
  const bool closing = from < bytes.size() && bytes[from] == '/';
  const std::size_t end = std::min(bytes.find_first_of(" \t\r\n/><", from + (closing ? 1 : 0)), bytes.size());
  std::string_view name = bytes.substr(from, end - from);
  const std::size_t colon = name.rfind(':');
  if (colon != std::string_view::npos) return (closing ? "/" : "") + std::string(name.substr(colon + 1));
  return std::string(name);
}

bool is_tag(std::string_view bytes, std::size_t at, std::string_view name) {
  return wpi::same_ignoring_case(tag_name(bytes, at), name);
}

struct Attribute {
  std::string_view name;
  std::size_t from = 0, to = 0;  // its value, without quotes; nothing where there is none
};

struct Tag {
  std::vector<Attribute> attributes;
  std::size_t end = 0;  // after its '>', or where it breaks off
  bool empty = false;   // "/>"
};

// The tag at the '<' at `at`, as far as it can be understood.
Tag read_tag(std::string_view bytes, std::size_t at) {
  Tag tag;
  std::size_t here = std::min(bytes.find_first_of(" \t\r\n/>", at + 1), bytes.size());
  while (here < bytes.size()) {
    const char c = bytes[here];
    if (c == '<') break;
    if (c == '>') {
      ++here;
      break;
    }
    tag.empty = c == '/' && here + 1 < bytes.size() && bytes[here + 1] == '>';
    if (c == '/' || is_blank(c)) {
      ++here;
      continue;
    }
    Attribute attribute;
    const std::size_t name_end = std::min(bytes.find_first_of(" \t\r\n=/><", here), bytes.size());
    attribute.name = bytes.substr(here, name_end - here);
    const std::size_t equals = std::min(bytes.find_first_not_of(blanks, name_end), bytes.size());
    if (equals == bytes.size() || bytes[equals] != '=') {
      here = std::max(name_end, here + 1);
      tag.attributes.push_back(attribute);
      continue;
    }
    attribute.from = std::min(bytes.find_first_not_of(blanks, equals + 1), bytes.size());
    const char quote = attribute.from < bytes.size() ? bytes[attribute.from] : '\0';
    if (quote == '"' || quote == '\'') {
      attribute.to = bytes.find(quote, ++attribute.from);
      // A quote that nobody closes ends with its tag.
      here = attribute.to == std::string_view::npos ? (attribute.to = find_or_end(bytes, ">", attribute.from))
                                                    : attribute.to + 1;
    } else {
      here = attribute.to = std::min(bytes.find_first_of(" \t\r\n><", attribute.from), bytes.size());
    }
    tag.attributes.push_back(attribute);
  }
  tag.end = here;
  return tag;
}

std::optional<Tag> whole_tag(std::string_view bytes, std::size_t at) {
  if (bytes[at] != '<') return std::nullopt;
  Tag tag = read_tag(bytes, at);
  if (bytes[tag.end - 1] != '>') return std::nullopt;
  return tag;
}

// Where the content of an Item ends: at its end tag, at the next Item, or where the list or message ends.
std::size_t content_end(std::string_view bytes, std::size_t from) {
  for (std::size_t at = from; (at = bytes.find('<', at)) != std::string_view::npos;) {
    if (bytes.substr(at, cdata.size()) == cdata) {
      at = find_or_end(bytes, "]]>", at);
      continue;
    }
    if (bytes.substr(at, 4) == "<!--" && bytes.find("-->", at + 4) != std::string_view::npos) {
      at = bytes.find("-->", at + 4);
      continue;
    }
    for (const std::string_view end :
         {"/Item", "Item", "/ItemList", "ItemList", "/Message", "/DLSMessage", "/WorkpointMessage"})
      if (is_tag(bytes, at, end)) return at;
    ++at;
  }
  return bytes.size();
}

}  // namespace

void Masker::cover_xml(std::string& out, std::size_t from, std::size_t to) {
  Notation notation;
  read_xml_notation(out, from, to, true, notation);
  notation.write(out, secret(notation.plain));
}

// Text and CDATA of an element's content are one secret. Of markup inside only the signs stay: a '<' that was
// not escaped makes a tag of the secret's rest.
void Masker::cover_content(std::string& out, std::size_t from, std::size_t to) {
  while (from < to && is_blank(out[from])) ++from;
  while (to > from && is_blank(out[to - 1])) --to;
  Notation notation;
  std::vector<std::pair<std::size_t, std::size_t>> inside;  // markup
  for (std::size_t at = from; at < to;) {
    const std::string_view rest = std::string_view(out).substr(at, to - at);
    if (rest.substr(0, cdata.size()) == cdata) {
      const std::size_t end = at + find_or_end(rest, "]]>", cdata.size());
      read_xml_notation(out, at + cdata.size(), end, false, notation);
      at = std::min(end + 3, to);
    } else if (rest.substr(0, 4) == "<!--") {
      const std::size_t end = at + find_or_end(rest, "-->", 4);
      inside.emplace_back(at + 4, end);
      at = std::min(end + 3, to);
    } else if (const auto tag = whole_tag(std::string_view(out).substr(0, to), at)) {
      const std::size_t name_from = std::min(out.find_first_not_of("</?!", at), tag->end);
      inside.emplace_back(name_from, std::min(out.find_first_of(" \t\r\n/>", name_from), tag->end));
      for (const Attribute& attribute : tag->attributes) {
        const auto offset = static_cast<std::size_t>(attribute.name.data() - out.data());
        inside.emplace_back(offset, offset + attribute.name.size());
        inside.emplace_back(attribute.from, attribute.to);
      }
      at = tag->end;
    } else {
      const std::size_t end = at + find_or_end(rest, "<", 1);
      read_xml_notation(out, at, end, true, notation);
      at = end;
    }
  }
  notation.write(out, secret(notation.plain));
  for (const auto& [begin, end] : inside) cover_xml(out, begin, end);
}

void Masker::cover_user_info(std::string& out, std::size_t from, std::size_t to) {
  for (;;) {
    const std::string_view rest = std::string_view(out).substr(from, to - from);
    const std::string_view who = wpi::user_info_in(rest);
    if (who.empty()) return;
    const std::size_t begin = from + static_cast<std::size_t>(who.data() - rest.data());
    from = begin + who.size();
    cover_xml(out, begin, from);
  }
}

std::string Masker::body(std::string_view bytes) {
  if (bytes.find('\0') != std::string_view::npos) return secret(bytes);
  std::string out(bytes);
  for (std::size_t at = 0; (at = out.find('<', at)) != std::string::npos;) {
    if (!is_tag(out, at, "Item")) {
      ++at;
      continue;
    }
    const Tag tag = read_tag(out, at);
    const bool hidden =
        std::any_of(tag.attributes.begin(), tag.attributes.end(), [&](const Attribute& attribute) {
          if (!wpi::same_ignoring_case(attribute.name, "name")) return false;
          Notation name;
          std::size_t from = attribute.from, to = attribute.to;
          while (from < to && is_blank(out[from])) ++from;
          while (to > from && is_blank(out[to - 1])) --to;
          read_xml_notation(out, from, to, true, name);
          return is_secret_(name.plain);
        });
    if (hidden) {
      for (const Attribute& attribute : tag.attributes) {
        const auto is = [&](std::string_view name) { return wpi::same_ignoring_case(attribute.name, name); };
        if (is("name") || is("index") || is("status") || is("type") || is("xmlns")) continue;
        cover_xml(out, attribute.from, attribute.to);
      }
      if (!tag.empty) cover_content(out, tag.end, content_end(out, tag.end));
    } else {
      cover_user_info(out, at, tag.empty ? tag.end : content_end(out, tag.end));
    }
    at = std::max(tag.end, at + 1);
  }
  return out;
}

}  // namespace understudy::transcript
