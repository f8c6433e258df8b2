// Scenarios one after the other, or some at once, and what they came to: for every command that plays some.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "cast.h"
#include "scenarios/language/reader.h"
#include "scenarios/run/play.h"
#include "scenarios/run/staging.h"
#include "session.h"

namespace understudy::tools {

using scenarios::language::SharedScenario;

// Files, or the names of shipped ones; all of the library where there are none. What is refused has a status and lines of text.
tl::expected<std::vector<SharedScenario>, Refusal> load_scenarios(const std::vector<std::string>& names);

// What a user says of phones, for scenarios that leave it open. `own_address` is what phones say of themselves off loopback.
scenarios::Staging staging_of(const net::Target& target, const Traits& traits, const std::string& bind,
                              const std::string& own_address, std::uint64_t seed);

class Series {
 public:
  struct Settings {
    int repeat = 1;
    bool keep_going = false;  // after one that failed
    std::uint64_t seed = 1;
    bool names_scenarios = true;    // before phones
    bool titles = true;             // and before steps
    std::size_t phones_before = 0;  // that the run has made already
    std::size_t at_once = 1;
    microseconds most{};  // a play that takes longer is ended, as not exercised; 0: as long as it takes
  };
  // All must outlive it.
  Series(Settings settings, scenarios::Means& means, const scenarios::Staging& staging, Session& session)
      : settings_(settings),
        means_(means),
        staging_(staging),
        session_(session),
        phones_(settings.phones_before) {}

  void play(const std::vector<SharedScenario>& all);
  // Hands the results over.
  void tell(const std::vector<SharedScenario>& all);
  void print_timers();
  std::size_t phones() const { return phones_; }  // that the run has made by now
  bool served() const { return served_; }         // an interaction of some phone came to a good end

 private:
  struct Tally;  // what the plays of one scenario came to
  struct Playing {
    SharedScenario scenario;
    std::vector<std::string> phones;
    std::shared_ptr<scenarios::Play> play;
    microseconds begun{};
  };
  Playing begin(const SharedScenario& scenario, int round);
  bool is_over(const Playing& playing) const;
  void end(const Playing& playing);
  void note(const scenarios::language::Scenario& scenario, const scenarios::PlayOutcome& outcome);

  Settings settings_;
  scenarios::Means& means_;
  const scenarios::Staging& staging_;
  Session& session_;
  std::map<std::string, std::shared_ptr<Tally>> tallies_;
  std::map<std::string, std::vector<microseconds>> timers_;
  std::size_t phones_;
  std::uint64_t plays_ = 0;
  bool stopped_ = false, served_ = false;
};

}  // namespace understudy::tools
