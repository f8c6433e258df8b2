// The phone: a state machine without I/O. An event goes in, effects come out; time, chance and identity are given to it.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "items/store.h"
#include "phone/firmware.h"
#include "phone/quirks.h"
#include "phone/random.h"
#include "phone/speech.h"
#include "wpi/http.h"
#include "wpi/message.h"
#include "wpi/writer.h"

namespace understudy::phone {

using std::chrono::microseconds;

struct Identity {
  std::string mac;      // "00:1A:E8:FF:00:01"; soft clients may put another identifier there (field)
  std::string e164;     // number
  std::string address;  // IP address, for contact-me-uri
};

struct Limits {
  int actions = 250;                  // obeyed in one interaction; then the phone breaks off
  std::size_t message = 50'000;       // bytes; a longer answer is split (guide p.69)
  microseconds restart_takes = std::chrono::seconds(20);
  microseconds gathers_changes = std::chrono::seconds(2);  // "a short while" before local-changes (guide p.37, inferred)
};

// ---- What happens to a phone
struct PowerOn { bool from_factory = false; };               // after a factory reset at the phone itself (guide p.32)
struct QuirksSet { Quirks quirks; };                         // from now on it has these, and no others
struct ItemsChanged { std::vector<wpi::Item> items; };       // by the user or in the web pages
struct InventoryChanged { std::vector<wpi::Item> items; };   // modules plugged or pulled: the items that say so
struct Answered {                                            // the service answered the last Send
  wpi::HttpResponse response;
  std::shared_ptr<const wpi::Document> document;             // nullptr: no body
};
struct NotAnswered {                                         // no answer came
  bool connection_was_kept = false;                          // it was sent on a connection used before, which had gone
  std::string why;                                           // in words
};
struct TimerFired { std::uint64_t timer = 0; };
struct CutShort { std::string why; };                        // from outside: drops the interaction, forgets what waits
using Event = std::variant<PowerOn, QuirksSet, ItemsChanged, InventoryChanged, Answered, NotAnswered, TimerFired, CutShort>;

// ---- What a phone wants done
struct Begin { wpi::Reason reason; std::uint32_t interaction; };  // an interaction begins
struct Send {
  wpi::HttpRequest request;
  bool fresh_connection = false;
  std::shared_ptr<const wpi::Document> said;                 // what the body says
  std::uint32_t interaction = 0, message = 0, attempt = 1;
};
// How an interaction came to its end; the names are those of transcript::Ending.
enum class End { clean_up, restart, phone_clean_up, unclean, broke_off, connection_lost };
struct Finish { End end; std::uint32_t interaction; std::string why; };  // the connection is closed
struct SetTimer { std::uint64_t timer = 0; microseconds after{}; };
struct Restarting {};
struct Note { std::string text; };
using Effect = std::variant<Begin, Send, Finish, SetTimer, Restarting, Note>;
using Effects = std::vector<Effect>;

// What a phone keeps of the interaction that is under way.
struct Interaction {
  wpi::Reason reason = wpi::Reason::start_up;
  std::string nonce;
  std::uint32_t messages = 0;        // sent so far
  int actions = 0;                   // obeyed so far
  bool restarts = false;             // restarts whatever is answered
  bool said_clean_up = false;        // ends whatever is answered
  std::vector<wpi::Header> cookies;  // name and value, as the service set them
  std::deque<ItemPart> fragments;    // still to be fetched by GetNextFragment
  std::string fragmented_action;
  Send last;                         // to be said again if a kept connection had gone
};

class Phone {
 public:
  // `host_header` and `path` say where its service is. `model` and `firmware` must outlive the phone.
  Phone(Identity identity, const Model& model, const Firmware& firmware, std::string host_header, std::string path,
        std::uint64_t seed, Quirks quirks, Limits limits);

  Effects handle(const Event& event);

  // Nothing is open, nothing waits, no timer runs.
  bool idle() const;
  const items::Store& store() const { return store_; }
  const Identity& identity() const { return identity_; }
  const Model& model() const { return model_; }
  const Firmware& firmware() const { return firmware_; }

 private:
  void want(wpi::Reason reason);
  void begin_next(Effects& effects);
  void send(wpi::PhoneMessage message, bool fresh_connection, Effects& effects);
  void reply(std::string_view action, wpi::ReplyStatus status, Effects& effects);
  void reply_items(std::string_view action, ItemParts parts, Effects& effects);
  void finish(End end, std::string why, Effects& effects);
  void restart(Effects& effects);
  void factory_reset();
  void note_change(wpi::Item item);

  void take(const Answered& answered, Effects& effects);
  void take(const NotAnswered& lost, Effects& effects);
  void obey(wpi::Action action, const wpi::Document& order, Effects& effects);
  void read_items(const wpi::Document& order, Effects& effects);
  void write_items(const wpi::Document& order, Effects& effects);
  void obey_restart(const wpi::Document& order, Effects& effects);
  void next_fragment(Effects& effects);
  void clean_up(const wpi::Document& order, Effects& effects);

  std::vector<wpi::Item> basic_items(wpi::Reason reason) const;
  ItemParts all_items() const;
  std::string new_nonce();
  void set_quirks(Quirks quirks);
  bool does_once(Quirk quirk);  // it has the quirk, and has not yet done so
  void vanish(Effects& effects);
  ItemParts no_parts(std::size_t expected = 0) const;  // expected: bytes of all items
  std::optional<wpi::Fragment> last_fragment() const;

  Identity identity_;
  const Model& model_;
  const Firmware& firmware_;
  std::string host_header_, path_;
  Quirks quirks_, done_;                       // done_: of those that act once, what was done since it started up
  wpi::Layout layout_;                         // as the quirks have it
  Limits limits_;
  Random random_;
  items::Store store_;

  bool changed_ = false;                       // configuration-changed-flag: since the last exchange that ended well
  std::deque<wpi::Reason> waiting_;            // interactions still to come
  std::vector<wpi::Item> changes_;             // to be reported by the next local-changes
  std::vector<wpi::Item> inventory_;           // to be reported by the next inventory-changes
  std::uint64_t timers_ = 0;                   // given out so far
  std::optional<std::uint64_t> restart_timer_, gather_timer_;
  std::uint32_t interactions_ = 0;             // begun so far

  std::optional<Interaction> open_;
};

}  // namespace understudy::phone
