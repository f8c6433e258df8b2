// What a rule is given: one exchange, whose it is, and what was said before in the interaction.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "items/model.h"
#include "rules/deployments.h"
#include "rules/bootstrapping.h"
#include "rules/doorstep.h"
#include "rules/duties.h"
#include "rules/others.h"
#include "rules/past.h"
#include "rules/reading.h"
#include "rules/related.h"
#include "rules/words.h"
#include "transcript/entry.h"
#include "wpi/message.h"
#include "wpi/reader.h"

namespace understudy::conformance {

// A firmware version as far as rules tell phones apart: V2 R2.30.0 is {2, 2}.
struct Firmware {
  int major = 0, release = 0;
  auto operator<=>(const Firmware&) const = default;
};
// Reads "V3 R5.12.0", "V2.1 R3", "V3R5" and the dotted "3.5.12.0" (field); nullopt for anything else.
std::optional<Firmware> firmware_of(std::string_view version);

// A phone that speaks.
struct Speaker {
  std::string id;
  std::string version;  // as the phone gave it, or as it was introduced
  std::optional<Firmware> firmware;
  std::string step;                     // of the plan, which its interactions belong to
  std::string model_name;               // as the phone gave it, or as it was introduced
  const items::Model* model = nullptr;  // nullptr where there is none of that name
  bool in_call = false;
  std::string certificate_password;  // that it opens certificates with; empty: none
};

constexpr int most_actions = 200;  // of an interaction, for flow.bounded

// What the last message of an interaction had for an answer: a whole one, a part of one or none at all.
enum class Silence { none, part, all };

// What is kept of an interaction while it is open. It is dropped when the interaction ends.
struct Interaction {
  std::uint32_t number = 0;
  std::optional<wpi::Reason> opened_by;    // what its first message said
  std::uint32_t messages = 0;              // of the phone, a message said again not counted
  bool answered = false;                   // some HTTP answer came
  bool clean_up = false;                   // the service said CleanUp
  bool phone_clean_up = false;             // the phone said clean-up
  bool interrupted = false;                // an exchange of it was broken off by us
  transcript::Facts untold;                // of any of its exchanges
  bool spoiled = false;                    // a scenario did something in it that no phone does: it is judged no further
  std::optional<wpi::Action> last_action;  // of the last answer; nullopt where it ordered nothing
  Silence silence = Silence::none;         // of the last exchange
  std::optional<wpi::Action> unanswered;   // the order before the silence
  bool released = false;  // the phone accepted Restart or SoftwareDeployment: nothing need follow
  bool first_sets_cookie = false;
  bool first_sends_cookie = false;  // the phone came with a cookie into the interaction
  bool stays_open = false;          // the last answer left the connection open for the phone's next message
  std::uint64_t last_connection = 0;
  transcript::microseconds last_ended{};  // when the last answer was whole
  std::vector<std::string> nonces;        // the phone's, without repetition; the last few
  int actions = 0;                        // that is_counted()
  // How often the same action with the same items was given, by digest; orders that read are counted apart, and forgotten
  // when something new is written: reading back what was written is no loop.
  std::map<std::uint64_t, int> orders, reads;
  std::map<std::uint64_t, int>& counts_of(wpi::Action action) { return is_read(action) ? reads : orders; }
  const std::map<std::uint64_t, int>& counts_of(wpi::Action action) const {
    return is_read(action) ? reads : orders;
  }
  static bool is_read(wpi::Action action) {
    return action == wpi::Action::read_items || action == wpi::Action::read_all_items;
  }
  int fragments = 0;          // that said next, of the reply that is being fetched
  std::uint64_t reading = 0;  // digest of the order that the last reply answered, if it reads
  bool busy = false;          // the phone said so
  bool asked_to_call = false;  // its CleanUp had send-solicited
  bool owed_write = false;    // when it began, see Duties
  bool undone = false;        // flow.local-changes-taken has deviated
  bool unbounded = false;                            // flow.bounded has deviated
  std::shared_ptr<const wpi::Document> last_answer;  // whole, and with one known order; nullptr for any other
  WriteRun run;  // what the orders of the same action before this exchange wrote, without another between
  // Known with its first message, before that is judged:
  bool unchanged = false;  // a start-up of a phone that was read before, and says that it has not changed
  bool refused_before = false;    // the phone refused items in earlier interactions
  bool read_all = false;          // the service ordered ReadAllItems
  bool rewrites_refused = false;  // flow.refused-items has deviated
  int failed = 0;                 // replies `failed` of the phone
  bool repeats_failed = false;    // flow.failed-reply has deviated
  bool unverified = false;        // the phone took a certificate, and was not asked what it is
  Course course;                  // for the rules reads.*
};

// Reads items that a writer left to the bytes, at most once an exchange.
class Rereader {
 public:
  // Of a phone's message. What is returned is good until the next exchange.
  const std::vector<wpi::Item>& items_of(const transcript::Exchange& exchange);
  // The first one of that name, without reading the others; nullptr if there is none.
  const wpi::Item* item_of(const transcript::Exchange& exchange, std::string_view name);

 private:
  std::unique_ptr<wpi::Reader> reader_;  // made when it is first needed
  std::uint64_t exchange_ = 0;           // that was read last
  std::vector<wpi::Item> items_;
  wpi::Item item_;  // that item_of() found last
};

// One exchange, with what was known before it.
struct Heard {
  const transcript::Exchange& exchange;
  const Speaker& phone;
  const Interaction& before;  // as it was before this exchange
  const Duties& duties;       // from before this exchange, with what the phone says in it
  const Past& past;           // of the phone, with what it says in this exchange
  const Doorstep& doorstep;   // from before this exchange, with what the phone says in it
  const Bootstrapping& bootstrapping;  // from before this exchange, with what the phone says in it
  Rereader& rereader;
  Odds odds = {};                    // of the phone's message
  const Courses* courses = nullptr;  // the phone's earlier ones
  const Deployments* deployments = nullptr;  // of the phone, with what it says in this exchange
  const Others* others = nullptr;            // phones, with what this one says in this exchange

  const wpi::HttpRequest& request() const { return exchange.request; }
  // What the phone said, and its reason; nullptr and nullopt where that cannot be read.
  const wpi::Document* said() const { return exchange.said.get(); }
  std::optional<wpi::Reason> reason() const;
  // All items that the phone said, also those that stand in the bytes alone: only for who needs them, since these are
  // read anew.
  const std::vector<wpi::Item>& said_items() const { return rereader.items_of(exchange); }
  // One of them, at little cost; nullptr if it is not there. Good until the next call.
  const wpi::Item* said_item(std::string_view name) const { return rereader.item_of(exchange, name); }
  // A flag among the items of a first message.
  bool says_flag(std::string_view name, std::string_view value) const;
  // The reply's `action` and `status`, as written; empty if there are none.
  std::string_view replied_action() const;
  std::string_view replied_status() const;
  bool replied(wpi::Action action) const;  // a reply-to that answers it

  // An HTTP answer came, with its headers whole. Only then:
  bool has_answer() const;
  const wpi::HttpResponse& response() const { return *exchange.response; }
  bool success() const { return has_answer() && response().status >= 200 && response().status < 300; }
  // The phone's message must be answered by another: neither clean-up nor the last word before a restart.
  bool expects_answer() const;

  // Only where the answer's body was read:
  const wpi::Document& answer() const { return *exchange.answer; }
  // The answer's one known order; nullopt where there is none, or several Action elements.
  std::optional<wpi::Action> order() const;
  // The order of an answer that a phone can act on; nullopt where none such came.
  std::optional<wpi::Action> proper_order() const;
  Odds odds_so_far() const;  // of the interaction
  // The answer asks for more of what the phone has begun to say, as it must: how often depends on how it is printed.
  bool fetches_the_rest() const;
};

// An answer with an action that flow.bounded counts: any but CleanUp and GetNextFragment, also one that no phone knows.
bool is_counted(const wpi::Document& answer);

// Tells orders apart by action and items; the order of the items does not matter.
std::uint64_t digest_of(const wpi::Document& answer, wpi::Action action);

// An order to restart with the factory's settings (guide p.51).
bool resets(const wpi::Document& answer);

// The first item of a write that nobody needed to write again: the phone took this value before, and has said since what
// it has. A key's items may be written again with those that are new (guide p.71).
struct Rewritten {
  const wpi::Item* item = nullptr;
  Past::Known known = Past::Known::nothing;
};
Rewritten rewritten_in(const Heard& heard);

// The first item of a write that the phone refused before, in another interaction; nullptr if there is none.
const wpi::Item* refused_before(const Heard& heard);

// An order that the phone answered with failed twice already, without having come on its own account since.
bool repeats_failed(const Heard& heard);
// Of what an item is called, with the value that it might have; and of the names of all items alone.
std::uint64_t digest_of_value(const wpi::Item& item, std::string_view value);
std::uint64_t digest_of_names(const wpi::Document& answer);

// An order that the phone answers with a reply in the same interaction.
bool brings_reply(wpi::Action action);

// An interaction that came to its end.
struct Ended {
  const Speaker& phone;
  const Interaction& interaction;
  const Duties& duties;      // that are left
  const Doorstep& doorstep;  // as it was while the interaction was open
  std::optional<transcript::Ending> ending;  // nullopt where none is on record: the record just stops
  const Deployments* deployments = nullptr;
  const Others* others = nullptr;
};

// Somebody at the phone's door, and what was known before.
struct Knocked {
  const transcript::Contact& contact;
  const Speaker& phone;
  const Doorstep& doorstep;
};

// Where in the conversation something was said: "in the CleanUp that followed WriteItems".
std::string where_in(const Heard& heard);
std::string where_in(const Ended& ended);
std::string where_in(const Knocked& knocked);

// In quotes, shortened in the middle where it is long: for messages.
std::string quoted(std::string_view text, std::size_t longest = 48);

}  // namespace understudy::conformance
