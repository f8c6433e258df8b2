// The stage: phones on it act through a carrier and a clock, and every word goes to a sink.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "fleet/downloads.h"
#include "net/carrier.h"
#include "phone/phone.h"
#include "transcript/entry.h"

namespace understudy::fleet {

// How a phone reaches its service.
struct Place {
  net::Target target;
  std::string source_address;  // empty: the system's choice
  net::TlsProfile profile = net::TlsProfile::current;
  net::Waits waits;
};

class Stage {
 public:
  // All must outlive the stage, and call nobody back when it is gone. Without `downloads` every file that is ordered fails,
  // with a note.
  Stage(net::Carrier& carrier, net::Clock& clock, transcript::Sink& sink, Downloads* downloads = nullptr)
      : carrier_(carrier), clock_(clock), sink_(sink), downloads_(downloads) {}
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  // Introduces the phone in the transcript. `id` names it from now on.
  void add(const std::string& id, phone::Phone phone, Place place);
  // Something happens to a phone.
  void post(const std::string& id, const phone::Event& event);
  // Sends a request that belongs to no phone's interaction, and calls `done` with what came.
  void probe(const std::string& id, wpi::HttpRequest request, std::function<void(const transcript::Exchange&)> done);
  void mark(transcript::Event event, const std::string& id, std::string text);

  const phone::Phone& phone(const std::string& id) const { return cast_.at(id).phone; }
  // Interactions begun by this phone so far.
  std::uint32_t interactions(const std::string& id) const { return cast_.at(id).interactions; }
  // How the last one of them ended; nullopt where none did yet.
  std::optional<phone::End> last_end(const std::string& id) const { return cast_.at(id).ended; }
  // An HTTP answer came at least once.
  bool spoke() const { return spoke_; }
  // Why nothing came, as long as nothing did.
  const std::string& first_failure() const { return first_failure_; }

 private:
  struct Player {
    std::string id;
    phone::Phone phone;
    Place place;
    std::uint32_t interactions = 0;
    std::optional<phone::End> ended = {};
    std::uint64_t conversation = 0;  // grows when an interaction ends: answers to an older one are not delivered
  };
  void happen(Player& player, const phone::Event& event);
  void say(Player& player, phone::Send send);
  void poll(Player& player, const std::string& url);
  void fetch(Player& player, phone::Fetch fetch);
  void heard(Player& player, std::uint64_t conversation, transcript::Exchange&& exchange);
  net::Order order(const Player& player, wpi::HttpRequest request) const;

  net::Carrier& carrier_;
  net::Clock& clock_;
  transcript::Sink& sink_;
  Downloads* downloads_;
  std::unordered_map<std::string, Player> cast_;  // a player stays where it is: timers and answers point to it
  std::uint64_t exchanges_ = 0;
  bool spoke_ = false;
  std::string first_failure_;
};

}  // namespace understudy::fleet
