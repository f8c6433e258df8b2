// What a load says of itself: intervals made fewer, the curve over load, verdict and exit status, JSON and CSV.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>

#include "reports/compare.h"
#include "reports/json.h"
#include "reports/load_csv.h"
#include "reports/read_json.h"
#include "unit/reports/load_support.h"
#include "unit/reports/results_support.h"

namespace understudy::conformance {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

std::uint64_t sum(const LoadResult& load, std::uint64_t LoadInterval::*member) {
  std::uint64_t out = 0;
  for (const LoadInterval& each : load.intervals) out += each.*member;
  return out;
}

TEST(LoadSupport, MakesAResultWhoseCountsAddUp) {
  const LoadResult load = believable_load();
  EXPECT_TRUE(load.totals.add_up());
  EXPECT_GT(load.totals.planned, 100'000U);
  EXPECT_EQ(load.intervals.size(), 600U);
  EXPECT_EQ(sum(load, &LoadInterval::planned), load.totals.planned);
  EXPECT_EQ(sum(load, &LoadInterval::done), load.totals.done);
  EXPECT_EQ(sum(load, &LoadInterval::failed), load.totals.failed);
  std::uint64_t causes = 0;
  for (const LoadCount& cause : load.causes) causes += cause.count;
  EXPECT_EQ(causes, load.totals.failed);
}

TEST(HeatScale, PutsEachLatencyBetweenTheBoundsOfItsBucket) {
  for (std::int64_t us = 0; us < 200'000'000; us = us * 9 / 8 + 1) {
    const std::size_t bucket = heat::bucket(microseconds(us));
    EXPECT_LE(heat::bound(bucket).count(), us);
    if (bucket + 1 < heat::buckets) {
      EXPECT_GT(heat::bound(bucket + 1).count(), us);
    }
  }
  for (std::size_t i = 40; i < heat::buckets; ++i) EXPECT_EQ(heat::bucket(heat::bound(i)), i);
}

TEST(LoadIntervals, KeepTheirSumsWhenTheyAreMadeFewer) {
  LoadResult load = believable_load();
  const LoadResult before = load;
  coarsen(load.intervals, 70);
  EXPECT_LE(load.intervals.size(), 70U);
  for (const auto member : {&LoadInterval::planned, &LoadInterval::done, &LoadInterval::failed,
                            &LoadInterval::dropped, &LoadInterval::messages})
    EXPECT_EQ(sum(load, member), sum(before, member));
  for (std::size_t i = 1; i < load.intervals.size(); ++i)
    EXPECT_EQ(load.intervals[i].start, load.intervals[i - 1].start + load.intervals[i - 1].length);
  EXPECT_EQ(load.intervals.back().start + load.intervals.back().length, seconds(600));
  EXPECT_EQ(load.intervals.back().phones, before.intervals.back().phones);
}

TEST(LoadIntervals, HaveTheQuantilesOfBothOnceTheyAreOne) {
  const auto of = [](milliseconds start, milliseconds latency, std::uint64_t done) {
    LoadInterval out;
    out.start = start;
    out.length = seconds(1);
    out.done = done;
    out.p50 = out.p95 = out.p99 = out.max = latency;
    out.heat = {{static_cast<std::uint16_t>(heat::bucket(latency)), done}};
    return out;
  };
  LoadInterval both = of(milliseconds(0), milliseconds(10), 90);
  merge(both, of(seconds(1), milliseconds(2000), 10));
  EXPECT_NEAR(static_cast<double>(both.p50.count()), 10'000, 1'300);
  EXPECT_NEAR(static_cast<double>(both.p95.count()), 2'000'000, 250'000);
  EXPECT_EQ(both.max, seconds(2));
  LoadInterval idle = of(milliseconds(0), milliseconds(0), 0);
  merge(idle, of(seconds(1), milliseconds(7), 3));
  EXPECT_EQ(idle.p99, milliseconds(7));
}

TEST(DeviationsOverLoad, SayFromWhichLoadOnARuleIsBroken) {
  const LoadResult load = believable_load();
  const std::vector<LoadPoint> points = deviations_over_load(load, 0);
  ASSERT_GT(points.size(), 5U);
  EXPECT_LE(points.size(), 24U);
  std::uint64_t deviated = 0;
  for (const LoadPoint& point : points) {
    deviated += point.deviated;
    if (point.rate < 330) {
      EXPECT_EQ(point.deviated, 0U) << point.rate;
    }
  }
  EXPECT_EQ(deviated, load.rules[0].count);
  EXPECT_TRUE(deviations_over_load(LoadResult{}, 0).empty());
  EXPECT_TRUE(std::none_of(points.begin(), points.end(),
                           [](const LoadPoint& each) { return std::isnan(each.share()); }));
}

TEST(LoadVerdict, TakesTheFirstStatusThatApplies) {
  const Result broken = loaded({.samples = 10});
  EXPECT_EQ(broken.exit, 1);
  EXPECT_EQ(broken.also, std::vector<int>{5});
  EXPECT_EQ(quiet_load().exit, 0);
  EXPECT_EQ(invalid_load().exit, 6);
  EXPECT_EQ(invalid_load().ending, Ending::invalid);
  Result missed = quiet_load();
  missed.load->thresholds[0].met = false;
  conclude(missed);
  EXPECT_EQ(missed.exit, 5);
  EXPECT_EQ(name_of(missed.ending), "thresholds-missed");
  EXPECT_THAT(sentence(missed), HasSubstr("1 of 2 thresholds missed (start-up.p99<800ms: 90 ms)"));
  EXPECT_EQ(all_failed_load().exit, 4);
}

TEST(LoadVerdict, SaysWhichLimitAndWhatToChange) {
  const std::string text = sentence(invalid_load());
  EXPECT_TRUE(text.starts_with("INVALID: This program was the limit, not the service.")) << text;
  EXPECT_THAT(text, HasSubstr("This program used 1.9 of 2 cores"));
  EXPECT_THAT(text, HasSubstr("Plan fewer than 350"));
}

TEST(LoadJson, IsReadAsItWasWritten) {
  for (const Result& result : {loaded(), quiet_load(), invalid_load(), all_failed_load()}) {
    const std::string written = json(result);
    const auto read = read_json(written);
    ASSERT_TRUE(read) << read.error().text;
    ASSERT_TRUE(read->result.load);
    EXPECT_EQ(read->sentence, sentence(result));
    Result again = read->result;
    again.also = result.also;
    EXPECT_EQ(json(again), written);
  }
}

// The file that the browser's tests show. UNDERSTUDY_UPDATE_GOLDEN=1 makes it anew.
TEST(LoadJson, OfTheExampleOnDiskIsStillRead) {
  const std::string path = std::string(UNDERSTUDY_SOURCE_DIR) + "/tests/unit/reports/golden/load.json";
  if (std::getenv("UNDERSTUDY_UPDATE_GOLDEN")) {
    Result example = loaded();
    coarsen(example.load->intervals, 100);
    std::ofstream(path) << json(example);
  }
  const auto read = read_json_file(path);
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_TRUE(read->result.load->totals.add_up());
  EXPECT_EQ(read->result.load->intervals.size(), 100U);
  std::ostringstream written;
  written << std::ifstream(path).rdbuf();
  Result again = read->result;
  again.also = {5};
  EXPECT_EQ(json(again), written.str());
}

TEST(LoadComparison, PutsRatesAndLatencySideBySide) {
  const std::vector<StoredResult> results = {*read_json(json(quiet_load())), *read_json(json(conforming())),
                                             *read_json(json(loaded({.samples = 10})))};
  const Comparison comparison = compare({"a.json", "b.json", "c.json"}, results);
  const std::vector<ComparedNumber> numbers = compared_load(comparison);
  const auto of = [&](const std::string& name) {
    const auto found = std::find_if(numbers.begin(), numbers.end(),
                                    [&](const ComparedNumber& each) { return each.name == name; });
    return found == numbers.end() ? std::vector<std::string>{} : found->in;
  };
  ASSERT_EQ(of("planned (1/s)").size(), 3U);
  EXPECT_EQ(of("planned (1/s)")[1], "no load");
  EXPECT_EQ(of("phones")[2], "10,000");
  EXPECT_EQ(of("contact-me to call-back, p99 (ms)")[0], "never happened");
  EXPECT_THAT(html(comparison), HasSubstr("id=\"load-table\""));
  EXPECT_THAT(text(comparison, 100), HasSubstr("whole interaction, p99 (ms)"));
  const std::vector<StoredResult> checks(2, results[1]);
  EXPECT_TRUE(compared_load(compare({"a", "b"}, checks)).empty());
}

TEST(LoadComparison, ShowsNamesHarmlessly) {
  const std::vector<StoredResult> results = {*read_json(json(hostile_load())),
                                             *read_json(json(hostile_load()))};
  const Comparison comparison = compare({"a", "b"}, results);
  EXPECT_THAT(html(comparison), Not(HasSubstr("<script>alert")));
  EXPECT_THAT(text(comparison, 80), Not(HasSubstr("\x1b")));
}

TEST(LoadJson, OfHostileDataIsReadToo) {
  const std::string written = json(hostile_load());
  EXPECT_THAT(written, Not(HasSubstr(": nan")));
  EXPECT_THAT(written, Not(HasSubstr("\x1b")));
  const auto read = read_json(written);
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_EQ(read->verdict, "deviations");
  EXPECT_FALSE(read->result.load->valid());
}

TEST(LoadJson, MayHaveMembersThatAreNotKnownAndLackOthers) {
  std::string text = json(conforming());
  const std::string empty = "\"load\": {}";
  const std::size_t at = text.find(empty);
  ASSERT_NE(at, std::string::npos);
  EXPECT_FALSE(read_json(text)->result.load);
  text.replace(
      at, empty.size(),
      R"("load": {"totals": {"planned": 3, "later": 1}, "new": [1], "intervals": [{"start": 0, "x": {}}], "valid": false})");
  const auto read = read_json(text);
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_EQ(read->result.load->totals.planned, 3U);
  EXPECT_FALSE(read->result.load->valid());
  text.replace(text.find("\"planned\": 3"), 12, "\"planned\": \"3\"");
  ASSERT_FALSE(read_json(text));
  EXPECT_THAT(read_json(text).error().text, HasSubstr("load.totals.planned must be a whole number"));
}

TEST(LoadCsv, HasALineAnIntervalAndAsManyCellsInEach) {
  const LoadResult load = believable_load();
  std::istringstream lines(intervals_csv(load));
  std::string line;
  std::size_t count = 0, cells = 0;
  while (std::getline(lines, line)) {
    const auto here = static_cast<std::size_t>(std::count(line.begin(), line.end(), ','));
    if (count++ == 0) cells = here;
    EXPECT_EQ(here, cells) << line;
    EXPECT_TRUE(line.ends_with('\r'));
  }
  EXPECT_EQ(count, load.intervals.size() + 1);
  EXPECT_THAT(intervals_csv(load), HasSubstr("errors: timed out,errors: answer 503,deviations: nonce.echo"));
  EXPECT_THAT(latency_csv(load), HasSubstr("whole interaction,start-up,planned moment,"));
}

TEST(LoadCsv, HasNoFormulaAndNoControlCharacter) {
  for (const std::string& text : {intervals_csv(*hostile_load().load), latency_csv(*hostile_load().load)}) {
    EXPECT_THAT(text, Not(HasSubstr(",=")));
    EXPECT_THAT(text, Not(HasSubstr("\n=")));
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
    EXPECT_THAT(text, Not(HasSubstr(",nan")));
  }
  EXPECT_THAT(latency_csv(*hostile_load().load), HasSubstr("\"'=<script>"));
}

}  // namespace

}  // namespace understudy::conformance
