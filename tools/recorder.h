// What `understudy record` makes of the connections that its relay passes on: exchanges for the judge and the screen, and
// notes of what it cannot record.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "live.h"
#include "net/event_loop.h"
#include "net/relay.h"
#include "net/rewriting.h"
#include "transcript/recording.h"

namespace understudy::tools {

// Reads and judges on a thread of its own, so that no phone waits for it, unless it is 64 MB behind. The public functions
// are for the thread of the loop.
class Recorder {
 public:
  enum class Door { of_service, of_phone };  // what is behind it
  // What is heard goes to `live`, and through it to `session`, the judge and the transcript; nobody else may use them from the first
  // connection to finish(). `problem` says why the transcript is not written any more, if it is not.
  Recorder(net::EventLoop& loop, Live& live, transcript::Sink& session, std::function<std::optional<std::string>()> problem);
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  // For net::RelaySettings.
  std::unique_ptr<net::RelayEar> listens(const net::Relayed& connection, Door door);
  void troubled(const net::Relayed& connection, net::RelayTrouble kind, const std::string& why);
  // From now on messages go on as it has them; it outlives the relays. nullptr: as they came.
  void rewrites(net::Rewriting* rewriting) { rewriting_ = rewriting; }

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
  void note_places(const transcript::Exchange& exchange, const std::vector<net::Rewritten>& rewritten);
  void note_rewritten(const std::string& phone, std::uint32_t interaction);

  net::EventLoop& loop_;
  net::Rewriting* rewriting_ = nullptr;
  std::uint64_t connections_ = 0;

  // Of the recorder's own thread.
  Live& live_;
  transcript::Sink& session_;
  std::function<std::optional<std::string>()> problem_;
  transcript::LiveWeaver weaver_;
  std::uint64_t exchanges_ = 0;
  std::uint64_t unread_connections_ = 0, unread_bytes_ = 0;
  std::string called_;  // where the phone called whose exchange is taken now: "10.0.0.2:18443"
  std::uint64_t connection_ = 0;  // on which what is taken now was said
  std::map<std::uint64_t, std::vector<net::Rewritten>> rewritten_;  // by connection, of messages that were not taken yet
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
