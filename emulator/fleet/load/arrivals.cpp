#include "fleet/load/arrivals.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "phone/random.h"

namespace understudy::fleet::load {

namespace {

// By chance, but so many come in each stretch: the number of one arrival then tells its moment, without those before it.
constexpr std::uint64_t a_stretch = 64;

// From 0 up to 1, for the same three numbers the same.
double drawn(std::uint64_t seed, std::uint64_t what, std::uint64_t k) {
  phone::Random first(seed + what * 0x632BE59BD9B4E019ULL);
  phone::Random second(first.next() ^ k);
  return static_cast<double>(second.next() >> 11) * 0x1.0p-53;
}

enum : std::uint64_t { behaviour_draw = 1, population_draw, moment_draw, phone_draw };

template <typename Of>
std::size_t by_weight(const std::vector<Of>& all, double sum, double share) {
  double left = share * sum;
  for (std::size_t n = 0; n + 1 < all.size(); ++n) {
    left -= all[n].weight;
    if (left < 0) return n;
  }
  return all.size() - 1;
}

// The moment, in seconds, by which `place` arrivals have come at a rate that changes evenly.
double moment_of(const Phase& phase, double place) {
  const double length = std::chrono::duration<double>(phase.length).count();
  const double growth = length > 0 ? (phase.to - phase.from) / length : 0;
  // place = from * t + growth / 2 * t * t; this form has no division by a growth of 0.
  const double root = std::sqrt(std::max(0.0, phase.from * phase.from + 2 * growth * place));
  return phase.from + root > 0 ? std::clamp(2 * place / (phase.from + root), 0.0, length) : 0;
}

}  // namespace

Arrivals::Arrivals(Plan plan, Part part) : plan_(std::move(plan)), part_(part) {
  std::uint64_t arrivals = 0;
  microseconds start{};
  for (const Phase& phase : plan_.phases) {
    begins_.push_back(arrivals);
    starts_.push_back(start);
    arrivals += phase.arrivals();
    start += phase.length;
  }
  begins_.push_back(arrivals);
  for (const Share& share : plan_.behaviours) behaviours_ += share.weight;
  for (const Population& population : plan_.populations) populations_ += population.weight;
  first_phone_ =
      static_cast<std::uint64_t>(drawn(plan_.seed, phone_draw, 0) * static_cast<double>(plan_.phones));
  phones_ = part_.below(plan_.phones);
  count_ = among(begins_.back());
}

// The turn goes from the first phone to the last of the plan, and on from phone 0: in each round every phone has it once.
std::uint64_t Arrivals::number_of(std::uint64_t k) const {
  const std::uint64_t round = k / phones_, place = k % phones_;
  const std::uint64_t before = part_.below(first_phone_), behind = phones_ - before;  // the first phone
  const std::uint64_t phone = part_.phone(place < behind ? before + place : place - behind);
  return round * plan_.phones + (phone + plan_.phones - first_phone_) % plan_.phones;
}

std::uint64_t Arrivals::among(std::uint64_t arrivals) const {
  const std::uint64_t end = first_phone_ + arrivals % plan_.phones;  // of the last round
  std::uint64_t out = arrivals / plan_.phones * phones_ + part_.below(std::min(end, plan_.phones)) - part_.below(first_phone_);
  if (end > plan_.phones) out += part_.below(end - plan_.phones);
  return out;
}

double Arrivals::place_of(std::uint64_t first, std::uint64_t count, std::uint64_t k) const {
  if (plan_.spacing == Spacing::even) return static_cast<double>(k);
  const std::uint64_t begin = k / a_stretch * a_stretch, size = std::min(a_stretch, count - begin);
  std::array<double, a_stretch> places{};
  for (std::uint64_t n = 0; n < size; ++n)
    places[n] = static_cast<double>(begin) +
                static_cast<double>(size) * drawn(plan_.seed, moment_draw, first + begin + n);
  std::sort(places.begin(), places.begin() + static_cast<std::ptrdiff_t>(size));
  return places[k - begin];
}

Arrival Arrivals::at(std::uint64_t k) const {
  Arrival out = without_moment(k);
  const auto next = std::upper_bound(begins_.begin(), begins_.end(), out.number);
  const auto n = static_cast<std::size_t>(next - begins_.begin()) - 1;
  const double seconds =
      moment_of(plan_.phases[n], place_of(begins_[n], begins_[n + 1] - begins_[n], out.number - begins_[n]));
  out.moment = starts_[n] + microseconds(static_cast<std::int64_t>(seconds * 1e6));
  return out;
}

Arrival Arrivals::without_moment(std::uint64_t k) const {
  Arrival out;
  out.number = number_of(k);
  out.share = by_weight(plan_.behaviours, behaviours_, drawn(plan_.seed, behaviour_draw, out.number));
  out.phone = (first_phone_ + out.number) % plan_.phones;
  return out;
}

std::size_t Arrivals::population_of(std::uint64_t phone) const {
  return by_weight(plan_.populations, populations_, drawn(plan_.seed, population_draw, phone));
}

}  // namespace understudy::fleet::load
