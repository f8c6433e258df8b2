// What `understudy record` makes of the connections that its relay passes on: exchanges for the judge and the screen, and
// notes of what it cannot record.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include "live.h"
#include "net/event_loop.h"
#include "net/relay.h"
#include "transcript/recording.h"

namespace understudy::tools {

class Recorder {
 public:
  // What is heard goes to `live`, and through it to the judge and the transcript.
  Recorder(net::EventLoop& loop, Live& live);

  // For net::RelaySettings.
  std::unique_ptr<net::RelayEar> listens(const net::Relayed& connection);
  void troubled(const net::Relayed& connection, net::RelayTrouble kind, const std::string& why);

  // A note of the transcript and a line on the screen; each text once.
  void note(const std::string& text, const std::string& phone = {}, std::uint32_t interaction = 0);
  // Interactions that are open end, and what was not judged is noted. The relay has stopped.
  void finish();

 private:
  class Ear;
  void take(const net::Relayed& connection, transcript::RecordedExchange one);
  void show(const transcript::Entry& entry);
  void note_places(const transcript::Exchange& exchange);

  net::EventLoop& loop_;
  Live& live_;
  transcript::LiveWeaver weaver_;
  std::uint64_t exchanges_ = 0;
  std::uint64_t unread_connections_ = 0, unread_bytes_ = 0;
  std::string called_;  // where the phone called whose exchange is taken now: "10.0.0.2:18443"
  std::set<std::string> noted_;
};

}  // namespace understudy::tools
