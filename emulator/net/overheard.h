// A connection that somebody else recorded, as the exchanges that were said on it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "transcript/recording.h"

namespace understudy::net {

// Bytes that one side said, without TLS.
struct Piece {
  bool from_client = true;
  std::uint64_t packet = 0;  // of the capture, from 1: where it can be found again
  std::chrono::microseconds at{};
  bool gap = false;  // what stood here was not captured
  std::string bytes = {};
};

struct Overheard {
  enum class Closed { not_seen, by_client, by_server };  // who closed it first
  std::string client, server;                            // "10.0.0.7:43212"
  std::uint64_t connection = 0;                          // counts from 1 in the capture
  bool encrypted = false;
  bool lossy = false;  // packets are missing, or were cut: what is wrong with an answer may be the capture's doing
  Closed closed = Closed::not_seen;
  std::vector<Piece> pieces;  // in the order in which they went
};

// What is said on one connection, heard piece by piece as it goes.
class Hearing {
 public:
  // `line` is without pieces, and not closed. `out` gets each exchange when it is over: when the client goes on, at the end,
  // or where the caller says rest().
  Hearing(Overheard line, std::function<void(transcript::RecordedExchange)> out);
  ~Hearing();
  void take(const Piece& piece);
  // The service pauses: an answer that is whole is over.
  void rest();
  // No more comes from the service. `at`: since when, where that is known: a client that closed after waiting for 30 s, as
  // long as a phone waits, and heard nothing, was let wait.
  void end(Overheard::Closed closed, std::chrono::microseconds at = {});
  // Bytes of the client that are no request which could be read, or such a one's.
  std::uint64_t unread() const;

 private:
  class Listener;
  std::unique_ptr<Listener> listener_;
};

// The exchanges, read as strictly as those of our own phones. What was said before the first whole request, and behind
// a gap up to the next one, is left out. An answer whose end was not seen is not judged.
std::vector<transcript::RecordedExchange> exchanges_of(const Overheard& connection);

}  // namespace understudy::net
