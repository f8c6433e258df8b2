// The table of rules, its reader, and choosing from it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/nearest.h"
#include "rules/rule_table.h"

namespace understudy::conformance {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

const std::string head = "id\tlevel\tconfidence\ttext\tsource\toccasion\teffect\tgood\tbad\n";
const std::string row = "nonce.echo\tmust\tdocumented\techoes\tguide p.28\ta message\trejects\tgood\tbad\n";

TEST(RuleTable, OfTheProgramCanBeReadAndSaysWhatEachRuleIs) {
  EXPECT_EQ(rules().size(), 127u);
  const RuleText* echo = find_rule("nonce.echo");
  ASSERT_TRUE(echo);
  EXPECT_EQ(echo->level, Level::must);
  EXPECT_EQ(echo->confidence, Confidence::documented);
  EXPECT_EQ(echo->area(), "nonce");
  EXPECT_EQ(echo->source, "guide p.28, p.34");
  EXPECT_THAT(echo->bad, HasSubstr("52D10B9F"));
  EXPECT_EQ(find_rule("nonce.ech"), nullptr);
}

TEST(RuleTable, NamesASourceForEveryDocumentedRule) {
  for (const RuleText& rule : rules()) {
    if (rule.confidence == Confidence::documented) {
      EXPECT_THAT(rule.source, AnyOf(HasSubstr("guide p."), HasSubstr("wiki"), HasSubstr("administration manuals"))) << rule.id;
    }
    EXPECT_NE(rule.good, rule.bad) << rule.id;
    EXPECT_NE(rule.text.front(), ' ') << rule.id;
    EXPECT_NE(rule.text.back(), '.') << rule.id << ": it continues a sentence";
  }
}

TEST(RuleTable, TakesEscapesOutOfItsFields) {
  const auto rules = parse_rules(head + "a.b\tnote\tsense\tt\ts\to\te\tone\\n\\ttwo \\\\\tbad\n");
  ASSERT_TRUE(rules) << rules.error().text;
  EXPECT_EQ(rules->front().good, "one\n\ttwo \\");
}

struct Wrong {
  std::string table;
  std::size_t line, column;
  std::string text;
};

TEST(RuleTable, SaysLineAndColumnOfWhatIsWrong) {
  const Wrong wrongs[] = {
      {"", 1, 1, "empty"},
      {"id\tlevel\n", 1, 9, "column confidence is missing"},
      {"id\tlevel\tconfidence\ttext\tsauce\toccasion\teffect\tgood\tbad\n", 1, 26,
       "column source is expected"},
      {"id\tlevel\tconfidence\ttext\tsource\toccasion\teffect\tgood\tbad\tmore\n", 1, 58, "too many"},
      {head, 1, 1, "no rule"},
      {head + "a.b\tmust\n", 2, 5, "2 fields, not 9"},
      {head + row + "\n", 3, 1, "1 fields"},
      {head + "a.b\tmay\tsense\tt\ts\to\te\tg\tb\n", 2, 5, "a level is"},
      {head + "a.b\tmust\tguess\tt\ts\to\te\tg\tb\n", 2, 10, "a confidence is"},
      {head + "a.b\tmust\tsense\t\ts\to\te\tg\tb\n", 2, 16, "text is empty"},
      {head + "a.b\tnote\tsense\tt\ts\to\te\tg\\x\tb\n", 2, 25, "an escape is"},
      {head + "a.b\tnote\tsense\tt\ts\to\te\tg\tb\\\n", 2, 27, "an escape is"},
      {head + "ab\tmust\tsense\tt\ts\to\te\tg\tb\n", 2, 1, "an id is"},
      {head + "A.b\tmust\tsense\tt\ts\to\te\tg\tb\n", 2, 1, "an id is"},
      {head + row + row, 3, 1, "twice"},
      {head + row + "a.b\tnote\tsense\tt\ts\to\te\tg\tb\nnonce.x\tnote\tsense\tt\ts\to\te\tg\tb\n", 4, 1,
       "stand together"},
      {head + "a.b\tmust\tinferred\tt\ts\to\te\tg\tb\n", 2, 5, "never a must"},
  };
  for (const Wrong& wrong : wrongs) {
    const auto rules = parse_rules(wrong.table);
    ASSERT_FALSE(rules) << wrong.table;
    EXPECT_EQ(rules.error().line, wrong.line) << wrong.table << rules.error().text;
    EXPECT_EQ(rules.error().column, wrong.column) << wrong.table << rules.error().text;
    EXPECT_THAT(rules.error().text, HasSubstr(wrong.text));
  }
}

TEST(Selection, HasEverythingUnlessTold) {
  EXPECT_TRUE(Selection().has("nonce.echo"));
  EXPECT_FALSE(Selection().has("no.such-rule"));
  EXPECT_FALSE(Selection().empty());
}

TEST(Selection, TakesIdsAreasAndStars) {
  for (const std::string pattern : {"nonce", "nonce.*", "nonce.echo"}) {
    const auto selection = Selection::of({pattern}, {});
    ASSERT_TRUE(selection);
    EXPECT_TRUE(selection->has("nonce.echo")) << pattern;
    EXPECT_EQ(selection->has("nonce.present"), pattern != "nonce.echo") << pattern;
    EXPECT_FALSE(selection->has("http.status")) << pattern;
  }
}

TEST(Selection, SkipsFromWhatIsChosen) {
  const auto selection = Selection::of({"http", "nonce"}, {"nonce.echo", "http.*"});
  ASSERT_TRUE(selection);
  EXPECT_TRUE(selection->has("nonce.present"));
  EXPECT_FALSE(selection->has("nonce.echo"));
  EXPECT_FALSE(selection->has("http.status"));
  EXPECT_TRUE(Selection::of({"nonce"}, {"nonce"})->empty());
}

TEST(Selection, AsksWhetherANearNameWasMeant) {
  EXPECT_EQ(Selection::of({"nonce.ehco"}, {}).error(),
            "no rule is named \"nonce.ehco\"; did you mean nonce.echo?");
  EXPECT_EQ(Selection::of({}, {"htp"}).error(), "no rule is named \"htp\"; did you mean http?");
  EXPECT_EQ(Selection::of({"sesion.*"}, {}).error(), "no rule is named \"sesion.*\"; did you mean session?");
  EXPECT_EQ(Selection::of({"quux.frobnicate"}, {}).error(), "no rule is named \"quux.frobnicate\"");
  EXPECT_EQ(Selection::of({""}, {}).error(), "no rule is named \"\"");
  EXPECT_FALSE(Selection::of({".*"}, {}));
}

TEST(Nearest, CountsSingleSlips) {
  EXPECT_EQ(edit_distance("", ""), 0u);
  EXPECT_EQ(edit_distance("echo", "echo"), 0u);
  EXPECT_EQ(edit_distance("echo", "eco"), 1u);
  EXPECT_EQ(edit_distance("echo", "eccho"), 1u);
  EXPECT_EQ(edit_distance("echo", "ecko"), 1u);
  EXPECT_EQ(edit_distance("echo", "ehco"), 1u);
  EXPECT_EQ(edit_distance("echo", ""), 4u);
  EXPECT_EQ(edit_distance("abc", "cab"), 2u);
}

}  // namespace
}  // namespace understudy::conformance
