// A worker of a Locust master: it takes its orders, and tells it what came of them. After WorkerRunner of locust/runners.py, Locust 2.12.1.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "command_line.h"
#include "fleet/load/users.h"
#include "locust/line.h"
#include "locust/message.h"
#include "locust/statistics.h"
#include "net/readable.h"

namespace understudy::tools {

class LocustWorker {
 public:
  // What users of it are called, and what its phones do: in the order of the plan's behaviours.
  struct Class {
    std::string name, behaviour;  // "StartUp", "start-up"
  };
  // `master`: HOST:PORT. The error is one line.
  static tl::expected<std::unique_ptr<LocustWorker>, std::string> open(const std::string& master, std::vector<Class> classes);

  // Waits for the master, for five minutes at most, and is taken: as worker number so and so, from 0. It blocks, as wait_for_host() does;
  // an interrupt ends both. The error is one line.
  tl::expected<std::uint64_t, std::string> join();
  // Waits until users are wanted: the host that the master has them load.
  tl::expected<std::string, std::string> wait_for_host();

  // Plays what the master says from now on. Both are there until it is over.
  void play(net::EventLoop& loop, fleet::load::Users& users);
  // The master sent us home, or is gone: phones do nothing any more.
  bool over() const { return over_; }
  // Why, where the master did not say so; empty: it did.
  const std::string& trouble() const { return trouble_; }
  // We cannot do what it wants: it is told why.
  void decline(const std::string& why);
  // We go by ourselves: what phones do is brought to an end, and the master told. Then it is over.
  void leave();

  void settled(const fleet::load::Desks::Settled& what);
  void deviated(const std::string& rule, const std::string& message);

 private:
  LocustWorker(std::unique_ptr<locust::Line> line, locust::Speaker speaker, std::vector<Class> classes);
  void hear();
  void take(const std::string& bytes);
  void obey(const locust::Ack& ack);
  void obey(locust::Spawn spawn);
  void obey(const locust::Stop&);
  void obey(const locust::Quit&);
  void obey(const locust::Reconnect&);
  void obey(const locust::Heartbeat&) {}
  void obey(const locust::Unknown& unknown);
  void spawn(const locust::Spawn& spawn);
  void announce();
  void reopen();
  void tick();
  void watch_connection();
  void say_stats();
  void say_heartbeat();
  // No user comes back to his phone. Then, when the last is done or `limit` is over.
  void drain(microseconds limit, std::function<void()> then);
  void end(const std::string& trouble);
  void finish();
  void warn(const std::string& text);
  locust::Users users_now() const;

  std::unique_ptr<locust::Line> line_;
  locust::Speaker speaker_;
  std::vector<Class> classes_;
  locust::State state_ = locust::State::ready;
  locust::Statistics statistics_;
  std::optional<std::uint64_t> index_;
  std::optional<locust::Spawn> waits_;  // an order that came before the phones
  double last_spawn_ = 0;               // its timestamp
  microseconds stop_timeout_{};
  std::set<std::string> warned_;
  net::EventLoop* loop_ = nullptr;
  fleet::load::Users* users_ = nullptr;
  std::optional<net::Readable> ears_;
  std::uint64_t ticks_ = 0, drains_ = 0, unheard_ = 0;
  std::uint64_t connection_ = 0;        // by which the master knows us, see Line::connections()
  std::optional<microseconds> lost_;    // since when the master may not hear us
  double cpu_before_ = 0, wall_before_ = 0;
  bool ends_ = false, over_ = false;
  std::string trouble_;
  std::shared_ptr<bool> here_ = std::make_shared<bool>(true);  // timers outlive it
};

}  // namespace understudy::tools
