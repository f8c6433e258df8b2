// What each kind of step does, in simulated time against our own service.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run_support.h"

namespace understudy::scenarios {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Scenario, WithoutAWordAboutTheServiceThePhoneActsByItself) {
  const Shown shown = play({"<start-up/>"});
  EXPECT_EQ(told(shown), "passed");
  EXPECT_THAT(shown.talk(), ElementsAre("start-up > ReadAllItems", "reply-to > WriteItems",
                                        "reply-to > ReadItems", "reply-to > CleanUp"));
  EXPECT_THAT(shown.deviated(), IsEmpty());
  EXPECT_EQ(shown.outcome.messages, 4u);
}

TEST(Scenario, ExpectsMessagesOneAfterAnother) {
  const Shown shown = play({R"(<start-up>
<expect action="ReadAllItems"/>
<expect action="WriteItems"/>
<expect action="ReadItems"/>
<expect action="CleanUp"/>
</start-up>)"});
  EXPECT_EQ(told(shown), "passed");
}

TEST(Scenario, FailsWhereAnotherMessageCame) {
  const Shown shown = play({R"(<start-up>
<expect action="ReadAllItems"/>
<expect action="CleanUp"/>
</start-up>)"});
  EXPECT_THAT(
      told(shown),
      ::testing::StartsWith("failed: line 3: another message came | expected CleanUp | came WriteItems, "));
  ASSERT_EQ(shown.outcome.failure.last.size(), 4u);
  EXPECT_THAT(shown.outcome.failure.last[1], ::testing::HasSubstr("\u2190 ReadAllItems"));
  EXPECT_EQ(shown.outcome.failure.phone, "phone");
}

TEST(Scenario, SkipsWhatComesBefore) {
  const Shown shown = play({R"(<start-up><expect action="CleanUp" skipping="true"/></start-up>)"});
  EXPECT_EQ(told(shown), "passed");
  EXPECT_EQ(shown.talk().size(), 4u);
}

TEST(Scenario, AnOptionalMessageNeedNotCome) {
  EXPECT_EQ(told(play({R"(<start-up>
<expect action="Restart" optional="true"/>
<expect action="ReadAllItems"/>
<expect action="CleanUp" skipping="true"/>
<expect action="WriteItems" optional="true"/>
</start-up>)"})),
            "passed");
}

TEST(Scenario, OneOfSeveralMessagesIsEnough) {
  EXPECT_EQ(
      told(play(
          {R"(<start-up><one-of><expect action="CleanUp"/><expect action="ReadAllItems"/></one-of></start-up>)"})),
      "passed");
  EXPECT_THAT(told(play({R"(<start-up>
<one-of><expect action="CleanUp"/><expect action="Restart"/></one-of></start-up>)"})),
              ::testing::StartsWith("failed: line 2: none of the expected messages came | expected CleanUp "
                                    "or Restart | came ReadAllItems"));
}

TEST(Scenario, SeveralMessagesMayComeInAnyOrder) {
  EXPECT_EQ(
      told(play(
          {R"(<start-up><any-order><expect action="ReadItems"/><expect action="ReadAllItems"/><expect action="WriteItems"/></any-order>
<expect action="CleanUp"/></start-up>)"})),
      "passed");
}

TEST(Scenario, AForbiddenMessageFailsAtOnce) {
  const Shown shown = play({R"(<start-up>
<never action="WriteItems"/></start-up>)"});
  EXPECT_THAT(told(shown), ::testing::StartsWith("failed: line 2: a message came that must not come here | "
                                                 "expected no WriteItems | came WriteItems"));
  EXPECT_EQ(told(play({R"(<start-up/><start-up><never action="WriteItems"/></start-up>)"})), "passed");
}

TEST(Scenario, LooksAtItemsAndHeaders) {
  EXPECT_EQ(
      told(play(
          {R"(<start-up from-factory="true"><expect action="ReadAllItems"><header name="content-type" matches="text/xml.*"/>
<header name="X-Nothing" absent="true"/></expect></start-up>)"})),
      "passed");
  const Shown missing = play({R"(<start-up>
<expect action="ReadAllItems">
<item name="no-such-item"/></expect></start-up>)"});
  EXPECT_THAT(told(missing), ::testing::StartsWith("failed: line 3: the item no-such-item is missing"));
}

TEST(Scenario, CapturesWhatComesAndSaysItAgain) {
  const Shown shown = play(
      {R"(<start-up><expect action="ReadAllItems" nonce-capture="nonce"><header name="Content-Type" capture="type"/></expect></start-up>
<set name="copy" value="{type} {nonce}"/>
<local-change><item name="display-id-unicode">{copy}</item></local-change>
<capture item="display-id-unicode" into="now"/>
<assert item="display-id-unicode" value="{now}"/>
<assert item="display-id-unicode" matches="text/xml.* [0-9A-F]{{32}"/>)"});
  EXPECT_EQ(told(shown), "passed");
}

TEST(Scenario, AnAssertionAboutThePhoneFails) {
  EXPECT_THAT(told(play({R"(<start-up/>
<assert item="device-type" value="OpenStage 80"/>)"})),
              ::testing::StartsWith("failed: line 2: the phone's item device-type has another value | "
                                    "expected \"OpenStage 80\" | came \"OpenStage 60\""));
}

TEST(Scenario, AVariableThatWasNeverSetCannotBeSaid) {
  EXPECT_THAT(
      told(play(
          {R"(<start-up><expect action="Restart" optional="true"><item name="a" capture="late"/></expect></start-up>
<assert item="device-type" value="{late}"/>)"})),
      ::testing::StartsWith("could not run: line 2: {late} has no value"));
}

TEST(Scenario, AnswersInThePhonesPlace) {
  const Shown shown = play(
      {R"(<start-up><expect action="WriteItems" skipping="true"><answer status="busy"/></expect></start-up>)"});
  EXPECT_EQ(told(shown), "passed");
  EXPECT_EQ(shown.talk()[2], "reply-to busy > CleanUp");
  EXPECT_EQ(shown.exchanges()[2].scripted, transcript::Scripted::words);
  EXPECT_THAT(shown.deviated(), IsEmpty());
}

TEST(Scenario, WhatIsAnsweredBrokenlyIsHeldAgainstNobody) {
  for (const char* answer :
       {R"(<answer nonce="wrong"/>)", R"(<answer nonce="none"/>)", R"(<answer nonce="old"/>)",
        R"(<answer status="perhaps"/>)", R"(<answer times="2"/>)", R"(<answer never="true"/>)",
        R"(<answer><raw>no XML</raw></answer>)", R"(<answer reason="inventory-changes"/>)"}) {
    const Shown shown = play({std::string("<start-up><expect action=\"WriteItems\" skipping=\"true\">") +
                              answer + "</expect></start-up><start-up/>"});
    EXPECT_EQ(told(shown), "passed") << answer;
    EXPECT_THAT(shown.deviated(), IsEmpty()) << answer;
    const auto all = shown.exchanges();
    EXPECT_TRUE(std::any_of(all.begin(), all.end(), [](const auto& x) {
      return x.scripted == transcript::Scripted::broken;
    })) << answer;
  }
}

TEST(Scenario, ADoubledAnswerIsSaidTwiceInTheSameWords) {
  const auto all =
      play(
          {R"(<start-up><expect action="WriteItems" skipping="true"><answer times="2"/></expect></start-up>)"})
          .exchanges();
  ASSERT_GE(all.size(), 4u);
  EXPECT_EQ(all[2].request.body, all[3].request.body);
  EXPECT_EQ(all[3].attempt, 2u);
  EXPECT_EQ(all[3].scripted, transcript::Scripted::broken);
}

TEST(Scenario, ALateAnswerIsSaidThen) {
  const auto all =
      play(
          {R"(<start-up><expect action="ReadAllItems"><answer obey="true" after="5s"/></expect></start-up>)"})
          .exchanges();
  ASSERT_EQ(all.size(), 4u);
  EXPECT_GE(all[1].begun - all[0].ended, 5s);
}

TEST(Scenario, ThePhoneCanBeMadeToSayMoreThanItsOwnWords) {
  const auto all =
      play(
          {R"(<start-up><expect action="WriteItems" skipping="true"><answer><item name="sntp-addr" status="failed">x</item></answer></expect></start-up>)"})
          .exchanges();
  ASSERT_GE(all.size(), 3u);
  EXPECT_EQ(all[2].said->find("sntp-addr")->status, "failed");
}

TEST(Scenario, WaitsForTimeAndForThePhone) {
  const Shown shown = play(
      {R"(<wait time="90s"/><start-up rest="no"/><wait until="message" at-most="5s"/><wait until="rest" at-most="10s"/>)"});
  EXPECT_EQ(told(shown), "passed");
  EXPECT_GE(shown.exchanges()[0].begun, 90s);
  EXPECT_THAT(told(play({R"(
<wait until="contact" at-most="10s"/>)"})),
              ::testing::StartsWith("failed: line 2: nobody asked the phone to call in time"));
  EXPECT_THAT(told(play({R"(<wait until="poll" at-most="10s"/>)"})),
              ::testing::HasSubstr("it was not told where"));
}

TEST(Scenario, AMessageThatNeverComesIsMissedInTime) {
  EXPECT_THAT(told(play({R"(<start-up/>
<expect action="WriteItems" within="7s"/>)"})),
              ::testing::StartsWith("failed: line 2: no message came in time | expected WriteItems | came "
                                    "none, and the phone is at rest"));
}

TEST(Scenario, ACallAndWhatFollowsIt) {
  const Shown shown = play({R"(<call-begins/>
<start-up from-factory="true">
<expect action="WriteItems" skipping="true"/>
<expect action="CleanUp"><item name="send-solicited" value="true"/></expect>
</start-up>
<call-ends>
<expect-interaction reason="solicited" within="60s"/>
<start-timer name="t"/>
<expect action="WriteItems" skipping="true"/>
<stop-timer name="t" at-most="10s"/>
<expect action="CleanUp" skipping="true"/>
</call-ends>)"});
  EXPECT_EQ(told(shown), "passed");
  ASSERT_EQ(shown.outcome.timers.size(), 1u);
  EXPECT_EQ(shown.outcome.timers[0].name, "t");
  EXPECT_GT(shown.outcome.timers[0].time, 0s);
  EXPECT_THAT(shown.deviated(), IsEmpty());
}

TEST(Scenario, ATimerThatRunsTooLongFails) {
  EXPECT_THAT(
      told(play({R"(<start-timer name="t"/>
<wait time="3s"/>
<stop-timer name="t" at-most="2s"/>)"})),
      ::testing::StartsWith("failed: line 3: it took longer than it may | expected at most 2 s | came 3 s"));
}

TEST(Scenario, TheOtherEvents) {
  EXPECT_EQ(
      told(play({R"(<start-up/><local-change by="admin"><item name="sntp-addr">192.0.2.1</item></local-change>
<inventory-change modules="2"/><restart/><power-cut/><factory-reset/><poll/>
<behave max-items="3" refuses-first="true"/><start-up from-factory="true"/><behave fails="true" max-items="0"/><start-up/><behave fails="false" ends="true"/>
<start-up from-factory="true"/><call-begins/><call-ends/>)"})),
      "passed");
}

TEST(Scenario, AMobileUserLogsOn) {
  const char* steps = R"(<local-change><item name="mobility-enabled">true</item></local-change>
<log-on number="{user}" password="{user-password}"/><log-off/>)";
  EXPECT_EQ(told(play({.steps = steps, .user = true})), "passed");
  EXPECT_THAT(told(play({steps})), ::testing::StartsWith("not exercised: line 2: it wants a mobile user"));
}

TEST(Scenario, SomebodyCallsAtTheDoor) {
  const Shown shown = play(
      {R"(<start-up/><contact-me wanted="true"><expect-interaction reason="solicited" within="5s"/></contact-me>)"});
  EXPECT_EQ(told(shown), "passed");
  EXPECT_THAT(shown.deviated(), IsEmpty());
  const Shown nobody = play({R"(<start-up/><contact-me wanted="false"/>)"});
  EXPECT_EQ(told(nobody), "passed");
  EXPECT_EQ(nobody.talk().size(), 4u);
}

TEST(Scenario, WithoutATriggerItIsNotExercised) {
  EXPECT_THAT(told(play({"<start-up/>\n<trigger job=\"write\"/>"})),
              ::testing::StartsWith(
                  "not exercised: line 2: it wants the service to start a job: a trigger for \"write\""));
}

TEST(Scenario, ATriggerHasTheServiceAsk) {
  const Shown shown = play({.steps = R"(<start-up/><trigger job="write" capture="job">
<expect-contact within="10s"/>
<expect action="WriteItems" within="10s"><item name="default-domain" value="example.net"/></expect>
<expect action="CleanUp" skipping="true"/></trigger>
<set name="seen" value="{job}"/><assert item="default-domain" value="example.net"/>)",
                            .triggers = true});
  EXPECT_EQ(told(shown), "passed");
  EXPECT_THAT(shown.deviated(), IsEmpty());
  EXPECT_EQ(told(play({.steps = R"(<start-up/><trigger job="read"/>)", .triggers = true})), "passed");
}

TEST(Scenario, SaysBytesAsTheyAre) {
  const Shown shown = play(
      {R"(<start-up/><say expect-status="400" capture-status="status">NONSENSE\r\n\r\n</say><set name="s" value="{status}"/>
<say expect-status="200-499">GET / HTTP/1.1\r\nHost: x\r\n\r\n</say>)"});
  EXPECT_EQ(told(shown), "passed");
  EXPECT_THAT(shown.deviated(), IsEmpty());
  ASSERT_EQ(shown.exchanges().size(), 6u);
  EXPECT_EQ(shown.exchanges()[4].request.body, "NONSENSE\r\n\r\n");
}

TEST(Scenario, FaultsOfTheConnectionAreHeldAgainstNobody) {
  for (const char* kind :
       {"drop-before", "drop-within", "drop-after", "slow", "half-close", "new-session", "certificate", "reset", "short-length", "long-length",
        "truncated-xml", "stale-nonce", "foreign-nonce", "unordered-fragments", "doubled-message", "lost-answer", "old-cipher", "clock-jump"}) {
    const std::string more = std::string(kind) == "drop-within" ? " bytes=\"30\""
                             : std::string(kind) == "slow"      ? " rate=\"2000\""
                                                                : "";
    const Shown shown =
        play({"<start-up/><fault kind=\"" + std::string(kind) + "\"" + more + "/><start-up/><start-up/>"});
    EXPECT_EQ(told(shown), "passed") << kind;
    EXPECT_THAT(shown.deviated(), IsEmpty()) << kind;
  }
}

TEST(Scenario, FaultsAreMarkedBeforeTheMessageThatMeetsThem) {
  const Shown shown = play({"<start-up/><fault kind=\"stale-nonce\"/><start-up/>"});
  EXPECT_EQ(told(shown), "passed");
  EXPECT_THAT(shown.transcript, ::testing::HasSubstr("\"event\":\"fault\""));
  const auto all = shown.exchanges();
  const auto broken = std::find_if(all.begin(), all.end(), [](const auto& x) { return x.scripted == transcript::Scripted::broken; });
  ASSERT_NE(broken, all.end());
  EXPECT_EQ(broken->said->nonce_or_empty(), all.front().said->nonce_or_empty()) << "that of the interaction before";
}

TEST(Scenario, APartOfALongAnswerSaysThatItIsTheLast) {
  Scene scene{"<start-up from-factory=\"true\"><fault kind=\"unordered-fragments\"/><expect action=\"ReadAllItems\"/></start-up><start-up/>"};
  scene.phones = R"(<phone name="desk" quirks="small-fragments"/>)";
  const Shown shown = play(scene);
  EXPECT_EQ(told(shown), "passed");
  EXPECT_THAT(shown.deviated(), IsEmpty());
  const auto all = shown.exchanges();
  ASSERT_GT(all.size(), 1u);
  EXPECT_EQ(all[1].said->fragment->text, "final");
  EXPECT_EQ(all[1].scripted, transcript::Scripted::broken);
}

TEST(Scenario, AFaultByChanceMeetsSomeOfItsMessages) {
  const Shown shown = play({"<fault kind=\"reset\" chance=\"50%\" times=\"40\"/><repeat times=\"40\"><start-up/></repeat>"});
  EXPECT_EQ(told(shown), "passed");
  const auto all = shown.exchanges();
  const auto resets = std::count_if(all.begin(), all.end(), [](const auto& x) { return x.outcome == transcript::Outcome::interrupted; });
  EXPECT_GT(resets, 8);
  EXPECT_LT(resets, 32);
}

TEST(Scenario, WhatAFaultOfItsPhoneMadeFailIsNotExercised) {
  Scene scene{"<start-up><expect action=\"WriteItems\" skipping=\"true\"/></start-up>"};
  scene.phones = R"(<phone name="desk"><fault kind="reset" chance="100%"/></phone>)";
  const Shown shown = play(scene);
  EXPECT_EQ(shown.outcome.how, PlayOutcome::How::not_exercised);
  EXPECT_THAT(shown.outcome.failure.message, ::testing::HasSubstr("a fault of the phone came in between"));
  EXPECT_THAT(shown.deviated(), IsEmpty());
}

TEST(Scenario, SeveralPhonesPlayAtOnceAndMeet) {
  const Shown shown = play({.steps = R"(<together>
<branch phone="desk"><start-up/><meet name="up" at-most="60s"/><local-change><item name="sntp-addr">192.0.2.1</item></local-change></branch>
<branch phone="hall"><wait time="20s"/><start-up/><meet name="up" at-most="60s"/></branch>
</together>)",
                            .phones = R"(<phone name="desk"/><phone name="hall"/>)"});
  EXPECT_EQ(told(shown), "passed");
  const auto all = shown.exchanges();
  ASSERT_EQ(all.size(), 9u);
  EXPECT_EQ(all[8].said->reason(), wpi::Reason::local_changes);
  EXPECT_GE(all[8].begun, 20s);
}

TEST(Scenario, ManyPhonesOfOneNameTakeTheirTurnOrGoTogether) {
  const char* phones = R"(<phone name="desk" count="3"/>)";
  EXPECT_EQ(play({.steps = R"(<start-up phone="desk"/>)", .phones = phones}).talk().size(), 12u);
  const Shown shown =
      play({.steps = R"(<together><start-up phone="desk"/></together><with phone="desk"><start-up/></with>)",
            .phones = phones});
  EXPECT_EQ(told(shown), "passed");
  const auto all = shown.exchanges();
  EXPECT_EQ(all[0].begun, all[1].begun);
  EXPECT_NE(all[0].phone, all[1].phone);
}

TEST(Scenario, RepeatsAndChooses) {
  EXPECT_EQ(play({R"(<start-up/><repeat times="3"><start-up/></repeat>)"}).talk().size(), 7u);
  EXPECT_EQ(
      told(play(
          {R"(<choose><option weight="0"><wait until="contact" at-most="1s"/></option><option weight="3"><start-up/></option></choose>)"})),
      "passed");
}

TEST(Scenario, AServiceThatCallsWithoutEndIsCutShort) {
  const auto service = [](const wpi::HttpRequest& request) {
    const std::size_t at = request.body.find("nonce=\"") + 7;
    const std::string body = "<DLSMessage xmlns=\"http://www.siemens.com/DLS\"><Message nonce=\"" +
                             request.body.substr(at, 32) +
                             "\"><Action>CleanUp</Action><ItemList><Item "
                             "name=\"send-solicited\">true</Item></ItemList></Message></DLSMessage>";
    return "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
  };
  EXPECT_THAT(told(play({.steps = "<start-up/>", .service = service})),
              ::testing::StartsWith("failed: line 1: the phone is called again and again"));
}

TEST(Scenario, IsTheSameToTheByteForTheSameSeed) {
  const Scene scene{.steps = R"(<together><start-up phone="desk"/></together>
<repeat times="4"><choose><option><start-up phone="desk"/></option><option><restart/></option></choose></repeat>
<start-up><expect action="CleanUp" skipping="true"><answer nonce="wrong"/></expect></start-up>)",
                    .phones = R"(<phone name="desk" count="3"/>)"};
  const Shown once = play(scene), again = play(scene);
  EXPECT_EQ(once.transcript, again.transcript);
  Scene other = scene;
  other.seed = 2;
  EXPECT_NE(play(other).transcript, once.transcript);
}

}  // namespace
}  // namespace understudy::scenarios
