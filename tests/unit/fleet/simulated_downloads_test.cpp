// Downloads in simulated time: what came, what did not, and how long that took.
#include "fleet/simulated_downloads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <optional>

#include "support/media.h"

namespace understudy::fleet {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::string mac = "00:1A:E8:FF:00:01";

std::string ok(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

phone::File file(const std::string& url, const std::string& type = "LOGO") {
  phone::File out;
  out.name = url.substr(url.rfind('/') + 1);
  out.type = type;
  out.source.url = url;
  return out;
}

const std::string place = "https://127.0.0.1:18443/";

class SimulatedFetching : public ::testing::Test {
 protected:
  void SetUp() override {
    downloads.record = [this](const std::string& phone, const std::string& text) {
      told.push_back(phone + ": " + text);
    };
  }
  void order(std::vector<phone::File> files) {
    downloads.fetch({"phone-1", mac, *items::model_named("60"), "127.0.0.11", net::TlsProfile::current, 1,
                     std::move(files)},
                    [this](std::vector<phone::Download> all) { results = std::move(all); });
  }
  std::vector<std::string> said() {
    clock.run([&] { return results.has_value(); }, 1h);
    std::vector<std::string> out;
    for (const phone::Download& result : results.value_or(std::vector<phone::Download>{}))
      out.push_back(result.ok ? "ok" : result.why);
    return out;
  }
  // Of one file, where the service serves that.
  std::string why(net::Served answer, const std::string& url = place + "a.png") {
    served = std::move(answer);
    results.reset();
    order({file(url)});
    const auto all = said();
    return all.size() == 1 ? all.front() : "no result";
  }

  SimulatedClock clock;
  FilesInMemory store;
  net::Served served{.bytes = ok(png_of(240, 70))};
  std::vector<std::string> asked;
  SimulatedDownloads::Settings settings{
      .is_there = [](const std::string& at) { return at == "127.0.0.1:18443"; }};
  SimulatedDownloads downloads{
      clock,
      [this](const wpi::HttpRequest& request, const net::Caller& caller, microseconds now) {
        const std::string* who = wpi::find_header(request.headers, "Authorization");
        asked.push_back(request.method + " " + request.target + " " + caller.remote + " " +
                        std::to_string(now / 1ms) + (who ? " " + *who : ""));
        return served;
      },
      store, settings};
  std::optional<std::vector<phone::Download>> results;
  std::vector<std::string> told;
};

TEST_F(SimulatedFetching, AsksTheServiceForOneFileAfterTheOtherAndKeepsThem) {
  phone::File second = file(place + "b%20c.png?x=1", "PIC");
  second.name = "b.png";
  second.source.username = "desk";
  second.source.password = "geheim";
  order({file(place + "a.png"), second});
  EXPECT_FALSE(results) << "never at once";
  EXPECT_THAT(said(), ElementsAre("ok", "ok"));
  EXPECT_THAT(asked, ElementsAre("GET /a.png 127.0.0.11:40000 5",
                                 "GET /b%20c.png?x=1 127.0.0.11:40000 11 Basic ZGVzazpnZWhlaW0="));
  EXPECT_EQ(*store.find(mac, "LOGO", "a.png"), png_of(240, 70));
  EXPECT_EQ(clock.now(), 12ms);
  ASSERT_THAT(told, SizeIs(2));
  EXPECT_EQ(told[0], "phone-1: LOGO a.png from https://127.0.0.1:18443/a.png: ok, 63 bytes, 6 ms");
  downloads.forget(mac, "LOGO", "a.png");
  EXPECT_THAT(store.list(mac), SizeIs(1));
  downloads.forget(mac, "", "");
  EXPECT_THAT(store.list(mac), IsEmpty());
}

TEST_F(SimulatedFetching, LeavesFirmwareToThePhone) {
  served.bytes = ok("an image");
  order({file(place + "V3.img", "APP")});
  EXPECT_THAT(said(), ElementsAre("ok"));
  EXPECT_EQ(*results->front().content, "an image");
  EXPECT_THAT(store.list(mac), IsEmpty());
}

TEST_F(SimulatedFetching, SaysWhatWentWrong) {
  EXPECT_EQ(why({.bytes = ok(png_of(480, 142))}),
            "it is a PNG that cannot be used: its 480 x 142 pixels are more than 240 x 70");
  EXPECT_EQ(why({.bytes = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"}),
            "the server does not have it: 404 \"Not Found\"");
  EXPECT_EQ(why({.bytes = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"}),
            "the server does not take user and password: 401 \"Unauthorized\"");
  EXPECT_EQ(why({.bytes = ok("")}), "the file is empty");
  EXPECT_EQ(why({.bytes = ok(std::string(2'000'000, 'x'))}),
            "it is larger than the 1048576 bytes that a phone takes");
  EXPECT_EQ(why({.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\n123", .close = true}),
            "the connection was lost after 3 of 300 bytes");
  EXPECT_EQ(why({.bytes = "hello\r\n\r\n", .close = true}), "what the server answers is no HTTP");
  EXPECT_EQ(why({.bytes = "", .close = true}), "the server closed the connection");
  EXPECT_EQ(why({.bytes = ""}), "timed out: nothing came for 30 s");
  EXPECT_EQ(why({.bytes = ok("x"), .after = 1min}), "timed out: nothing came for 30 s");
  EXPECT_THAT(store.list(mac), IsEmpty());
}

TEST_F(SimulatedFetching, FetchesFromNowhereElse) {
  const auto asked_before = asked.size();
  EXPECT_EQ(why(served, "https://192.0.2.9/a.png"), "connection refused: nothing listens on 192.0.2.9:443");
  EXPECT_EQ(why(served, "https:///a.png"), "its URL names no host");
  phone::File by_ftp = file("/a.png");
  by_ftp.source.url.clear();
  by_ftp.source.server = "192.0.2.9";
  results.reset();
  order({by_ftp});
  EXPECT_THAT(said(), ElementsAre("in simulated time nothing is fetched by FTP"));
  EXPECT_EQ(asked.size(), asked_before);
}

TEST_F(SimulatedFetching, TakesAsLongAsTheServiceLets) {
  EXPECT_EQ(why({.bytes = ok(png_of(240, 70)), .after = 5s}), "ok");
  EXPECT_EQ(clock.now(), 5006ms);
}

TEST_F(SimulatedFetching, ThatIsGivenUpTellsNobodyAndKeepsNothing) {
  order({file(place + "a.png")});
  downloads.give_up("phone-1", 1);
  downloads.give_up("phone-1", 7);
  EXPECT_THAT(said(), IsEmpty());
  EXPECT_THAT(store.list(mac), IsEmpty());
  EXPECT_THAT(told, IsEmpty());
}

}  // namespace
}  // namespace understudy::fleet
