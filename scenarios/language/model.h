// A scenario as its file says it: what phones there are, and what they do step by step. It is read once and never changes,
// so that ten thousand phones share it. docs/scenarios.md says what each step means.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "fleet/faults.h"
#include "items/store.h"
#include "phone/firmware.h"
#include "phone/quirks.h"
#include "scenarios/file_error.h"
#include "scenarios/language/text.h"
#include "wpi/vocabulary.h"

namespace understudy::scenarios::language {

using std::chrono::microseconds;

struct Step;
using Steps = std::vector<Step>;

// ---- Phones

struct Setting {  // an item and its value
  Text name;
  std::optional<Text> index;
  Text value;
  Place place;
};

// What phones of one <phone> or one row of a table have in common.
struct PhoneKind {
  const phone::Model* model =
      nullptr;  // nullptr: whatever the user wants, the usual one where he says nothing
  std::shared_ptr<const phone::Firmware> firmware;  // none: alike. The scenario must outlive the phone
  phone::Quirks quirks;
  std::optional<std::size_t> message_limit;  // bytes; a longer answer is split
  std::optional<std::size_t> max_items;      // that it takes in a message
  std::vector<Setting> settings;             // before it is switched on
  std::vector<fleet::Chance> faults;         // that its messages meet
  std::optional<std::uint32_t> address_of;   // of Scenario::phones, before it: they share an address
  Place place;
};

struct PhoneEntry {
  std::string name;         // "desk", or of several "desk-1"
  std::size_t kind = 0;     // of Scenario::kinds
  std::string mac, number;  // empty: made up from the seed
};

// Some phones that follow each other in Scenario::phones.
struct PhoneRange {
  std::uint32_t first = 0, count = 1;
  bool operator==(const PhoneRange&) const = default;
};

// ---- What happens to a phone (the events of phone::Phone)

struct StartUp {
  bool from_factory = false;
};
struct Restart {};
struct FactoryReset {};
struct PowerCut {};
struct LocalChange {
  items::Who by = items::Who::user;  // user, administrator or web_pages
  bool unique = false;               // nobody else has these values: see session.isolated
  std::vector<Setting> items;
  std::optional<Text> texts;  // of every item that takes free text
};
struct InventoryChange {
  int modules = 0;
};
struct CallBegins {};
struct CallEnds {};
struct LogOn {
  Text number, password;
};
struct LogOff {};
struct Poll {};  // at once, if it polls at all
struct EnterPin {
  Text pin;
};
struct ContactMe {  // somebody calls at its door
  bool wanted = true;
  Text host, port;  // that it is to call this once; empty: its service
};
struct
    Trigger {  // their service is made to start a job; without a way to do so the scenario is not exercised
  std::string job;      // "write", as triggers.xsd lists them
  std::string capture;  // the variable that takes what the command printed or the call answered; empty: none
  std::optional<Text> pin;  // of bootstrap-pin, for {pin}; none: from the seed
};
struct Behave {                         // from now on; what is not said stays as it is
  std::optional<phone::Quirks> quirks;  // these, and no others
  std::optional<bool> fails, ends, refuses_first, wrong_tan;
  std::optional<std::size_t> max_items;  // 0: all
  std::optional<std::uint32_t> cookie_of;  // comes into each interaction with the last cookies of this phone; itself: with none
};
using Event = std::variant<StartUp, Restart, FactoryReset, PowerCut, LocalChange, InventoryChange, CallBegins,
                           CallEnds, LogOn, LogOff, Poll, EnterPin, ContactMe, Trigger, Behave>;

// Posts the event, plays `steps`, and then until the phone is at rest.
struct EventStep {
  Event event;
  std::string label;  // in reports; empty: the element's name
  bool rest = true;  // false: goes on at once when `steps` are done
  Steps steps;       // what goes along with what the event causes
};

// ---- What is expected of the service

// Instead of what the phone would say itself.
struct Answer {
  enum class Nonce {
    same,
    wrong,
    old,
    none,
    literal
  };  // old: of the interaction before; wrong: another of the same form

  bool obeys = false;          // the phone obeys the order, and only its words are replaced
  std::optional<Text> status;  // accepted, busy, failed or any other; none: accepted
  std::optional<Text> reason;  // none: reply-to
  std::optional<Text> action;  // that it says it replies to; none: the order's
  std::optional<wpi::Fragment> fragment;
  Nonce nonce = Nonce::same;
  Text literal_nonce;
  microseconds after{};  // is sent so long after the order came
  int times = 1;         // is sent so often: 2 is doubled
  bool never = false;    // nothing is sent, and the connection stays open
  struct Item {
    Text name;
    std::optional<Text> index, status;
    Text value;
  };
  std::vector<Item> items;
  std::optional<Text>
      raw;  // the whole body as it is; then no status, reason, action, fragment, nonce or items
  Place place;
};

struct ExpectedItem {
  Text name;
  std::optional<Text> index;  // none: without an index, or with any
  Match match;
  std::string capture;  // the variable that takes its value; empty: none
  Place place;          // of the element
};

struct ExpectedHeader {
  std::string name;  // in any letter case
  Match match;
  std::string capture;
  Place place;
};

struct StatusRange {
  int least = 200, most = 200;
};

// The next message of the service to this phone: its answer to what the phone said last.
struct Expect {
  std::optional<wpi::Action> action;  // none: any, or no message at all
  Place action_place;                 // of the attribute's value; else of the element
  std::optional<StatusRange> status;  // of HTTP; none: any
  microseconds within = std::chrono::seconds(30);
  bool optional = false;    // where another message comes, it is for the next step, and the step is done
  bool skipping = false;    // messages before it are answered as phones do
  bool items_only = false;  // it has no items but these
  std::vector<ExpectedItem> items;
  std::vector<ExpectedHeader> headers;
  std::string nonce_capture;     // the variable that takes its nonce; empty: none
  std::optional<Answer> answer;  // none: the phone's own
  Place place;
};
struct OneOf {
  std::vector<Expect> expected;
};  // the first of them that fits
struct AnyOrder {
  std::vector<Expect> expected;
};  // all of them
// From here to the end of the enclosing step no such message comes; with `items`, none that has all of them.
struct Never {
  std::optional<wpi::Action> action;
  Place action_place;
  std::vector<ExpectedItem> items;
};
struct ExpectContact {
  microseconds within{};
};                                    // somebody asks the phone to call
struct ExpectInteraction {            // the phone begins one by itself
  std::optional<wpi::Reason> reason;  // none: any
  microseconds within{};
};
struct ExpectRest {
  microseconds within{};
};

// ---- Other steps

struct WaitTime {
  microseconds time{};
};
struct WaitUntil {
  enum class What { rest, contact, message, poll };
  What what = What::rest;
  microseconds at_most{};  // then the scenario has failed
};
// Raw bytes to the service, on a connection of its own.
struct Say {
  enum class Then { answer, hang_up, nothing };
  struct Part {
    Text bytes;             // escapes are resolved, in its literals
    std::size_t times = 1;  // one after the other; never held in memory so often
  };
  static constexpr std::size_t most_bytes = 128 * 1024 * 1024;

  std::vector<Part> parts;
  bool post = false;    // they are the body of a POST to the service's path
  bool utf16 = false;   // each part is put into UTF-16; the first has a byte order mark before it
  std::size_t rate = 0;  // bytes a second; 0: as fast as they go
  Then then = Then::answer;
  bool fresh = true;  // false: on the connection that the phone's <say> before left open, where it still is
  std::optional<StatusRange> expect_status;
  microseconds within{};
  std::string capture_status, capture_body;
};
// A phone does what no phone should; then `guard` starts up, and what comes of that is the verdict.
struct Hostile {
  std::string rule;         // "robust.malformed"
  std::string name;         // of the case, one line
  std::uint32_t guard = 0;  // of Scenario::phones
  microseconds within{};    // for that start-up
  Steps steps;
};
// What a service answers in a way of its own: the rules say in which. The phone itself takes no part in it.
struct Attempt {
  enum class Kind {
    get,                  // GET on the service's URL, as a browser has it
    poll_as_stranger,     // a poll in the name of a device that nobody has, where this phone polls (guide p.15)
    no_certificate,       // of a phone in Secure Mode: a start-up there without its certificate (p.65)
    others_certificate,   // with that of the phone `shows`
    default_port,         // a start-up on the default port (p.66)
    stale_cookie,         // the last reply once more, with the cookie of its interaction, which CleanUp has ended (p.41)
    replay,               // the message that opened that, byte for byte (p.28)
    renegotiation,        // a TLS handshake anew; nothing is said
  };
  Kind kind = Kind::get;
  std::uint32_t shows = 0;  // of others_certificate
};
struct Set {
  std::string name;
  Text value;
};
struct CaptureItem {
  Text name;
  std::optional<Text> index;
  std::string into;
};  // from the phone's own items
struct AssertItem {
  Text name;
  std::optional<Text> index;
  Match match;
};
// Of the next messages that the phone sends.
struct Fault {
  net::Fault fault;                    // but for what it shows
  int times = 1;                       // messages
  double chance = 1;                   // of each of them
  std::optional<std::uint32_t> shows;  // of certificate: that of this phone; none: no certificate is shown
};

struct Branch {
  Steps steps;
};
// Each step is a strand of its own; one of several phones is as many strands. It is over when all are.
struct Together {
  Steps branches;
};
// Waits until so many strands of the nearest <together> are at a <meet> of that name.
struct Meet {
  std::string name;
  std::uint32_t strands = 0;
  microseconds at_most{};
};
struct With {
  Steps steps;
};
struct Repeat {
  int times = 1;
  Steps steps;
};
struct ForEach {
  std::string as;
  std::shared_ptr<const Table> table;
  Steps steps;
};
struct Choose {
  struct Option {
    std::uint32_t weight = 1;
    Steps steps;
    Place place;
  };
  std::vector<Option> options;  // their weights are not all 0
};
struct Include {
  Steps steps;  // of another scenario, played by the phones of this one
  bool has_phones = false;  // that one has phones of its own, which are not there here
};
struct StartTimer {
  std::string name;
};
struct StopTimer {
  std::string name;
  std::optional<microseconds> at_most;  // more is a failure; none: it is only reported
};

using What = std::variant<EventStep, Expect, OneOf, AnyOrder, Never, ExpectContact, ExpectInteraction,
                          ExpectRest, WaitTime, WaitUntil, Say, Hostile, Attempt, Set, CaptureItem, AssertItem, Fault, Together,
                          Branch, Meet, With, Repeat, ForEach, Choose, Include, StartTimer, StopTimer>;

// Whose step it is: at any time a strand plays for exactly one phone, at first for the only or first one of the scenario. A
// step with `phones` is played for each of them in turn, and what stands in it is played for that one; as a branch of a
// <together> it is a strand for each of them instead.
struct Step {
  std::string element;  // "start-up", as it is written
  Place place;          // of its start tag
  std::optional<PhoneRange> phones;
  What what;
};

// ---- The whole

struct Source {
  std::string path, bytes;
};  // of a file that was read

// Where `understudy check` plays it, see docs/scenarios.md.
enum class Suite { quick, full, hostile };

struct Claim {  // a rule that it gives an occasion to
  std::string rule;
  Place place;
};

struct Scenario {
  std::string name;     // of its file, without .xml
  std::string summary;  // one line
  Suite suite = Suite::full;
  std::string guide;    // "p.46, p.72"; empty: none
  std::string about;    // may be empty
  std::vector<Claim> claims;
  std::vector<PhoneKind> kinds;
  std::vector<PhoneEntry> phones;  // at least one
  Steps steps;
  std::vector<Source> sources;  // the scenario's own first, then those that it includes
};

// What is wrong there, for the user: one_line() or with_source().
FileError error_at(const Scenario& scenario, const Place& place, std::string text);

}  // namespace understudy::scenarios::language
