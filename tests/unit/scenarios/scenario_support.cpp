#include "scenario_support.h"

#include <stdexcept>
#include <string_view>
#include <vector>

#include "rules/rule.h"

namespace understudy::scenarios::language {

std::string scenario_of(const std::string& steps) {
  return "<scenario xmlns=\"urn:understudy:scenario:1\" summary=\"x\"><steps>\n" + steps +
         "</steps></scenario>\n";
}

tl::expected<SharedScenario, FileError> read_text(const std::string& text, const Files& others) {
  // Made once, since that takes longer than to read; never destroyed, since Xerces may be gone by then.
  static const Reader& reader = *[] {
    std::vector<std::string_view> rules;
    for (const conformance::RuleText& rule : conformance::rules()) rules.push_back(rule.id);
    return new Reader(rules);
  }();
  return reader.parse("scenario.xml", text,
                      [&](const std::string& path) -> tl::expected<std::string, std::string> {
                        if (const auto file = others.find(path); file != others.end()) return file->second;
                        return tl::unexpected(std::string("No such file or directory"));
                      });
}

SharedScenario read_steps(const std::string& steps, const Files& others) {
  auto scenario = read_text(scenario_of(steps), others);
  if (!scenario) throw std::runtime_error(scenario.error().with_source());
  return *scenario;
}

}  // namespace understudy::scenarios::language
