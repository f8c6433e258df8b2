// What the charts of a load show: rate, latency, phones, errors, deviations over load, and ourselves.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <numeric>

#include "look/shown.h"
#include "reports/load_html.h"
#include "reports/plain.h"

namespace understudy::conformance {

namespace {

constexpr std::size_t most_strips = 12;

std::uint64_t at(const std::vector<std::uint64_t>& counts, std::size_t place) {
  return place < counts.size() ? counts[place] : 0;
}

double a_second(std::uint64_t count, const LoadInterval& each) {
  const double length = std::chrono::duration<double>(each.length).count();
  return length > 0 ? static_cast<double>(count) / length : 0.0;
}

std::string key_of(const std::vector<std::pair<std::string_view, std::string>>& entries) {
  std::string out = "<ul class=\"chart-key small\">";
  for (const auto& [css, text] : entries)
    out += "<li><svg width=\"28\" height=\"12\" aria-hidden=\"true\"><path class=\"" + std::string(css) +
           (css.starts_with("area") || css.starts_with("heat") ? "\" d=\"M2 1h24v10h-24z\"/></svg> "
                                                               : "\" d=\"M0 6h28\"/></svg> ") +
           text + "</li>";
  return out + "</ul>";
}

std::string rate_chart(const LoadResult& load, const LoadTimeline& time) {
  double most = 0.0;
  for (const LoadInterval& each : time.intervals())
    most = std::max(
        {most, a_second(each.planned, each), a_second(each.done + each.failed + each.dropped, each)});
  const double top = round_top(most);
  const std::string title = "Rate: planned, and what became of it";
  Chart chart = time.chart(
      "load-rate-chart", title,
      "Interactions a second over time, from 0 to " + short_number(top) + ". Planned " +
          look::grouped(load.totals.planned) + ", done " + look::grouped(load.totals.done) + ", failed " +
          look::grouped(load.totals.failed) + ", dropped " + look::grouped(load.totals.dropped) + ".",
      220, true);
  for (const double y : {0.0, 0.5, 1.0}) chart.y_tick(y, short_number(y * top));
  time.time_ticks(chart);
  std::vector<ChartBar> done, failed, dropped;
  std::vector<ChartPoint> planned;
  for (const LoadInterval& each : time.intervals()) {
    const double from = time.at(each.start), to = time.end_of(each);
    const double first = a_second(each.done, each) / top,
                 second = a_second(each.done + each.failed, each) / top,
                 third = a_second(each.done + each.failed + each.dropped, each) / top;
    done.push_back({from, to, 0.0, first});
    failed.push_back({from, to, first, second});
    dropped.push_back({from, to, second, third});
    planned.push_back({from, a_second(each.planned, each) / top});
  }
  chart.bars("area done", done);
  chart.bars("area failed", failed);
  chart.bars("area dropped", dropped);
  chart.steps("line planned", planned);
  return figure_html(
      "load-rate", title,
      "Interactions a second. What lies between the line and the columns was still to come, or late.",
      key_of({{"line planned", "planned"},
              {"area done", "done"},
              {"area failed", "failed, above done"},
              {"area dropped", "dropped by us, above both"}}),
      chart.svg(),
      time.table({"planned", "done", "failed", "dropped"},
                 [](const LoadInterval& each) -> std::vector<std::string> {
                   return {look::grouped(each.planned), look::grouped(each.done), look::grouped(each.failed),
                           look::grouped(each.dropped)};
                 }));
}

// A power of ten in words: "1 ms", "10 s".
std::string decade_in_words(int decade) {
  const double us = std::pow(10.0, decade);
  return us < 1e3   ? short_number(us) + " µs"
         : us < 1e6 ? short_number(us / 1e3) + " ms"
                    : short_number(us / 1e6) + " s";
}

std::string latency_chart(const LoadResult&, const LoadTimeline& time) {
  // Decades that are used, of microseconds.
  int low = 8, high = 0;
  std::uint64_t most = 0;
  microseconds longest{};
  for (const LoadInterval& each : time.intervals()) {
    longest = std::max(longest, each.max);
    for (const auto& [bucket, count] : each.heat) {
      const auto decade = static_cast<int>(std::min<std::size_t>(bucket, heat::buckets - 1) / heat::a_decade);
      low = std::min(low, decade);
      high = std::max(high, decade + 1);
      most = std::max(most, count);
    }
    if (each.done != 0) {
      const double decades = std::log10(static_cast<double>(std::max<std::int64_t>(each.max.count(), 1)));
      low = std::min(low, static_cast<int>(
                              std::log10(static_cast<double>(std::max<std::int64_t>(each.p50.count(), 1)))));
      high = std::max(high, static_cast<int>(std::ceil(decades)));
    }
  }
  if (low >= high)
    return "<p id=\"load-latency\" class=\"quiet\">No interaction was done, so there is no latency.</p>\n";
  high = std::min(high, 12);  // eleven days
  const double decades = high - low;
  const auto y = [&](double log10_of) { return (log10_of - low) / decades; };
  const auto y_of = [&](microseconds latency) {
    return y(std::log10(static_cast<double>(std::max<std::int64_t>(latency.count(), 1))));
  };
  const std::string title = "Latency of whole interactions, from the planned moment";
  Chart chart = time.chart("load-latency-chart", title,
                           "Over time, on a logarithmic scale from " + decade_in_words(low) + " to " +
                               decade_in_words(high) + ". The longest took " + look::duration(longest) + ".",
                           260, true);
  for (int decade = low; decade <= high; ++decade) chart.y_tick(y(decade), decade_in_words(decade));
  time.time_ticks(chart);

  // Five strengths, each so many times the one before: what is rare is seen too. Two buckets are one cell.
  constexpr std::size_t strengths = 5, together = 2;
  std::vector<std::vector<ChartBar>> cells(strengths);
  const double scale = std::log1p(static_cast<double>(most) * together);
  for (const LoadInterval& each : time.intervals()) {
    std::vector<std::uint64_t> counts(heat::buckets / together);
    for (const auto& [bucket, count] : each.heat)
      counts[std::min<std::size_t>(bucket, heat::buckets - 1) / together] += count;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (counts[i] == 0) continue;
      const double share = scale > 0 ? std::log1p(static_cast<double>(counts[i])) / scale : 1.0;
      const auto strength = std::min(static_cast<std::size_t>(share * strengths), strengths - 1);
      const double from = y(static_cast<double>(i * together) / heat::a_decade),
                   to = y(static_cast<double>((i + 1) * together) / heat::a_decade);
      std::vector<ChartBar>& same = cells[strength];
      // A run of the same strength is one bar.
      const auto before =
          std::find_if(same.rbegin(), same.rend(), [&](const ChartBar& bar) { return bar.bottom == from; });
      if (before != same.rend() && before->to == time.at(each.start))
        before->to = time.end_of(each);
      else
        same.push_back({time.at(each.start), time.end_of(each), from, to});
    }
  }
  constexpr std::string_view css[strengths] = {"heat h1", "heat h2", "heat h3", "heat h4", "heat h5"};
  for (std::size_t i = 0; i < strengths; ++i) chart.bars(css[i], cells[i]);

  const std::pair<std::string_view, microseconds LoadInterval::*> lines[] = {{"max", &LoadInterval::max},
                                                                             {"p99", &LoadInterval::p99},
                                                                             {"p95", &LoadInterval::p95},
                                                                             {"p50", &LoadInterval::p50}};
  for (const auto& [name, member] : lines) {
    std::vector<ChartPoint> points;
    double last = std::nan("");
    for (const LoadInterval& each : time.intervals()) {
      const double here = each.done != 0 ? y_of(each.*member) : std::nan("");
      points.push_back({time.at(each.start), here});
      if (each.done != 0) last = here;
    }
    if (std::isnan(last)) continue;
    chart.steps("line " + std::string(name), points);
    chart.label(last, name);
  }
  return figure_html(
      "load-latency", title,
      "Logarithmic scale; gaps where nothing was done. The darker a cell, the more interactions took so "
      "long, on a "
      "logarithmic scale too: the darkest stands for up to " +
          look::grouped(most) + " in a bucket.",
      key_of({{"line p50", "p50"},
              {"line p95", "p95"},
              {"line p99", "p99"},
              {"line max", "longest"},
              {"heat h1", "few"},
              {"heat h5", "many"}}),
      chart.svg(),
      time.table({"done", "p50 (ms)", "p95 (ms)", "p99 (ms)", "longest (ms)", "p99, service time (ms)"},
                 [](const LoadInterval& each) -> std::vector<std::string> {
                   if (each.done == 0) return {"0", "none done", "", "", "", ""};
                   return {look::grouped(each.done), in_ms(each.p50), in_ms(each.p95),
                           in_ms(each.p99),          in_ms(each.max), in_ms(each.service_p99)};
                 }));
}

using Strip = LoadTimeline::Strip;

std::string states_chart(const LoadResult& load, const LoadTimeline& time) {
  std::vector<Strip> strips;
  std::vector<std::string> heads;
  for (std::size_t i = 0; i < std::min(load.states.size(), most_strips); ++i) {
    std::uint64_t most = 0;
    for (const LoadInterval& each : load.intervals) most = std::max(most, at(each.phones, i));
    heads.push_back(safe(load.states[i]));
    strips.push_back({"<strong>" + safe(load.states[i]) + "</strong>", shown(load.states[i]),
                      "at most " + look::grouped(most), "area phones",
                      [i](const LoadInterval& each) { return static_cast<double>(at(each.phones, i)); }, 0.0,
                      "", "", true});
  }
  if (strips.empty()) return {};
  return figure_html("load-states", "What the phones were doing",
                     "Phones in each state, each on a scale of its own.", "",
                     time.strips("load-states-chart", strips),
                     time.table(heads, [n = strips.size()](const LoadInterval& each) {
                       std::vector<std::string> out;
                       for (std::size_t i = 0; i < n; ++i) out.push_back(look::grouped(at(each.phones, i)));
                       return out;
                     }));
}

std::string errors_chart(const LoadResult& load, const LoadTimeline& time) {
  // The most frequent first.
  std::vector<std::size_t> order(load.causes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return load.causes[a].count > load.causes[b].count; });
  while (!order.empty() && load.causes[order.back()].count == 0) order.pop_back();
  if (order.empty()) return "<p id=\"load-errors\">" + chip("held", "No interaction failed.") + "</p>\n";
  std::vector<Strip> strips;
  std::vector<std::string> heads;
  const std::size_t shown_of_them = std::min(order.size(), most_strips);
  std::uint64_t rest = 0;
  for (std::size_t k = 0; k < order.size(); ++k) {
    const LoadCount& cause = load.causes[order[k]];
    if (k >= shown_of_them) {
      rest += cause.count;
      continue;
    }
    heads.push_back(safe(cause.name));
    strips.push_back(
        {"<strong>" + safe(cause.name) + "</strong> <span class=\"n\">" + look::grouped(cause.count) +
             "</span>",
         shown(cause.name),
         cause.example.empty() ? "" : "the first: " + safe(look::clipped(shown(cause.example), 160)),
         "area failed",
         [i = order[k]](const LoadInterval& each) { return a_second(at(each.errors, i), each); }, 0.0, "",
         "/s", true});
  }
  order.resize(shown_of_them);
  return figure_html(
      "load-errors",
      "Why interactions failed: " + safe(load.causes[order.front()].name) +
          (order.size() > 1 ? " most often" : ""),
      "Failures a second by cause, the most frequent first, each on a scale of its own." +
          (rest == 0 ? std::string()
                     : " " + look::grouped(rest) + " more have other causes: see the table of causes."),
      "", time.strips("load-errors-chart", strips), time.table(heads, [order](const LoadInterval& each) {
        std::vector<std::string> out;
        for (const std::size_t i : order) out.push_back(look::grouped(at(each.errors, i)));
        return out;
      }));
}

std::string percent(double share) {
  const double hundred = share * 100.0;
  return decimal(hundred, hundred == 0 ? 0 : hundred < 0.1 ? 3 : hundred < 10 ? 2 : 1) + " %";
}

// The load from which on a rule deviates, in words.
std::string onset(const std::vector<LoadPoint>& points) {
  const auto first =
      std::find_if(points.begin(), points.end(), [](const LoadPoint& each) { return each.deviated != 0; });
  if (first == points.end()) return "";
  if (!std::all_of(first, points.end(), [](const LoadPoint& each) { return each.deviated != 0; }))
    return "at some rates and not at others, the lowest " + decimal(first->rate, 0) + "/s";
  if (first == points.begin()) return "at every rate";
  return "not up to " + decimal(std::prev(first)->rate, 0) + "/s, but from " + decimal(first->rate, 0) +
         "/s on";
}

std::string deviations_chart(const LoadResult& load, const OnPage& page) {
  if (load.rules.empty())
    return "<p id=\"load-deviations\">" + chip("held", "No rule deviated under this load.") + "</p>\n";
  std::string charts;
  ChartTable table{{"rule", "at (interactions/s)", "judged", "deviated", "share"}, {}, {}};
  std::vector<std::vector<LoadPoint>> all;
  double right = 0.0;
  for (std::size_t i = 0; i < std::min(load.rules.size(), most_strips); ++i) {
    all.push_back(deviations_over_load(load, i));
    for (const LoadPoint& point : all.back()) right = std::max(right, point.rate);
  }
  right = round_top(right);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const LoadDeviation& rule = load.rules[i];
    double most = 0.0;
    for (const LoadPoint& point : all[i]) most = std::max(most, point.share());
    const double top = std::min(round_top(most), 1.0);
    const std::string when = onset(all[i]);
    Chart chart("load-deviations-chart-" + std::to_string(i),
                shown(rule.rule) + ": share that deviates, over the rate",
                "From 0 to " + percent(top) + " over 0 to " + short_number(right) +
                    " interactions a second. Deviates " + (when.empty() ? "at no time" : when) + ".",
                96);
    for (const double y : {0.0, 1.0}) chart.y_tick(y, y == 0.0 ? "0" : percent(top));
    for (const double x : {0.0, 0.25, 0.5, 0.75, 1.0})
      chart.x_tick(x, i + 1 == all.size() ? short_number(x * right) + (x == 1.0 ? "/s" : "") : "");
    std::vector<ChartPoint> points;
    for (const LoadPoint& point : all[i]) {
      points.push_back({point.rate / right, point.share() / top});
      table.rows.push_back({rule_link(page, rule.rule), decimal(point.rate, 1), look::grouped(point.judged),
                            look::grouped(point.deviated), percent(point.share())});
    }
    const std::string css(css_of(rule.level));
    chart.line("line curve " + css, points);
    for (const ChartPoint& point : points) chart.mark("dot " + css, point);
    charts += "<p class=\"strip small\">" + chip(css_of(rule.level), name_of(rule.level)) + " " +
              rule_link(page, rule.rule) + " <span class=\"n\">" + look::grouped(rule.count) +
              "×</span> <span class=\"quiet\">" + (when.empty() ? "" : safe(when) + "; ") + "first after " +
              safe(look::duration(rule.first)) + "</span></p>" + chart.svg();
  }
  const std::size_t more = load.rules.size() - all.size();
  return figure_html(
      "load-deviations", "From which load on it is no longer right",
      "Of what a rule judged, the share that deviated, over interactions a second (done and failed)." +
          (more == 0 ? std::string()
                     : " " + std::to_string(more) + " more rules deviated: see the findings."),
      "", charts, table);
}

std::string health_chart(const LoadResult& load, const LoadTimeline& time) {
  double cores = 0.0;
  for (const auto& [name, value] : load.machine)
    if (name == "cores") cores = std::strtod(value.c_str(), nullptr);
  const LoadHealth& health = load.health;
  std::vector<Strip> strips;
  strips.push_back(
      {"<strong>lag, p99</strong>", "Lag, p99",
       "begun after the planned moment; of the whole run " + in_ms(health.lag.p99) + " ms", "area ours",
       [](const LoadInterval& each) { return static_cast<double>(each.lag_p99.count()) / 1000.0; }, 0.0, "",
       "ms", true});
  strips.push_back({"<strong>CPU</strong>", "CPU, in cores",
                    "cores in use; on average " + decimal(health.cpu_mean, 2) +
                        (cores > 0 ? " of " + short_number(cores) : ""),
                    "area ours", [](const LoadInterval& each) { return each.cpu; },
                    cores > 0 && std::isfinite(cores) ? cores : 0.0, "all there are", "", true});
  strips.push_back(
      {"<strong>descriptors</strong>", "Open descriptors",
       "at most " + look::grouped(health.descriptors) +
           (health.descriptors_limit == 0 ? "" : " of " + look::grouped(health.descriptors_limit)),
       "area ours", [](const LoadInterval& each) { return static_cast<double>(each.descriptors); },
       static_cast<double>(health.descriptors_limit), "limit", "", true});
  strips.push_back({"<strong>dropped</strong>", "Dropped work",
                    look::grouped(load.totals.dropped) + " in all", "area ours",
                    [](const LoadInterval& each) { return a_second(each.dropped, each); }, 0.0, "", "/s",
                    true});
  return figure_html(
      "load-health",
      load.valid() ? "Ourselves: this program was not the limit" : "Ourselves: this program was the limit",
      "If this program cannot keep up, what it measured is not the service. ", "",
      time.strips("load-health-chart", strips),
      time.table({"lag p99 (ms)", "most lag (ms)", "CPU (cores)", "descriptors", "dropped"},
                 [](const LoadInterval& each) -> std::vector<std::string> {
                   return {in_ms(each.lag_p99), in_ms(each.lag_max), decimal(each.cpu, 2),
                           look::grouped(each.descriptors), look::grouped(each.dropped)};
                 }));
}

}  // namespace

std::string load_charts(const LoadResult& load, const OnPage& page) {
  const LoadTimeline time(load);
  if (time.empty())
    return "<p class=\"quiet\">There is no series over time: the run ended before its first interval "
           "did.</p>\n";
  return rate_chart(load, time) + latency_chart(load, time) + states_chart(load, time) +
         errors_chart(load, time) + deviations_chart(load, page) + health_chart(load, time);
}

}  // namespace understudy::conformance
