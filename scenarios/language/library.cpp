#include "scenarios/language/library.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>

namespace understudy::scenarios {

namespace data {
extern const std::span<const std::pair<std::string_view, std::string_view>> files;
extern const std::string_view template_xml;
}  // namespace data

namespace language {

namespace {

constexpr std::string_view xml = ".xml";

// All XML that is part of the program, but for the template, is a scenario; the others are schemas.
std::vector<Shipped> shipped() {
  std::vector<Shipped> out;
  for (const auto& [file, bytes] : data::files)
    if (file.ends_with(xml) && file != "template.xml")
      out.push_back({file.substr(0, file.size() - xml.size()), bytes});
  std::sort(out.begin(), out.end(), [](const Shipped& a, const Shipped& b) { return a.name < b.name; });
  return out;
}

}  // namespace

const std::vector<Shipped>& library() {
  static const std::vector<Shipped> all = shipped();
  return all;
}

const Shipped* find_shipped(std::string_view name) {
  const auto at =
      std::find_if(library().begin(), library().end(), [&](const Shipped& one) { return one.name == name; });
  return at == library().end() ? nullptr : &*at;
}

tl::expected<SharedScenario, FileError> read_shipped(const Shipped& wanted, const Reader& reader) {
  const OtherFile other = [](const std::string& path) -> tl::expected<std::string, std::string> {
    const Shipped* found = path.ends_with(xml)
                               ? find_shipped(std::string_view(path).substr(0, path.size() - xml.size()))
                               : nullptr;
    if (!found) return tl::unexpected(std::string("no such scenario is shipped"));
    return std::string(found->bytes);
  };
  return reader.parse(std::string(wanted.name) + ".xml", std::string(wanted.bytes), other);
}

std::string_view scenario_template() {
  return data::template_xml;
}

}  // namespace language

}  // namespace understudy::scenarios
