// Results read again, and compared.
#include "reports/read_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/compare.h"
#include "reports/json.h"
#include "support/folder.h"
#include "unit/reports/results_support.h"

namespace understudy::conformance {

namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST(StoredResults, AreReadAsTheyWereWritten) {
  for (Sample& sample : samples()) {
    sample.result.fingerprint.headers = {{"Server", "nginx"}};
    sample.result.fingerprint.keeps_open = 3;
    sample.result.fingerprint.times = {{"CleanUp", 3, std::chrono::milliseconds(1),
                                        std::chrono::milliseconds(2), std::chrono::milliseconds(3)}};
    const std::string written = json(sample.result);
    const auto read = read_json(written);
    ASSERT_TRUE(read) << sample.name << ": " << read.error().text;
    Result again = read->result;
    EXPECT_EQ(read->sentence, sentence(sample.result)) << sample.name;
    again.also = sample.result.also;
    EXPECT_EQ(json(again), written) << sample.name;
  }
}

TEST(StoredResults, OfAnotherFormatAreRefusedWithThePlace) {
  const auto other = read_json(replaced(json(conforming()), "understudy.result/1", "understudy.result/2"));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().line, 2U);
  EXPECT_THAT(other.error().text, HasSubstr("understudy.result/2"));
  const auto none = read_json("{\"a\": 1}");
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().text, HasSubstr("format"));
  const auto empty = read_json(" \n");
  ASSERT_FALSE(empty);
  EXPECT_THAT(empty.error().text, HasSubstr("empty"));
}

TEST(StoredResults, SayTheLineOfWhatIsWrong) {
  const auto kind = read_json(replaced(json(conforming()), "\"exchanges\": 6", "\"exchanges\": \"six\""));
  ASSERT_FALSE(kind);
  EXPECT_GT(kind.error().line, 2U);
  EXPECT_THAT(kind.error().text, HasSubstr("run.exchanges must be a whole number"));
  const auto broken = read_json("{\n  \"format\": \"understudy.result/1\",\n  oops\n}");
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().line, 3U);
}

TEST(StoredResults, MayHaveMembersThatAreNotKnown) {
  const auto read = read_json(replaced(json(conforming()), "{", "{\n  \"later\": {\"x\": [1]},"));
  EXPECT_TRUE(read);
}

TEST(StoredResults, ThatAreNestedWithoutEndAreRefused) {
  EXPECT_FALSE(read_json("{\"a\":" + std::string(200'000, '[')));
}

StoredResult stored(const Result& result) {
  return *read_json(json(result));
}

TEST(Comparison, SaysWhatIsNewAndWhatIsFixed) {
  const std::vector<StoredResult> worse = {stored(conforming()), stored(one_must())};
  const Comparison broken = compare({"runs/a.json", "runs/b.json"}, worse);
  EXPECT_EQ(broken.new_ones, 1U);
  EXPECT_EQ(broken.fixed, 0U);
  EXPECT_EQ(sentence(broken), "From a.json to b.json: 1 rule newly broken.");
  EXPECT_THAT(text(broken, 100), HasSubstr("nonce.echo"));
  EXPECT_THAT(text(broken, 100), Not(HasSubstr("http.version")));
  const std::vector<StoredResult> better = {stored(one_must()), stored(conforming())};
  EXPECT_EQ(compare({"a", "b"}, better).fixed, 1U);
  EXPECT_EQ(sentence(compare({"a", "b"}, better)), "From a to b: 1 fixed.");
}

TEST(Comparison, OfTheSameSaysThatNothingChanged) {
  const std::vector<StoredResult> same = {stored(conforming()), stored(conforming())};
  EXPECT_THAT(sentence(compare({"a", "b"}, same)), HasSubstr("no rule has another outcome"));
}

TEST(Comparison, ShowsNamesAndResultsHarmlessly) {
  Result hostile = many();
  hostile.run.start.service = "https://<script>x</script>";
  const std::vector<StoredResult> results = {stored(conforming()), stored(hostile)};
  const std::string page = html(compare({"<b>.json", "\x1b[2J.json"}, results));
  EXPECT_THAT(page, Not(HasSubstr("<script>x")));
  EXPECT_THAT(page, Not(HasSubstr("<b>.json")));
  EXPECT_THAT(page, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text(compare({"a", "\x1b[2J.json"}, results), 80), Not(HasSubstr("\x1b")));
}

}  // namespace

}  // namespace understudy::conformance
