// What programs read of a result: JSON against its schema, JUnit XML against the form that its readers share.
#include <array>
#include <cstdio>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reports/json.h"
#include "reports/junit.h"
#include "reports/read_json.h"
#include "support/folder.h"
#include "unit/reports/load_support.h"
#include "unit/reports/results_support.h"

namespace understudy::conformance {

namespace {

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

// The system's own, which the packages are for: another may come first in PATH.
std::string python() {
  return ::access("/usr/bin/python3", X_OK) == 0 ? "/usr/bin/python3" : "python3";
}

std::string source(const std::string& path) {
  return std::string(UNDERSTUDY_SOURCE_DIR) + "/" + path;
}

// Says what is wrong with each file; exits 3 where a module is missing.
constexpr std::string_view validate = R"(import json, sys
try:
    import jsonschema
except ImportError:
    sys.exit(3)
schema = json.load(open(sys.argv[1]))
jsonschema.Draft202012Validator.check_schema(schema)
wrong = 0
for name in sys.argv[2:]:
    for error in jsonschema.Draft202012Validator(schema).iter_errors(json.load(open(name))):
        print(name, list(error.path), error.message[:300])
        wrong = 1
sys.exit(wrong)
)";

Ran validated(const Folder& folder, const std::string& files) {
  const std::string script = folder.put("validate.py", validate);
  return run(python() + " " + script + " " + source("docs/result.schema.json") + " " + files);
}

TEST(Json, IsWhatItsSchemaSays) {
  const Folder folder;
  std::string files;
  for (const Sample& sample : samples())
    files += " " + folder.put(sample.name + ".json", json(sample.result));
  files += " " + folder.put("load.json", json(quiet_load())) + " " + folder.put("invalid.json", json(invalid_load()));
  const Ran ran = validated(folder, files);
  ASSERT_NE(ran.status, 3) << "this test needs the package python3-jsonschema";
  EXPECT_EQ(ran.status, 0) << ran.output;
}

TEST(Json, SchemaRefusesWhatIsNone) {
  const Folder folder;
  const std::string good = json(one_must());
  const std::pair<const char*, const char*> changes[] = {
      {"\"understudy.result/1\"", "\"understudy.result/2\""},
      {"\"verdict\": \"deviations\"", "\"verdict\": \"fine\""},
      {"\"exit\": 1", "\"exit\": 2"},
      {"\"outcome\": \"deviated\"", "\"outcome\": \"not-exercised\""},
      {"\"level\": \"must\"", "\"level\": \"may\""},
      {"\"repeat\"", "\"repeated\""},
      {"\"count\": 3", "\"count\": 0"},
      {"the nonce is that", "the \\u001bnonce is that"},
  };
  for (const auto& [from, to] : changes) {
    std::string bad = good;
    const std::size_t at = bad.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    bad.replace(at, std::string_view(from).size(), to);
    const Ran ran = validated(folder, folder.put("bad.json", bad));
    ASSERT_NE(ran.status, 3) << "this test needs the package python3-jsonschema";
    EXPECT_EQ(ran.status, 1) << to << "\n" << ran.output;
  }
}

TEST(Json, BeginsWithFormatVerdictAndExit) {
  EXPECT_TRUE(
      json(one_must())
          .starts_with(
              "{\n  \"format\": \"understudy.result/1\",\n  \"verdict\": \"deviations\",\n  \"exit\": 1,\n"));
  EXPECT_THAT(json(interrupted()), HasSubstr("\"exit\": 130,\n  \"also\": [\n    1\n  ],"));
  EXPECT_THAT(
      json(one_must()),
      HasSubstr("\"repeat\": \"understudy check https://10.0.0.5:18443 --seed 9 --only nonce.echo\""));
}

TEST(Json, ShowsNoControlCharacterAlsoOnceItIsRead) {
  const std::string text = json(many());
  EXPECT_THAT(text, HasSubstr("\\\\x1b[2JExplode"));
  EXPECT_THAT(text, Not(HasSubstr("\\u001b")));
}

TEST(Junit, HasACaseForEachThresholdOfALoadAndForItsValidity) {
  Result missed = quiet_load();
  missed.load->thresholds[0].met = false;
  conclude(missed);
  EXPECT_THAT(junit(missed), HasSubstr("<failure message=\"it came: 90 ms\" type=\"threshold\">"));
  EXPECT_THAT(junit(missed), HasSubstr("this program is not the limit"));
  EXPECT_THAT(junit(invalid_load()), HasSubstr("type=\"invalid\""));
}

TEST(Junit, IsInTheFormThatItsReadersShare) {
  const Folder folder;
  std::vector<Sample> all = samples();
  all.push_back({"load", loaded({.samples = 10})});
  all.push_back({"load-invalid", invalid_load()});
  all.push_back({"load-hostile", hostile_load()});
  for (const Sample& sample : all) {
    const std::string file = folder.put(sample.name + ".xml", junit(sample.result));
    const Ran ran = run("xmllint --noout --schema " + source("tests/unit/reports/junit.xsd") + " " + file);
    ASSERT_NE(ran.status, 127) << "this test needs the package libxml2-utils";
    EXPECT_EQ(ran.status, 0) << ran.output << junit(sample.result);
  }
}

// Counts that stand in attributes must be those of the elements, or a reader shows other numbers than we do.
constexpr std::string_view count = R"(import sys
import xml.etree.ElementTree as tree
root = tree.parse(sys.argv[1]).getroot()
def check(element):
    for attribute, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        if int(element.get(attribute)) != len(list(element.iter(tag))):
            sys.exit("%s of %s" % (attribute, element.get("name")))
check(root)
for suite in root: check(suite)
print(" ".join(root.get(name) for name in ("tests", "failures", "errors", "skipped")))
)";

TEST(Junit, CountsWhatItHolds) {
  const Folder folder;
  const std::string script = folder.put("count.py", count);
  const std::pair<Result, const char*> cases[] = {
      {conforming(), "29 0 0 6\n"}, {one_must(), "29 1 0 6\n"},       {notes_only(), "29 0 0 5\n"},
      {many(), "30 5 1 4\n"},       {could_not_run(), "29 0 1 28\n"}, {interrupted(), "30 1 0 7\n"},
  };
  for (const auto& [result, counts] : cases) {
    const Ran ran = run(python() + " " + script + " " + folder.put("result.xml", junit(result)));
    EXPECT_EQ(ran.status, 0) << ran.output;
    EXPECT_EQ(ran.output, counts);
  }
}

TEST(Junit, TellsHowLongAScenarioWasPlayed) {
  Result result = conforming();
  RuleResult scenario;
  scenario.rule = "scenario.call", scenario.outcome = Outcome::held, scenario.held = 1;
  scenario.taken = std::chrono::milliseconds(1'500);
  result.verdict.rules.push_back(scenario);
  EXPECT_THAT(junit(result), HasSubstr("name=\"scenario.call\" time=\"1.500\""));
  const auto read = read_json(json(result));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->result.verdict.rules.back().taken, scenario.taken) << "it is the same in a page that is made later";
}

// A reader of its own kind, which many tools are built on.
constexpr std::string_view parse = R"(import sys
try:
    import junitparser
except ImportError:
    sys.exit(3)
xml = junitparser.JUnitXml.fromfile(sys.argv[1])
for suite in xml:
    for case in suite:
        for result in case.result:
            print(case.classname, case.name, type(result).__name__, result.message)
)";

TEST(Junit, IsReadByJunitparser) {
  const Folder folder;
  const std::string script = folder.put("parse.py", parse);
  const Ran ran = run(python() + " " + script + " " + folder.put("result.xml", junit(many())));
  ASSERT_NE(ran.status, 3) << "this test needs the package python3-junitparser";
  ASSERT_EQ(ran.status, 0) << ran.output;
  EXPECT_THAT(ran.output,
              HasSubstr("understudy.nonce nonce.echo Failure the nonce is that of another message\n"));
  EXPECT_THAT(ran.output,
              HasSubstr("understudy.fragment fragment.not-unasked Failure required and not exercised\n"));
  EXPECT_THAT(ran.output, HasSubstr("understudy.xml xml.signature Skipped no occasion: "));
}

TEST(Junit, HasOneCaseForAllTroublesAndItsPropertiesOnce) {
  Result result = many();
  result.troubles.push_back("run.jsonl cannot be written: No space left on device");
  const std::string xml = junit(result);
  EXPECT_THAT(xml, HasSubstr("run.jsonl cannot be written"));
  EXPECT_EQ(xml.find("<properties>"), xml.rfind("<properties>"));
  const Folder folder;
  const Ran ran = run("xmllint --noout --schema " + source("tests/unit/reports/junit.xsd") + " " +
                      folder.put("result.xml", xml));
  EXPECT_EQ(ran.status, 0) << ran.output;
}

TEST(Junit, FailsAShouldOnlyWhereStrict) {
  Result result = many();
  EXPECT_THAT(junit(result),
              HasSubstr("<failure message=\"the answer is labelled text/html\" type=\"should\">"));
  result.strict = false;
  conclude(result);
  EXPECT_THAT(junit(result), Not(HasSubstr("type=\"should\"")));
  EXPECT_THAT(junit(result), HasSubstr("<system-out>should, seen 2 times\n"));
}

TEST(Junit, FilesAnErrorForNothingButWhatKeptItFromRunning) {
  for (const Sample& sample : samples()) {
    const bool could_not = !sample.result.run.spoke || !sample.result.troubles.empty();
    EXPECT_EQ(junit(sample.result).find("<error") != std::string::npos, could_not) << sample.name;
  }
}

TEST(Junit, CarriesWhatXmlCannot) {
  Result result = one_must();
  using namespace std::string_view_literals;
  result.verdict.findings[0].came = "\0\x01\x1b]]>&<\"'\xFF\xEF\xBF\xBF\xED\xA0\x80"sv;
  const std::string xml = junit(result);
  EXPECT_THAT(xml, HasSubstr("\\x00\\x01\\x1b]]&gt;&amp;&lt;&quot;'\\xff\xEF\xBF\xBD\\xed\\xa0\\x80"));
  const Folder folder;
  const Ran ran = run("xmllint --noout " + folder.put("result.xml", xml));
  EXPECT_EQ(ran.status, 0) << ran.output;
}

}  // namespace

}  // namespace understudy::conformance
