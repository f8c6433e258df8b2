// understudy scenarios: the shipped ones, one to start from, and what is wrong with one of the user's.
#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "commands.h"
#include "reports/plain.h"
#include "rules/rule.h"
#include "scenarios/language/library.h"
#include "scenarios/language/lint.h"
#include "scenarios/language/reader.h"

namespace understudy::tools {

namespace {

using namespace scenarios::language;

std::vector<std::string_view> rule_ids() {
  std::vector<std::string_view> out;
  for (const conformance::RuleText& rule : conformance::rules()) out.push_back(rule.id);
  return out;
}

int list() {
  const Reader reader(rule_ids());
  std::size_t name_width = 0, guide_width = 0;
  std::vector<SharedScenario> all;
  for (const Shipped& shipped : library()) {
    auto scenario = read_shipped(shipped, reader);
    if (!scenario) return refuse(scenario.error());
    name_width = std::max(name_width, (*scenario)->name.size());
    guide_width = std::max(guide_width, (*scenario)->guide.size());
    all.push_back(std::move(*scenario));
  }
  const std::size_t left = conformance::page_width - (2 + name_width + 2 + guide_width + 2);
  using Of = scenarios::language::Suite;
  const std::pair<Of, const char*> suites[] = {{Of::quick, "quick: what every check begins with"},
                                                  {Of::full, "full: all else that healthy phones may do"},
                                                  {Of::hostile, "hostile: what no healthy phone does"}};
  const auto print = [&](const Scenario& scenario) {
    std::string head = conformance::padded(scenario.name, name_width + 2) +
                       conformance::padded(scenario.guide, guide_width + 2);
    for (const std::string& line : conformance::wrapped(scenario.summary, left)) {
      std::printf("  %s%s\n", head.c_str(), line.c_str());
      head.assign(head.size(), ' ');
    }
  };
  for (const auto& [suite, title] : suites) {
    std::printf("%s%s\n", suite == Of::quick ? "" : "\n", title);
    for (const SharedScenario& scenario : all)
      if (scenario->suite == suite) print(*scenario);
  }
  std::puts(
      "\n  `understudy scenarios show NAME` prints one; `understudy scenarios new` prints one to start "
      "from.");
  return exit_conforming;
}

int show(const std::string& name) {
  if (const Shipped* shipped = find_shipped(name)) {
    std::fwrite(shipped->bytes.data(), 1, shipped->bytes.size(), stdout);
    return exit_conforming;
  }
  std::vector<std::string_view> names;
  for (const Shipped& shipped : library()) names.push_back(shipped.name);
  return refuse(exit_wrong_command_line, "there is no scenario \"" + name + "\"" +
                                             or_nearest(name, names, "understudy scenarios list"));
}

int check(const std::string& file) {
  const auto scenario = Reader(rule_ids()).read(file);
  if (!scenario) return refuse(scenario.error());
  const std::vector<scenarios::FileError> warnings = lint(**scenario);
  for (const scenarios::FileError& warning : warnings)
    std::printf("%s\n\n", shown_lines(warning.with_source()).c_str());
  const std::size_t phones = (*scenario)->phones.size();
  const std::string found =
      warnings.empty() ? "nothing to say against it"
                       : std::to_string(warnings.size()) + (warnings.size() == 1 ? " warning" : " warnings");
  std::printf("%s: %zu %s, %s\n", conformance::shown(file).c_str(), phones, phones == 1 ? "phone" : "phones",
              found.c_str());
  return exit_conforming;
}

}  // namespace

int run(const ScenariosOptions& options) {
  switch (options.wish) {
    case ScenariosOptions::Wish::list:
      return list();
    case ScenariosOptions::Wish::show:
      return show(options.name);
    case ScenariosOptions::Wish::start:
      break;
    case ScenariosOptions::Wish::lint:
      return check(options.name);
  }
  const std::string_view text = scenario_template();
  std::fwrite(text.data(), 1, text.size(), stdout);
  return exit_conforming;
}

}  // namespace understudy::tools
