#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "transcript/recording.h"

namespace understudy::transcript {
namespace {

using ::testing::ElementsAre;

std::string message(std::string_view nonce, std::string_view inside) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<DLSMessage "
         "xmlns=\"http://www.siemens.com/DLS\"><Message nonce=\"" +
         std::string(nonce) + "\">" + std::string(inside) + "</Message></DLSMessage>";
}

std::string reason(std::string_view name) {
  return "<ReasonForContact>" + std::string(name) + "</ReasonForContact>";
}

RecordedExchange said(std::string_view nonce, std::string_view reason_and_items, std::string_view action,
                      int at, std::uint64_t connection = 1) {
  RecordedExchange one;
  one.entry = static_cast<std::size_t>(at);
  one.peer = "10.0.0.7";
  one.whole = true;
  one.exchange.connection = connection;
  one.exchange.remote = "10.0.0.5:18443";
  one.exchange.begun = std::chrono::milliseconds(at);
  one.exchange.ended = std::chrono::milliseconds(at) + std::chrono::microseconds(500);
  one.exchange.request = {"POST", "/x", {}, message(nonce, reason_and_items)};
  wpi::HttpResponse& response = one.exchange.response.emplace();
  response.status = 200;
  response.complete = true;
  response.body = message(nonce, "<Action>" + std::string(action) + "</Action>");
  return one;
}

std::string mac(std::string_view end) {
  return "<ItemList><Item name=\"mac-addr\">00:1A:E8:00:00:" + std::string(end) + "</Item></ItemList>";
}

std::vector<std::string> in_lines(const std::vector<Entry>& entries) {
  std::vector<std::string> lines;
  for (const Entry& entry : entries) {
    if (const auto* phone = std::get_if<PhoneMark>(&entry)) lines.push_back("phone " + phone->mac);
    if (const auto* mark = std::get_if<Mark>(&entry))
      lines.push_back(std::string(name_of(mark->event)) + " " + mark->phone + " " + mark->text);
    if (const auto* exchange = std::get_if<Exchange>(&entry))
      lines.push_back(exchange->phone + " " + std::to_string(exchange->interaction) + "/" +
                      std::to_string(exchange->message));
  }
  return lines;
}

TEST(LiveWeaver, TellsEachExchangeAtOnceAndTheEndOfOneThatStoppedWhenItsPhoneComesAgain) {
  std::vector<Entry> entries;
  LiveWeaver weaver([&](const Entry& entry) { entries.push_back(entry); });
  weaver.take(said("A1", reason("start-up") + mac("01"), "ReadAllItems", 1));
  EXPECT_EQ(entries.size(), 3U);
  weaver.take(said("A2", reason("start-up") + mac("01"), "CleanUp", 2, 2));
  weaver.take(said("A3", reason("local-changes") + mac("01"), "ReadAllItems", 3, 2));
  weaver.finish();
  EXPECT_THAT(
      in_lines(entries),
      ElementsAre("phone 00:1A:E8:00:00:01", "interaction phone-1 start-up", "phone-1 1/1",
                  "interaction_ended phone-1 broke_off", "interaction phone-1 start-up", "phone-1 2/1",
                  "interaction_ended phone-1 clean_up", "interaction phone-1 local-changes", "phone-1 3/1",
                  "interaction_ended phone-1 broke_off"));
}

TEST(LiveWeaver, ForgetsWhoSpokeOnAConnectionThatIsNoMore) {
  std::vector<Entry> entries;
  LiveWeaver weaver([&](const Entry& entry) { entries.push_back(entry); });
  weaver.take(said("A1", reason("start-up") + mac("01"), "CleanUp", 1));
  weaver.take(said("B1", reason("start-up") + mac("02"), "CleanUp", 2, 2));
  weaver.forget(1);
  RecordedExchange lost =
      said("C1", "<ReasonForContact status=\"accepted\" action=\"WriteItems\">reply-to</ReasonForContact>",
           "CleanUp", 3);  // on a new connection of that number
  weaver.take(std::move(lost));
  weaver.finish();
  ASSERT_EQ(weaver.left_out().count(), 1U);
  EXPECT_EQ(weaver.left_out().kinds().front().lack, Lack::no_phone);
}

TEST(LiveWeaver, ContactMeIsThePhonesWhosePortItGoesTo) {
  std::vector<Entry> entries;
  LiveWeaver weaver([&](const Entry& entry) { entries.push_back(entry); });
  const auto opens = [](const std::string& end) {
    return reason("start-up") + "<ItemList><Item name=\"mac-addr\">00:1A:E8:00:00:" + end + "</Item><Item name=\"contact-me-uri\">http://10.0.0.2:70" + end +
           "/contact_dls.html/ContactDLS</Item></ItemList>";
  };
  weaver.take(said("A1", opens("01"), "CleanUp", 1, 1));
  weaver.take(said("A2", opens("02"), "CleanUp", 2, 2));
  for (const std::string port : {"7001", "7002", "8085"}) {
    RecordedExchange contact = said("", "", "", 3, 3);
    contact.exchange.remote = "10.0.0.2:" + port;
    contact.exchange.request.body = "ContactMe=true";
    contact.exchange.response->status = 204;
    contact.exchange.response->body.clear();
    weaver.take(std::move(contact));
  }
  std::vector<std::string> called;
  for (const Entry& entry : entries)
    if (const auto* contact = std::get_if<Contact>(&entry)) called.push_back(contact->local + " " + contact->phone);
  EXPECT_THAT(called, ElementsAre("10.0.0.2:7001 phone-1", "10.0.0.2:7002 phone-2", "10.0.0.2:8085 phone-2"));
}

}  // namespace
}  // namespace understudy::transcript
