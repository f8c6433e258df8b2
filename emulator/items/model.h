// Models as data: what a phone of that kind is and has.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace understudy::items {

struct Model {
  std::string device_type;  // "OpenStage 60", as phones spell it
  std::string part_number;
  int keys = 0;             // free programmable keys on the phone itself (field); the last one shifts the others
};

const std::vector<Model>& models();
// "OpenStage 60", "openstage60" and "60" all name it; the error lists what there is.
tl::expected<const Model*, std::string> model_named(std::string_view name);

// Whether a phone of that model has the item under that index: keys stand where the model has them (guide p.120). True for
// all that is not known to depend on the model.
bool has_item(const Model& model, std::string_view name, std::optional<int> index);

}  // namespace understudy::items
