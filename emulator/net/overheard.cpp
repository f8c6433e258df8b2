#include "net/overheard.h"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "net/http_reader.h"
#include "net/server.h"

namespace understudy::net {

namespace {

using transcript::Exchange;
using transcript::Fact;
using transcript::Lack;
using transcript::RecordedExchange;

constexpr auto phones_wait =
    std::chrono::milliseconds(29'990);  // 30 s (http.timely), less what goes by between the two sides
constexpr std::size_t most_of_a_request = 4U << 20U;  // bytes

bool begins_request(std::string_view bytes) {
  constexpr std::array<std::string_view, 6> methods = {"POST ", "GET ",    "HEAD ",
                                                       "PUT ",  "DELETE ", "OPTIONS "};
  for (const std::string_view method : methods)
    if (bytes.starts_with(method)) return true;
  return false;
}

std::string address_of(const std::string& place) {
  return place.substr(0, place.rfind(':'));
}

}  // namespace

class Hearing::Listener {
 public:
  Listener(Overheard line, std::function<void(RecordedExchange)> out)
      : line_(std::move(line)), peer_(address_of(line_.client)), out_(std::move(out)) {}
  void take(const Piece& piece);
  void rest();
  void end(Overheard::Closed closed, std::chrono::microseconds at);
  void give_up(std::chrono::microseconds at);
  std::uint64_t unread() const { return unread_; }

 private:
  void client_says(const Piece& piece);
  void server_says(const Piece& piece);
  void ask(wpi::HttpRequest request, const Piece& piece);
  // The answer is all that came: `last` if nothing followed on the connection, `lost` if something of it was not captured.
  void finish(bool last, bool lost);

  Overheard line_;
  std::string peer_;
  std::function<void(RecordedExchange)> out_;
  bool fresh_ = true;  // nothing was asked on the connection yet
  std::uint64_t unread_ = 0;
  std::optional<RecordedExchange> open_;
  HttpReader answer_;
  RequestReader requests_{most_of_a_request};
  std::optional<std::pair<std::uint64_t, std::chrono::microseconds>>
      begun_;             // packet and time of a request that is not whole yet
  bool in_step_ = false;  // what the client says next goes on where it was
};

void Hearing::Listener::ask(wpi::HttpRequest request, const Piece& piece) {
  if (open_) finish(false, false);
  const auto [packet, begun] = begun_.value_or(std::pair(piece.packet, piece.at));
  begun_.reset();
  RecordedExchange& one = open_.emplace();
  one.entry = packet;
  one.peer = peer_;
  Exchange& exchange = one.exchange;
  exchange.untold.add({Fact::connection, Fact::doings});
  exchange.connection = line_.connection;
  exchange.fresh_connection = std::exchange(fresh_, false);
  exchange.encrypted = line_.encrypted;
  exchange.local = line_.client;
  exchange.remote = line_.server;
  exchange.begun = begun;
  exchange.sent = exchange.ended = piece.at;
  exchange.request = std::move(request);
  answer_ = HttpReader();
}

void Hearing::Listener::client_says(const Piece& piece) {
  if (!in_step_ && !begins_request(piece.bytes)) {
    unread_ += piece.bytes.size();
    return;
  }
  in_step_ = true;
  if (open_ && answer_.began()) finish(false, false);
  if (!begun_) begun_.emplace(piece.packet, piece.at);
  requests_.take(piece.bytes);
  while (true) {
    wpi::HttpRequest request;
    const auto state = requests_.next(request);
    if (state == RequestReader::State::incomplete) return;
    if (state == RequestReader::State::request) {
      ask(std::move(request), piece);
      continue;
    }
    unread_ += piece.bytes.size();
    in_step_ = false;
    begun_.reset();
    requests_ = RequestReader(most_of_a_request);
    return;
  }
}

void Hearing::Listener::server_says(const Piece& piece) {
  if (!open_) return;
  Exchange& exchange = open_->exchange;
  if (!answer_.began()) exchange.first_byte = piece.at;
  if (answer_.done()) return answer_.excess(piece.bytes);
  answer_.take(piece.bytes);
  exchange.ended = piece.at;
}

void Hearing::Listener::finish(bool last, bool lost) {
  RecordedExchange one = std::move(*open_);
  open_.reset();
  Exchange& exchange = one.exchange;
  const bool closed =
      last && !lost && !line_.lossy && line_.closed == Overheard::Closed::by_server;
  const bool ended = answer_.done();  // whole, or such that nobody could read on
  answer_.end(closed);
  one.whole = !line_.lossy;
  const bool headed = answer_.head_complete();
  if (answer_.began()) exchange.response = std::move(answer_.response());
  const bool flawed = !headed || !exchange.response->complete || !exchange.response->problems.empty();
  if (lost || (!ended && !closed) || (line_.lossy && flawed)) {
    if (!headed) exchange.response.reset();
    exchange.untold.add(Fact::content);
    one.lack = headed ? Lack::not_kept : Lack::no_answer;
  } else if (!headed) {
    exchange.outcome = ended ? transcript::Outcome::answered : transcript::Outcome::closed;
    exchange.phase = answer_.began() ? transcript::Phase::reading : transcript::Phase::waiting;
    exchange.failure = "closed without an answer";
  }
  out_(std::move(one));
}

void Hearing::Listener::take(const Piece& piece) {
  if (piece.gap) {
    if (open_) finish(true, true);
    in_step_ = false;
    begun_.reset();
    requests_ = RequestReader(most_of_a_request);
  } else if (piece.from_client) {
    client_says(piece);
  } else {
    server_says(piece);
  }
}

void Hearing::Listener::rest() {
  if (open_ && answer_.done()) finish(false, false);
}

void Hearing::Listener::give_up(std::chrono::microseconds at) {
  RecordedExchange one = std::move(*open_);
  open_.reset();
  one.whole = true;
  one.exchange.outcome = transcript::Outcome::timed_out;
  one.exchange.phase = transcript::Phase::waiting;
  one.exchange.ended = at;
  one.exchange.failure = "no answer came before the client gave up";
  out_(std::move(one));
}

void Hearing::Listener::end(Overheard::Closed closed, std::chrono::microseconds at) {
  line_.closed = closed;
  if (open_ && closed == Overheard::Closed::by_client && !answer_.began() &&
      at - open_->exchange.sent >= phones_wait)
    return give_up(at);
  if (open_) finish(true, false);
}

Hearing::Hearing(Overheard line, std::function<void(RecordedExchange)> out)
    : listener_(std::make_unique<Listener>(std::move(line), std::move(out))) {}
Hearing::~Hearing() = default;
void Hearing::take(const Piece& piece) {
  listener_->take(piece);
}
void Hearing::rest() {
  listener_->rest();
}
void Hearing::end(Overheard::Closed closed, std::chrono::microseconds at) {
  listener_->end(closed, at);
}
std::uint64_t Hearing::unread() const {
  return listener_->unread();
}

std::vector<RecordedExchange> exchanges_of(const Overheard& connection) {
  std::vector<RecordedExchange> out;
  Overheard line;
  line.client = connection.client;
  line.server = connection.server;
  line.connection = connection.connection;
  line.encrypted = connection.encrypted;
  line.lossy = connection.lossy;
  Hearing hearing(std::move(line), [&](RecordedExchange one) { out.push_back(std::move(one)); });
  for (const Piece& piece : connection.pieces) hearing.take(piece);
  hearing.end(connection.closed);
  return out;
}

}  // namespace understudy::net
