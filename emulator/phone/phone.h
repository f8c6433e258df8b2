// The phone: a state machine without I/O. An event goes in, effects come out; time, chance and identity are given to it.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <tl/expected.hpp>

#include "items/store.h"
#include "phone/files.h"
#include "phone/image.h"
#include "phone/keys.h"
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
  std::uint16_t door = 8085;  // port of its contact-me door, for the same (guide p.12)
};

// Where its service is: the same for all phones of a fleet, which share it.
struct Service {
  std::string host_header, path;
  std::shared_ptr<const Keys> keys = nullptr;  // who reads certificates; nullptr: they are kept unread, and there is no Secure Mode
};

// How a phone acts where several ways are right, or the guide is silent; how it prints and what its manners are are quirks.
struct Switches {
  items::UnknownItems unknown_items = items::UnknownItems::store;  // names that the catalogue does not have
  // What a healthy phone may do, and a service must live with:
  std::optional<std::size_t> max_items = {};  // takes so many items in a message, and refuses the rest (guide p.28); none: all
  bool refuses_first = false;            // refuses the first item of each write (guide p.81)
  bool fails = false;                    // answers every order but CleanUp with failed (guide p.29)
  bool ends = false;                     // answers the first order with clean-up (guide p.13, p.83)
  bool wrong_tan = false;                // answers bootstrapping-tan as if its user had the end of the PIN wrong (guide p.68)
  std::vector<wpi::Header> others_cookies = {};  // name and value: comes into every interaction with these of another phone
};

// What a phone does when its service does not answer: the same interaction again, after a wait that doubles each time until
// it is `most`. Any answer starts it over. Real phones' numbers are not known (the guide's p.72 only says that there is such
// a process).
struct Retry {
  int attempts = 0;                                    // further ones; then the phone gives up. 0: none
  microseconds first = std::chrono::seconds(30);
  microseconds most = std::chrono::minutes(30);
};
constexpr int without_end = std::numeric_limits<int>::max();

struct Limits {
  int actions = 250;                  // obeyed in one interaction; then the phone breaks off
  std::size_t message = 50'000;       // bytes; a longer answer is split (guide p.69)
  microseconds restart_takes = std::chrono::seconds(20);
  microseconds gathers_changes = std::chrono::seconds(2);  // "a short while" before local-changes (guide p.37, inferred)
  // Between these the phone waits after a CleanUp for overload, before it says the same again (field).
  microseconds overload_least = std::chrono::seconds(20), overload_most = std::chrono::seconds(60);
  int overloads = 20;                 // in a row; then the phone gives up
  Retry retry = {};
};

// ---- What happens to a phone
struct PowerOn { bool from_factory = false; };               // after a factory reset at the phone itself (guide p.32)
struct PowerCut { bool to_factory = false; };                // off and on again; to_factory: reset by its user (guide p.32)
struct QuirksSet { Quirks quirks; };                         // from now on it has these, and no others
struct ItemsChanged {                                        // by the user, or in the web pages
  std::vector<wpi::Item> items;
  items::Who by = items::Who::user;
};
struct Supplied { std::vector<wpi::Item> items; };           // by DHCP, in place of what it gave before: see supply()
struct ModulesChanged { int modules = 0; };                  // key modules plugged or pulled: so many are there now
struct CallBegins {};                                        // the first of the phone's calls
struct CallEnds {};                                          // the last of them
struct LogOn { std::string e164, password; };                // of a mobile user
struct LogOff {};
struct PinEntered { std::string pin; };                      // that Secure Mode asks for (guide p.67)
struct Answered {                                            // the service answered the last Send
  wpi::HttpResponse response;
  std::shared_ptr<const wpi::Document> document;             // nullptr: no body
};
// What is said in place of the phone's own words; where nothing is given these stay.
struct Words {
  std::optional<wpi::Reason> reason = {};
  std::optional<std::string> status = {};                    // any text
  std::optional<std::string> action = {};                    // that it says it replies to
  std::optional<wpi::Fragment> fragment = {};
  std::optional<std::string> nonce = {};                     // empty: the attribute is left out
  std::optional<std::vector<wpi::Item>> items = {};
  std::optional<std::string> body = {};                      // all of the message, byte for byte; the rest does not count then
  std::shared_ptr<const wpi::Document> said = nullptr;       // what `body` says
};
enum class ByHand { no, words, broken };                     // the names are those of transcript::Scripted
// The same, and somebody answers in the phone's place. It takes nonce and cookies as always, but does not obey unless it is
// told to; then its words alone are replaced, as far as it says something.
struct AnsweredByHand {
  Answered answer;
  Words words;
  bool obeys = false;
  bool broken = false;                                       // no phone says such a thing
};
struct NotAnswered {                                         // no answer came
  bool connection_was_kept = false;                          // it was sent on a connection used before, which had gone
  std::string why;                                           // in words
};
struct TimerFired { std::uint64_t timer = 0; };
struct Polled { int status = 0; };                           // the answer to the last Poll; 0: none came
struct PollNow {};                                           // without waiting for its time, if it polls at all
struct ContactMe {                                           // somebody asks it to call its service (guide p.14)
  bool wanted = true;                                        // ContactMe is true
  std::string elsewhere;                                     // host:port to call this once; empty: its service
};
// What became of a file that was to be fetched.
struct Download {
  bool ok = false;
  std::string why = {};                                      // it is not, in words
  std::shared_ptr<const std::string> content = nullptr;      // what came; of firmware it is looked at
};
struct Fetched {                                             // the answer to a Fetch; what has no result was not fetched
  std::uint32_t fetch = 0;
  std::vector<Download> results;                             // in the order of its files
};
struct Behave { Switches switches; };                        // from now on so
struct CutShort { std::string why; };                        // from outside: drops the interaction, forgets what waits
using Event = std::variant<PowerOn, PowerCut, QuirksSet, ItemsChanged, ModulesChanged, CallBegins, CallEnds, LogOn, LogOff, PinEntered, Answered,
                           AnsweredByHand, NotAnswered, TimerFired, Polled, PollNow, ContactMe, Supplied, Fetched, Behave, CutShort>;

// ---- What a phone wants done
struct Begin { wpi::Reason reason; std::uint32_t interaction; };  // an interaction begins
struct Send {
  wpi::HttpRequest request;
  bool fresh_connection = false;
  std::shared_ptr<const wpi::Document> said;                 // what the body says
  std::uint32_t interaction = 0, message = 0, attempt = 1;
  std::string elsewhere;                                     // host:port to send it to; empty: its service
  bool wrong_tan = false;                                    // it says one on purpose, see Switches
  bool others_cookie = false;                                // it came with one on purpose, see Switches
  ByHand by_hand = ByHand::no;
  std::shared_ptr<const Credentials> credentials;            // with these, and to their port (guide p.65); nullptr: default mode
};
// How an interaction came to its end; the names are those of transcript::Ending.
enum class End { clean_up, restart, phone_clean_up, unclean, broke_off, connection_lost };
struct Finish { End end; std::uint32_t interaction; std::string why; };  // the connection is closed
struct SetTimer { std::uint64_t timer = 0; microseconds after{}; };
struct Poll { std::string url; };                             // GET it: is there anything for this phone?
enum class Heed { calls_back, in_gap, unheeded, not_asked };  // the names are those of transcript::Heed
struct Doorbell {                                             // what it makes of a ContactMe
  Heed heed = Heed::calls_back;
  bool answers = true;                                        // with 204 (guide p.15); else not at all
};
struct Fetch {                                                // get these files: Fetched tells what came of it, exactly once
  std::uint32_t fetch = 0;
  std::vector<File> files;
};
struct GiveUp { std::uint32_t fetch = 0; };                   // nobody waits for these files any more
struct Forget {                                               // it does not hold this file any more, if it ever did
  std::string name, type;                                     // both empty: none at all
};
struct Restarting {};
struct InCall { bool now = false; };                          // for the record: a call began or ended
struct Note { std::string text; };
using Effect = std::variant<Begin, Send, Finish, SetTimer, Poll, Doorbell, Fetch, GiveUp, Forget, Restarting, InCall, Note>;
using Effects = std::vector<Effect>;

// What an interaction is for, where its reason alone does not say it. A mobile user's log-on takes three of them, his
// log-off two (field).
enum class Purpose { plain, log_on, between, user_data, log_off };

// An interaction that waits for its turn.
struct Due {
  wpi::Reason reason = wpi::Reason::start_up;
  Purpose purpose = Purpose::plain;
  std::string elsewhere = {};  // host:port that a contact-me named (guide p.14); empty: its service
  bool operator==(const Due&) const = default;
};

// What a phone keeps of the interaction that is under way.
struct Interaction {
  Due due;
  std::string nonce;
  bool accepted_write = false;
  std::vector<wpi::Item> reported;   // changes that its first message stands for
  std::uint32_t messages = 0;        // sent so far
  int actions = 0;                   // obeyed so far
  bool restarts = false;             // restarts whatever is answered
  bool resets = false;               // to the factory's state when it restarts
  bool said_clean_up = false;        // ends whatever is answered
  std::vector<wpi::Header> cookies;  // name and value, as the service set them
  std::vector<ItemPart> fragments;   // still to be fetched by GetNextFragment
  std::string fragmented_action;
  bool wrong_tan = false;            // its next message says one
  std::uint32_t fetch = 0;           // what it waits for, saying nothing meanwhile; 0: for no download
  std::vector<FileResult> told;      // results that its status message tells
  Send last;                         // to be said again if a kept connection had gone, or the service is overloaded
};

// What is said once more when the service is no longer overloaded.
struct Again {
  Send send;
  Due due;
  std::vector<wpi::Item> reported;
  std::vector<FileResult> told;
};

// When it was last asked to call, for what it makes of the next time. Never asked: nullptr.
struct Contacts {
  std::optional<microseconds> asked, called;  // called: the last time that it was going to call back
  microseconds dead_until{};                  // see Quirk::fragile_door
};

// How far a phone is on its way to mutual authentication (guide p.62-68). In default mode: nullptr.
struct SecureMode {
  enum class Stage { prepared, wants_pin, on };
  Stage stage = Stage::prepared;
  bool by_pin = false;
  int tries_left = 0;                               // of PINs
  std::string tan;                                  // until the service has asked for it
  std::shared_ptr<const Credentials> credentials;   // with PIN only once it is on
};

// A phone that restarts does not know any more where to poll (wiki).
void forget_poll_target(items::Store& store);
// What DHCP supplied, and nobody changed since, is not there any more.
void give_back(items::Store& store, const std::vector<wpi::Item>& supplied);

// What all phones of that kind come with: one for all of them, made when the first is.
std::shared_ptr<const items::Base> factory_base(const Model& model, const Firmware& firmware);

// What a phone is: the items that it says itself and that nobody can write (guide p.83 for device-type; the others inferred).
bool says_itself(std::string_view item);

class Phone {
 public:
  // `model` and `firmware` must outlive the phone.
  Phone(Identity identity, const Model& model, const Firmware& firmware, std::shared_ptr<const Service> service,
        std::uint64_t seed, Quirks quirks, Limits limits, Switches switches = {});
  // With a service of its own.
  Phone(Identity identity, const Model& model, const Firmware& firmware, std::string host_header, std::string path,
        std::uint64_t seed, Quirks quirks, Limits limits, Switches switches = {});

  // An administrator has set these before it was switched on. A factory reset forgets them.
  void set_up(const std::vector<wpi::Item>& settings);
  // DHCP gives these, in place of what it gave before; with the item dhcp false they are not taken. As long as that is true
  // nobody can change them (guide p.16), and after a factory reset DHCP gives them again (guide p.32). Nothing is reported.
  void supply(const std::vector<wpi::Item>& given);

  // `now` is the time since the run began: what its items are said to have changed at, and the contact gap is counted in.
  Effects handle(const Event& event, microseconds now = {});

  // What it keeps over a power cut, as lines of text: its items with who changed them, what it has still to report, and the
  // user who is logged on. Not what DHCP supplied, nor the wish for a call-back (guide p.72), nor where to poll (wiki), nor what
  // is under way.
  std::string memory() const;
  // A phone that was just made remembers that: PowerOn then reports what was pending. Other firmware takes over what it has
  // of it, and the phone is where it is now. The error says what is no memory of a phone, or of one of another model;
  // nothing is changed then.
  tl::expected<void, std::string> remember(std::string_view memory);
  // Grows with every change of what memory() says; 0 as long as that is what it was told to remember.
  std::uint32_t memory_version() const { return store_.changes() + other_changes_; }

  // Nothing is open, nothing waits, no timer runs but that of the next poll.
  bool idle() const;
  bool in_call() const { return in_call_; }
  // The number of the mobile user who is logged on, or is about to be; empty: nobody.
  const std::string& mobile_user() const { return user_; }
  // Where it polls; empty: it does not.
  std::string poll_url() const;
  const items::Store& store() const { return store_; }
  const Identity& identity() const { return identity_; }
  const Model& model() const { return model_; }
  const Firmware& firmware() const { return *firmware_; }
  // Who reads certificates for it; nullptr: nobody.
  const Keys* keys() const { return service_->keys.get(); }
  // It talks to its service with its own certificate, on a port for that (guide p.62).
  bool secure() const { return secure_ && secure_->stage == SecureMode::Stage::on; }
  // What it shows and trusts then; nullptr in default mode.
  std::shared_ptr<const Credentials> shows() const { return secure() ? secure_->credentials : nullptr; }
  bool wants_pin() const { return secure_ && secure_->stage == SecureMode::Stage::wants_pin; }

 private:
  // What a timer is waited for. A new one of a kind takes the place of the old one.
  enum class Wait { restart, gather, retry, overload, poll };
  static constexpr std::size_t waits = 5;

  // memory.cpp
  std::string user_and_pending() const;  // lines of memory(): who is logged on, what is pending; mostly none

  // phone.cpp: events, and how interactions begin and end
  void happen(const PowerOn& on, Effects& effects);
  void happen(const PowerCut& cut, Effects& effects);
  void happen(const QuirksSet& set, Effects&) { set_quirks(set.quirks); }
  void happen(const ItemsChanged& changed, Effects& effects);
  void happen(const ModulesChanged& changed, Effects& effects);
  void happen(const CallBegins&, Effects& effects);
  void happen(const CallEnds&, Effects& effects);
  void happen(const LogOn& user, Effects& effects);
  void happen(const LogOff&, Effects& effects);
  void happen(const PinEntered& entered, Effects& effects);
  void happen(const Answered& answered, Effects& effects);
  void happen(const AnsweredByHand& by_hand, Effects& effects);
  void happen(const NotAnswered& lost, Effects& effects);
  void happen(const TimerFired& fired, Effects& effects);
  void happen(const Polled& polled, Effects& effects);
  void happen(const PollNow&, Effects& effects);
  void happen(const Supplied& supplied, Effects&) { supply(supplied.items); }
  void happen(const ContactMe& contact, Effects& effects);
  void happen(const Fetched& fetched, Effects& effects);
  void happen(const Behave& behave, Effects&) { switches_ = behave.switches; }
  void happen(const CutShort& cut, Effects& effects);
  void start_up();
  void want(wpi::Reason reason, Purpose purpose = Purpose::plain) { want(Due{reason, purpose}); }
  void want(const Due& due);
  void wait(Wait what, microseconds time, Effects& effects);
  bool waits_for(Wait what) const { return timer(what) != 0; }
  std::uint64_t& timer(Wait what) { return timer_[static_cast<std::size_t>(what)]; }
  const std::uint64_t& timer(Wait what) const { return timer_[static_cast<std::size_t>(what)]; }
  void begin_next(Effects& effects);
  void open(Due due, Effects& effects);
  void send(wpi::PhoneMessage message, bool fresh_connection, Effects& effects);
  void say_clean_up(std::string why, Effects& effects);
  void finish(End end, std::string why, Effects& effects);
  void restart(Effects& effects);
  void vanish(Effects& effects);
  void go_down(Effects& effects);
  void factory_reset();
  void factory_reset(Effects& effects);  // its files go too (inferred)
  void take_supplied();
  std::vector<wpi::Item> basic_items(wpi::Reason reason) const;
  // The same one by one; `readable` is false for what the phone says failed of.
  void each_basic_item(wpi::Reason reason,
                       const std::function<void(const std::string& name, std::string_view value, bool readable)>& take) const;
  bool attaches_changes(wpi::Reason reason) const;
  void put(std::string_view item, std::string value) { store_.put(item, std::nullopt, std::move(value)); }
  bool says(std::string_view item, std::string_view value) const;
  std::string new_nonce();
  void set_quirks(Quirks quirks);
  bool does_once(Quirk quirk);  // it has the quirk, and has not yet done so

  // life.cpp: users, modules, a service that is away, overloaded or polled
  void note_change(wpi::Item item, items::Who by);
  std::vector<wpi::Item> more_items(const Due& due) const;
  void introduce_user(std::vector<wpi::Item>& basic_items) const;
  void user_comes_or_goes(const Interaction& over);
  void user_goes();
  void give_up_log_on();
  void mobility_may_have_changed();
  void try_again_later(Due due, Effects& effects);
  void overloaded(Effects& effects);
  void say_again(Effects& effects);
  microseconds poll_interval() const;
  void poll_later(Effects& effects);

  // contact.cpp: somebody at the door
  Doorbell rung(const ContactMe& contact);
  microseconds contact_gap() const;

  // deploy.cpp: files that the service orders
  void deploy_files(const wpi::Document& order, Effects& effects);
  void finish_deployment(Deployment deployment, const std::vector<Download>& results, Effects& effects);
  bool store_file(const File& file, const Download& download, Effects& effects);
  void forget_unlisted(const std::vector<File>& files, Effects& effects) const;
  void say_status(std::vector<FileResult> results, Effects& effects);
  void say_status_anew(Effects& effects);
  void tell_later(std::vector<FileResult> results);
  std::vector<wpi::Item> results_to_tell();
  void forget_downloads(bool answered_ones_alone, Effects& effects);
  void drop_empty_deployments();
  Deployments& deployments();

  // software.cpp: firmware that the service orders
  void deploy_software(const wpi::Document& order, Effects& effects);
  void finish_software(const Deployment& deployment, const Download& download, Effects& effects);
  std::string objection_to(const Image& image) const;
  void become(Firmware firmware);

  // secure.cpp: certificates, and Secure Mode
  std::string objection_to_certificate(const wpi::Item& item);
  tl::expected<std::shared_ptr<const Credentials>, std::string> credentials() const;
  void prepare_secure_mode(const wpi::Document& order, ItemParts& refused, Effects& effects);
  void change_over(End end, Effects& effects);
  void go_secure(Effects& effects);
  void wrong_pin(const std::string& why, Effects& effects);
  void tan_was_answered(const wpi::Item* why, Effects& effects);

  // obey.cpp: what the service says
  void obey(wpi::Action action, const wpi::Document& order, Effects& effects);
  void read_items(const wpi::Document& order, Effects& effects);
  void write_items(const wpi::Document& order, Effects& effects);
  void obey_restart(const wpi::Document& order, Effects& effects);
  void next_fragment(Effects& effects);
  void take_words(wpi::PhoneMessage& message);
  void clean_up(const wpi::Document& order, Effects& effects);
  void reply(std::string_view action, wpi::ReplyStatus status, Effects& effects);
  void reply_items(std::string_view action, ItemParts parts, Effects& effects);
  ItemParts all_items() const;
  ItemParts no_parts(std::size_t expected = 0) const;  // expected: bytes of all items
  std::optional<wpi::Fragment> last_fragment() const;

  Identity identity_;
  const Model& model_;
  const Firmware* firmware_;
  std::shared_ptr<const Firmware> loaded_;     // that a service deployed; nullptr: what it came with
  std::shared_ptr<const Service> service_;
  Quirks quirks_, done_;                       // done_: of those that act once, what was done since it was switched on
  wpi::Layout layout_;                         // as the quirks have it
  Switches switches_;
  Limits limits_;
  Random random_;
  items::Store store_;

  std::vector<wpi::Item> supplied_;            // by DHCP, the last time
  bool changed_ = false;                       // configuration-changed-flag: since the last exchange that ended well
  bool in_call_ = false;
  bool call_back_ = false;                     // the service wants a solicited when the phone is idle (guide p.72)
  std::uint32_t other_changes_ = 0;            // of memory(), beside those that the store counts; counts round
  std::vector<Due> waiting_;                   // interactions still to come
  std::vector<wpi::Item> changes_;             // to be reported by the next local-changes
  std::string user_, user_password_;           // who logs on, or is logged on
  std::uint64_t timers_ = 0;                   // given out so far
  std::array<std::uint64_t, waits> timer_{};   // by Wait; 0: not set
  std::uint32_t interactions_ = 0;             // begun so far
  std::uint32_t fetches_ = 0;                  // given out so far
  int retries_ = 0, overloads_ = 0;            // in a row
  std::unique_ptr<Again> again_;               // what the service was too busy to hear
  std::unique_ptr<Contacts> contacts_;
  std::unique_ptr<Deployments> deployments_;   // as long as there are some
  std::unique_ptr<SecureMode> secure_;         // nullptr in default mode
  const AnsweredByHand* by_hand_ = nullptr;    // that is handled
  microseconds now_{};                         // of the event that is handled
  std::unique_ptr<Interaction> open_;          // most phones of a fleet have none: they need not hold its space
};

}  // namespace understudy::phone
