// A load that is played in simulated time: a stage with its phones, a service in process, and a crew.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "fleet/load/crew.h"
#include "fleet/simulated.h"
#include "reference/service.h"
#include "rules/judge.h"

namespace understudy::fleet::load {

enum class Keeps { no, yes };  // connections

struct Site {
  Site(const Plan& plan, InProcessService service, Keeps keeps = Keeps::no, Part part = {});

  struct Judged : transcript::Sink {
    conformance::Judge judge{conformance::Selection{}, nullptr};
    std::uint64_t entries = 0;
    void take(const transcript::Entry& entry) override {
      ++entries;
      judge.take(entry);
    }
  };
  SimulatedClock clock;
  InProcessCarrier carrier;
  Judged judged;
  Stage stage{carrier, clock, judged};
};

// Of all slices.
Tally sum_of(const std::vector<Slice>& slices);

class Played : public Site {
 public:
  Played(Plan plan, InProcessService service, Crew::Settings settings, Keeps keeps = Keeps::no, Part part = {});
  // Until the run is over.
  void play();
  // For so long.
  void play(microseconds time);
  // Of all slices so far.
  Tally tally() const { return sum_of(slices); }

  std::unique_ptr<Crew> crew;
  std::vector<Slice> slices;
};

// Our own, which has phones poll when it is told where.
InProcessService good_service(const std::string& poll_url = "");

Phase steady(double rate, microseconds length);
Plan start_ups(std::uint64_t phones, double rate, microseconds length);

}  // namespace understudy::fleet::load
