// Who may call a server, and how much of it one caller can take.
#include <gmock/gmock.h>
#include <sys/socket.h>

#include "unit/net/net_support.h"

namespace understudy::net {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view get = "GET / HTTP/1.1\r\n\r\n";

Handler always(std::string bytes) {
  return [bytes](const wpi::HttpRequest&, const Caller&) {
    Served served;
    served.bytes = bytes;
    return served;
  };
}

// The device that the process's listening socket of a port is bound to.
std::string device_of(std::uint16_t port) {
  for (int fd = 0; fd < 1024; ++fd) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    int listens = 0;
    socklen_t int_size = sizeof listens;
    if (::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &int_size) != 0 || listens == 0 ||
        ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0 ||
        ntohs(address.sin_port) != port)
      continue;
    std::array<char, 64> name{};
    socklen_t name_size = name.size();
    ::getsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name.data(), &name_size);
    return name.data();
  }
  return "not found";
}

TEST_F(PlainServer, TellsWhichAddressWasCalled) {
  std::vector<std::string> called;
  ServerSettings settings;
  settings.address = "0.0.0.0";
  listen(
      [&](const wpi::HttpRequest&, const Caller& caller) {
        called.push_back(caller.local);
        return Served{.bytes = "x"};
      },
      settings);
  const std::string port = ":" + std::to_string(server_->port());
  for (const char* address : {"127.0.0.11", "127.0.0.12", "127.0.0.11"}) {
    RawClient client(loop_, server_->port(), address);
    client.send(get);
    ASSERT_TRUE(client.until(1));
  }
  EXPECT_THAT(called, ElementsAre("127.0.0.11" + port, "127.0.0.12" + port, "127.0.0.11" + port));
}

TEST_F(PlainServer, ClosesUnansweredWhereItsAnswerHasNoBytes) {
  listen([](const wpi::HttpRequest&, const Caller&) {
    Served nothing;
    nothing.close = true;
    return nothing;
  });
  RawClient client(loop_, server_->port());
  client.send(get);
  ASSERT_TRUE(client.until_closed());
  EXPECT_EQ(client.heard(), "");
}

TEST_F(PlainServer, ClosesUnansweredWhomItDoesNotAdmit) {
  ServerSettings settings;
  settings.address = "0.0.0.0";
  settings.admits = [](const Caller& caller) { return caller.local.starts_with("127.0.0.11:"); };
  listen(always("x"), settings);
  for (const std::string_view sent : {get, std::string_view("no HTTP\r\n"), std::string_view()}) {
    RawClient stranger(loop_, server_->port(), "127.0.0.12");
    stranger.send(sent);
    ASSERT_TRUE(stranger.until_closed());
    EXPECT_EQ(stranger.heard(), "") << sent;
  }
  RawClient client(loop_, server_->port(), "127.0.0.11");
  client.send(get);
  EXPECT_TRUE(client.until(1));
}

TEST_F(PlainServer, IsBoundToTheDeviceThatItIsGiven) {
  ServerSettings settings;
  listen(always("x"), settings);
  EXPECT_EQ(device_of(server_->port()), "");
  settings.device = "lo";
  listen(always("x"), settings);
  EXPECT_EQ(device_of(server_->port()), "lo");
  RawClient client(loop_, server_->port());
  client.send(get);
  EXPECT_TRUE(client.until(1));
}

TEST_F(PlainServer, SaysThatADeviceDoesNotExist) {
  ServerSettings settings;
  for (const std::string device : {"nowhere0", "a-name-that-no-device-can-have"}) {
    settings.device = device;
    const auto server = Server::listen(loop_, settings, always("x"));
    ASSERT_FALSE(server);
    EXPECT_EQ(server.error(),
              "cannot listen on 127.0.0.1:0 of device " + device + ": there is no such device");
  }
}

TEST_F(PlainServer, SaysThatThePortIsTakenWhicheverDeviceItIsFor) {
  listen(always("x"));
  ServerSettings settings;
  settings.port = server_->port();
  settings.device = "lo";
  const auto second = Server::listen(loop_, settings, always("x"));
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error(), HasSubstr(" of device lo: Address already in use"));
}

// ---- Time

TEST_F(PlainServer, GivesASlowRequestNoMoreTimeThanASilentCaller) {
  ServerSettings settings;
  settings.idle = milliseconds(60);
  listen(always("never"), settings);
  RawClient client(loop_, server_->port());
  client.send("GET /");
  int sent = 0;
  const std::function<void()> trickle = [&] {
    if (client.closed()) return;
    client.send("x");
    ++sent;
    loop_.after(milliseconds(2), trickle);
  };
  trickle();
  ASSERT_TRUE(client.until_closed());
  EXPECT_EQ(client.heard(), "");
  EXPECT_GT(sent, 1);
}

TEST_F(PlainServer, DoesNotWaitForOneThatTakesNoAnswer) {
  const std::string answer(32'000'000, 'x');
  ServerSettings settings;
  settings.idle = milliseconds(30);
  bool asked = false;
  listen(
      [&](const wpi::HttpRequest&, const Caller&) {
        asked = true;
        Served served;
        served.bytes = answer;
        return served;
      },
      settings);
  asio::ip::tcp::socket socket(loop_.context());
  socket.connect({asio::ip::address_v4::loopback(), server_->port()});
  asio::write(socket, asio::buffer(get));
  ASSERT_TRUE(loop_.run([&] { return asked; }, seconds(10)));
  // It ends with what the system had taken: the rest was given up.
  bool waited = false;
  loop_.after(milliseconds(60), [&] { waited = true; });
  loop_.run([&] { return waited; }, seconds(10));
  std::string piece(65'536, '\0');
  std::size_t heard = 0;
  for (asio::error_code error; !error;) heard += socket.read_some(asio::buffer(piece), error);
  EXPECT_LT(heard, answer.size());
}

// ---- Room

TEST_F(PlainServer, GivesTheRoomOfTheLongestIdleToANewConnection) {
  ServerSettings settings;
  settings.max_connections = 2;
  listen(always("x"), settings);
  RawClient first(loop_, server_->port());
  first.send(get);
  ASSERT_TRUE(first.until(1));
  RawClient second(loop_, server_->port());
  second.send(get);
  ASSERT_TRUE(second.until(1));
  first.send(get);
  ASSERT_TRUE(first.until(2));
  RawClient third(loop_, server_->port());
  third.send(get);
  ASSERT_TRUE(third.until(1));
  EXPECT_TRUE(second.until_closed());
  first.send(get);
  EXPECT_TRUE(first.until(3));
}

// Bytes of a request do not make a connection a fresh one.
TEST_F(PlainServer, TakesTheRoomOfAHalfRequest) {
  ServerSettings settings;
  settings.max_connections = 1;
  listen(always("x"), settings);
  RawClient half(loop_, server_->port());
  half.send("GET / HT");
  RawClient whole(loop_, server_->port());
  whole.send(get);
  EXPECT_TRUE(whole.until(1));
  EXPECT_TRUE(half.until_closed());
}

TEST_F(PlainServer, KeepsTheRoomOfOneThatIsBeingAnswered) {
  ServerSettings settings;
  settings.max_connections = 1;
  bool asked = false;
  listen(
      [&](const wpi::HttpRequest&, const Caller&) {
        asked = true;
        return Served{.bytes = "x", .after = milliseconds(50)};
      },
      settings);
  RawClient first(loop_, server_->port());
  first.send(get);
  ASSERT_TRUE(loop_.run([&] { return asked; }, seconds(10)));
  RawClient second(loop_, server_->port());
  second.send(get);
  EXPECT_TRUE(second.until_closed());
  EXPECT_EQ(second.heard(), "");
  EXPECT_TRUE(first.until(1));
}

TEST_F(PlainServer, AnswersAnyNumberOfRequestsThatCameAtOnce) {
  constexpr std::size_t many = 2000;
  listen(always("x"));
  RawClient client(loop_, server_->port());
  std::string all;
  for (std::size_t i = 0; i < many; ++i) all += get;
  client.send(all);
  EXPECT_TRUE(client.until(many));
}

}  // namespace
}  // namespace understudy::net
