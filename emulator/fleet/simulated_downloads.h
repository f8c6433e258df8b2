// Downloads in simulated time: from a service in the same process.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fleet/downloads.h"
#include "fleet/file_store.h"
#include "fleet/simulated.h"
#include "net/download.h"

namespace understudy::fleet {

// Asks the service for what has an https URL; anything else fails with a sentence. The files of an order come one after the
// other, orders beside each other.
class SimulatedDownloads : public Downloads {
 public:
  struct Settings {
    microseconds latency = std::chrono::milliseconds(1);  // from one end to the other
    microseconds stall =
        std::chrono::seconds(30);  // a server that lets a phone wait for longer gives nothing
    // Somebody listens there: "127.0.0.1:18443". Empty: everywhere, and it is the service.
    std::function<bool(const std::string& host_and_port)> is_there;
  };
  // Clock and store must outlive it.
  SimulatedDownloads(net::Clock& clock, InProcessService service, FileStore& store, Settings settings);
  SimulatedDownloads(net::Clock& clock, InProcessService service, FileStore& store)
      : SimulatedDownloads(clock, std::move(service), store, Settings{}) {}
  ~SimulatedDownloads() override;
  SimulatedDownloads(const SimulatedDownloads&) = delete;
  SimulatedDownloads& operator=(const SimulatedDownloads&) = delete;

  void fetch(FilesWanted wanted, std::function<void(std::vector<phone::Download>)> done) override;
  void give_up(const std::string& phone, std::uint32_t number) override;
  void forget(const std::string& mac, const std::string& type, const std::string& name) override;

 private:
  using Key = std::pair<std::string, std::uint32_t>;  // phone and number of the order
  struct Work {
    FilesWanted wanted;
    std::function<void(std::vector<phone::Download>)> done;
    std::vector<phone::Download> results;
    std::uint64_t timer = 0;
    microseconds begun{};  // of the file under way
  };
  void later(const Key& key, microseconds wait, std::function<void()> then);
  void next(const Key& key);
  void ask(const Key& key, const net::DownloadOrder& order);
  void came(const Key& key, const net::DownloadOrder& order, net::Downloaded downloaded);

  net::Clock& clock_;
  InProcessService service_;
  FileStore& store_;
  Settings settings_;
  std::map<Key, Work> under_way_;
  std::uint64_t connections_ = 0;
};

}  // namespace understudy::fleet
