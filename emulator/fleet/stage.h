// The stage: phones on it act through a carrier and a clock, and every word goes to a sink.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fleet/director.h"
#include "fleet/downloads.h"
#include "fleet/faults.h"
#include "fleet/memory.h"
#include "net/carrier.h"
#include "net/door.h"
#include "phone/phone.h"
#include "transcript/entry.h"
#include "wpi/reader.h"

namespace understudy::fleet {

// How a phone reaches its service.
struct Place {
  net::Target target;
  std::string source_address;  // empty: the system's choice
  net::TlsProfile profile = net::TlsProfile::current;
  net::Waits waits;
  std::string address_of = {};  // the phone whose source address that is too; empty: nobody's
  // Its connection stays open behind an interaction that ended well, and that of a poll behind its answer; a phone makes a new
  // one (guide p.33).
  bool keeps_connections = false;
  bool resumes = false;  // see net::Order
};

class Stage {
 public:
  // All must outlive the stage, and call nobody back when it is gone. With a memory, what a phone remembers is kept there
  // before anything comes of it: what a service was told is never lost. As long as it cannot be kept, the phone says nothing:
  // its interaction is cut short. Without `downloads` every file that is ordered fails, with a note.
  Stage(net::Carrier& carrier, net::Clock& clock, transcript::Sink& sink, Memory* memory = nullptr, Downloads* downloads = nullptr)
      : carrier_(carrier), clock_(clock), sink_(sink), memory_(memory), downloads_(downloads) {
    if (downloads_)
      downloads_->record = [this](const std::string& id, const std::string& text) { mark(transcript::Event::download, id, text); };
  }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  // Exchanges are numbered 1, 2, 3; from now on first, first + step, and so on: of several stages each has numbers of its own.
  void number_exchanges(std::uint64_t first, std::uint64_t step) { exchanges_ = first - step, exchange_step_ = step; }

  // Told of each message as it is sent: the sink hears of it when its answer has come. May be empty.
  std::function<void(const std::string& id, const phone::Send& send)> sending;

  // Introduces the phone in the transcript. `id` names it from now on.
  void add(const std::string& id, phone::Phone phone, Place place);
  // Something happens to a phone.
  void post(const std::string& id, const phone::Event& event);
  // From now on this phone is directed; nullptr: it acts by itself. The director must outlive the stage, or be taken back.
  void direct(const std::string& id, Director* director) { cast_.at(id).director = director; }
  // From its next message on, which is number 0, faults meet this phone by chance; nullptr: none do. A delivery that has a fault,
  // a pause or a copy of its own goes before.
  void afflict(const std::string& id, std::shared_ptr<const Faults> faults, std::uint64_t seed);
  // The phone hears what is held for it; nothing happens where nothing is.
  void let_go(const std::string& id);
  // The same, and somebody answers in its place; false where no answer is held: then nothing happens.
  bool answer_by_hand(const std::string& id, phone::Words words, bool obeys, bool broken);
  // Somebody calls at its door who is not the service.
  void call_at_door(const std::string& id, bool wanted, const std::string& elsewhere);
  // Sends a request that belongs to no phone's interaction, and calls `done` with what came.
  void probe(const std::string& id, wpi::HttpRequest request, std::function<void(const transcript::Exchange&)> done) {
    attempt(id, Attempt{}, std::move(request), std::move(done));
  }
  // The same as something that the service is to refuse.
  struct Attempt {
    transcript::Trial trial = transcript::Trial::none;
    std::uint16_t port = 0;  // of the service; 0: the phone's usual one
    std::shared_ptr<const phone::Credentials> credentials = nullptr;
    transcript::Scripted scripted = transcript::Scripted::none;
    std::string as = {};       // whose connection it takes, and leaves open; empty: the phone's, closed at the end
    bool fresh = true;         // false: goes on with that connection, if it is still there
    microseconds answer_limit{};  // so long an answer is awaited; 0: as long as a phone does
    net::Fault fault = {};     // a word of a script by hand is disturbed so, too
    std::vector<net::Stretch> stretches = {};  // that are sent in place of the request
    bool renegotiates = false;  // see net::Order; the request is not sent
  };
  void attempt(const std::string& id, Attempt attempt, wpi::HttpRequest request, std::function<void(const transcript::Exchange&)> done);
  // Closes a connection that an attempt left open.
  void hang_up(const std::string& as) { carrier_.close(as); }
  // Polls where the phone does, in the name of a device that nobody has; nothing happens where it does not poll.
  // `done` is called once, when that is over.
  void poll_as_stranger(const std::string& id, const std::string& mac, std::function<void()> done);
  // Somebody calls at the door of the phone that has that address (the first, if several have): a net::DoorHandler.
  net::DoorAnswer knock(const std::string& address, const wpi::HttpRequest& request, const net::ContactCall& call,
                        const net::Caller& caller);
  // The same at a door of that phone's own, whatever address it has.
  net::DoorAnswer knock_at(const std::string& id, const wpi::HttpRequest& request, const net::ContactCall& call, const net::Caller& caller);
  // Some phone has that address.
  bool has_address(const std::string& address) const { return by_address_.contains(address); }
  void mark(transcript::Event event, const std::string& id, std::string text);

  const phone::Phone& phone(const std::string& id) const { return cast_.at(id).phone; }
  // Where it finds its service, in default mode.
  const net::Target& target(const std::string& id) const { return cast_.at(id).place.target; }
  // The phone is idle, and no poll of it waits for its answer.
  bool rests(const std::string& id) const { return cast_.at(id).phone.idle() && cast_.at(id).polls == 0; }
  // Interactions begun by this phone so far.
  std::uint32_t interactions(const std::string& id) const { return cast_.at(id).interactions; }
  // How the last one of them ended; nullopt where none did yet.
  std::optional<phone::End> last_end(const std::string& id) const { return cast_.at(id).ended; }
  // Why a phone's memory could not be kept, the first time; empty: each could, always.
  const std::string& memory_failure() const { return memory_failure_; }
  // An HTTP answer came at least once.
  bool spoke() const { return spoke_; }
  // Why nothing came, as long as nothing did.
  const std::string& first_failure() const { return first_failure_; }

 private:
  struct Affliction {
    std::shared_ptr<const Faults> faults;
    std::uint64_t seed = 0, messages = 0;  // said since
    std::string nonce, old_nonce;          // of its interaction, and of the one before
  };
  struct Pending {
    std::uint64_t timer = 0, on_clock = 0;  // the phone's number, and the clock's
    microseconds due{};
  };
  struct Player {
    std::string id;
    phone::Phone phone;
    Place place;
    std::uint32_t interactions = 0;
    std::optional<phone::End> ended = {};
    int polls = 0;  // that wait for their answer
    std::uint64_t conversation = 0;  // grows when an interaction ends: answers to an older one are not delivered
    std::uint32_t kept = 0;          // the version of its memory; 0: what it was told to remember
    bool unkept = false;             // the last try failed
    Director* director = nullptr;
    std::unique_ptr<phone::Event> held = nullptr;  // what it does not hear yet, see Director::hears()
    bool misled = false;             // a scenario sent it elsewhere
    std::unique_ptr<Affliction> affliction = nullptr;
    bool old_tls = false;            // until its interaction ends, see net::Fault
    microseconds ahead{};            // of the run's clock, its own is so much
    std::vector<Pending> pending = {};  // timers that it waits for
  };
  void happen(Player& player, const phone::Event& event);
  bool keep(Player& player);
  void say(Player& player, phone::Send send);
  void meet_by_chance(Player& player, const phone::Send& send, Delivery& delivery);
  bool meet(Player& player, phone::Send& send, Delivery& delivery);
  std::string nonce_of_another(const Player& player, std::uint64_t made_up) const;
  void set_timer(Player& player, std::uint64_t timer, microseconds after);
  void jump(Player& player, microseconds by);
  void transmit(Player& player, const phone::Send& send, const Delivery& delivery, int copy);
  void keep_silent(Player& player, phone::Send send, microseconds so_long);
  void record(const Player& player, transcript::Exchange& exchange);
  transcript::Contact contact_of(const wpi::HttpRequest& request, const net::Caller& caller) const;
  net::DoorAnswer knock(Player& player, transcript::Contact contact, const net::ContactCall& call);
  void poll(Player& player, const std::string& url);
  void heed(const phone::Doorbell& doorbell);
  bool get(Player& player, const std::string& url, const std::string& as, std::function<void(transcript::Exchange)> done);
  void get(net::Order order, std::function<void(transcript::Exchange)> done);
  void fetch(Player& player, phone::Fetch fetch);
  void heard(Player& player, std::uint64_t conversation, transcript::Exchange&& exchange, bool lost = false);
  net::Order order(const Player& player, wpi::HttpRequest request) const;

  net::Carrier& carrier_;
  net::Clock& clock_;
  transcript::Sink& sink_;
  Memory* memory_;
  Downloads* downloads_;
  std::unordered_map<std::string, Player> cast_;  // a player stays where it is: timers and answers point to it
  std::unordered_map<std::string, Player*> by_address_;
  transcript::Contact* contact_ = nullptr;  // that is being handled
  // Afflicted phones that spoke last, each in a conversation of its own: the next takes the place of the oldest.
  struct Voice {
    const Player* player = nullptr;
    std::uint64_t conversation = 0;
  };
  std::array<Voice, 16> voices_;
  std::size_t voice_ = 0;
  std::unique_ptr<wpi::Reader> reader_;  // of messages that a fault changed; made when first needed
  std::uint64_t exchanges_ = 0, exchange_step_ = 1;
  bool spoke_ = false;
  std::string first_failure_, memory_failure_;
};

}  // namespace understudy::fleet
