#include "load_part.h"

#include <algorithm>
#include <bit>
#include <cstdio>

#include "reports/plain.h"
#include "transcript/json.h"
#include "transcript/members.h"

namespace understudy::tools {

namespace {

using namespace fleet::load;
using transcript::JsonWriter;
using transcript::Members;

// "12.5", so that no digit is lost.
std::string exactly(double number) {
  char text[40];
  std::snprintf(text, sizeof text, "%.17g", number);
  return text;
}

// ---- Writing

void write(JsonWriter& json, std::string_view name, const Histogram& histogram) {
  if (histogram.count() == 0) return;
  json.key(name).object();
  json.member("least", histogram.least().count());
  json.member("most", histogram.most().count());
  json.member("sum", histogram.sum().count());
  json.key("buckets").array();
  for (const Histogram::Bucket& bucket : histogram.buckets()) {
    json.value(bucket.latency.count());
    json.value(bucket.count);
  }
  json.end();
  json.end();
}

void write(JsonWriter& json, std::string_view name, const Latency& latency) {
  json.key(name).object();
  write(json, "service", latency.service);
  write(json, "planned", latency.planned);
  json.end();
}

void write(JsonWriter& json, std::string_view name, const Sketch& sketch) {
  if (sketch.steps().empty()) return;
  json.key(name).object();
  json.member("most", sketch.most().count());
  json.key("steps").array();
  for (const auto& [latency, count] : sketch.steps()) {
    json.value(latency);
    json.value(count);
  }
  json.end();
  json.end();
}

// A name with more, as an object of a list.
template <typename Map, typename Write>
void write_named(JsonWriter& json, std::string_view name, const Map& all, Write write) {
  if (all.empty()) return;
  json.key(name).array();
  for (const auto& [each, value] : all) {
    json.object();
    json.member("name", conformance::shown(each));
    write(value);
    json.end();
  }
  json.end();
}

void write(JsonWriter& json, std::string_view name, const Causes& causes) {
  write_named(json, name, causes.by_name, [&](const Causes::Cause& cause) {
    json.member("count", cause.count);
    json.member("example", conformance::shown(cause.example));
  });
}

void write(JsonWriter& json, const Tally& tally) {
  const Counts& counts = tally.counts;
  json.key("tally").object();
  json.member("planned", counts.planned);
  json.member("done", counts.done);
  json.member("failed", counts.failed);
  json.member("dropped", counts.dropped);
  json.member("disturbed", counts.disturbed);
  json.member("messages", counts.messages);
  json.member("busy", counts.busy.count());
  write(json, "causes", counts.causes);
  write(json, "dropped_causes", counts.dropped_causes);
  write(json, "interaction", counts.interaction);
  write(json, "lag", counts.lag);
  json.key("by_share").array();
  for (const Latency& latency : tally.by_share) {
    json.object();
    write(json, "service", latency.service);
    write(json, "planned", latency.planned);
    json.end();
  }
  json.end();
  write(json, "connect", tally.connect);
  write(json, "tls", tally.tls);
  write(json, "first_answer", tally.first_answer);
  write(json, "call_back", tally.call_back);
  write(json, "job", tally.job);
  json.member("opened", tally.connections.opened);
  json.member("kept", tally.connections.kept);
  json.member("full_handshakes", tally.connections.full_handshakes);
  json.member("resumed", tally.connections.resumed);
  write_named(json, "faults", tally.faults, [&](const FaultCounts& of) {
    json.member("met", of.met);
    json.member("answered", of.answered);
    json.member("refused", of.refused);
    json.member("closed", of.closed);
    json.member("silent", of.silent);
    json.member("cut", of.cut);
    json.member("failed", of.failed);
  });
  json.end();
}

// With the phones of all sources as one: those of who is silent are as they were before.
void write_seconds(JsonWriter& json, const LoadSum& sum) {
  std::vector<LoadSecond::Phones> phones(sum.sources);
  json.key("seconds").array();
  for (const LoadSecond& second : sum.seconds) {
    LoadSecond::Phones all{};
    for (std::size_t source = 0; source < sum.sources; ++source) {
      if (source < second.phones.size() && second.phones[source]) phones[source] = *second.phones[source];
      for (std::size_t state = 0; state < all.size(); ++state) all[state] += phones[source][state];
    }
    const auto count = [&](std::uint64_t times) { json.member("count", times); };
    json.object();
    json.member("start", second.start.count());
    json.member("length", second.length.count());
    json.member("planned", second.planned);
    json.member("done", second.done);
    json.member("failed", second.failed);
    json.member("dropped", second.dropped);
    json.member("messages", second.messages);
    write(json, "latency", second.latency);
    write(json, "service", second.service);
    write(json, "lag", second.lag);
    json.key("phones").array();
    for (const std::uint64_t number : all) json.value(number);
    json.end();
    write_named(json, "errors", second.errors, count);
    write_named(json, "deviations", second.deviations, count);
    json.member("cpu", second.cpu);
    json.member("descriptors", second.descriptors);
    json.end();
  }
  json.end();
}

void write(JsonWriter& json, const LoadSum& sum) {
  json.member("grid", sum.grid);
  write(json, sum.tally);
  write_seconds(json, sum);
  write_named(json, "rules", sum.rules, [&](const conformance::LoadDeviation& rule) {
    json.member("level", conformance::name_of(rule.level));
    json.member("count", rule.count);
    json.member("first", rule.first.count());
  });
  write_named(json, "causes", sum.causes, [&](microseconds since) { json.member("since", since.count()); });
  json.key("happenings").array();
  for (const Happening& each : sum.happenings) {
    json.object();
    json.member("moment", each.moment.count());
    json.member("what", conformance::shown(each.what));
    json.end();
  }
  json.end();
  json.key("away").array();
  for (const LoadSum::Away& away : sum.away) {
    json.value(away.start.count());
    json.value(away.end.count());
  }
  json.end();
  json.member("own_faults", sum.own_faults);
  json.member("own_fault", conformance::shown(sum.own_fault));
  json.member("validated", sum.validated);
}

// ---- Reading

// No run takes longer: sums of times do not overflow.
constexpr microseconds longest = std::chrono::hours(24 * 365 * 30);
constexpr std::int64_t coarsest = 1 << 20;  // seconds

microseconds time_in(const Members& from, const std::string& name, microseconds most = longest) {
  const microseconds out = from.time(name);
  if (out <= most) return out;
  from.complain(name, "is too long a time");
  return {};
}

Histogram histogram_in(const Members& from, const std::string& name) {
  const auto each = from.child(name);
  if (!each) return {};
  const std::vector<std::uint64_t> numbers = each->numbers("buckets");
  std::vector<Histogram::Bucket> buckets;
  for (std::size_t n = 0; n + 1 < numbers.size(); n += 2)
    buckets.push_back({microseconds(static_cast<std::int64_t>(std::min(numbers[n], std::uint64_t{1} << 40))), numbers[n + 1]});
  const auto time = [&](const char* of) { return microseconds(each->number<std::int64_t>(of)); };
  auto out = Histogram::of(buckets, time("least"), time("most"), time("sum"));
  if (!out || numbers.size() % 2 != 0) from.complain(name, "is no histogram");
  return out ? *out : Histogram();
}
Latency latency_in(const Members& from) { return {histogram_in(from, "service"), histogram_in(from, "planned")}; }
Latency latency_in(const Members& from, const std::string& name) {
  const auto each = from.child(name);
  return each ? latency_in(*each) : Latency();
}
Sketch sketch_in(const Members& from, const std::string& name) {
  const auto each = from.child(name);
  if (!each) return {};
  const std::vector<std::uint64_t> numbers = each->numbers("steps");
  std::vector<Sketch::Step> steps;
  for (std::size_t n = 0; n + 1 < numbers.size(); n += 2) {
    if (numbers[n] > UINT32_MAX || numbers[n + 1] > UINT32_MAX) from.complain(name, "has a number that is too large");
    steps.emplace_back(static_cast<std::uint32_t>(numbers[n]), static_cast<std::uint32_t>(numbers[n + 1]));
  }
  return {std::move(steps), time_in(*each, "most")};
}
Causes causes_in(const Members& from, const std::string& name) {
  Causes out;
  from.each(name, [&](const Members& each) { out.add(each.text("name"), each.text("example"), each.number("count")); });
  return out;
}
std::map<std::string, std::uint64_t> counts_in(const Members& from, const std::string& name) {
  std::map<std::string, std::uint64_t> out;
  from.each(name, [&](const Members& each) { out[each.text("name")] += each.number("count"); });
  return out;
}

Tally tally_of(const Members& from) {
  Tally out;
  Counts& counts = out.counts;
  counts.planned = from.number("planned");
  counts.done = from.number("done");
  counts.failed = from.number("failed");
  counts.dropped = from.number("dropped");
  counts.disturbed = from.number("disturbed");
  if (counts.disturbed > counts.failed) from.complain("disturbed", "is more than failed");
  counts.messages = from.number("messages");
  counts.busy = time_in(from, "busy", 100 * longest);
  counts.causes = causes_in(from, "causes");
  counts.dropped_causes = causes_in(from, "dropped_causes");
  counts.interaction = latency_in(from, "interaction");
  counts.lag = histogram_in(from, "lag");
  from.each("by_share", [&](const Members& each) { out.by_share.push_back(latency_in(each)); });
  out.connect = histogram_in(from, "connect");
  out.tls = histogram_in(from, "tls");
  out.first_answer = latency_in(from, "first_answer");
  out.call_back = latency_in(from, "call_back");
  out.job = latency_in(from, "job");
  out.connections = {from.number("opened"), from.number("kept"), from.number("full_handshakes"), from.number("resumed")};
  from.each("faults", [&](const Members& each) {
    out.faults[each.text("name")].merge({each.number("met"), each.number("answered"), each.number("refused"), each.number("closed"),
                                         each.number("silent"), each.number("cut"), each.number("failed")});
  });
  return out;
}

LoadSecond second_of(const Members& from) {
  LoadSecond out;
  out.start = time_in(from, "start");
  out.length = time_in(from, "length");
  out.planned = from.number("planned");
  out.done = from.number("done");
  out.failed = from.number("failed");
  out.dropped = from.number("dropped");
  out.messages = from.number("messages");
  out.latency = sketch_in(from, "latency");
  out.service = sketch_in(from, "service");
  out.lag = sketch_in(from, "lag");
  const std::vector<std::uint64_t> phones = from.numbers("phones");
  LoadSecond::Phones states{};
  std::copy_n(phones.begin(), std::min(phones.size(), states.size()), states.begin());
  out.phones = {states};
  out.errors = counts_in(from, "errors");
  out.deviations = counts_in(from, "deviations");
  out.cpu = std::max(from.real("cpu"), 0.0);
  out.descriptors = from.number("descriptors");
  return out;
}

std::optional<conformance::Level> level_named(std::string_view word) {
  for (const auto level : {conformance::Level::must, conformance::Level::should, conformance::Level::note})
    if (conformance::name_of(level) == word) return level;
  return std::nullopt;
}

LoadSum sum_of(const Members& from, const conformance::LoadPlan& plan) {
  LoadSum out;
  out.plan = plan;
  out.plan.storms.clear();
  if (const auto tally = from.child("tally")) out.tally = tally_of(*tally);
  out.grid = from.number<std::int64_t>("grid", 1);
  if (out.grid < 1 || out.grid > coarsest || !std::has_single_bit(static_cast<std::uint64_t>(out.grid))) {
    from.complain("grid", "is no number of seconds that a run is told in");
    out.grid = 1;
  }
  from.each("seconds", [&](const Members& each) {
    LoadSecond second = second_of(each);
    if (second.start % std::chrono::seconds(out.grid) != microseconds(0) || (!out.seconds.empty() && second.start <= out.seconds.back().start))
      each.complain("start", "is not where the next one begins");
    out.seconds.push_back(std::move(second));
  });
  from.each("rules", [&](const Members& each) {
    const std::string rule = each.text("name");
    out.rules[rule] = {rule, each.word("level", level_named, conformance::Level::must), each.number("count"), time_in(each, "first")};
  });
  from.each("causes", [&](const Members& each) { out.causes[each.text("name")] = time_in(each, "since"); });
  from.each("happenings", [&](const Members& each) { out.happenings.push_back({time_in(each, "moment"), each.text("what")}); });
  const std::vector<std::uint64_t> away = from.numbers("away");
  for (std::size_t n = 0; n + 1 < away.size(); n += 2) {
    constexpr auto most = static_cast<std::uint64_t>(longest.count());
    if (away[n] > most || away[n + 1] > most) from.complain("away", "has too long a time");
    else out.away.push_back({microseconds(static_cast<std::int64_t>(away[n])), microseconds(static_cast<std::int64_t>(away[n + 1]))});
  }
  out.own_faults = from.number("own_faults");
  out.own_fault = from.text("own_fault");
  out.validated = from.number("validated");
  return out;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> terms_of(const Plan& plan, const std::string& service) {
  std::vector<std::pair<std::string, std::string>> out = {{"program", UNDERSTUDY_VERSION},
                                                          {"service", service},
                                                          {"seed", std::to_string(plan.seed)},
                                                          {"phones", std::to_string(plan.phones)},
                                                          {"storm", plan.storm},
                                                          {"arrivals", plan.spacing == Spacing::even ? "evenly" : "by chance"}};
  for (const Phase& phase : plan.phases)
    out.emplace_back("phase " + phase.name, exactly(phase.from) + " to " + exactly(phase.to) + " a second, " + std::to_string(phase.at_work) +
                                                " at work, " + std::to_string(phase.length.count()) + " us");
  for (const fleet::Chance& each : plan.faults) out.emplace_back("fault", std::string(net::name_of(each.kind)) + " " + exactly(each.share));
  for (const Share& share : plan.behaviours) out.emplace_back("behaviour", share.name() + " " + exactly(share.weight));
  for (const Population& population : plan.populations) out.emplace_back("population", population.name + " " + exactly(population.weight));
  for (const Happening& each : plan.happenings) out.emplace_back(each.what, std::to_string(each.moment.count()) + " us");
  return out;
}

std::string json_of(const LoadPart& part) {
  std::string out;
  JsonWriter json(out);
  json.object();
  json.member("number", part.part.number + 1);
  json.member("of", part.part.of);
  json.member("host", conformance::shown(part.host));
  json.member("again", conformance::shown(part.again));
  json.key("plan").array();
  for (const auto& [name, value] : part.terms) {
    json.object();
    json.member("name", conformance::shown(name));
    json.member("value", conformance::shown(value));
    json.end();
  }
  json.end();
  json.key("thresholds").array();
  for (const std::string& text : part.thresholds) json.value(conformance::shown(text));
  json.end();
  if (part.clock) {
    json.key("clock").object();
    json.member("least", part.clock->least.count());
    json.member("most", part.clock->most.count());
    json.end();
  }
  write(json, part.sum);
  json.end();
  return out;
}

tl::expected<LoadPart, std::string> part_of_json(const std::string& text, const conformance::LoadPlan& plan) {
  const transcript::Parsed parsed = transcript::parse(text);
  if (!parsed.object) return tl::unexpected(parsed.error);
  std::optional<transcript::Wrong> wrong;
  const Members from(parsed.object, {}, wrong);
  LoadPart out;
  const std::uint64_t number = from.number("number"), of = from.number("of");
  if (number < 1 || of < 1 || number > of) from.complain("number", "is no number of a part of \"of\"");
  out.part = {number - 1, of};
  out.host = from.text("host");
  out.again = from.text("again");
  from.each("plan", [&](const Members& each) { out.terms.emplace_back(each.text("name"), each.text("value")); });
  from.each_word("thresholds", [&](const std::string& word) { out.thresholds.push_back(word); });
  if (const auto clock = from.child("clock"))
    out.clock = LoadClock::Difference{microseconds(clock->number<std::int64_t>("least")), microseconds(clock->number<std::int64_t>("most"))};
  out.sum = sum_of(from, plan);
  if (wrong) return tl::unexpected("load.part." + wrong->text);
  return out;
}

}  // namespace understudy::tools
