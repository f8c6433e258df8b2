// busy.*, fragment.next-requested and all-taken, flow.local-changes-taken, mobility.*: each rule held and deviated from.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules_support.h"

namespace understudy::conformance {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::string write = order("WriteItems", item("sntp-addr", "192.0.2.9"));
const std::string clean_up = order("CleanUp");
const std::string call_me = order("CleanUp", item("send-solicited", "true"));

// A phone in a call is written to, and the service says this to its busy.
std::vector<Turn> busy_then(const std::string& answer) {
  return {{phone_says("start-up"), {.headers = {{"Content-Type", "text/xml"}, {"Set-Cookie", "s=1; Secure; HttpOnly"}}, .body = write}},
          {reply_to("WriteItems", "busy"), {.body = answer}}};
}

std::vector<Turn> called_and_given(const std::string& answer) {
  auto turns = single(phone_says("solicited"), answer);
  turns[0].answer.headers.push_back({"Set-Cookie", "s=1; Secure; HttpOnly"});
  if (answer != clean_up && answer != call_me) turns.push_back({reply_to("WriteItems"), {.body = clean_up}});
  return turns;
}

Verdict of(const std::vector<std::vector<Turn>>& interactions, const std::string& firmware = "V3 R5.12.0", bool in_call = false) {
  Bench bench(Stage{.firmware = firmware});
  if (in_call) bench.take(transcript::Mark{{}, transcript::Event::call, "phone-1", 0, "begins"});
  for (const auto& turns : interactions) bench.hear(turns, "clean_up");
  return bench.finish();
}

std::uint64_t held(const Verdict& verdict, const std::string& rule) { return result(verdict, rule).held; }

TEST(BusyCleanUp, IsWantedRightAfterBusy) {
  EXPECT_EQ(held(of({busy_then(call_me)}), "busy.clean-up"), 1u);
  auto goes_on = busy_then(order("ReadItems", item("e164")));
  goes_on.push_back({reply_to("ReadItems"), {.body = clean_up}});
  const Finding finding = only_finding(of({goes_on}), "busy.clean-up");
  EXPECT_EQ(finding.came, "ReadItems");
  EXPECT_EQ(marked(finding.excerpt), "ReadItems");
}

TEST(BusySendSolicited, IsHeldByTheWishOrByALaterContact) {
  EXPECT_EQ(held(of({busy_then(call_me)}), "busy.send-solicited"), 1u);
  EXPECT_THAT(deviating(of({busy_then(clean_up)})), ElementsAre("busy.send-solicited"));
  const Verdict contacted = of({busy_then(clean_up), called_and_given(write)});
  EXPECT_THAT(deviating(contacted), IsEmpty());
  EXPECT_EQ(held(contacted, "busy.send-solicited"), 1u);
  const Verdict other_reason = of({busy_then(clean_up), single(phone_says("start-up"), clean_up)});
  EXPECT_THAT(deviating(other_reason), ElementsAre("busy.send-solicited"));
}

TEST(BusyNotOldFirmware, SparesFirmwareThatDoesNotKnowTheItem) {
  EXPECT_EQ(held(of({busy_then(clean_up)}, "V2 R2.30.0"), "busy.not-old-firmware"), 1u);
  EXPECT_EQ(held(of({busy_then(clean_up)}, "V3 R2.1.0"), "busy.not-old-firmware"), 1u);
  const Finding finding = only_finding(of({busy_then(call_me)}, "V3 R2.1.0"), "busy.not-old-firmware");
  EXPECT_EQ(marked(finding.excerpt), "<Item name=\"send-solicited\">");
}

TEST(BusyWriteRepeated, WantsTheItemsAndNotTheSameMessage) {
  EXPECT_EQ(held(of({busy_then(call_me), called_and_given(write)}), "busy.write-repeated"), 1u);
  const std::string another = order("WriteItems", item("sntp-addr", "192.0.2.10") + item("dst-auto", "1"));
  EXPECT_EQ(held(of({busy_then(call_me), called_and_given(another)}), "busy.write-repeated"), 1u);
  EXPECT_THAT(deviating(of({busy_then(call_me), called_and_given(clean_up)})), ElementsAre("busy.write-repeated"));
}

TEST(BusyWriteRepeated, WaitsWhereThereIsMoreToComeOrThePhoneIsBusyAgain) {
  auto busy_again = called_and_given(write);
  busy_again[1] = {reply_to("WriteItems", "busy"), {.body = call_me}};
  const Verdict verdict = of({busy_then(call_me), busy_again});
  EXPECT_EQ(result(verdict, "busy.write-repeated").deviated, 0u);
  const auto first_another = called_and_given(order("WriteItems", item("country-iso", "DE")));
  EXPECT_EQ(result(of({busy_then(call_me), first_another}), "busy.write-repeated").deviated, 0u);
}

TEST(BusyLastPlain, IsAboutIdlePhonesThatWereGivenNothing) {
  EXPECT_THAT(deviating(of({called_and_given(call_me)})), ElementsAre("busy.last-plain"));
  EXPECT_THAT(deviating(of({called_and_given(call_me)}, "V3 R5.12.0", true)), IsEmpty()) << "it is in a call";
  EXPECT_EQ(held(of({called_and_given(clean_up)}), "busy.last-plain"), 1u);
  auto with_job = called_and_given(write);
  with_job[1].answer.body = call_me;
  EXPECT_EQ(held(of({with_job}), "busy.last-plain"), 1u);
}

// ---- Fragments

std::string fragment(const std::string& which) {
  return phone_says("reply-to", R"( action="ReadAllItems" status="accepted")", "A1B2C3D4", which);
}

std::vector<Turn> reading(const std::vector<std::string>& answers_to_next, const std::string& to_final = clean_up) {
  auto turns = conversation();
  turns.resize(1);
  for (const std::string& answer : answers_to_next) turns.push_back({fragment("next"), {.body = answer}});
  if (!to_final.empty()) turns.push_back({fragment("final"), {.body = to_final}});
  return turns;
}

TEST(FragmentNextRequested, WantsTheNextOrTheEnd) {
  const std::string next = order("GetNextFragment");
  EXPECT_EQ(held(of({reading({next, next})}), "fragment.next-requested"), 2u);
  EXPECT_EQ(held(of({reading({clean_up}, "")}), "fragment.next-requested"), 1u);
  auto turns = reading({write}, "");
  turns.push_back({reply_to("WriteItems"), {.body = clean_up}});
  EXPECT_THAT(deviating(of({turns})), ElementsAre("fragment.next-requested"));
}

TEST(FragmentAllTaken, WantsTheFinalOneAndNoSecondReading) {
  const std::string next = order("GetNextFragment");
  EXPECT_EQ(held(of({reading({next, next})}), "fragment.all-taken"), 1u);
  EXPECT_EQ(only_finding(of({reading({next, clean_up}, "")}), "fragment.all-taken").came, "CleanUp after 2 fragments");
  auto again = reading({next}, order("ReadAllItems"));
  again.push_back({fragment("final"), {.body = clean_up}});
  EXPECT_THAT(deviating(of({again})), ElementsAre("fragment.all-taken"));
}

TEST(FragmentRules, SayNothingOfRepliesInOnePiece) {
  const Verdict verdict = of({conversation()});
  EXPECT_EQ(held(verdict, "fragment.all-taken") + held(verdict, "fragment.next-requested"), 0u);
}

// ---- Users

std::string with_items(const std::string& reason, const std::string& items) {
  std::string message = phone_says(reason);
  const std::size_t at = message.find("</Message>");
  const std::size_t list = message.find("</ItemList>");
  if (list != std::string::npos) return message.insert(list, items);
  return message.insert(at, "<ItemList>" + items + "</ItemList>");
}

std::vector<Turn> changed(const std::string& answer, int attached = 1) {
  const std::string items = item("configuration-attached-flag", "true") +
                            item("configuration-attached-number", std::to_string(attached)) + item("beep-on-error", "true");
  return single(with_items("local-changes", items), answer);
}

TEST(FlowLocalChangesTaken, IsDeviatedFromByAnotherValueAtOnceOrLater) {
  const auto then = [](const std::string& answer) {
    auto turns = single(phone_says("start-up"), answer);
    turns[0].answer.headers.push_back({"Set-Cookie", "s=1; Secure; HttpOnly"});
    turns.push_back({reply_to("WriteItems"), {.body = clean_up}});
    return turns;
  };
  EXPECT_GE(held(of({changed(clean_up)}), "flow.local-changes-taken"), 1u);
  const Finding finding = only_finding(of({changed(clean_up), then(order("WriteItems", item("beep-on-error", "false")))}), "flow.local-changes-taken");
  EXPECT_EQ(marked(finding.excerpt), "<Item name=\"beep-on-error\">");
  const Verdict same = of({changed(clean_up), then(order("WriteItems", item("beep-on-error", "True")))});
  EXPECT_EQ(result(same, "flow.local-changes-taken").deviated, 0u) << "the same value";
  const Verdict other = of({changed(clean_up), then(order("WriteItems", item("sntp-addr", "192.0.2.9")))});
  EXPECT_EQ(result(other, "flow.local-changes-taken").deviated, 0u) << "another item";
}

TEST(FlowLocalChangesTaken, IsOverWhenThePhoneMayComeFromItsFactory) {
  auto turns = single(with_items("start-up", item("configuration-changed-flag", "true")), order("WriteItems", item("beep-on-error", "false")));
  turns[0].answer.headers.push_back({"Set-Cookie", "s=1; Secure; HttpOnly"});
  turns.push_back({reply_to("WriteItems"), {.body = clean_up}});
  EXPECT_EQ(result(of({changed(clean_up), turns}), "flow.local-changes-taken").deviated, 0u);
}

TEST(FlowLocalChangesTaken, LeavesAnOperatorHisWrites) {
  const Verdict job = of({changed(clean_up), called_and_given(order("WriteItems", item("beep-on-error", "false")))});
  EXPECT_EQ(result(job, "flow.local-changes-taken").deviated, 0u);
}

TEST(FlowLocalChangesTaken, CountsNoItemsThatAreNotAttached) {
  for (int count : {0, 99}) {
    const Verdict verdict = of({changed(order("CleanUp"), count)});
    EXPECT_EQ(held(verdict, "flow.local-changes-taken"), 0u) << count;
  }
}

std::vector<Turn> user_says(const std::string& items, const std::string& answer) {
  return single(with_items("inventory-changes", item("e164", "4711") + item("basic-e164", "1") + items), answer);
}

TEST(MobilityLogon, WantsSettingsAndThenData) {
  const std::string password = item("user-pwd", "1"), asks = item("requested-items", "userdata-ldap");
  EXPECT_EQ(held(of({user_says(password, write)}), "mobility.logon"), 1u);
  EXPECT_EQ(result(of({user_says(password, clean_up)}), "mobility.logon").deviated, 1u);
  EXPECT_EQ(held(of({user_says(asks, clean_up)}), "mobility.logon"), 1u) << "there may be none yet";
  EXPECT_EQ(held(of({user_says(asks, order("WriteItems", item("userdata-ldap", "QUJD", " index=\"1\"")))}), "mobility.logon"), 1u);
  EXPECT_EQ(result(of({user_says(asks, order("ReadItems", item("e164")))}), "mobility.logon").deviated, 1u);
  EXPECT_EQ(held(of({user_says("", clean_up)}), "mobility.logon"), 0u) << "a module was plugged, no user came";
}

TEST(MobilityLogoff, WantsTheChangedDataRead) {
  const std::string leaves = item("user-pwd", "1") + item("modified-items", "userdata-vu1,userdata-ldap");
  EXPECT_EQ(held(of({user_says(leaves, order("ReadItems", item("userdata-ldap")))}), "mobility.logoff"), 1u);
  EXPECT_EQ(result(of({user_says(leaves, order("ReadItems", item("userdata-l")))}), "mobility.logoff").deviated, 1u);
  EXPECT_EQ(result(of({user_says(leaves, clean_up)}), "mobility.logoff").deviated, 1u);
}

}  // namespace
}  // namespace understudy::conformance
