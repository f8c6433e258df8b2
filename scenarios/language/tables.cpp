// Tables of a scenario: TSV below its folder, columns named by the first line.
#include <algorithm>
#include <set>

#include "scenarios/language/reading.h"
#include "wpi/utf8.h"

namespace understudy::scenarios::language {

const Reading::Loaded* Reading::table(const XmlAttribute& attribute) {
  const std::string path = path_in(attribute);
  if (error_) return nullptr;
  if (const auto known = tables_.find(path); known != tables_.end()) return &known->second;
  auto bytes = other_(path);
  if (!bytes) {
    fail(attribute, in_quotes(attribute.value) + " cannot be read: " + bytes.error());
    return nullptr;
  }
  Loaded loaded;
  loaded.source = static_cast<std::uint32_t>(out_.sources.size());
  out_.sources.push_back({shown_path(path), std::move(*bytes)});
  const std::string_view text = out_.sources.back().bytes;
  if (const std::size_t broken = wpi::find_broken_utf8(text); broken != std::string_view::npos)
    fail(Place{loaded.source, broken, 1}, "this byte is no UTF-8");
  auto table = std::make_shared<Table>();
  table->path = path;
  for (std::size_t begin = 0; begin < text.size() && !error_;) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view line = text.substr(begin, end - begin);
    if (line.ends_with('\r')) line.remove_suffix(1);
    std::vector<std::string> fields;
    std::vector<std::size_t> offsets;
    for (std::size_t from = 0; from <= line.size();) {
      const std::size_t tab = std::min(line.find('\t', from), line.size());
      fields.emplace_back(line.substr(from, tab - from));
      offsets.push_back(begin + from);
      from = tab + 1;
    }
    const std::size_t columns = table->columns.size();
    if (loaded.offsets.empty()) {
      table->columns = std::move(fields);
    } else if (fields.size() != columns) {
      const std::size_t at = fields.size() > columns ? offsets[columns] : begin + line.size();
      fail(Place{loaded.source, at, 0},
           "the line has " + std::to_string(fields.size()) +
               (fields.size() == 1 ? " field, and there are " : " fields, and there are ") +
               std::to_string(columns) + " columns");
    } else {
      table->rows.push_back(std::move(fields));
    }
    loaded.offsets.push_back(std::move(offsets));
    begin = end + 1;
  }
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < table->columns.size(); ++i) {
    const std::string& name = table->columns[i];
    if (!name.empty() && names.insert(name).second) continue;
    fail(Place{loaded.source, loaded.offsets.front()[i], name.size()},
         name.empty() ? "a column needs a name" : "a second column " + in_quotes(name));
  }
  if (table->rows.empty()) fail(attribute, in_quotes(attribute.value) + " has no rows");
  loaded.table = std::move(table);
  return &tables_.emplace(path, std::move(loaded)).first->second;
}

}  // namespace understudy::scenarios::language
