#include "net/door.h"

#include <atomic>
#include <gmock/gmock.h>
#include <thread>

#include "net/local_address.h"
#include "unit/net/net_support.h"

namespace understudy::net {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

// As the guide prints it (p.15).
constexpr std::string_view acknowledgement =
    "HTTP/1.1 204 No Content\r\nServer: DlsClient\r\nContent-Length: 0\r\nContent-type: text/html\r\n\r\n";

std::string contact_me(std::string_view headers = "") {
  return "POST /contact_dls.html/ContactDLS HTTP/1.1\r\n"
         "Content-type: application/x-www-form-urlencoded; charset=utf-8\r\n"
         "User-Agent: Jakarta Commons-HttpClient/2.0final\r\nHost: 127.0.0.11:8085\r\n" +
         std::string(headers) + "Content-Length: 14\r\n\r\nContactMe=true";
}

// A door of 127.0.0.11, .12, and .13 whose web server is dead.
class OpenDoor : public Carried {
 protected:
  OpenDoor() { settings_.port = 0; }

  void open() { door_.emplace(Door::open(loop_, settings_, handler()).value()); }
  DoorHandler handler() {
    return [this](const std::string& address, const wpi::HttpRequest&, const ContactCall& call,
                  const Caller& caller) {
      calls_.push_back(address + ' ' + call.method + ' ' + call.path);
      last_ = caller;
      if (address == "127.0.0.11" || address == "127.0.0.12" || address == "::1")
        return DoorAnswer::acknowledged;
      return address == "127.0.0.13" ? DoorAnswer::silent : DoorAnswer::nobody;
    };
  }
  // All that came until the door closed, or so many bytes.
  std::string say(const std::string& address, std::string_view bytes, std::optional<std::size_t> until = {}) {
    RawClient client(loop_, door_->port(), address);
    client.send(bytes);
    EXPECT_TRUE(until ? client.until(*until) : client.until_closed());
    return client.heard();
  }

  DoorSettings settings_;
  std::optional<Door> door_;
  std::vector<std::string> calls_;
  Caller last_;
};

TEST_F(OpenDoor, AcknowledgesAsTheGuidePrintsIt) {
  open();
  EXPECT_EQ(say("127.0.0.11", contact_me(), acknowledgement.size()), acknowledgement);
  EXPECT_EQ(say("127.0.0.11", "GET /contact_dls.html/ContactDLS?ContactMe=false HTTP/1.1\r\n\r\n",
                acknowledgement.size()),
            acknowledgement);
  EXPECT_THAT(calls_, ElementsAre("127.0.0.11 POST /contact_dls.html/ContactDLS",
                                  "127.0.0.11 GET /contact_dls.html/ContactDLS"));
  EXPECT_FALSE(last_.encrypted);
}

TEST_F(OpenDoor, AnswersWhatIsNoContactMeToo) {
  open();
  const std::string rest = "Server: DlsClient\r\nContent-Length: 0\r\nContent-type: text/html\r\n";
  const std::string close = " HTTP/1.1\r\nConnection: close\r\n\r\n";
  EXPECT_EQ(say("127.0.0.11", "POST /server_push.html/ServerPush" + close),
            "HTTP/1.1 200 OK\r\n" + rest + "\r\n");
  EXPECT_EQ(say("127.0.0.11", "GET /index.html" + close), "HTTP/1.1 404 Not Found\r\n" + rest + "\r\n");
  for (const std::string method : {"HEAD", "PUT"})
    EXPECT_EQ(say("127.0.0.11", method + " /contact_dls.html/ContactDLS" + close),
              "HTTP/1.1 405 Method Not Allowed\r\n" + rest + "Allow: GET, POST\r\n\r\n");
  EXPECT_EQ(calls_.size(), 4U);
}

TEST_F(OpenDoor, TellsPhonesApartByTheAddressThatWasCalled) {
  open();
  RawClient first(loop_, door_->port(), "127.0.0.11"), second(loop_, door_->port(), "127.0.0.12");
  second.send(contact_me());
  ASSERT_TRUE(second.until(acknowledgement.size()));
  first.send(contact_me());
  ASSERT_TRUE(first.until(acknowledgement.size()));
  EXPECT_THAT(calls_, ElementsAre(StartsWith("127.0.0.12 "), StartsWith("127.0.0.11 ")));
}

TEST_F(OpenDoor, ClosesUnansweredWhereNobodyOrNoServerIs) {
  open();
  for (const char* address : {"127.0.0.1", "127.0.0.13", "127.9.9.9"})
    EXPECT_EQ(say(address, contact_me()), "");
  EXPECT_THAT(calls_,
              ElementsAre(StartsWith("127.0.0.1 "), StartsWith("127.0.0.13 "), StartsWith("127.9.9.9 ")));
}

TEST_F(OpenDoor, AnswersNothingWhateverComesWhereItKnowsThatNobodyIs) {
  settings_.is_phone = [](const std::string& address) { return address == "127.0.0.11"; };
  open();
  EXPECT_EQ(say("127.0.0.12", contact_me()), "");
  EXPECT_EQ(say("127.0.0.12", "no HTTP at all\r\n"), "");
  EXPECT_THAT(calls_, IsEmpty());
  EXPECT_THAT(say("127.0.0.11", "no HTTP at all\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_EQ(say("127.0.0.11", contact_me(), acknowledgement.size()), acknowledgement);
}

TEST_F(OpenDoor, KeepsTheConnectionUnlessItsCallerWantsItClosed) {
  open();
  RawClient client(loop_, door_->port(), "127.0.0.11");
  for (std::size_t n = 1; n <= 3; ++n) {
    client.send(contact_me("Connection: keep-alive\r\n"));
    ASSERT_TRUE(client.until(n * acknowledgement.size()));
  }
  client.send(contact_me("Connection: TE, Close\r\n"));
  ASSERT_TRUE(client.until_closed());
  EXPECT_EQ(client.heard().size(), 4 * acknowledgement.size());
}

TEST_F(OpenDoor, RefusesWhatIsNoRequestOrTooLarge) {
  open();
  const std::string post = "POST /contact_dls.html/ContactDLS HTTP/1.1\r\n";
  EXPECT_THAT(say("127.0.0.11", "\x16\x03\x01 hello\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(say("127.0.0.11", post + "Content-Length: many\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(say("127.0.0.11", post + "X: " + std::string(50'000, 'x')), StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(say("127.0.0.11", post + "Content-Length: 4000000000\r\n\r\n" + std::string(50'000, 'x')),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(
      say("127.0.0.11", post + "Transfer-Encoding: chunked\r\n\r\nffff\r\n" + std::string(50'000, 'x')),
      StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(calls_, IsEmpty());
  EXPECT_EQ(say("127.0.0.11", contact_me(), acknowledgement.size()), acknowledgement);
}

TEST_F(OpenDoor, TakesCallsOnTheWebPortsToo) {
  settings_.web_ports = {{0, std::nullopt}, {0, tls_of()}};
  open();
  const auto call = [&](std::uint16_t port, bool tls) {
    Order what = order(port, tls);
    what.target.host = "127.0.0.12";
    what.request = {"POST",
                    std::string(contact_path),
                    {{"Host", "127.0.0.12"}, {"Accept", "*/*"}, {"Content-Length", "14"}},
                    "ContactMe=true"};
    const transcript::Exchange x = carry(what);
    EXPECT_EQ(x.outcome, transcript::Outcome::answered) << x.failure;
    EXPECT_EQ(last_.encrypted, tls);
    return x.response ? x.response->head : std::string();
  };
  EXPECT_EQ(call(door_->web_port(0), false), acknowledgement);
  EXPECT_EQ(call(door_->web_port(1), true), acknowledgement);
  EXPECT_EQ(call(door_->port(), false), acknowledgement);
  EXPECT_THAT(calls_,
              ElementsAre(StartsWith("127.0.0.12 "), StartsWith("127.0.0.12 "), StartsWith("127.0.0.12 ")));
}

TEST_F(OpenDoor, KnowsAnIpv4AddressThatWasCalledOverAnIpv6Socket) {
  settings_.address = "::";
  auto both = Door::open(loop_, settings_, handler());
  if (!both) GTEST_SKIP() << both.error();
  door_.emplace(std::move(*both));
  EXPECT_EQ(say("::1", contact_me(), acknowledgement.size()), acknowledgement);
  EXPECT_THAT(last_.local, StartsWith("[::1]:"));
  EXPECT_EQ(say("127.0.0.11", contact_me(), acknowledgement.size()), acknowledgement);
  EXPECT_THAT(last_.local, StartsWith("[::ffff:127.0.0.11]:"));
  EXPECT_THAT(calls_, ElementsAre(StartsWith("::1 "), StartsWith("127.0.0.11 ")));
}

TEST_F(OpenDoor, MayBeDestroyedByItsHandler) {
  const auto destroying = [&](const auto&, const auto&, const auto&, const auto&) {
    door_.reset();
    return DoorAnswer::acknowledged;
  };
  door_.emplace(Door::open(loop_, settings_, destroying).value());
  EXPECT_EQ(say("127.0.0.11", contact_me()), "");
}

// ---- What it says where it cannot open

TEST_F(OpenDoor, SaysThatItsPortIsTaken) {
  open();
  DoorSettings same;
  same.port = door_->port();
  EXPECT_EQ(Door::open(loop_, same, handler()).error(),
            "the contact-me door: cannot listen on 0.0.0.0:" + std::to_string(same.port) +
                " of device lo: Address already in use");
}

TEST_F(OpenDoor, SaysThatItsDeviceOrAddressIsNone) {
  settings_.device = "nowhere0";
  EXPECT_EQ(Door::open(loop_, settings_, handler()).error(),
            "the contact-me door: cannot listen on 0.0.0.0:0 of device nowhere0: there is no such device");
  settings_.address = "nowhere";
  EXPECT_EQ(Door::open(loop_, settings_, handler()).error(),
            "the contact-me door: \"nowhere\" is no address to listen on");
}

TEST_F(OpenDoor, OpensAllItsPortsOrNone) {
  open();
  DoorSettings other;
  {
    // A free port: it was one a moment ago.
    DoorSettings free;
    free.port = 0;
    other.port = Door::open(loop_, free, handler()).value().port();
  }
  other.web_ports = {{door_->port(), std::nullopt}};
  EXPECT_THAT(Door::open(loop_, other, handler()).error(), HasSubstr("Address already in use"));
  EXPECT_THROW(RawClient(loop_, other.port, "127.0.0.11"), std::exception);
  other.web_ports.clear();
  EXPECT_TRUE(Door::open(loop_, other, handler()));
}

// ---- Without sockets

TEST_F(OpenDoor, AnswersTheSameWithoutASocket) {
  Caller caller;
  caller.local = "127.0.0.12:8085";
  const wpi::HttpRequest request{"POST", std::string(contact_path), {}, "ContactMe=true"};
  Served served = answer_at_door(handler(), request, caller);
  EXPECT_EQ(served.bytes, acknowledgement);
  EXPECT_FALSE(served.close);
  EXPECT_THAT(calls_, ElementsAre("127.0.0.12 POST /contact_dls.html/ContactDLS"));
  for (const char* local : {"127.0.0.13:8085", "10.0.0.1:8085", ""}) {
    caller.local = local;
    served = answer_at_door(handler(), request, caller);
    EXPECT_EQ(served.bytes, "") << local;
    EXPECT_TRUE(served.close) << local;
  }
}

TEST(AddressIn, IsThatOfAnEndpointInWords) {
  EXPECT_EQ(address_in("127.0.0.11:8085"), "127.0.0.11");
  EXPECT_EQ(address_in("[::1]:8085"), "::1");
  EXPECT_EQ(address_in("[fe80::1%eth0]:8085"), "fe80::1");
  EXPECT_EQ(address_in("[::ffff:127.0.0.11]:8085"), "127.0.0.11");
  EXPECT_EQ(address_in("[::ffff:1]:8085"), "::ffff:1");
  EXPECT_EQ(address_in(""), "");
}

// As where a thread has phones of its own: the branch has another loop, which somebody else runs.
TEST_F(OpenDoor, HandsACallForAPhoneOfABranchToItsLoop) {
  EventLoop other;
  std::atomic<int> calls = 0;
  std::thread::id served;
  const Door branch = Door::branch(other, settings_, [&](const std::string&, const auto&, const auto&, const auto&) {
    served = std::this_thread::get_id();
    ++calls;
    return DoorAnswer::acknowledged;
  });
  settings_.branch_of = [&](const std::string& address) { return address == "127.0.0.21" ? &branch : nullptr; };
  open();
  std::atomic<bool> ends = false;
  std::thread runs([&] {
    other.after(std::chrono::milliseconds(1), [] {});
    while (!ends) other.run([&] { return ends.load(); }, std::chrono::milliseconds(10));
  });
  const std::thread::id branch_thread = runs.get_id();
  EXPECT_EQ(say("127.0.0.21", contact_me(), acknowledgement.size()), acknowledgement);
  EXPECT_EQ(say("127.0.0.11", contact_me(), acknowledgement.size()), acknowledgement) << "its own phones are served as ever";
  ends = true;
  runs.join();
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(served, branch_thread);
  EXPECT_THAT(calls_, ElementsAre("127.0.0.11 POST /contact_dls.html/ContactDLS"));
}

}  // namespace
}  // namespace understudy::net
