// The canary over a real socket: whoever fetches one of its URLs is told of.
#include "scenarios/run/canary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/https_carrier.h"

namespace understudy::scenarios {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::SizeIs;
using ::testing::StartsWith;

class CanaryOnLoopback : public ::testing::Test {
 protected:
  void SetUp() override {
    auto canary = Canary::listen(loop_, "127.0.0.1", 7);
    ASSERT_TRUE(canary.has_value()) << canary.error();
    canary_ = std::move(*canary);
  }
  // The status of the answer.
  int fetch(const std::string& url) {
    net::Order order;
    order.phone = "somebody";
    order.target = *net::poll_target_of(url);
    order.fresh_connection = true;
    order.request = {"GET", order.target.path, {{"Host", order.target.host_header()}}, ""};
    std::optional<int> status;
    carrier_.carry(std::move(order), [&](const transcript::Exchange& x) { status = x.response ? x.response->status : 0; });
    EXPECT_TRUE(loop_.run([&] { return status.has_value(); }, std::chrono::seconds(10)));
    return status.value_or(-1);
  }
  std::string watched() {
    return canary_->url([this](const std::string& how) { told_.push_back(how); });
  }
  net::EventLoop loop_;
  net::HttpsCarrier carrier_{loop_};
  std::unique_ptr<Canary> canary_;
  std::vector<std::string> told_;
};

TEST_F(CanaryOnLoopback, TellsWhoFetchesAUrlAndHow) {
  const std::string url = watched();
  EXPECT_THAT(url, MatchesRegex("http://127[.]0[.]0[.]1:[0-9]+/c1-[0-9a-f]+"));
  EXPECT_EQ(fetch(url), 200);
  ASSERT_THAT(told_, SizeIs(1));
  EXPECT_THAT(told_[0], StartsWith("GET " + url.substr(url.find('/', 7)) + " from 127.0.0.1:"));
}

TEST_F(CanaryOnLoopback, TellsNothingOfAnotherTarget) {
  const std::string url = watched();
  EXPECT_EQ(fetch(url + "0"), 404);
  EXPECT_EQ(fetch(url.substr(0, url.find('/', 7)) + "/"), 404);
  EXPECT_THAT(told_, ElementsAre());
}

TEST_F(CanaryOnLoopback, HasAnotherUrlEachTime) {
  const std::string first = watched();
  EXPECT_NE(first, watched());
  EXPECT_EQ(fetch(first), 200);
  EXPECT_THAT(told_, ElementsAre(HasSubstr("/c1-")));
}

TEST_F(CanaryOnLoopback, TellsOfSoManyFetchesAndNoMore) {
  const std::string url = watched();
  for (int n = 0; n < Canary::most_fetches + 3; ++n) EXPECT_TRUE(canary_->hear("GET", url.substr(url.find('/', 7)), "192.0.2.1:1"));
  EXPECT_THAT(told_, SizeIs(Canary::most_fetches));
}

}  // namespace
}  // namespace understudy::scenarios
