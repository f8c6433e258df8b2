// The file of known deviations: what it says, and what is wrong with one.
#include "scenarios/baseline_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace understudy::scenarios {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string head = "<baseline xmlns=\"urn:understudy:baseline:1\">\n";  // what follows stands in line 2

tl::expected<conformance::Baseline, FileError> with(const std::string& inside) {
  return parse_baseline("b.xml", head + inside + "\n</baseline>\n", {"call", "poll"});
}

TEST(BaselineFile, SaysWhatIsKnown) {
  const auto read =
      with(R"(<known rule="nonce.echo" scenario="call" reason=" a proxy " owner="voice" expires="2027-01-31"/>
  <known rule="scenario.poll" reason="r" owner="o"/>)");
  ASSERT_TRUE(read) << read.error().one_line();
  ASSERT_EQ(read->entries.size(), 2u);
  EXPECT_EQ(read->entries[0].reason, "a proxy");
  EXPECT_EQ(read->entries[0].expires, "2027-01-31");
  EXPECT_EQ(read->entries[0].place, "b.xml:2:1");
  EXPECT_EQ(read->entries[1].rule, "scenario.poll");
  EXPECT_EQ(read->entries[1].place, "b.xml:3:3");
}

TEST(BaselineFile, SaysWhereAndWhatIsWrong) {
  const std::pair<const char*, const char*> wrong[] = {
      {R"(<known rule="nonce.ecko" reason="r" owner="o"/>)",
       "b.xml:2:14: no rule is named \"nonce.ecko\"; did you mean nonce.echo?"},
      {R"(<known rule="nonce" reason="r" owner="o"/>)", "b.xml:2:14: no rule is named \"nonce\""},
      {R"(<known rule="scenario.cal" reason="r" owner="o"/>)",
       "no scenario is named \"cal\"; did you mean call?"},
      {R"(<known rule="nonce.echo" scenario="pol" reason="r" owner="o"/>)",
       "no scenario is named \"pol\"; did you mean poll?"},
      {R"(<known rule="scenario.call" scenario="call" reason="r" owner="o"/>)",
       "the rule names the scenario already"},
      {R"(<known rule="nonce.echo" reason=" " owner="o"/>)", "reason is empty: say why"},
      {R"(<known rule="nonce.echo" reason="r" owner=""/>)", "owner is empty: say who"},
      {R"(<known rule="nonce.echo" owner="o"/>)", "reason"},
      {R"(<known rule="nonce.echo" reason="r" owner="o" expires="2027-02-30"/>)",
       "\"2027-02-30\" is no day; write 2026-12-31"},
      {R"(<known rule="nonce.echo" reason="r" owner="o" expires=""/>)", "is no day"},
      {R"(<known rule="nonce.echo" reason="r" owner="o" until="x"/>)", "until"},
      {R"(<known rule="nonce.echo" reason="r" owner="o"/><known rule="nonce.echo" reason="s" owner="o"/>)",
       "a second entry for nonce.echo"},
  };
  for (const auto& [inside, text] : wrong) {
    const auto read = with(inside);
    ASSERT_FALSE(read) << inside;
    EXPECT_THAT(read.error().one_line(), HasSubstr(text)) << inside;
    EXPECT_THAT(read.error().one_line(), StartsWith("b.xml:2:")) << inside;
  }
}

TEST(BaselineFile, ReadsBackWhatWasWritten) {
  conformance::Baseline baseline;
  baseline.entries.push_back({"nonce.echo", "call", "a < b & \"c\" é", "TODO: say who", "2027-01-31", ""});
  const auto read = parse_baseline("b.xml", conformance::xml(baseline), {"call"});
  ASSERT_TRUE(read) << read.error().one_line();
  EXPECT_EQ(read->entries.at(0).reason, baseline.entries[0].reason);
  EXPECT_EQ(read->entries.at(0).scenario, "call");
  EXPECT_TRUE(read->entries.at(0).has_placeholder());
  EXPECT_TRUE(parse_baseline("b.xml", conformance::xml({}), {})) << "an empty one too";
}

}  // namespace
}  // namespace understudy::scenarios
