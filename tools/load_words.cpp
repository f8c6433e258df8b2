#include "load_words.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <optional>
#include <utility>

#include "commands.h"
#include "fleet/load/storms.h"
#include "reports/load_csv.h"
#include "reports/plain.h"
#include "rules/nearest.h"
#include "rules/rule.h"
#include "scenarios/behaviour.h"
#include "scenarios/duration.h"
#include "scenarios/language/library.h"
#include "scenarios/rate.h"
#include "transcript/written_file.h"

namespace understudy::tools {

namespace {

using namespace fleet::load;
using conformance::LoadLatency;
using conformance::LoadResult;
using conformance::shown;

std::optional<double> number_of(std::string_view text) {
  double out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(out) || out < 0)
    return std::nullopt;
  return out;
}

constexpr std::array<std::pair<std::string_view, microseconds LoadLatency::*>, 7> measures = {
    {{"p50", &LoadLatency::p50},
     {"p90", &LoadLatency::p90},
     {"p95", &LoadLatency::p95},
     {"p99", &LoadLatency::p99},
     {"p999", &LoadLatency::p999},
     {"max", &LoadLatency::max},
     {"mean", &LoadLatency::mean}}};

microseconds LoadLatency::*measure_named(std::string_view name) {
  for (const auto& [known, member] : measures)
    if (known == name) return member;
  return nullptr;
}

// Lines of the latency table that are not about a behaviour, as thresholds name them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> lines = {
    {{"connect", "connect"},
     {"tls", "TLS"},
     {"first-answer", "first answer"},
     {"interaction", "whole interaction"},
     {"contact-me", "contact-me to call-back"},
     {"job", "job queued to done"}}};

std::string without_zeros(double value) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.4g", value);
  return text.data();
}

const conformance::LoadLatencyRow* row_of(const LoadResult& load, const std::string& name) {
  std::string_view line;
  for (const auto& [word, known] : lines)
    if (word == name) line = known;
  const bool behaviour = line.empty();
  for (const auto& row : load.latency)
    if (behaviour ? row.name == "whole interaction" && row.of == name : row.name == line && row.of.empty())
      return &row;
  return nullptr;
}

// The name of a latency as it stands in the table; the error is the end of a sentence.
tl::expected<std::string, std::string> latency_named(const std::string& name) {
  std::vector<std::string_view> names;
  for (const auto& [word, line] : lines) names.push_back(word);
  if (std::find(names.begin(), names.end(), name) != names.end()) return name;
  if (const auto behaviour = scenarios::behaviour_of(name)) return behaviour->name();
  for (const Behaviour each : plain_behaviours) names.push_back(name_of(each));
  for (const auto& shipped : scenarios::language::library()) names.push_back(shipped.name);
  const std::string_view nearest = conformance::nearest(name, names);
  return tl::unexpected("nothing is measured as \"" + shown(name) + "\"" +
                        (nearest.empty() ? "" : "; did you mean " + std::string(nearest) + "?"));
}

}  // namespace

tl::expected<Share, std::string> share_of(const std::string& text) {
  const std::size_t sign = text.find('=');
  const std::string name = text.substr(0, sign);
  auto out = scenarios::behaviour_of(name);
  if (!out) return tl::unexpected(shown(out.error()));
  if (sign == std::string::npos) return out;
  const auto weight = number_of(std::string_view(text).substr(sign + 1));
  if (!weight || *weight <= 0)
    return tl::unexpected("\"" + shown(text) + "\" has no weight; write " + shown(name) + "=3");
  out->weight = *weight;
  return out;
}

tl::expected<Plan, std::string> plan_of(const LoadOptions& options) {
  Plan plan;
  if (!options.storm.empty()) {
    const Storm* storm = find_storm(options.storm);
    if (!storm) {
      std::vector<std::string_view> names;
      std::string all;
      for (const Storm& each : storms()) {
        names.push_back(each.name);
        all += (all.empty() ? "" : ", ") + std::string(each.name);
      }
      const std::string_view nearest = conformance::nearest(options.storm, names);
      return tl::unexpected(
          "there is no storm \"" + shown(options.storm) + "\"; " +
          (nearest.empty() ? "there are " + all : "did you mean " + std::string(nearest) + "?"));
    }
    if (!options.arrival.empty() || !options.behaviours.empty() || options.at_work > 0)
      return tl::unexpected(std::string(
          "--storm says itself what phones do, and how often: it goes with --phones and --for alone"));
    plan = storm->plan(options.count, options.length.count() > 0 ? options.length : storm->usual);
    plan.storm = std::string(storm->name) + ": " + std::string(storm->text);
    // People log on in the morning, where somebody can.
    if (storm->name == "morning" && !options.mobile_users.empty()) {
      Share log_on = *scenarios::behaviour_of("log-on");
      log_on.weight = 4;
      plan.behaviours.push_back(std::move(log_on));
    }
  } else {
    if (!options.arrival.empty() && options.at_work > 0)
      return tl::unexpected(std::string(
          "--arrival is a plan that nothing changes, --at-work one that waits for the service: one of them"));
    Phase phase;
    phase.name = "steady";
    phase.length = options.length.count() > 0 ? options.length : microseconds(std::chrono::seconds(30));
    phase.at_work = options.at_work;
    if (phase.at_work == 0) {
      const auto rate = scenarios::rate_of(options.arrival.empty() ? "10/s" : options.arrival);
      if (!rate) return tl::unexpected(shown(rate.error()));
      phase.from = phase.to = *rate;
    }
    if (options.ramp.count() > 0 && phase.at_work == 0) {
      Phase ramp = phase;
      ramp.name = "ramp";
      ramp.length = options.ramp;
      ramp.from = 0;
      plan.phases.push_back(ramp);
    }
    plan.phases.push_back(phase);
    if (!options.behaviours.empty()) plan.behaviours.clear();
    for (const std::string& text : options.behaviours) {
      const auto share = share_of(text);
      if (!share) return tl::unexpected(share.error());
      plan.behaviours.push_back(*share);
    }
    if (options.by_chance) plan.spacing = Spacing::poisson;
  }
  plan.phones = options.count;
  plan.seed = options.phones.seed;
  if (plan.phases.back().at_work > plan.phones)
    return tl::unexpected(grouped(plan.phases.back().at_work) + " cannot be at work among " +
                          grouped(plan.phones) + " phones");
  if (plan.arrivals() == 0 && plan.phases.back().at_work == 0)
    return tl::unexpected(std::string("nothing would be done in that time at that rate"));
  return plan;
}

tl::expected<Threshold, std::string> Threshold::of(const std::string& text) {
  const auto wrong = [&](const std::string& why) {
    return tl::unexpected("\"" + shown(text) + "\" is no threshold: " + why);
  };
  const std::size_t at = text.find_first_of("<>=");
  if (at == std::string::npos || at == 0)
    return wrong("write start-up.p99<800ms, errors<0.1% or rule.nonce.echo=0");
  Threshold out;
  out.text_ = text;
  const bool or_same = text[at] != '=' && at + 1 < text.size() && text[at + 1] == '=';
  out.sign_ = text[at] == '='   ? Sign::same
              : text[at] == '<' ? (or_same ? Sign::less_or_same : Sign::less)
                                : (or_same ? Sign::more_or_same : Sign::more);
  const std::string left = text.substr(0, at);
  std::string right = text.substr(at + (or_same ? 2 : 1));
  if (left == "errors" || left == "dropped") {
    out.kind_ = left == "errors" ? Kind::failed : Kind::dropped;
    out.share_ = right.ends_with('%');
    if (out.share_) right.pop_back();
  } else if (left == "rate") {
    out.kind_ = Kind::rate;
    if (right.ends_with("/s")) right.resize(right.size() - 2);
  } else if (left.starts_with("rule.")) {
    out.kind_ = Kind::rule;
    out.name_ = left.substr(5);
    if (const auto rules = conformance::Selection::of({out.name_}, {}); !rules) return wrong(rules.error());
  } else {
    const std::size_t dot = left.rfind('.');
    out.measure_ = dot == std::string::npos ? left : left.substr(dot + 1);
    out.name_ = dot == std::string::npos ? "interaction" : left.substr(0, dot);
    if (!measure_named(out.measure_))
      return wrong("\"" + shown(out.measure_) + "\" is not p50, p90, p95, p99, p999, max or mean");
    auto name = latency_named(out.name_);
    if (!name) return wrong(name.error());
    out.name_ = std::move(*name);
    const auto time = scenarios::duration_of(right);
    if (!time) return wrong(time.error());
    out.bound_ = static_cast<double>(time->count());
    return out;
  }
  const auto bound = number_of(right);
  if (!bound) return wrong("\"" + shown(right) + "\" is no number");
  out.bound_ = *bound;
  return out;
}

bool Threshold::holds(double value) const {
  switch (sign_) {
    case Sign::less:
      return value < bound_;
    case Sign::less_or_same:
      return value <= bound_;
    case Sign::more:
      return value > bound_;
    case Sign::more_or_same:
      return value >= bound_;
    case Sign::same:
      return value == bound_;
  }
  return false;
}

conformance::LoadThreshold Threshold::judge(const LoadResult& load) const {
  conformance::LoadThreshold out;
  out.text = text_;
  out.came = "nothing was measured";
  switch (kind_) {
    case Kind::latency: {
      const auto* row = row_of(load, name_);
      if (!row || row->service.count == 0) return out;
      const microseconds came =
          (row->planned.count > 0 ? row->planned : row->service).*measure_named(measure_);
      out.came = conformance::spoken(came);
      out.met = holds(static_cast<double>(came.count()));
      return out;
    }
    case Kind::failed:
    case Kind::dropped: {
      if (load.totals.planned == 0) return out;
      // What a fault of a phone made fail is no error of the service.
      const auto count =
          static_cast<double>(kind_ == Kind::failed ? load.totals.failed - load.totals.disturbed : load.totals.dropped);
      const double value = share_ ? count * 100 / static_cast<double>(load.totals.planned) : count;
      out.came = without_zeros(value) + (share_ ? " %" : "");
      out.met = holds(value);
      return out;
    }
    case Kind::rule: {
      std::uint64_t count = 0;
      for (const auto& rule : load.rules)
        if (rule.rule == name_ || rule.rule.starts_with(name_ + ".")) count += rule.count;
      out.came = std::to_string(count);
      out.met = load.messages > 0 && holds(static_cast<double>(count));
      return out;
    }
    case Kind::rate: {
      microseconds planned{};
      for (const auto& phase : load.plan.phases) planned += phase.length;
      const microseconds length = load.plan.phases.empty() ? load.taken : std::min(planned, load.taken);
      if (length.count() <= 0) return out;
      const double value =
          static_cast<double>(load.totals.done) / std::chrono::duration<double>(length).count();
      out.came = without_zeros(value) + "/s";
      out.met = holds(value);
      return out;
    }
  }
  return out;
}

std::string write_csv(const std::string& path, const conformance::LoadResult& load) {
  const auto written = transcript::write_file(path, conformance::intervals_csv(load), false);
  return written ? "" : path + ": cannot be written: " + std::strerror(written.error());
}

}  // namespace understudy::tools
