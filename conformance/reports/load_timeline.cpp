#include <algorithm>
#include <chrono>
#include <cmath>

#include "look/shown.h"
#include "reports/load_html.h"

namespace understudy::conformance {

namespace {

constexpr std::size_t most_columns = 300, most_rows = 100, most_spans = 60;

double seconds(microseconds time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

std::string in_ms(microseconds time) {
  const double ms = static_cast<double>(time.count()) / 1000.0;
  return decimal(ms, ms < 10 ? 2 : ms < 100 ? 1 : 0);
}

std::string figure_html(std::string_view id, const std::string& title, const std::string& text,
                        const std::string& key, const std::string& charts, const ChartTable& table) {
  std::string out = "<figure class=\"load\" id=\"" + std::string(id) + "\"><figcaption><h3>" + title +
                    "</h3>" + (text.empty() ? "" : "<p class=\"small quiet\">" + text + "</p>") +
                    "</figcaption>" + key + "<div class=\"charts\">" + charts +
                    "</div><p class=\"readout small mono\" hidden></p>";
  out +=
      "<details class=\"behind\"><summary>The numbers of this chart</summary><div "
      "class=\"scroll\"><table><thead><tr>";
  for (std::size_t i = 0; i < table.heads.size(); ++i)
    out += std::string("<th scope=\"col\"") + (i == 0 ? "" : " class=\"n\"") + ">" + table.heads[i] + "</th>";
  out += "</tr></thead><tbody>\n";
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    out += "<tr";
    if (i < table.ends.size()) out += " data-end=\"" + decimal(table.ends[i], 4) + "\"";
    out += ">";
    for (std::size_t k = 0; k < table.rows[i].size(); ++k)
      out += (k == 0 ? "<td>" : "<td class=\"n\">") + table.rows[i][k] + "</td>";
    out += "</tr>\n";
  }
  return out + "</tbody></table></div></details></figure>\n";
}

LoadTimeline::LoadTimeline(const LoadResult& load) : load_(load), intervals_(load.intervals) {
  // The run ends where its last interval does, or later; what is no time at all has no axis.
  microseconds end = load.taken;
  for (const LoadInterval& each : load.intervals) end = std::max(end, each.start + each.length);
  seconds_ = load.intervals.empty() ? 0.0 : std::max(seconds(end), 0.0);
  coarsen(intervals_, most_columns);
  rows_ = load.intervals;
  coarsen(rows_, most_rows);
}

double LoadTimeline::at(microseconds time) const {
  return seconds_ > 0 ? std::clamp(seconds(time) / seconds_, 0.0, 1.0) : 0.0;
}

Chart LoadTimeline::chart(const std::string& id, const std::string& title, const std::string& description,
                          int height, bool named) const {
  Chart out(id, title, description, height);
  int row = 0;
  std::size_t count = 0;
  for (const LoadPlan::Span& each : load_.plan.phases) {
    if (++count > most_spans) break;
    out.span(count % 2 == 0 ? "phase even" : "phase", at(each.start), at(each.start + each.length),
             named && load_.plan.phases.size() <= 12 ? each.name : "", row);
    row = load_.plan.phases.size() > 3 ? (row + 1) % 2 : 0;
  }
  count = 0;
  for (const LoadPlan::Span& each : load_.plan.storms) {
    if (++count > most_spans) break;
    out.span("storm", at(each.start), at(each.start + each.length), named ? each.name : "", 2);
  }
  return out;
}

void LoadTimeline::time_ticks(Chart& chart) const {
  const double step = time_step(seconds_, 6);
  for (int i = 0; i * step <= seconds_ * 1.0001; ++i)
    chart.x_tick(i * step / seconds_, time_tick(i * step, step));
}

ChartTable LoadTimeline::table(std::vector<std::string> heads, const Row& row) const {
  ChartTable out;
  out.heads = std::move(heads);
  out.heads.insert(out.heads.begin(), "from (s)");
  for (const LoadInterval& each : rows_) {
    out.rows.push_back(row(each));
    out.rows.back().insert(out.rows.back().begin(),
                           decimal(seconds(each.start), each.length < std::chrono::seconds(1) ? 1 : 0));
    out.ends.push_back(end_of(each));
  }
  return out;
}

std::string LoadTimeline::strips(const std::string& id, const std::vector<Strip>& strips) const {
  std::string out;
  for (std::size_t i = 0; i < strips.size(); ++i) {
    const Strip& strip = strips[i];
    double most = 0.0;
    for (const LoadInterval& each : intervals_)
      if (const double value = strip.value(each); std::isfinite(value)) most = std::max(most, value);
    // A limit far above what was used would press the line to the ground: then it is only named.
    const bool limit_fits = strip.limit > 0 && most * 5 >= strip.limit;
    const double top = round_top(limit_fits ? std::max(most, strip.limit) : most);
    const std::string unit = strip.unit.empty() ? "" : " " + strip.unit;
    Chart chart = this->chart(id + "-" + std::to_string(i), strip.plain_name,
                              "Over time, from 0 to " + short_number(top) + unit + "; the most is " +
                                  decimal(most, most < 10 ? 2 : 0) + unit + ".",
                              48, false);
    chart.y_tick(0, "0");
    chart.y_tick(1, short_number(top) + unit);
    std::vector<ChartBar> bars;
    std::vector<ChartPoint> points;
    for (const LoadInterval& each : intervals_) {
      const double y = strip.value(each) / top;
      if (strip.bars)
        bars.push_back({at(each.start), end_of(each), 0.0, y});
      else
        points.push_back({at(each.start), y});
    }
    chart.bars(strip.css, bars);
    chart.steps(strip.css, points);
    if (limit_fits) chart.rule("limit", strip.limit / top, strip.limit_name);
    if (i + 1 == strips.size()) time_ticks(chart);
    out += "<p class=\"strip small\">" + strip.name +
           (strip.note.empty() ? "" : " <span class=\"quiet\">" + strip.note + "</span>") + "</p>" +
           chart.svg();
  }
  return out;
}

}  // namespace understudy::conformance
