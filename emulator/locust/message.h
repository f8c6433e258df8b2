// Messages between a master of Locust and its workers: MessagePack, [type, data, id of the worker]. After locust/runners.py and
// locust/rpc/protocol.py of Locust 2.12.1.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <variant>

#include "locust/statistics.h"

namespace understudy::locust {

using Users = std::map<std::string, std::uint64_t>;  // so many of each class

// ---- What a master says

struct Ack {
  std::optional<std::uint64_t> index;  // of the worker, from 0; masters before 2.10.3 give none
};
// So many users are to be there from now on, in all.
struct Spawn {
  double timestamp = 0;  // what is not newer than the last is void
  Users users;
  std::string host;      // empty: the master has none
  std::chrono::milliseconds stop_timeout{};  // so long users may go on with what they do when they are stopped
};
struct Stop {};
struct Quit {};
struct Reconnect {};
struct Heartbeat {};  // of later masters
struct Unknown {
  std::string type;
};
using Order = std::variant<Ack, Spawn, Stop, Quit, Reconnect, Heartbeat, Unknown>;

// The error is why it is none, in one line. Whatever else a message has is passed over.
tl::expected<Order, std::string> read(std::string_view bytes);

// ---- What a worker says

enum class State { ready, spawning, running };

class Speaker {
 public:
  explicit Speaker(std::string id) : id_(std::move(id)) {}
  const std::string& id() const { return id_; }

  std::string client_ready() const;
  std::string client_stopped() const;
  std::string quit() const;
  std::string spawning() const;
  std::string spawning_complete(const Users& users) const;
  // `cpu`: percent of a core. `memory`: bytes.
  std::string heartbeat(State state, double cpu, std::uint64_t memory) const;
  std::string stats(const Report& report, const Users& users) const;
  // Something that the master's user must know.
  std::string exception(const std::string& text) const;

 private:
  std::string id_;
};

}  // namespace understudy::locust
