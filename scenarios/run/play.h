// A scenario that is played once: an interpreter that never blocks. Its strands go on when something happens, so that any
// number of plays share one stage and one clock, simulated or real.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "fleet/director.h"
#include "fleet/stage.h"
#include "scenarios/language/model.h"
#include "scenarios/run/answering.h"
#include "scenarios/run/compare.h"
#include "scenarios/run/outcome.h"
#include "scenarios/run/strand.h"
#include "scenarios/run/values.h"
#include "wpi/http.h"

namespace understudy::scenarios {

// What all plays of a run share; it must outlive them.
struct Means {
  fleet::Stage& stage;
  net::Clock& clock;
  wpi::Reader& reader;
  std::string service;                           // host:port
  std::optional<phone::Switches> switches = {};  // of phones, before a <behave>; none: the usual ones
  phone::Quirks quirks = {};                     // likewise, beside those of the scenario
  std::optional<std::string> user = {}, user_password = {};  // a mobile user whom the service knows
  microseconds step_limit = std::chrono::minutes(5);         // for a phone to come to rest
  std::uint32_t interactions_a_step = 12;                    // more are a loop
  std::string path{wpi::default_path};                       // of the service, for what is said by hand
  bool directs = true;  // a play directs its phones itself; false: whoever does tells it all that it hears
  // A URL that nobody has a reason to fetch, for {canary}; `fetched` is called each time that somebody does, with who and what.
  // The error says why there is none. Empty: there is none here.
  std::function<tl::expected<std::string, std::string>(std::function<void(const std::string& how)> fetched)> canary = {};
  // Somebody can have the service start such a job; and does, for a phone that is idle. `done` is called once, at once or later,
  // with what was said about it, or why it could not be started.
  using Started = tl::expected<std::string, std::string>;
  std::function<bool(const std::string& kind)> can_start = [](const std::string&) { return false; };
  std::function<void(const phone::Identity& who, const std::string& kind, const std::string& pin,
                     std::function<void(Started)> done)>
      start_job = {};
};

class Play : public fleet::Director, public std::enable_shared_from_this<Play> {
 public:
  // `phones` are the ids on the stage of Scenario::phones, in their order. `title` stands before each step in the transcript;
  // empty: nothing does. Held by a shared_ptr: what it waits for may outlive it.
  static std::shared_ptr<Play> make(Means& means, std::shared_ptr<const language::Scenario> scenario,
                                    std::vector<std::string> phones, std::uint64_t seed,
                                    std::string title = {});
  // It directs its phones no more.
  ~Play() override;

  // `ended` is called once, from the clock.
  void start(std::function<void()> ended = {});
  // Ends it as interrupted: the phones are cut short.
  void interrupt();
  bool over() const { return outcome_.how != PlayOutcome::How::running; }
  const PlayOutcome& outcome() const { return outcome_; }
  const language::Scenario& scenario() const { return *scenario_; }

  // ---- fleet::Director
  void begins(const std::string& id, wpi::Reason reason) override;
  void ends(const std::string& id, phone::End end) override;
  fleet::Delivery says(const std::string& id, const phone::Send& send) override;
  void meets(const std::string& id, const net::Fault& fault, bool by_chance) override;
  bool hears(const std::string& id, const transcript::Exchange& exchange) override;
  void contacted(const std::string& id, const transcript::Contact& contact) override;
  void polled(const std::string& id, const transcript::Exchange& poll) override;
  void changed(const std::string& id) override;

 private:
  using How = PlayOutcome::How;

  // A phone of the play.
  struct Desk {
    std::string id;
    std::shared_ptr<const transcript::Exchange> held;  // it does not hear of this yet
    std::deque<wpi::Reason> begun;  // interactions that nobody has expected yet, in this step
    int contacts = 0, polls = 0;    // likewise
    fleet::Delivery next;           // of its next message, as its answer says
    net::Fault fault;               // of its next messages
    int faults = 0;                 // so many of them
    double fault_chance = 1;        // each of those
    std::uint64_t drawn = 0;        // chances so far
    bool disturbed = false;         // by a fault that came by chance: its interaction is no measure of the service
    std::string nonce, old_nonce;   // that it says, and said in the interaction before
    phone::Switches switches;
    int marked = 0;        // event steps that are open, one in the other; the outermost is in the transcript
    bool lingers = false;  // that one is over, and the phone need not be at rest
    std::string pin;       // that its user will enter; empty: made from the seed
    std::vector<std::string> said_open;  // names of connections that a <say> left open
    // What it said in the interaction under way, and in the last one that CleanUp ended; kept only where a step asks for it.
    struct Words {
      std::optional<wpi::HttpRequest> opening, reply;
      std::string cookie;
    } words, last_words;
  };
  // The last messages, for who wonders what came before.
  struct Line {
    microseconds at{};
    std::uint32_t desk = 0;
    std::string text;
  };

  Play(Means& means, std::shared_ptr<const language::Scenario> scenario, std::vector<std::string> phones,
       std::uint64_t seed, std::string title);

  // play.cpp: what happens, and going on
  void wake();
  void advance();
  bool run(Strand& strand);
  void step_on(Strand& strand);
  void settle();
  void close();
  void finish(How how);
  void fail(How how, Failure failure);
  void fail(const Strand& strand, const Mismatch& wrong);
  void fail(const Strand& strand, language::Place place, std::string message, std::string expected,
            std::string came);
  std::uint32_t desk_of(const std::string& id) const;
  static bool asks_for_words(const language::Scenario& scenario);
  void keep_words(Desk& desk, const phone::Send& send) const;
  void tell(std::uint32_t desk, bool by_service, std::string text);
  net::Fault next_fault(std::uint32_t desk);
  std::vector<std::string> last_lines() const;
  bool wants(std::uint32_t desk) const;
  bool wants(const Strand& strand, std::uint32_t desk) const;
  Strand& new_strand(Strand* parent, std::uint32_t phone);
  void wait(Strand& strand, Waiting what, microseconds limit);
  void wait_no_more(Strand& strand);

  // play_values.cpp
  static std::uint64_t mixed(std::uint64_t seed, std::uint64_t n);
  Fill fill_for(const Strand& strand) const;
  std::optional<std::string> value_of(const Strand& strand, const language::TextPart& part) const;
  // Fills in, or fails the play.
  std::optional<std::string> filled(const Strand& strand, const language::Text& text);
  std::string pin_of(std::uint32_t desk) const;

  // play_steps.cpp: entering a step. False: the strand waits now, or the play is over.
  void enter(Strand& strand, const language::Step& step);
  void begin(Strand& strand, const language::Step& step);
  void begin(Strand& strand, const language::Step& step, const language::EventStep& it);
  void begin(Strand& strand, const language::Step& step, const language::Expect& it);
  void begin(Strand& strand, const language::Step& step, const language::OneOf& it);
  void begin(Strand& strand, const language::Step& step, const language::AnyOrder& it);
  void begin(Strand& strand, const language::Step& step, const language::Never& it);
  void begin(Strand& strand, const language::Step& step, const language::ExpectContact& it);
  void begin(Strand& strand, const language::Step& step, const language::ExpectInteraction& it);
  void begin(Strand& strand, const language::Step& step, const language::ExpectRest& it);
  void begin(Strand& strand, const language::Step& step, const language::WaitTime& it);
  void begin(Strand& strand, const language::Step& step, const language::WaitUntil& it);
  void begin(Strand& strand, const language::Step& step, const language::Say& it);
  void begin(Strand& strand, const language::Step& step, const language::Hostile& it);
  void begin(Strand& strand, const language::Step& step, const language::Attempt& it);
  void begin(Strand& strand, const language::Step& step, const language::Set& it);
  void begin(Strand& strand, const language::Step& step, const language::CaptureItem& it);
  void begin(Strand& strand, const language::Step& step, const language::AssertItem& it);
  void begin(Strand& strand, const language::Step& step, const language::Fault& it);
  void begin(Strand& strand, const language::Step& step, const language::Together& it);
  void begin(Strand& strand, const language::Step& step, const language::Branch& it);
  void begin(Strand& strand, const language::Step& step, const language::Meet& it);
  void begin(Strand& strand, const language::Step& step, const language::With& it);
  void begin(Strand& strand, const language::Step& step, const language::Repeat& it);
  void begin(Strand& strand, const language::Step& step, const language::ForEach& it);
  void begin(Strand& strand, const language::Step& step, const language::Choose& it);
  void begin(Strand& strand, const language::Step& step, const language::Include& it);
  void begin(Strand& strand, const language::Step& step, const language::StartTimer& it);
  void begin(Strand& strand, const language::Step& step, const language::StopTimer& it);

  // play_say.cpp
  std::optional<std::vector<net::Stretch>> stretches_of(const Strand& strand, const language::Say& it);
  void said(Strand& strand, const language::Step& step, const language::Say& it, const transcript::Exchange& x);

  // play_hostile.cpp
  static bool is_hostile(const Strand& strand);
  bool leave_case(const Strand& strand);
  std::vector<std::uint32_t> hostile_phones(const language::Hostile& it, std::uint32_t own) const;
  void besiege(Strand& strand);
  void end_case(Strand& strand, bool served);
  void hang_up(Desk& desk);

  // play_events.cpp: what happens to phones
  bool post(Strand& strand, const language::Step& step, const language::EventStep& it);
  bool says_something(const Desk& desk, const language::EventStep& it) const;
  bool can_start(const Strand& strand, const language::Step& step, const language::Trigger& trigger);
  std::optional<phone::Event> event_of(Strand& strand, const language::Step& step,
                                       const language::Event& event);
  std::optional<std::vector<wpi::Item>> items_of(const Strand& strand,
                                                 const std::vector<language::Setting>& settings);
  void start_job(Strand& strand, const language::Step& step, const language::Trigger& trigger);
  void end_event(Strand& strand, Frame& frame);
  void mark_step(std::uint32_t desk, const std::string& name);
  // play_attempts.cpp: what of a phone in Secure Mode is tried. Nothing where it is not there: then the play is not exercised.
  std::optional<fleet::Stage::Attempt> past_of(const Strand& strand, const language::Step& step, const language::Attempt& it);
  std::optional<fleet::Stage::Attempt> trial_of(const Strand& strand, const language::Step& step, const language::Attempt& it);
  void mark_end(std::uint32_t desk, const std::string& how);

  // play_waits.cpp: whether what a strand waits for has come. True: it can go on, or the play is over.
  bool come(Strand& strand);
  bool come(Strand& strand, Waiting::Message& wanted);
  bool come(Strand& strand, const Waiting::Rest& wanted);
  void take(Strand& strand, const language::Expect& expect, const Captures& captures);
  void late(Strand& strand);

  Means& means_;
  std::shared_ptr<const language::Scenario> scenario_;
  std::string title_;
  phone::Random random_;
  std::uint64_t seed_;
  std::vector<Desk> desks_;
  std::unordered_map<std::string, std::uint32_t> by_id_;
  std::vector<std::unique_ptr<Strand>> strands_;
  Values values_;
  std::map<std::pair<std::uint32_t, std::string>, microseconds> timers_;
  std::deque<Line> lines_;
  PlayOutcome outcome_;
  std::function<void()> ended_;
  std::uint64_t said_ = 0;  // counts what was said without waiting
  bool keeps_words_ = false;
  bool planned_ = false, inside_ = false, again_ = false;
  std::optional<microseconds> closing_;  // all steps are done: so long the phones may take to come to rest
  std::optional<std::pair<How, Failure>> failed_;  // found where the stage could not be called
};

}  // namespace understudy::scenarios
