// The shipped scenarios, the template and the schema.
#include "scenarios/language/library.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <regex>
#include <set>

#include "rules/rule.h"
#include "scenarios/language/lint.h"
#include "support/folder.h"

namespace understudy::scenarios::language {
namespace {

Reader strict_reader() {
  std::vector<std::string_view> rules;
  for (const conformance::RuleText& rule : conformance::rules()) rules.push_back(rule.id);
  return Reader(rules);
}

std::string schema() {
  return contents(UNDERSTUDY_SOURCE_DIR "/scenarios/schema/scenario.xsd");
}

// What stands in the first group, of each find.
std::set<std::string> all_in(const std::string& text, const char* pattern) {
  const std::regex regex(pattern);
  std::set<std::string> out;
  for (std::sregex_iterator at(text.begin(), text.end(), regex), end; at != end; ++at) out.insert((*at)[1]);
  return out;
}

TEST(ShippedScenario, IsRightAndLintHasNothingToSayOfIt) {
  const Reader reader = strict_reader();
  ASSERT_GE(library().size(), 4u);
  for (const Shipped& shipped : library()) {
    const auto scenario = read_shipped(shipped, reader);
    ASSERT_TRUE(scenario) << scenario.error().with_source();
    EXPECT_EQ((*scenario)->name, shipped.name);
    EXPECT_FALSE((*scenario)->guide.empty()) << shipped.name;
    EXPECT_FALSE((*scenario)->claims.empty()) << shipped.name;
    for (const FileError& warning : lint(**scenario)) ADD_FAILURE() << warning.with_source();
  }
  EXPECT_NE(find_shipped("start-up"), nullptr);
  EXPECT_EQ(find_shipped("template"), nullptr);
}

TEST(ScenarioTemplate, IsRightAndLintHasNothingToSayOfIt) {
  const auto scenario = strict_reader().parse("new.xml", std::string(scenario_template()), files_below("."));
  ASSERT_TRUE(scenario) << scenario.error().with_source();
  for (const FileError& warning : lint(**scenario)) ADD_FAILURE() << warning.with_source();
}

TEST(ScenarioSchema, ExplainsEveryElementAndAttribute) {
  const std::string xsd = schema();
  const std::regex declared(R"re(<xs:(?:element|attribute) name="([^"]+)"[^>]*>\s*(<xs:annotation>)?)re");
  for (std::sregex_iterator at(xsd.begin(), xsd.end(), declared), end; at != end; ++at)
    EXPECT_TRUE((*at)[2].matched) << (*at)[1];
  EXPECT_EQ(xsd.find("<xs:documentation></xs:documentation>"), std::string::npos);
}

TEST(ScenarioSchema, HasTheJobsOfTriggers) {
  const auto jobs = [](const std::string& xsd) {
    const std::size_t at = xsd.find("<xs:simpleType name=\"Job\">");
    return all_in(xsd.substr(at, xsd.find("</xs:simpleType>", at) - at),
                  R"re(<xs:enumeration value="([^"]+)")re");
  };
  auto of_triggers = jobs(contents(UNDERSTUDY_SOURCE_DIR "/scenarios/schema/triggers.xsd"));
  EXPECT_EQ(of_triggers.erase("restart-service"), 1u) << "the one that is no phone's";
  EXPECT_EQ(jobs(schema()), of_triggers);
}

TEST(Schemas, HaveTheFaultsThatThereAre) {
  const auto kinds = [](const std::string& xsd) {
    const std::size_t at = xsd.find("<xs:simpleType name=\"FaultKind\">");
    return all_in(xsd.substr(at, xsd.find("</xs:simpleType>", at) - at), R"re(<xs:enumeration value="([^"]+)")re");
  };
  std::set<std::string> all;
  for (std::size_t n = 1; n < net::fault_kinds; ++n) all.emplace(name_of(static_cast<net::Fault::Kind>(n)));
  EXPECT_EQ(kinds(schema()), all);
  EXPECT_EQ(all.erase("certificate"), 1u) << "that does not happen by chance";
  EXPECT_EQ(kinds(contents(UNDERSTUDY_SOURCE_DIR "/scenarios/schema/plan.xsd")), all);
}

TEST(ScenarioReference, NamesEveryElementAndAttribute) {
  const std::string page = contents(UNDERSTUDY_SOURCE_DIR "/docs/scenarios.md");
  for (const std::string& element : all_in(schema(), R"re(<xs:element name="([^"]+)")re"))
    EXPECT_NE(page.find("`<" + element), std::string::npos) << element;
  for (const std::string& attribute : all_in(schema(), R"re(<xs:attribute name="([^"]+)")re"))
    EXPECT_NE(page.find("`" + attribute), std::string::npos) << attribute;
}

TEST(LibraryPage, HasARowForEachShippedScenario) {
  const std::string page = contents(UNDERSTUDY_SOURCE_DIR "/docs/library.md");
  const Reader reader = strict_reader();
  for (const Shipped& shipped : library()) {
    const auto scenario = read_shipped(shipped, reader);
    ASSERT_TRUE(scenario) << scenario.error().with_source();
    const std::string row =
        "| `" + (*scenario)->name + "` | " + (*scenario)->guide + " | " + (*scenario)->summary + " |\n";
    EXPECT_NE(page.find(row), std::string::npos) << row;
  }
  EXPECT_EQ(all_in(page, R"re(\n\| `([^`]+)` \| p\.)re").size(), library().size());
  EXPECT_NE(page.find("\n" + std::to_string(library().size()) + " scenarios come with the program"),
            std::string::npos);
}

}  // namespace
}  // namespace understudy::scenarios::language
