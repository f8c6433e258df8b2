// What pages of code scanning and the log of GitHub Actions read.
#include <array>
#include <cstdio>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "reports/github.h"
#include "reports/junit.h"
#include "reports/sarif.h"
#include "support/folder.h"
#include "unit/reports/results_support.h"

namespace understudy::conformance {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

struct Ran {
  int status = -1;
  std::string output;
};

Ran run(const std::string& command) {
  Ran ran;
  std::FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  if (!pipe) return ran;
  std::array<char, 4096> piece{};
  for (std::size_t count; (count = std::fread(piece.data(), 1, piece.size(), pipe)) != 0;)
    ran.output.append(piece.data(), count);
  const int status = ::pclose(pipe);
  if (WIFEXITED(status)) ran.status = WEXITSTATUS(status);
  return ran;
}

std::string python() {
  return ::access("/usr/bin/python3", X_OK) == 0 ? "/usr/bin/python3" : "python3";
}

// Holds files against the schema, and against what GitHub asks beyond it.
constexpr std::string_view validate = R"(import json, sys
try:
    import jsonschema
except ImportError:
    sys.exit(3)
schema = json.load(open(sys.argv[1]))
wrong = 0
for name in sys.argv[2:]:
    log = json.load(open(name))
    for error in jsonschema.Draft4Validator(schema).iter_errors(log):
        print(name, list(error.path), error.message[:300])
        wrong = 1
    run = log["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    prints = set()
    for result in run["results"]:
        where = result["locations"][0]["physicalLocation"]
        assert where["artifactLocation"]["uri"] and where["region"]["startLine"] >= 1, result
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"], result
        assert result["message"]["text"], result
        print_ = result["partialFingerprints"]["understudyDeviation/v1"]
        assert print_ not in prints, result
        prints.add(print_)
    for rule in rules:
        assert rule["help"]["text"] and len(rule["shortDescription"]["text"]) <= 1024, rule
sys.exit(wrong)
)";

Ran validated(const Folder& folder, const std::string& files) {
  return run(python() + " " + folder.put("validate.py", validate) + " " + UNDERSTUDY_SOURCE_DIR +
             "/tests/unit/reports/sarif/sarif-2.1.0-rtm.5.json " + files);
}

TEST(Sarif, IsWhatTheStandardsSchemaSays) {
  const Folder folder;
  std::string files;
  for (const Sample& sample : samples())
    files += " " + folder.put(sample.name + ".sarif", sarif(sample.result));
  const Ran ran = validated(folder, files);
  ASSERT_NE(ran.status, 3) << "this test needs the package python3-jsonschema";
  EXPECT_EQ(ran.status, 0) << ran.output;
}

TEST(Sarif, IsRefusedByTheSchemaWhereALevelIsNone) {
  const Folder folder;
  std::string bad = sarif(one_must());
  const std::size_t at = bad.rfind("\"level\": \"error\"");
  ASSERT_NE(at, std::string::npos);
  bad.replace(at, 16, "\"level\": \"wrong\"");
  EXPECT_EQ(validated(folder, folder.put("bad.sarif", bad)).status, 1);
}

TEST(Sarif, SuppressesWhatTheBaselineCovers) {
  const std::string text = sarif(with_baseline());
  EXPECT_THAT(text,
              HasSubstr("\"justification\": \"the gateway's old firmware (voice team, until 2027-01-31)\""));
  EXPECT_THAT(text, HasSubstr("\"baselineState\": \"unchanged\""));
  EXPECT_THAT(text, HasSubstr("http.status: unexpectedly held"));
  EXPECT_THAT(text, HasSubstr("\"uri\": \"ci/known%2C%202.xml\""));
  EXPECT_THAT(text, HasSubstr("\"exitCode\": 1"));
}

std::string fingerprint(const Result& result) {
  const std::string text = sarif(result);
  const std::size_t at = text.find("understudyDeviation/v1\": \"");
  return text.substr(at, 45);
}

TEST(Sarif, HasTheSameFingerprintInEveryRun) {
  Result other = one_must();
  other.run.start.service = "https://10.0.0.9:4711";
  other.run.start.seed = 77;
  for (Finding& finding : other.verdict.findings) {
    finding.expected = "\"AAAA\"", finding.came = "\"BBBB\"", finding.exchange += 40, finding.count += 3,
    finding.phone = "phone-9";
    finding.excerpt.reset();
  }
  EXPECT_EQ(fingerprint(other), fingerprint(one_must()));
  other.verdict.findings[0].message = "something else";
  EXPECT_NE(fingerprint(other), fingerprint(one_must()));
}

TEST(Github, EscapesWhatItsCommandsWouldRead) {
  Result result = one_must();
  result.verdict.findings[0].message = "50% of\r\n::error::it";
  result.verdict.findings[0].rule = "scenario.x";
  result.verdict.findings[0].where = "our, own:1.xml:8:7";
  const std::string text = github(result);
  EXPECT_THAT(text, HasSubstr("::error file=our%2C own%3A1.xml,line=8,col=7,title=scenario.x (must)::50%25 "
                              "of\\r\\n::error::it%0A"));
  EXPECT_THAT(text, Not(HasSubstr("\n::error::it")));
}

TEST(Github, WarnsOfWhatDoesNotFailAndEndsWithTheVerdict) {
  EXPECT_THAT(github(notes_only()), Not(HasSubstr("::error")));
  EXPECT_THAT(github(notes_only()), HasSubstr("::notice title="));
  EXPECT_THAT(github(one_must()), EndsWith("::error title=understudy::" + sentence(one_must()) + "\n"));
  const std::string known = github(with_baseline());
  EXPECT_THAT(known, HasSubstr("::notice title=nonce.echo (must%2C known)::"));
  EXPECT_THAT(
      known,
      HasSubstr(
          "::error file=ci/known%2C 2.xml,line=3,col=5,title=baseline::http.status: unexpectedly held"));
}

TEST(Github, WritesNoMoreThanIsShownAndSaysHowManyMore) {
  Result result = one_must();
  result.verdict.findings.resize(40, result.verdict.findings[0]);
  const std::string text = github(result);
  std::size_t errors = 0;
  for (std::size_t at = 0; (at = text.find("::error ", at)) != std::string::npos; ++at) ++errors;
  EXPECT_EQ(errors, most_annotations);
  EXPECT_THAT(text, HasSubstr("::error title=understudy::and 32 more: the text above has them all\n"));
}

TEST(Junit, FailsNoRuleThatIsKnownAndTheEntryThatDoesNotFit) {
  const std::string xml = junit(with_baseline());
  EXPECT_THAT(xml,
              HasSubstr("Known until 2027-01-31: the gateway's old firmware (voice team, known.xml:2:3)"));
  EXPECT_THAT(
      xml, HasSubstr(
               "<failure message=\"http.status: unexpectedly held; take the entry out\" type=\"baseline\">"));
  EXPECT_THAT(xml, Not(HasSubstr("type=\"must\"")));
}

}  // namespace
}  // namespace understudy::conformance
