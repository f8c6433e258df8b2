// The phone: a state machine without I/O. An event goes in, effects come out; time, chance and identity are given to it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "items/store.h"
#include "phone/firmware.h"
#include "phone/random.h"
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

// Choices where the guide contradicts itself or is silent, with the safer default (protocol.md 23, field.md 8 and 10).
struct Switches {
  bool fresh_nonce = false;           // a new nonce with each message instead of one an interaction (guide p.34 against p.43-83)
  bool reply_before_restart = false;  // reply-to accepted before restarting (the guide's diagram p.50 shows none)
  bool strict_nonce = false;          // act only on answers that carry the nonce just sent (guide p.28; phones in the field act on all)
};

struct Limits {
  int actions = 250;                  // in one interaction; then the phone breaks off
  microseconds restart_takes = std::chrono::seconds(20);
  microseconds gathers_changes = std::chrono::seconds(2);  // "a short while" before local-changes (guide p.37, inferred)
};

// ---- What happens to a phone
struct PowerOn {};
struct ItemsChanged { std::vector<wpi::Item> items; };       // by the user or in the web pages
struct InventoryChanged { std::vector<wpi::Item> items; };   // modules plugged or pulled: the items that say so
struct Answered {                                            // the service answered the last Send
  wpi::HttpResponse response;
  std::shared_ptr<const wpi::Document> document;             // nullptr: no body
};
struct NotAnswered { bool connection_reused = false; };      // no whole answer came
struct TimerFired { std::uint64_t timer = 0; };
struct CutShort {};                                          // from outside: drop the interaction, forget what waits
using Event = std::variant<PowerOn, ItemsChanged, InventoryChanged, Answered, NotAnswered, TimerFired, CutShort>;

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

class Phone {
 public:
  Phone(Identity identity, const Model& model, const Firmware& firmware, std::string host_header, std::string path,
        std::uint64_t seed, Switches switches = {}, Limits limits = {});

  Effects handle(const Event& event);

  // Nothing is open, nothing waits, no timer runs.
  bool idle() const;
  const items::Store& store() const { return store_; }
  const Identity& identity() const { return identity_; }
  const Model& model() const { return model_; }
  const Firmware& firmware() const { return firmware_; }

 private:
  struct Open;  // the interaction that is open
  // see phone.cpp
  std::vector<wpi::Item> basic_items(wpi::Reason reason) const;
  void want(wpi::Reason reason);
  void begin_next(Effects& effects);
  void send(wpi::PhoneMessage message, bool fresh_connection, Effects& effects);
  void reply(wpi::ReplyStatus status, std::optional<std::vector<wpi::Item>> items, Effects& effects);
  void finish(End end, std::string why, Effects& effects);
  void restart(Effects& effects);
  void take(const Answered& answered, Effects& effects);
  void obey(wpi::Action action, const wpi::Document& order, Effects& effects);
  void not_answered(const NotAnswered& event, Effects& effects);
  std::string new_nonce();
  std::string cookie_header() const;
  void keep_cookies(const wpi::HttpResponse& response);

  Identity identity_;
  const Model& model_;
  const Firmware& firmware_;
  std::string host_header_, path_;
  Switches switches_;
  Limits limits_;
  Random random_;
  items::Store store_;
  bool changed_since_last_ = true;             // configuration-changed-flag
  std::vector<wpi::Reason> waiting_;           // interactions still to come, in order
  std::vector<wpi::Item> changes_;             // attached to the next local-changes
  std::vector<wpi::Item> inventory_;           // attached to the next inventory-changes
  std::vector<wpi::Header> cookies_;           // name and value
  std::uint32_t interactions_ = 0;
  std::uint64_t timers_ = 0;
  std::optional<std::uint64_t> restart_timer_, gather_timer_;

  // The interaction that is open.
  bool open_ = false;
  std::string nonce_;
  std::uint32_t message_ = 0;
  int actions_ = 0;
  bool resent_ = false;
  bool restart_after_answer_ = false;
  bool said_clean_up_ = false;
  std::optional<std::string> answering_;       // the action being answered, as spelled
  Send last_;                                  // to say it again on a new connection
};

}  // namespace understudy::phone
