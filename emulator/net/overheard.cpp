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

class Listener {
 public:
  explicit Listener(const Overheard& connection) : connection_(connection) {}
  std::vector<RecordedExchange> listen();

 private:
  void client_says(const Piece& piece);
  void server_says(const Piece& piece);
  void ask(wpi::HttpRequest request, const Piece& piece);
  // The answer is all that came: `last` if nothing followed on the connection, `lost` if something of it was not captured.
  void finish(bool last, bool lost);

  const Overheard& connection_;
  std::vector<RecordedExchange> out_;
  std::optional<RecordedExchange> open_;
  HttpReader answer_;
  RequestReader requests_{most_of_a_request};
  std::optional<std::pair<std::uint64_t, std::chrono::microseconds>>
      begun_;             // packet and time of a request that is not whole yet
  bool in_step_ = false;  // what the client says next goes on where it was
};

void Listener::ask(wpi::HttpRequest request, const Piece& piece) {
  if (open_) finish(false, false);
  const auto [packet, begun] = begun_.value_or(std::pair(piece.packet, piece.at));
  begun_.reset();
  RecordedExchange& one = open_.emplace();
  one.entry = packet;
  one.peer = address_of(connection_.client);
  Exchange& exchange = one.exchange;
  exchange.untold.add({Fact::connection, Fact::doings});
  exchange.connection = connection_.connection;
  exchange.fresh_connection = out_.empty();
  exchange.encrypted = connection_.encrypted;
  exchange.local = connection_.client;
  exchange.remote = connection_.server;
  exchange.begun = begun;
  exchange.sent = exchange.ended = piece.at;
  exchange.request = std::move(request);
  answer_ = HttpReader();
}

void Listener::client_says(const Piece& piece) {
  if (!in_step_ && !begins_request(piece.bytes)) return;
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
    in_step_ = false;
    begun_.reset();
    requests_ = RequestReader(most_of_a_request);
    return;
  }
}

void Listener::server_says(const Piece& piece) {
  if (!open_) return;
  Exchange& exchange = open_->exchange;
  if (!answer_.began()) exchange.first_byte = piece.at;
  if (answer_.done()) return answer_.excess(piece.bytes);
  answer_.take(piece.bytes);
  exchange.ended = piece.at;
}

void Listener::finish(bool last, bool lost) {
  RecordedExchange one = std::move(*open_);
  open_.reset();
  Exchange& exchange = one.exchange;
  const bool closed =
      last && !lost && !connection_.lossy && connection_.closed == Overheard::Closed::by_server;
  const bool ended = answer_.done();  // whole, or such that nobody could read on
  answer_.end(closed);
  one.whole = !connection_.lossy;
  const bool headed = answer_.head_complete();
  if (answer_.began()) exchange.response = std::move(answer_.response());
  const bool flawed = !headed || !exchange.response->complete || !exchange.response->problems.empty();
  if (lost || (!ended && !closed) || (connection_.lossy && flawed)) {
    if (!headed) exchange.response.reset();
    exchange.untold.add(Fact::content);
    one.lack = headed ? Lack::not_kept : Lack::no_answer;
  } else if (!headed) {
    exchange.outcome = ended ? transcript::Outcome::answered : transcript::Outcome::closed;
    exchange.phase = answer_.began() ? transcript::Phase::reading : transcript::Phase::waiting;
    exchange.failure = "closed without an answer";
  }
  out_.push_back(std::move(one));
}

std::vector<RecordedExchange> Listener::listen() {
  for (const Piece& piece : connection_.pieces) {
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
  if (open_) finish(true, false);
  return std::move(out_);
}

}  // namespace

std::vector<RecordedExchange> exchanges_of(const Overheard& connection) {
  return Listener(connection).listen();
}

}  // namespace understudy::net
