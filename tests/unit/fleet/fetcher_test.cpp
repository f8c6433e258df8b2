// Files that a service orders, from the order to what the phone holds and says.
#include "fleet/fetcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <optional>

#include "certs/authority.h"
#include "net/server.h"
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

class Fetching : public ::testing::Test {
 protected:
  // Serves this file whatever is asked for.
  void serve(const std::string& body) {
    const auto authority = certs::Authority::make(std::chrono::system_clock::now()).value();
    const auto pem = authority.issue(certs::profile_of(certs::Ready::wrong_name, {"127.0.0.1"})).value();
    net::ServerSettings settings;
    settings.tls = net::ServerTls{pem.certificate, pem.key};
    server_ = net::Server::listen(loop_, settings, [body](const wpi::HttpRequest&, const net::Caller&) {
                net::Served served;
                served.bytes = ok(body);
                served.close = true;
                return served;
              }).value();
  }
  phone::File file(const std::string& name, const std::string& type = "LOGO") const {
    phone::File out;
    out.name = name;
    out.type = type;
    out.source.url = "https://127.0.0.1:" + std::to_string(server_->port()) + "/" + name;
    return out;
  }
  void SetUp() override {
    fetcher_.emplace(loop_, net::MayConnect{}, store_);
    fetcher_->record = [this](const std::string& phone, const std::string& text) {
      told_.push_back(phone + ": " + text);
    };
  }
  void order(std::vector<phone::File> files, std::uint32_t number = 1, const char* model = "60") {
    fetcher_->fetch({"phone-1", mac, *items::model_named(model), "127.0.0.11", net::TlsProfile::current,
                     number, std::move(files)},
                    [this](std::vector<phone::Download> results) { results_ = std::move(results); });
  }
  std::vector<std::string> results() {
    loop_.run([&] { return results_.has_value(); }, 20s);
    std::vector<std::string> out;
    for (const phone::Download& result : results_.value_or(std::vector<phone::Download>{}))
      out.push_back(result.ok ? "ok" : result.why);
    return out;
  }

  net::EventLoop loop_;
  FilesInMemory store_;
  std::unique_ptr<net::Server> server_;
  std::optional<Fetcher> fetcher_;
  std::optional<std::vector<phone::Download>> results_;
  std::vector<std::string> told_;
};

TEST_F(Fetching, KeepsWhatTheModelCanUseAndSaysSo) {
  serve(png_of(240, 70));
  order({file("a.png"), file("b.png", "PIC")});
  EXPECT_THAT(results(), ElementsAre("ok", "ok"));
  EXPECT_EQ(*store_.find(mac, "LOGO", "a.png"), png_of(240, 70));
  ASSERT_THAT(told_, SizeIs(2));
  EXPECT_THAT(told_[0], HasSubstr("phone-1: LOGO a.png from https://127.0.0.1:" +
                                  std::to_string(server_->port()) + "/a.png: ok, 63 bytes, "));
  EXPECT_THAT(told_[0], HasSubstr("; its certificate is for another host"));
}

TEST_F(Fetching, KeepsNothingThatTheModelCannotUseAndLeavesWhatWasThere) {
  serve(png_of(480, 142));
  store_.put(mac, "LOGO", "a.png", std::make_shared<const std::string>("old"));
  order({file("a.png")});
  EXPECT_THAT(results(),
              ElementsAre("it is a PNG that cannot be used: its 480 x 142 pixels are more than 240 x 70"));
  EXPECT_EQ(*store_.find(mac, "LOGO", "a.png"), "old");
  EXPECT_THAT(told_, ElementsAre(HasSubstr("not taken: it is a PNG that cannot be used")));
}

TEST_F(Fetching, ThatIsGivenUpTellsNobodyAndKeepsNothing) {
  serve(png_of(240, 70));
  order({file("a.png")});
  fetcher_->give_up("phone-1", 1);
  fetcher_->give_up("phone-1", 7);
  order({file("b.png")}, 2);
  EXPECT_THAT(results(), ElementsAre("ok"));
  EXPECT_THAT(store_.list(mac), SizeIs(1));
  EXPECT_THAT(told_, SizeIs(1));
}

TEST_F(Fetching, ForgetsOneFileOrAll) {
  serve(png_of(240, 70));
  order({file("a.png"), file("b.png"), file("c.png")});
  results();
  fetcher_->forget(mac, "LOGO", "a.png");
  EXPECT_THAT(store_.list(mac), SizeIs(2));
  fetcher_->forget(mac, "", "");
  EXPECT_THAT(store_.list(mac), IsEmpty());
}

TEST_F(Fetching, EndsAtOnceWithWhatIsUnderWay) {
  serve(png_of(240, 70));
  order({file("a.png")});
  fetcher_.reset();
  loop_.run([] { return false; }, 50ms);
  EXPECT_FALSE(results_);
}

}  // namespace
}  // namespace understudy::fleet
