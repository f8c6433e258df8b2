// The pages on a real socket: what the wire owes, and that nothing that comes over it does harm.
#include "wbm/server.h"

#include <Poco/Net/AcceptCertificateHandler.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/StreamSocket.h>
#include <condition_variable>
#include <deque>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mutex>
#include <optional>
#include <sstream>
#include <thread>

#include "certs/authority.h"

namespace understudy::wbm {
namespace {

using namespace std::chrono_literals;
using Poco::Net::HTTPRequest;
using Poco::Net::HTTPResponse;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

// The thread that the site lives on.
class SiteThread {
 public:
  SiteThread() : thread_([this] { run(); }) {}
  ~SiteThread() {
    post({});
    thread_.join();
  }
  // An empty one ends it.
  void post(std::function<void()> work) {
    const std::lock_guard lock(mutex_);
    work_.push_back(std::move(work));
    came_.notify_one();
  }

 private:
  void run() {
    for (;;) {
      std::unique_lock lock(mutex_);
      came_.wait(lock, [&] { return !work_.empty(); });
      const std::function<void()> next = std::move(work_.front());
      work_.pop_front();
      lock.unlock();
      if (!next) return;
      next();
    }
  }
  std::mutex mutex_;
  std::condition_variable came_;
  std::deque<std::function<void()>> work_;
  std::thread thread_;
};

const certs::Pem& certificate() {
  static const certs::Pem pem = *certs::self_signed(certs::profile_of(certs::Ready::valid, {"127.0.0.1"}),
                                                    std::chrono::system_clock::now());
  return pem;
}

ServerSettings usual() {
  ServerSettings settings;
  settings.certificate_pem = certificate().certificate;
  settings.key_pem = certificate().key;
  return settings;
}

// A server whose site says what it was asked, and remembers it.
class Served {
 public:
  using Answers = std::function<Answer(const Asked&)>;
  explicit Served(ServerSettings settings = usual()) {
    auto opened = Server::open(
        std::move(settings), [this](std::function<void()> work) { thread.post(std::move(work)); },
        [this](const Asked& asked) {
          const std::lock_guard lock(mutex_);
          last_ = asked;
          return answers_(asked);
        });
    EXPECT_TRUE(opened) << opened.error();
    server = std::move(*opened);
  }

  void answers(Answers answers) {
    const std::lock_guard lock(mutex_);
    answers_ = std::move(answers);
  }
  // What it was asked last.
  Asked last() {
    const std::lock_guard lock(mutex_);
    return last_;
  }

 private:
  std::mutex mutex_;
  Answers answers_ = [](const Asked& asked) {
    Answer answer;
    answer.body = asked.method + " " + asked.path;
    return answer;
  };
  Asked last_;

 public:
  SiteThread thread;
  std::unique_ptr<Server> server;
};

Poco::Net::Context::Ptr trusting() {
  return new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, "", Poco::Net::Context::VERIFY_NONE);
}

class Client : public Poco::Net::HTTPSClientSession {
 public:
  explicit Client(const Served& served) : HTTPSClientSession("127.0.0.1", served.server->port(), trusting()) {
    setTimeout(Poco::Timespan(30, 0));
    setKeepAlive(true);
  }
  struct Got {
    HTTPResponse response;
    std::string body;
  };
  Got ask(HTTPRequest request, const std::string& body = "") {
    request.setContentLength64(static_cast<Poco::Int64>(body.size()));
    sendRequest(request) << body;
    Got got;
    std::istream& in = receiveResponse(got.response);
    got.body.assign(std::istreambuf_iterator<char>(in), {});
    return got;
  }
  Got get(const std::string& target) { return ask(HTTPRequest("GET", target, "HTTP/1.1")); }
};

// All that comes back for these bytes over TLS, until the server closes.
std::string exchanged(const Served& served, const std::string& bytes) {
  Poco::Net::SecureStreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", served.server->port()),
                                       trusting());
  socket.setReceiveTimeout(Poco::Timespan(30, 0));
  socket.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
  std::string out;
  char block[4096];
  for (int got = 1; got > 0;) {
    got = socket.receiveBytes(block, sizeof block);
    if (got > 0) out.append(block, static_cast<std::size_t>(got));
  }
  return out;
}

TEST(Server, AnswersWithTheHeadersThatKeepPagesSafe) {
  Served served;
  Client client(served);
  const auto got = client.get("/phones/phone-1/");
  EXPECT_EQ(got.response.getStatus(), 200);
  EXPECT_EQ(got.body, "GET /phones/phone-1/");
  EXPECT_EQ(got.response.get("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(got.response.getContentLength(), 20);
  EXPECT_THAT(got.response.get("Content-Security-Policy"),
              AllOf(HasSubstr("default-src 'none'"), HasSubstr("script-src 'self'"),
                    HasSubstr("frame-ancestors 'none'"), HasSubstr("form-action 'self'")));
  EXPECT_EQ(got.response.get("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(got.response.get("X-Frame-Options"), "DENY");
  EXPECT_EQ(got.response.get("Cross-Origin-Resource-Policy"), "same-origin");
  EXPECT_EQ(got.response.get("Referrer-Policy"), "same-origin");
  EXPECT_EQ(got.response.get("Cache-Control"), "no-store");
}

TEST(Server, SpeaksTls12AndNewerAlone) {
  Served served;
  Poco::Net::Context::Ptr old = trusting();
  old->disableProtocols(Poco::Net::Context::PROTO_TLSV1_2 | Poco::Net::Context::PROTO_TLSV1_3);
  EXPECT_THROW(
      Poco::Net::SecureStreamSocket(Poco::Net::SocketAddress("127.0.0.1", served.server->port()), old),
      Poco::Exception);
  EXPECT_EQ(Client(served).get("/").response.getStatus(), 200);
}

TEST(Server, HandsOnWhatWasAsked) {
  Served served;
  Client client(served);
  HTTPRequest request("POST", "/phones/phone-1/settings/keys?a=%C3%A4+b&c", "HTTP/1.1");
  request.set("Origin", "https://127.0.0.1");
  request.set("X-Token", "t");
  request.set("Last-Event-ID", "7");
  request.set("Cookie", "other=1; __Host-understudy=session; more=2");
  request.setContentType("application/x-www-form-urlencoded; charset=utf-8");
  client.ask(request, "v.key-label.3=%3CT%C3%BCr%3E+1&empty=&token=x");
  const Asked asked = served.last();
  EXPECT_EQ(asked.method, "POST");
  EXPECT_EQ(asked.path, "/phones/phone-1/settings/keys");
  EXPECT_THAT(asked.in_query("a"), StartsWith("ä"));
  EXPECT_TRUE(asked.query.contains("c"));
  EXPECT_EQ(asked.host, "127.0.0.1:" + std::to_string(served.server->port()));
  EXPECT_EQ(asked.origin, "https://127.0.0.1");
  EXPECT_EQ(asked.token, "t");
  EXPECT_EQ(asked.last_event, "7");
  EXPECT_EQ(asked.session, "session");
  EXPECT_EQ(asked.in_form("v.key-label.3"), "<Tür> 1");
  EXPECT_EQ(asked.in_form("token"), "x");
}

TEST(Server, ReadsNoFormWhereNoneIsSaid) {
  Served served;
  Client client(served);
  HTTPRequest request("PATCH", "/api/phones/phone-1/items", "HTTP/1.1");
  request.setContentType("application/json");
  client.ask(request, "[{\"a=b&c\": 1}]");
  EXPECT_THAT(served.last().form, IsEmpty());
  EXPECT_EQ(served.last().body, "[{\"a=b&c\": 1}]");
}

TEST(Server, ReadsALargeForm) {
  Served served;
  Client client(served);
  std::string body;
  for (int n = 0; n < 5000; ++n) body += (n ? "&v.key-label." : "v.key-label.") + std::to_string(n) + "=x";
  HTTPRequest request("POST", "/", "HTTP/1.1");
  request.setContentType("application/x-www-form-urlencoded");
  EXPECT_EQ(client.ask(request, body).response.getStatus(), 200);
  EXPECT_EQ(served.last().form.size(), 5000u);
}

TEST(Server, AnswersManyRequestsOnOneConnectionAndOthersBeside) {
  Served served;
  Client one(served), other(served);
  for (int n = 0; n < 20; ++n) {
    EXPECT_EQ(one.get("/" + std::to_string(n)).body, "GET /" + std::to_string(n));
    EXPECT_EQ(other.get("/x").body, "GET /x");
  }
}

TEST(Server, SendsTheHeadersOfTheAnswer) {
  Served served;
  served.answers([](const Asked&) {
    Answer answer = redirect("/phones/phone-1/");
    answer.headers.emplace_back("Set-Cookie", "a=b; Secure");
    return answer;
  });
  Client client(served);
  const auto got = client.get("/");
  EXPECT_EQ(got.response.getStatus(), 303);
  EXPECT_EQ(got.response.get("Location"), "/phones/phone-1/");
  EXPECT_EQ(got.response.get("Set-Cookie"), "a=b; Secure");
}

TEST(Server, SendsNoBodyWhereThereIsNone) {
  Served served;
  served.answers([](const Asked&) {
    Answer answer;
    answer.status = 204;
    return answer;
  });
  const std::string bytes = exchanged(served, "DELETE / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(bytes, StartsWith("HTTP/1.1 204 "));
  EXPECT_TRUE(bytes.ends_with("\r\n\r\n"));
}

TEST(Server, WaitsForNoBodyWhereNoLengthIsSaid) {
  Served served;
  for (const std::string method : {"POST", "PATCH", "DELETE", "OPTIONS", "GET"}) {
    const std::string both = exchanged(served, method + " /1 HTTP/1.1\r\nHost: a\r\n\r\n" + method +
                                                   " /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(both, AllOf(HasSubstr(method + " /1"), HasSubstr(method + " /2")));
  }
}

TEST(Server, Answers413ToMoreThanItTakes) {
  ServerSettings settings = usual();
  settings.max_body = 1000;
  Served served(settings);
  HTTPRequest request("POST", "/", "HTTP/1.1");
  EXPECT_EQ(Client(served).ask(request, std::string(1000, 'x')).response.getStatus(), 200);
  EXPECT_EQ(Client(served).ask(request, std::string(1001, 'x')).response.getStatus(), 413);
  EXPECT_THAT(exchanged(served, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "));
  std::string chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  chunked += "3E9\r\n" + std::string(1001, 'x') + "\r\n0\r\n\r\n";
  EXPECT_THAT(exchanged(served, chunked), StartsWith("HTTP/1.1 413 "));
}

TEST(Server, Answers400ToWhatCannotBeRead) {
  Served served;
  for (const char* head : {"GET /%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                           "GET /?a=%f HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                           "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: "
                           "application/x-www-form-urlencoded\r\nContent-Length: 5\r\n\r\na=%zz",
                           "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: "
                           "application/x-www-form-urlencoded\r\nContent-Length: 4\r\n\r\na=%4"})
    EXPECT_THAT(exchanged(served, head), StartsWith("HTTP/1.1 400 ")) << head;
}

TEST(Server, LivesOnAfterWhatIsNoHttp) {
  Served served;
  for (const std::string& bytes :
       {std::string("\r\n\r\n\r\n"), std::string("GET"), std::string("GET / HTTP/1.1\r\n"),
        std::string("x") + std::string(100'000, 'x') + "\r\n\r\n",
        std::string("POST / HTTP/1.1\r\nContent-Length: minus\r\n\r\n"),
        std::string("POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"),
        std::string("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        std::string("GET / HTTP/1.1\r\nCookie: =;;=\"\r\nHost: a\r\nConnection: close\r\n\r\n"),
        std::string(1000, '\0'), "GET / HTTP/1.1\r\nHost: " + std::string(20'000, 'a') + "\r\n\r\n"}) {
    Poco::Net::SecureStreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", served.server->port()),
                                         trusting());
    try {
      socket.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
      socket.shutdown();
    } catch (const Poco::Exception&) {
    }  // it may have closed already
  }
  EXPECT_EQ(Client(served).get("/").response.getStatus(), 200);
}

TEST(Server, LivesOnAfterPlainHttpOnItsPort) {
  Served served;
  for (const std::string bytes :
       {"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "\x16\x03\x01\x00\x05hello", ""}) {
    Poco::Net::StreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", served.server->port()));
    socket.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
    socket.shutdownSend();
    socket.setReceiveTimeout(Poco::Timespan(30, 0));
    std::string came;
    char block[512];
    try {
      for (int got = 1; got > 0;) {
        got = socket.receiveBytes(block, sizeof block);
        came.append(block, static_cast<std::size_t>(std::max(got, 0)));
      }
    } catch (const Poco::Net::NetException&) {
    }  // reset: as good as closed
    EXPECT_EQ(came.find("HTTP/1.1 200"), std::string::npos);
  }
  EXPECT_EQ(Client(served).get("/").response.getStatus(), 200);
}

TEST(Server, Answers503WhereTheSiteDoesNotAnswer) {
  ServerSettings settings = usual();
  settings.answers_within = 1ms;
  Served served(settings);
  std::mutex busy;
  std::unique_lock lock(busy);
  served.thread.post([&] { const std::lock_guard wait(busy); });
  const auto got = Client(served).get("/");
  EXPECT_EQ(got.response.getStatus(), 503);
  EXPECT_THAT(got.body, HasSubstr("too busy"));
  lock.unlock();
}

// ---- Events

// The text of a stream, read until that stands in it.
std::string read_until(std::istream& in, const std::string& text) {
  std::string out;
  for (char c; out.find(text) == std::string::npos && in.get(c);) out += c;
  return out;
}

struct Streaming : Served {
  explicit Streaming(ServerSettings settings = usual()) : Served(std::move(settings)) {
    answers([this](const Asked&) {
      Answer answer;
      answer.type = "text/event-stream";
      answer.feed = feed;
      return answer;
    });
  }
  ~Streaming() { feed->close(); }
  std::shared_ptr<Feed> feed = std::make_shared<Feed>();
};

TEST(Stream, DeliversEventsAsTheyComeAndEndsWithTheFeed) {
  Streaming served;
  Client client(served);
  HTTPRequest request("GET", "/events", "HTTP/1.1");
  client.sendRequest(request);
  HTTPResponse response;
  std::istream& in = client.receiveResponse(response);
  EXPECT_EQ(response.getContentType(), "text/event-stream");
  EXPECT_EQ(response.get("Cache-Control"), "no-store");
  EXPECT_THAT(read_until(in, "\n\n"), HasSubstr("retry: "));
  served.feed->add("face", "\"one\"", Role::user);
  EXPECT_EQ(read_until(in, "\n\n"), "id: 1\nevent: face\ndata: \"one\"\n\n");
  served.feed->add("items", "[]", Role::administrator);
  served.feed->add("face", "\"two\"", Role::user);
  EXPECT_THAT(read_until(in, "two\"\n\n"),
              AllOf(HasSubstr("id: 3\nevent: face\ndata: \"two\"\n\n"), Not(HasSubstr("event: items"))));
  EXPECT_EQ(served.feed->readers(), 1);
  served.feed->close();
  EXPECT_EQ(read_until(in, "more"), "") << "it ends";
}

TEST(Stream, IsOneOfAFewAtOnce) {
  ServerSettings settings = usual();
  settings.max_streams = 1;
  Streaming served(settings);
  Client first(served);
  HTTPRequest request("GET", "/events", "HTTP/1.1");
  first.sendRequest(request);
  HTTPResponse response;
  std::istream& in = first.receiveResponse(response);
  read_until(in, "\n\n");
  EXPECT_EQ(Client(served).get("/events").response.getStatus(), 503);
  served.feed->close();
  read_until(in, "nothing");
}

TEST(Stream, DoesNotKeepTheServerFromEnding) {
  auto served = std::make_unique<Streaming>();
  Client one(*served), two(*served);
  std::vector<std::istream*> streams;
  for (Client* client : {&one, &two}) {
    HTTPRequest request("GET", "/events", "HTTP/1.1");
    client->sendRequest(request);
    HTTPResponse response;
    streams.push_back(&client->receiveResponse(response));
    read_until(*streams.back(), "\n\n");
  }
  served->feed->close();
  served->server.reset();
  for (std::istream* stream : streams) EXPECT_EQ(read_until(*stream, "more"), "");
}

TEST(Server, EndsWhileSomebodyWaitsForAnAnswer) {
  Served served;
  std::mutex busy;
  std::unique_lock lock(busy);
  served.thread.post([&] { const std::lock_guard wait(busy); });
  std::thread asks([client = std::make_shared<Client>(served)] {
    try {
      EXPECT_EQ(client->get("/").response.getStatus(), 503);
    } catch (const Poco::Exception&) {
    }  // or the connection has gone
  });
  served.server.reset();
  asks.join();
  lock.unlock();
}

// ---- Opening it

std::string error_of(const ServerSettings& settings) {
  const auto opened = Server::open(
      settings, [](const auto&) {}, [](const Asked&) { return Answer(); });
  return opened ? "" : opened.error();
}

TEST(OpeningAServer, WantsACertificateAndItsKey) {
  ServerSettings settings = usual();
  settings.certificate_pem = "";
  EXPECT_THAT(error_of(settings), HasSubstr("certificate"));
  settings.certificate_pem = "-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----\n";
  EXPECT_THAT(error_of(settings), HasSubstr("certificate"));
  settings = usual();
  settings.key_pem = "";
  EXPECT_THAT(error_of(settings), HasSubstr("certificate"));
  settings.key_pem = certs::self_signed(certs::profile_of(certs::Ready::valid, {"127.0.0.1"}),
                                        std::chrono::system_clock::now())
                         ->key;
  EXPECT_THAT(error_of(settings), HasSubstr("certificate")) << "the key of another";
}

TEST(OpeningAServer, SaysWhyAnAddressCannotBeHad) {
  const Served served;
  ServerSettings settings = usual();
  settings.port = served.server->port();
  EXPECT_THAT(error_of(settings), HasSubstr("127.0.0.1:" + std::to_string(settings.port)));
  settings.port = 0;
  settings.address = "192.0.2.1";
  EXPECT_THAT(error_of(settings), HasSubstr("192.0.2.1:0"));
}

}  // namespace
}  // namespace understudy::wbm
