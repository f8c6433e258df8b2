#include "reference/xml_edit.h"

namespace understudy::reference {

void insert_before(std::string& xml, std::string_view place, std::string_view what) {
  if (const std::size_t at = xml.find(place); at != std::string::npos) xml.insert(at, what);
}

void insert_after(std::string& xml, std::string_view place, std::string_view what) {
  if (const std::size_t at = xml.find(place); at != std::string::npos) xml.insert(at + place.size(), what);
}

void replace_first(std::string& xml, std::string_view what, std::string_view with) {
  if (const std::size_t at = xml.find(what); at != std::string::npos) xml.replace(at, what.size(), with);
}

void replace_all(std::string& xml, std::string_view what, std::string_view with) {
  for (std::size_t at = xml.find(what); at != std::string::npos; at = xml.find(what, at + with.size()))
    xml.replace(at, what.size(), with);
}

std::string cut(std::string& xml, std::string_view begin, std::string_view end) {
  const std::size_t from = xml.find(begin);
  if (from == std::string::npos) return {};
  const std::size_t to = xml.find(end, from + begin.size());
  if (to == std::string::npos) return {};
  std::string part = xml.substr(from, to + end.size() - from);
  xml.erase(from, part.size());
  return part;
}

void declare(std::string& xml, std::string_view encoding) {
  xml.insert(0, "<?xml version=\"1.0\" encoding=\"" + std::string(encoding) + "\"?>\n");
}

void add_to_first_item(std::string& xml, std::string_view attribute) {
  const std::size_t item = xml.find("<Item ");
  if (item != std::string::npos) xml.insert(xml.find('>', item), " " + std::string(attribute));
}

void append_to_first_value(std::string& xml, std::string_view text) {
  insert_before(xml, "</Item>", text);
}

void set_nonce(std::string& xml, std::string_view nonce) {
  constexpr std::string_view begin = " nonce=\"";
  const std::size_t at = xml.find(begin);
  if (at == std::string::npos) return;
  const std::size_t value = at + begin.size();
  xml.replace(value, xml.find('"', value) - value, nonce);
}

}  // namespace understudy::reference
