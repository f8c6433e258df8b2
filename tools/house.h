// Where scenarios are played: against a service out there in real time, or against our own in this process in simulated time.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "command_line.h"
#include "fleet/stage.h"
#include "net/door.h"
#include "net/event_loop.h"
#include "net/sample.h"
#include "scenarios/run/play.h"
#include "scenarios/triggers.h"

namespace understudy::tools {

class House {
 public:
  virtual ~House() = default;
  virtual net::Carrier& carrier() = 0;
  virtual net::Clock& clock() = 0;
  virtual fleet::Downloads* downloads() = 0;
  // What else may be served meanwhile is on it; nullptr in simulated time.
  virtual net::EventLoop* loop() { return nullptr; }
  // How jobs are started, as far as they can be, and where a canary is.
  virtual void give_jobs(scenarios::Means& means) = 0;
  // So many answers were read against the schema so far.
  virtual std::uint64_t validated() const = 0;
  // Opens for each of these phones a door of its own, at that port, or where it is 0 at a free one: the ports. The door for all is
  // closed. The error is one line.
  virtual tl::expected<std::vector<std::uint16_t>, std::string> open_own_doors(const std::vector<std::pair<std::string, std::uint16_t>>& wanted);
  // Calls for phones on the stages of other houses are theirs: whose address that is knows `of`. Before any call comes.
  virtual void share_door(std::function<House*(const std::string& address)> of) { (void)of; }
  // Where what another house hands on is taken; nullptr: nowhere.
  virtual const net::Door* branch() const { return nullptr; }
  // The service itself is restarted, as far as somebody said how: why not, at once, or when it could not be; `done` is called once.
  virtual void restart_service(std::function<void(tl::expected<void, std::string>)> done) = 0;
  // So long a file waited at most for a thread that fetches it: our doing.
  virtual std::chrono::microseconds longest_download_wait() const { return {}; }
  // No job is started any more, and what runs for one is ended.
  virtual void end_jobs() {}

  fleet::Stage* stage = nullptr;  // whose doors somebody calls at; it must be taken back before it goes
  std::uint16_t door = 8085;      // of the phones
};

// How a house shares its door with others, whose loops other threads run.
struct DoorShare {
  std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::now();  // since when all count time
  bool opens = true;  // false: another house opens the door, and hands on what is for ours
};

// `done` takes away the line that tells of progress. `validates`: answers that are read against the schema too.
std::unique_ptr<House> house_out_there(const PlayOptions& options, const net::Target& target, const net::Waits& waits,
                                       const scenarios::Triggers& triggers, std::function<void()> done, net::Sample validates = true,
                                       DoorShare share = {});
// The service has `options.defects`, whose names are right. `poll_url`: where the service has phones poll; empty: it asks them to call.
// `users` may log on at any phone.
std::unique_ptr<House> simulated_house(const PlayOptions& options, const std::string& poll_url = "",
                                       const std::vector<MobileUserOption>& users = {}, net::Sample validates = true);

// Why these cannot be defects of the service that is played against, one line; empty: they can.
std::string objection_to_defects(const std::vector<std::string>& defects, bool simulated);

}  // namespace understudy::tools
