#include "reports/load_csv.h"

#include <array>
#include <charconv>
#include <cmath>

#include "reports/plain.h"

namespace understudy::conformance {

namespace {

class Lines {
 public:
  // Text from outside never becomes a formula of a spreadsheet.
  Lines& text(std::string_view text) {
    std::string cell = shown(text);
    if (!cell.empty() && std::string_view("=+-@").find(cell.front()) != std::string_view::npos)
      cell.insert(0, 1, '\'');
    if (cell.find_first_of(",\"\r\n") != std::string::npos) {
      std::string quoted = "\"";
      for (const char c : cell) quoted.append(c == '"' ? 2 : 1, c);
      cell = quoted + "\"";
    }
    return raw(cell);
  }
  Lines& number(std::uint64_t number) { return raw(std::to_string(number)); }
  Lines& real(double number, int digits) {
    std::array<char, 64> out{};
    const auto [end, error] =
        std::to_chars(out.data(), out.data() + out.size(), std::isfinite(number) ? number : 0.0,
                      std::chars_format::fixed, digits);
    return raw(error == std::errc{} ? std::string_view(out.data(), end) : std::string_view("0"));
  }
  Lines& milliseconds(microseconds time) { return real(static_cast<double>(time.count()) / 1000.0, 3); }
  Lines& none() { return raw(""); }
  void end() {
    out_ += "\r\n";
    first_ = true;
  }
  std::string take() { return std::move(out_); }

 private:
  Lines& raw(std::string_view cell) {
    if (!first_) out_ += ',';
    out_ += cell;
    first_ = false;
    return *this;
  }
  std::string out_;
  bool first_ = true;
};

void counts(Lines& lines, const std::vector<std::uint64_t>& counts, std::size_t columns) {
  for (std::size_t i = 0; i < columns; ++i) lines.number(i < counts.size() ? counts[i] : 0);
}

}  // namespace

std::string intervals_csv(const LoadResult& load) {
  Lines lines;
  for (const char* name :
       {"start_s", "length_s", "planned", "done", "failed", "dropped", "p50_ms", "p95_ms", "p99_ms", "max_ms",
        "service_p99_ms", "messages", "lag_p99_ms", "lag_max_ms", "cpu_cores", "descriptors"})
    lines.text(name);
  for (const std::string& state : load.states) lines.text("phones: " + state);
  for (const LoadCount& cause : load.causes) lines.text("errors: " + cause.name);
  for (const LoadDeviation& rule : load.rules) lines.text("deviations: " + rule.rule);
  lines.end();
  for (const LoadInterval& each : load.intervals) {
    lines.real(static_cast<double>(each.start.count()) / 1e6, 3)
        .real(static_cast<double>(each.length.count()) / 1e6, 3);
    lines.number(each.planned).number(each.done).number(each.failed).number(each.dropped);
    for (const microseconds time : {each.p50, each.p95, each.p99, each.max, each.service_p99}) {
      // Nothing was done: there is no latency, which is not one of zero.
      if (each.done == 0)
        lines.none();
      else
        lines.milliseconds(time);
    }
    lines.number(each.messages).milliseconds(each.lag_p99).milliseconds(each.lag_max).real(each.cpu, 3);
    lines.number(each.descriptors);
    counts(lines, each.phones, load.states.size());
    counts(lines, each.errors, load.causes.size());
    counts(lines, each.deviations, load.rules.size());
    lines.end();
  }
  return lines.take();
}

std::string latency_csv(const LoadResult& load) {
  Lines lines;
  for (const char* name : {"what", "of", "counted_from", "count", "p50_ms", "p90_ms", "p95_ms", "p99_ms",
                           "p999_ms", "max_ms", "mean_ms"})
    lines.text(name);
  lines.end();
  for (const LoadLatencyRow& row : load.latency)
    for (const bool planned : {false, true}) {
      const LoadLatency& each = planned ? row.planned : row.service;
      if (each.count == 0) continue;
      lines.text(row.name).text(row.of).text(planned ? "planned moment" : "begin").number(each.count);
      for (const microseconds time : {each.p50, each.p90, each.p95, each.p99, each.p999, each.max, each.mean})
        lines.milliseconds(time);
      lines.end();
    }
  return lines.take();
}

}  // namespace understudy::conformance
