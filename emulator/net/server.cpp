#include "net/server.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>
#include <unordered_map>
#include <utility>

#include "net/connection.h"
#include "net/mutual.h"
#include "net/tls_profile.h"

namespace understudy::net {

using Step = Connection::Step;

namespace {

constexpr std::size_t piece_read = 16'384;
constexpr std::size_t most_discarded = 16'777'216;  // of a refused request, before the connection is cut
constexpr microseconds accept_again = std::chrono::milliseconds(50);

constexpr std::string_view malformed_answer =
    "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
constexpr std::string_view too_large_answer =
    "HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

}  // namespace

// One connection: reads a request, lets it be answered, and so on until either side closes.
class Session : public std::enable_shared_from_this<Session> {
 public:
  struct House {
    EventLoop& loop;
    ServerSettings settings;
    Handler handler;
    TlsContext tls;
    std::unordered_map<std::uint64_t, std::shared_ptr<Session>> sessions;
  };

  Session(std::weak_ptr<House> house, EventLoop& loop, const ServerSettings& settings,
          std::shared_ptr<Connection> connection, Caller caller)
      : house_(std::move(house)),
        loop_(loop),
        idle_(settings.idle),
        asks_for_certificate_(settings.tls && !settings.tls->client_cas_pem.empty()),
        connection_(std::move(connection)),
        caller_(std::move(caller)),
        requests_(settings.max_request),
        waits_since_(loop.now()) {}

  void handshake();
  void next();
  void over();
  // For a whole request; none while one is answered.
  std::optional<microseconds> waits_since() const { return waits_since_; }

 private:
  void read();
  void discard();
  void answer(const wpi::HttpRequest& request);
  void refuse(std::string_view answer);
  void send();
  void sent();
  void wait(microseconds time, void (Session::*then)());
  void when(Step want, void (Session::*then)());
  void go_on(Step want, void (Session::*then)());

  std::weak_ptr<House> house_;
  EventLoop& loop_;
  microseconds idle_;
  bool asks_for_certificate_;
  std::shared_ptr<Connection> connection_;
  Caller caller_;
  RequestReader requests_;
  Served served_;
  std::size_t written_ = 0;
  std::size_t piece_end_ = 0;  // so far may be written now
  std::size_t discarded_ = 0;
  bool refused_ = false;
  std::optional<microseconds> waits_since_, request_began_;
  std::optional<std::uint64_t> timer_;
};

void Session::wait(microseconds time, void (Session::*then)()) {
  if (timer_) loop_.cancel(*timer_);
  timer_ = loop_.after(time, [session = shared_from_this(), then] {
    session->timer_.reset();
    (*session.*then)();
  });
}

void Session::when(Step want, void (Session::*then)()) {
  connection_->when(want, [session = shared_from_this(), then] { (*session.*then)(); });
}

// Waits for the other side, but not for ever.
void Session::go_on(Step want, void (Session::*then)()) {
  if (!timer_) wait(idle_, &Session::over);
  when(want, then);
}

void Session::handshake() {
  switch (const Step step = connection_->handshake(); step) {
    case Step::done:
      if (asks_for_certificate_) caller_.certificate = client_certificate(connection_->tls());
      return next();
    case Step::wants_read:
    case Step::wants_write:
      return go_on(step, &Session::handshake);
    default:
      if (const auto house = house_.lock(); house && house->settings.refused)
        if (const std::string why = why_refused(connection_->tls(), connection_->trouble()); !why.empty()) house->settings.refused(caller_, why);
      return over();  // a client that wants no TLS with us is no error of ours
  }
}

// Answers what came already, else reads on: the idle time begins anew with each request.
void Session::next() {
  if (timer_) loop_.cancel(*timer_);
  timer_.reset();
  waits_since_ = loop_.now();
  read();
}

void Session::read() {
  std::array<char, piece_read> bytes;
  while (connection_->is_open()) {
    wpi::HttpRequest request;
    switch (requests_.next(request)) {
      case RequestReader::State::request:
        return answer(request);
      case RequestReader::State::malformed:
        return refuse(malformed_answer);
      case RequestReader::State::too_large:
        return refuse(too_large_answer);
      case RequestReader::State::incomplete:
        break;
    }
    std::size_t n = 0;
    const Step step = connection_->read(bytes, n);
    if (step == Step::wants_read || step == Step::wants_write) return go_on(step, &Session::read);
    if (step != Step::done) return over();
    if (!request_began_) request_began_ = loop_.now();
    requests_.take({bytes.data(), n});
  }
}

void Session::answer(const wpi::HttpRequest& request) {
  const std::shared_ptr<House> house = house_.lock();
  if (!house) return over();
  if (timer_) loop_.cancel(*timer_);
  timer_.reset();
  waits_since_.reset();
  caller_.took = request_began_ ? loop_.now() - *request_began_ : microseconds{};
  request_began_.reset();
  served_ = house->handler(request, caller_);
  if (!connection_->is_open()) return;  // the handler stopped the server
  written_ = piece_end_ = 0;
  if (served_.after > microseconds::zero()) return wait(served_.after, &Session::send);
  send();
}

void Session::refuse(std::string_view answer) {
  refused_ = true;
  served_ = Served{.bytes = std::string(answer), .close = true};
  written_ = piece_end_ = 0;
  if (timer_) loop_.cancel(*timer_);
  timer_.reset();
  send();
}

void Session::send() {
  const std::string_view all = served_.bytes;
  if (written_ == piece_end_)
    piece_end_ = served_.piece == 0 ? all.size() : std::min(all.size(), piece_end_ + served_.piece);
  while (written_ < piece_end_) {
    std::size_t n = 0;
    const Step step = connection_->write(all.substr(written_, piece_end_ - written_), n);
    written_ += n;
    if (step == Step::wants_read || step == Step::wants_write) return go_on(step, &Session::send);
    if (step != Step::done) return over();
  }
  if (written_ == all.size()) return sent();
  wait(served_.every, &Session::send);
}

void Session::sent() {
  served_.bytes = {};
  if (!served_.close) {
    // From the loop: who sends requests without a pause has no more than a turn, and none of our stack.
    loop_.post([session = shared_from_this()] {
      if (session->connection_->is_open()) session->next();
    });
    return;
  }
  if (!refused_) return over();
  // Closing while bytes of the request are unread would reset the connection, and the refusal with it.
  connection_->finish_writing();
  if (timer_) loop_.cancel(*timer_);
  timer_.reset();
  discard();
}

void Session::discard() {
  std::array<char, piece_read> bytes;
  while (discarded_ < most_discarded) {
    const ssize_t n = ::recv(connection_->socket().native_handle(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return go_on(Step::wants_read, &Session::discard);
    if (n <= 0) break;
    discarded_ += static_cast<std::size_t>(n);
  }
  over();
}

void Session::over() {
  if (timer_) loop_.cancel(*timer_);
  timer_.reset();
  connection_->close();
  const std::shared_ptr<Session> alive = shared_from_this();
  if (const std::shared_ptr<House> house = house_.lock()) house->sessions.erase(caller_.connection);
}

struct Server::Impl : std::enable_shared_from_this<Server::Impl> {
  Impl(EventLoop& on, ServerSettings settings, Handler handler, TlsContext tls)
      : loop(on),
        house(std::make_shared<Session::House>(
            Session::House{on, std::move(settings), std::move(handler), std::move(tls), {}})),
        acceptor(on.context()) {}

  std::optional<std::string> open();
  bool make_room();
  void accept();
  void welcome(asio::ip::tcp::socket socket);
  void take_over(asio::ip::tcp::socket socket);
  void stop();

  EventLoop& loop;
  std::shared_ptr<Session::House> house;
  asio::ip::tcp::acceptor acceptor;
  std::optional<std::uint64_t> timer;
  std::uint64_t connections = 0;
};

std::optional<std::string> Server::Impl::open() {
  using asio::ip::tcp;
  const ServerSettings& settings = house->settings;
  asio::error_code error;
  const auto address = asio::ip::make_address(settings.address, error);
  if (error) return "\"" + settings.address + "\" is no address to listen on";
  const tcp::endpoint endpoint(address, settings.port);
  const std::string& device = settings.device;
  const std::string failed =
      "cannot listen on " + in_words(endpoint) + (device.empty() ? "" : " of device " + device) + ": ";
  if (!device.empty() && ::if_nametoindex(device.c_str()) == 0) return failed + "there is no such device";
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error && !device.empty() &&
      ::setsockopt(acceptor.native_handle(), SOL_SOCKET, SO_BINDTODEVICE, device.data(),
                   static_cast<socklen_t>(device.size())) != 0)
    error = asio::error_code(errno, asio::system_category());
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return failed + error.message();
  return std::nullopt;
}

// For one more connection. False if all are being answered.
bool Server::Impl::make_room() {
  const std::size_t most = house->settings.max_connections;
  if (most == 0 || house->sessions.size() < most) return true;
  Session* longest = nullptr;
  for (const auto& [number, session] : house->sessions)
    if (session->waits_since() && (!longest || *session->waits_since() < *longest->waits_since()))
      longest = session.get();
  if (longest) longest->over();
  return longest != nullptr;
}

void Server::Impl::accept() {
  acceptor.async_accept(
      [weak = weak_from_this()](const asio::error_code& error, asio::ip::tcp::socket socket) {
        const std::shared_ptr<Impl> self = weak.lock();
        if (!self || !self->acceptor.is_open()) return;
        if (!error) self->welcome(std::move(socket));
        if (!self->acceptor.is_open()) return;
        if (!error || error == asio::error::connection_aborted) return self->accept();
        // No descriptors are left: those that wait are served when others have gone.
        self->timer = self->loop.after(accept_again, [weak] {
          if (const std::shared_ptr<Impl> still = weak.lock()) still->accept();
        });
      });
}

void Server::Impl::welcome(asio::ip::tcp::socket socket) {
  const auto connection = std::make_shared<Connection>(std::move(socket));
  connection->made();
  const Caller caller{connection->remote(), ++connections, house->tls != nullptr, connection->local()};
  if (house->settings.admits && !house->settings.admits(caller)) return;
  if (Server* branch = house->settings.branch_of ? house->settings.branch_of(caller) : nullptr)
    return branch->impl_->take_over(std::move(connection->socket()));
  if (!make_room()) return;
  if (house->tls && !connection->secure_as_server(house->tls.get())) return;
  const auto session = std::make_shared<Session>(house, loop, house->settings, connection, caller);
  house->sessions.emplace(caller.connection, session);
  house->tls ? session->handshake() : session->next();
}

// Of another's loop, and so perhaps of its thread: a socket belongs to a loop.
void Server::Impl::take_over(asio::ip::tcp::socket socket) {
  asio::error_code error;
  const auto protocol = socket.local_endpoint(error).protocol();
  const int descriptor = error ? -1 : socket.release(error);
  if (error) return;
  loop.post([weak = weak_from_this(), protocol, descriptor] {
    const std::shared_ptr<Impl> self = weak.lock();
    asio::error_code refused;
    if (self) {
      asio::ip::tcp::socket ours(self->loop.context());
      ours.assign(protocol, descriptor, refused);
      if (!refused) return self->welcome(std::move(ours));
    }
    ::close(descriptor);
  });
}

void Server::Impl::stop() {
  asio::error_code ignored;
  acceptor.close(ignored);
  if (timer) loop.cancel(*timer);
  timer.reset();
  const auto sessions = std::exchange(house->sessions, {});
  for (const auto& [number, session] : sessions) session->over();
}

Server::Server() = default;
Server::~Server() {  // NOLINT(bugprone-exception-escape): closing takes error codes
  stop();
}

tl::expected<std::unique_ptr<Server>, std::string> Server::listen(EventLoop& loop, ServerSettings settings,
                                                                  Handler handler) {
  TlsContext tls;
  if (settings.tls) {
    auto made = server_context(*settings.tls);
    if (!made) return tl::unexpected(made.error());
    tls = std::move(*made);
  }
  std::unique_ptr<Server> server(new Server);
  server->impl_ = std::make_shared<Impl>(loop, std::move(settings), std::move(handler), std::move(tls));
  if (auto failure = server->impl_->open()) {
    server->impl_.reset();
    return tl::unexpected(std::move(*failure));
  }
  server->impl_->accept();
  return server;
}

std::unique_ptr<Server> Server::branch(EventLoop& loop, ServerSettings settings, Handler handler) {
  std::unique_ptr<Server> server(new Server);
  server->impl_ = std::make_shared<Impl>(loop, std::move(settings), std::move(handler), TlsContext());
  return server;
}

std::uint16_t Server::port() const {
  asio::error_code error;
  const auto endpoint = impl_->acceptor.local_endpoint(error);
  return error ? std::uint16_t{0} : endpoint.port();
}

void Server::stop() {
  if (impl_) impl_->stop();
}

}  // namespace understudy::net
