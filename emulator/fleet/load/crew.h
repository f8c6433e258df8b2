// The crew: has the phones of a stage do what a plan says, when it says so, and counts what becomes of it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fleet/director.h"
#include "fleet/load/acts.h"
#include "fleet/load/arrivals.h"
#include "fleet/load/pacing.h"
#include "fleet/load/tally.h"
#include "fleet/stage.h"

namespace understudy::fleet::load {

// "phone-1" is phone 0. Phones of a crew are named so on the stage.
std::string id_of(std::uint64_t phone);

// A second of the run, of which the last may be cut short: what was counted in it. Together they are all that was counted.
struct Slice {
  microseconds start{}, length{};                // start: since the plan began
  Tally tally;                                   // planned: by the moment that the plan meant
  std::uint64_t off = 0, idle = 0, at_work = 0;  // phones, at its end
};

class Crew : public Director {
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
  ~Crew() override;
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
  std::uint64_t unprepared() const { return unprepared_; }  // of which did not come to a good end
  std::uint64_t at_work() const { return working_; }
  // So long after the moment that Settings::begins said the plan began.
  microseconds late() const { return late_; }

  // ---- Director
  void begins(const std::string& id, wpi::Reason reason) override;
  void ends(const std::string& id, phone::End end) override;
  Delivery says(const std::string& id, const phone::Send& send) override;
  void meets(const std::string& id, const net::Fault& fault, bool by_chance) override;
  bool hears(const std::string& id, const transcript::Exchange& exchange) override;
  void contacted(const std::string& id, const transcript::Contact& contact) override;
  void polled(const std::string& id, const transcript::Exchange& poll) override;
  void changed(const std::string& id) override;

 private:
  // A phone, and what it was told to do.
  struct Desk {
    bool on = false;
    bool working = false;  // for an arrival
    bool preparing = false;
    bool begun = false;  // the interaction that the arrival is about
    bool answered = false;
    Behaviour behaviour = Behaviour::start_up;
    std::uint32_t share = 0;  // of the plan, that says so
    std::uint32_t place = 0;  // in the list of those that wait
    microseconds planned{}, posted{};
    std::string cause, example;       // of what went wrong last; empty: nothing
    std::shared_ptr<Director> actor;  // who plays its scenario
    net::Fault::Kind met = net::Fault::Kind::none;        // by the message that is under way
    net::Fault::Kind disturbed = net::Fault::Kind::none;  // what it does may fail for this
    bool clock_went_back = false;                         // ever: it may take itself to be in its contact gap
  };
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
  void begin(const Arrival& arrival, microseconds planned);
  void played(std::uint64_t phone, const Acts::End& end);
  bool find_idle(std::uint64_t& phone);
  void act(std::uint64_t phone, Behaviour behaviour, std::uint64_t turn);
  Desk& desk(std::uint64_t phone) { return desks_[arrivals_.part().place_of(phone)]; }
  Desk& desk_of(const std::string& id);
  void settle(std::uint64_t phone, bool good);
  void drop(const std::string& cause);
  void count(const transcript::Exchange& exchange);
  void count(net::Fault::Kind met, const transcript::Exchange& exchange);
  void afflict(bool on);
  void note_first(Desk& desk, const transcript::Exchange& exchange);
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

  Stage& stage_;
  net::Clock& clock_;
  Arrivals arrivals_;
  Settings settings_;
  State state_ = State::ready;
  Tally slice_;              // what was counted since the last one
  std::vector<Desk> desks_;  // by place in the part
  std::vector<std::vector<std::uint32_t>> waiting_;  // places of phones without work, by population
  std::vector<std::uint16_t> population_;            // of each phone, likewise
  microseconds begin_{}, drain_begin_{};             // of the plan, and of the wait after it, on the clock
  Pacing pacing_;
  std::vector<Mark> marks_;  // in their order
  std::size_t mark_ = 0;     // the next
  std::uint64_t next_ = 0, closed_ = 0;              // arrivals begun: open ones, and those of closed phases
  std::uint64_t settled_ = 0;                        // of them: done, failed or dropped
  std::uint64_t planned_told_ = 0, closed_told_ = 0;
  microseconds slice_begin_{}, late_{};
  std::uint64_t working_ = 0, on_ = 0, prepared_ = 0, unprepared_ = 0, preparing_ = 0;
  std::shared_ptr<bool> here_ = std::make_shared<bool>(true);  // timers outlive the crew
};

}  // namespace understudy::fleet::load
