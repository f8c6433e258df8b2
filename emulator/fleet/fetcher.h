// Fetches what phones are ordered to have from real servers, looks whether their model can use it, and keeps it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "fleet/downloads.h"
#include "fleet/file_store.h"
#include "net/download_pool.h"
#include "net/event_loop.h"

namespace understudy::fleet {

// The files of an order come one after the other, orders beside each other. For the loop's thread.
class Fetcher : public Downloads {
 public:
  struct Times {
    net::microseconds stall = std::chrono::seconds(30),
                      total = std::chrono::minutes(10);  // as net::DownloadOrder has them
    net::microseconds tells_every = std::chrono::seconds(1);
  };
  // Loop and store must outlive it. `may_connect` is asked on other threads.
  Fetcher(net::EventLoop& loop, net::MayConnect may_connect, FileStore& store, Times times);
  Fetcher(net::EventLoop& loop, net::MayConnect may_connect, FileStore& store)
      : Fetcher(loop, std::move(may_connect), store, Times{}) {}
  ~Fetcher() override;
  Fetcher(const Fetcher&) = delete;
  Fetcher& operator=(const Fetcher&) = delete;

  void fetch(FilesWanted wanted, std::function<void(std::vector<phone::Download>)> done) override;
  void give_up(const std::string& phone, std::uint32_t number) override;
  void forget(const std::string& mac, const std::string& type, const std::string& name) override;

  // Told how far a download is that takes long, for people. May be empty.
  std::function<void(const std::string& phone, const std::string& text)> progressed;
  // How long a file waited for a thread at most: our doing.
  net::microseconds longest_wait() const { return pool_.longest_wait(); }

 private:
  using Key = std::pair<std::string, std::uint32_t>;  // phone and number of the order
  struct Work {
    FilesWanted wanted;
    std::function<void(std::vector<phone::Download>)> done;
    std::vector<phone::Download> results;
    std::uint64_t download = 0, timer = 0;
  };
  void next(const Key& key);
  void came(const Key& key, const net::DownloadOrder& order, net::Downloaded downloaded);
  void tell_progress(const Key& key);

  net::EventLoop& loop_;
  FileStore& store_;
  Times times_;
  std::map<Key, Work> under_way_;
  net::DownloadPool pool_;  // goes first: what it does is done for the others
};

}  // namespace understudy::fleet
