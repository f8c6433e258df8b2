// What happens at a phone, for the pages that are open: written once, read by any number of threads.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>

#include "wbm/sections.h"

namespace understudy::wbm {

// Server-sent events. Bounded: who falls behind is told to load its page anew.
class Feed {
 public:
  static constexpr std::size_t most_events = 1000, most_bytes = 8 * 1024 * 1024;

  // An event of that name; `data` is one line. `role`: who may see it.
  void add(std::string_view name, std::string_view data, Role role);
  // The number of the last event; the next one is one more. Numbers are not started over.
  std::uint64_t last() const;
  // Everyone who waits returns, now and from now on.
  void close();
  bool closed() const;

  struct News {
    std::string text;       // as it is sent; empty: nothing came in time
    std::uint64_t last = 0; // the last event in it
    bool ended = false;     // the feed was closed
  };
  // All events behind `after` that the role may see, waiting so long for one at most. Where some of them have gone, or
  // `after` is no number of this feed: one event "reload".
  News wait(std::uint64_t after, Role role, std::chrono::milliseconds limit);

  // For how many pages it is being read.
  int readers() const;
  // One reads it as long as this lives.
  class Reader {
   public:
    explicit Reader(Feed& feed);
    ~Reader();
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

   private:
    Feed& feed_;
  };

 private:
  struct Event {
    std::uint64_t number;
    Role role;
    std::string text;
  };
  mutable std::mutex mutex_;
  std::condition_variable came_;
  std::deque<Event> events_;
  std::size_t bytes_ = 0;
  std::uint64_t last_ = 0;
  int readers_ = 0;
  bool closed_ = false;
};

}  // namespace understudy::wbm
