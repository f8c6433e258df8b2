#include "load_wish.h"

#include <Poco/DateTime.h>
#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeParser.h>
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <utility>

#include "again.h"
#include "load_acts.h"
#include "load_cast.h"
#include "load_limits.h"
#include "own_health.h"
#include "phone_addresses.h"
#include "reach.h"
#include "reports/plain.h"

namespace understudy::tools {

namespace {

using fleet::load::Plan;

// The addresses of --addresses; nullopt: there is no such option. The error is why phones cannot call from there, or are not
// to.
tl::expected<std::optional<net::AddressRange>, std::string> addresses_of(const LoadOptions& options, const net::Target& target,
                                                                    std::uint64_t phones) {
  if (options.simulated && (!options.addresses.empty() || options.door_per_phone || options.resumes))
    return tl::unexpected(std::string("--simulated has neither addresses nor TLS: leave --addresses, --door-per-phone and --resume out"));
  if (options.door_per_phone && !options.addresses.empty())
    return tl::unexpected(std::string("--addresses gives each phone an address with a door: leave --door-per-phone out"));
  if (options.door_per_phone && options.bind.empty() && is_on_loopback(target))
    return tl::unexpected(std::string("on loopback each phone has an address with a door: say --bind ADDR beside --door-per-phone"));
  if (options.addresses.empty()) return std::nullopt;
  if (!options.bind.empty()) return tl::unexpected(std::string("--bind is one address, --addresses one for each phone: leave one of them out"));
  auto range = net::AddressRange::of(options.addresses);
  if (!range) return tl::unexpected(std::move(range.error()));
  if (is_numeric(target.host) && (target.host.find(':') == std::string::npos) != range->is_v4())
    return tl::unexpected("from " + range->text() + " there is no way to " + target.host_header());
  if (std::string why = cannot_call_from(*range, phones); !why.empty()) return tl::unexpected(std::move(why));
  return std::move(*range);
}

// The error is one line.
tl::expected<std::vector<Threshold>, std::string> thresholds_of(const LoadOptions& options) {
  std::vector<std::string> texts = options.thresholds;
  if (!options.search.empty()) texts.push_back(options.search);
  std::vector<Threshold> out;
  for (const std::string& text : texts) {
    auto threshold = Threshold::of(text);
    if (!threshold) return tl::unexpected(std::move(threshold.error()));
    out.push_back(std::move(*threshold));
  }
  return out;
}

constexpr std::uint64_t most_parts = 10'000;
constexpr std::uint64_t worker_phones = scenarios::most_phones / locust_workers;

std::optional<std::uint64_t> whole_number(const std::string& text) {
  std::uint64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() && !text.empty() ? std::optional(out) : std::nullopt;
}

// Why not; empty: it can, or need not.
std::string cannot_search(const LoadOptions& options) {
  if (options.search.empty()) return "";
  if (!options.plan.empty() || !options.storm.empty() || options.at_work > 0 || options.ramp.count() > 0)
    return "--search tries one steady rate after the other, from --arrival on: leave --plan, --storm, "
           "--at-work and --ramp out beside it";
  return "";
}

// Why not; empty: it can, or need not.
std::string cannot_be_a_part(const LoadOptions& options) {
  if (options.threads > 1 && options.simulated) return "--simulated has one thread: leave --threads out";
  if (!options.start_at.empty() && options.simulated) return "--simulated begins at once: leave --start-at out";
  if (!options.start_at.empty() && !options.search.empty()) return "--search plays many plans, and --start-at is the moment of one: leave one of them out";
  if (options.shard.empty()) return "";
  const ReportOptions& report = options.report;
  if (!options.search.empty()) return "--search tries the next rate by what all parts came to: leave --shard or --search out";
  if (options.abort_after) return "--abort-after judges what all parts came to: leave --shard or --abort-after out";
  if (!report.baseline.empty() || !report.write_baseline.empty() || !report.require.empty())
    return "--baseline, --write-baseline and --require judge what all parts came to: leave them out beside --shard";
  if (report.json.empty()) return "--shard plays a part, which `understudy report` adds to the others: say --json FILE";
  return "";
}

// Why not; empty: it can, or need not.
std::string cannot_be_a_worker(const LoadOptions& options, std::uint64_t phones) {
  if (options.locust.empty()) return "";
  const auto given = [&](bool is, const char* name) { return is ? std::string(name) : ""; };
  for (const std::string& name :
       {given(options.simulated, "--simulated"), given(!options.arrival.empty(), "--arrival"), given(options.at_work > 0, "--at-work"),
        given(options.length.count() > 0, "--for"), given(options.ramp.count() > 0, "--ramp"), given(options.by_chance, "--by-chance"),
        given(!options.storm.empty(), "--storm"), given(!options.search.empty(), "--search"), given(!options.shard.empty(), "--shard"),
        given(!options.start_at.empty(), "--start-at"), given(options.abort_after.has_value(), "--abort-after")})
    if (!name.empty()) return "the Locust master says how many phones do what, and when: leave " + name + " out beside --locust";
  if (options.threads > 1) return "a worker of Locust has one thread, and a machine several workers: leave --threads out beside --locust";
  if (!options.metrics.empty()) return "the Locust master shows how it goes: leave --metrics out beside --locust";
  if (phones > worker_phones)
    return "a worker of Locust has up to " + fleet::load::grouped(worker_phones) + " phones: plan fewer, and more workers";
  return "";
}

// The error is one line.
tl::expected<fleet::load::Part, std::string> part_of(const LoadOptions& options, std::uint64_t phones) {
  fleet::load::Part out;
  if (!options.shard.empty()) {
    const std::size_t slash = options.shard.find('/');
    const auto number = whole_number(options.shard.substr(0, slash)), of = whole_number(slash == std::string::npos ? "" : options.shard.substr(slash + 1));
    if (!number || !of || *number < 1 || *of < 1 || *number > *of || *of > most_parts)
      return tl::unexpected("--shard: \"" + options.shard + "\" is no part of a plan: 1/4 to 4/4 are those of four; up to " + std::to_string(most_parts) + " there may be");
    out = {*number - 1, *of};
  }
  const std::uint64_t hands = out.of * options.threads;
  if (hands > phones)
    return tl::unexpected("the plan has " + conformance::counted(phones, "phone") + ": that is none for some of " + std::to_string(hands) +
                          (options.threads > 1 ? " threads" : " parts"));
  return out;
}

}  // namespace

tl::expected<std::optional<std::chrono::system_clock::time_point>, std::string> moment_of(const std::string& text) {
  if (text.empty()) return std::nullopt;
  Poco::DateTime moment;
  int zone = 0;
  // Without a zone it would be another moment on another machine.
  const bool has_zone = text.size() >= 20 && text[10] == 'T' && (text.back() == 'Z' || text.find_first_of("+-", 11) != std::string::npos);
  if (!has_zone || !Poco::DateTimeParser::tryParse(Poco::DateTimeFormat::ISO8601_FRAC_FORMAT, text, moment, zone))
    return tl::unexpected("--start-at: \"" + text + "\" is no moment as ISO 8601 writes it: 2026-03-01T12:00:00Z");
  moment.makeUTC(zone);
  return std::chrono::system_clock::time_point(std::chrono::microseconds(moment.timestamp().epochMicroseconds()));
}

bool LoadWish::polls() const {
  return std::any_of(plan().behaviours.begin(), plan().behaviours.end(),
                     [](const auto& share) { return share.behaviour == fleet::load::Behaviour::poll; });
}

tl::expected<LoadWish, Refusal> understand(const LoadOptions& options, const std::string& url) {
  const auto wrong = [](std::string why) { return tl::unexpected(Refusal{exit_wrong_command_line, std::move(why)}); };
  LoadWish out;
  auto production = understand(static_cast<const PlayOptions&>(options), url);
  if (!production) return tl::unexpected(std::move(production.error()));
  out.production = std::move(*production);
  auto wanted = wanted_of(options, out.production.traits);
  if (!wanted) return tl::unexpected(std::move(wanted.error()));
  out.wanted = std::move(*wanted);
  if (std::string why = cannot_be_a_worker(options, out.plan().phones); !why.empty()) return wrong(std::move(why));
  if (!options.locust.empty()) {
    out.wanted.plan.master = options.locust;
    out.wanted.plan.phases.clear();
  }
  auto thresholds = thresholds_of(options);
  if (!thresholds) return wrong(std::move(thresholds.error()));
  out.thresholds = std::move(*thresholds);
  if (std::string why = cannot_search(options); !why.empty()) return wrong(std::move(why));
  if (std::string why = cannot_be_a_part(options); !why.empty()) return wrong(std::move(why));
  auto part = part_of(options, out.plan().phones);
  if (!part) return wrong(std::move(part.error()));
  out.part = *part;
  auto start_at = moment_of(options.start_at);
  if (!start_at) return wrong(std::move(start_at.error()));
  out.start_at = *start_at;
  const std::uint64_t phones = out.part.below(out.plan().phones);
  auto addresses = addresses_of(options, out.production.target, phones);
  if (!addresses) return wrong(std::move(addresses.error()));
  out.addresses = std::move(*addresses);
  auto scenarios = scenarios_of(out.plan());
  if (!scenarios) return tl::unexpected(std::move(scenarios.error()));
  out.scenarios = std::move(*scenarios);
  auto triggers = triggers_of(options);
  if (!triggers) return tl::unexpected(std::move(triggers.error()));
  out.triggers = std::move(*triggers);

  out.on_loopback = is_on_loopback(out.production.target);
  out.one_address = !out.addresses && (!out.on_loopback || !options.bind.empty());
  out.descriptors = raise_descriptor_limit();
  out.ports = local_ports();
  if (options.simulated) return out;
  LoadMeans means;
  means.descriptors = out.descriptors;
  means.ports = out.ports;
  means.one_address = out.one_address;
  means.timeout = out.production.traits.waits.answer;
  means.kept = options.keeps_connections ? (out.polls() ? 2 : 1) : 0;
  means.doors = options.door_per_phone ? phones : 0;
  means.part = out.part;
  if (std::string why = does_not_fit(out.plan(), means); !why.empty()) return wrong(std::move(why));
  return out;
}

std::string again_command(const LoadOptions& options, Again again) {
  std::string out = "understudy load " +
                    (options.simulated ? std::string("--simulated") : quoted(options.url)) +
                    (options.plan.empty() ? " --phones " + std::to_string(options.count) : "");
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) out += std::string(" ") + name + " " + quoted(value);
  };
  const auto time = [&](const char* name, microseconds value) {
    if (value.count() > 0) add(name, std::to_string(value.count() / 1000) + "ms");
  };
  add("--locust", options.locust);
  add("--plan", options.plan);
  add("--storm", options.storm);
  add("--arrival", options.arrival);
  if (options.at_work > 0) add("--at-work", std::to_string(options.at_work));
  time("--for", options.length);
  time("--ramp", options.ramp);
  for (const std::string& behaviour : options.behaviours) add("--behaviour", behaviour);
  if (options.by_chance) out += " --by-chance";
  for (const std::string& threshold : options.thresholds) add("--threshold", threshold);
  add("--search", options.search);
  add("--addresses", options.addresses);
  if (options.door_per_phone) out += " --door-per-phone";
  if (options.validate != LoadOptions().validate) out += " --validate " + percent_of(options.validate);
  if (options.keeps_connections) out += " --connections kept";
  if (options.resumes) out += " --resume";
  if (options.threads > 1) out += " --threads " + std::to_string(options.threads);
  if (again == Again::this_part) add("--shard", options.shard);
  if (!options.mobile_users_text.empty()) {
    const std::string& text = options.mobile_users_text;
    add("--mobile-user", options.report.show_secrets ? text : text.substr(0, text.find(':')) + ":***");
  }
  return out + again_options(options);
}

std::string percent_of(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g%%", share * 100);
  return text;
}

}  // namespace understudy::tools
