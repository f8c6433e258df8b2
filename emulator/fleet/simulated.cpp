#include "fleet/simulated.h"

#include <algorithm>
#include <utility>

#include "net/http_reader.h"

namespace understudy::fleet {

std::uint64_t SimulatedClock::after(microseconds wait, std::function<void()> then) {
  moments_.emplace(now_ + wait, ++timers_);
  planned_.emplace(timers_, std::move(then));
  return timers_;
}

void SimulatedClock::cancel(std::uint64_t timer) { planned_.erase(timer); }

bool SimulatedClock::run(const std::function<bool()>& until, microseconds limit) {
  const microseconds end = now_ + limit;
  while (!until()) {
    if (moments_.empty()) return false;
    const auto [at, timer] = moments_.top();
    const auto plan = planned_.find(timer);
    if (plan == planned_.end()) {
      moments_.pop();
      continue;
    }
    if (at > end) {
      now_ = end;
      return false;
    }
    moments_.pop();
    now_ = std::max(now_, at);
    const std::function<void()> then = std::move(plan->second);
    planned_.erase(plan);
    then();
  }
  return true;
}

InProcessCarrier::InProcessCarrier(net::Clock& clock, InProcessService service, Settings settings)
    : clock_(clock), service_(std::move(service)), settings_(std::move(settings)) {}

void InProcessCarrier::carry(net::Order order, std::function<void(transcript::Exchange)> done) {
  if (order.fresh_connection || net::wants_connection(order.fault.kind)) close(order.phone);
  if (const auto kept = open_.find(order.phone); order.reopens && kept != open_.end() && kept->second.closed_by_service) open_.erase(kept);
  transcript::Exchange exchange = play(order);
  clock_.after(exchange.ended - clock_.now(),
               [exchange = std::move(exchange), done = std::move(done)]() mutable { done(std::move(exchange)); });
}

void InProcessCarrier::close(const std::string& phone) { open_.erase(phone); }

namespace {

std::size_t size_on_wire(const net::Order& order) {
  return order.stretches.empty() ? wpi::to_bytes(order.request).size() : net::size_of(order.stretches);
}

}  // namespace

// Bytes that were sent as they are go through the reader of a server first, and so does a request whose length is wrong.
net::Served InProcessCarrier::serve(const net::Order& order, const transcript::Exchange& x, microseconds at) {
  constexpr std::size_t most = 8 * 1024 * 1024;  // bytes, as net::ServerSettings has it
  const auto& shows = order.fault.kind == net::Fault::Kind::certificate ? order.fault.shows : order.credentials;
  const net::Caller caller{x.local, x.connection, x.encrypted, x.remote, shows ? shows->certificate_pem : std::string(),
                           x.sent - x.secured};
  using Fault = net::Fault::Kind;
  const bool wrong_length = order.fault.kind == Fault::short_length || order.fault.kind == Fault::long_length;
  if (!order.request.method.empty() && !wrong_length) return service_(order.request, caller, at);
  net::RequestReader reader(most);
  wpi::HttpRequest request;
  auto state = net::RequestReader::State::incomplete;
  if (order.stretches.empty()) reader.take(wpi::to_bytes(order.request)), state = reader.next(request);
  for (std::size_t sent = 0; state == net::RequestReader::State::incomplete;) {
    const std::string piece = net::bytes_at(order.stretches, sent, 1024 * 1024);
    if (piece.empty()) break;
    sent += piece.size();
    reader.take(piece);
    state = reader.next(request);
  }
  switch (state) {
    case net::RequestReader::State::request: return service_(request, caller, at);
    case net::RequestReader::State::incomplete: return {.bytes = "", .after = net::ServerSettings{}.idle, .close = true};
    case net::RequestReader::State::malformed:
    case net::RequestReader::State::too_large: break;
  }
  return {.bytes = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", .close = true};
}

transcript::Exchange InProcessCarrier::play(const net::Order& order) {
  using transcript::Outcome;
  using transcript::Phase;
  const microseconds latency = settings_.latency;
  auto [place, fresh] = open_.try_emplace(order.phone);
  Connection& connection = place->second;
  if (fresh) connection.number = ++connections_;

  transcript::Exchange x;
  x.connection = connection.number;
  x.fresh_connection = fresh;
  x.encrypted = settings_.tls && order.target.tls;
  x.secure = order.credentials != nullptr;
  if (x.encrypted) x.tls = settings_.tls;
  if (x.encrypted && x.secure) {
    x.tls->problems.clear();
    if (settings_.secure_tls) x.tls = settings_.secure_tls();
  }
  x.local = (order.source_address.empty() ? "127.0.0.1" : order.source_address) + ":40000";
  x.remote = order.target.tls && !settings_.is_there && !order.credentials ? settings_.remote : order.target.host_header();
  x.request = order.request;
  x.limit = order.waits.answer;
  x.begun = clock_.now();
  x.connected = x.begun + (fresh ? 2 * latency : microseconds{});
  x.secured = x.connected + (fresh && x.encrypted ? 2 * latency : microseconds{});
  x.sent = x.secured;
  x.scripted = net::touch_of(order.fault.kind);

  const auto fail = [&](Outcome outcome, Phase phase, microseconds at, std::string why) {
    x.outcome = outcome;
    x.phase = phase;
    x.ended = at;
    x.failure = std::move(why);
    open_.erase(order.phone);
  };
  if (settings_.is_there && !settings_.is_there(order.target)) {
    fail(Outcome::no_connection, Phase::connecting, x.begun + 2 * latency, x.remote + " refused the connection");
    return x;
  }
  if (x.secure && x.tls && !x.tls->problems.empty()) {
    fail(Outcome::tls_failed, Phase::handshake, x.connected + 2 * latency,
         "the phone refuses the service: its certificate is wrong (" + std::string(name_of(x.tls->problems.front())) + ")");
    return x;
  }
  if (order.renegotiates) {
    if (x.tls && settings_.renegotiation != transcript::Renegotiation::untried) {
      x.tls->version = "TLSv1.2";
      x.tls->renegotiation = settings_.renegotiation;
      fail(Outcome::interrupted, Phase::handshake, x.secured, "the script asked for a handshake anew");
    } else {
      x.tls.reset();
      fail(Outcome::tls_failed, Phase::handshake, x.connected + 2 * latency, "the service does not speak TLS 1.2");
    }
    return x;
  }
  if (connection.closed_by_service) {
    fail(Outcome::closed, Phase::waiting, x.sent + latency, "the service closed the connection before it answered");
    return x;
  }

  using Fault = net::Fault::Kind;
  const Fault fault = order.fault.kind;
  const auto drop = [&](Phase phase, const std::string& when) {
    if (phase == Phase::sending) x.sent = {};
    fail(Outcome::interrupted, phase, x.secured, "the script closed the connection " + when);
  };
  if (fault == Fault::drop_before) {
    drop(Phase::sending, "before the request");
    return x;
  }
  if (fault == Fault::drop_within) {
    const std::size_t all = size_on_wire(order);
    drop(Phase::sending, "after " + std::to_string(std::min(all, order.fault.bytes)) + " of the request's " + std::to_string(all) + " bytes");
    return x;
  }
  if (fault == Fault::slow)
    x.sent += microseconds(1'000'000 * size_on_wire(order) / std::max<std::size_t>(1, order.fault.rate));
  const net::Served served = serve(order, x, x.sent + latency);
  if (fault == Fault::drop_after) {
    drop(Phase::waiting, "after the request, before an answer");
    return x;
  }
  if (fault == Fault::reset) {
    fail(Outcome::interrupted, Phase::waiting, x.secured, "the script reset the connection after the request, before an answer");
    return x;
  }
  if (fault == Fault::drop_answer) {
    drop(Phase::reading, "within the answer, after " + std::to_string(std::min(order.fault.bytes, served.bytes.size())) + " bytes");
    return x;
  }
  const microseconds deadline = x.sent + x.limit;
  const microseconds starts = x.sent + 2 * latency + served.after;

  // What reaches the phone before the deadline.
  std::size_t arrived = served.bytes.size();
  microseconds ends = starts;
  if (starts > deadline) {
    arrived = 0;
  } else if (served.piece > 0 && served.every.count() > 0) {
    const std::size_t pieces = (served.bytes.size() + served.piece - 1) / served.piece;
    const auto in_time = static_cast<std::size_t>((deadline - starts) / served.every) + 1;
    arrived = std::min(arrived, in_time * served.piece);
    ends = starts + served.every * static_cast<std::int64_t>(std::min(pieces, in_time) - 1);
  }

  net::HttpReader::Limits limits;
  limits.body = settings_.max_body;
  net::HttpReader http(limits);
  const std::string_view bytes = std::string_view(served.bytes).substr(0, arrived);
  const bool all_arrived = arrived == served.bytes.size();
  const bool done = http.take(bytes);
  if (arrived > 0) x.first_byte = starts;
  const bool closed = served.close && all_arrived && starts <= deadline;
  if (!done) http.end(closed);

  if (http.head_complete()) {
    x.outcome = done || closed ? Outcome::answered : Outcome::timed_out;
    x.phase = done || closed ? Phase::done : Phase::reading;
    x.ended = done || closed ? ends : deadline;
    if (x.outcome == Outcome::timed_out) x.failure = "no whole answer in time";
    x.response = std::move(http.response());
    if (!x.response->body.empty()) {
      const bool validate = settings_.validate.has(++read_);
      validated_ += validate ? 1 : 0;
      x.answer = std::make_shared<wpi::Document>(reader_.read(x.response->body, wpi::Sender::service, {validate, {}}));
    }
    if (!x.response->keeps_open || !x.response->complete || x.outcome != Outcome::answered || net::ends_connection(fault))
      open_.erase(order.phone);
    else
      connection.closed_by_service = closed;
  } else if (done) {
    x.response = std::move(http.response());
    fail(Outcome::closed, Phase::reading, ends, "what came is no HTTP");
  } else if (closed) {
    if (http.began()) x.response = std::move(http.response());
    fail(Outcome::closed, Phase::waiting, ends, "the service closed the connection before it answered");
  } else {
    fail(Outcome::timed_out, http.began() ? Phase::reading : Phase::waiting, deadline, "no answer in time");
  }
  return x;
}

}  // namespace understudy::fleet
