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
constexpr double most_cpu = 0.95;       // of a core a thread, in the mean
constexpr microseconds most_download_wait = 1s;
constexpr microseconds most_late = 1s;
constexpr double most_dropped = 0.001;  // of what was planned

std::string percent(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g %%", share * 100);
  return text;
}

}  // namespace

std::string does_not_fit(const fleet::load::Plan& plan, const LoadMeans& means) {
  const double seconds = std::chrono::duration<double>(means.timeout).count();
  const double rate = plan.highest_rate() / static_cast<double>(means.part.of);
  const std::uint64_t phones = means.part.below(plan.phones);
  std::uint64_t at_once = std::min<std::uint64_t>(phones, static_cast<std::uint64_t>(std::ceil(rate * seconds)));
  if (!plan.master.empty()) at_once = phones;  // users may be as many
  for (const fleet::load::Phase& phase : plan.phases) at_once = std::max(at_once, means.part.share_of(phase.at_work));
  if (means.kept * phones + means.doors + others > means.descriptors)
    return "the plan does not fit: " + grouped(means.kept * phones) + " connections are kept open, " + grouped(means.doors) +
           " ports wait for contact-me, and there are " + grouped(others) + " descriptors more; this process may have " +
           grouped(means.descriptors) + " (ulimit -Hn). Plan fewer phones";
  const std::uint64_t more = others + means.doors;
  if (at_once + more > means.descriptors) {
    const std::uint64_t room = means.descriptors > more ? means.descriptors - more : 0;
    return "the plan does not fit: where the service hangs, " + grouped(at_once) +
           " connections are open at once (" + plain_rate(rate) + " arrivals a second, each for up to " +
           conformance::spoken(means.timeout) + ", of " + grouped(phones) + " phones), and " +
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

std::vector<conformance::LoadLimit> limits_of(const LoadSum& sum, const conformance::LoadResult& load, std::size_t threads) {
  std::vector<conformance::LoadLimit> out;
  const conformance::LoadHealth& health = load.health;
  if (!load.plan.simulated && health.lag.p99 > most_lag)
    out.push_back({"schedule lag",
                   "The lag of the schedule was " + conformance::spoken(health.lag.p99) + " at p99; up to " +
                       conformance::spoken(most_lag) + " is ours to allow.",
                   "Plan fewer arrivals a second, or give this program a core of its own."});
  const double most = most_cpu * static_cast<double>(threads);
  if (!load.plan.simulated && load.intervals.size() >= 3 && health.cpu_mean > most)
    out.push_back({"CPU",
                   "This program took " + percent(health.cpu_mean) + " of a core in the mean; up to " +
                       percent(most) + " is ours to allow" + (threads > 1 ? " with " + std::to_string(threads) + " threads." : "."),
                   "Plan fewer arrivals a second, or give this program more threads and cores of their own (--threads)."});
  if (load.totals.planned > 0 &&
      static_cast<double>(load.totals.dropped) > most_dropped * static_cast<double>(load.totals.planned)) {
    const std::uint64_t settled = load.totals.done + load.totals.failed;
    const microseconds busy = settled > 0 ? sum.tally.counts.busy / static_cast<std::int64_t>(settled) : microseconds(0);
    std::string why;
    for (const conformance::LoadCount& cause : health.dropped) why += (why.empty() ? "" : ", ") + cause.name;
    out.push_back({dropped_work,
                   grouped(load.totals.dropped) + " of " + grouped(load.totals.planned) +
                       " planned interactions were never begun (" + why +
                       "): what a phone did took it " + conformance::spoken(busy) + " on average.",
                   "Plan more phones, or fewer arrivals a second; where the service is what takes so long, this "
                   "is its answer to that many."});
  }
  if (sum.own_faults > 0)
    out.push_back({"connections", grouped(sum.own_faults) + " connections could not be made from here: " + sum.own_fault + ".",
                   "Plan fewer arrivals a second, or give this machine more addresses."});
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

std::optional<conformance::LoadLimit> limit_of_start(microseconds late) {
  if (late <= most_late) return std::nullopt;
  return conformance::LoadLimit{"start", "The plan began " + conformance::spoken(late) + " after the moment that --start-at says; up to " +
                                             conformance::spoken(most_late) + " is ours to allow.",
                                "Say a later moment: phones that the plan needs are switched on before it."};
}

}  // namespace understudy::tools
