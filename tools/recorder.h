// What `understudy record` makes of the connections that its relay passes on: exchanges for the judge and the screen, and
// notes of what it cannot record.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "live.h"
#include "net/event_loop.h"
#include "net/relay.h"
#include "transcript/recording.h"

namespace understudy::tools {

// Reads and judges on a thread of its own, so that no phone waits for it, unless it is 64 MB behind. The public functions
// are for the thread of the loop.
class Recorder {
 public:
  // What is heard goes to `live`, and through it to the judge and the transcript; nobody else may use them from the first connection to
  // finish(). `problem` says why the transcript is not written any more, if it is not.
  Recorder(net::EventLoop& loop, Live& live, std::function<std::optional<std::string>()> problem);
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  // For net::RelaySettings.
  std::unique_ptr<net::RelayEar> listens(const net::Relayed& connection);
  void troubled(const net::Relayed& connection, net::RelayTrouble kind, const std::string& why);

  // What was said is judged, interactions that are open end, and what was not judged is noted. The relay has stopped.
  void finish();

 private:
  class Ear;
  struct Job {
    std::size_t bytes = 0;  // about so many are held for it
    std::function<void()> act;
  };

  void later(std::size_t bytes, std::function<void()> act);
  void work();
  void end_work();
  void take(const net::Relayed& connection, transcript::RecordedExchange one);
  void show(const transcript::Entry& entry);
  // A note of the transcript and a line on the screen; each text once.
  void note(const std::string& text);
  void note_places(const transcript::Exchange& exchange);

  net::EventLoop& loop_;

  // Of the recorder's own thread.
  Live& live_;
  std::function<std::optional<std::string>()> problem_;
  transcript::LiveWeaver weaver_;
  std::uint64_t exchanges_ = 0;
  std::uint64_t unread_connections_ = 0, unread_bytes_ = 0;
  std::string called_;  // where the phone called whose exchange is taken now: "10.0.0.2:18443"
  std::set<std::string> noted_;

  // Between the two.
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;
  std::size_t held_ = 0;  // bytes
  bool ends_ = false;
  std::thread thread_;
};

}  // namespace understudy::tools
