// What a load is to be: how many phones, what they do, how often, and when.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fleet/faults.h"

namespace understudy::fleet::load {

using std::chrono::microseconds;

// What a phone does when its turn comes.
enum class Behaviour {
  start_up,      // it is switched off and on
  poll,          // it asks whether there is anything for it (guide p.24)
  local_change,  // its user changes an item, and it reports that (guide p.37)
  call_back,     // somebody calls at its door, and it calls its service (guide p.14)
  scenario,      // what a scenario says, which somebody else plays: Acts
};
// Those that have a name of their own.
inline constexpr std::array plain_behaviours = {Behaviour::start_up, Behaviour::poll, Behaviour::local_change,
                                                Behaviour::call_back};
std::string_view name_of(Behaviour behaviour);  // "start-up"
std::optional<Behaviour> behaviour_named(std::string_view name);

// A stretch of time in which arrivals come at a rate that rises or falls evenly. Or a closed one: so many phones are at work all
// the time, and the next begins when one is done.
struct Phase {
  std::string name;  // "ramp"
  microseconds length{};
  double from = 0.0, to = 0.0;  // arrivals a second
  std::uint64_t at_work = 0;    // closed, where it is not 0
  // Arrivals that this phase plans; 0 for a closed one, which counts them as they come.
  std::uint64_t arrivals() const;
  std::string text() const;  // "from 10 to 200 a second"
};

struct Share {
  Behaviour behaviour = Behaviour::start_up;
  double weight = 1.0;        // above 0
  std::string scenario = {};  // its name, or the path of its file; empty: it is none
  microseconds wait = std::chrono::seconds(10);  // of a user of Locust, between one turn and the next, in the mean
  std::string name() const;   // "start-up", "deploy-file"
};

// Something that happens to the service, not to a phone.
struct Happening {
  microseconds moment{};  // from the start of the plan
  std::string what;       // "restart-service": whoever plays the plan knows how
};

// Phones of one kind. What that kind is knows whoever makes the phones.
struct Population {
  std::string name;     // for people: "OpenStage 40, V3 R5"
  double weight = 1.0;  // above 0
  std::vector<Chance> faults = {};  // that its phones meet, beside those of the plan
};

enum class Spacing {
  even,     // arrivals keep the same distance
  poisson,  // they come by chance, as those of phones that know nothing of each other
};

struct Plan {
  std::string master = {};  // "10.0.0.9:5557": one of Locust says how many users do what, and there are no phases; empty: there is none
  std::string storm = {};  // "firmware-wave: every phone is given firmware"; empty: it is none
  std::uint64_t phones = 1;
  std::uint64_t seed = 1;
  std::vector<Phase> phases;
  std::vector<Share> behaviours = {Share{}};
  std::vector<Population> populations = {Population{}};
  Spacing spacing = Spacing::even;
  std::vector<Happening> happenings = {};  // in the order of their moments
  std::vector<Chance> faults = {};         // that every phone meets by chance, from when the plan begins

  microseconds length() const;  // of all phases
  // Arrivals of all phases that are not closed.
  std::uint64_t arrivals() const;
  double highest_rate() const;  // arrivals a second
  // That phones of that population meet, with those of the plan. They add up.
  std::vector<Chance> faults_of(std::size_t population) const;
  bool has_faults() const;
  // Phones must have started up before the plan begins: a scenario begins as it likes, and what is no start-up wants one.
  bool needs_preparation() const;
  // "1,000 phones, 200 start-ups a second for 30 s, arrivals as planned (open)"; of a storm that, behind what it is and the seed
  std::string sentence() const;
};

// "1,000"
std::string grouped(std::uint64_t number);
// "12.5", "200"
std::string plain_rate(double rate);
// "30 s", "2 min", "1 h", "250 ms"
std::string plain_time(microseconds time);

}  // namespace understudy::fleet::load
