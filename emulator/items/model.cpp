#include "items/model.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace understudy::items {

namespace {

std::string letters_and_digits(std::string_view text) {
  std::string out;
  for (char c : text)
    if (std::isalnum(static_cast<unsigned char>(c)) || c == '.')
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

// Under the index of a key.
constexpr std::array<std::string_view, 3> of_a_key = {"function-key-def", "key-label-unicode", "locked-function-keys"};

constexpr int shifted_level = 1000;
constexpr int first_of_a_module = 301, keys_of_a_module = 12, most_modules = 2;

}  // namespace

const std::vector<Model>& models() {
  // Part numbers and keys: field.
  static const std::vector<Model> table = {
      {"OpenStage 20", "S30817-S7401-A101-15", 0},
      {"OpenStage 40", "S30817-S7402-A103-15", 6},
      {"OpenStage 60", "S30817-S7403-A101-15", 8},
      {"OpenStage 80", "S30817-S7404-A101-15", 9},
  };
  return table;
}

tl::expected<const Model*, std::string> model_named(std::string_view name) {
  const std::string wanted = letters_and_digits(name);
  const auto& all = models();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Model& model) {
    const std::string full = letters_and_digits(model.device_type);
    return full == wanted || full == "openstage" + wanted;
  });
  if (found != all.end()) return &*found;
  std::string known;
  for (const Model& model : all) known += (known.empty() ? "\"" : ", \"") + model.device_type + "\"";
  return tl::unexpected("there is no model \"" + std::string(name) + "\"; there is " + known);
}

bool has_item(const Model& model, std::string_view name, std::optional<int> index) {
  if (!index || std::find(of_a_key.begin(), of_a_key.end(), name) == of_a_key.end()) return true;
  const int key = *index > shifted_level ? *index - shifted_level : *index;
  if (key < first_of_a_module) return key <= model.keys;
  const int module = (key - first_of_a_module) / 100;
  return module < most_modules && (key - first_of_a_module) % 100 < keys_of_a_module;
}

}  // namespace understudy::items
