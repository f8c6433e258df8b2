// What several loads measured, side by side.
#include <algorithm>
#include <chrono>

#include "look/shown.h"
#include "reports/compare.h"
#include "reports/load_html.h"
#include "reports/plain.h"

namespace understudy::conformance {

namespace {

std::string share(std::uint64_t part, std::uint64_t all) {
  if (all == 0) return "none planned";
  const double hundred = static_cast<double>(part) * 100.0 / static_cast<double>(all);
  return look::grouped(part) + ", " + decimal(hundred, hundred == 0 || part == all ? 0 : 2) + " %";
}

std::string a_second(std::uint64_t count, const LoadResult& load) {
  const double seconds = std::chrono::duration<double>(load.taken).count();
  return seconds > 0 ? decimal(static_cast<double>(count) / seconds, 1) : "no time passed";
}

// From the planned moment where there is one: that is what a caller waits for.
const LoadLatency& waited(const LoadLatencyRow& row) {
  return row.planned.count != 0 ? row.planned : row.service;
}

std::string name_of(const LoadLatencyRow& row) {
  return shown(row.name) + (row.of.empty() ? "" : " of " + shown(row.of));
}

}  // namespace

std::vector<ComparedNumber> compared_load(const Comparison& comparison) {
  std::vector<const LoadResult*> loads;
  for (const Comparison::Column& column : comparison.columns)
    loads.push_back(column.stored->result.load ? &*column.stored->result.load : nullptr);
  if (std::all_of(loads.begin(), loads.end(), [](const LoadResult* load) { return load == nullptr; }))
    return {};

  std::vector<ComparedNumber> out;
  const auto add = [&](const std::string& name, const auto& value) {
    ComparedNumber line{name, {}};
    for (const LoadResult* load : loads) line.in.push_back(load ? value(*load) : "no load");
    out.push_back(std::move(line));
  };
  add("valid", [](const LoadResult& load) { return std::string(load.valid() ? "yes" : "INVALID"); });
  add("phones", [](const LoadResult& load) { return look::grouped(load.plan.phones); });
  add("planned (1/s)", [](const LoadResult& load) { return a_second(load.totals.planned, load); });
  add("done (1/s)", [](const LoadResult& load) { return a_second(load.totals.done, load); });
  add("done", [](const LoadResult& load) { return share(load.totals.done, load.totals.planned); });
  add("failed", [](const LoadResult& load) { return share(load.totals.failed, load.totals.planned); });
  add("dropped by us",
      [](const LoadResult& load) { return share(load.totals.dropped, load.totals.planned); });
  add("deviations", [](const LoadResult& load) {
    std::uint64_t count = 0;
    for (const LoadDeviation& rule : load.rules) count += rule.count;
    return look::grouped(count);
  });
  add("thresholds missed", [](const LoadResult& load) {
    const auto missed = std::count_if(load.thresholds.begin(), load.thresholds.end(),
                                      [](const LoadThreshold& each) { return !each.met; });
    return std::to_string(missed) + " of " + std::to_string(load.thresholds.size());
  });

  // Every kind of latency that one of them has, in the order of the first that has it.
  std::vector<std::string> names;
  for (const LoadResult* load : loads)
    for (std::size_t i = 0; load && i < load->latency.size(); ++i)
      if (const std::string name = name_of(load->latency[i]);
          std::find(names.begin(), names.end(), name) == names.end())
        names.push_back(name);
  constexpr std::pair<const char*, microseconds LoadLatency::*> quantiles[] = {
      {"p50", &LoadLatency::p50},
      {"p95", &LoadLatency::p95},
      {"p99", &LoadLatency::p99},
      {"longest", &LoadLatency::max}};
  for (const std::string& name : names)
    for (const auto& [quantile, member] : quantiles)
      add(name + ", " + quantile + " (ms)", [&, member = member](const LoadResult& load) -> std::string {
        for (const LoadLatencyRow& row : load.latency)
          if (name_of(row) == name && waited(row).count != 0) return in_ms(waited(row).*member);
        return "never happened";
      });
  return out;
}

}  // namespace understudy::conformance
