// The crew: has the phones of a stage do what a plan says, when it says so, and counts what becomes of it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fleet/load/acts.h"
#include "fleet/load/arrivals.h"
#include "fleet/load/desks.h"
#include "fleet/load/pacing.h"
#include "fleet/stage.h"

namespace understudy::fleet::load {

class Crew {
 public:
  enum class State { ready, preparing, playing, draining, over };
  struct Settings {
    double prepares = 200;  // phones a second of the whole plan that are switched on before it begins, where it needs that
    // Asked when the phones are there: when the plan begins, on the clock; nullopt: it is not known yet, and asked again. Empty: at once.
    std::function<std::optional<microseconds>()> begins = {};
    microseconds drains =
        std::chrono::seconds(35);  // waits so long at most for what is under way when the plan is over
    Acts* acts = nullptr;          // who plays the scenarios of the plan, if it has any; must outlive the crew
  };
  // The phones of the arrivals' part are on the stage, under their ids. All must outlive the crew, which directs its phones until it
  // goes.
  Crew(Stage& stage, net::Clock& clock, Arrivals arrivals, Settings settings);
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  // Hears of each slice when it is over. May be empty; set before start(), and may call stop().
  std::function<void(const Slice&)> told;
  // Hears of what happens to the service when its moment has come. May be empty; set before start().
  std::function<void(const std::string& what)> happens;

  void start();
  // Ends the run now: what is under way has failed ("under way at the end"), what should have begun by now is dropped.
  void stop();
  // While the plan is played: from now on it goes on so much faster than it was written, see Pacing. At 0 nothing new begins.
  void set_pace(double pace);
  const Pacing& pacing() const { return pacing_; }

  State state() const { return state_; }
  bool over() const { return state_ == State::over; }
  const Plan& plan() const { return arrivals_.plan(); }
  std::uint64_t phones() const { return arrivals_.phones(); }
  microseconds elapsed() const;                             // since the plan began; 0 before
  std::uint64_t prepared() const { return prepared_; }      // phones that were switched on beforehand
  std::uint64_t unprepared() const { return desks_.unprepared(); }  // of which did not come to a good end
  std::uint64_t at_work() const { return desks_.at_work(); }
  // So long after the moment that Settings::begins said the plan began.
  microseconds late() const { return late_; }

 private:
  // What is to be done when the plan stands there.
  struct Mark {
    microseconds moment{};
    void (Crew::*what)() = nullptr;
    std::string happening = {};
  };
  void prepare();
  void play();
  void turn();
  void fill();
  void marks();
  void begin(Arrival arrival, microseconds planned);
  bool find_idle(std::uint64_t& phone);
  void settled(std::uint64_t phone);
  void drop(const std::string& cause);
  void close_slice(microseconds until);
  void slices();
  void drain();
  void end();
  void waits(std::uint64_t phone);
  void waits_no_more(std::uint64_t phone);
  std::uint64_t planned_by(microseconds plan_moment) const;
  microseconds plan_now() const { return pacing_.plan_at(elapsed()); }
  void after(microseconds wait, void (Crew::*what)());
  void when_plan_is_at(microseconds plan_moment, void (Crew::*what)());

  net::Clock& clock_;
  Arrivals arrivals_;
  Settings settings_;
  Desks desks_;
  State state_ = State::ready;
  std::vector<std::vector<std::uint32_t>> waiting_;  // places of phones without work, by population
  std::vector<std::uint32_t> places_;                // of each phone in that list, by place in the part
  std::vector<std::uint16_t> population_;            // of each phone, likewise
  microseconds begin_{}, drain_begin_{};             // of the plan, and of the wait after it, on the clock
  Pacing pacing_;
  std::vector<Mark> marks_;  // in their order
  std::size_t mark_ = 0;     // the next
  std::uint64_t next_ = 0, closed_ = 0;              // arrivals begun: open ones, and those of closed phases
  std::uint64_t settled_ = 0;                        // of them: done, failed or dropped
  std::uint64_t planned_told_ = 0, closed_told_ = 0;
  microseconds slice_begin_{}, late_{};
  std::uint64_t prepared_ = 0;
  std::shared_ptr<bool> here_ = std::make_shared<bool>(true);  // timers outlive the crew
};

}  // namespace understudy::fleet::load
