// Tells the steps of a scenario from what one phone did and heard.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/from/markup.h"
#include "scenarios/from/values.h"
#include "transcript/entry.h"

namespace understudy::scenarios::from {

class Narrator {
 public:
  // Both must outlive it.
  Narrator(const std::vector<transcript::Entry>& entries, const Values& values);

  // Before steps(): waits are as long as they were, to the millisecond, divided by `speed`; 0: there are none. Without it they are as
  // a person would say them.
  void waits_at(double speed) { speed_ = speed; }

  // <steps>, to be called once.
  Element steps();
  const std::vector<std::string>& unsaid() const { return unsaid_; }

 private:
  // A step that is not over: an event, whose parts come into it. The lowest one is <steps>.
  struct Open {
    Element element;
    std::size_t interactions = 0;  // that began in it
  };

  void tell(const transcript::Mark& mark);
  void tell(const transcript::Exchange& exchange);
  void tell(const transcript::Contact& contact);

  void step(const transcript::Mark& mark);
  void fault(const transcript::Mark& mark);
  void call(const transcript::Mark& mark);
  void restart(const transcript::Mark& mark);
  void begin(std::uint32_t interaction, wpi::Reason reason, microseconds at);
  void poll(const transcript::Exchange& exchange);
  void attempt(const transcript::Exchange& exchange);
  void expect(const transcript::Exchange& exchange);
  // What of its next message is not what a phone would say by itself.
  void add_answer(Element& expectation, const transcript::Exchange& exchange);
  // What was changed or plugged, from the message that says so.
  void fill_in(const transcript::Exchange& exchange);
  void add_changed_item(std::size_t block, const wpi::Item& item);
  void learn(const transcript::Exchange& exchange);
  // The phone says all that it has: what was written is gone, so it comes from the factory.
  void notice_reset(const transcript::Exchange& exchange);

  Element& here() { return open_.back().element; }
  bool in_event() const { return open_.size() > 1; }
  bool in(std::string_view name) const { return in_event() && open_.back().element.name == name; }
  // An event begins: in the one that is open while its interaction is not over, else behind it.
  Open& open(Element element, microseconds at, bool nested = false);
  void close();
  void close_all();
  void add_wait(microseconds until);
  void cannot_say(std::string text);
  const transcript::Exchange* next_of(const transcript::Exchange& exchange) const;
  bool comes_again(const transcript::Exchange& exchange) const;

  const std::vector<transcript::Entry>& entries_;
  const Values& values_;
  std::vector<const transcript::Exchange*> said_;  // by the phone
  std::vector<Open> open_;
  std::vector<std::string> unsaid_;
  std::optional<double> speed_;
  bool has_steps_ = false;  // the recording says where they begin and end
  microseconds at_{};       // when the last thing was over
  bool begun_ = false;      // the first thing has happened

  std::uint32_t interaction_ = 0;
  std::uint32_t spoke_in_ = 0, faulty_ = 0;  // the last interaction in which it said something, and in which it met a fault
  bool is_over_ = true;       // the interaction
  bool restarts_ = false;     // the next start-up was told already, or ordered
  bool unfinished_ = false;   // the last interaction had no end
  bool cleaned_up_ = false;   // it ended with the service's CleanUp: the phone has nothing more to report
  bool has_started_ = false;  // the phone, in this scenario
  bool in_call_ = false;
  bool call_is_guessed_ = false;  // the recording does not say it; the phone was busy
  bool awaits_rest_ = false;      // what was expected outside of an event is not known to be over
  microseconds expected_at_{};    // when the last expectation was met
  // Values by name[index]: as the phone said them and was told, and those that the service wrote and nobody changed since.
  std::map<std::string, std::string> known_, written_;
};

}  // namespace understudy::scenarios::from
