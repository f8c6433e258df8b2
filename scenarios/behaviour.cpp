#include "scenarios/behaviour.h"

#include <filesystem>
#include <vector>

#include "rules/nearest.h"
#include "scenarios/language/library.h"

namespace understudy::scenarios {

namespace {

using fleet::load::Behaviour;
using fleet::load::Share;

constexpr std::string_view deploy = "deploy", what_deploys = "deploy-file";

}  // namespace

tl::expected<Share, std::string> behaviour_of(std::string_view name, const std::string& folder) {
  Share out;
  if (const auto plain = fleet::load::behaviour_named(name)) {
    out.behaviour = *plain;
    return out;
  }
  out.behaviour = Behaviour::scenario;
  if (name.ends_with(".xml")) {
    out.scenario = (std::filesystem::path(folder) / name).string();
    return out;
  }
  if (const auto* shipped = language::find_shipped(name == deploy ? what_deploys : name)) {
    out.scenario = shipped->name;
    return out;
  }
  std::string plain;
  std::vector<std::string_view> names = {deploy};
  for (const Behaviour each : fleet::load::plain_behaviours) {
    names.push_back(name_of(each));
    plain += std::string(name_of(each)) + ", ";
  }
  for (const language::Shipped& shipped : language::library()) names.push_back(shipped.name);
  const std::string_view nearest = conformance::nearest(name, names);
  return tl::unexpected(
      "phones have no behaviour \"" + std::string(name) + "\"" +
      (nearest.empty() ? "; there are " + plain + "deploy, log-on and each scenario (`understudy scenarios list`, or a FILE.xml)"
                       : "; did you mean " + std::string(nearest) + "?"));
}

}  // namespace understudy::scenarios
