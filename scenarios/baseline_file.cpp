#include "scenarios/baseline_file.h"

#include <algorithm>
#include <utility>

#include "rules/nearest.h"
#include "rules/rule.h"
#include "scenarios/xml_file.h"
#include "wpi/utf8.h"

namespace understudy::scenarios {

namespace data {
extern const std::string_view baseline_xsd;
}

namespace {

using conformance::Baseline;
using conformance::BaselineEntry;
template <typename What>
using Read = tl::expected<What, FileError>;

class Reading {
 public:
  Reading(const XmlFile& file, const std::vector<std::string_view>& scenarios)
      : file_(file), scenarios_(scenarios) {}

  Read<BaselineEntry> entry(const XmlElement& element) const {
    BaselineEntry out;
    const XmlAttribute& rule = element.attribute("rule");
    const XmlAttribute* scenario = element.find("scenario");
    const bool of_scenario = rule.value.starts_with(conformance::scenario_area);
    if (of_scenario) {
      const std::string_view name = std::string_view(rule.value).substr(conformance::scenario_area.size());
      if (!is_scenario(name))
        return unknown(rule.begin, "no scenario is named \"" + std::string(name) + "\"", name, scenarios_);
      if (scenario) return wrong(scenario->begin, "the rule names the scenario already: leave this out");
    } else if (!conformance::find_rule(rule.value)) {
      std::vector<std::string_view> names;
      for (const conformance::RuleText& each : conformance::rules()) names.push_back(each.id);
      return unknown(rule.begin, "no rule is named \"" + rule.value + "\"", rule.value, names);
    }
    if (scenario && !is_scenario(scenario->value))
      return unknown(scenario->begin, "no scenario is named \"" + scenario->value + "\"", scenario->value,
                     scenarios_);
    out.rule = rule.value;
    if (scenario) out.scenario = scenario->value;
    for (const auto& [name, to] : {std::pair("reason", &out.reason), std::pair("owner", &out.owner)}) {
      const XmlAttribute& text = element.attribute(name);
      *to = wpi::trimmed(text.value);
      if (to->empty())
        return wrong(text.begin, std::string(name) + " is empty: say " + (to == &out.reason ? "why" : "who"));
    }
    if (const XmlAttribute* expires = element.find("expires")) {
      if (conformance::day_after(expires->value, 0) != expires->value || expires->value.empty())
        return wrong(expires->begin, "\"" + expires->value + "\" is no day; write 2026-12-31");
      out.expires = expires->value;
    }
    const FileError place = file_.error(element.begin, "");
    out.place = file_.path() + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
    return out;
  }

 private:
  bool is_scenario(std::string_view name) const {
    return std::find(scenarios_.begin(), scenarios_.end(), name) != scenarios_.end();
  }
  tl::unexpected<FileError> wrong(std::size_t place, std::string text) const {
    return tl::unexpected(file_.error(place, std::move(text)));
  }
  tl::unexpected<FileError> unknown(std::size_t place, std::string text, std::string_view name,
                                    const std::vector<std::string_view>& names) const {
    if (const std::string_view near = conformance::nearest(name, names); !near.empty())
      text += "; did you mean " + std::string(near) + "?";
    return wrong(place, std::move(text));
  }

  const XmlFile& file_;
  const std::vector<std::string_view>& scenarios_;
};

Read<Baseline> understood(const Read<XmlFile>& file, const std::vector<std::string_view>& scenarios) {
  if (!file) return tl::unexpected(file.error());
  const Reading reading(*file, scenarios);
  Baseline out;
  out.path = file->path();
  for (const XmlElement& element : file->root().children) {
    auto entry = reading.entry(element);
    if (!entry) return tl::unexpected(std::move(entry.error()));
    const bool second = std::any_of(out.entries.begin(), out.entries.end(), [&](const BaselineEntry& each) {
      return each.rule == entry->rule && each.scenario == entry->scenario;
    });
    if (second)
      return tl::unexpected(file->error(
          element.begin,
          "a second entry for " + entry->rule + (entry->scenario.empty() ? "" : " in " + entry->scenario)));
    out.entries.push_back(std::move(*entry));
  }
  return out;
}

}  // namespace

Read<Baseline> read_baseline(const std::string& path, const std::vector<std::string_view>& scenarios) {
  const XmlSchema schema(data::baseline_xsd);
  return understood(XmlFile::read(path, schema), scenarios);
}

Read<Baseline> parse_baseline(std::string path, std::string bytes,
                              const std::vector<std::string_view>& scenarios) {
  const XmlSchema schema(data::baseline_xsd);
  return understood(XmlFile::parse(std::move(path), std::move(bytes), schema), scenarios);
}

}  // namespace understudy::scenarios
