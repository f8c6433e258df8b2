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

  // Plays it with the phones that are on the stage, to its end or until somebody interrupts; with the thresholds judged.
  conformance::LoadResult play(fleet::Stage& stage, const fleet::load::Arrivals& arrivals);
  // The highest steady rate at which every threshold holds and we are not the limit: from the plan's own, doubled or halved at
  // first. Of the play at that rate, or where none held of the last; with all trials.
  conformance::LoadResult search(fleet::Stage& stage, fleet::load::Plan plan);
  // Of the play that is on, for Prometheus; empty where none is.
  std::string metrics() const;

 private:
  void tell(const char* what, double rate) const;

  Session& session_;
  House& house_;
  Settings settings_;
  LoadScreen screen_;
  LoadRecent recent_;
  std::set<std::string> found_;  // rules of which there is a finding already
  std::unique_ptr<LoadRecord> record_;  // of the play that is on
  fleet::load::Crew* crew_ = nullptr;   // likewise
};

}  // namespace understudy::tools
