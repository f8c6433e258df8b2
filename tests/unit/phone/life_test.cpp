// What happens to a phone beside its orders: calls, users, modules, a service that is away, overloaded or polled.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "phone/user_data.h"
#include "phone_support.h"
#include "support/messages.h"

namespace understudy::phone {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string write = "<Action>WriteItems</Action><ItemList><Item name=\"sntp-addr\">192.0.2.9</Item></ItemList>";
const std::string clean_up = "<Action>CleanUp</Action>";
const std::string call_me = "<Action>CleanUp</Action><ItemList><Item name=\"send-solicited\">true</Item></ItemList>";
const std::string overload = "<Action>CleanUp</Action><ItemList><Item name=\"cleanup-reason\">overload</Item></ItemList>";

std::string value_of(const Send& send, std::string_view name) {
  const wpi::Item* item = send.said->find(name);
  return item ? item->value : "(none)";
}

wpi::Reason reason_of(const Send& send) { return *send.said->reason(); }

// ---- Calls

TEST(BusyPhone, RefusesWriteAndKeepsWhatItHas) {  // guide p.46, p.76
  Bench bench("V3 R5");
  bench.phone.handle(CallBegins{});
  bench.power_on();
  const Send reply = bench.answer(write);
  EXPECT_THAT(reply.request.body, HasSubstr("fragment=\"final\">"));
  EXPECT_THAT(reply.request.body, HasSubstr("<ReasonForContact action=\"WriteItems\" status=\"busy\">reply-to</ReasonForContact>"));
  EXPECT_THAT(reply.request.body, Not(HasSubstr("ItemList")));
  EXPECT_NE(*bench.phone.store().find("sntp-addr"), "192.0.2.9");
}

TEST(BusyPhone, ReadsAndRestartsAllTheSame) {  // guide p.74: only writes are refused
  Bench bench("V3 R5");
  bench.phone.handle(CallBegins{});
  bench.power_on();
  EXPECT_THAT(bench.answer("<Action>ReadAllItems</Action>").request.body, HasSubstr("status=\"accepted\""));
  EXPECT_EQ(bench.answer_last("<Action>Restart</Action>"), End::restart);
  EXPECT_FALSE(bench.phone.in_call());
}

TEST(BusyPhone, TakesFirmwareOnlyAtOnce) {  // guide p.56
  const auto order = [](const std::string& priority) {
    return "<Action>SoftwareDeployment</Action><ItemList><Item name=\"file-priority\">" + priority + "</Item></ItemList>";
  };
  Bench bench("V3 R5");
  bench.phone.handle(CallBegins{});
  bench.power_on();
  EXPECT_THAT(bench.answer(order("normal")).request.body, HasSubstr("status=\"busy\""));
  EXPECT_THAT(bench.answer(order("0")).request.body, HasSubstr("status=\"busy\""));
  EXPECT_THAT(bench.answer(order("immediate")).request.body, Not(HasSubstr("status=\"busy\"")));
  EXPECT_THAT(bench.answer(order("")).request.body, Not(HasSubstr("status=\"busy\"")));
}

TEST(BusyPhone, CallsBackOnceWhenIdleHoweverOftenItWasAsked) {  // guide p.72, p.75
  Bench bench("V3 R5");
  bench.phone.handle(CallBegins{});
  for (int job = 0; job < 3; ++job) {
    bench.power_on();
    bench.answer(write);
    bench.answer_last(call_me);
    EXPECT_TRUE(bench.phone.idle()) << "nothing is said as long as the call goes on";
  }
  bench.last = bench.phone.handle(CallEnds{});
  ASSERT_NE(effect<Begin>(bench.last), nullptr);
  EXPECT_EQ(effect<Begin>(bench.last)->reason, wpi::Reason::solicited);
  bench.answer_last(clean_up);
  EXPECT_TRUE(bench.phone.idle());
}

TEST(IdlePhone, CallsBackAtOnce) {  // guide p.75
  Bench bench("V3 R5");
  bench.power_on();
  bench.answer_last(call_me);
  ASSERT_NE(effect<Send>(bench.last), nullptr);
  EXPECT_EQ(reason_of(*effect<Send>(bench.last)), wpi::Reason::solicited);
}

TEST(CallBack, IsUnknownToOlderFirmware) {  // guide p.31
  Bench bench("V2 R2");
  bench.power_on();
  bench.answer_last(call_me);
  EXPECT_TRUE(bench.phone.idle());
}

TEST(CallBack, IsForgottenByARestart) {  // guide p.72
  Bench bench("V3 R5");
  bench.phone.handle(CallBegins{});
  bench.power_on();
  bench.answer_last(call_me);
  bench.power_on();
  bench.answer_last("<Action>Restart</Action>");
  bench.last = bench.phone.handle(TimerFired{effect<SetTimer>(bench.last)->timer});
  bench.answer_last(clean_up);
  EXPECT_TRUE(bench.phone.handle(CallEnds{}).size() == 1u) << "the mark alone";
  EXPECT_TRUE(bench.phone.idle());
}

TEST(CallBack, IsKeptWhereTheServiceCouldNotBeReached) {  // guide p.72
  Bench bench("V3 R5");
  bench.phone.handle(CallBegins{});
  bench.power_on();
  bench.answer_last(call_me);
  bench.phone.handle(CallEnds{});
  bench.phone.handle(NotAnswered{false, "refused"});
  EXPECT_TRUE(bench.phone.idle());
  bench.power_on();
  bench.answer_last(clean_up);
  ASSERT_NE(effect<Begin>(bench.last), nullptr);
  EXPECT_EQ(effect<Begin>(bench.last)->reason, wpi::Reason::solicited);
}

// ---- Several things at once

TEST(Changes, MadeWhileOthersAreReportedGoWithTheNextReport) {
  Bench bench("V3 R5");
  bench.settle(bench.power_on());
  EXPECT_EQ(value_of(bench.change("sntp-addr", "192.0.2.7"), "configuration-attached-number"), "1");
  const Effects gathering = bench.phone.handle(ItemsChanged{{item("display-id-unicode", "x")}});
  bench.answer_last(clean_up);
  EXPECT_FALSE(bench.phone.idle()) << "the second change is still gathered";
  bench.last = bench.phone.handle(TimerFired{effect<SetTimer>(gathering)->timer});
  const Send second = *effect<Send>(bench.last);
  EXPECT_EQ(value_of(second, "configuration-attached-number"), "1");
  EXPECT_EQ(value_of(second, "display-id-unicode"), "x");
  EXPECT_EQ(value_of(second, "sntp-addr"), "(none)");
}

TEST(Reasons, ThatWaitTogetherGoOutOneInteractionAfterAnother) {
  Bench bench("V3 R5");
  bench.power_on();
  bench.phone.handle(ModulesChanged{1});
  bench.phone.handle(ModulesChanged{2});
  bench.phone.handle(PowerOn{});
  bench.answer_last(call_me);
  std::vector<wpi::Reason> said;
  while (const Begin* begin = effect<Begin>(bench.last)) {
    said.push_back(begin->reason);
    bench.answer_last(clean_up);
  }
  EXPECT_THAT(said, ElementsAre(wpi::Reason::inventory_changes, wpi::Reason::start_up, wpi::Reason::solicited));
}

TEST(Modules, BringTheirKeysAndAreReportedWithWhatCannotBeRead) {  // field
  Bench bench("V3 R5");
  bench.settle(bench.power_on());
  bench.last = bench.phone.handle(ModulesChanged{2});
  const Send send = *effect<Send>(bench.last);
  EXPECT_EQ(reason_of(send), wpi::Reason::inventory_changes);
  EXPECT_EQ(value_of(send, "key-modules"), "2");
  EXPECT_EQ(send.said->find("blf-modules")->status, "failed");
  for (int key : {301, 312, 401, 412, 1301, 1412}) EXPECT_TRUE(bench.phone.store().find("function-key-def", key)) << key;
  for (int key : {300, 313, 501}) EXPECT_FALSE(bench.phone.store().find("function-key-def", key)) << key;
}

// ---- Mobile users

struct MobilePhone : Bench {
  MobilePhone() : Bench("V3 R5") {
    power_on();
    answer("<Action>WriteItems</Action><ItemList><Item name=\"mobility-enabled\">true</Item></ItemList>");
    answer_last(clean_up);
  }
};

// Logs a user on against a service that knows him; the last interaction is over.
void log_on(Bench& bench) {
  bench.last = bench.phone.handle(LogOn{"4711", "1234"});
  bench.answer("<Action>WriteItems</Action><ItemList><Item name=\"display-id-unicode\">Ann</Item>"
               "<Item name=\"sip-mobility-state\" status=\"secure\">0</Item></ItemList>");
  bench.answer_last(clean_up);
  bench.answer_last(clean_up);
  bench.answer("<Action>WriteItems</Action><ItemList><Item name=\"userdata-vu1\" index=\"1\">QUJD</Item></ItemList>");
  bench.answer_last(clean_up);
}

TEST(Mobility, SaysLoggedOffOnceItIsEnabled) {  // guide p.33, p.43
  Bench bench("V3 R5");
  EXPECT_EQ(value_of(bench.power_on(), "sip-mobility-state"), "0");
  MobilePhone mobile;
  const Send send = mobile.power_on();
  EXPECT_EQ(value_of(send, "sip-mobility-state"), "1");
  EXPECT_EQ(value_of(send, "e164"), value_of(send, "basic-e164"));
}

TEST(LogOn, TakesThreeInteractions) {  // field
  MobilePhone bench;
  bench.last = bench.phone.handle(LogOn{"4711", "1234"});
  const Send first = *effect<Send>(bench.last);
  EXPECT_EQ(reason_of(first), wpi::Reason::inventory_changes);
  EXPECT_EQ(value_of(first, "e164"), "4711");
  EXPECT_EQ(value_of(first, "basic-e164"), "4241");
  EXPECT_EQ(value_of(first, "user-pwd"), "1234");
  EXPECT_EQ(value_of(first, "configuration-changed-flag"), "false");
  EXPECT_EQ(value_of(first, "requested-items"), "(none)");

  bench.answer("<Action>WriteItems</Action><ItemList><Item name=\"display-id-unicode\">Ann</Item></ItemList>");
  bench.answer_last(clean_up);
  const Send second = *effect<Send>(bench.last);
  EXPECT_EQ(reason_of(second), wpi::Reason::start_up);
  EXPECT_EQ(value_of(second, "sip-mobility-state"), "2");
  EXPECT_EQ(value_of(second, "e164"), "4711");

  bench.answer_last(clean_up);
  const Send third = *effect<Send>(bench.last);
  EXPECT_EQ(reason_of(third), wpi::Reason::inventory_changes);
  EXPECT_EQ(value_of(third, "requested-items"), user_data_names());
  EXPECT_EQ(value_of(third, "user-pwd"), "(none)");

  bench.answer_last(clean_up);
  EXPECT_TRUE(bench.phone.idle());
  EXPECT_EQ(value_of(bench.power_on(), "sip-mobility-state"), "0");
}

TEST(LogOn, OfAUserThatTheServiceDoesNotKnowChangesNothing) {
  MobilePhone bench;
  bench.last = bench.phone.handle(LogOn{"4711", "1234"});
  bench.answer_last(clean_up);
  EXPECT_TRUE(bench.phone.idle());
  EXPECT_EQ(value_of(bench.power_on(), "sip-mobility-state"), "1");
}

TEST(LogOn, ThatBreaksOffAnywhereLeavesNobodyAndThePhoneFree) {
  for (int good = 0; good < 3; ++good) {
    MobilePhone bench;
    bench.last = bench.phone.handle(LogOn{"4711", "1234"});
    for (int interaction = 0; interaction < good; ++interaction) {
      if (interaction == 0) bench.answer("<Action>WriteItems</Action><ItemList><Item name=\"display-id-unicode\">Ann</Item></ItemList>");
      bench.answer_last(clean_up);
    }
    bench.respond(500, "");
    EXPECT_TRUE(bench.phone.idle());
    EXPECT_EQ(*bench.phone.store().find("sip-mobility-state"), "1") << good;
    EXPECT_EQ(*bench.phone.store().find("e164"), "4241");
    EXPECT_EQ(effect<Note>(bench.phone.handle(LogOn{"4712", ""})), nullptr);
  }
}

TEST(LogOn, IsNotPossibleWithoutMobilityOrWhereAnotherIsThere) {
  Bench bench("V3 R5");
  EXPECT_NE(effect<Note>(bench.phone.handle(LogOn{"4711", ""})), nullptr);
  MobilePhone mobile;
  log_on(mobile);
  EXPECT_NE(effect<Note>(mobile.phone.handle(LogOn{"4712", ""})), nullptr);
  EXPECT_TRUE(mobile.phone.idle());
}

TEST(LogOff, LetsTheServiceReadTheUsersDataAndThenStartsUp) {  // field
  MobilePhone bench;
  log_on(bench);
  bench.last = bench.phone.handle(LogOff{});
  const Send first = *effect<Send>(bench.last);
  EXPECT_EQ(reason_of(first), wpi::Reason::inventory_changes);
  EXPECT_EQ(value_of(first, "configuration-changed-flag"), "true");
  EXPECT_EQ(value_of(first, "modified-items"), user_data_names());
  EXPECT_EQ(value_of(first, "e164"), "4711");
  const Send data = bench.answer("<Action>ReadItems</Action><ItemList><Item name=\"userdata-vu1\"/><Item name=\"userdata-ldap\"/></ItemList>");
  EXPECT_THAT(data.request.body, HasSubstr("<Item name=\"userdata-vu1\" index=\"1\">QUJD</Item>"));
  EXPECT_THAT(data.request.body, HasSubstr("<Item name=\"userdata-ldap\" index=\"1\">AAE")) << "a user without data has empty ones";
  bench.answer_last(clean_up);
  const Send second = *effect<Send>(bench.last);
  EXPECT_EQ(reason_of(second), wpi::Reason::start_up);
  EXPECT_EQ(value_of(second, "sip-mobility-state"), "1");
  EXPECT_EQ(value_of(second, "e164"), "4241");
  bench.answer_last(clean_up);
  EXPECT_TRUE(bench.phone.idle());
  EXPECT_NE(effect<Note>(bench.phone.handle(LogOff{})), nullptr);
}

// ---- A service that is away

TEST(Retry, WaitsTwiceAsLongEachTimeUpToAMostAndThenGivesUp) {
  Limits limits;
  limits.retry = {.attempts = 4, .first = seconds(30), .most = minutes(2)};
  Bench bench("V3 R5", {}, limits);
  bench.power_on();
  std::vector<microseconds> waits;
  bench.last = bench.phone.handle(NotAnswered{false, "refused"});
  while (const SetTimer* timer = effect<SetTimer>(bench.last)) {
    waits.push_back(timer->after);
    EXPECT_FALSE(bench.phone.idle());
    bench.last = bench.phone.handle(TimerFired{timer->timer});
    EXPECT_EQ(reason_of(*effect<Send>(bench.last)), wpi::Reason::start_up);
    bench.last = bench.phone.handle(NotAnswered{false, "refused"});
  }
  EXPECT_THAT(waits, ElementsAre(seconds(30), seconds(60), minutes(2), minutes(2)));
  EXPECT_TRUE(bench.phone.idle());
}

TEST(Retry, StartsOverAfterAnyAnswerAndLosesNoReason) {
  Limits limits;
  limits.retry = {.attempts = without_end};
  Bench bench("V3 R5", {}, limits);
  bench.power_on();
  bench.phone.handle(ModulesChanged{1});
  bench.last = bench.phone.handle(NotAnswered{false, "refused"});
  bench.last = bench.phone.handle(TimerFired{effect<SetTimer>(bench.last)->timer});
  EXPECT_EQ(effect<Begin>(bench.last)->reason, wpi::Reason::start_up);
  bench.answer_last(clean_up);
  EXPECT_EQ(effect<Begin>(bench.last)->reason, wpi::Reason::inventory_changes);
  bench.last = bench.phone.handle(NotAnswered{false, "refused"});
  EXPECT_EQ(effect<SetTimer>(bench.last)->after, limits.retry.first);
}

// ---- A service that is overloaded

TEST(Overload, LetsThePhoneSayTheVerySameLaterWithANewNonce) {  // field
  Bench bench("V3 R5");
  const Send first = bench.power_on();
  EXPECT_EQ(bench.answer_last(overload), End::unclean);
  const SetTimer timer = *effect<SetTimer>(bench.last);
  EXPECT_GE(timer.after, seconds(20));
  EXPECT_LE(timer.after, seconds(60));
  EXPECT_FALSE(bench.phone.idle());
  bench.last = bench.phone.handle(TimerFired{timer.timer});
  const Send again = *effect<Send>(bench.last);
  EXPECT_TRUE(again.fresh_connection);
  std::string old_nonce(first.said->nonce_or_empty()), new_nonce(again.said->nonce_or_empty()), body = first.request.body;
  EXPECT_NE(old_nonce, new_nonce);
  body.replace(body.find(old_nonce), old_nonce.size(), new_nonce);
  EXPECT_EQ(again.request.body, body);
  EXPECT_EQ(bench.reader.read(again.request.body, wpi::Sender::phone).nonce_or_empty(), new_nonce);
}

TEST(Overload, InTheMiddleRepeatsTheReply) {  // field: at any point
  Bench bench("V3 R5");
  bench.power_on();
  const Send reply = bench.answer("<Action>ReadAllItems</Action>");
  bench.answer_last(overload);
  bench.last = bench.phone.handle(TimerFired{effect<SetTimer>(bench.last)->timer});
  EXPECT_EQ(reason_of(*effect<Send>(bench.last)), wpi::Reason::reply_to);
  EXPECT_EQ(effect<Send>(bench.last)->request.body.size(), reply.request.body.size());
}

TEST(Overload, LosesNoChangeAndReportsNoneTwice) {
  Bench bench("V3 R5");
  bench.settle(bench.power_on());
  bench.change("sntp-addr", "192.0.2.7");
  bench.answer_last(overload);
  bench.last = bench.phone.handle(TimerFired{effect<SetTimer>(bench.last)->timer});
  EXPECT_EQ(value_of(*effect<Send>(bench.last), "sntp-addr"), "192.0.2.7");
  bench.answer_last(clean_up);
  EXPECT_EQ(value_of(bench.power_on(), "configuration-changed-flag"), "false");
}

TEST(Overload, ThatNeverEndsMakesThePhoneGiveUp) {
  Limits limits;
  limits.overloads = 3;
  Bench bench("V3 R5", {}, limits);
  bench.power_on();
  int times = 0;
  for (bench.answer_last(overload); effect<SetTimer>(bench.last); bench.answer_last(overload)) {
    ASSERT_LT(++times, 10);
    bench.last = bench.phone.handle(TimerFired{effect<SetTimer>(bench.last)->timer});
  }
  EXPECT_EQ(times, 3);
  EXPECT_TRUE(bench.phone.idle());
}

// ---- Polling

const std::string poll_order =
    "<Action>WriteItems</Action><ItemList><Item name=\"dcmp-url\">http://192.0.2.5:8080/dcmp</Item>"
    "<Item name=\"dcmp-poll-interval\">60</Item></ItemList>";

TEST(Polling, BeginsWithTheItemsAndAsksForThisPhone) {  // guide p.15, p.24
  Bench bench("V3 R5");
  bench.power_on();
  bench.answer(poll_order);
  bench.answer_last(clean_up);
  EXPECT_TRUE(bench.phone.idle());
  const SetTimer timer = *effect<SetTimer>(bench.last);
  EXPECT_EQ(timer.after, seconds(60));
  const Effects fired = bench.phone.handle(TimerFired{timer.timer});
  ASSERT_NE(effect<Poll>(fired), nullptr);
  EXPECT_EQ(effect<Poll>(fired)->url, "http://192.0.2.5:8080/dcmp/contact-me?device-id=00:1A:E8:FF:00:01");
  EXPECT_EQ(effect<SetTimer>(fired)->after, seconds(60));
}

TEST(Polling, CallsTheServiceAfter202AndAfterNothingElse) {  // wiki
  Bench bench("V3 R5");
  bench.power_on();
  bench.answer(poll_order);
  bench.answer_last(clean_up);
  for (int status : {0, 200, 204, 301, 404, 500}) EXPECT_TRUE(bench.phone.handle(Polled{status}).empty()) << status;
  const Effects effects = bench.phone.handle(Polled{202});
  ASSERT_NE(effect<Begin>(effects), nullptr);
  EXPECT_EQ(effect<Begin>(effects)->reason, wpi::Reason::solicited);
}

TEST(Polling, StartsItsTimeOverWithAnyContact) {  // wiki
  Bench bench("V3 R5");
  bench.power_on();
  bench.answer(poll_order);
  bench.answer_last(clean_up);
  const SetTimer before = *effect<SetTimer>(bench.last);
  bench.settle(bench.change("sntp-addr", "192.0.2.7"));
  EXPECT_TRUE(bench.phone.handle(TimerFired{before.timer}).empty()) << "the old time runs no longer";
  EXPECT_NE(effect<SetTimer>(bench.last)->timer, before.timer);
}

TEST(Polling, IsForgottenByARestart) {  // wiki
  Bench bench("V3 R5");
  bench.power_on();
  bench.answer(poll_order);
  bench.answer_last("<Action>Restart</Action>");
  const SetTimer* up = effect<SetTimer>(bench.last);
  ASSERT_NE(up, nullptr);
  bench.last = bench.phone.handle(TimerFired{bench.last.size() > 0 ? std::get<SetTimer>(bench.last.back()).timer : 0});
  bench.answer_last(clean_up);
  EXPECT_EQ(effect<SetTimer>(bench.last), nullptr);
}

TEST(Polling, EndsWhereTheServiceTakesTheTargetAway) {
  Bench bench("V3 R5");
  bench.power_on();
  bench.answer(poll_order);
  bench.answer("<Action>WriteItems</Action><ItemList><Item name=\"dcmp-poll-interval\">0</Item></ItemList>");
  bench.answer_last(clean_up);
  EXPECT_EQ(effect<SetTimer>(bench.last), nullptr);
}

}  // namespace
}  // namespace understudy::phone
