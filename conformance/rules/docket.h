// Keeps what the rules said: counts for each rule, and findings folded so that a thousand phones with one
// fault are one.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "rules/heard.h"
#include "rules/ruling.h"
#include "rules/verdict.h"
#include "transcript/mask.h"

namespace understudy::conformance {

// Whose and where a deviation is, for the first example of a finding. One of them is set.
struct Scene {
  const Heard* heard = nullptr;
  const Ended* ended = nullptr;
  const Knocked* knocked = nullptr;

  const Speaker& phone() const { return heard ? heard->phone : ended ? ended->phone : knocked->phone; }
};

class Docket {
 public:
  // More different findings of a rule are counted, and not kept.
  static constexpr std::size_t findings_a_rule = 200;

  explicit Docket(transcript::Masker* masker) : masker_(masker), tallies_(rules().size()) {}

  // `rule` is an index into rules().
  void held(std::size_t rule) { ++tallies_[rule].held; }
  void deviated(std::size_t rule, Deviation deviation, const Scene& scene);
  // What came of every rule; those that `selection` leaves out are "not selected".
  Verdict verdict(const Selection& selection, std::uint64_t exchanges);

 private:
  struct Tally {
    std::uint64_t held = 0, deviated = 0;
    Level worst = Level::note;  // of all deviations, kept or only counted
    std::vector<Finding> findings;
    std::map<std::string, std::size_t, std::less<>> places;  // of the findings, by what makes them different
  };
  Finding finding_of(const RuleText& rule, Deviation deviation, const Scene& scene);

  transcript::Masker* masker_;
  std::vector<Tally> tallies_;
};

}  // namespace understudy::conformance
