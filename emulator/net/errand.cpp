#include "net/errand.h"

#include <algorithm>
#include <array>
#include <netinet/in.h>
#include <sys/socket.h>
#include <utility>

#include "net/mutual.h"
#include "net/words.h"

namespace understudy::net {

using Step = Connection::Step;
using wpi::HttpFlaw;

namespace {

constexpr std::size_t piece = 16'384;        // a TLS record
constexpr std::size_t window = 65'536;       // bytes of a long request that are held at once
constexpr int most_pieces = 64;              // read in one turn of the loop
constexpr std::size_t most_excess = 65'536;  // looked at after an answer
constexpr std::size_t first_look = 64;       // bytes of what may be no TLS

// Where an answer ends is doubtful after these, and so where the next would begin.
bool spoils_connection(HttpFlaw flaw) {
  constexpr std::array doubtful = {HttpFlaw::bad_status_line,    HttpFlaw::conflicting_length,
                                   HttpFlaw::length_and_chunked, HttpFlaw::bad_length,
                                   HttpFlaw::bad_coding,         HttpFlaw::bad_chunk,
                                   HttpFlaw::body_excess};
  return std::find(doubtful.begin(), doubtful.end(), flaw) != doubtful.end();
}

bool says_close(const wpi::HttpRequest& request) {
  const std::string* connection = wpi::find_header(request.headers, "Connection");
  return connection != nullptr && wpi::same_ignoring_case(*connection, "close");
}

bool is_address(const std::string& host) {
  asio::error_code error;
  asio::ip::make_address(host, error);
  return !error;
}

std::string connect_failure(const asio::ip::tcp::endpoint& to, const asio::error_code& error) {
  if (error == asio::error::connection_refused) return "refused: nothing listens on " + in_words(to);
  return "no connection to " + in_words(to) + ": " + error.message();
}

// This machine had no descriptor, port or memory left for a connection: whoever is called had no part in that.
bool is_own_lack(const asio::error_code& error) {
  return error == std::errc::address_not_available || error == std::errc::too_many_files_open ||
         error == std::errc::too_many_files_open_in_system || error == std::errc::no_buffer_space ||
         error == std::errc::not_enough_memory;
}

}  // namespace

tl::expected<SSL_CTX*, std::string> Exchanger::context(TlsProfile profile) {
  TlsContext& context = profile == TlsProfile::old ? old : current;
  if (!context) {
    auto made = client_context(profile);
    if (!made) return tl::unexpected(made.error());
    context = std::move(*made);
  }
  return context.get();
}

std::string reaches(const Order& order) {
  return order.target.host + ' ' + std::to_string(order.target.port) + ' ' +
         (order.target.tls ? "tls " : "plain ") + (order.credentials ? order.credentials->certificate_pem + ' ' : "") + (order.profile == TlsProfile::old ? "old " : "current ") +
         order.source_address;
}

Errand::Errand(std::shared_ptr<Exchanger> exchanger, Order order, std::function<void(Errand&)> over)
    : exchanger_(std::move(exchanger)),
      order_(std::move(order)),
      over_(std::move(over)),
      reader_({exchanger_->settings.max_head, exchanger_->settings.max_body}) {
  record.begun = exchanger_->loop.now();
  record.encrypted = order_.target.tls;
  record.secure = order_.credentials != nullptr;
  record.limit = order_.waits.answer;
  record.phase = Phase::resolving;
  record.scripted = touch_of(order_.fault.kind);
}

void Errand::start(std::optional<Kept> line) {
  if (line) {
    connection_ = std::move(line->connection);
    record.fresh_connection = false;
    record.connection = line->number;
    record.tls = line->tls;
    record.local = connection_->local();
    record.remote = connection_->remote();
    record.connected = record.begun;
    if (order_.target.tls) record.secured = record.begun;
    record.phase = Phase::sending;
    if (still_there()) return send();
    if (finished_) return;
    // It is to be made anew. Or bytes that nobody asked for came meanwhile: what follows on that connection would be no answer.
    connection_->close();
    connection_.reset();
    record.tls.reset();
    record.fresh_connection = true;
    record.connection = 0;
    record.local.clear();
    record.remote.clear();
    record.connected = record.secured = {};
  }
  resolve();
}

void Errand::interrupt() {
  reader_.end(false);
  if (reader_.began() && !finished_) record.response = std::move(reader_.response());
  finish(Outcome::interrupted, "broken off");
}

void Errand::abandon() {
  over_ = nullptr;
  finish(Outcome::interrupted, "broken off");
}

// ---- Time

void Errand::enter(Phase phase, microseconds wait) {
  record.phase = phase;
  if (timer_) exchanger_->loop.cancel(*timer_);
  timer_ = exchanger_->loop.after(wait, [errand = self()] {
    errand->timer_.reset();
    errand->timed_out();
  });
}

std::string Errand::silence() const {
  const Waits& waits = order_.waits;
  const std::string answer = in_words(waits.answer);
  switch (record.phase) {
    case Phase::resolving:
      return order_.target.host + " was not resolved within " + in_words(waits.resolve);
    case Phase::connecting:
      return "no connection to " + record.remote + " within " + in_words(waits.connect);
    case Phase::handshake:
      return (heard_handshake_ ? "the TLS handshake did not end within "
                               : "no answer to the TLS handshake within ") +
             in_words(waits.handshake);
    case Phase::sending:
      return "the request could not be sent within " + answer;
    case Phase::waiting:
      return "no answer within " + answer;
    default:
      break;
  }
  if (!reader_.beginning().empty()) return unreadable();
  for (const wpi::HttpProblem& problem : record.response->problems)
    if (problem.flaw == HttpFlaw::body_short)
      return "the answer was not whole within " + answer + ": " + problem.detail;
  return "the answer was not whole within " + answer;
}

void Errand::timed_out() {
  // An address that does not answer is no reason not to try the next one.
  if (record.phase == Phase::connecting && !endpoints_.empty()) {
    connection_->close();
    return connect_next();
  }
  reader_.end(false);
  if (reader_.began()) record.response = std::move(reader_.response());
  finish(Outcome::timed_out, silence());
}

// ---- Connection

// False with finished_ if the service closed meanwhile; false alone if it sent something, or the order reopens.
bool Errand::still_there() {
  std::array<char, 256> bytes{};
  std::size_t n = 0;
  const Step step = connection_->read(bytes, n);
  if (step == Step::wants_read || step == Step::wants_write) return true;
  if (step != Step::done && !order_.reopens)
    finish(Outcome::closed, "the service had closed the connection that was kept for this request");
  return false;
}

void Errand::resolve() {
  using asio::ip::tcp;
  asio::error_code error;
  const auto address = asio::ip::make_address(order_.target.host, error);
  if (!error) {
    endpoints_ = {tcp::endpoint(address, order_.target.port)};
    return connect_next();
  }
  enter(Phase::resolving, order_.waits.resolve);
  resolver_.emplace(exchanger_->loop.context());
  resolver_->async_resolve(
      order_.target.host, std::to_string(order_.target.port), tcp::resolver::numeric_service,
      [errand = self()](const asio::error_code& failed, const tcp::resolver::results_type& found) {
        if (errand->finished_) return;
        if (failed)
          return errand->finish(Outcome::no_connection,
                                errand->order_.target.host + " does not resolve: " + failed.message());
        for (const auto& entry : found) errand->endpoints_.push_back(entry.endpoint());
        std::reverse(errand->endpoints_.begin(), errand->endpoints_.end());
        errand->connect_next();
      });
}

void Errand::next_after(std::string failure) {
  last_failure_ = std::move(failure);
  connect_next();
}

void Errand::connect_next() {
  using asio::ip::tcp;
  if (endpoints_.empty())
    return finish(not_allowed_ ? Outcome::not_allowed : Outcome::no_connection, last_failure_);
  const tcp::endpoint to = endpoints_.back();
  endpoints_.pop_back();
  record.remote = in_words(to);
  const std::string address = to.address().to_string();
  not_allowed_ = exchanger_->may_connect && !exchanger_->may_connect(order_.target.host, address);
  if (not_allowed_)
    return next_after("a connection to " + address + " is not allowed");
  tcp::socket socket(exchanger_->loop.context());
  asio::error_code error;
  socket.open(to.protocol(), error);
  if (error) return next_after("no socket: " + error.message());
  if (auto failure = bind_source(socket, to)) return next_after(std::move(*failure));
  enter(Phase::connecting, order_.waits.connect);
  connection_ = std::make_shared<Connection>(std::move(socket));
  connection_->socket().async_connect(
      to, [errand = self(), tried = connection_, to](const asio::error_code& failed) {
        if (errand->finished_ || errand->connection_ != tried || !tried->is_open()) return;
        if (!failed) {
          tried->forget_connecting(to.protocol());
          return errand->connected();
        }
        tried->close();
        if (is_own_lack(failed)) errand->record.phase = Phase::resolving;  // nothing was sent to anybody
        errand->next_after(connect_failure(to, failed));
      });
}

std::optional<std::string> Errand::bind_source(asio::ip::tcp::socket& socket,
                                               const asio::ip::tcp::endpoint& to) const {
  if (order_.source_address.empty()) return std::nullopt;
  asio::error_code error;
  const auto address = asio::ip::make_address(order_.source_address, error);
  if (!error && address.is_v4() != to.address().is_v4())
    return "from " + order_.source_address + " there is no way to " + in_words(to);
  // The port is chosen when the destination is known, so that many connections from one address can share it.
  const int on = 1;
  ::setsockopt(socket.native_handle(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  if (!error) socket.bind({address, 0}, error);
  if (error) return "cannot speak from " + order_.source_address + ": " + error.message();
  return std::nullopt;
}

void Errand::connected() {
  connection_->made(record.remote);
  record.connected = exchanger_->loop.now();
  record.connection = ++exchanger_->connections;
  record.local = connection_->local();
  if (!order_.target.tls) return send();
  enter(Phase::handshake, order_.waits.handshake);
  const auto context = exchanger_->context(order_.profile);
  if (!context) return finish(Outcome::tls_failed, context.error());
  const std::string name = is_address(order_.target.host) ? "" : order_.target.host;
  if (!connection_->secure_as_client(*context, name)) return finish(Outcome::tls_failed, tls_trouble());
  if (order_.renegotiates) SSL_set_max_proto_version(connection_->tls(), TLS1_2_VERSION);  // later ones have none
  const auto& shows = order_.fault.kind == Fault::Kind::certificate ? order_.fault.shows : order_.credentials;
  if (shows)
    if (const auto shown = show_certificate(connection_->tls(), *shows); !shown) return finish(Outcome::tls_failed, shown.error());
  if (resumes()) exchanger_->sessions.offer(order_.phone, reaches(order_), connection_->tls());
  handshake();
}

// ---- TLS

// Not where a script wants a handshake of its own.
bool Errand::resumes() const {
  return order_.resumes && !order_.renegotiates && !wants_connection(order_.fault.kind);
}

bool Errand::answers_tls() {
  if (heard_handshake_) return true;
  const std::string first = connection_->peek(first_look);
  heard_handshake_ = !first.empty();
  const std::string other = not_tls(first);
  if (!other.empty()) finish(Outcome::tls_failed, other);
  return other.empty();
}

void Errand::handshake() {
  if (!answers_tls()) return;
  switch (const Step step = connection_->handshake(); step) {
    case Step::done:
      return secured();
    case Step::wants_read:
    case Step::wants_write:
      return go_on(step, &Errand::handshake);
    case Step::ended:
      return finish(Outcome::tls_failed, "the service closed the connection in the TLS handshake");
    case Step::failed: {
      // It may have come while OpenSSL read, behind our look at it.
      const std::string other = not_tls(connection_->first_record());
      return finish(Outcome::tls_failed, other.empty() ? "the TLS handshake failed: " + connection_->trouble() : other);
    }
  }
}

void Errand::secured() {
  record.secured = exchanger_->loop.now();
  record.tls = exchanger_->certificates.facts(connection_->tls(), order_.target.host,
                                              std::chrono::system_clock::now());
  if (order_.credentials)
    if (const std::string why = check_service(connection_->tls(), *order_.credentials, order_.target.host, *record.tls); !why.empty())
      return finish(Outcome::tls_failed, why);
  if (order_.renegotiates) return renegotiate();
  send();
}

void Errand::renegotiate() {
  SSL* tls = connection_->tls();
  if (SSL_get_secure_renegotiation_support(tls) != 1)
    return finish(Outcome::interrupted, "the service does not know how to renegotiate safely: it was not asked to");
  SSL_clear_options(tls, SSL_OP_NO_RENEGOTIATION);
  if (SSL_renegotiate(tls) != 1) return finish(Outcome::interrupted, "it could not be asked to renegotiate: " + tls_trouble());
  enter(Phase::handshake, order_.waits.handshake);
  renegotiating();
}

void Errand::renegotiating() {
  using transcript::Renegotiation;
  switch (const Step step = connection_->handshake(); step) {
    case Step::done:
      record.tls->renegotiation = Renegotiation::granted;
      return finish(Outcome::interrupted, "the service let the client renegotiate; nothing was asked");
    case Step::wants_read:
    case Step::wants_write:
      return go_on(step, &Errand::renegotiating);
    case Step::ended:
    case Step::failed:
      record.tls->renegotiation = Renegotiation::refused;
      return finish(Outcome::interrupted, "the service refused to renegotiate; nothing was asked");
  }
}

void Errand::go_on(Step want, void (Errand::*step)()) {
  connection_->when(want, [errand = self(), step] {
    if (!errand->finished_) (*errand.*step)();
  });
}

// ---- Request and answer

void Errand::send() {
  const Fault& fault = order_.fault;
  if (out_size_ == 0) {
    if (order_.stretches.empty()) out_ = wpi::to_bytes(order_.request);
    out_size_ = order_.stretches.empty() ? out_.size() : size_of(order_.stretches);
    may_send_ = out_size_;
    if (fault.kind == Fault::Kind::drop_before) may_send_ = 0;
    if (fault.kind == Fault::Kind::drop_within) may_send_ = std::min(may_send_, fault.bytes);
    microseconds takes{};
    if (fault.kind == Fault::Kind::slow) {
      takes = std::chrono::seconds(out_size_ / fault.rate + 1);
      may_send_ = 0;
      send_slowly();
    }
    enter(Phase::sending, order_.waits.answer + takes);
  }
  while (written_ < may_send_) {
    std::size_t n = 0;
    const Step step = connection_->write(next_to_send(), n);
    written_ += n;
    if (step == Step::wants_read || step == Step::wants_write) return go_on(step, &Errand::send);
    // A service may have answered and closed before it read all: what it said is still there to be read.
    if (step != Step::done) return receive();
  }
  if (fault.kind == Fault::Kind::drop_before) return drop("before the request");
  if (fault.kind == Fault::Kind::drop_within)
    return drop("after " + std::to_string(written_) + " of the request's " + std::to_string(out_size_) + " bytes");
  if (written_ < out_size_) return;  // more may go out later
  sent();
}

// Some of what may go out. What OpenSSL could not write whole it is given again, at the same length or longer.
std::string_view Errand::next_to_send() {
  if (!order_.stretches.empty() && written_ >= out_begin_ + out_.size()) {
    out_begin_ = written_;
    out_ = bytes_at(order_.stretches, written_, window);
  }
  return std::string_view(out_).substr(written_ - out_begin_, may_send_ - written_);
}

// Some more of the request may go out, and again after a while.
void Errand::send_slowly() {
  constexpr std::size_t turns = 10;  // a second
  const std::size_t rate = order_.fault.rate;
  const std::size_t more = std::max<std::size_t>(1, rate / turns);
  may_send_ = std::min(out_size_, may_send_ + more);
  if (may_send_ == out_size_) return;
  pace_ = exchanger_->loop.after(std::chrono::microseconds(1'000'000 * more / rate), [errand = self()] {
    errand->pace_.reset();
    if (errand->finished_) return;
    errand->send_slowly();
    errand->send();
  });
}

// The other side sees an end that nothing explains.
void Errand::drop(const std::string& when) {
  connection_->close();
  finish(Outcome::interrupted, "the script closed the connection " + when);
}

void Errand::sent() {
  std::string().swap(out_);
  record.sent = exchanger_->loop.now();
  if (order_.fault.kind == Fault::Kind::drop_after) return drop("after the request, before an answer");
  if (order_.fault.kind == Fault::Kind::reset) {
    connection_->reset();
    return finish(Outcome::interrupted, "the script reset the connection after the request, before an answer");
  }
  if (order_.fault.kind == Fault::Kind::half_close) connection_->finish_writing();
  enter(Phase::waiting, order_.waits.answer);
  if (connection_->has_pending()) return receive();
  go_on(Step::wants_read, &Errand::receive);
}

void Errand::receive() {
  std::array<char, piece> bytes;
  for (int pieces = 0; pieces < most_pieces; ++pieces) {
    std::size_t n = 0;
    const Step step = connection_->read(bytes, n);
    if (step == Step::wants_read || step == Step::wants_write) return go_on(step, &Errand::receive);
    if (step != Step::done) return lost();
    if (!reader_.began()) {
      record.first_byte = exchanger_->loop.now();
      record.phase = Phase::reading;
    }
    received_ += n;
    if (order_.fault.kind == Fault::Kind::drop_answer && received_ >= order_.fault.bytes)
      return drop("within the answer, after " + std::to_string(received_) + " bytes");
    if (reader_.take({bytes.data(), n})) return answer_done();
  }
  // Timers and other phones shall have their turn while a service sends without a pause.
  exchanger_->loop.post([errand = self()] {
    if (!errand->finished_) errand->receive();
  });
}

// What came right behind the answer belongs to it; what comes later closes the connection, see still_there().
void Errand::answer_done() {
  wpi::HttpResponse& response = reader_.response();
  std::array<char, piece> bytes;
  std::size_t n = 0;
  for (std::size_t seen = 0; response.complete && seen < most_excess; seen += n) {
    if (connection_->read(bytes, n) != Step::done) break;
    reader_.excess({bytes.data(), n});
  }
  record.response = std::move(response);
  if (reader_.head_complete()) {
    record.phase = Phase::done;
    return finish(Outcome::answered, "");
  }
  finish(Outcome::closed, unreadable());
}

std::string Errand::unreadable() const {
  const std::string foreign = reader_.beginning();
  if (foreign.starts_with('\x15') || foreign.starts_with('\x16')) return "what came is TLS, not plain HTTP";
  if (!foreign.empty()) return "what came is no HTTP: " + quoted(foreign);
  return "the answer cannot be read: " + record.response->problems.back().detail;
}

void Errand::lost() {
  const bool head = reader_.end(true);
  if (reader_.began()) record.response = std::move(reader_.response());
  if (head) {
    record.phase = Phase::done;
    return finish(Outcome::answered, "");
  }
  if (!reader_.beginning().empty()) return finish(Outcome::closed, unreadable());
  std::string failure = "the service closed the connection before it answered";
  if (record.response)
    failure =
        "the service closed the connection within the answer's head: " + quoted(record.response->head, 48);
  if (record.phase == Phase::sending)
    failure = "the service closed the connection before it had read the request";
  if (!connection_->trouble().empty()) failure += " (" + connection_->trouble() + ")";
  finish(Outcome::closed, failure);
}

bool Errand::keeps_connection() const {
  if (record.outcome != Outcome::answered || !record.response->complete || !record.response->keeps_open)
    return false;
  const auto& problems = record.response->problems;
  if (ends_connection(order_.fault.kind)) return false;  // it is not one that the phone's next message could use
  return !says_close(order_.request) && connection_->is_open() && written_ > 0 && out_.empty() &&
         std::none_of(problems.begin(), problems.end(),
                      [](const wpi::HttpProblem& p) { return spoils_connection(p.flaw); });
}

void Errand::finish(Outcome outcome, std::string failure) {
  if (finished_) return;
  finished_ = true;
  if (timer_) exchanger_->loop.cancel(*timer_);
  timer_.reset();
  if (pace_) exchanger_->loop.cancel(*pace_);
  pace_.reset();
  if (resolver_) resolver_->cancel();
  record.ended = exchanger_->loop.now();
  record.outcome = outcome;
  record.failure = std::move(failure);
  if (!over_) {
    if (connection_) connection_->close();
    return;
  }
  if (record.response && !record.response->body.empty()) {
    const bool validate = exchanger_->settings.validate.has(++exchanger_->read);
    exchanger_->validated += validate ? 1 : 0;
    record.answer = std::make_shared<const wpi::Document>(exchanger_->reader.read(
        record.response->body, wpi::Sender::service, {.validate = validate}));
  }
  if (record.outcome == Outcome::answered && connection_ && connection_->tls() && resumes())
    exchanger_->sessions.keep(order_.phone, reaches(order_), connection_->tls());
  if (keeps_connection())
    kept = Kept{connection_, record.connection, record.tls, reaches(order_)};
  else if (connection_)
    connection_->close();
  connection_.reset();
  record.request = std::move(order_.request);
  std::exchange(over_, nullptr)(*this);
}

}  // namespace understudy::net
