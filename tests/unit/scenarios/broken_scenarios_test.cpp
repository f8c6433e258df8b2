// One scenario for each thing that can be wrong with one, and exactly what is said of it (broken_scenarios.txt).
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "scenario_support.h"
#include "support/folder.h"

namespace understudy::scenarios::language {
namespace {

// A section of the file: "=== what it is", the scenario or its steps alone, "+++ NAME" and another file as often as needed, and
// "---" before what is said.
struct Broken {
  std::string what, text, said;
  Files others;
};

std::vector<Broken> broken_scenarios() {
  const std::string all = contents(UNDERSTUDY_SOURCE_DIR "/tests/unit/scenarios/broken_scenarios.txt");
  std::vector<Broken> out;
  std::string* to = nullptr;
  for (std::size_t from = 0; from < all.size();) {
    const std::size_t end = all.find('\n', from);
    const std::string line = all.substr(from, end - from);
    from = end + 1;
    if (line.starts_with("=== ")) {
      to = &out.emplace_back().text;
      out.back().what = line.substr(4);
    } else if (line.starts_with("+++ ")) {
      to = &out.back().others[line.substr(4)];
    } else if (line == "---") {
      to = &out.back().said;
    } else if (to) {
      *to += line + "\n";
    }
  }
  return out;
}

std::string said_of(const Broken& broken) {
  const bool whole = broken.text.find("xmlns=") != std::string::npos;
  const auto scenario = read_text(whole ? broken.text : scenario_of(broken.text), broken.others);
  return scenario ? "nothing is wrong\n" : scenario.error().with_source() + "\n";
}

TEST(BrokenScenario, IsToldWhatIsWrongWithTheLineAndACaret) {
  const auto all = broken_scenarios();
  ASSERT_GT(all.size(), 90u);
  for (const Broken& broken : all) EXPECT_EQ(said_of(broken), broken.said) << broken.what;
}

TEST(BrokenScenario, IsThereOnceForEachThingThatCanBeWrong) {
  std::set<std::string> seen;
  for (const Broken& broken : broken_scenarios()) EXPECT_TRUE(seen.insert(broken.what).second) << broken.what;
}

}  // namespace
}  // namespace understudy::scenarios::language
