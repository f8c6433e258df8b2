// The same over real TLS, on a loop that others share.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run_support.h"

namespace understudy::scenarios {
namespace {

using ::testing::IsEmpty;
using ::testing::StartsWith;

Shown over_tls(const std::string& steps, const std::string& phones = "") {
  return play({.steps = steps, .phones = phones, .triggers = true, .over_tls = true});
}

TEST(ScenarioOverTls, MessagesAreExpectedAndAnswered) {
  const Shown shown = over_tls(R"(<start-up from-factory="true">
<expect action="ReadAllItems"/>
<expect action="WriteItems"><answer status="busy"/></expect>
<expect action="CleanUp"><item name="send-solicited" value="true"/></expect>
<expect-interaction reason="solicited" within="10s"/>
<expect action="WriteItems" skipping="true"/>
</start-up>)");
  EXPECT_EQ(told(shown), "passed");
  EXPECT_THAT(shown.deviated(), IsEmpty());
  EXPECT_THAT(told(over_tls("<start-up>\n<expect action=\"Restart\"/></start-up>")),
              StartsWith("failed: line 2: another message came | expected Restart | came ReadAllItems"));
}

TEST(ScenarioOverTls, TheServiceAsksAtTheDoor) {
  const Shown shown = over_tls(
      R"(<start-up/><trigger job="write"><expect-contact within="10s"/><expect action="WriteItems" within="10s"/></trigger>
<assert item="default-domain" value="example.net"/>)");
  EXPECT_EQ(told(shown), "passed");
  EXPECT_THAT(shown.deviated(), IsEmpty());
}

TEST(ScenarioOverTls, EachFaultIsDoneAndHeldAgainstNobody) {
  for (const char* fault : {R"(kind="drop-before")", R"(kind="drop-within" bytes="40")",
                            R"(kind="drop-after")", R"(kind="slow" rate="20000")", R"(kind="half-close")",
                            R"(kind="new-session")", R"(kind="certificate")", R"(kind="reset")", R"(kind="short-length" bytes="20")",
                            R"(kind="truncated-xml" item="3")", R"(kind="stale-nonce")", R"(kind="foreign-nonce")",
                            R"(kind="doubled-message")", R"(kind="lost-answer")", R"(kind="old-cipher")", R"(kind="clock-jump" minutes="-5")"}) {
    const Shown shown = over_tls(std::string("<start-up/><fault ") + fault + "/><start-up/><start-up/>");
    EXPECT_EQ(told(shown), "passed") << fault;
    EXPECT_THAT(shown.deviated(), IsEmpty()) << fault;
  }
}

TEST(ScenarioOverTls, WhatNoPhoneSaysIsSaidAndHeldAgainstNobody) {
  for (const char* answer :
       {R"(<answer nonce="wrong"/>)", R"(<answer times="2"/>)", "<answer><raw>no XML</raw></answer>",
        R"(<answer status="failed" after="0.1s"/>)"}) {
    const Shown shown = over_tls(std::string("<start-up><expect action=\"WriteItems\" skipping=\"true\">") +
                                 answer + "</expect></start-up><start-up/>");
    EXPECT_EQ(told(shown), "passed") << answer;
    EXPECT_THAT(shown.deviated(), IsEmpty()) << answer;
  }
  EXPECT_EQ(told(over_tls(R"(<start-up/><say expect-status="400">NONSENSE\r\n\r\n</say>)")), "passed");
}

TEST(ScenarioOverTls, ManyPhonesGoTogetherAndMeet) {
  const Shown shown = over_tls(
      R"(<together><branch phone="desk"><start-up from-factory="true"/><meet name="up" at-most="60s"/><call-begins/><call-ends/></branch></together>)",
      R"(<phone name="desk" count="40"/>)");
  EXPECT_EQ(told(shown), "passed");
  EXPECT_EQ(shown.outcome.messages, 160u);
}

}  // namespace
}  // namespace understudy::scenarios
