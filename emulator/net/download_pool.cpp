#include "net/download_pool.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "net/sockets.h"

namespace understudy::net {

namespace {


struct Job {
  std::uint64_t number = 0;
  DownloadOrder order;
  std::string server;
  std::shared_ptr<Leash> leash;
  Leash::Clock::time_point queued = Leash::Clock::now();
};

}  // namespace

struct DownloadPool::Impl : std::enable_shared_from_this<Impl> {
  Impl(EventLoop& on, MayConnect allowed, Settings given)
      : loop(on), may_connect(std::move(allowed)), settings(given) {}

  // ---- On the loop's thread
  struct Waiting {
    std::function<void(Downloaded)> done;
    std::shared_ptr<Leash> leash;
  };
  EventLoop& loop;
  std::uint64_t numbers = 0;
  std::unordered_map<std::uint64_t, Waiting> waiting;
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>>
      work;  // as long as somebody waits, something is to happen
  microseconds longest_wait{};

  void arrive(std::uint64_t number, Downloaded downloaded);
  void forget(std::uint64_t number);

  // ---- On any
  const MayConnect may_connect;
  const Settings settings;
  Watchman watchman;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<Job> queue;
  std::map<std::string, std::size_t> busy;  // threads by server
  std::vector<std::thread> threads;
  std::size_t idle = 0;
  bool ends = false;

  bool start_thread();
  void work_on(const std::weak_ptr<Impl>& self);
  std::deque<Job>::iterator next();
};

DownloadPool::DownloadPool(EventLoop& loop, MayConnect may_connect, Settings settings)
    : impl_(std::make_shared<Impl>(loop, std::move(may_connect), settings)) {}

DownloadPool::~DownloadPool() {
  {
    const std::scoped_lock lock(impl_->mutex);
    impl_->ends = true;
    impl_->queue.clear();
  }
  for (const auto& [number, waiting] : impl_->waiting) waiting.leash->cut(Leash::Cut::cancelled);
  impl_->changed.notify_all();
  for (std::thread& thread : impl_->threads) thread.join();
  impl_->waiting.clear();
}

std::uint64_t DownloadPool::fetch(DownloadOrder order, std::function<void(Downloaded)> done) {
  Impl& impl = *impl_;
  const std::uint64_t number = ++impl.numbers;
  const auto leash = std::make_shared<Leash>(order.stall, order.total);
  impl.waiting.emplace(number, Impl::Waiting{std::move(done), leash});
  if (!impl.work) impl.work.emplace(impl.loop.context().get_executor());
  std::string server = server_of(order);
  bool has_thread = true;
  {
    const std::scoped_lock lock(impl.mutex);
    impl.queue.push_back({number, std::move(order), std::move(server), leash});
    if (impl.queue.size() > impl.idle && impl.threads.size() < impl.settings.threads)
      has_thread = impl.start_thread() || !impl.threads.empty();
    if (!has_thread) impl.queue.pop_back();
  }
  impl.changed.notify_one();
  if (!has_thread)
    impl.loop.post([weak = impl_->weak_from_this(), number] {
      if (const auto pool = weak.lock()) pool->arrive(number, {nullptr, "this machine has no thread for it"});
    });
  return number;
}

void DownloadPool::cancel(std::uint64_t download) {
  const auto found = impl_->waiting.find(download);
  if (found == impl_->waiting.end()) return;
  found->second.leash->cut(Leash::Cut::cancelled);
  const std::scoped_lock lock(impl_->mutex);
  std::erase_if(impl_->queue, [&](const Job& job) { return job.number == download; });
  impl_->forget(download);
}

DownloadPool::Progress DownloadPool::progress(std::uint64_t download) const {
  const auto found = impl_->waiting.find(download);
  if (found == impl_->waiting.end()) return {};
  return {found->second.leash->received, found->second.leash->announced};
}

microseconds DownloadPool::longest_wait() const {
  return impl_->longest_wait;
}

std::size_t DownloadPool::threads() const {
  const std::scoped_lock lock(impl_->mutex);
  return impl_->threads.size();
}

void DownloadPool::Impl::forget(std::uint64_t number) {
  waiting.erase(number);
  if (waiting.empty()) work.reset();
}

void DownloadPool::Impl::arrive(std::uint64_t number, Downloaded downloaded) {
  longest_wait = std::max(longest_wait, downloaded.waited);
  const auto found = waiting.find(number);
  if (found == waiting.end()) return;  // it was cancelled meanwhile
  const auto done = std::move(found->second.done);
  forget(number);
  done(std::move(downloaded));
}

// A system that is out of threads makes do with those that there are.
bool DownloadPool::Impl::start_thread() {
  try {
    threads.emplace_back([this, self = weak_from_this()] { work_on(self); });
    return true;
  } catch (const std::system_error&) {
    return false;
  }
}

// The first whose server has not too many threads already.
std::deque<Job>::iterator DownloadPool::Impl::next() {
  return std::find_if(queue.begin(), queue.end(), [&](const Job& job) {
    const auto found = busy.find(job.server);
    return found == busy.end() || found->second < settings.a_server;
  });
}

void DownloadPool::Impl::work_on(const std::weak_ptr<Impl>& self) {
  std::unique_lock lock(mutex);
  for (;;) {
    auto chosen = queue.end();
    ++idle;
    changed.wait(lock, [&] { return ends || (chosen = next()) != queue.end(); });
    --idle;
    if (ends) return;
    const Job job = std::move(*chosen);
    queue.erase(chosen);
    ++busy[job.server];
    lock.unlock();

    const auto waited = std::chrono::duration_cast<microseconds>(Leash::Clock::now() - job.queued);
    watchman.watch(job.leash);
    Downloaded downloaded = download(job.order, *job.leash, may_connect);
    watchman.forget(job.leash);
    downloaded.waited = waited;

    lock.lock();
    if (--busy[job.server] == 0) busy.erase(job.server);
    if (ends) return;
    changed.notify_all();
    loop.post([self, number = job.number, result = std::move(downloaded)]() mutable {
      if (const auto pool = self.lock()) pool->arrive(number, std::move(result));
    });
  }
}

}  // namespace understudy::net
