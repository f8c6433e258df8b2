// The settings of the pages, grouped as the chapters of the guide group them; from a table (sections.tsv).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "items/table.h"

namespace understudy::wbm {

// Whose pages a setting stands on. An administrator may do what a user may.
enum class Role { user, administrator };
std::string_view name_of(Role role);  // "administrator"

struct Section {
  std::string key;    // "network": in addresses of pages
  std::string title;  // "Network"
  Role role = Role::administrator;
  std::string guide;  // "4.3": chapter of the guide; empty where the grouping is inferred
  std::string note;   // a sentence under the title; may be empty
  // Names of items, and beginnings of names with a * behind them. A name goes before a beginning, a longer beginning
  // before a shorter one: dls-mode-secure may stand elsewhere than dls-*.
  std::vector<std::string> items;
};

// In the order of the guide's chapters, a user's first.
std::span<const Section> sections();
const Section* section_named(std::string_view key);
// Where an item stands: every item of the catalogue, and every other name, has one section.
const Section& section_of(std::string_view item_name);

// The table, strictly: every column, each key once, each name of `items` once in all, a user's sections in front, and the
// last one takes all that is left (*).
tl::expected<std::vector<Section>, items::TableError> parse_sections(std::string_view table);

}  // namespace understudy::wbm
