// Triggers carried out: HTTP against a real server, commands with a real shell.
#include "scenarios/trigger_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "net/event_loop.h"
#include "net/https_carrier.h"
#include "net/server.h"
#include "support/folder.h"

namespace understudy::scenarios {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

const phone::Identity who{"00:1A:E8:FF:00:0B", "4930000001", "127.0.0.11"};

class TriggerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto listening = net::Server::listen(loop, {}, [this](const wpi::HttpRequest& request, const net::Caller&) {
      asked = request;
      return answer;
    });
    ASSERT_TRUE(listening) << listening.error();
    server = std::move(*listening);
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(server->port()); }
  static std::string http(const std::string& attributes, const std::string& body = "") {
    return "<http " + attributes + ">" + body + "</http>";
  }
  TriggerResult result_of(const std::string& how) {
    const auto triggers = parse_triggers(
        "t.xml", "<triggers xmlns=\"urn:understudy:triggers:1\"><trigger job=\"read\">" + how + "</trigger></triggers>", [](const auto&) { return ""; });
    if (!triggers) throw std::logic_error(triggers.error().one_line());
    std::optional<TriggerResult> result;
    runner.start(triggers->all.front(), who, [&](TriggerResult came) { result = std::move(came); });
    EXPECT_FALSE(result) << "called from the loop";
    EXPECT_TRUE(loop.run([&] { return result.has_value(); }, 60s));
    return result.value_or(TriggerResult{});
  }
  std::string failure_of(const std::string& how) {
    const TriggerResult result = result_of(how);
    if (result) return "it was a success";
    said = result.error().said;
    return result.error().why;
  }
  void answer_with(const std::string& status, const std::string& body = "") {
    answer.bytes = "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }

  net::EventLoop loop;
  net::HttpsCarrier carrier{loop};
  std::unique_ptr<net::Server> server;
  net::Served answer{"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"};
  std::optional<wpi::HttpRequest> asked;
  TriggerRunner runner{loop, carrier};
  std::string said;
};

TEST_F(TriggerTest, CallsAsItIsWritten) {
  EXPECT_TRUE(result_of(http("url=\"" + url() + "/phones/{mac}/jobs?number={number}\"", "\n  {\"mac\": \"{mac-plain}\"}\n")));
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->method, "POST");
  EXPECT_EQ(asked->target, "/phones/00:1A:E8:FF:00:0B/jobs?number=4930000001");
  EXPECT_EQ(asked->body, "{\"mac\": \"001AE8FF000B\"}");
  EXPECT_EQ(*wpi::find_header(asked->headers, "Content-Type"), "application/json");
  EXPECT_EQ(*wpi::find_header(asked->headers, "Content-Length"), "23");
  EXPECT_EQ(*wpi::find_header(asked->headers, "Host"), url().substr(7));
}

TEST_F(TriggerTest, CallsWithoutABodyWhereThereIsNone) {
  EXPECT_TRUE(result_of(http("url=\"" + url() + "/go\" method=\"GET\"")));
  EXPECT_EQ(asked->method, "GET");
  EXPECT_EQ(wpi::find_header(asked->headers, "Content-Type"), nullptr);
}

TEST_F(TriggerTest, TakesTheStatusesForASuccessThatAreWritten) {
  answer_with("404 Not Found", "no such phone");
  EXPECT_EQ(failure_of(http("url=\"" + url() + "/jobs?token=secret\"")), "POST " + url() + "/jobs was answered with status 404");
  EXPECT_EQ(said, "no such phone");
  EXPECT_TRUE(result_of(http("url=\"" + url() + "\" success=\"2xx 404\"")));
  answer_with("202 Accepted");
  EXPECT_THAT(failure_of(http("url=\"" + url() + "\" success=\"200 201\"")), HasSubstr("status 202"));
  EXPECT_TRUE(result_of(http("url=\"" + url() + "\"")));
}

TEST_F(TriggerTest, SaysWhyNobodyAnswered) {
  const std::string gone = url();
  server->stop();
  EXPECT_THAT(failure_of(http("url=\"" + gone + "/jobs\"")), HasSubstr("POST " + gone + "/jobs: "));
}

TEST_F(TriggerTest, DoesNotWaitLongerForAnAnswerThanItIsWritten) {
  answer.after = 1h;
  EXPECT_THAT(failure_of(http("url=\"" + url() + "/jobs\" timeout=\"50ms\"")), HasSubstr("took longer than 50 ms"));
}

TEST_F(TriggerTest, GoesWhereTheCarrierMayConnectAlone) {
  carrier.may_connect = [](const std::string&, const std::string&) { return false; };
  EXPECT_THAT(failure_of(http("url=\"" + url() + "/jobs\"")), HasSubstr("127.0.0.1"));
  EXPECT_FALSE(asked);
}

TEST_F(TriggerTest, RunsACommandWithThePhoneInIt) {
  const Folder folder;
  EXPECT_TRUE(result_of("<command>echo {mac} \"$UNDERSTUDY_NUMBER\" &gt;'" + (folder / "said") + "'</command>"));
  EXPECT_EQ(contents(folder / "said"), "00:1A:E8:FF:00:0B 4930000001\n");
}

TEST_F(TriggerTest, SaysHowACommandFailed) {
  EXPECT_EQ(failure_of("<command>echo no such phone; exit 3</command>"), "the command ended with status 3");
  EXPECT_EQ(said, "no such phone\n");
  EXPECT_EQ(failure_of("<command>kill -KILL $$</command>"), "the command was ended by signal 9");
  EXPECT_EQ(failure_of("<command timeout=\"50ms\">sleep 1000</command>"), "the command took longer than 50 ms");
}

}  // namespace
}  // namespace understudy::scenarios
