#include <algorithm>
#include <array>
#include <optional>

#include "reports/load_json.h"

namespace understudy::conformance {

namespace {

using transcript::Members;

std::optional<Level> level_named(std::string_view word) {
  for (const Level level : {Level::must, Level::should, Level::note})
    if (name_of(level) == word) return level;
  return std::nullopt;
}

std::vector<LoadCount> counts(const Members& from, const std::string& name) {
  std::vector<LoadCount> out;
  from.each(name, [&](const Members& each) {
    out.push_back({each.text("name"), each.number("count"), each.text("example")});
  });
  return out;
}

LoadLatency latency(const Members& from, const std::string& name) {
  const auto each = from.child(name);
  if (!each) return {};
  return {each->number("count"), each->time("p50"),  each->time("p90"), each->time("p95"),
          each->time("p99"),     each->time("p999"), each->time("max"), each->time("mean")};
}

LoadPlan plan(const Members& from) {
  LoadPlan out;
  out.sentence = from.text("sentence");
  out.phones = from.number("phones");
  out.seed = from.number("seed");
  out.simulated = from.flag("simulated", false);
  const auto spans = [&](const std::string& name, std::vector<LoadPlan::Span>& list) {
    from.each(name, [&](const Members& each) {
      list.push_back({each.text("name"), each.text("text"), each.time("start"), each.time("length")});
    });
  };
  const auto shares = [&](const std::string& name, std::vector<LoadPlan::Share>& list) {
    from.each(name, [&](const Members& each) {
      list.push_back({each.text("name"), each.text("text"), std::max(each.real("weight"), 0.0)});
    });
  };
  spans("phases", out.phases);
  spans("storms", out.storms);
  shares("behaviours", out.behaviours);
  shares("populations", out.populations);
  return out;
}

LoadInterval interval(const Members& from) {
  LoadInterval out;
  out.start = from.time("start");
  out.length = from.time("length");
  out.planned = from.number("planned");
  out.done = from.number("done");
  out.failed = from.number("failed");
  out.dropped = from.number("dropped");
  out.p50 = from.time("p50");
  out.p95 = from.time("p95");
  out.p99 = from.time("p99");
  out.max = from.time("max");
  out.service_p99 = from.time("service_p99");
  const std::vector<std::uint64_t> heat = from.numbers("heat");
  for (std::size_t i = 0; i + 1 < heat.size(); i += 2)
    out.heat.emplace_back(static_cast<std::uint16_t>(std::min<std::uint64_t>(heat[i], heat::buckets - 1)),
                          heat[i + 1]);
  out.phones = from.numbers("phones");
  out.errors = from.numbers("errors");
  out.deviations = from.numbers("deviations");
  out.judged = from.numbers("judged");
  out.messages = from.number("messages");
  out.lag_p99 = from.time("lag_p99");
  out.lag_max = from.time("lag_max");
  out.cpu = std::max(from.real("cpu"), 0.0);
  out.descriptors = from.number("descriptors");
  return out;
}

LoadHealth health(const Members& from) {
  LoadHealth out;
  out.lag = latency(from, "lag");
  out.cpu_mean = std::max(from.real("cpu_mean"), 0.0);
  out.cpu_most = std::max(from.real("cpu_most"), 0.0);
  out.descriptors = from.number("descriptors");
  out.descriptors_limit = from.number("descriptors_limit");
  out.ports = from.number("ports");
  out.ports_limit = from.number("ports_limit");
  out.memory = from.number("memory");
  out.dropped = counts(from, "dropped");
  return out;
}

void read_outcome(const Members& from, LoadResult& out) {
  from.each("limits", [&](const Members& each) {
    out.limits.push_back({each.text("which"), each.text("sentence"), each.text("change")});
  });
  // A newer program may have reasons that this one does not read: it stays invalid.
  if (!from.flag("valid", true) && out.limits.empty())
    out.limits.push_back({"not said", "The file says that the result is invalid and gives no limit.", ""});
  from.each("thresholds", [&](const Members& each) {
    out.thresholds.push_back(
        {each.text("text"), each.text("came"), each.flag("met", false), each.flag("aborted", false)});
  });
  from.each("trials", [&](const Members& each) {
    out.trials.push_back({std::max(each.real("rate"), 0.0), each.flag("held", false), each.text("why")});
  });
  if (from.has("highest")) out.highest = std::max(from.real("highest"), 0.0);
}

}  // namespace

LoadResult read_load(const Members& from) {
  LoadResult out;
  if (const auto each = from.child("plan")) out.plan = plan(*each);
  if (const auto each = from.child("totals"))
    out.totals = {each->number("planned"), each->number("done"), each->number("failed"),
                  each->number("dropped"), each->number("disturbed")};
  out.taken = from.time("microseconds");
  read_outcome(from, out);
  from.each("latency", [&](const Members& each) {
    out.latency.push_back(
        {each.text("name"), each.text("of"), latency(each, "service"), latency(each, "planned")});
  });
  out.causes = counts(from, "causes");
  from.each("faults", [&](const Members& each) {
    out.faults.push_back({each.text("kind"), each.number("met"), each.number("answered"), each.number("refused"), each.number("closed"),
                          each.number("silent"), each.number("cut"), each.number("failed")});
  });
  from.each("rules", [&](const Members& each) {
    out.rules.push_back({each.text("rule"), each.word("level", level_named, Level::must),
                         each.number("count"), each.time("first")});
  });
  out.messages = from.number("messages");
  out.validated = from.number("validated");
  if (const auto each = from.child("health")) out.health = health(*each);
  if (const auto each = from.child("connections"))
    out.connections = {each->number("opened"), each->number("kept"), each->number("full_handshakes"),
                       each->number("resumed")};
  from.each("machine",
            [&](const Members& each) { out.machine.emplace_back(each.text("name"), each.text("value")); });
  from.each("machines", [&](const Members& each) {
    LoadMachine machine{each.number("part"), each.text("host"),
                        {each.number("planned"), each.number("done"), each.number("failed"), each.number("dropped")},
                        latency(each, "lag"), std::max(each.real("cpu_mean"), 0.0), std::max(each.real("cpu_most"), 0.0),
                        each.number("memory"), each.number("descriptors"), each.text("clock"), each.flag("was_limit", false)};
    out.machines.push_back(std::move(machine));
  });
  out.part = from.json("part");
  from.each_word("states", [&](const std::string& word) { out.states.push_back(word); });
  from.each("intervals", [&](const Members& each) { out.intervals.push_back(interval(each)); });
  return out;
}

}  // namespace understudy::conformance
