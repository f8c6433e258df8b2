// What a rule is, for people: one table of all of them (rules.tsv), looked up here.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace understudy::conformance {

enum class Level { must, should, note };
enum class Confidence { documented, observed, sense, inferred };
std::string_view name_of(Level level);
std::string_view name_of(Confidence confidence);

// How an occasion that does not come by itself ends, and why such a rule was not exercised; behind it may stand for which kind
// of job: " for bootstrap".
inline constexpr std::string_view wants_trigger = ", which takes a trigger";

struct RuleText {
  std::string id;  // "nonce.echo": area, then rule
  Level level = Level::must;
  Confidence confidence = Confidence::documented;
  std::string
      text;  // continues "A service ...": "carries the nonce of the message that it answers, and no other"
  std::string source;     // "guide p.28, p.34"
  std::string occasion;   // what it takes to exercise it; printed where a rule was not exercised
  std::string effect;     // what a phone does otherwise; "-" for nothing
  std::string good, bad;  // examples, several lines each
  std::string_view area() const { return std::string_view(id).substr(0, id.find('.')); }
  // Somebody must have the service do something for a phone, any kind of job or the one of trigger_kind().
  bool takes_trigger() const { return occasion.find(wants_trigger) != std::string::npos; }
  std::string_view trigger_kind() const {
    constexpr std::string_view kind = " for ";
    const std::size_t at = occasion.find(wants_trigger);
    if (at == std::string::npos || at + wants_trigger.size() == occasion.size()) return {};
    return std::string_view(occasion).substr(at + wants_trigger.size() + kind.size());
  }
};

// All rules, in the order of the table: areas together.
std::span<const RuleText> rules();
const RuleText* find_rule(std::string_view id);
// "scenario.call": not of the table, but whether that scenario ran as it is written.
inline constexpr std::string_view scenario_area = "scenario.";

// Which rules a run judges. A pattern is an id ("nonce.echo"), an area ("nonce") or an area with a star
// ("nonce.*").
class Selection {
 public:
  // The error is one line for people, with "did you mean" where a name is near.
  static tl::expected<Selection, std::string> of(const std::vector<std::string>& only,
                                                 const std::vector<std::string>& skip);
  Selection();  // everything
  bool has(std::string_view id) const;
  bool empty() const;

 private:
  std::vector<bool> chosen_;
};

}  // namespace understudy::conformance
