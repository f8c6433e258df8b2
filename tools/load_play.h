// Plays plans with the phones of one stage or of several, each on a thread of its own, and watches: the screen, thresholds that
// end a run, Ctrl-C.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "fleet/load/crew.h"
#include "house.h"
#include "load_clock.h"
#include "load_recent.h"
#include "load_record.h"
#include "load_screen.h"
#include "load_words.h"
#include "session.h"

namespace understudy::tools {

class LoadPlay {
 public:
  struct Settings {
    bool simulated = false;  // see LoadRecord
    std::vector<Threshold> thresholds;
    std::optional<microseconds> abort_after;  // from then on a missed threshold ends the run
    microseconds patience{};  // of a phone: so long what is under way at the end is waited for
    fleet::load::Part part = {};  // of the plan
    bool restarts = true;         // has the service restarted where the plan says so: else another part does
    std::optional<std::chrono::system_clock::time_point> start_at;  // of the plan; nullopt: as soon as the phones are ready
  };
  // The session must outlive it.
  LoadPlay(Session& session, Settings settings);
  ~LoadPlay();

  // A place where phones of the plan are played, with its stage: all entries of that must go to the sink. The first is played by the
  // thread that calls play(), each other by one of its own. All must outlive the play.
  struct Hand {
    House& house;
    fleet::Stage& stage;
    fleet::load::Acts* acts = nullptr;  // who plays the scenarios of plans
  };
  // Of the hand with that number; there before it is added.
  transcript::Sink& sink(std::size_t hand);
  void add(Hand hand);
  // The part of our part that the hand plays, of so many.
  fleet::load::Part part_of(std::size_t hand, std::size_t hands) const { return settings_.part.part(hand, hands); }

  // Plays it with the phones that are on the stages, to its end or until somebody interrupts; with the thresholds judged.
  conformance::LoadResult play(const fleet::load::Plan& plan);
  // The highest steady rate at which every threshold holds and we are not the limit: from the plan's own, doubled or halved at
  // first. Of the play at that rate, or where none held of the last; with all trials.
  conformance::LoadResult search(fleet::load::Plan plan);
  // Of the play that is on, for Prometheus; empty where none is.
  std::string metrics() const;
  // Of the last play, all that can be added to that of other parts.
  LoadSum sum() const { return record_ ? record_->sum() : LoadSum(); }
  const std::optional<LoadClock::Difference>& clock() const { return clock_.difference(); }

 private:
  struct Seat;
  void take(std::size_t hand, const transcript::Entry& entry);
  void take(std::size_t hand, const fleet::load::Slice& slice);
  bool cut_by_restart(const Seat& seat, const transcript::Exchange& exchange);
  void heed(char key);
  void happen(const std::string& what);
  void run(Seat& seat);
  void run_first(const fleet::load::Plan& plan);
  bool all_over() const;
  std::optional<microseconds> begins(Seat& seat);
  microseconds drains_of(const fleet::load::Plan& plan) const;
  void tell(const char* what, double rate) const;
  conformance::LoadResult result(const fleet::load::Plan& plan);

  Session& session_;
  Settings settings_;
  std::vector<std::unique_ptr<Seat>> seats_;
  // All below but what is atomic belongs to who holds the lock, where there are several hands.
  mutable std::mutex lock_;
  std::size_t speaks_ = 0;  // the hand whose entry is taken
  LoadScreen screen_;
  LoadRecent recent_;
  LoadClock clock_;
  std::set<std::string> found_;  // rules of which there is a finding already
  double before_pause_ = 1.0;    // the pace
  // The plan has the service restarted: until it answers again, what fails is no deviation.
  struct Restart {
    std::optional<microseconds> done, failed;  // on the clock: whoever restarts it said so; the last exchange that did
  };
  std::optional<Restart> restart_;
  microseconds shown_{-1};  // the start of the last second that was
  std::unique_ptr<LoadRecord> record_;  // of the play that is on, or was last
  std::size_t ready_ = 0;               // hands whose phones are
  std::optional<microseconds> begins_;  // the plan, on the clock: once all are
  std::atomic<bool> stops_ = false, aborted_ = false;
};

}  // namespace understudy::tools
