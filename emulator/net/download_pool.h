// Downloads beside the event loop: they block, so each has a thread, and there are so many of those at most.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "net/download.h"
#include "net/event_loop.h"

namespace understudy::net {

class DownloadPool {
 public:
  struct Settings {
    std::size_t threads = 64;   // started as they are needed
    std::size_t a_server = 48;  // of them: a slow server leaves some to the others
  };
  // The loop must outlive it. `may_connect` is asked on the threads of the pool.
  DownloadPool(EventLoop& loop, MayConnect may_connect, Settings settings);
  DownloadPool(EventLoop& loop, MayConnect may_connect)
      : DownloadPool(loop, std::move(may_connect), Settings{}) {}
  // Cuts off what is under way and waits for its threads, which is short; nobody is called back.
  ~DownloadPool();
  DownloadPool(const DownloadPool&) = delete;
  DownloadPool& operator=(const DownloadPool&) = delete;

  // Calls `done` once, later, on the loop. All of these are for the loop's thread. The number names the download.
  std::uint64_t fetch(DownloadOrder order, std::function<void(Downloaded)> done);
  // Its `done` is not called any more.
  void cancel(std::uint64_t download);

  struct Progress {
    std::uint64_t received = 0, announced = 0;  // bytes; announced is 0 where nobody said
  };
  Progress progress(std::uint64_t download) const;
  // How long a download waited for a thread at most: our doing, not a server's.
  microseconds longest_wait() const;
  std::size_t threads() const;  // started so far

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace understudy::net
