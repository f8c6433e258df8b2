#define MSGPACK_NO_BOOST
#include "locust/message.h"

#include <msgpack.hpp>

#include <cmath>

namespace understudy::locust {

namespace {

using Packer = msgpack::packer<msgpack::sbuffer>;

// A spawn carries all options of the master; what is larger or deeper is none.
constexpr std::size_t most_bytes = 1 << 20, most_entries = 10'000, deepest = 16;
constexpr std::uint64_t most_users = 10'000'000;
constexpr double longest_stop = 24 * 3600;  // s

// ---- Reading

const msgpack::object* find(const msgpack::object& data, std::string_view key) {
  if (data.type != msgpack::type::MAP) return nullptr;
  for (std::uint32_t n = 0; n < data.via.map.size; ++n) {
    const auto& each = data.via.map.ptr[n];
    if (each.key.type == msgpack::type::STR && std::string_view(each.key.via.str.ptr, each.key.via.str.size) == key) return &each.val;
  }
  return nullptr;
}

std::optional<std::string> text(const msgpack::object* value) {
  if (!value || value->type != msgpack::type::STR) return std::nullopt;
  return std::string(value->via.str.ptr, value->via.str.size);
}

std::optional<std::uint64_t> count(const msgpack::object* value) {
  if (!value || value->type != msgpack::type::POSITIVE_INTEGER || value->via.u64 > most_users) return std::nullopt;
  return value->via.u64;
}

std::optional<double> number(const msgpack::object* value) {
  if (!value) return std::nullopt;
  if (value->type == msgpack::type::POSITIVE_INTEGER) return static_cast<double>(value->via.u64);
  const bool is_float = value->type == msgpack::type::FLOAT64 || value->type == msgpack::type::FLOAT32;
  return is_float && std::isfinite(value->via.f64) ? std::optional(value->via.f64) : std::nullopt;
}

tl::expected<Order, std::string> spawn_of(const msgpack::object& data) {
  Spawn out;
  const auto timestamp = number(find(data, "timestamp"));
  if (!timestamp) return tl::unexpected(std::string("spawn has no timestamp"));
  out.timestamp = *timestamp;
  const msgpack::object* users = find(data, "user_classes_count");
  if (!users || users->type != msgpack::type::MAP) return tl::unexpected(std::string("spawn has no user_classes_count"));
  std::uint64_t all = 0;
  for (std::uint32_t n = 0; n < users->via.map.size; ++n) {
    const auto name = text(&users->via.map.ptr[n].key);
    const auto so_many = count(&users->via.map.ptr[n].val);
    if (!name || !so_many || (all += *so_many) > most_users)
      return tl::unexpected(std::string("user_classes_count of a spawn is no number of users by class"));
    out.users[*name] = *so_many;
  }
  out.host = text(find(data, "host")).value_or("");
  const double stop = number(find(data, "stop_timeout")).value_or(0);
  out.stop_timeout = std::chrono::milliseconds(static_cast<std::int64_t>(std::min(stop, longest_stop) * 1000));
  return out;
}

tl::expected<Order, std::string> order_of(const msgpack::object& message) {
  const auto wrong = [](const char* why) { return tl::unexpected(std::string(why)); };
  if (message.type != msgpack::type::ARRAY || message.via.array.size != 3) return wrong("it is no array of type, data and worker");
  const auto type = text(&message.via.array.ptr[0]);
  const msgpack::object& data = message.via.array.ptr[1];
  if (!type) return wrong("its type is no text");
  if (*type == "ack") return Ack{count(find(data, "index"))};
  if (*type == "spawn") return spawn_of(data);
  if (*type == "stop") return Stop{};
  if (*type == "quit") return Quit{};
  if (*type == "reconnect") return Reconnect{};
  if (*type == "heartbeat") return Heartbeat{};
  return Unknown{*type};
}

// ---- Writing

void put(Packer& out, std::string_view value) {
  out.pack_str(static_cast<std::uint32_t>(value.size()));
  out.pack_str_body(value.data(), static_cast<std::uint32_t>(value.size()));
}

void put(Packer& out, const std::optional<double>& value) {
  if (value)
    out.pack(*value);
  else
    out.pack_nil();
}

template <typename Key>
void put(Packer& out, const std::map<Key, std::uint64_t>& counts) {
  out.pack_map(static_cast<std::uint32_t>(counts.size()));
  for (const auto& [key, value] : counts) {
    out.pack(key);
    out.pack(value);
  }
}

void put(Packer& out, const Entry& entry);

template <typename Value>
void field(Packer& out, std::string_view name, const Value& value) {
  put(out, name);
  if constexpr (std::is_arithmetic_v<Value>)
    out.pack(value);
  else
    put(out, value);
}

void put(Packer& out, const Entry& entry) {
  out.pack_map(14);
  field(out, "name", std::string_view(entry.name));
  field(out, "method", std::string_view(entry.method));
  field(out, "last_request_timestamp", entry.last_request);
  field(out, "start_time", entry.start);
  field(out, "num_requests", entry.requests);
  field(out, "num_none_requests", 0);
  field(out, "num_failures", entry.failures);
  field(out, "total_response_time", entry.total_time);
  field(out, "max_response_time", entry.longest);
  field(out, "min_response_time", entry.shortest);
  field(out, "total_content_length", 0);
  field(out, "response_times", entry.times);
  field(out, "num_reqs_per_sec", entry.per_second);
  field(out, "num_fail_per_sec", entry.fails_per_second);
}

void put(Packer& out, const Failure& failure) {
  out.pack_map(4);
  field(out, "name", std::string_view(failure.name));
  field(out, "method", std::string_view(failure.method));
  field(out, "error", std::string_view(failure.error));
  field(out, "occurrences", failure.occurrences);
}

void put_users(Packer& out, const Users& users) {
  std::uint64_t all = 0;
  for (const auto& [name, so_many] : users) all += so_many;
  field(out, "user_classes_count", users);
  field(out, "user_count", all);
}

template <typename Data>
std::string message(std::string_view type, const std::string& id, const Data& put_data) {
  msgpack::sbuffer bytes;
  Packer out(bytes);
  out.pack_array(3);
  put(out, type);
  put_data(out);
  put(out, std::string_view(id));
  return {bytes.data(), bytes.size()};
}

void nothing(Packer& out) {
  out.pack_nil();
}

std::string_view name_of(State state) {
  return state == State::ready ? "ready" : state == State::spawning ? "spawning" : "running";
}

}  // namespace

tl::expected<Order, std::string> read(std::string_view bytes) {
  if (bytes.size() > most_bytes) return tl::unexpected(std::string("it is larger than 1 MB"));
  try {
    const msgpack::unpack_limit limit(most_entries, most_entries, most_bytes, most_bytes, most_bytes, deepest);
    std::size_t end = 0;
    const msgpack::object_handle handle = msgpack::unpack(bytes.data(), bytes.size(), end, nullptr, nullptr, limit);
    if (end != bytes.size()) return tl::unexpected(std::string("there is more behind its end"));
    return order_of(handle.get());
  } catch (const std::exception&) {
    return tl::unexpected(std::string("it is no MessagePack"));
  }
}

// -1 in place of a version: the master does not compare it with its own.
std::string Speaker::client_ready() const {
  return message("client_ready", id_, [](Packer& out) { out.pack(-1); });
}

std::string Speaker::client_stopped() const { return message("client_stopped", id_, nothing); }
std::string Speaker::quit() const { return message("quit", id_, nothing); }
std::string Speaker::spawning() const { return message("spawning", id_, nothing); }

std::string Speaker::spawning_complete(const Users& users) const {
  return message("spawning_complete", id_, [&](Packer& out) {
    out.pack_map(2);
    put_users(out, users);
  });
}

std::string Speaker::heartbeat(State state, double cpu, std::uint64_t memory) const {
  return message("heartbeat", id_, [&](Packer& out) {
    out.pack_map(3);
    field(out, "state", name_of(state));
    field(out, "current_cpu_usage", cpu);
    field(out, "current_memory_usage", memory);
  });
}

std::string Speaker::stats(const Report& report, const Users& users) const {
  return message("stats", id_, [&](Packer& out) {
    out.pack_map(5);
    put(out, std::string_view("stats"));
    out.pack_array(static_cast<std::uint32_t>(report.entries.size()));
    for (const Entry& entry : report.entries) put(out, entry);
    field(out, "stats_total", report.total);
    put(out, std::string_view("errors"));
    out.pack_map(static_cast<std::uint32_t>(report.failures.size()));
    for (const auto& [key, failure] : report.failures) {
      put(out, std::string_view(key));
      put(out, failure);
    }
    put_users(out, users);
  });
}

std::string Speaker::exception(const std::string& text) const {
  return message("exception", id_, [&](Packer& out) {
    out.pack_map(2);
    field(out, "msg", std::string_view(text));
    field(out, "traceback", std::string_view("(understudy)"));
  });
}

}  // namespace understudy::locust
