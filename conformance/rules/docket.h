// Keeps what the rules said: counts for each rule, and findings folded so that a thousand phones with one
// fault are one.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "rules/heard.h"
#include "rules/ruling.h"
#include "rules/siege.h"
#include "rules/verdict.h"
#include "transcript/mask.h"

namespace understudy::conformance {

// Whose and where a deviation is, for the first example of a finding. One of them is set.
struct Scene {
  const Heard* heard = nullptr;
  const Ended* ended = nullptr;
  const Knocked* knocked = nullptr;
  const Endured* endured = nullptr;

  const Speaker& phone() const { return heard ? heard->phone : ended ? ended->phone : knocked ? knocked->phone : endured->phone; }
};

class Docket {
 public:
  // More different findings of a rule are counted, and not kept.
  static constexpr std::size_t findings_a_rule = 200;

  explicit Docket(transcript::Masker* masker) : masker_(masker), held_(rules().size()), tallies_(rules().size()) {}

  // When that happens which is judged now, as the transcript counts time.
  std::chrono::microseconds now{};
  // Told of every deviation, as a finding of that one occasion; for who shows them as they happen. May be empty.
  std::function<void(const Finding& finding, const Spot& spot)> deviates;

  // `rule` is an index into rules().
  void held(std::size_t rule) { ++held_[rule]; }
  void deviated(std::size_t rule, Deviation deviation, const Scene& scene);
  // The same in two parts, for what is only known to be a deviation later.
  struct Prepared {
    std::size_t rule = 0;
    std::string key;  // what makes it different from other findings of the rule
    Finding finding;
    Spot spot;
  };
  Prepared prepared(std::size_t rule, Deviation deviation, const Scene& scene);
  void deviated(Prepared deviation);
  // Somebody has the service start a job; and that failed.
  void trigger(const std::string& kind);
  void trigger_failed(const std::string& why);  // the last one
  // What came of every rule; those that `selection` leaves out are "not selected".
  Verdict verdict(const Selection& selection, std::uint64_t exchanges);

 private:
  struct Tally {
    std::uint64_t deviated = 0;
    Level worst = Level::note;  // of all deviations, kept or only counted
    std::vector<Finding> findings;
    std::map<std::string, std::size_t, std::less<>> places;  // of the findings, by what makes them different
  };
  Finding finding_of(const RuleText& rule, Deviation deviation, const Scene& scene);
  std::string why_not_exercised(const RuleText& rule) const;

  transcript::Masker* masker_;
  std::vector<std::uint64_t> held_;  // apart, close together: most of what is ever counted
  std::vector<Tally> tallies_;
  struct Triggers {
    std::uint64_t started = 0, failed = 0;
    std::string failure;  // the first
  };
  std::map<std::string, Triggers, std::less<>> triggers_;  // by kind; of all kinds without one
  std::string last_kind_;
};

}  // namespace understudy::conformance
