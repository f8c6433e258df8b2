// How a phone answers the eight actions, and how its interactions end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "phone_support.h"
#include "support/messages.h"

namespace understudy::phone {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string list(const std::string& items) { return "<ItemList>" + items + "</ItemList>"; }

TEST(WriteItems, AreStoredAndReadBack) {
  Bench bench("V3 R5");
  bench.power_on();
  bench.answer("<Action>WriteItems</Action>" + list("<Item name=\"e164\">4299</Item><Item name=\"function-key-def\" index=\"2\">59</Item>"));
  const Send read = bench.answer("<Action>ReadItems</Action>" + list("<Item name=\"function-key-def\" index=\"2\"/><Item name=\"e164\"/>"));
  EXPECT_THAT(read.request.body, HasSubstr("<Item name=\"function-key-def\" index=\"2\">59</Item>"));
  EXPECT_THAT(read.request.body, HasSubstr("<Item name=\"e164\">4299</Item>"));
}

TEST(WriteItems, ChangeTheNumberThatThePhoneReportsFromThenOn) {  // guide p.27
  Bench bench("V3 R5");
  bench.power_on();
  bench.answer("<Action>WriteItems</Action>" + list("<Item name=\"e164\">4299</Item>"));
  bench.answer_last("<Action>CleanUp</Action>");
  EXPECT_THAT(bench.power_on().request.body, HasSubstr("<Item name=\"e164\">4299</Item>"));
}

TEST(WriteItems, ListOnlyTheRefusedOnesWithEmptyContentAndStayAccepted) {  // guide p.81, p.83
  Bench bench("V3 R5");
  bench.power_on();
  const Send reply = bench.answer("<Action>WriteItems</Action>" +
                                  list("<Item name=\"device-type\">OpenStage 80</Item><Item name=\"e164\">1</Item>"));
  EXPECT_THAT(names(reply), ElementsAre("device-type"));
  EXPECT_THAT(reply.request.body, HasSubstr("status=\"accepted\">reply-to"));
  EXPECT_THAT(reply.request.body, HasSubstr("<Item name=\"device-type\" status=\"read only\"></Item>"));
}

TEST(WriteItems, OfManyItemListsAreAllTaken) {
  Bench bench("V3 R5");
  bench.power_on();
  bench.answer("<Action>WriteItems</Action>" + list("<Item name=\"e164\">1</Item>") + list("<Item name=\"sntp-addr\">192.0.2.9</Item>"));
  EXPECT_EQ(*bench.phone.store().find("e164"), "1");
  EXPECT_EQ(*bench.phone.store().find("sntp-addr"), "192.0.2.9");
}

TEST(ReadItems, SayUnknownItemForANameThatThePhoneDoesNotHave) {  // guide p.26
  Bench bench("V3 R5");
  bench.power_on();
  const Send reply = bench.answer("<Action>ReadItems</Action>" + list("<Item name=\"no-such-item\"/>"));
  EXPECT_THAT(reply.request.body, HasSubstr("<Item name=\"no-such-item\" status=\"unknown item\"></Item>"));
}

TEST(ReadItems, WithoutIndexGiveTheWholeFamily) {
  Bench bench("V3 R5");
  bench.power_on();
  const Send reply = bench.answer("<Action>ReadItems</Action>" + list("<Item name=\"function-key-def\"/>"));
  EXPECT_GT(reply.said->items.size(), 1u);
  for (const wpi::Item& item : reply.said->items) EXPECT_TRUE(item.index.has_value());
}

TEST(LongAnswer, IsSplitAndFetchedFragmentByFragment) {  // guide p.69, p.70
  Bench bench("V3 R5", {}, Limits{.message = 4'000});
  bench.power_on();
  Send reply = bench.answer("<Action>ReadAllItems</Action>");
  const auto items_of = [&](const Send& send) { return bench.reader.read(send.request.body, wpi::Sender::phone).items.size(); };
  std::size_t items = items_of(reply);
  int fragments = 1;
  while (reply.said->fragment->text == "next") {
    EXPECT_LE(reply.request.body.size(), 4'000u);
    EXPECT_EQ(reply.said->reasons.front().action->text, "ReadAllItems");
    reply = bench.answer("<Action>GetNextFragment</Action>");
    items += items_of(reply);
    ++fragments;
    ASSERT_LT(fragments, 100);
  }
  EXPECT_GT(fragments, 2);
  Bench whole("V3 R5");
  whole.power_on();
  EXPECT_GT(items, 150u);
  EXPECT_EQ(items, items_of(whole.answer("<Action>ReadAllItems</Action>")));
}

TEST(GetNextFragment, IsAnsweredFailedWhenNothingIsLeft) {
  Bench bench("V3 R5");
  bench.power_on();
  EXPECT_THAT(bench.answer("<Action>GetNextFragment</Action>").request.body, HasSubstr("status=\"failed\">reply-to"));
}

TEST(GetNextFragment, IsAnsweredFailedAfterAnotherActionCameBetween) {
  Bench bench("V3 R5", {}, Limits{.message = 4'000});
  bench.power_on();
  ASSERT_EQ(bench.answer("<Action>ReadAllItems</Action>").said->fragment->text, "next");
  bench.answer("<Action>WriteItems</Action>" + list("<Item name=\"e164\">1</Item>"));
  EXPECT_THAT(bench.answer("<Action>GetNextFragment</Action>").request.body, HasSubstr("status=\"failed\""));
}

TEST(Restart, EndsTheInteractionWithoutAReplyAndStartsUpLater) {  // guide p.50
  Bench bench("V3 R5");
  bench.power_on();
  EXPECT_EQ(bench.answer_last("<Action>Restart</Action>"), End::restart);
  const SetTimer* timer = effect<SetTimer>(bench.last);
  ASSERT_NE(timer, nullptr);
  EXPECT_FALSE(bench.phone.idle());
  const Effects up = bench.phone.handle(TimerFired{timer->timer});
  ASSERT_NE(effect<Begin>(up), nullptr);
  EXPECT_EQ(effect<Begin>(up)->reason, wpi::Reason::start_up);
}

TEST(Restart, IsAnsweredFirstWhereTheSwitchSaysSo) {
  Bench bench("V3 R5", Quirks{Quirk::reply_before_restart});
  bench.power_on();
  EXPECT_THAT(bench.answer("<Action>Restart</Action>").request.body, HasSubstr("action=\"Restart\" status=\"accepted\""));
  EXPECT_EQ(bench.answer_last("<Action>WriteItems</Action>" + list("<Item name=\"e164\">1</Item>")), End::restart);
}

TEST(FactoryReset, ForgetsWhatWasWrittenAndSaysThatTheConfigurationChanged) {  // guide p.32, p.51
  Bench bench("V3 R5");
  bench.power_on();
  bench.answer("<Action>WriteItems</Action>" + list("<Item name=\"e164\">77</Item>"));
  EXPECT_EQ(bench.answer_last("<Action>Restart</Action>" + list("<Item name=\"restart-password\">124816</Item><Item name=\"restart-type\">FactoryReset</Item>")),
            End::restart);
  EXPECT_EQ(*bench.phone.store().find("e164"), "4241");
  bench.last = bench.phone.handle(TimerFired{std::get<SetTimer>(bench.last.back()).timer});
  EXPECT_THAT(effect<Send>(bench.last)->request.body, HasSubstr("<Item name=\"configuration-changed-flag\">true</Item>"));
}

TEST(FactoryReset, WithoutItsTypeOrWithAWrongPasswordIsAnsweredFailed) {
  for (const char* items : {"<Item name=\"restart-password\">124816</Item>", "<Item name=\"restart-type\">FactoryReset</Item>",
                            "<Item name=\"restart-password\">1</Item><Item name=\"restart-type\">FactoryReset</Item>"}) {
    Bench bench("V3 R5");
    bench.power_on();
    EXPECT_THAT(bench.answer("<Action>Restart</Action>" + list(items)).request.body, HasSubstr("action=\"Restart\" status=\"failed\"")) << items;
  }
}

TEST(SoftwareDeployment, IsAnsweredFailed) {
  Bench bench("V3 R5");
  bench.power_on();
  const Send reply = bench.answer("<Action>SoftwareDeployment</Action>" + list("<Item name=\"file-type\">APP</Item>"));
  EXPECT_THAT(reply.request.body, HasSubstr("action=\"SoftwareDeployment\" status=\"failed\">reply-to"));
}

TEST(UnknownAction, IsAnsweredFailedUnderItsOwnName) {  // guide p.29
  Bench bench("V3 R5");
  bench.power_on();
  EXPECT_THAT(bench.answer("<Action>Dance</Action>").request.body, HasSubstr("action=\"Dance\" status=\"failed\""));
}

TEST(CleanUp, WithSendSolicitedMakesAnIdlePhoneCallBackAtOnce) {  // guide p.75
  Bench bench("V3 R5");
  bench.power_on();
  EXPECT_EQ(bench.answer_last("<Action>CleanUp</Action>" + list("<Item name=\"send-solicited\">true</Item>")), End::clean_up);
  ASSERT_NE(effect<Begin>(bench.last), nullptr);
  EXPECT_EQ(effect<Begin>(bench.last)->reason, wpi::Reason::solicited);
}

TEST(CleanUp, WithSendSolicitedMeansNothingToFirmwareBeforeV3R3) {  // guide p.31
  Bench bench("V2 R2");
  bench.power_on();
  bench.answer_last("<Action>CleanUp</Action>" + list("<Item name=\"send-solicited\">true</Item>"));
  EXPECT_TRUE(bench.phone.idle());
}

TEST(AnythingButAnOrder, EndsTheInteraction) {  // field
  const auto ends_unclean = [](int status, const std::string& body) {
    Bench bench("V3 R5");
    bench.power_on();
    bench.respond(status, body);
    const Finish* finish = effect<Finish>(bench.last);
    EXPECT_TRUE(finish && finish->end == End::unclean) << status << " " << body;
    EXPECT_TRUE(bench.phone.idle());
  };
  ends_unclean(200, "");
  ends_unclean(204, "");
  ends_unclean(404, "not found");
  ends_unclean(500, "<html>");
  ends_unclean(200, "<DLSMessage><Message nonce=\"1\"></Message></DLSMessage>");
}

TEST(UnreadableAnswer, MakesThePhoneSayCleanUpOnceWhateverIsAnswered) {  // guide p.13
  Bench bench("V3 R5");
  bench.power_on();
  bench.respond(200, "<DLSMessage><Message");
  const Send* said = effect<Send>(bench.last);
  ASSERT_NE(said, nullptr);
  EXPECT_EQ(said->said->reason(), wpi::Reason::clean_up);
  bench.respond(200, "<DLSMessage><Message");
  ASSERT_NE(effect<Finish>(bench.last), nullptr);
  EXPECT_EQ(effect<Finish>(bench.last)->end, End::phone_clean_up);
}

TEST(AReluctantPhone, TakesSoManyItemsAMessageAndRefusesTheRest) {  // guide p.28
  Bench bench("V3 R5", {}, {}, Switches{.max_items = 1});
  EXPECT_THAT(bench.power_on().request.body, HasSubstr("maxItems=\"1\""));
  const Send reply = bench.answer("<Action>WriteItems</Action>" +
                                  list("<Item name=\"e164\">1</Item><Item name=\"sip-name\">desk</Item>"));
  ASSERT_EQ(reply.said->items.size(), 1u);
  EXPECT_EQ(reply.said->items[0].name, "sip-name");
  EXPECT_EQ(reply.said->items[0].status, "failed");
  EXPECT_EQ(*bench.phone.store().find("e164"), "1");
}

TEST(AReluctantPhone, RefusesTheFirstItemOfAWriteUntilToldOtherwise) {  // guide p.81
  const std::string order = "<Action>WriteItems</Action>" + list("<Item name=\"e164\">1</Item><Item name=\"sip-name\">desk</Item>");
  Bench bench("V3 R5", {}, {}, Switches{.refuses_first = true});
  bench.power_on();
  EXPECT_THAT(names(bench.answer(order)), ElementsAre("e164"));
  EXPECT_EQ(*bench.phone.store().find("sip-name"), "desk");
  bench.phone.handle(Behave{});
  EXPECT_THAT(names(bench.answer(order)), IsEmpty());
  EXPECT_EQ(*bench.phone.store().find("e164"), "1");
}

TEST(AReluctantPhone, AnswersFailedToEverythingButCleanUp) {  // guide p.29
  Bench bench("V3 R5", {}, {}, Switches{.fails = true});
  bench.power_on();
  for (const std::string action : {"ReadAllItems", "Restart", "Dance"})
    EXPECT_THAT(bench.answer("<Action>" + action + "</Action>").request.body,
                HasSubstr("action=\"" + action + "\" status=\"failed\""));
  EXPECT_EQ(bench.answer_last("<Action>CleanUp</Action>"), End::clean_up);
}

TEST(AReluctantPhone, EndsTheInteractionItself) {  // guide p.13, p.83
  Bench bench("V3 R5", {}, {}, Switches{.ends = true});
  bench.power_on();
  const Send send = bench.answer("<Action>ReadAllItems</Action>");
  EXPECT_EQ(send.said->reason(), wpi::Reason::clean_up);
  EXPECT_THAT(names(send), ElementsAre("cleanup-reason"));
  EXPECT_EQ(bench.answer_last("<Action>WriteItems</Action>" + list("<Item name=\"e164\">1</Item>")), End::phone_clean_up);
  EXPECT_EQ(*bench.phone.store().find("e164"), "4241");
  bench.power_on();
  EXPECT_EQ(bench.answer_last("<Action>CleanUp</Action>"), End::clean_up);
}

TEST(WrongNonce, IsLivedWithUnlessTheSwitchIsOn) {
  const std::string order = "<DLSMessage><Message nonce=\"OTHER\"><Action>CleanUp</Action></Message></DLSMessage>";
  Bench lenient("V3 R5");
  lenient.power_on();
  lenient.respond(200, order);
  EXPECT_EQ(effect<Finish>(lenient.last)->end, End::clean_up);
  Bench strict("V3 R5", Quirks{Quirk::strict_nonce});
  strict.power_on();
  strict.respond(200, order);
  ASSERT_NE(effect<Send>(strict.last), nullptr);
  EXPECT_EQ(effect<Send>(strict.last)->said->reason(), wpi::Reason::clean_up);
}

TEST(LostConnection, MakesThePhoneSayItOnceMoreOnANewOneIfItWasAKeptOne) {
  Bench bench("V3 R5");
  bench.power_on();
  const Send reply = bench.answer("<Action>ReadAllItems</Action>");
  const Effects again = bench.phone.handle(NotAnswered{true, "closed"});
  const Send* send = effect<Send>(again);
  ASSERT_NE(send, nullptr);
  EXPECT_TRUE(send->fresh_connection);
  EXPECT_EQ(send->attempt, 2u);
  EXPECT_EQ(send->request.body, reply.request.body);
  const Effects end = bench.phone.handle(NotAnswered{true, "closed"});
  ASSERT_NE(effect<Finish>(end), nullptr);
  EXPECT_EQ(effect<Finish>(end)->end, End::connection_lost);
}

TEST(EndlessOrders, AreBrokenOff) {
  Bench bench("V3 R5", {}, Limits{.actions = 5});
  bench.power_on();
  for (int i = 0; i < 5; ++i) bench.answer("<Action>WriteItems</Action>" + list("<Item name=\"e164\">1</Item>"));
  EXPECT_EQ(bench.answer_last("<Action>WriteItems</Action>" + list("<Item name=\"e164\">1</Item>")), End::broke_off);
}

TEST(ChunkedAnswer, CannotBeReadByFirmwareBeforeV3) {  // guide p.12
  Bench bench("V2 R2");
  bench.power_on();
  wpi::HttpResponse response;
  response.status = 200;
  response.framing = wpi::Framing::chunked;
  response.body = "<DLSMessage><Message nonce=\"1\"><Action>CleanUp</Action></Message></DLSMessage>";
  const auto document = std::make_shared<wpi::Document>(bench.reader.read(response.body, wpi::Sender::service));
  const Effects effects = bench.phone.handle(Answered{response, document});
  EXPECT_EQ(effect<Finish>(effects)->end, End::unclean);
}

TEST(LocalChange, OfOldFirmwareIsAnnouncedOnly) {  // guide p.37, p.38
  Bench bench("V1 R4");
  bench.settle(bench.power_on());
  const Send send = bench.change("sntp-addr", "192.0.2.7");
  EXPECT_EQ(send.said->reason(), wpi::Reason::local_changes);
  EXPECT_EQ(send.said->find("configuration-changed-flag")->value, "true");
  EXPECT_EQ(send.said->find("sntp-addr"), nullptr);
}

TEST(LocalChange, OfNewFirmwareIsAttachedOnceAndForgottenAfterCleanUp) {  // guide p.40
  Bench bench("V3 R5");
  bench.settle(bench.power_on());
  const Send send = bench.change("sntp-addr", "192.0.2.7");
  EXPECT_EQ(send.said->find("configuration-attached-number")->value, "1");
  EXPECT_EQ(send.said->items.back().value, "192.0.2.7");
  bench.settle(send);
  const Send next = bench.power_on();
  EXPECT_EQ(next.said->find("configuration-changed-flag")->value, "false");
  EXPECT_EQ(next.said->find("configuration-attached-flag"), nullptr);
}

TEST(LocalChange, IsReportedAgainWhereTheFirstReportFailed) {
  Bench bench("V3 R5");
  bench.settle(bench.power_on());
  bench.change("sntp-addr", "192.0.2.7");
  bench.respond(500, "");
  const Send again = bench.change("display-id-unicode", "x");
  EXPECT_EQ(again.said->find("configuration-attached-number")->value, "2");
}

TEST(OneInteractionAtATime, TheNextWaitsForTheEndOfTheFirst) {
  Bench bench("V3 R5");
  bench.power_on();
  EXPECT_TRUE(bench.phone.handle(ModulesChanged{1}).empty());
  bench.answer_last("<Action>CleanUp</Action>");
  ASSERT_NE(effect<Begin>(bench.last), nullptr);
  EXPECT_EQ(effect<Begin>(bench.last)->reason, wpi::Reason::inventory_changes);
  EXPECT_EQ(effect<Send>(bench.last)->said->items.back().name, "km15-modules");
}

TEST(CutShort, LeavesThePhoneIdle) {
  Bench bench("V3 R5");
  bench.power_on();
  EXPECT_EQ(effect<Finish>(bench.phone.handle(CutShort{"test"}))->end, End::broke_off);
  EXPECT_TRUE(bench.phone.idle());
}

TEST(FirmwareNames, AreTakenInTheWaysThatPeopleWriteThem) {
  for (const char* name : {"V3 R5.12.0", "V3R5", "v3 r5", "V3 R5"}) {
    ASSERT_TRUE(firmware_named(name).has_value()) << name;
    EXPECT_EQ((*firmware_named(name))->version, "V3 R5.12.0");
  }
  for (const char* name : {"", "V3", "V4 R1", "V3 R5.1"}) {
    ASSERT_FALSE(firmware_named(name).has_value()) << name;
    EXPECT_THAT(firmware_named(name).error(), HasSubstr("\"V1 R4.9.0\""));
  }
}

}  // namespace
}  // namespace understudy::phone
