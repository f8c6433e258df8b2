// What a rule is given: one exchange, whose it is, and what was said before in the interaction.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/reading.h"
#include "rules/words.h"
#include "transcript/entry.h"
#include "wpi/message.h"

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
  std::string step;  // of the plan, which its interactions belong to
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
  bool unbounded = false;  // flow.bounded has deviated
  Course course;           // for the rules reads.*
};

// One exchange, with what was known before it.
struct Heard {
  const transcript::Exchange& exchange;
  const Speaker& phone;
  const Interaction& before;         // as it was before this exchange
  Odds odds = {};                    // of the phone's message
  const Courses* courses = nullptr;  // the phone's earlier ones

  const wpi::HttpRequest& request() const { return exchange.request; }
  // What the phone said, and its reason; nullptr and nullopt where that cannot be read.
  const wpi::Document* said() const { return exchange.said.get(); }
  std::optional<wpi::Reason> reason() const;
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

// Of what an item is called, with the value that it might have; and of the names of all items alone.
std::uint64_t digest_of_value(const wpi::Item& item, std::string_view value);
std::uint64_t digest_of_names(const wpi::Document& answer);

// An order that the phone answers with a reply in the same interaction.
bool brings_reply(wpi::Action action);

// An interaction that came to its end.
struct Ended {
  const Speaker& phone;
  const Interaction& interaction;
  std::optional<transcript::Ending> ending;  // nullopt where none is on record: the record just stops
};

// Where in the conversation something was said: "in the CleanUp that followed WriteItems".
std::string where_in(const Heard& heard);
std::string where_in(const Ended& ended);

// In quotes, shortened in the middle where it is long: for messages.
std::string quoted(std::string_view text, std::size_t longest = 48);

}  // namespace understudy::conformance
