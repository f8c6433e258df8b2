// Hostile cases: which phones are in one, what was answered to them, and whether a healthy phone was served afterwards. Only
// from the marks and the exchanges, so that a recording says the same.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/heard.h"
#include "transcript/entry.h"

namespace understudy::conformance {

// What came of one thing that a hostile phone said.
struct Struck {
  std::uint64_t exchange = 0;  // its number
  transcript::Outcome outcome = transcript::Outcome::answered;
  bool by_hand = false;  // it was said, or disturbed, by the script; else by the phone itself
  bool whole = false;    // a whole HTTP request went out: an answer is due
  std::uint64_t length = 0;             // bytes of its body, as it said
  int status = 0;                       // 0: no answer
  std::optional<wpi::Action> order;     // of the answer
  transcript::microseconds waited{};    // from the request's last byte to the end; 0 where it was not all sent
  std::string failure;                  // in words, where no answer came
};

// A text that the phone had said, and that the service wrote later.
struct Returned {
  std::string name;  // "display-id-unicode", "key-label-unicode[1]"
  std::string said, written;
  std::uint64_t exchange = 0;  // in which it was written
};

// A case that is over.
struct Endured {
  std::string rule, name;  // "robust.malformed", "an unclosed element"
  const Speaker& phone;    // that was hostile
  std::vector<Struck> struck;
  std::vector<Returned> returned;
  std::vector<std::string> fetched;  // what somebody fetched of what its documents named, and who
  bool served = false;               // the healthy phone: its start-up ended with CleanUp, each answer with its own nonce
  std::string came;                  // instead, in words
  std::uint64_t guard_exchange = 0;  // the last of that start-up
};
std::string where_in(const Endured& endured);

// Follows the marks. A phone is named by its id.
class Siege {
 public:
  // What is said to or by that phone belongs to a case: no other rule is asked.
  bool has(const std::string& phone) const { return cases_.contains(phone) || guards_.contains(phone); }
  void begins(const std::string& phone, const std::string& text);
  void hear(const transcript::Exchange& exchange, Rereader& rereader);
  void fetched(const std::string& phone, const std::string& how);
  // `served_before`: it is no measure otherwise.
  void guard_begins(const std::string& guard, const std::string& hostile_phone, bool served_before);
  void guard_ends(const std::string& guard);
  // The case as it ended; nothing where no healthy phone was a measure of it.
  std::optional<Endured> ends(const std::string& phone, const Speaker& speaker);
  // A fetch that came when its case was over: that case once more, with it alone.
  std::optional<Endured> late(const std::string& phone, const std::string& how, const Speaker& speaker) const;

 private:
  struct Case {
    std::string rule, name;
    std::vector<Struck> struck;
    std::map<std::string, std::string, std::less<>> texts;  // with markup, that the phone said, by name and index
    std::vector<Returned> returned;
    std::vector<std::string> fetched;
    bool guarded = false, measured = false, served = false;
    std::string came = "nothing: it was not seen to start up";
    std::uint64_t guard_exchange = 0;
  };
  void hear(Case& of, const transcript::Exchange& exchange, Rereader& rereader);
  void hear_guard(Case& of, const transcript::Exchange& exchange);

  std::map<std::string, Case, std::less<>> cases_;
  std::map<std::string, std::string, std::less<>> guards_;  // by guard: the hostile phone; empty: another try, that counts no more
  std::map<std::string, std::pair<std::string, std::string>, std::less<>> past_;  // rule and name of a phone's last case
};

}  // namespace understudy::conformance
