// understudy items: the catalogue, for people.
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "commands.h"
#include "items/catalogue.h"
#include "items/domain.h"
#include "items/model.h"
#include "items/store.h"
#include "phone/firmware.h"
#include "reports/plain.h"
#include "rules/rule.h"
#include "setting.h"

namespace understudy::tools {

namespace {

using conformance::append_field;
using conformance::padded;
using items::Access;
using items::Entry;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

// "[1-15]" of "1-15 (seen for alert)".
std::string short_index(const Entry& entry) {
  if (entry.index == "no") return "";
  if (items::is_of_a_key(entry)) return "[key]";
  std::string_view index = entry.index;
  if (index.starts_with("none or ")) index.remove_prefix(std::string_view("none or ").size());
  return "[" + std::string(index.substr(0, index.find(' '))) + "]";
}

std::string short_access(const Entry& entry) { return std::string(name_of(entry.access)) + (entry.access_certain ? "" : "?"); }

std::string shortened(const std::string& text, std::size_t width) {
  const auto lines = conformance::wrapped(text, width - 4);
  if (lines.size() < 2) return text;
  return lines.front() + " ...";
}

void list(const std::vector<const Entry*>& some) {
  std::size_t width = 0;
  for (const Entry* entry : some) width = std::max(width, entry->name.size());
  constexpr std::size_t index_width = 9, type_width = 10, access_width = 5;
  const std::size_t left = conformance::page_width - (2 + width + 2 + index_width + type_width + access_width);
  for (const Entry* entry : some) {
    std::string line = "  " + padded(entry->name, width + 2) + padded(short_index(*entry), index_width) +
                       padded(name_of(entry->type), type_width) + padded(short_access(*entry), access_width) +
                       shortened(entry->values, left);
    line.erase(line.find_last_not_of(' ') + 1);
    std::printf("%s\n", line.c_str());
  }
}

int list(const ItemsOptions& options) {
  const std::string wanted = lower(options.filter);
  const auto catalogue = items::catalogue();
  std::vector<const Entry*> some;
  std::vector<std::string_view> names;
  for (const Entry& entry : catalogue) {
    names.push_back(entry.name);
    if (lower(entry.name).find(wanted) != std::string::npos || lower(entry.topic).find(wanted) != std::string::npos) some.push_back(&entry);
  }
  std::sort(some.begin(), some.end(), [](const Entry* a, const Entry* b) { return lower(a->name) < lower(b->name); });
  if (some.empty())
    return refuse(exit_wrong_command_line, "no item has \"" + options.filter + "\" in its name or topic" +
                                               or_nearest(options.filter, names, "understudy items list"));
  list(some);
  std::printf("\n  %zu item%s%s. rw: read and written, ro: read only, wo: written only, n/a: in orders\n  and replies only; ?: guessed from its use. [key]: the number of a key.\n", some.size(),
              some.size() == 1 ? "" : "s", some.size() == catalogue.size() ? "" : (" of " + std::to_string(catalogue.size())).c_str());
  std::printf("  `understudy items explain ITEM` says more.\n");
  return exit_conforming;
}

std::string access_in_words(const Entry& entry) {
  const std::string certain = entry.access_certain ? "" : " (guessed from its use)";
  switch (entry.access) {
    case Access::read_write: return "read and written" + certain;
    case Access::read_only: return "read only";
    case Access::write_only: return "written only";
    case Access::not_applicable: return "none: it stands in orders and replies only";
  }
  return {};
}

std::string values_in_words(const Entry& entry) {
  if (entry.values.empty()) return "not known";
  const bool list = entry.type == items::Type::integer || entry.type == items::Type::enumeration;
  return entry.values + (entry.closed ? " (no others)" : list ? " (perhaps others)" : "");
}

std::string source_in_words(const Entry& entry) {
  if (entry.evidence == "field") return "field: seen on the wire, or told by people who worked with it";
  return entry.evidence == "wiki" ? "the vendor's wiki" : entry.evidence;
}

std::string index_in_words(const Entry& entry) {
  if (entry.index == "no") return "none";
  return entry.index + (items::is_of_a_key(entry) ? ": the number of a key (guide p.120)" : "");
}

// The models that have it under that index, or all for what a key has.
std::string models_in_words(const Entry& entry, std::optional<int> index) {
  std::string with;
  for (const items::Model& model : items::models()) {
    if (!items::has_item(model, entry.name, index)) continue;
    if (!with.empty()) with += ", ";
    with += model.device_type;
    if (!index && items::is_of_a_key(entry)) with += model.keys > 0 ? " (keys 1 to " + std::to_string(model.keys) + ")" : " (on modules)";
  }
  if (with.empty()) return "none";
  if (items::is_of_a_key(entry)) return with;
  return "all, as far as is known";
}

std::string firmware_in_words(const Entry& entry) {
  std::string without;
  for (const phone::Firmware& firmware : phone::firmwares())
    if (phone::missing_item(items::models().front(), firmware, entry.name, std::nullopt))
      without += (without.empty() ? "" : ", ") + firmware.version;
  return without.empty() ? "" : "not in " + without + " (field)";
}

// Rules that speak of the item by its name, one that is no common word.
std::string rules_in_words(const Entry& entry) {
  std::string some;
  if (entry.name.find('-') == std::string::npos) return some;
  for (const conformance::RuleText& rule : conformance::rules())
    if (rule.text.find(entry.name) != std::string::npos) some += (some.empty() ? "" : ", ") + rule.id;
  return some;
}

void explain(const Entry& entry, std::optional<int> index) {
  std::string out = entry.name + (index ? "[" + std::to_string(*index) + "]" : "") + "   " + std::string(name_of(entry.type)) + "\n\n";
  append_field(out, "values", values_in_words(entry));
  if (entry.max_length) append_field(out, "length", "at most " + std::to_string(*entry.max_length) + " characters");
  append_field(out, "index", index_in_words(entry));
  append_field(out, "access", access_in_words(entry));
  append_field(out, "default", entry.default_value);
  append_field(out, "secret", entry.secret ? "yes: masked in every output" : "no");
  append_field(out, "models", models_in_words(entry, index));
  append_field(out, "firmware", firmware_in_words(entry));
  append_field(out, "rules", rules_in_words(entry));
  append_field(out, "topic", entry.topic);
  append_field(out, "source", source_in_words(entry));
  append_field(out, "note", entry.note);
  std::fputs(out.c_str(), stdout);
}

int explain(const ItemsOptions& options) {
  const ItemName typed = item_name_in(options.explain);
  const auto named = item_named(typed.name);
  if (!named) return refuse(exit_wrong_command_line, named.error());
  const Entry& entry = **named;
  wpi::Item item;
  if (typed.has_index) item.index = std::string(typed.index);
  const auto index = items::index_of(item);
  if (item.index && !index)
    return refuse(exit_wrong_command_line, entry.name + ": \"" + *item.index + "\" is no index; write a number from 0 on");
  if (index && items::fit_index(entry, index) != items::IndexFit::fits)
    return refuse(exit_wrong_command_line, entry.name + (entry.index == "no" ? " has no index" : "[" + *item.index + "]: its index is " + entry.index));
  explain(entry, index);
  return exit_conforming;
}

}  // namespace

int run(const ItemsOptions& options) { return options.explain.empty() ? list(options) : explain(options); }

}  // namespace understudy::tools
