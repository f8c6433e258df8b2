#include "locust_worker.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>
#include <utility>

#include "interrupt.h"
#include "own_health.h"
#include "reports/plain.h"

namespace understudy::tools {

namespace {

using namespace std::chrono_literals;

constexpr auto asks_master_every = 5s;
constexpr auto waits_for_master = 5min;
constexpr auto looks_for_master_every = 50ms;
constexpr microseconds beats_every = 1s;
constexpr std::uint64_t reports_every = 3, acknowledges_within = 3;  // beats
// A master is gone that cannot be reached for so long.
constexpr microseconds master_is_gone = 10s;
// What is under way when the master sends us home may end so much later: it waits half a second for the last report, and no longer.
constexpr microseconds last_moments = 300ms;
// Of a stop it hears when this is over, unless --stop-timeout gives more.
constexpr microseconds stops_within = 1s;
constexpr microseconds looks_every = 10ms;
constexpr std::size_t most_warnings = 100;

double unix_now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

void say(const std::string& text) {
  std::fprintf(stderr, "understudy: %s\n", conformance::shown(text).c_str());
}

// As Locust's workers have it: the machine, and what nobody else has.
std::string new_id() {
  std::random_device chance;
  std::string out = host_name() + "_";
  char text[9];
  for (int n = 0; n < 4; ++n) {
    std::snprintf(text, sizeof text, "%08x", chance());
    out += text;
  }
  return out;
}

}  // namespace

LocustWorker::LocustWorker(std::unique_ptr<locust::Line> line, locust::Speaker speaker, std::vector<Class> classes)
    : line_(std::move(line)), speaker_(std::move(speaker)), classes_(std::move(classes)), statistics_(unix_now()),
      cpu_before_(cpu_seconds()), wall_before_(wall_seconds()) {}

tl::expected<std::unique_ptr<LocustWorker>, std::string> LocustWorker::open(const std::string& master, std::vector<Class> classes) {
  locust::Speaker speaker(new_id());
  auto line = locust::Line::open(master, speaker.id());
  if (!line) return tl::unexpected(std::move(line.error()));
  return std::unique_ptr<LocustWorker>(new LocustWorker(std::move(*line), std::move(speaker), std::move(classes)));
}

// ---- Before the phones are there

// Asked is over a connection alone: what waits for one would come to the master in a heap.
tl::expected<std::uint64_t, std::string> LocustWorker::join() {
  using Clock = std::chrono::steady_clock;
  const auto begun = Clock::now();
  Clock::time_point asked{};
  bool said = false;
  while (!index_ && !ends_ && !interrupted() && Clock::now() < begun + waits_for_master) {
    if (!said && Clock::now() >= begun + asks_master_every) {
      say("no Locust master answers yet; waiting for it");
      said = true;
    }
    if (line_->connected() && (line_->connections() != connection_ || Clock::now() >= asked + asks_master_every)) {
      connection_ = line_->connections();
      asked = Clock::now();
      line_->say(speaker_.client_ready());
    }
    if (line_->wait(looks_for_master_every)) hear();
  }
  if (index_) return *index_;
  if (!trouble_.empty()) return tl::unexpected(trouble_);
  return tl::unexpected(std::string(ends_           ? "the Locust master sent its workers home"
                                    : interrupted() ? "interrupted before a Locust master answered"
                                                    : "no Locust master answered for five minutes"));
}

tl::expected<std::string, std::string> LocustWorker::wait_for_host() {
  auto beat = std::chrono::steady_clock::now();
  while (!waits_ && !ends_ && !interrupted()) {
    if (line_->wait(looks_for_master_every)) hear();
    if (std::chrono::steady_clock::now() < beat) continue;
    beat += 1s;
    say_heartbeat();
    if (!line_->connected() || line_->connections() == connection_) continue;
    connection_ = line_->connections();
    announce();
  }
  if (waits_ && !waits_->host.empty()) return waits_->host;
  if (waits_) return tl::unexpected(std::string("the Locust master has no host (--host https://host:port), and the command line no URL"));
  return tl::unexpected(!trouble_.empty() ? trouble_ : std::string("it was over before the Locust master said which host"));
}

// ---- Orders

void LocustWorker::play(net::EventLoop& loop, fleet::load::Users& users) {
  loop_ = &loop;
  users_ = &users;
  ears_.emplace(loop, line_->descriptor(), [this] { hear(); });
  if (waits_) spawn(*std::exchange(waits_, std::nullopt));
  tick();
}

void LocustWorker::hear() {
  while (!ends_) {
    const auto message = line_->hear();
    if (!message) return;
    take(*message);
  }
}

void LocustWorker::take(const std::string& bytes) {
  auto order = locust::read(bytes);
  if (!order) return warn("a message of the Locust master is passed over: " + order.error());
  std::visit([this](auto& each) { obey(std::move(each)); }, *order);
}

void LocustWorker::obey(const locust::Ack& ack) {
  if (!ack.index) return end("the Locust master gives its workers no numbers: Locust 2.10.3 or a later one does");
  if (!index_) index_ = ack.index;
  if (index_ != ack.index) return end("another Locust master answers now, which has other numbers for its workers");
  if (std::exchange(lost_, std::nullopt)) say("the Locust master is there again");
}

void LocustWorker::obey(locust::Spawn spawn) {
  line_->say(speaker_.spawning());
  if (spawn.timestamp <= last_spawn_) return;
  last_spawn_ = spawn.timestamp;
  if (!users_)
    waits_ = std::move(spawn);
  else
    this->spawn(spawn);
}

void LocustWorker::spawn(const locust::Spawn& spawn) {
  ++drains_;  // who waits for phones to come to an end does so no more
  stop_timeout_ = spawn.stop_timeout;
  if (state_ == locust::State::ready && statistics_.empty()) statistics_.clear(unix_now());
  std::vector<std::uint64_t> wanted(classes_.size());
  std::uint64_t room = users_->phones();
  for (const auto& [name, so_many] : spawn.users) {
    const auto known = std::find_if(classes_.begin(), classes_.end(), [&](const Class& each) { return each.name == name; });
    if (known == classes_.end()) {
      if (so_many > 0) warn("the Locust master wants users of the class " + name + ", which the plan has not: --locustfile prints those that it has");
      continue;
    }
    const std::uint64_t fit = std::min(so_many, room);
    if (fit < so_many) warn("the Locust master wants more users here than the plan has phones, which are " + std::to_string(users_->phones()));
    room -= fit;
    wanted[static_cast<std::size_t>(known - classes_.begin())] = fit;
  }
  users_->set(wanted);
  state_ = locust::State::running;
  line_->say(speaker_.spawning_complete(users_now()));
}

void LocustWorker::obey(const locust::Stop&) {
  waits_.reset();
  if (!users_) return announce();
  drain(std::max(stop_timeout_, stops_within), [this] {
    say_stats();
    announce();
  });
}

// To a master that knows us, and to one that does not: it acknowledges.
void LocustWorker::announce() {
  state_ = locust::State::ready;
  line_->say(speaker_.client_stopped());
  line_->say(speaker_.client_ready());
}

void LocustWorker::obey(const locust::Quit&) {
  if (!users_) {
    ends_ = true;
    return;
  }
  end("");
}

void LocustWorker::obey(const locust::Reconnect&) { reopen(); }

void LocustWorker::reopen() {
  ears_.reset();
  line_->reopen();
  if (loop_) ears_.emplace(*loop_, line_->descriptor(), [this] { hear(); });
}

void LocustWorker::obey(const locust::Unknown& unknown) {
  warn("the Locust master says " + unknown.type + ", which nobody knows here");
}

// ---- Beats

void LocustWorker::tick() {
  watch_connection();
  if (over_) return;
  if (!lost_) {
    say_heartbeat();
    if (ticks_++ % reports_every == 0) say_stats();
  }
  hear();  // what came meanwhile is not told again
  loop_->after(beats_every, [this, here = std::weak_ptr<bool>(here_)] {
    if (!here.expired() && !over_) tick();
  });
}

// A connection that was lost is laid again by itself. But the master may take it for a stranger that has our name, as long as it knows nothing of the
// loss, and hear nothing: so it is to acknowledge us, and where it does not the line is laid anew.
void LocustWorker::watch_connection() {
  const bool connected = line_->connected();
  const bool is_another = connected && line_->connections() != connection_;
  if (!lost_ && (!connected || is_another)) {
    lost_ = loop_->now();
    say("the connection to the Locust master is lost");
  }
  if (!lost_) return;
  if (loop_->now() - *lost_ >= master_is_gone)
    return end("the Locust master was gone for " + conformance::spoken(master_is_gone) + ": the phones were stopped");
  if (is_another) {
    connection_ = line_->connections();
    drain({}, [this] { announce(); });
  } else if (connected && ++unheard_ % acknowledges_within == 0) {
    reopen();
  }
}

void LocustWorker::say_heartbeat() {
  const double cpu = cpu_seconds(), wall = wall_seconds();
  const double usage = wall > wall_before_ ? (cpu - cpu_before_) / (wall - wall_before_) * 100 : 0;
  cpu_before_ = cpu;
  wall_before_ = wall;
  line_->say(speaker_.heartbeat(state_, usage, resident_memory()));
}

void LocustWorker::say_stats() {
  line_->say(speaker_.stats(statistics_.take(unix_now()), users_now()));
}

locust::Users LocustWorker::users_now() const {
  locust::Users out;
  const std::vector<std::uint64_t> there = users_ ? users_->count() : std::vector<std::uint64_t>(classes_.size());
  for (std::size_t n = 0; n < classes_.size(); ++n) out[classes_[n].name] = there[n];
  return out;
}

void LocustWorker::settled(const fleet::load::Desks::Settled& what) {
  statistics_.request(classes_[what.share].behaviour, what.took, what.cause, unix_now());
}

void LocustWorker::deviated(const std::string& rule, const std::string& message) { statistics_.deviation(rule, message); }

// ---- The end

void LocustWorker::drain(microseconds limit, std::function<void()> then) {
  users_->set(std::vector<std::uint64_t>(classes_.size()));
  const microseconds until = loop_->now() + limit;
  const auto look = std::make_shared<std::function<void()>>();
  *look = [this, until, number = ++drains_, then = std::move(then), weak = std::weak_ptr(look), here = std::weak_ptr<bool>(here_)] {
    if (here.expired() || number != drains_) return;
    if (users_->at_work() == 0 || loop_->now() >= until) return then();
    loop_->after(looks_every, [again = weak.lock()] { (*again)(); });
  };
  (*look)();
}

void LocustWorker::decline(const std::string& why) {
  line_->say(speaker_.exception(why));
  line_->say(speaker_.quit());
}

void LocustWorker::leave() {
  if (std::exchange(ends_, true)) return;
  drain(last_moments, [this] {
    finish();
    line_->say(speaker_.quit());
  });
}

void LocustWorker::end(const std::string& trouble) {
  if (std::exchange(ends_, true)) return;
  trouble_ = trouble;
  if (users_) drain(last_moments, [this] { finish(); });
}

// With the last report; the loop and the users may go.
void LocustWorker::finish() {
  users_->stop();
  say_stats();
  ears_.reset();
  over_ = true;
}

void LocustWorker::warn(const std::string& text) {
  if (warned_.size() >= most_warnings || !warned_.insert(text).second) return;
  say(text);
  if (!lost_) line_->say(speaker_.exception(text));
}

}  // namespace understudy::tools
