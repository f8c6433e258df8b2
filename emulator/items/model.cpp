#include "items/model.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace understudy::items {

namespace data {
extern const std::string_view models_tsv;
}  // namespace data

namespace {

enum Column { device_type, part_number, keys, keys_source, shift_key, modules_taken, display, logo, ringtones, screensaver, note, columns };
constexpr std::array<std::string_view, columns> names_of_columns = {"device_type", "part_number", "keys",      "keys_source",
                                                                    "shift_key",   "modules",     "display",   "logo",
                                                                    "ringtones",   "screensaver", "note"};

std::string letters_and_digits(std::string_view text) {
  std::string out;
  for (char c : text)
    if (std::isalnum(static_cast<unsigned char>(c)) || c == '.')
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

// "OpenStage 60" is called by the end of its name too: "60", or "IP 35G" for a longer one.
bool is_called(const Model& model, std::string_view wanted) {
  for (std::string_view name = model.device_type;; name.remove_prefix(name.find(' ') + 1)) {
    if (letters_and_digits(name) == wanted) return true;
    if (name.find(' ') == std::string_view::npos) return false;
  }
}

constexpr int first_of_a_module = 301, next_module = 100, most_modules = 2;

tl::expected<Model, TableError> model_of(const TableRow& row) {
  Model model;
  const auto known_keys = whole_number(row[keys]);
  if (row[device_type].empty()) return row.wrong(device_type, "is no device type");
  if (row[part_number].empty()) return row.wrong(part_number, "is no part number; a phone that does not know it says Unknown");
  if (!known_keys) return row.wrong(keys, "is no number of keys");
  if (row[keys_source].empty()) return row.wrong(keys_source, "must say where the number of keys is from");
  if (!row[shift_key].empty() && !(model.shift_key = whole_number(row[shift_key]))) return row.wrong(shift_key, "is no key");
  if (model.shift_key && (*model.shift_key < 1 || *model.shift_key > *known_keys))
    return row.wrong(shift_key, "is none of the keys");
  if (!row[modules_taken].empty() && !(model.modules = whole_number(row[modules_taken])))
    return row.wrong(modules_taken, "is no number of modules");
  if (model.modules > most_modules) return row.wrong(modules_taken, "is more than the two modules that have indexes");
  model.device_type = row[device_type];
  model.part_number = row[part_number];
  model.keys = *known_keys;
  model.keys_source = row[keys_source];
  model.display = row[display];
  model.logo = row[logo];
  model.ringtones = row[ringtones];
  model.screensaver = row[screensaver];
  model.note = row[note];
  return model;
}

}  // namespace

tl::expected<std::vector<Model>, TableError> parse_models(std::string_view table) {
  const auto rows = rows_of(table, names_of_columns);
  if (!rows) return tl::unexpected(rows.error());
  std::vector<Model> all;
  for (const TableRow& row : *rows) {
    auto model = model_of(row);
    if (!model) return tl::unexpected(std::move(model.error()));
    all.push_back(std::move(*model));
  }
  return all;
}

const std::vector<Model>& models() {
  static const std::vector<Model> table = parse_models(data::models_tsv).value();
  return table;
}

tl::expected<const Model*, std::string> model_named(std::string_view name) {
  const std::string wanted = letters_and_digits(name);
  const auto& all = models();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Model& model) { return is_called(model, wanted); });
  if (found != all.end()) return &*found;
  std::string known;
  for (const Model& model : all) known += (known.empty() ? "\"" : ", \"") + model.device_type + "\"";
  return tl::unexpected("there is no model \"" + std::string(name) + "\"; there is " + known);
}

bool is_of_a_key(const Entry& entry) {
  static const std::string& of_a_key = find("function-key-def")->index;
  return entry.index == of_a_key;
}

bool has_item(const Model& model, std::string_view name, std::optional<int> index) {
  const Entry* entry = index ? find(name) : nullptr;
  if (!entry || !is_of_a_key(*entry)) return true;
  const int key = *index > shifted_level ? *index - shifted_level : *index;
  if (key < first_of_a_module) return key >= 1 && key <= model.keys;
  const int module = (key - first_of_a_module) / next_module;
  return module < model.modules.value_or(most_modules) && (key - first_of_a_module) % next_module < keys_of_a_module;
}

}  // namespace understudy::items
