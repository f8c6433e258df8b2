// Somebody answers in the phone's place.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "phone_support.h"
#include "support/messages.h"

namespace understudy::phone {
namespace {

Answered answer_with(Bench& bench, const std::string& inside, wpi::Headers headers = {}) {
  Answered answered;
  answered.response.status = 200;
  answered.response.headers = std::move(headers);
  answered.response.framing = wpi::Framing::content_length;
  answered.response.body = service_message(inside, "N");
  answered.response.complete = true;
  answered.document =
      std::make_shared<wpi::Document>(bench.reader.read(answered.response.body, wpi::Sender::service));
  return answered;
}

const std::string write_of_domain =
    "<Action>WriteItems</Action><ItemList><Item name=\"default-domain\">example.net</Item></ItemList>";

Send said(Bench& bench, const AnsweredByHand& by_hand) {
  bench.last = bench.phone.handle(by_hand);
  const Send* send = effect<Send>(bench.last);
  EXPECT_NE(send, nullptr);
  return send ? *send : Send{};
}

TEST(AnsweredByHand, ThePhoneSaysTheWordsAndDoesNotObey) {
  Bench bench("V3 R5");
  const std::string nonce(bench.power_on().said->nonce_or_empty());
  const Send send =
      said(bench, {answer_with(bench, write_of_domain, {{"Set-Cookie", "a=b"}}), {.status = "busy"}});
  EXPECT_EQ(send.said->reasons[0].status->text, "busy");
  EXPECT_EQ(send.said->reasons[0].action->text, "WriteItems");
  EXPECT_EQ(send.said->nonce_or_empty(), nonce);
  EXPECT_EQ(send.by_hand, ByHand::words);
  EXPECT_EQ(*wpi::find_header(send.request.headers, "Cookie"), "a=b") << "cookies are taken as always";
  const std::string* domain = bench.phone.store().find("default-domain");
  EXPECT_TRUE(!domain || *domain != "example.net");
}

TEST(AnsweredByHand, ToldToObeyThePhoneDoesAndItsWordsAreReplaced) {
  Bench bench("V3 R5");
  bench.power_on();
  const Send send = said(bench, {answer_with(bench, write_of_domain), {.status = "failed"}, true});
  EXPECT_EQ(send.said->reasons[0].status->text, "failed");
  EXPECT_EQ(*bench.phone.store().find("default-domain"), "example.net");
}

TEST(AnsweredByHand, TheNonceCanBeAnotherOrNone) {
  Bench bench("V3 R5");
  bench.power_on();
  const Send other = said(bench, {answer_with(bench, write_of_domain), {.nonce = "FFFF"}, false, true});
  EXPECT_EQ(other.said->nonce_or_empty(), "FFFF");
  EXPECT_EQ(other.by_hand, ByHand::broken);
  const Send none = said(bench, {answer_with(bench, write_of_domain), {.nonce = ""}, false, true});
  EXPECT_THAT(none.request.body, ::testing::Not(::testing::HasSubstr("nonce=")));
  EXPECT_FALSE(none.said->nonce);
}

TEST(AnsweredByHand, ABodyIsSaidByteForByte) {
  Bench bench("V3 R5");
  bench.power_on();
  const Send send = said(bench, {answer_with(bench, write_of_domain), {.body = "no XML"}, false, true});
  EXPECT_EQ(send.request.body, "no XML");
  EXPECT_EQ(*wpi::find_header(send.request.headers, "Content-Length"), "6");
}

TEST(AnsweredByHand, ItsOwnCleanUpEndsTheInteractionWhateverIsAnswered) {
  Bench bench("V3 R5");
  bench.power_on();
  EXPECT_EQ(
      said(bench, {answer_with(bench, write_of_domain), {.reason = wpi::Reason::clean_up}}).said->reason(),
      wpi::Reason::clean_up);
  bench.last = bench.phone.handle(answer_with(bench, "<Action>ReadAllItems</Action>"));
  ASSERT_NE(effect<Finish>(bench.last), nullptr);
  EXPECT_EQ(effect<Finish>(bench.last)->end, End::phone_clean_up);
}

TEST(AnsweredByHand, TheNextAnswerIsThePhonesOwnAgain) {
  Bench bench("V3 R5");
  bench.power_on();
  said(bench, {answer_with(bench, write_of_domain), {.status = "busy"}});
  bench.last = bench.phone.handle(answer_with(bench, write_of_domain));
  ASSERT_NE(effect<Send>(bench.last), nullptr);
  EXPECT_EQ(effect<Send>(bench.last)->by_hand, ByHand::no);
  EXPECT_EQ(effect<Send>(bench.last)->said->reasons[0].status->text, "accepted");
}

}  // namespace
}  // namespace understudy::phone
