#include "reports/load_html.h"

#include <algorithm>

#include "look/shown.h"
#include "reports/findings.h"
#include "reports/plain.h"

namespace understudy::conformance {

namespace {

std::string head(const std::vector<std::string_view>& left, const std::vector<std::string_view>& numbers) {
  std::string out = "<thead><tr>";
  for (const std::string_view name : left) out += "<th scope=\"col\">" + std::string(name) + "</th>";
  for (const std::string_view name : numbers)
    out += "<th scope=\"col\" class=\"n\">" + std::string(name) + "</th>";
  return out + "</tr></thead><tbody>\n";
}

std::string number_cell(const std::string& text) {
  return "<td class=\"n\">" + text + "</td>";
}

std::string share(std::uint64_t part, std::uint64_t all) {
  if (all == 0) return "0 %";
  const double hundred = static_cast<double>(part) * 100.0 / static_cast<double>(all);
  // What is not all is never said to be 100 %, what is not nothing never 0 %.
  if (part != all && hundred > 99.99) return "over 99.99 %";
  if (part != 0 && hundred < 0.01) return "under 0.01 %";
  return decimal(hundred, hundred == 0 || part == all ? 0 : 2) + " %";
}

std::string totals_html(const LoadResult& load) {
  const LoadTotals& totals = load.totals;
  std::string out = "<p class=\"tallies\">";
  const auto add = [&](std::string_view css, std::uint64_t count, std::string_view word,
                       std::string_view to) {
    const std::string text =
        look::grouped(count) + " " + std::string(word) + ", " + share(count, totals.planned);
    out += "<a href=\"#" + std::string(to) + "\">" + chip(css, text) + "</a> ";
  };
  const bool series = !LoadTimeline(load).empty();
  const std::string_view rate = series ? "load-rate" : "load", errors = series ? "load-errors" : "load",
                         health = series ? "load-health" : "load";
  add(totals.done == 0 ? "grey" : "held", totals.done, "done", rate);
  add(totals.failed == 0 ? "grey" : "must", totals.failed, "failed", errors);
  add(totals.dropped == 0 ? "grey" : "ours", totals.dropped, "dropped", health);
  out += "</p><p class=\"facts\">" + look::grouped(totals.planned) +
         " planned = " + look::grouped(totals.done) + " done + " + look::grouped(totals.failed) +
         " failed" + (totals.disturbed == 0 ? "" : " (" + look::grouped(totals.disturbed) + " of them after a fault of the phone, on purpose)") +
         " + " + look::grouped(totals.dropped) + " dropped, in " + safe(look::duration(load.taken)) +
         (load.plan.simulated ? " of simulated time" : "") + "</p>";
  if (!totals.add_up())
    out +=
        "<p class=\"banner bad\">These counts do not add up: work was lost or counted twice. That is a fault "
        "of this program.</p>";
  return out;
}

std::string thresholds_html(const LoadResult& load) {
  if (load.thresholds.empty() && load.trials.empty()) return {};
  std::string out;
  if (!load.thresholds.empty()) {
    out += "<h3 id=\"load-thresholds\">Thresholds</h3><div class=\"scroll\"><table class=\"narrow\">" +
           head({"threshold", "outcome", "came"}, {});
    for (const LoadThreshold& each : load.thresholds)
      out += std::string("<tr class=\"") + (each.met ? "held" : "must") + "\"><td class=\"mono\">" +
             safe(each.text) + "</td><td>" + (each.met ? chip("held", "met") : chip("must", "missed")) +
             (each.aborted ? " the run was ended for it" : "") + "</td><td class=\"mono\">" +
             safe(each.came) + "</td></tr>\n";
    out += "</tbody></table></div>\n";
  }
  if (!load.trials.empty()) {
    out += "<h3 id=\"load-search\">" +
           (load.highest ? "The highest rate that held: " + decimal(*load.highest, 1) + "/s"
                         : std::string("No rate held")) +
           "</h3><div class=\"scroll\"><table class=\"narrow\">" + head({"outcome", "why"}, {"tried (1/s)"});
    for (const LoadTrial& each : load.trials)
      out += std::string("<tr class=\"") + (each.held ? "held" : "must") + "\"><td>" +
             (each.held ? chip("held", "held") : chip("must", "missed")) + "</td><td>" + safe(each.why) +
             "</td>" + number_cell(decimal(each.rate, 1)) + "</tr>\n";
    out += "</tbody></table></div>\n";
  }
  return out;
}

std::string latency_html(const LoadResult& load) {
  std::string rows;
  for (const LoadLatencyRow& row : load.latency) {
    const std::string name =
        safe(row.name) + (row.of.empty() ? "" : " <span class=\"quiet\">of " + safe(row.of) + "</span>");
    bool any = false;
    for (const bool planned : {true, false}) {
      const LoadLatency& each = planned ? row.planned : row.service;
      if (each.count == 0) continue;
      rows += "<tr><td>" + name + "</td><td>" + (planned ? "planned moment" : "its begin") + "</td>" +
              number_cell(look::grouped(each.count));
      for (const microseconds time : {each.p50, each.p90, each.p95, each.p99, each.p999, each.max, each.mean})
        rows += number_cell(in_ms(time));
      rows += "</tr>\n";
      any = true;
    }
    if (!any) rows += "<tr><td>" + name + "</td><td class=\"none\" colspan=\"9\">never happened</td></tr>\n";
  }
  const std::string title = "<h3 id=\"load-latency-table\">Latency by what it means</h3>";
  if (rows.empty()) return title + "<p class=\"quiet\">Nothing was measured.</p>\n";
  return title +
         "<p class=\"small quiet\">Milliseconds. From the planned moment counts what a caller waits for, "
         "also where this program was late; from its begin "
         "is service time alone.</p><div class=\"scroll\"><table class=\"latency\">" +
         head({"what", "counted from"}, {"count", "p50", "p90", "p95", "p99", "p99.9", "longest", "mean"}) +
         rows + "</tbody></table></div>\n";
}

std::string counts_html(std::string_view id, const std::string& title, const std::vector<LoadCount>& counts,
                        std::uint64_t all) {
  if (counts.empty() || all == 0) return {};
  std::vector<const LoadCount*> sorted;
  for (const LoadCount& each : counts)
    if (each.count != 0) sorted.push_back(&each);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto* a, const auto* b) { return a->count > b->count; });
  constexpr std::size_t most = 100;
  std::string out = "<h3 id=\"" + std::string(id) + "\">" + title +
                    "</h3><div class=\"scroll\"><table class=\"narrow\">" +
                    head({"cause"}, {"count", "share"});
  out.insert(out.rfind("</tr>"), "<th scope=\"col\">one of them</th>");
  std::uint64_t rest = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (i >= most) {
      rest += sorted[i]->count;
      continue;
    }
    out += "<tr><td>" + safe(sorted[i]->name) + "</td>" + number_cell(look::grouped(sorted[i]->count)) +
           number_cell(share(sorted[i]->count, all)) +
           (sorted[i]->example.empty()
                ? "<td class=\"none\">not kept</td>"
                : "<td>" + safe(look::clipped(shown(sorted[i]->example), 300)) + "</td>") +
           "</tr>\n";
  }
  out += "</tbody></table></div>\n";
  if (rest != 0)
    out += "<p class=\"small quiet\">" + look::grouped(rest) + " more have causes that are not listed.</p>\n";
  return out;
}

std::string pair(std::string_view name, const std::string& value) {
  return "<dt>" + std::string(name) + "</dt><dd>" + value + "</dd>";
}

std::string used(std::uint64_t number, std::uint64_t limit) {
  return look::grouped(number) + (limit == 0 ? "" : " of " + look::grouped(limit));
}

std::string plan_html(const LoadPlan& plan) {
  if (plan.phases.empty() && plan.storms.empty() && plan.behaviours.empty() && plan.populations.empty()) return {};
  std::string out = "<h3 id=\"load-plan\">The plan</h3>";
  const auto shares = [&](std::string_view title, const std::vector<LoadPlan::Share>& list) {
    if (list.empty()) return;
    double sum = 0.0;
    for (const auto& each : list) sum += each.weight;
    out += "<div class=\"scroll\"><table class=\"narrow\">" + head({title, "what"}, {"share"});
    for (const auto& each : list)
      out += "<tr><td>" + safe(each.name) + "</td><td>" + safe(each.text) + "</td>" +
             number_cell(sum > 0 ? decimal(each.weight * 100.0 / sum, 1) + " %" : "0 %") + "</tr>\n";
    out += "</tbody></table></div>\n";
  };
  const auto spans = [&](std::string_view title, const std::vector<LoadPlan::Span>& list) {
    if (list.empty()) return;
    constexpr std::size_t most = 200;
    out += "<div class=\"scroll\"><table class=\"narrow\">" + head({title, "what"}, {"from", "for"});
    for (std::size_t i = 0; i < std::min(list.size(), most); ++i)
      out += "<tr><td>" + safe(list[i].name) + "</td><td>" + safe(list[i].text) + "</td>" +
             number_cell(list[i].start.count() == 0 ? "0" : safe(look::duration(list[i].start))) +
             number_cell(safe(look::duration(list[i].length))) + "</tr>\n";
    out += "</tbody></table></div>\n";
    if (list.size() > most)
      out += "<p class=\"small quiet\">" + std::to_string(list.size() - most) + " more are not listed.</p>\n";
  };
  spans("phase", plan.phases);
  spans("storm", plan.storms);
  shares("behaviour", plan.behaviours);
  shares("population", plan.populations);
  return out;
}

std::string circumstances_html(const LoadResult& load) {
  const LoadConnections& connections = load.connections;
  const LoadHealth& health = load.health;
  std::string out = "<h3 id=\"load-circumstances\">Connections, and this program</h3><dl class=\"pairs circumstances\">";
  out += pair("connections", look::grouped(connections.opened) + " made; " +
                                 look::counted(connections.kept, "interaction") +
                                 " (or polls) began on one that was there already");
  out += pair("TLS handshakes", look::grouped(connections.full_handshakes) + " full, " +
                                    look::grouped(connections.resumed) + " resumed");
  out += pair("messages judged", look::grouped(load.messages) +
                                     "; validated against the schema: " + look::grouped(load.validated) +
                                     ", " + share(std::min(load.validated, load.messages), load.messages));
  out += pair("lag of the schedule",
              "p99 " + in_ms(health.lag.p99) + " ms, most " + in_ms(health.lag.max) + " ms");
  out += pair("CPU",
              decimal(health.cpu_mean, 2) + " cores on average, " + decimal(health.cpu_most, 2) + " at most");
  out += pair("descriptors", used(health.descriptors, health.descriptors_limit) + " open at most");
  out += pair("local ports", used(health.ports, health.ports_limit) + " at most, of one address");
  if (health.memory != 0)
    out += pair("memory", decimal(static_cast<double>(health.memory) / 1048576.0, 0) + " MB at most");
  out += pair("seed of the plan", std::to_string(load.plan.seed));
  for (const auto& [name, value] : load.machine) out += pair(safe(name), safe(value));
  return out + "</dl>\n";
}

// What phones did wrong on purpose, and what came of it.
std::string faults_html(const LoadResult& load) {
  if (load.faults.empty()) return "";
  std::string out =
      "<h3 id=\"load-faults\">Faults of phones, on purpose</h3><div class=\"scroll\"><table class=\"latency\">" +
      head({"a message met"}, {"times", "answered 200", "another status", "closed", "no answer", "cut by the phone", "interactions failed"});
  for (const LoadFault& each : load.faults) {
    out += "<tr><td>" + safe(shown(each.kind)) + "</td>";
    for (const std::uint64_t number : {each.met, each.answered, each.refused, each.closed, each.silent, each.cut, each.failed})
      out += number_cell(look::grouped(number));
    out += "</tr>";
  }
  return out + "</tbody></table></div>\n";
}

// Those that played the parts of the plan, side by side.
std::string machines_html(const LoadResult& load) {
  if (load.machines.empty()) return "";
  std::string out =
      "<h3 id=\"load-machines\">The machines, side by side</h3><div class=\"scroll\"><table class=\"latency\">" +
      head({"machine"}, {"part", "planned", "done", "failed", "dropped", "lag p99", "CPU, mean", "most", "memory"});
  out.insert(out.rfind("</tr>"), "<th scope=\"col\">its clock is</th>");
  for (const LoadMachine& each : load.machines) {
    out += "<tr><td>" + safe(shown(each.host)) + (each.was_limit ? " <strong>was a limit</strong>" : "") + "</td>";
    for (const std::uint64_t number : {each.part, each.totals.planned, each.totals.done, each.totals.failed, each.totals.dropped})
      out += number_cell(look::grouped(number));
    out += number_cell(in_ms(each.lag.p99) + " ms") + number_cell(decimal(each.cpu_mean, 2)) + number_cell(decimal(each.cpu_most, 2)) +
           number_cell(decimal(static_cast<double>(each.memory) / 1048576.0, 0) + " MB") + "<td>" + safe(shown(each.clock)) + "</td></tr>";
  }
  return out + "</tbody></table></div>\n";
}

}  // namespace

std::string invalid_html(const LoadResult& load) {
  std::string out;
  for (const LoadLimit& each : load.limits)
    out +=
        "<p class=\"banner ours\"><strong>" + safe(as_sentence(shown(each.which))) + "</strong> " +
        safe(as_sentence(shown(each.sentence))) +
        (each.change.empty() ? ""
                             : " <strong>What to change:</strong> " + safe(as_sentence(shown(each.change)))) +
        "</p>";
  return out;
}

std::string load_html(const LoadResult& load, const OnPage& page) {
  std::string out =
      section("load", "Under load", load.plan.phones == 0 ? "" : look::counted(load.plan.phones, "phone"));
  if (!load.plan.sentence.empty()) out += "<p>" + safe(load.plan.sentence) + "</p>";
  out += totals_html(load) + thresholds_html(load) + latency_html(load) + load_charts(load, page);
  out += counts_html("load-causes", "Why interactions failed, in numbers", load.causes, load.totals.failed);
  out += counts_html("load-dropped", "Why work was dropped: this program did not get to it",
                     load.health.dropped, load.totals.dropped);
  out += faults_html(load);
  return out + plan_html(load.plan) + circumstances_html(load) + machines_html(load) + "</section>\n";
}

}  // namespace understudy::conformance
