// Plays plans with the phones of one stage, and watches: the screen, thresholds that end a run, Ctrl-C.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "fleet/load/crew.h"
#include "house.h"
#include "load_recent.h"
#include "load_record.h"
#include "load_screen.h"
#include "load_words.h"
#include "session.h"

namespace understudy::tools {

// Every entry of the stage goes through it to the session.
class LoadPlay : public transcript::Sink {
 public:
  struct Settings {
    bool simulated = false;  // see LoadRecord
    std::vector<Threshold> thresholds;
    std::optional<microseconds> abort_after;  // from then on a missed threshold ends the run
    microseconds patience{};  // of a phone: so long what is under way at the end is waited for
  };
  // Both must outlive it.
  LoadPlay(Session& session, House& house, Settings settings);
  void take(const transcript::Entry& entry) override;
  // Who plays the scenarios of plans; must outlive what is played.
  void set_acts(fleet::load::Acts* acts) { acts_ = acts; }

  // Plays it with the phones that are on the stage, to its end or until somebody interrupts; with the thresholds judged.
  conformance::LoadResult play(fleet::Stage& stage, const fleet::load::Arrivals& arrivals);
  // The highest steady rate at which every threshold holds and we are not the limit: from the plan's own, doubled or halved at
  // first. Of the play at that rate, or where none held of the last; with all trials.
  conformance::LoadResult search(fleet::Stage& stage, fleet::load::Plan plan);
  // Of the play that is on, for Prometheus; empty where none is.
  std::string metrics() const;

 private:
  microseconds drains_of(const fleet::load::Plan& plan) const;
  void tell(const char* what, double rate) const;
  bool cut_by_restart(const transcript::Exchange& exchange);
  void heed(char key);
  void happen(const std::string& what);

  Session& session_;
  House& house_;
  Settings settings_;
  LoadScreen screen_;
  LoadRecent recent_;
  std::set<std::string> found_;  // rules of which there is a finding already
  fleet::load::Acts* acts_ = nullptr;
  double before_pause_ = 1.0;  // the pace
  // The plan has the service restarted: until it answers again, what fails is no deviation.
  struct Restart {
    std::optional<microseconds> done, failed;  // on the clock: whoever restarts it said so; the last exchange that did
  };
  std::optional<Restart> restart_;
  std::unique_ptr<LoadRecord> record_;  // of the play that is on
  fleet::load::Crew* crew_ = nullptr;   // likewise
};

}  // namespace understudy::tools
