#include "reports/console.h"

#include <cstdlib>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>

#include "reports/plain.h"
#include "unit/reports/results_support.h"

namespace understudy::conformance {

namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Compares with tests/unit/reports/golden/NAME; UNDERSTUDY_UPDATE_GOLDEN=1 writes it instead.
void expect_golden(const std::string& name, const std::string& text) {
  const std::string path = std::string(UNDERSTUDY_SOURCE_DIR) + "/tests/unit/reports/golden/" + name;
  if (std::getenv("UNDERSTUDY_UPDATE_GOLDEN")) {
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  std::ifstream in(path, std::ios::binary);
  ASSERT_TRUE(in) << path << " is missing; UNDERSTUDY_UPDATE_GOLDEN=1 writes it";
  EXPECT_EQ(text, std::string(std::istreambuf_iterator<char>(in), {})) << path;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    lines.push_back(text.substr(from, end - from));
    from = end + 1;
  }
  return lines;
}

TEST(Console, LooksAsItDid) {
  for (const Sample& sample : samples()) expect_golden(sample.name + ".txt", console(sample.result));
}

TEST(Console, LooksAsItDidInColourAndOnANarrowTerminal) {
  expect_golden("colour.txt", console(many(), {.colour = true}));
  expect_golden("narrow.txt", console(many(), {.width = 80}));
}

TEST(Console, SaysHowManyRulesWantATrigger) {
  Result result = conforming();
  std::size_t want = 0;
  for (RuleResult& rule : result.verdict.rules) {
    if (rule.outcome != Outcome::not_exercised || want == 2) continue;
    rule.why = "no occasion: a contact-me, which takes a trigger";
    ++want;
    const std::string hint = want == 1 ? "(1 wants a trigger, see --triggers)" : "(2 want a trigger, see --triggers)";
    EXPECT_THAT(console(result), HasSubstr("6 not exercised " + hint + "   in 6 exchanges"));
  }
  EXPECT_EQ(want, 2u);
  EXPECT_THAT(console(conforming()), Not(HasSubstr("--triggers")));
}

TEST(Console, EndsWithTheVerdictInOneSentence) {
  const std::pair<Result, const char*> cases[] = {
      {conforming(), "✓ Conforming: 22 rules held."},
      {one_must(), "✗ Not conforming: 1 rule that a service must keep is broken."},
      {notes_only(), "✓ Conforming: 22 rules held; 1 note."},
      {could_not_run(),
       "! Could not run: no answer came from https://10.0.0.5:18443/DeploymentService/LoginService:\n"
       "  10.0.0.5:18443 refused the connection."},
      {interrupted(),
       "! Interrupted. Until then: Not conforming: 1 rule that a service must keep is broken."},
  };
  for (const auto& [result, text] : cases)
    EXPECT_TRUE(console(result).ends_with("\n" + std::string(text) + "\n")) << console(result);
}

TEST(Console, StaysWithinItsWidth) {
  for (const std::size_t width : {80U, 100U, 140U})
    for (const Sample& sample : samples())
      for (const bool every_rule : {false, true})
        for (const std::string& line :
             lines_of(console(sample.result, {.width = width, .every_rule = every_rule}))) {
          const bool long_by_nature =
              line.find("│") != std::string::npos || line.find("Again: ") != std::string::npos ||
              line.find("://") != std::string::npos || line.find("   seen ") != std::string::npos;
          EXPECT_TRUE(long_by_nature || columns(line) <= width) << sample.name << "\n" << line;
        }
}

TEST(Console, ShowsNoControlCharacterOfTheService) {
  for (const Sample& sample : samples())
    for (const char c : console(sample.result))
      EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20) << sample.name;
  const std::string text = console(many());
  EXPECT_THAT(text, HasSubstr("\\x1b[2JExplode"));
  EXPECT_THAT(text, HasSubstr("came  \\x1b[31mred\\x1b[0m \\xff \\u202etxt"));
}

TEST(Console, ColoursSignsAndLevelsAndNothingElse) {
  std::string coloured = console(many(), {.colour = true});
  EXPECT_THAT(coloured, HasSubstr("\x1b[31m✗\x1b[0m \x1b[1mnonce.echo\x1b[0m   \x1b[31mmust\x1b[0m"));
  for (std::size_t at = 0; (at = coloured.find('\x1b')) != std::string::npos;)
    coloured.erase(at, coloured.find('m', at) + 1 - at);
  EXPECT_EQ(coloured, console(many()));
}

TEST(Console, PutsCaretsUnderThePlaceAlsoBehindWideAndEscapedCharacters) {
  const std::vector<std::string> lines = lines_of(console(many()));
  const auto line = std::find_if(lines.begin(), lines.end(), [](const std::string& each) {
    return each.find("117 │") != std::string::npos;
  });
  ASSERT_NE(line, lines.end());
  const std::string& carets = *(line + 1);
  // Characters 9 to 11 of the line are a tab and two that are two columns wide: five columns.
  EXPECT_EQ(columns(std::string_view(carets).substr(0, carets.find('^'))),
            columns(line->substr(0, line->find(" 日"))));
  EXPECT_EQ(std::count(carets.begin(), carets.end(), '^'), 5);
}

TEST(Console, PrintsDeviationsLastAndTheWeightiestNearestToTheVerdict) {
  const std::string text = console(many());
  const auto at = [&](std::string_view what) {
    EXPECT_NE(text.find(what), std::string::npos) << what;
    return text.find(what);
  };
  EXPECT_LT(at("rules held   "), at("· session.cookie-secure   note"));
  EXPECT_LT(at("· session.cookie-secure   note"), at("! http.content-type   should"));
  EXPECT_LT(at("! http.content-type   should"), at("✗ xml.well-formed   must"));
  EXPECT_LT(at("✗ xml.well-formed   must"), at("✗ nonce.echo   must"));
  EXPECT_LT(at("✗ nonce.echo   must"), at("Not conforming: "));
}

TEST(Console, PrintsWhatARuleSaysSeveralTimesOnceWithAllItsPlaces) {
  const std::string text = console(many());
  const std::size_t head = text.find("✗ nonce.echo   must");
  ASSERT_NE(head, std::string::npos);
  EXPECT_EQ(text.find("✗ nonce.echo   must", head + 1), std::string::npos);
  EXPECT_THAT(text, HasSubstr("documented: guide p.28, p.34   seen 7 times\n"));
  EXPECT_THAT(text, HasSubstr("\n  Also in the answer to local-changes (2×), in the ReadItems that followed "
                              "WriteItems (2×).\n"));
  // Another level or another message is another block.
  Result result = many();
  for (Finding& finding : result.verdict.findings)
    if (finding.where == "in the answer to local-changes") finding.message = "the nonce is in lower case";
  EXPECT_THAT(console(result), HasSubstr("seen 5 times"));
  EXPECT_THAT(console(result), HasSubstr("\n  The nonce is in lower case.\n"));
}

TEST(Console, NamesEveryRuleThatWasNotExercisedWithItsReason) {
  const Result result = many();
  const std::string text = console(result);
  for (const RuleResult& rule : result.verdict.rules)
    EXPECT_TRUE(rule.outcome != Outcome::not_exercised || text.find(rule.rule) != std::string::npos)
        << rule.rule;
  EXPECT_THAT(
      text,
      HasSubstr(
          "– not exercised: no occasion\n    http.no-chunked           a phone that reads no chunks\n"));
}

TEST(Console, GivesEveryRuleItsLineWhereAsked) {
  const std::string text = console(one_must(), {.every_rule = true});
  EXPECT_THAT(text, HasSubstr("\n  ✓ nonce.present             held          must    6×\n      " +
                              find_rule("nonce.present")->text));
  EXPECT_THAT(text, HasSubstr("\n  ✗ nonce.echo                deviated      must    3× (held 3×)\n"));
  EXPECT_THAT(text, HasSubstr("\n  – http.no-chunked           not-exercised must\n      no occasion: a "
                              "phone that reads no chunks\n"));
}

TEST(Console, CountsWhatWasNotSelectedInsteadOfListingIt) {
  const std::string text = console(selected());
  EXPECT_THAT(text, HasSubstr("not exercised: not selected\n    26 rules\n"));
  EXPECT_THAT(text, Not(HasSubstr("http.status")));
}

TEST(Console, SaysOfARecordingThatItIsOne) {
  const std::string text = console(offline());
  EXPECT_THAT(
      text,
      HasSubstr("judged from night.jsonl, recorded 2026-11-21T03:40:00Z\n  the recording was interrupted\n"));
  EXPECT_THAT(text, HasSubstr("Again: understudy judge night.jsonl --only nonce.echo"));
}

TEST(RuleText, IsListedWholeAndEveryRuleHasItsLine) {
  const std::string text = list(rules());
  for (const RuleText& rule : rules()) EXPECT_THAT("\n" + text, HasSubstr("\n  " + rule.id + " ")) << rule.id;
  for (const std::string& line : lines_of(text)) EXPECT_LE(columns(line), 100U) << line;
}

TEST(RuleText, IsExplainedWithSourceConfidenceEffectAndExamples) {
  RuleText rule;
  rule.id = "nonce.echo";
  rule.text = "carries the nonce of the message that it answers, and no other";
  rule.source = "guide p.28";
  rule.occasion = "a DLSMessage with a nonce";
  rule.effect = "rejects the message";
  rule.good = "phone:   <Message nonce=\"7A\">\nservice: <Message nonce=\"7A\">";
  rule.bad = "service: <Message nonce=\"52\">";
  EXPECT_EQ(explain(rule),
            "nonce.echo   must\n\n"
            "  A service carries the nonce of the message that it answers, and no other.\n\n"
            "  source      guide p.28\n"
            "  confidence  documented: the developer's guide says so\n"
            "  level       must: a deviation fails\n"
            "  exercised   by a DLSMessage with a nonce\n"
            "  otherwise   A phone rejects the message.\n\n"
            "  good\n    phone:   <Message nonce=\"7A\">\n    service: <Message nonce=\"7A\">\n\n"
            "  bad\n    service: <Message nonce=\"52\">\n");
}

TEST(Plain, SpeaksTimesAsPeopleDo) {
  using std::chrono::microseconds;
  const std::pair<long, const char*> cases[] = {
      {0, "0 ms"},         {300, "<1 ms"},         {182'400, "182 ms"},
      {999'499, "999 ms"}, {999'500, "1.0 s"},     {9'949'999, "9.9 s"},
      {9'950'000, "10 s"}, {119'400'000, "119 s"}, {123'456'000, "2 min 3 s"}};
  for (const auto& [time, text] : cases) EXPECT_EQ(spoken(microseconds(time)), text);
}

TEST(Plain, ShowsWhatWouldChangeATerminalAsItsCode) {
  EXPECT_EQ(shown("a\x1b[0m\x07\x7F\xC2\x9B"), "a\\x1b[0m\\x07\\x7f\\x9b");
  EXPECT_EQ(shown("\xE2\x80\xAE\xE2\x80\x8B\xEF\xBB\xBF"), "\\u202e\\u200b\\ufeff");
  EXPECT_EQ(shown("a\nb\r\tc\xFF"), "a\\nb\\r c\\xff");
  EXPECT_EQ(shown("Gr\xC3\xB6\xC3\x9F"
                  "e \xE6\x97\xA5"),
            "Gr\xC3\xB6\xC3\x9F"
            "e \xE6\x97\xA5");
}

}  // namespace

}  // namespace understudy::conformance
