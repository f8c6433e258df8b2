#include "reports/load_json.h"

#include <algorithm>

#include "reports/plain.h"

namespace understudy::conformance {

namespace {

using transcript::JsonWriter;

// Calls `write` for each, as an object of a list.
template <typename List, typename Write>
void objects(JsonWriter& json, std::string_view name, const List& list, Write write) {
  json.key(name).array();
  for (const auto& each : list) {
    json.object();
    write(each);
    json.end();
  }
  json.end();
}

void write_counts(JsonWriter& json, std::string_view name, const std::vector<LoadCount>& counts) {
  objects(json, name, counts, [&](const LoadCount& each) {
    json.member("name", shown(each.name));
    json.member("count", each.count);
    json.member("example", shown(each.example));
  });
}

void write_latency(JsonWriter& json, std::string_view name, const LoadLatency& latency) {
  json.key(name).object();
  json.member("count", latency.count);
  json.member("p50", latency.p50.count());
  json.member("p90", latency.p90.count());
  json.member("p95", latency.p95.count());
  json.member("p99", latency.p99.count());
  json.member("p999", latency.p999.count());
  json.member("max", latency.max.count());
  json.member("mean", latency.mean.count());
  json.end();
}

void write_plan(JsonWriter& json, const LoadPlan& plan) {
  const auto spans = [&](std::string_view name, const std::vector<LoadPlan::Span>& list) {
    objects(json, name, list, [&](const LoadPlan::Span& each) {
      json.member("name", shown(each.name));
      json.member("text", shown(each.text));
      json.member("start", each.start.count());
      json.member("length", each.length.count());
    });
  };
  const auto shares = [&](std::string_view name, const std::vector<LoadPlan::Share>& list) {
    objects(json, name, list, [&](const LoadPlan::Share& each) {
      json.member("name", shown(each.name));
      json.member("text", shown(each.text));
      json.member("weight", each.weight);
    });
  };
  json.key("plan").object();
  json.member("sentence", shown(plan.sentence));
  json.member("phones", plan.phones);
  json.member("seed", plan.seed);
  json.member("simulated", plan.simulated);
  spans("phases", plan.phases);
  spans("storms", plan.storms);
  shares("behaviours", plan.behaviours);
  shares("populations", plan.populations);
  json.end();
}

void write_numbers(JsonWriter& json, std::string_view name, const std::vector<std::uint64_t>& numbers) {
  if (numbers.empty()) return;
  json.key(name).array();
  for (const std::uint64_t number : numbers) json.value(number);
  json.end();
}

std::string line_of(const LoadInterval& interval) {
  std::string out;
  JsonWriter json(out);
  json.object();
  json.member("start", interval.start.count());
  json.member("length", interval.length.count());
  json.member("planned", interval.planned);
  json.member("done", interval.done);
  json.member("failed", interval.failed);
  json.member("dropped", interval.dropped);
  json.member("p50", interval.p50.count());
  json.member("p95", interval.p95.count());
  json.member("p99", interval.p99.count());
  json.member("max", interval.max.count());
  json.member("service_p99", interval.service_p99.count());
  json.key("heat").array();
  for (const auto& [bucket, count] : interval.heat) {
    json.value(bucket);
    json.value(count);
  }
  json.end();
  write_numbers(json, "phones", interval.phones);
  write_numbers(json, "errors", interval.errors);
  write_numbers(json, "deviations", interval.deviations);
  write_numbers(json, "judged", interval.judged);
  json.member("messages", interval.messages);
  json.member("lag_p99", interval.lag_p99.count());
  json.member("lag_max", interval.lag_max.count());
  json.member("cpu", interval.cpu);
  json.member("descriptors", interval.descriptors);
  json.end();
  return out;
}

void write_ours(JsonWriter& json, const LoadResult& load) {
  json.key("health").object();
  write_latency(json, "lag", load.health.lag);
  json.member("cpu_mean", load.health.cpu_mean);
  json.member("cpu_most", load.health.cpu_most);
  json.member("descriptors", load.health.descriptors);
  json.member("descriptors_limit", load.health.descriptors_limit);
  json.member("ports", load.health.ports);
  json.member("ports_limit", load.health.ports_limit);
  json.member("memory", load.health.memory);
  write_counts(json, "dropped", load.health.dropped);
  json.end();
  json.key("connections").object();
  json.member("opened", load.connections.opened);
  json.member("kept", load.connections.kept);
  json.member("full_handshakes", load.connections.full_handshakes);
  json.member("resumed", load.connections.resumed);
  json.end();
  objects(json, "machine", load.machine, [&](const auto& each) {
    json.member("name", shown(each.first));
    json.member("value", shown(each.second));
  });
}

void write_outcome(JsonWriter& json, const LoadResult& load) {
  json.member("valid", load.valid());
  objects(json, "limits", load.limits, [&](const LoadLimit& each) {
    json.member("which", shown(each.which));
    json.member("sentence", shown(each.sentence));
    json.member("change", shown(each.change));
  });
  objects(json, "thresholds", load.thresholds, [&](const LoadThreshold& each) {
    json.member("text", shown(each.text));
    json.member("came", shown(each.came));
    json.member("met", each.met);
    json.member("aborted", each.aborted);
  });
  objects(json, "trials", load.trials, [&](const LoadTrial& each) {
    json.member("rate", each.rate);
    json.member("held", each.held);
    json.member("why", shown(each.why));
  });
  if (load.highest) json.member("highest", *load.highest);
}

}  // namespace

void write_load(JsonWriter& json, const LoadResult& load) {
  json.object();
  write_plan(json, load.plan);
  json.key("totals").object();
  json.member("planned", load.totals.planned);
  json.member("done", load.totals.done);
  json.member("failed", load.totals.failed);
  json.member("dropped", load.totals.dropped);
  if (load.totals.disturbed != 0) json.member("disturbed", load.totals.disturbed);
  json.end();
  json.member("microseconds", load.taken.count());
  write_outcome(json, load);
  objects(json, "latency", load.latency, [&](const LoadLatencyRow& each) {
    json.member("name", shown(each.name));
    json.member("of", shown(each.of));
    write_latency(json, "service", each.service);
    write_latency(json, "planned", each.planned);
  });
  write_counts(json, "causes", load.causes);
  if (!load.faults.empty())
    objects(json, "faults", load.faults, [&](const LoadFault& each) {
      json.member("kind", shown(each.kind));
      json.member("met", each.met);
      json.member("answered", each.answered);
      json.member("refused", each.refused);
      json.member("closed", each.closed);
      json.member("silent", each.silent);
      json.member("cut", each.cut);
      json.member("failed", each.failed);
    });
  objects(json, "rules", load.rules, [&](const LoadDeviation& each) {
    json.member("rule", shown(each.rule));
    json.member("level", name_of(each.level));
    json.member("count", each.count);
    json.member("first", each.first.count());
  });
  json.member("messages", load.messages);
  json.member("validated", load.validated);
  write_ours(json, load);
  if (!load.machines.empty())
    objects(json, "machines", load.machines, [&](const LoadMachine& each) {
      json.member("part", each.part);
      json.member("host", shown(each.host));
      json.member("planned", each.totals.planned);
      json.member("done", each.totals.done);
      json.member("failed", each.totals.failed);
      json.member("dropped", each.totals.dropped);
      write_latency(json, "lag", each.lag);
      json.member("cpu_mean", each.cpu_mean);
      json.member("cpu_most", each.cpu_most);
      json.member("memory", each.memory);
      json.member("descriptors", each.descriptors);
      json.member("clock", shown(each.clock));
      json.member("was_limit", each.was_limit);
    });
  if (!load.part.empty()) json.key("part").raw(load.part);
  json.key("states").array();
  for (const std::string& state : load.states) json.value(shown(state));
  json.end();
  json.key("intervals").array();
  for (const LoadInterval& interval : load.intervals) json.raw(line_of(interval));
  json.end();
  json.end();
}

}  // namespace understudy::conformance
