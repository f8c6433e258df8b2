// Models as data: what a phone of that kind is and has, from a table (models.tsv).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "items/catalogue.h"
#include "items/table.h"

namespace understudy::items {

struct Model {
  std::string device_type;     // "OpenStage 60", as phones spell it
  std::string part_number;     // "Unknown" is what phones say that do not know it (guide p.33)
  int keys = 0;                // free programmable keys on the phone itself
  std::string keys_source;
  std::optional<int> shift_key;  // shifts the others out of the box; none is known where there is no value
  std::optional<int> modules;    // how many key modules it takes, of twelve keys each; no value: not known
  // In words, with their source; empty: not known.
  std::string display, logo, ringtones, screensaver, note;
};

// Keys on modules have the indexes 301 to 312 and 401 to 412; the shifted level of a key is 1000 above it (guide p.120).
constexpr int shifted_level = 1000;
constexpr int keys_of_a_module = 12;
constexpr int first_key_of_modules = 301, keys_between_modules = 100;

const std::vector<Model>& models();
// "OpenStage 60", "openstage60" and "60" all name it; the error lists what there is.
tl::expected<const Model*, std::string> model_named(std::string_view name);

// An item that each key has one of, under the key's number.
bool is_of_a_key(const Entry& entry);
// Whether a phone of that model has the item under that index: keys stand where the model has them (guide p.120). True for
// all that is not known to depend on the model.
bool has_item(const Model& model, std::string_view name, std::optional<int> index);

// The table, strictly: every column, each device type once. As parse_catalogue() does it.
tl::expected<std::vector<Model>, TableError> parse_models(std::string_view table);

}  // namespace understudy::items
