#include "load_limits.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "reports/plain.h"

namespace understudy::tools {

namespace {

using namespace std::chrono_literals;
using fleet::load::grouped;
using fleet::load::plain_rate;

// Open beside the phones' connections: files, the door, who calls at it.
constexpr std::uint64_t others = 128;
// A port that was used rests so long before the same connection can be made again.
constexpr double rests = 60;  // seconds, TIME_WAIT of Linux

// Beyond these a latency says more of this program than of the service.
constexpr microseconds most_lag = 50ms;
constexpr double most_cpu = 0.95;       // of a core, in the mean: it has one thread
constexpr microseconds most_download_wait = 1s;
constexpr double most_dropped = 0.001;  // of what was planned

std::string percent(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g %%", share * 100);
  return text;
}

}  // namespace

std::string does_not_fit(const fleet::load::Plan& plan, const LoadMeans& means) {
  const double seconds = std::chrono::duration<double>(means.timeout).count();
  const double rate = plan.highest_rate();
  std::uint64_t at_once =
      std::min<std::uint64_t>(plan.phones, static_cast<std::uint64_t>(std::ceil(rate * seconds)));
  for (const fleet::load::Phase& phase : plan.phases) at_once = std::max(at_once, phase.at_work);
  if (means.kept * plan.phones + means.doors + others > means.descriptors)
    return "the plan does not fit: " + grouped(means.kept * plan.phones) + " connections are kept open, " + grouped(means.doors) +
           " ports wait for contact-me, and there are " + grouped(others) + " descriptors more; this process may have " +
           grouped(means.descriptors) + " (ulimit -Hn). Plan fewer phones";
  const std::uint64_t more = others + means.doors;
  if (at_once + more > means.descriptors) {
    const std::uint64_t room = means.descriptors > more ? means.descriptors - more : 0;
    return "the plan does not fit: where the service hangs, " + grouped(at_once) +
           " connections are open at once (" + plain_rate(rate) + " arrivals a second, each for up to " +
           conformance::spoken(means.timeout) + ", of " + grouped(plan.phones) + " phones), and " +
           grouped(more) + " descriptors more; this process may have " + grouped(means.descriptors) +
           " (ulimit -Hn). Plan " + grouped(room) + " phones, or a shorter --timeout";
  }
  if (means.one_address && rate * rests > static_cast<double>(means.ports)) {
    return "the plan does not fit: all phones call from one address, which has " + grouped(means.ports) +
           " ports, each of which rests for " + plain_rate(rests) + " s: " + plain_rate(rate) +
           " a second want " + grouped(static_cast<std::uint64_t>(rate * rests)) + ". Plan " +
           plain_rate(std::floor(static_cast<double>(means.ports) / rests)) + " a second";
  }
  return "";
}

std::vector<conformance::LoadLimit> limits_of(const conformance::LoadResult& load, microseconds busy) {
  std::vector<conformance::LoadLimit> out;
  const conformance::LoadHealth& health = load.health;
  if (!load.plan.simulated && health.lag.p99 > most_lag)
    out.push_back({"schedule lag",
                   "The lag of the schedule was " + conformance::spoken(health.lag.p99) + " at p99; up to " +
                       conformance::spoken(most_lag) + " is ours to allow.",
                   "Plan fewer arrivals a second, or give this program a core of its own."});
  if (!load.plan.simulated && load.intervals.size() >= 3 && health.cpu_mean > most_cpu)
    out.push_back({"CPU",
                   "This program took " + percent(health.cpu_mean) + " of a core in the mean; up to " +
                       percent(most_cpu) + " is ours to allow.",
                   "Plan fewer arrivals a second, or give this program a core of its own."});
  if (load.totals.planned > 0 &&
      static_cast<double>(load.totals.dropped) > most_dropped * static_cast<double>(load.totals.planned)) {
    std::string why;
    for (const conformance::LoadCount& cause : health.dropped) why += (why.empty() ? "" : ", ") + cause.name;
    out.push_back({"dropped work",
                   grouped(load.totals.dropped) + " of " + grouped(load.totals.planned) +
                       " planned interactions were never begun (" + why +
                       "): what a phone did took it " + conformance::spoken(busy) + " on average.",
                   "Plan more phones, or fewer arrivals a second; where the service is what takes so long, this "
                   "is its answer to that many."});
  }
  return out;
}

std::optional<conformance::LoadLimit> limit_of_downloads(microseconds longest_wait) {
  if (longest_wait <= most_download_wait) return std::nullopt;
  return conformance::LoadLimit{"downloads",
                                "A file waited " + conformance::spoken(longest_wait) +
                                    " for one of the threads that fetch files; up to " +
                                    conformance::spoken(most_download_wait) + " is ours to allow.",
                                "Plan fewer deployments a second."};
}

}  // namespace understudy::tools
