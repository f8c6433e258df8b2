#include <cstdio>
#include <vector>

#include "commands.h"
#include "reports/console.h"
#include "rules/nearest.h"
#include "rules/rule.h"

namespace understudy::tools {

std::string or_nearest(std::string_view wrong, std::span<const std::string_view> names, std::string_view list_command) {
  const std::string_view nearest = conformance::nearest(wrong, names);
  if (nearest.empty()) return "; `" + std::string(list_command) + "` lists them";
  return "; did you mean " + std::string(nearest) + "?";
}

int run(const RulesOptions& options) {
  if (options.explain.empty()) {
    std::fputs(conformance::list(conformance::rules()).c_str(), stdout);
    return exit_conforming;
  }
  if (const conformance::RuleText* rule = conformance::find_rule(options.explain)) {
    std::fputs(conformance::explain(*rule).c_str(), stdout);
    return exit_conforming;
  }
  std::vector<std::string_view> names;
  for (const conformance::RuleText& rule : conformance::rules()) names.push_back(rule.id);
  return refuse(exit_wrong_command_line,
                "there is no rule \"" + options.explain + "\"" + or_nearest(options.explain, names, "understudy rules list"));
}

}  // namespace understudy::tools
