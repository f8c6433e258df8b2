// The arrivals of a plan: each is made from its number, the plan and the seed alone, so that a plan can be split by number.
#pragma once

#include <cstdint>
#include <vector>

#include "fleet/load/part.h"
#include "fleet/load/plan.h"

namespace understudy::fleet::load {

struct Arrival {
  microseconds moment{};  // from the start of the plan
  std::size_t share = 0;    // what it does, an index into Plan::behaviours
  std::uint64_t phone = 0;  // whose turn it is, from 0
  std::uint64_t number = 0;  // among the arrivals of the whole plan
};

// Of a plan, or of a part of it: the same as those of the plan whose turn is that of a phone of the part.
class Arrivals {
 public:
  // Keeps a copy of the plan.
  explicit Arrivals(Plan plan, Part part = {});
  // Of all open phases. Arrivals 0 to count() - 1 come in this order.
  std::uint64_t count() const { return count_; }
  // k is below count(). Every phone has its turn before one has its second.
  Arrival at(std::uint64_t k) const;
  // What arrival k does, and whose turn it is: of a closed phase too, whose arrivals have higher numbers and no moment.
  Arrival without_moment(std::uint64_t k) const;
  // The kind of phone k, an index into Plan::populations.
  std::size_t population_of(std::uint64_t phone) const;
  const Plan& plan() const { return plan_; }
  const Part& part() const { return part_; }
  // So many are in the part.
  std::uint64_t phones() const { return phones_; }

 private:
  // Of phase n: where among its arrivals, as a number from 0 to arrivals(), one is.
  double place_of(std::uint64_t first, std::uint64_t count, std::uint64_t k) const;
  // Between the numbers of arrivals in the part and in the plan.
  std::uint64_t number_of(std::uint64_t k) const;
  std::uint64_t among(std::uint64_t arrivals) const;

  Plan plan_;
  Part part_;
  std::vector<std::uint64_t>
      begins_;  // number of the first arrival of each phase, and of none behind the last
  std::vector<microseconds> starts_;         // of each phase
  double behaviours_ = 0, populations_ = 0;  // sums of the weights
  std::uint64_t first_phone_ = 0;
  std::uint64_t phones_ = 0, count_ = 0;     // of the part
};

}  // namespace understudy::fleet::load
