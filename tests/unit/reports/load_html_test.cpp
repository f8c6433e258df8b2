// The load on the page: harmless and bounded, whatever was measured.
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <regex>

#include "reports/chart.h"
#include "reports/html.h"
#include "unit/reports/load_support.h"
#include "unit/reports/results_support.h"

namespace understudy::conformance {

namespace {

using std::chrono::hours;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

std::string body_of(const std::string& page) {
  return page.substr(page.find("<body"), page.find("<script>") - page.find("<body"));
}

const std::regex not_a_number("[^a-z](nan|inf)[^a-z]", std::regex::icase);

// With UNDERSTUDY_PAGES=FOLDER the pages of these tests are left there, to be looked at.
std::string page_of(const std::string& name, const Result& result) {
  const std::string page = html(result);
  if (const char* folder = std::getenv("UNDERSTUDY_PAGES"))
    std::ofstream(std::string(folder) + "/" + name + ".html") << page;
  return page;
}

TEST(LoadPage, HasEachChartWithTitleDescriptionAndTable) {
  const std::string page = body_of(page_of("load", loaded()));
  for (const char* id :
       {"load-rate", "load-latency", "load-states", "load-errors", "load-deviations", "load-health"})
    EXPECT_THAT(page, HasSubstr("<figure class=\"load\" id=\"" + std::string(id) + "\">"));
  const auto count = [&](const std::string& text) {
    std::size_t out = 0;
    for (std::size_t at = page.find(text); at != std::string::npos; at = page.find(text, at + 1)) ++out;
    return out;
  };
  EXPECT_EQ(count("<details class=\"behind\">"), 6U);
  EXPECT_EQ(count("<svg class=\"chart\" role=\"img\""), count("<desc id="));
  EXPECT_EQ(count("<svg class=\"chart\" role=\"img\""), count("<title id="));
  EXPECT_THAT(page, HasSubstr("Logarithmic scale"));
  EXPECT_THAT(page, HasSubstr("start-up.p99&lt;800ms"));
}

TEST(LoadPage, SaysAtTheTopThatWeWereTheLimit) {
  const std::string page = body_of(page_of("load-invalid", invalid_load()));
  EXPECT_THAT(page, HasSubstr("<p class=\"verdict ours\">◆ INVALID</p>"));
  EXPECT_LT(page.find("What to change:"), page.find("id=\"load\""));
}

TEST(LoadPage, OfAQuietLoadSaysThatNothingFailedOrDeviated) {
  const std::string page = body_of(page_of("load-quiet", quiet_load()));
  EXPECT_THAT(page, HasSubstr("No rule deviated under this load."));
  EXPECT_THAT(page, HasSubstr("The highest rate that held: 300.0/s"));
}

TEST(LoadPage, IsThereWhateverIsMissing) {
  Result none = conforming();
  none.load = LoadResult{};
  Result one = conforming();
  one.load = LoadResult{};
  one.load->intervals.resize(1);
  Result instant = quiet_load();
  for (LoadInterval& each : instant.load->intervals) each.start = each.length = {};
  instant.load->taken = {};
  for (const auto& [name, result] :
       std::initializer_list<std::pair<std::string, Result>>{{"load-none", none},
                                                             {"load-one", one},
                                                             {"load-instant", instant},
                                                             {"load-failed", all_failed_load()}}) {
    const std::string page = body_of(page_of(name, result));
    EXPECT_THAT(page, HasSubstr("id=\"load\"")) << name;
    EXPECT_FALSE(std::regex_search(page, not_a_number)) << name;
  }
}

TEST(LoadPage, SaysWhereNothingWasDoneThatThereIsNoLatency) {
  const std::string page = body_of(html(all_failed_load()));
  EXPECT_THAT(page, HasSubstr("No interaction was done, so there is no latency."));
  EXPECT_THAT(page, HasSubstr("Why interactions failed: connection refused"));
}

TEST(LoadPage, ShowsNothingOfTheOtherSideAsMarkup) {
  const std::string page = body_of(page_of("load-hostile", hostile_load()));
  EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(page, Not(HasSubstr("<img")));
  EXPECT_THAT(page, Not(HasSubstr("\x1b")));
  EXPECT_THAT(page, Not(HasSubstr("\xE2\x80\xAE")));
  EXPECT_FALSE(std::regex_search(page, not_a_number));
  EXPECT_THAT(page, HasSubstr("do not add up"));
}

TEST(LoadPage, StaysSmallForTenMinutesAndForADay) {
  EXPECT_LT(page_of("load", loaded()).size(), 1'000'000U);
  const std::string day =
      page_of("load-day", loaded({.length = hours(24), .interval = seconds(10), .samples = 20}));
  EXPECT_LT(day.size(), 3'000'000U);
}

TEST(LoadPage, IsTheSameEachTime) {
  EXPECT_EQ(html(quiet_load()), html(quiet_load()));
}

TEST(ChartNumbers, AreShortAndGrouped) {
  EXPECT_EQ(short_number(0), "0");
  EXPECT_EQ(short_number(0.5), "0.5");
  EXPECT_EQ(short_number(2000), "2,000");
  EXPECT_EQ(decimal(1234567.891, 2), "1,234,567.89");
  EXPECT_EQ(decimal(-0.001, 1), "0.0");
  EXPECT_EQ(decimal(std::nan(""), 1), "0.0");
  EXPECT_EQ(round_top(0), 1);
  EXPECT_EQ(round_top(430), 500);
  EXPECT_EQ(round_top(1000), 1000);
  EXPECT_EQ(time_tick(240, time_step(600, 6)), "4 min");
  EXPECT_EQ(time_step(86'400, 6), 14'400);
}

}  // namespace

}  // namespace understudy::conformance
