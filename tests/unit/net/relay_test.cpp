#include "net/relay.h"

#include <gtest/gtest.h>
#include <stdexcept>
#include <utility>
#include <vector>

#include "net/connection.h"
#include "net/tls_profile.h"
#include "net_support.h"

namespace understudy::net {
namespace {

using Step = Connection::Step;

// One end of a connection: says what it is told, and keeps what it hears.
class Talker : public std::enable_shared_from_this<Talker> {
 public:
  Talker(EventLoop& loop, asio::ip::tcp::socket socket)
      : loop_(loop), connection_(std::make_shared<Connection>(std::move(socket))) {
    connection_->made();
  }
  void secure(SSL_CTX* context, bool as_client) {
    as_client ? connection_->secure_as_client(context, "") : connection_->secure_as_server(context);
    handshake();
  }
  void plain() { begin(); }
  // `piece`: so many bytes at a time, each in a turn of its own; 0: all at once.
  void say(std::string bytes, std::size_t piece = 0) {
    to_say_ += bytes;
    piece_ = piece;
    if (ready_ && !speaking_) speak();
  }
  void finish() {
    finishes_ = true;
    if (ready_ && !speaking_) speak();
  }
  void reset() {
    connection_->socket().set_option(asio::socket_base::linger(true, 0));
    connection_->socket().close();
  }
  void stop_reading() { reads_ = false; }
  void go_on_reading() {
    reads_ = true;
    listen();
  }

  std::string heard;
  bool ended = false, failed = false;

 private:
  void handshake() {
    const Step step = connection_->handshake();
    if (step == Step::done) return begin();
    if (step != Step::wants_read && step != Step::wants_write) {
      failed = true;
      return connection_->close();
    }
    connection_->when(step, [self = shared_from_this()] { self->handshake(); });
  }
  void begin() {
    ready_ = true;
    speak();
    listen();
  }
  void speak() {
    speaking_ = false;
    while (said_ < to_say_.size()) {
      std::size_t n = 0;
      const std::size_t most = piece_ == 0 ? std::string::npos : piece_;
      const Step step = connection_->write(std::string_view(to_say_).substr(said_, most), n);
      said_ += n;
      if (step == Step::failed) return;
      speaking_ = true;
      if (step != Step::done) return connection_->when(step, [self = shared_from_this()] { self->speak(); });
      if (piece_ != 0) return loop_.post([self = shared_from_this()] { self->speak(); });
      speaking_ = false;
    }
    if (std::exchange(finishes_, false)) connection_->finish_writing();
  }
  void listen() {
    std::array<char, 16'384> bytes;
    while (reads_) {
      std::size_t n = 0;
      const Step step = connection_->read(bytes, n);
      heard.append(bytes.data(), n);
      if (step == Step::done) continue;
      ended = step == Step::ended;
      failed = step == Step::failed;
      if (!ended && !failed) connection_->when(step, [self = shared_from_this()] { self->listen(); });
      return;
    }
  }

  EventLoop& loop_;
  std::shared_ptr<Connection> connection_;
  std::string to_say_;
  std::size_t said_ = 0;  // of these
  std::size_t piece_ = 0;
  bool ready_ = false, speaking_ = false, finishes_ = false, reads_ = true;
};

// What an ear was told.
struct Notes {
  std::string client, service;
  int rests = 0;
  std::vector<bool> ended;  // by the client?
};
class NotingEar : public RelayEar {
 public:
  explicit NotingEar(Notes& notes) : notes_(notes) {}
  void hears(bool from_client, std::string_view bytes) override {
    (from_client ? notes_.client : notes_.service) += bytes;
  }
  void rests() override { ++notes_.rests; }
  void ended(bool client) override { notes_.ended.push_back(client); }

 private:
  Notes& notes_;
};
class BadEar : public RelayEar {
 public:
  void hears(bool, std::string_view) override { throw std::runtime_error("no memory"); }
  void ended(bool) override {}
};

// Changes "old", in a request to `to_service`, in an answer to `to_client`; throws at "bad".
class EditingEar : public NotingEar {
 public:
  using NotingEar::NotingEar;
  std::optional<HttpEdit> edit(bool from_client, std::string_view, std::string_view body) override {
    if (body == "bad") throw std::runtime_error("no memory");
    if (body != "old") return std::nullopt;
    return HttpEdit{std::nullopt, from_client ? "to the service" : "to the client"};
  }
};

class Relaying : public ::testing::Test {
 protected:
  Relaying()
      : acceptor_(loop_.context(), {asio::ip::make_address("127.0.0.1"), 0}),
        to_service_(server_context(tls_of()).value()),
        to_relay_(client_context(TlsProfile::current).value()) {
    accept();
  }
  ~Relaying() override { relay_.reset(); }

  void open(RelaySettings settings = {}) {
    service_.reset();
    settings.service.host = "127.0.0.1";
    if (settings.service.port == 0) settings.service.port = acceptor_.local_endpoint().port();
    if (!settings.opaque) settings.tls = tls_of();
    encrypted_ = !settings.opaque && encrypted_;
    if (!settings.listens)
      settings.listens = [this](const Relayed&) { return std::make_unique<NotingEar>(notes_); };
    settings.troubled = [this](const Relayed&, RelayTrouble kind, const std::string&) {
      troubles_.push_back(kind);
    };
    relay_ = Relay::listen(loop_, std::move(settings)).value();
  }
  std::shared_ptr<Talker> call(SSL_CTX* context = nullptr) {
    asio::ip::tcp::socket socket(loop_.context());
    socket.connect({asio::ip::make_address("127.0.0.1"), relay_->port()});
    auto client = std::make_shared<Talker>(loop_, std::move(socket));
    encrypted_ ? client->secure(context ? context : to_relay_.get(), true) : client->plain();
    return client;
  }
  Talker& service() {
    EXPECT_TRUE(until([&] { return service_ != nullptr; }));
    return *service_;
  }
  bool until(const std::function<bool()>& done) { return loop_.run(done, seconds(20)); }
  // Nothing moves any more, however often the loop turns.
  void until_still(const std::uint64_t& counter) {
    std::uint64_t last = counter;
    int same = 0;
    std::function<void()> turn = [&] {
      same = counter == last ? same + 1 : 0;
      last = counter;
      if (same < 5000) loop_.post(turn);
    };
    loop_.post(turn);
    EXPECT_TRUE(until([&] { return same >= 5000; }));
  }

  void open_editing(RelaySettings settings = {}) {
    settings.edits = true;
    settings.listens = [this](const Relayed&) { return std::make_unique<EditingEar>(notes_); };
    open(std::move(settings));
  }

  EventLoop loop_;
  Notes notes_;
  std::vector<RelayTrouble> troubles_;
  std::unique_ptr<Relay> relay_;
  bool encrypted_ = true;
  TlsContext& client_tls() { return to_relay_; }

 private:
  void accept() {
    acceptor_.async_accept([this](const asio::error_code& error, asio::ip::tcp::socket socket) {
      if (error) return;
      service_ = std::make_shared<Talker>(loop_, std::move(socket));
      encrypted_ ? service_->secure(to_service_.get(), false) : service_->plain();
      accept();
    });
  }
  asio::ip::tcp::acceptor acceptor_;
  TlsContext to_service_, to_relay_;
  std::shared_ptr<Talker> service_;
};

std::string much(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 2654435761U >> 13U);
  return bytes;
}

TEST_F(Relaying, PassesOnWhatComesAByteAtATime) {
  open();
  const auto client = call();
  const std::string question = much(700), answer = much(900);
  client->say(question, 1);
  service().say(answer, 1);
  EXPECT_TRUE(until([&] { return service().heard.size() == 700 && client->heard.size() == 900; }));
  EXPECT_EQ(service().heard, question);
  EXPECT_EQ(client->heard, answer);
  EXPECT_EQ(notes_.client, question);
  EXPECT_EQ(notes_.service, answer);
  EXPECT_GT(notes_.rests, 0);
  EXPECT_EQ(relay_->counts().from_clients, 700U);
}

TEST_F(Relaying, PassesOnFiveMegabytesInBothDirectionsAtOnce) {
  open();
  const auto client = call();
  const std::string all = much(5'000'000);
  client->say(all);
  service().say(all);
  EXPECT_TRUE(
      until([&] { return service().heard.size() == all.size() && client->heard.size() == all.size(); }));
  EXPECT_TRUE(service().heard == all);
  EXPECT_TRUE(client->heard == all);
}

TEST_F(Relaying, AnswersReachAClientThatHasSaidItsLast) {
  open();
  const auto client = call();
  client->say("question");
  client->finish();
  ASSERT_TRUE(until([&] { return service().ended; }));
  EXPECT_EQ(service().heard, "question");
  EXPECT_FALSE(client->ended);
  service().say("answer");
  service().finish();
  ASSERT_TRUE(until([&] { return client->ended && relay_->counts().open == 0; }));
  EXPECT_EQ(client->heard, "answer");
  EXPECT_EQ(notes_.ended, (std::vector<bool>{true, false}));
}

TEST_F(Relaying, ServiceThatClosesFirstIsSeenToHaveDoneSo) {
  open();
  const auto client = call();
  service().say("answer");
  service().finish();
  ASSERT_TRUE(until([&] { return client->ended; }));
  EXPECT_EQ(client->heard, "answer");
  client->finish();
  ASSERT_TRUE(until([&] { return relay_->counts().open == 0; }));
  EXPECT_EQ(notes_.ended, (std::vector<bool>{false, true}));
}

TEST_F(Relaying, AConnectionThatIsResetIsResetOnTheOtherSide) {
  for (const bool by_client : {true, false}) {
    open();
    const auto client = call();
    client->say("question");
    ASSERT_TRUE(until([&] { return service().heard == "question"; }));
    (by_client ? *client : service()).reset();
    Talker& other = by_client ? service() : *client;
    ASSERT_TRUE(until([&] { return other.failed; }));
    EXPECT_TRUE(until([&] { return relay_->counts().open == 0; }));
  }
}

TEST_F(Relaying, WhatTheOtherSideDoesNotTakeIsNotRead) {
  open();
  const auto client = call();
  client->stop_reading();
  constexpr std::size_t size = 40'000'000;
  service().say(std::string(size, 'x'));
  until_still(relay_->counts().from_service);
  EXPECT_LT(relay_->counts().from_service, size / 2);  // what the sockets of the system hold
  client->go_on_reading();
  EXPECT_TRUE(until([&] { return client->heard.size() == size; }));
}

TEST_F(Relaying, AClientThatRefusesTheCertificateIsTold) {
  open();
  SSL_CTX_set_cert_verify_callback(
      client_tls().get(),
      [](X509_STORE_CTX* store, void*) {
        X509_STORE_CTX_set_error(store, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT);
        return 0;
      },
      nullptr);
  SSL_CTX_set_verify(client_tls().get(), SSL_VERIFY_PEER, nullptr);
  const auto client = call();
  ASSERT_TRUE(until([&] { return relay_->counts().connections == 1 && relay_->counts().open == 0; }));
  EXPECT_EQ(troubles_, std::vector{RelayTrouble::refused});
}

TEST_F(Relaying, BytesThatAreNoTlsArePassedOnUnheard) {
  encrypted_ = false;
  open();
  const auto client = call();
  client->say("GET / HTTP/1.1\r\n\r\n");
  ASSERT_TRUE(until([&] { return service().heard.size() == 18; }));
  service().say("answer");
  ASSERT_TRUE(until([&] { return client->heard == "answer"; }));
  EXPECT_EQ(troubles_, std::vector{RelayTrouble::not_tls});
  EXPECT_EQ(notes_.client, "");
  EXPECT_EQ(relay_->counts().undecoded, 24U);
}

TEST_F(Relaying, OpaqueOneDecodesNothing) {
  RelaySettings settings;
  settings.opaque = true;
  open(std::move(settings));
  const auto client = call();
  client->say("\x16\x03\x01 and so on");
  ASSERT_TRUE(until([&] { return service().heard.size() == 13; }));
  EXPECT_TRUE(troubles_.empty());
  EXPECT_EQ(notes_.client, "");
  EXPECT_EQ(relay_->counts().undecoded, 13U);
}

TEST_F(Relaying, AnEarThatFailsBreaksNothing) {
  RelaySettings settings;
  settings.listens = [](const Relayed&) { return std::make_unique<BadEar>(); };
  open(std::move(settings));
  const auto client = call();
  client->say("question");
  service().say("answer");
  ASSERT_TRUE(until([&] { return service().heard == "question" && client->heard == "answer"; }));
  client->say(", and more");
  ASSERT_TRUE(until([&] { return service().heard == "question, and more"; }));
  EXPECT_EQ(troubles_, std::vector{RelayTrouble::deaf});
}

TEST_F(Relaying, WithoutAServiceTheClientIsClosed) {
  RelaySettings settings;
  {
    const asio::ip::tcp::acceptor nobody(loop_.context(), {asio::ip::make_address("127.0.0.1"), 0});
    settings.service.port = nobody.local_endpoint().port();
  }
  open(std::move(settings));
  const auto client = call();
  ASSERT_TRUE(until([&] { return client->ended || client->failed; }));
  EXPECT_EQ(troubles_, std::vector{RelayTrouble::unreachable});
}

TEST_F(Relaying, ServiceThatMayNotBeCalledIsNotCalled) {
  RelaySettings settings;
  settings.may_connect = [](const std::string&, const std::string&) { return false; };
  open(std::move(settings));
  const auto client = call();
  ASSERT_TRUE(until([&] { return client->ended || client->failed; }));
  EXPECT_EQ(troubles_, std::vector{RelayTrouble::unreachable});
}

TEST_F(Relaying, ASideThatStaysSilentWhenTheOtherHasGoneIsClosed) {
  RelaySettings settings;
  settings.lingers = milliseconds(20);
  open(std::move(settings));
  const auto client = call();
  client->say("question");
  client->finish();
  ASSERT_TRUE(until([&] { return service().ended; }));
  EXPECT_TRUE(until([&] { return relay_->counts().open == 0; }));
}

TEST_F(Relaying, AClientThatSaysNothingIsClosedInTime) {
  RelaySettings settings;
  settings.opens = milliseconds(20);
  open(std::move(settings));
  encrypted_ = false;
  const auto client = call();
  EXPECT_TRUE(until([&] { return client->ended || client->failed; }));
  EXPECT_TRUE(troubles_.empty());
}

TEST_F(Relaying, StopEndsEveryConnectionAndTellsTheEars) {
  open();
  const auto client = call();
  client->say("question");
  ASSERT_TRUE(until([&] { return notes_.client == "question"; }));
  relay_->stop();
  EXPECT_EQ(notes_.ended, (std::vector<bool>{true, false}));  // nobody says that the service closed first
  EXPECT_EQ(relay_->counts().open, 0U);
}

std::string request(const std::string& body) {
  return "POST / HTTP/1.1\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}
std::string answer(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST_F(Relaying, MessagesAreChangedInBothDirectionsAByteAtATime) {
  open_editing();
  const auto client = call();
  client->say(request("old") + request("same"), 1);
  ASSERT_TRUE(until([&] { return service().heard == request("to the service") + request("same"); })) << service().heard;
  service().say(answer("old") + answer("same"), 1);
  ASSERT_TRUE(until([&] { return client->heard == answer("to the client") + answer("same"); })) << client->heard;
  EXPECT_EQ(notes_.client, request("to the service") + request("same"));  // what the service got
  EXPECT_EQ(notes_.service, answer("old") + answer("same"));              // and said
}

TEST_F(Relaying, OfAServiceThatCallsTheEarHearsWhatItSaid) {
  RelaySettings settings;
  settings.service_calls = true;
  open_editing(std::move(settings));
  const auto client = call();
  client->say(request("old"));
  ASSERT_TRUE(until([&] { return service().heard == request("to the service"); }));
  service().say(answer("old"));
  ASSERT_TRUE(until([&] { return client->heard == answer("to the client"); }));
  EXPECT_EQ(notes_.client, request("old"));
  EXPECT_EQ(notes_.service, answer("to the client"));
}

TEST_F(Relaying, AMessageThatStopsHalfWayIsPassedOnAsItCame) {
  RelaySettings settings;
  settings.halts = std::chrono::milliseconds(1);
  open_editing(std::move(settings));
  const auto client = call();
  const std::string half = request("old").substr(0, 30), rest = request("old").substr(30);
  client->say(half);
  ASSERT_TRUE(until([&] { return service().heard == half; }));
  EXPECT_EQ(troubles_, std::vector{RelayTrouble::halting});
  client->say(rest + request("old"));
  ASSERT_TRUE(until([&] { return service().heard == request("old") + request("old"); }));
  EXPECT_EQ(notes_.client, request("old") + request("old"));
}

TEST_F(Relaying, WhatASideLeavesHalfSaidArrivesBeforeItsEnd) {
  open_editing();
  const auto client = call();
  client->say(request("old").substr(0, 30));
  client->finish();
  ASSERT_TRUE(until([&] { return service().ended; }));
  EXPECT_EQ(service().heard, request("old").substr(0, 30));
  service().say("HTTP/1.0 200 OK\r\n\r\nold");
  service().finish();
  ASSERT_TRUE(until([&] { return client->ended; }));
  EXPECT_EQ(client->heard, "HTTP/1.0 200 OK\r\n\r\nto the client");
}

TEST_F(Relaying, AnEditThatFailsPassesTheMessageOn) {
  open_editing();
  const auto client = call();
  client->say(request("bad"));
  service().say(answer("bad"));
  ASSERT_TRUE(until([&] { return service().heard == request("bad") && client->heard == answer("bad"); }));
  EXPECT_EQ(troubles_, std::vector{RelayTrouble::deaf});
  client->say(request("old"));
  ASSERT_TRUE(until([&] { return service().heard == request("bad") + request("old"); }));
}

TEST_F(Relaying, AnAnswerOfAHeadAloneIsNotWaitedFor) {
  open_editing();
  const auto client = call();
  client->say("HEAD / HTTP/1.1\r\n\r\n");
  ASSERT_TRUE(until([&] { return !service().heard.empty(); }));
  service().say("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n");
  EXPECT_TRUE(until([&] { return client->heard.size() == 38; }));
}

TEST_F(Relaying, FiveMegabytesPassAnEar) {
  open_editing();
  const auto client = call();
  const std::string all = request(much(3'000'000)) + request(much(5'000'000));
  client->say(all);
  EXPECT_TRUE(until([&] { return service().heard.size() == all.size(); }));
  EXPECT_TRUE(service().heard == all);
}

TEST_F(Relaying, PlainHttpIsHeardToo) {
  encrypted_ = false;
  RelaySettings settings;
  settings.plain = true;
  open_editing(std::move(settings));
  const auto client = call();
  client->say(request("old"));
  ASSERT_TRUE(until([&] { return service().heard == request("to the service"); }));
  EXPECT_TRUE(troubles_.empty());
}

TEST_F(Relaying, AClientWhoseKeysAreNotKnownIsPassedThroughAsItIs) {
  RelaySettings settings;
  settings.keys.emplace();
  settings.keys->decodes = [](const Relayed&) { return false; };
  open(std::move(settings));
  const auto client = call();
  client->say("question");
  ASSERT_TRUE(until([&] { return service().heard == "question"; }));
  EXPECT_EQ(troubles_, std::vector{RelayTrouble::sealed});
  EXPECT_EQ(notes_.client, "");
  EXPECT_EQ(relay_->counts().opaque, 1U);
}

TEST_F(Relaying, AClientWithoutACertificateIsForTheServiceToRefuse) {
  RelaySettings settings;
  settings.keys.emplace();
  settings.keys->decodes = [](const Relayed&) { return true; };
  open(std::move(settings));
  const auto client = call();
  client->say("question");
  ASSERT_TRUE(until([&] { return service().heard == "question"; }));
  EXPECT_EQ(notes_.client, "question");
}

}  // namespace
}  // namespace understudy::net
