#include "wbm/sections.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <set>

#include "items/catalogue.h"

namespace understudy::wbm {
namespace {

using ::testing::HasSubstr;

const std::string head = "key\ttitle\twho\tguide\titems\tnote\n";

// All names and beginnings of names that take this item, with the section of each.
std::vector<std::string> rules_for(std::string_view name) {
  std::vector<std::string> rules;
  for (const Section& section : sections())
    for (const std::string& pattern : section.items)
      if (pattern == name || (pattern.ends_with('*') &&
                              name.starts_with(std::string_view(pattern).substr(0, pattern.size() - 1))))
        rules.push_back(pattern);
  return rules;
}

std::string error_of(const std::string& rows) {
  const auto parsed = parse_sections(head + rows);
  return parsed ? "" : parsed.error().message;
}

TEST(Sections, TakeEveryItemOfTheCatalogueByARuleOfTheirs) {
  for (const items::Entry& entry : items::catalogue()) {
    EXPECT_NE(section_of(entry.name).key, "other") << entry.name;
    const auto rules = rules_for(entry.name);
    std::set<std::size_t> sizes;
    for (const std::string& rule : rules) sizes.insert(rule.size() + (rule == entry.name ? 1 : 0));
    EXPECT_EQ(sizes.size(), rules.size()) << entry.name << ": two rules of one rank take it";
  }
}

TEST(Sections, HaveNoRuleThatDecidesNothing) {
  std::map<std::string, int> decided;
  for (const items::Entry& entry : items::catalogue()) {
    const auto rules = rules_for(entry.name);
    ++decided[*std::max_element(rules.begin(), rules.end(), [](const std::string& a, const std::string& b) {
      return a.size() < b.size();
    })];
  }
  for (const Section& section : sections())
    for (const std::string& pattern : section.items)
      EXPECT_TRUE(pattern == "*" || decided[pattern] > 0) << section.key << ": " << pattern;
}

TEST(Sections, PutUnknownNamesUnderOther) {
  for (const char* name : {"no-such-item", "", "*", "dhc", "dhcp2", "key"})
    EXPECT_EQ(section_of(name).key, "other") << name;
  EXPECT_EQ(section_of("key-label-of-a-later-firmware").key, "keys") << "a beginning takes unknown names too";
}

TEST(Sections, LetANameGoBeforeABeginningAndALongerBeginningBeforeAShorterOne) {
  EXPECT_EQ(section_of("dls-contact-interval").key, "phone");
  EXPECT_EQ(section_of("dls-mode-secure").key, "secure");
  EXPECT_EQ(section_of("call-record-auto-start").key, "features");
  EXPECT_EQ(section_of("call-waiting-enabled").key, "calls");
  EXPECT_EQ(section_of("display-id").key, "identity");
  EXPECT_EQ(section_of("sip-mobility-state").key, "mobility");
  EXPECT_EQ(section_of("sip-transport").key, "sip");
}

TEST(Sections, FollowTheGuidesChapters) {
  EXPECT_EQ(section_of("vlan-id").key, "network");
  EXPECT_EQ(section_of("cfu-activated").role, Role::user);
  EXPECT_EQ(section_of("display-brightness").guide, "5.4");
  EXPECT_EQ(section_of("pwd-retries").key, "passwords");
  EXPECT_EQ(section_of("pwd-retries").role, Role::administrator);
  EXPECT_EQ(section_of("alert").guide, "4.11");
}

TEST(Sections, SayWhereTheGroupingIsInferred) {
  for (const items::Entry& entry : items::catalogue())
    if (entry.topic == "other sections") {
      const Section& section = section_of(entry.name);
      EXPECT_THAT(section.note, ::testing::AnyOf(HasSubstr("inferred"), HasSubstr("inference")))
          << section.key << ": " << entry.name;
    }
}

TEST(Sections, AreAUsersFirstAndFoundByTheirKeys) {
  EXPECT_TRUE(std::is_sorted(sections().begin(), sections().end(),
                             [](const Section& a, const Section& b) { return a.role < b.role; }));
  EXPECT_GE(sections().size(), 12u);
  EXPECT_LE(sections().size(), 22u);
  for (const Section& section : sections()) EXPECT_EQ(section_named(section.key), &section);
  EXPECT_EQ(section_named("Network"), nullptr);
  EXPECT_EQ(section_named(""), nullptr);
  EXPECT_EQ(name_of(Role::administrator), "administrator");
}

TEST(SectionsTable, IsReadStrictly) {
  const std::string rest = "other\tOther\tadministrator\t\t*\t\n";
  EXPECT_EQ(error_of(rest), "");
  EXPECT_THAT(error_of(""), HasSubstr("no sections"));
  EXPECT_THAT(error_of("a/b\tA\tuser\t5\tdhcp\t\n" + rest), HasSubstr("is no key"));
  EXPECT_THAT(error_of("a\t\tuser\t5\tdhcp\t\n" + rest), HasSubstr("is no title"));
  EXPECT_THAT(error_of("a\tA\tboss\t5\tdhcp\t\n" + rest), HasSubstr("neither user nor administrator"));
  EXPECT_THAT(error_of("a\tA\tuser\t5\t\t\n" + rest), HasSubstr("names no items"));
  EXPECT_THAT(error_of("a\tA\tuser\t5\tdhcp\t\n"), HasSubstr("needs a *"));
  EXPECT_THAT(error_of("a\tA\tuser\t5\tdhcp\t\nb\tB\tuser\t5\tport1 dhcp\t\n" + rest),
              HasSubstr("dhcp a second time"));
  EXPECT_THAT(error_of("a\tA\tadministrator\t5\tdhcp\t\nb\tB\tuser\t5\tport1\t\n" + rest),
              HasSubstr("behind an administrator"));
  EXPECT_THAT(error_of("a\tA\tuser\t5\tdhcp\t\na\tB\tuser\t5\tport1\t\n" + rest), HasSubstr("a second time"));
}

}  // namespace
}  // namespace understudy::wbm
