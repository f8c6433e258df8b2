#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "commands.h"
#include "last_result.h"
#include "reference/defects.h"
#include "reports/console.h"
#include "reports/plain.h"
#include "rules/nearest.h"
#include "rules/rule.h"
#include "scenarios/language/library.h"

namespace understudy::tools {

namespace {

void add_word(std::string& words, std::string_view word) {
  if (!words.empty()) words += ", ";
  words += word;
}

// The shipped scenarios that claim to give it an occasion.
std::string scenarios_with(std::string_view rule) {
  const scenarios::language::Reader reader({});
  std::string out;
  for (const scenarios::language::Shipped& shipped : scenarios::language::library()) {
    if (shipped.bytes.find(rule) == std::string_view::npos) continue;  // most are spared being read
    const auto scenario = scenarios::language::read_shipped(shipped, reader);
    if (!scenario) continue;
    const auto& claims = (*scenario)->claims;
    if (std::any_of(claims.begin(), claims.end(), [&](const auto& claim) { return claim.rule == rule; })) add_word(out, shipped.name);
  }
  return out.empty() ? out : out + " (understudy scenarios show NAME)";
}

// Of our own service, those that it is there to find.
std::string defects_of(std::string_view rule) {
  std::string out;
  for (const reference::Defect& defect : reference::defects())
    if (defect.rule() == rule) add_word(out, defect.name);
  return out.empty() ? out : out + " (understudy service --defect NAME)";
}

}  // namespace

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
    std::string text = conformance::explain(*rule) + "\n";
    conformance::append_field(text, "scenarios", scenarios_with(rule->id));
    conformance::append_field(text, "defects", defects_of(rule->id));
    if (const auto last = last_result_of(rule->id, last_result_path())) text += "\n" + *last;
    std::fputs(text.c_str(), stdout);
    return exit_conforming;
  }
  std::vector<std::string_view> names;
  for (const conformance::RuleText& rule : conformance::rules()) names.push_back(rule.id);
  return refuse(exit_wrong_command_line,
                "there is no rule \"" + options.explain + "\"" + or_nearest(options.explain, names, "understudy rules list"));
}

}  // namespace understudy::tools
