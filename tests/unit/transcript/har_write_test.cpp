#include <Poco/JSON/Object.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "transcript/har.h"
#include "transcript/members.h"
#include "unit/transcript/har_support.h"
#include "unit/transcript/transcript_support.h"

namespace understudy::transcript {
namespace {

using Poco::JSON::Object;

Poco::JSON::Array::Ptr entries_of(const std::string& har) {
  const Parsed parsed = parse(har);
  EXPECT_TRUE(parsed.object) << parsed.error;
  return parsed.object ? parsed.object->getObject("log")->getArray("entries") : nullptr;
}

void expect_members(const Object::Ptr& object, const std::vector<const char*>& names) {
  ASSERT_TRUE(object);
  for (const char* name : names) EXPECT_TRUE(object->has(name)) << name;
}

TEST(HarWriter, WritesAllThatTheFormatAsksFor) {
  const auto entries = entries_of(to_har(all_kinds(), nullptr));
  ASSERT_TRUE(entries);
  ASSERT_GE(entries->size(), 2U);
  for (unsigned i = 0; i < entries->size(); ++i) {
    const Object::Ptr entry = entries->getObject(i);
    expect_members(entry, {"startedDateTime", "time", "request", "response", "cache", "timings"});
    expect_members(entry->getObject("request"), {"method", "url", "httpVersion", "cookies", "headers",
                                                 "queryString", "headersSize", "bodySize"});
    expect_members(entry->getObject("response"), {"status", "statusText", "httpVersion", "cookies", "headers",
                                                  "content", "redirectURL", "headersSize", "bodySize"});
    expect_members(entry->getObject("response")->getObject("content"), {"size", "mimeType", "text"});
    expect_members(entry->getObject("timings"), {"send", "wait", "receive"});
  }
}

TEST(HarWriter, KeepsTimesAndBytes) {
  Exchange exchange;
  exchange.number = 1;
  exchange.remote = "[::1]:18443";
  exchange.begun = std::chrono::milliseconds(1'500);
  exchange.connected = exchange.begun + std::chrono::microseconds(100);
  exchange.secured = exchange.begun + std::chrono::microseconds(300);
  exchange.sent = exchange.begun + std::chrono::microseconds(400);
  exchange.first_byte = exchange.begun + std::chrono::microseconds(2'400);
  exchange.ended = exchange.begun + std::chrono::microseconds(2'500);
  exchange.request = {
      "POST",
      "/x",
      {{"Host", "service:18443"}},
      R"(<WorkpointMessage><Message nonce="A1"><ReasonForContact>start-up</ReasonForContact></Message></WorkpointMessage>)"};
  wpi::HttpResponse response;
  response.version = "HTTP/1.1";
  response.status = 200;
  response.complete = true;
  response.body = "\xFF\xFE<";
  exchange.response = response;
  Start start;
  start.program = "understudy 0.1.0";
  start.time = "2026-11-27T10:00:00Z";
  const Transcript again = har_read(to_har({start, exchange}, nullptr));
  EXPECT_EQ(std::get<Start>(again.entries.front()).program, "Understudy 0.1.0");
  EXPECT_EQ(std::get<Start>(again.entries.front()).time, "2026-11-27T10:00:01.500000Z");
  const auto exchanges = exchanges_of(again);
  ASSERT_EQ(exchanges.size(), 1U);
  EXPECT_EQ(exchanges[0].response->body, response.body);
  EXPECT_EQ(exchanges[0].remote, exchange.remote);
  EXPECT_EQ(exchanges[0].sent, std::chrono::microseconds(400));
  EXPECT_EQ(exchanges[0].first_byte, std::chrono::microseconds(2'400));
  EXPECT_EQ(exchanges[0].ended, std::chrono::microseconds(2'500));
}

TEST(HarWriter, SetsApartWhatWasSaidToTryTheService) {
  Exchange plain, trial, broken;
  plain.number = 1;
  trial.number = 2;
  trial.trial = Trial::replay;
  broken.number = 3;
  broken.scripted = Scripted::broken;
  for (Exchange* one : {&plain, &trial, &broken}) {
    one->phone = "phone-1";
    one->interaction = one == &broken ? 2 : 1;
    one->request = {"POST", "/x", {}, "<a/>"};
  }
  const auto entries = entries_of(to_har({plain, trial, broken}, nullptr));
  ASSERT_TRUE(entries && entries->size() == 3U);
  EXPECT_FALSE(entries->getObject(0)->has("_apart"));
  EXPECT_TRUE(entries->getObject(1)->has("_apart"));
  EXPECT_TRUE(entries->getObject(2)->has("_apart"));
}

}  // namespace
}  // namespace understudy::transcript
