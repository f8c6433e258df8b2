#include "transcript/har.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>
#include <streambuf>

#include "unit/transcript/har_support.h"
#include "wpi/http.h"

namespace understudy::transcript {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

HarEntry talk(std::string_view nonce, std::string_view reason, std::string_view action,
              std::string_view items = "") {
  return {.said = phone_says(nonce, reason, items), .answered = service_says(nonce, action)};
}

TEST(Har, TellsWhereInteractionsBeginAndEnd) {
  const Transcript transcript =
      har_read(har_of({talk("A1", "start-up", "ReadItems", mac("00:1A:E8:00:00:01")),
                       talk("A1", "reply-to ReadItems", "CleanUp"),
                       talk("A2", "local-changes", "CleanUp", mac("00-1a-e8-00-00-01"))}));
  EXPECT_THAT(told(transcript),
              ElementsAre("phone phone-1 00:1A:E8:00:00:01", "interaction phone-1 1 start-up",
                          "exchange 1 phone-1 1/1", "exchange 2 phone-1 1/2",
                          "interaction_ended phone-1 1 clean_up", "interaction phone-1 2 local-changes",
                          "exchange 3 phone-1 2/1", "interaction_ended phone-1 2 clean_up"));
  EXPECT_EQ(left_out(transcript), "0 of 3");
  const auto& start = std::get<Start>(transcript.entries.front());
  EXPECT_EQ(start.program, "mitmproxy 9");
  EXPECT_EQ(start.service, "https://service:18443/DeploymentService/LoginService");
  EXPECT_FALSE(start.masked);
}

TEST(Har, TellsPhonesApartByMacThenNonceThenCookie) {
  HarEntry first = talk("A1", "start-up", "ReadItems", mac("00:1A:E8:00:00:01"));
  first.headers = R"([{"name":"Set-Cookie","value":"S=one; Path=/; Secure"}])";
  HarEntry fourth = talk("A9", "reply-to ReadItems", "CleanUp");  // a new nonce in each message
  fourth.request_headers = R"([{"name":"Cookie","value":"S=one"}])";
  const Transcript transcript =
      har_read(har_of({first, talk("B1", "start-up", "ReadItems", mac("00:1A:E8:00:00:02")),
                       talk("B1", "reply-to ReadItems", "CleanUp"), fourth}));
  const auto exchanges = exchanges_of(transcript);
  ASSERT_EQ(exchanges.size(), 4U);
  EXPECT_EQ(exchanges[2].phone, "phone-2");
  EXPECT_EQ(exchanges[3].phone, "phone-1");
  EXPECT_EQ(exchanges[3].message, 2U);
}

TEST(Har, DoesNotTakeTheServicesPortForAConnection) {
  HarEntry own = talk("A1", "start-up", "CleanUp", mac("00:1A:E8:00:00:01")), firefox = own;
  own.more = R"("connection":"50123",)";
  firefox.more = R"("connection":"18443",)";
  const auto exchanges = exchanges_of(har_read(har_of({own, firefox})));
  ASSERT_EQ(exchanges.size(), 2U);
  EXPECT_EQ(exchanges[0].connection, 1U);
  EXPECT_EQ(exchanges[1].connection, 0U);
}

TEST(Har, ReadsEntriesInTheOrderOfTheirTimes) {
  HarEntry early = talk("A1", "start-up", "ReadItems", mac("00:1A:E8:00:00:01"));
  HarEntry late = talk("A1", "reply-to ReadItems", "CleanUp");
  early.started = "2026-11-27T12:00:00.250+02:00";
  late.started = "2026-11-27T10:00:00.750Z";
  const auto exchanges = exchanges_of(har_read(har_of({late, early})));
  ASSERT_EQ(exchanges.size(), 2U);
  EXPECT_EQ(exchanges[0].number, 2U);
  EXPECT_EQ(exchanges[0].begun, microseconds(0));
  EXPECT_EQ(exchanges[1].begun, std::chrono::milliseconds(500));
  EXPECT_EQ(exchanges[1].ended - exchanges[1].sent, std::chrono::milliseconds(22));
}

TEST(Har, ListsWhatIsNotOfWpi) {
  const HarEntry icon{.method = "GET", .url = "https://service:18443/favicon.ico", .said = "", .status = 404};
  const HarEntry form{.url = "https://service:18443/login", .said = "user=a"};
  const HarEntry silent{.said = ""};
  const Transcript transcript =
      har_read(har_of({icon, talk("A1", "start-up", "CleanUp", mac("00:1A:E8:00:00:01")), form, silent}));
  EXPECT_EQ(left_out(transcript),
            "3 of 4, 2 are no POST of WPI (first: entry 1, GET /favicon.ico), "
            "1 has no body (entry 4, POST /DeploymentService/LoginService)");
}

TEST(Har, TakesAGetOfTheServicesUrlForAProbeAndOneOfADeviceForAPoll) {
  const HarEntry probe{.method = "GET", .said = "", .status = 405};
  const HarEntry poll{.method = "GET",
                      .url = "http://service:8080/dcmp/contact-me?device-id=00:1A:E8:00:00:01",
                      .said = "",
                      .status = 202};
  const Transcript transcript =
      har_read(har_of({talk("A1", "start-up", "CleanUp", mac("00:1A:E8:00:00:01")), probe, poll}));
  EXPECT_THAT(told(transcript),
              ElementsAre("phone phone-1 00:1A:E8:00:00:01", "interaction phone-1 1 start-up",
                          "exchange 1 phone-1 1/1", "interaction_ended phone-1 1 clean_up", "exchange 2  0/0",
                          "exchange 3 phone-1 0/0 poll"));
}

TEST(Har, TakesAFormForThePhoneWhoseDoorItIsForContactMe) {
  HarEntry ask{
      .url = "http://10.0.0.7:8085/contact_dls.html/ContactDLS", .said = "ContactMe=true", .status = 204};
  HarEntry stranger = ask;
  stranger.url = "http://10.0.0.8:8085/contact_dls.html/ContactDLS";
  const std::string uri =
      R"(<Item name=\"contact-me-uri\">http://10.0.0.7:8085/contact_dls.html/ContactDLS</Item>)";
  const Transcript transcript =
      har_read(har_of({talk("A1", "start-up", "CleanUp", mac("00:1A:E8:00:00:01") + uri), ask, stranger}));
  EXPECT_THAT(told(transcript), ::testing::Contains("contact phone-1 at 10.0.0.7:8085 calls_back"));
  EXPECT_EQ(left_out(transcript),
            "1 of 3, 1 does not tell whose it is (entry 3, POST /contact_dls.html/ContactDLS)");
}

TEST(Har, EndsAnInteractionThatStoppedWhereItStopped) {
  const Transcript transcript =
      har_read(har_of({talk("A1", "start-up", "ReadItems", mac("00:1A:E8:00:00:01")),
                       talk("B1", "start-up", "CleanUp", mac("00:1A:E8:00:00:02")),
                       talk("A2", "start-up", "CleanUp", mac("00:1A:E8:00:00:01"))}));
  EXPECT_THAT(told(transcript),
              ElementsAre("phone phone-1 00:1A:E8:00:00:01", "interaction phone-1 1 start-up",
                          "exchange 1 phone-1 1/1", "interaction_ended phone-1 1 broke_off",
                          "phone phone-2 00:1A:E8:00:00:02", "interaction phone-2 1 start-up",
                          "exchange 2 phone-2 1/1", "interaction_ended phone-2 1 clean_up",
                          "interaction phone-1 2 start-up", "exchange 3 phone-1 2/1",
                          "interaction_ended phone-1 2 clean_up"));
}

TEST(Har, DoesNotJudgeWhatComesOfAnAnswerThatWasNotKept) {
  const std::pair<const char*, const char*> contents[] = {
      {"no text", R"("size":812,"mimeType":"text/xml")"},
      {"no text, and no size", R"("mimeType":"text/xml")"},
      {"cut", R"("size":812,"text":"<?xml version=\"1.0\"?><DLSMessage><Mess","comment":"truncated")"},
      {"cut, with nobody saying so", R"("text":"<?xml version=\"1.0\"?><DLSMessage><Mess")"},
      {"a character lost", R"("size":40,"text":"<DLSMessage><Message>\uFFFD</Message></DLSMessage>")"},
      {"of another encoding",
       R"("text":"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><DLSMessage><Message>\u00e4</Message></DLSMessage>")"},
      {"base64 that is none", R"("size":4,"text":"%%%%","encoding":"base64")"},
      {"an unknown encoding", R"("size":4,"text":"abcd","encoding":"uuencode")"},
      {"still packed", R"("size":6,"text":"H4sIAAAA","encoding":"base64")"},
  };
  for (const auto& [what, content] : contents) {
    HarEntry entry = talk("A1", "start-up", "ReadItems", mac("00:1A:E8:00:00:01"));
    entry.content = content;
    const Transcript transcript = har_read(har_of({entry}));
    EXPECT_THAT(left_out(transcript), HasSubstr("1 has an answer whose body was not kept whole (entry 1"))
        << what;
    EXPECT_THAT(told(transcript), ::testing::Contains("exchange 1 phone-1 1/1 not judged")) << what;
  }
}

TEST(Har, JudgesABrokenAnswerThatTheRecordingSaysIsWhole) {
  HarEntry entry = talk("A1", "start-up", "ReadItems", mac("00:1A:E8:00:00:01"));
  entry.content = R"("size":12,"text":"<DLSMessage>")";
  EXPECT_EQ(left_out(har_read(har_of({entry}))), "0 of 1");
  entry.content = R"("size":0,"text":"")";  // and an empty one
  const Transcript transcript = har_read(har_of({entry}));
  EXPECT_EQ(left_out(transcript), "0 of 1");
  EXPECT_THAT(told(transcript), ::testing::Contains("interaction_ended phone-1 1 unclean: an empty answer"));
}

TEST(Har, TakesAWholeMessageWhateverItsSizeIsSaidToBe) {
  HarEntry entry = talk("A1", "start-up", "CleanUp", mac("00:1A:E8:00:00:01"));
  entry.content = R"("size":99999,"text":")" + service_says("A1", "CleanUp") + "\"";
  EXPECT_EQ(left_out(har_read(har_of({entry}))), "0 of 1");
}

TEST(Har, KeepsHeadersAsTheyWereAndMakesOneHostOfAnAuthority) {
  HarEntry entry = talk("A1", "start-up", "CleanUp", mac("00:1A:E8:00:00:01"));
  entry.request_headers = R"([{"name":":authority","value":"service:18443"},{"name":":path","value":"/x"}])";
  entry.headers =
      R"([{"name":"X","value":"1"},{"name":"x","value":"2"},{"name":"Set-Cookie","value":"a=1\nb=2"}])";
  entry.version = "h2";
  const auto exchanges = exchanges_of(har_read(har_of({entry})));
  ASSERT_EQ(exchanges.size(), 1U);
  EXPECT_EQ(exchanges[0].request.headers, (wpi::Headers{{"Host", "service:18443"}}));
  EXPECT_EQ(exchanges[0].response->headers,
            (wpi::Headers{{"X", "1"}, {"x", "2"}, {"Set-Cookie", "a=1"}, {"Set-Cookie", "b=2"}}));
  EXPECT_TRUE(exchanges[0].untold.has(Fact::version));
}

TEST(Har, TakesTheBytesOfBase64ForExactAndThoseOfTextNot) {
  HarEntry text = talk("A1", "start-up", "CleanUp", mac("00:1A:E8:00:00:01"));
  HarEntry bytes = text;
  bytes.content = R"("size":4,"encoding":"base64","text":"PGEvPg==")";
  const auto exchanges = exchanges_of(har_read(har_of({text, bytes})));
  ASSERT_EQ(exchanges.size(), 2U);
  EXPECT_TRUE(exchanges[0].untold.has(Fact::bytes));
  EXPECT_FALSE(exchanges[1].untold.has(Fact::bytes));
  EXPECT_EQ(exchanges[1].response->body, "<a/>");
}

TEST(Har, DoesNotTakeTimesThatNobodyMeasuredForTimes) {
  for (const char* timings : {R"({"send":-1,"wait":-1,"receive":-1})", R"({"send":0,"wait":0,"receive":0})",
                              "null", R"({"wait":"x"})"}) {
    HarEntry entry = talk("A1", "start-up", "CleanUp", mac("00:1A:E8:00:00:01"));
    entry.timings = timings;
    const auto exchanges = exchanges_of(har_read(har_of({entry})));
    ASSERT_EQ(exchanges.size(), 1U);
    EXPECT_TRUE(exchanges[0].untold.has(Fact::times)) << timings;
  }
}

TEST(Har, OfABrowserThatLeftCookiesOutTellsNothingOfCookies) {
  const HarEntry plain = talk("A1", "start-up", "CleanUp", mac("00:1A:E8:00:00:01"));
  HarEntry set = plain;
  set.headers = R"([{"name":"set-cookie","value":"S=1"}])";
  const std::string chrome = R"({"name":"WebInspector","version":"537.36"})";
  EXPECT_TRUE(exchanges_of(har_read(har_of({plain}, chrome))).at(0).untold.has(Fact::cookies));
  EXPECT_FALSE(exchanges_of(har_read(har_of({set}, chrome))).at(0).untold.has(Fact::cookies));
  EXPECT_FALSE(exchanges_of(har_read(har_of({plain}))).at(0).untold.has(Fact::cookies));
}

TEST(Har, SaysWhatWasAnsweredByNobody) {
  HarEntry aborted = talk("A1", "start-up", "CleanUp", mac("00:1A:E8:00:00:01"));
  aborted.status = 0;
  const HarEntry reply = talk("Z9", "reply-to ReadItems", "CleanUp");
  HarEntry strange = aborted;
  strange.url = "wss://service/socket";
  const Transcript transcript = har_read(har_of({reply, strange, aborted}));
  EXPECT_EQ(left_out(transcript),
            "3 of 3, 1 is not as HAR has them (entry 2), "
            "1 does not tell whose it is (entry 1, POST /DeploymentService/LoginService), "
            "1 has no answer (entry 3, POST /DeploymentService/LoginService)");
}

TEST(Har, CountsAMessageThatIsSaidAgainAsAnotherAttempt) {
  HarEntry lost = talk("A1", "start-up", "CleanUp", mac("00:1A:E8:00:00:01"));
  const HarEntry again = lost;
  lost.status = 0;
  const auto exchanges = exchanges_of(har_read(har_of({lost, again})));
  ASSERT_EQ(exchanges.size(), 2U);
  EXPECT_EQ(exchanges[1].attempt, 2U);
  EXPECT_EQ(exchanges[1].message, 1U);
}

TEST(Har, MayBeginWithAByteOrderMarkAndHoldWhatNobodyKnows) {
  const std::string har =
      "\xEF\xBB\xBF \n" + har_of({talk("A1", "start-up", "CleanUp", mac("00:1A:E8:00:00:01"))});
  EXPECT_EQ(left_out(har_read(har)), "0 of 1");
  EXPECT_EQ(left_out(har_read(R"({"log":{"entries":[7,null,{},{"request":null},{"request":{"url":7}}]}})")),
            "3 of 3, 3 are not as HAR has them (first: entry 1)");
}

TEST(Har, IsRefusedInOneLineWhereItIsNone) {
  using namespace std::string_literals;
  const std::string deep(100'000, '[');
  const std::pair<std::string, const char*> cases[] = {
      {R"({"log":{"ent)", "is cut off before its first entry is whole, at byte 12"},
      {R"({"log":{"entries":[)" + deep + "}", "is no JSON"},
      {R"({"log":{"entries":[{"a":)" + deep, "is no JSON"},
      {"{\"log\":{\"entries\":[{\"a\":\"\xFF\xFE\"}]}}", "is no JSON"},
      {"{\"log\":{\"entries\":[{\"a\":\"\0\"}]}}"s, "is no JSON"},
      {R"({"log":{}})", "has no list of entries"},
      {R"({"log":[]})", "has no list of entries"},
      {R"({"log":{"entries":{}}})", "has no list of entries"},
  };
  for (const auto& [har, text] : cases) {
    const auto transcript = read(har);
    ASSERT_FALSE(transcript) << har.substr(0, 60);
    EXPECT_THAT(transcript.error().text, HasSubstr(text)) << har.substr(0, 60);
    EXPECT_EQ(transcript.error().text.find_first_of("\n\x1B"), std::string::npos);
  }
}

// Two phones in turn, many interactions.
std::vector<HarEntry> many_talks(int count) {
  std::vector<HarEntry> entries;
  for (int n = 0; n < count; ++n) {
    const std::string second = std::to_string(10 + n / 2 % 50), minute = std::to_string(10 + n / 100);
    HarEntry entry = talk("A" + std::to_string(n), "start-up", "CleanUp", mac(n % 2 ? "00:1A:E8:00:00:01" : "00:1A:E8:00:00:02"));
    entry.started = "2026-11-27T10:" + minute + ":" + second + (n % 2 ? ".500Z" : ".000Z");
    entries.push_back(entry);
  }
  return entries;
}

Transcript read_in_window(const std::string& har, std::size_t window) {
  std::istringstream in(har);
  Transcript out;
  auto extent = read_har(
      in,
      [&](Entry entry) {
        out.entries.push_back(std::move(entry));
        return true;
      },
      window);
  EXPECT_TRUE(extent) << extent.error().text;
  if (extent) static_cast<Extent&>(out) = std::move(*extent);
  return out;
}

TEST(Har, LargerThanTheWindowTellsTheSame) {
  std::vector<HarEntry> entries = many_talks(200);
  for (std::size_t n = 10; n + 3 < entries.size(); n += 10) std::swap(entries[n], entries[n + 3]);  // out of order, but not by much
  const std::string har = har_of(entries);
  const Transcript whole = read_in_window(har, har.size()), passing = read_in_window(har, 20'000);
  EXPECT_EQ(told(passing), told(whole));
  EXPECT_EQ(left_out(passing), left_out(whole));
  EXPECT_EQ(std::get<Start>(passing.entries.front()).time, std::get<Start>(whole.entries.front()).time);
}

// A file of any length, which is nowhere whole.
class Endless : public std::streambuf {
 public:
  Endless(std::string head, std::string piece, std::size_t times, std::string tail)
      : head_(std::move(head)), piece_(std::move(piece)), tail_(std::move(tail)), times_(times) {
    setg(head_.data(), head_.data(), head_.data() + head_.size());
  }
 private:
  // To its beginning, which is all that a reader asks for.
  pos_type seekpos(pos_type, std::ios_base::openmode) override {
    given_ = 0;
    setg(head_.data(), head_.data(), head_.data() + head_.size());
    return 0;
  }
  int_type underflow() override {
    std::string& next = given_ < times_ ? piece_ : tail_;
    if (given_++ > times_) return traits_type::eof();
    setg(next.data(), next.data(), next.data() + next.size());
    return traits_type::to_int_type(*gptr());
  }
  std::string head_, piece_, tail_;
  std::size_t times_, given_ = 0;
};

TEST(Har, OfManyTimesTheWindowIsHandedOverWhileItIsRead) {
  const std::string har = har_of({talk("A1", "start-up", "CleanUp", mac("00:1A:E8:00:00:01"))});
  const std::size_t from = har.find("[{") + 1, to = har.rfind(']');
  Endless bytes(har.substr(0, from), har.substr(from, to - from) + ",", 2'000, har.substr(from));
  std::istream in(&bytes);
  std::size_t exchanges = 0;
  const auto extent = read_har(
      in, [&](const Entry& entry) { return (exchanges += std::holds_alternative<Exchange>(entry)) > 0 || exchanges == 0; }, 100'000);
  ASSERT_TRUE(extent) << extent.error().text;
  EXPECT_EQ(exchanges, 2'001U);
  EXPECT_EQ(extent->recorded, 2'001U);
}

TEST(Har, CutAtAnyByteIsReadAsFarAsItIsWholeAndSaysSo) {
  const std::string har = har_of({talk("A1", "start-up", "ReadItems", mac("00:1A:E8:00:00:01")), talk("A2", "start-up", "CleanUp", mac("00:1A:E8:00:00:02")),
                                  talk("A3", "start-up", "CleanUp", mac("00:1A:E8:00:00:03"))});
  const std::vector<std::string> whole = told(har_read(har));
  std::size_t read_so_far = 0;
  for (std::size_t cut = 0; cut < har.find_last_of('}'); ++cut) {
    const auto transcript = read(std::string_view(har).substr(0, cut));
    if (!transcript) {
      EXPECT_EQ(read_so_far, 0U) << cut;
      EXPECT_EQ(transcript.error().text.find('\n'), std::string::npos);
      continue;
    }
    EXPECT_THAT(transcript->cut_off, HasSubstr("it is cut off at byte " + std::to_string(cut) + ", after ")) << cut;
    EXPECT_GE(transcript->recorded, read_so_far);
    read_so_far = transcript->recorded;
    const std::size_t exchanges = exchanges_of(*transcript).size();
    EXPECT_EQ(exchanges, transcript->recorded);
  }
  EXPECT_EQ(read_so_far, 3U);
}

TEST(Har, WithNulInAMessageIsReadToItsEnd) {
  HarEntry entry = talk("A1", "start-up", "CleanUp", mac("00:1A:E8:00:00:01"));
  entry.content = R"("size":3,"text":"a\u0000b")";
  const auto exchanges = exchanges_of(har_read(har_of({entry})));
  ASSERT_EQ(exchanges.size(), 1U);
  EXPECT_EQ(exchanges[0].response->body, std::string("a\0b", 3));
}

}  // namespace
}  // namespace understudy::transcript
