// What is told of two transcripts: meaning, and nothing else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "differences_support.h"

namespace understudy::conformance::differences {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

using Items = std::vector<std::string>;

constexpr const char* start_up = "in the start-up of 00:1A:E8:FF:00:01 ";

Tape usual(const Items& written = {"sip-pwd=secret1", "dls-contact-interval=30"}) {
  Tape out;
  out.begins("start-up").hears("ReadAllItems").hears("WriteItems", written).hears("CleanUp").ends("clean_up");
  return out;
}

TEST(Differences, OfTheSameCourseWithNewNoncesThereAreNone) {
  const Tape then = usual(), now = usual();
  EXPECT_THAT(lines_between(then.entries(), now.entries()), IsEmpty());
}

TEST(Differences, AChangedValueIsOne) {
  const Tape then = usual(), now = usual({"sip-pwd=secret1", "dls-contact-interval=60"});
  EXPECT_THAT(
      lines_between(then.entries(), now.entries()),
      ElementsAre(std::string(start_up) + "the service wrote dls-contact-interval = 60, then it was 30"));
  EXPECT_THAT(lines_between(then.entries(), now.entries(), {Sides::a_and_b, false}),
              ElementsAre(std::string(start_up) + "A wrote dls-contact-interval = 30, B 60"));
}

TEST(Differences, ItemsInAnotherRowAreNone) {
  const Tape then = usual({"a=1", "b=2", "key-label[2]=x"}), now = usual({"key-label[2]=x", "b=2", "a=1"});
  EXPECT_THAT(lines_between(then.entries(), now.entries()), IsEmpty());
}

TEST(Differences, ItemsAreTheirNameAndTheirIndex) {
  const Tape then = usual({"key-label[1]=x", "key-label[2]=y"}),
             now = usual({"key-label[1]=x", "key-label[3]=y"});
  EXPECT_THAT(lines_between(then.entries(), now.entries()),
              ElementsAre(std::string(start_up) + "the service did not write key-label[2], as it did",
                          std::string(start_up) + "the service wrote key-label[3] = y, as it did not"));
}

TEST(Differences, AnItemThatStandsTwiceIsToldByItsCount) {
  const Tape then = usual({"a=1"}), now = usual({"a=1", "a=1"});
  EXPECT_THAT(
      lines_between(then.entries(), now.entries()),
      ElementsAre(std::string(start_up) + "the service wrote a so often in one message: 2, then it was 1"));
}

TEST(Differences, OrdersThatCameAndDoNotComeAreTold) {
  Tape then = usual(), now;
  now.begins("start-up").hears("ReadAllItems").hears("Restart").ends("restart: as it was told");
  EXPECT_THAT(
      lines_between(then.entries(), now.entries()),
      ElementsAre(std::string(start_up) +
                      "the service did not order WriteItems (sip-pwd, dls-contact-interval), as it did",
                  std::string(start_up) + "the service did not order CleanUp, as it did",
                  std::string(start_up) + "the service ordered Restart, as it did not",
                  std::string(start_up) + "it ended with restart, then with clean_up"));
}

TEST(Differences, TheSameOrdersInAnotherOrderAreOne) {
  Tape then = usual(), now;
  now.begins("start-up")
      .hears("WriteItems", {"sip-pwd=secret1", "dls-contact-interval=30"})
      .hears("ReadAllItems")
      .hears("CleanUp")
      .ends("clean_up");
  EXPECT_THAT(lines_between(then.entries(), now.entries()),
              ElementsAre(std::string(start_up) +
                          "the service ordered WriteItems, ReadAllItems, CleanUp; then it was "
                          "ReadAllItems, WriteItems, CleanUp"));
}

TEST(Differences, AnInteractionThatDoesNotComeIsOne) {
  Tape then = usual(), now = usual();
  then.begins("solicited").hears("CleanUp").ends("clean_up");
  EXPECT_THAT(lines_between(then.entries(), now.entries()),
              ElementsAre("in the solicited interaction of 00:1A:E8:FF:00:01 there was this interaction, and "
                          "now there was none"));
  EXPECT_THAT(lines_between(now.entries(), then.entries()),
              ElementsAre("in the solicited interaction of 00:1A:E8:FF:00:01 there was none, and now there "
                          "is this interaction"));
}

TEST(Differences, StatusesAndSilenceAreTold) {
  Tape then, not_found, silent;
  then.begins("start-up").hears("CleanUp");
  not_found.begins("start-up").hears_words(404, "");
  silent.begins("start-up").hears_nothing();
  EXPECT_THAT(lines_between(then.entries(), not_found.entries()),
              ElementsAre(std::string(start_up) + "the service did not order CleanUp, as it did",
                          std::string(start_up) + "the service answered with HTTP 404, as it did not"));
  EXPECT_THAT(lines_between(not_found.entries(), silent.entries()),
              ElementsAre(std::string(start_up) + "the service did not answer with HTTP 404, as it did",
                          std::string(start_up) + "the service gave no answer (timed_out), as it did not"));
}

TEST(Differences, AWrongNonceAndWhatIsOddAreTold) {
  Tape then, now;
  then.begins("start-up").hears("CleanUp");
  now.begins("start-up")
      .hears_words(200,
                   "<DLSMessage><Message nonce=\"another\"><Action>CleanUp</Action></Message></DLSMessage>");
  EXPECT_THAT(
      lines_between(then.entries(), now.entries()),
      ElementsAre(
          std::string(start_up) +
              "the service answered with a nonce that was wrong, then it was right, in CleanUp",
          std::string(start_up) + "the service said what is odd (no_namespace), as it did not, in CleanUp"));
}

TEST(Differences, ASecretIsToldWithoutItsValues) {
  const Tape then = usual({"sip-pwd=secret1"}), now = usual({"sip-pwd=hunter2"});
  const auto lines = lines_between(then.entries(), now.entries());
  EXPECT_THAT(lines, ElementsAre(std::string(start_up) +
                                 "the service wrote sip-pwd with another value than then; it is secret"));
  EXPECT_THAT(lines_between(then.entries(), now.entries(), {Sides::now_and_then, true}),
              ElementsAre(HasSubstr("sip-pwd = hunter2, then it was secret1")));
  Report report;
  report.differences = differences_between(courses_of(then.entries())[0], courses_of(now.entries())[0]);
  EXPECT_THAT(json_of(report, {}, 1), Not(HasSubstr("hunter2")));
}

TEST(Differences, AMaskedSecretIsHeldAgainstItsShape) {
  Tape then("https://10.0.0.5:18443", "00:1A:E8:FF:00:01", true), same_shape, longer;
  then.begins("start-up").hears("WriteItems", {"sip-pwd=qzxabc0"});
  same_shape.begins("start-up").hears("WriteItems", {"sip-pwd=secret1"});
  longer.begins("start-up").hears("WriteItems", {"sip-pwd=secret12"});
  EXPECT_THAT(lines_between(then.entries(), same_shape.entries()), IsEmpty());
  EXPECT_THAT(lines_between(then.entries(), longer.entries()), SizeIs(1));
}

TEST(Differences, TheServicesOwnAddressIsNone) {
  Tape then("https://10.0.0.5:18443"), now("https://127.0.0.1:8443/path");
  then.begins("start-up")
      .hears("WriteItems", {"dls-server-addr=10.0.0.5", "dls-server-port=18443",
                            "dcmp-url=http://10.0.0.5:4711/p/", "sntp-addr=10.0.0.55"});
  now.begins("start-up")
      .hears("WriteItems", {"dls-server-addr=127.0.0.1", "dls-server-port=8443",
                            "dcmp-url=http://127.0.0.1:9/p/", "sntp-addr=127.0.0.1"});
  EXPECT_THAT(lines_between(then.entries(), now.entries()),
              ElementsAre(HasSubstr("wrote sntp-addr = {service host}, then it was 10.0.0.55")));
}

TEST(Differences, OfFreshThingsOnlyCountsThatThereIsAValue) {
  const Tape then = usual({"file-pwd=a1b2", "file-username=u1"}),
             now = usual({"file-pwd=zzzzzz", "file-username="});
  EXPECT_THAT(lines_between(then.entries(), now.entries()), ElementsAre(HasSubstr("file-username")));
  for (const FreshItem& each : fresh_items()) EXPECT_FALSE(each.why.empty()) << each.name;
}

TEST(Differences, OfManyPhonesIsOneWithTheirCount) {
  std::vector<Difference> all;
  for (const char* mac :
       {"00:1A:E8:FF:00:01", "00:1A:E8:FF:00:02", "00:1A:E8:FF:00:02", "00:1A:E8:FF:00:03"}) {
    Difference one;
    one.kind = Kind::order_missing, one.reason = "start-up", one.action = one.what = "WriteItems",
    one.phones = {mac};
    all.push_back(one);
  }
  const auto out = grouped(all);
  ASSERT_THAT(out, SizeIs(1));
  EXPECT_EQ(
      told(out[0], {}),
      std::string("in the start-up of 00:1A:E8:FF:00:01 and 2 other phones (4 times) the service did not "
                  "order WriteItems, as it did"));
}

TEST(Differences, WhatTheOtherSideSaidIsFitForATerminal) {
  const Tape then = usual({"a=1"}), now = usual({"a=\xe2\x80\xae"
                                                 "x"});
  EXPECT_THAT(lines_between(then.entries(), now.entries()), ElementsAre(HasSubstr("a = \\u202ex")));
}

TEST(Differences, MoreThanFiftyAreCounted) {
  Report report;
  for (int n = 0; n < 60; ++n) {
    Difference one;
    one.kind = Kind::rule_added, one.what = "rule-" + std::to_string(n);
    report.differences.push_back(one);
  }
  report.phones = 1, report.interactions = 2;
  const std::string text = text_of(report, {Sides::a_and_b, false});
  EXPECT_THAT(text, HasSubstr("B deviates from rule-49, A does not\nand 10 differences more\n60 differences, "
                              "in 2 interactions of 1 phone\n"));
}

// ---- What real services said

class Recording : public ::testing::TestWithParam<const char*> {};

TEST_P(Recording, HeldAgainstItselfHasNoDifference) {
  const auto entries = recorded_entries(GetParam());
  ASSERT_THAT(courses_of(entries), SizeIs(1));
  EXPECT_THAT(courses_of(entries)[0].turns, Not(IsEmpty()));
  EXPECT_THAT(lines_between(entries, entries), IsEmpty());
}

TEST_P(Recording, WithOneChangedValueHasThatDifference) {
  const auto then = recorded_entries(GetParam());
  const auto now = recorded_entries(GetParam(), true);
  EXPECT_THAT(lines_between(then, now), ElementsAre(HasSubstr("= changed by the test, then it was ")));
}

TEST_P(Recording, WithoutOneOfItsMessagesHasThatDifference) {
  const auto then = recorded_entries(GetParam());
  auto now = then;
  const auto writes = [](const transcript::Entry& entry) {
    const auto* exchange = std::get_if<transcript::Exchange>(&entry);
    return exchange && exchange->interaction > 0 && exchange->answer &&
           exchange->answer->action() == wpi::Action::write_items;
  };
  now.erase(std::find_if(now.begin(), now.end(), writes));
  EXPECT_THAT(lines_between(then, now), ElementsAre(HasSubstr("the service did not order WriteItems")));
}

INSTANTIATE_TEST_SUITE_P(Of, Recording, ::testing::Values("service-a", "service-b"));

}  // namespace
}  // namespace understudy::conformance::differences
