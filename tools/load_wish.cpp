#include "load_wish.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "again.h"
#include "load_acts.h"
#include "load_cast.h"
#include "load_limits.h"
#include "own_health.h"
#include "phone_addresses.h"
#include "reach.h"

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

// Why not; empty: it can, or need not.
std::string cannot_search(const LoadOptions& options) {
  if (options.search.empty()) return "";
  if (!options.plan.empty() || !options.storm.empty() || options.at_work > 0 || options.ramp.count() > 0)
    return "--search tries one steady rate after the other, from --arrival on: leave --plan, --storm, "
           "--at-work and --ramp out beside it";
  return "";
}

}  // namespace

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
  auto thresholds = thresholds_of(options);
  if (!thresholds) return wrong(std::move(thresholds.error()));
  out.thresholds = std::move(*thresholds);
  if (std::string why = cannot_search(options); !why.empty()) return wrong(std::move(why));
  auto addresses = addresses_of(options, out.production.target, out.plan().phones);
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
  means.doors = options.door_per_phone ? out.plan().phones : 0;
  if (std::string why = does_not_fit(out.plan(), means); !why.empty()) return wrong(std::move(why));
  return out;
}

std::string again_command(const LoadOptions& options) {
  std::string out = "understudy load " +
                    (options.simulated ? std::string("--simulated") : quoted(options.url)) +
                    (options.plan.empty() ? " --phones " + std::to_string(options.count) : "");
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) out += std::string(" ") + name + " " + quoted(value);
  };
  const auto time = [&](const char* name, microseconds value) {
    if (value.count() > 0) add(name, std::to_string(value.count() / 1000) + "ms");
  };
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
