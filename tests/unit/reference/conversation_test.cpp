// The good service in whole interactions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reference_support.h"

namespace understudy::reference {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using enum wpi::Action;
using wpi::Fragment;
using wpi::Reason;
using wpi::ReplyStatus;

const std::string mac = "00:1A:E8:FF:00:01";

std::string value_of(const Service& service, std::string_view name) {
  const auto* items = service.items_of(mac);
  if (!items) return "(no such phone)";
  for (const wpi::Item& one : *items)
    if (one.name == name) return one.value;
  return "(no such item)";
}

class Conversation : public ::testing::Test {
 protected:
  // Has met the phone, so that it is known.
  void meet(HandPhone& who) { who.runs(who.starts_up()); }

  Service service{simulated()};
  HandPhone phone{service, mac};
};

TEST_F(Conversation, ReadsAnUnknownPhoneSetsItUpAndReadsBackWhatItWrote) {
  phone.has = {item("sntp-addr", "192.0.2.1"), item("time-format", "0")};
  Answer answer = phone.starts_up();
  EXPECT_EQ(answer.action(), read_all_items);
  EXPECT_EQ(answer.document.item_lists, 0);

  answer = phone.replies(read_all_items, ReplyStatus::accepted, phone.has);
  EXPECT_EQ(answer.action(), write_items);
  EXPECT_THAT(answer.items(),
              ElementsAre("country-iso=DE", "date-format=0", "idle-missed-calls=true", "language-iso=de",
                          "registration-backoff-timer=120", "session-timer=true", "sntp-addr=ntp.example.net",
                          "sntp-tz-offset=60"));

  answer = phone.replies(write_items);
  EXPECT_EQ(answer.action(), read_items);
  EXPECT_THAT(answer.items(),
              ElementsAre("country-iso=", "date-format=", "idle-missed-calls=", "language-iso=",
                          "registration-backoff-timer=", "session-timer=", "sntp-addr=", "sntp-tz-offset="));

  answer = phone.replies(read_items, ReplyStatus::accepted, {item("sntp-addr", "ntp.example.net")});
  EXPECT_EQ(answer.action(), clean_up);
  EXPECT_THAT(answer.items(), IsEmpty());
  EXPECT_EQ(value_of(service, "sntp-addr"), "ntp.example.net");
}

TEST_F(Conversation, WritesNothingToAPhoneThatHasTheSettingsAlready) {
  meet(phone);
  HandPhone twin(service, "00:1A:E8:FF:00:02");
  twin.has = phone.has;
  EXPECT_THAT(twin.runs(twin.starts_up()), ElementsAre(read_all_items, clean_up));
}

TEST_F(Conversation, DoesNotReadAKnownPhoneThatHasNotChanged) {
  meet(phone);
  EXPECT_THAT(phone.runs(phone.starts_up()), ElementsAre(clean_up));
}

TEST_F(Conversation, ReadsAKnownPhoneThatChangedButKeepsWhatItsUserSet) {
  meet(phone);
  phone.has = {item("country-iso", "FR"),          item("sntp-addr", "192.0.2.9"),
               item("language-iso", ""),           item("date-format", "1"),
               item("sntp-tz-offset", "0"),        item("time-format", "1"),
               item("idle-missed-calls", "false"), item("registration-backoff-timer", "60"),
               item("session-timer", "false")};
  Answer answer = phone.starts_up(true);
  EXPECT_EQ(answer.action(), read_all_items);
  answer = phone.replies(read_all_items, ReplyStatus::accepted, phone.has);
  EXPECT_EQ(answer.action(), write_items);
  EXPECT_THAT(answer.items(), ElementsAre("language-iso=de"));  // the only one that it lacks
  EXPECT_EQ(value_of(service, "sntp-addr"), "192.0.2.9");
}

// As after a factory reset: 0.0.0.0 is no address (field).
TEST_F(Conversation, GivesAKnownPhoneTheAddressThatItHasLost) {
  meet(phone);
  for (wpi::Item& each : phone.has)
    if (each.name == "sntp-addr") each.value = "0.0.0.0";
  phone.starts_up(true);
  EXPECT_THAT(phone.replies(read_all_items, ReplyStatus::accepted, phone.has).items(),
              ElementsAre("sntp-addr=ntp.example.net"));
}

TEST_F(Conversation, TakesChangesThatAreAttachedAndNeverUndoesThem) {
  meet(phone);
  EXPECT_THAT(phone.runs(phone.opens(Reason::local_changes, {item("configuration-attached-flag", "true"),
                                                             item("sntp-addr", "192.0.2.123")})),
              ElementsAre(clean_up));
  EXPECT_EQ(value_of(service, "sntp-addr"), "192.0.2.123");
  phone.has = {item("sntp-addr", "192.0.2.123")};
  phone.starts_up(true);
  EXPECT_THAT(phone.replies(read_all_items, ReplyStatus::accepted, phone.has).items(),
              Not(Contains(HasSubstr("sntp-addr"))));
}

TEST_F(Conversation, ReadsAnOldPhoneThatDoesNotAttachItsChanges) {
  HandPhone old(service, mac, "V1 R4.9.0");
  meet(old);
  for (wpi::Item& one : old.has)
    if (one.name == "sntp-addr") one.value = "192.0.2.5";
  EXPECT_THAT(old.runs(old.opens(Reason::local_changes)), ElementsAre(read_all_items, clean_up));
  EXPECT_EQ(value_of(service, "sntp-addr"), "192.0.2.5");
}

TEST_F(Conversation, AnswersEveryOtherReasonWithCleanUp) {
  meet(phone);
  for (const Reason reason : {Reason::inventory_changes, Reason::status, Reason::solicited})
    EXPECT_THAT(phone.runs(phone.opens(reason)), ElementsAre(clean_up)) << spelling(reason);
}

TEST_F(Conversation, EchoesTheNonceOfEachMessageEvenWhenItChanges) {
  phone.nonce = "first";
  EXPECT_EQ(phone.starts_up().document.nonce_or_empty(), "first");
  phone.nonce = "second & \"last\"";
  EXPECT_EQ(phone.replies(read_all_items).document.nonce_or_empty(), "second & \"last\"");
}

TEST_F(Conversation, TakesAllFragmentsOfAReply) {
  phone.starts_up();
  Answer answer =
      phone.replies(read_all_items, ReplyStatus::accepted, {item("admin-name", "a")}, Fragment::next);
  EXPECT_EQ(answer.action(), get_next_fragment);
  EXPECT_EQ(answer.document.item_lists, 0);
  answer =
      phone.replies(read_all_items, ReplyStatus::accepted, {item("trace-level", "3", "7")}, Fragment::next);
  EXPECT_EQ(answer.action(), get_next_fragment);
  answer = phone.replies(read_all_items, ReplyStatus::accepted, {item("sip-name", "c")}, Fragment::final_);
  EXPECT_EQ(answer.action(), write_items);
  EXPECT_EQ(value_of(service, "admin-name"), "a");
  EXPECT_EQ(value_of(service, "trace-level"), "3");
  EXPECT_EQ(value_of(service, "sip-name"), "c");
}

TEST_F(Conversation, TakesAReplyWithoutFragmentAsComplete) {
  phone.starts_up();
  EXPECT_EQ(phone.replies(read_all_items, ReplyStatus::accepted, {}, std::nullopt).action(), write_items);
}

TEST_F(Conversation, EndsAReplyThatHasNoEnd) {
  Answer answer = phone.starts_up();
  int messages = 0;
  while (answer.action() != clean_up && ++messages < 300)
    answer = phone.replies(read_all_items, ReplyStatus::accepted, {item("sip-name", "x")}, Fragment::next);
  EXPECT_LT(messages, 200);
}

TEST_F(Conversation, AsksANewerPhoneToCallBackWhenItWasBusyAndWritesThen) {
  phone.starts_up();
  phone.replies(read_all_items);
  const Answer end = phone.replies(write_items, ReplyStatus::busy);
  EXPECT_EQ(end.action(), clean_up);
  EXPECT_THAT(end.items(), ElementsAre("send-solicited=true"));
  EXPECT_THAT(phone.runs(phone.opens(Reason::solicited)), ElementsAre(write_items, read_items, clean_up));
}

TEST_F(Conversation, EndsPlainlyWithOlderPhonesThatAreBusyAndWritesAtTheNextContact) {
  HandPhone old(service, mac, "V3 R1.41.1");  // send-solicited came with V3R3
  old.starts_up();
  old.replies(read_all_items);
  const Answer end = old.replies(write_items, ReplyStatus::busy);
  EXPECT_EQ(end.action(), clean_up);
  EXPECT_THAT(end.items(), IsEmpty());
  EXPECT_THAT(old.runs(old.starts_up()), ElementsAre(write_items, read_items, clean_up));
}

TEST_F(Conversation, ReadsLaterAPhoneThatWasTooBusyToBeRead) {
  phone.starts_up();
  EXPECT_THAT(phone.replies(read_all_items, ReplyStatus::busy).items(), ElementsAre("send-solicited=true"));
  EXPECT_EQ(phone.opens(Reason::solicited).action(), read_all_items);
}

TEST_F(Conversation, GivesUpReadingAPhoneThatFailsEachTime) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(phone.starts_up().action(), read_all_items);
    EXPECT_EQ(phone.replies(read_all_items, ReplyStatus::failed).action(), clean_up);
  }
  EXPECT_EQ(phone.starts_up().action(), clean_up);
}

TEST_F(Conversation, DoesNotWriteAgainWhatThePhoneRefused) {
  phone.starts_up();
  phone.replies(read_all_items);
  Answer answer =
      phone.replies(write_items, ReplyStatus::accepted,
                    {item("country-iso", "", {}, "unknown item"), item("sntp-tz-offset", "", {}, "failed")});
  EXPECT_THAT(answer.items(),
              ElementsAre("date-format=", "idle-missed-calls=", "language-iso=",
                          "registration-backoff-timer=", "session-timer=", "sntp-addr=", "time-format="));
  phone.runs(answer);
  phone.starts_up(true);
  answer = phone.replies(read_all_items);  // it lacks everything
  EXPECT_THAT(answer.items(), Not(Contains(HasSubstr("country-iso"))));
  EXPECT_THAT(answer.items(), Not(Contains(HasSubstr("sntp-tz-offset"))));
  EXPECT_THAT(answer.items(), Contains("sntp-addr=ntp.example.net"));
}

TEST_F(Conversation, TriesRefusedItemsAgainWithOtherFirmware) {
  phone.starts_up();
  phone.replies(read_all_items);
  phone.runs(
      phone.replies(write_items, ReplyStatus::accepted, {item("country-iso", "", {}, "unknown item")}));
  HandPhone updated(service, mac, "V3 R6.1.0");
  updated.starts_up(true);
  EXPECT_THAT(updated.replies(read_all_items).items(), Contains("country-iso=DE"));
}

TEST_F(Conversation, BelievesWhatThePhoneSaysAfterAWrite) {
  phone.starts_up();
  phone.replies(read_all_items);
  phone.replies(write_items);
  EXPECT_EQ(phone.replies(read_items, ReplyStatus::accepted, {item("sntp-addr", "192.0.2.77")}).action(),
            clean_up);
  EXPECT_EQ(value_of(service, "sntp-addr"), "192.0.2.77");
}

TEST_F(Conversation, EndsWhereThePhoneEnds) {
  phone.starts_up();
  phone.replies(read_all_items);
  EXPECT_EQ(phone.cleans_up("invalid message").action(), clean_up);
  EXPECT_EQ(phone.replies(write_items).action(), clean_up);           // the session has ended
  EXPECT_THAT(phone.runs(phone.starts_up()), ElementsAre(clean_up));  // and the write is not tried again
}

TEST_F(Conversation, RepeatsItsAnswerToAMessageThatIsSaidAgain) {
  phone.starts_up();
  const Answer once = phone.replies(read_all_items);
  const Answer again = phone.replies(read_all_items);
  EXPECT_EQ(once.action(), write_items);
  EXPECT_EQ(once.body, again.body);
}

TEST_F(Conversation, EndsWhenTheReplyIsToSomethingElse) {
  phone.starts_up();
  EXPECT_EQ(phone.replies(write_items).action(), clean_up);
}

TEST_F(Conversation, WritesAgainAfterThePhoneVanished) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(phone.starts_up(true).action(), read_all_items);
    EXPECT_EQ(phone.replies(read_all_items).action(), write_items) << i;
  }
  phone.starts_up();
  EXPECT_EQ(phone.starts_up().action(), clean_up);  // three times is enough
}

TEST_F(Conversation, SendsNoMoreItemsThanThePhoneTakes) {
  phone.max_items = "4";
  phone.starts_up();
  Answer answer = phone.replies(read_all_items);
  EXPECT_EQ(answer.document.items.size(), 4u);
  answer = phone.replies(write_items);
  EXPECT_EQ(answer.action(), write_items);
  EXPECT_EQ(answer.document.items.size(), 4u);
  answer = phone.replies(write_items);
  EXPECT_EQ(answer.document.items.size(), 1u);
  answer = phone.replies(write_items);
  EXPECT_EQ(answer.action(), read_items);
  EXPECT_EQ(answer.document.items.size(), 4u);  // reading is split as well
}

TEST_F(Conversation, AvoidsEntitiesThatFirmwareV1DoesNotDecode) {
  HandPhone old(service, mac, "V1 R4.9.0");
  Job job;
  job.kind = JobKind::write;
  job.items = {item("display-id-unicode", "<R&D> &lt;")};
  service.add_job(mac, job);
  old.has = {item("country-iso", "DE"),
             item("date-format", "0"),
             item("language-iso", "de"),
             item("sntp-addr", "ntp.example.net"),
             item("sntp-tz-offset", "60"),
             item("time-format", "0"),
             item("session-timer", "true"),
             item("idle-missed-calls", "true"),
             item("registration-backoff-timer", "120")};
  old.starts_up();
  const Answer answer = old.replies(read_all_items, ReplyStatus::accepted, old.has);
  EXPECT_THAT(answer.body, HasSubstr("&#60;R&#38;D&#62; &#38;lt;"));
  EXPECT_THAT(answer.items(), ElementsAre("display-id-unicode=<R&D> &lt;"));
}

}  // namespace
}  // namespace understudy::reference
