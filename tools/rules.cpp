#include <cstdio>
#include <vector>

#include "commands.h"
#include "reports/console.h"
#include "rules/nearest.h"
#include "rules/rule.h"

namespace understudy::tools {

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
  const std::string_view nearest = conformance::nearest(options.explain, names);
  return refuse(exit_wrong_command_line, "there is no rule \"" + options.explain + "\"" +
                                             (nearest.empty() ? "; `understudy rules list` lists them"
                                                              : "; did you mean " + std::string(nearest) + "?"));
}

}  // namespace understudy::tools
