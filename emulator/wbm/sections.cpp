#include "wbm/sections.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

namespace understudy::wbm {

namespace data {
extern const std::string_view sections_tsv;
}  // namespace data

namespace {

using items::TableError;
using items::TableRow;

enum Column { key, title, who, guide, items_of_it, note, columns };
constexpr std::array<std::string_view, columns> names_of_columns = {"key",   "title", "who",
                                                                    "guide", "items", "note"};

constexpr std::string_view everything = "*";

// How closely the pattern names the item: nothing where it does not; the more, the closer.
std::optional<std::size_t> closeness(std::string_view pattern, std::string_view name) {
  if (!pattern.ends_with('*')) return pattern == name ? std::optional(name.size() + 1) : std::nullopt;
  pattern.remove_suffix(1);
  return name.starts_with(pattern) ? std::optional(pattern.size()) : std::nullopt;
}

tl::expected<Section, TableError> section_in(const TableRow& row) {
  Section section;
  if (row[key].empty() || row[key].find_first_not_of("abcdefghijklmnopqrstuvwxyz-") != std::string_view::npos)
    return row.wrong(key, "is no key: it stands in addresses");
  if (row[title].empty()) return row.wrong(title, "is no title");
  if (row[who] != name_of(Role::user) && row[who] != name_of(Role::administrator))
    return row.wrong(who, "is neither user nor administrator");
  section.key = row[key];
  section.title = row[title];
  section.role = row[who] == name_of(Role::user) ? Role::user : Role::administrator;
  section.guide = row[guide];
  section.note = row[note];
  section.items = items::words_of(row[items_of_it]);
  if (section.items.empty()) return row.wrong(items_of_it, "names no items");
  return section;
}

}  // namespace

std::string_view name_of(Role role) {
  return role == Role::user ? "user" : "administrator";
}

tl::expected<std::vector<Section>, TableError> parse_sections(std::string_view table) {
  const auto rows = items::rows_of(table, names_of_columns);
  if (!rows) return tl::unexpected(rows.error());
  if (rows->empty()) return tl::unexpected(TableError{1, 1, "the table has no sections"});
  std::vector<Section> all;
  std::set<std::string> patterns;
  for (const TableRow& row : *rows) {
    auto section = section_in(row);
    if (!section) return tl::unexpected(std::move(section.error()));
    if (section->role == Role::user && !all.empty() && all.back().role != Role::user)
      return row.wrong(who, "stands behind an administrator's section");
    for (const std::string& pattern : section->items)
      if (!patterns.insert(pattern).second)
        return row.wrong(items_of_it, "has " + pattern + " a second time");
    all.push_back(std::move(*section));
  }
  const auto& last = all.back().items;
  if (std::find(last.begin(), last.end(), everything) == last.end())
    return rows->back().wrong(items_of_it, "does not take what is left: the last section needs a *");
  return all;
}

std::span<const Section> sections() {
  static const std::vector<Section> table = parse_sections(data::sections_tsv).value();
  return table;
}

const Section* section_named(std::string_view wanted) {
  const auto all = sections();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Section& section) { return section.key == wanted; });
  return found == all.end() ? nullptr : &*found;
}

const Section& section_of(std::string_view item_name) {
  const Section* closest = &sections().back();
  std::size_t how_closely = 0;
  for (const Section& section : sections())
    for (const std::string& pattern : section.items)
      if (const auto here = closeness(pattern, item_name); here && *here > how_closely) {
        how_closely = *here;
        closest = &section;
      }
  return *closest;
}

}  // namespace understudy::wbm
