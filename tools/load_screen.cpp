#include "load_screen.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include "reports/plain.h"

namespace understudy::tools {

namespace {

using conformance::LoadInterval;
using conformance::LoadLatency;
using conformance::LoadResult;
using conformance::padded;
using conformance::right_aligned;
using conformance::shown;
using conformance::spoken;
using fleet::load::grouped;

constexpr std::size_t name_width = 34, number_width = 10, text_width = 96;

// "3.4 ms", "182 ms": to three digits where that is more than a millisecond says.
std::string precisely(microseconds time) {
  std::array<char, 40> text{};
  const double ms = static_cast<double>(time.count()) / 1000;
  if (ms >= 100) return spoken(time);
  std::snprintf(text.data(), text.size(), ms >= 10 ? "%.1f ms" : "%.2f ms", ms);
  return text.data();
}

std::string percent(double share) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.0f %%", share * 100);
  return text.data();
}

std::string per_second(std::uint64_t count, microseconds length) {
  const double seconds = std::max(0.001, std::chrono::duration<double>(length).count());
  return grouped(static_cast<std::uint64_t>(static_cast<double>(count) / seconds + 0.5)) + "/s";
}

std::string seconds(microseconds time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time).count()) + " s";
}

std::string left(const LoadRecord& record) {
  const fleet::load::Pacing& pacing = record.pacing();
  if (pacing.pace() == 0) return "paused";
  const auto& phases = record.plan().phases;
  if (phases.empty()) return "as the Locust master says";
  const microseconds end = pacing.when(phases.back().start + phases.back().length);
  const microseconds now = record.last()->start + record.last()->length;
  const std::string pace = pacing.pace() == 1.0 ? "" : ", at " + fleet::load::plain_rate(std::round(pacing.pace() * 100) / 100) + " of its pace";
  return now < end ? seconds(end - now) + " left" + pace : "waiting for the last ones";
}

std::string table_row(const std::string& name, const std::string& of, const LoadLatency& latency) {
  std::string out = "  " + padded(name + (of.empty() ? "" : ", " + of), name_width) +
                    right_aligned(grouped(latency.count), number_width);
  for (const microseconds each : {latency.p50, latency.p95, latency.p99, latency.max})
    out += right_aligned(precisely(each), number_width + 1);
  return out + "\n";
}

// Those that played the parts of a plan, side by side.
std::string machines(const LoadResult& load) {
  if (load.machines.empty()) return "";
  constexpr std::size_t host_width = 22;
  std::string out = "\n  " + padded("machine", host_width) + right_aligned("part", 5);
  for (const char* name : {"done", "failed", "dropped", "lag p99", "CPU mean", "most"}) out += right_aligned(name, number_width);
  out += "   clock\n";
  for (const conformance::LoadMachine& each : load.machines) {
    out += "  " + padded(shown(each.host), host_width) + right_aligned(std::to_string(each.part), 5);
    for (const std::uint64_t count : {each.totals.done, each.totals.failed, each.totals.dropped}) out += right_aligned(grouped(count), number_width);
    out += right_aligned(precisely(each.lag.p99), number_width) + right_aligned(percent(each.cpu_mean), number_width) +
           right_aligned(percent(each.cpu_most), number_width) + "   " + shown(each.clock) + (each.was_limit ? "   it was a limit" : "") + "\n";
  }
  return out + "\n";
}

// What phones did wrong on purpose, and what came of it.
std::string faults(const LoadResult& load) {
  std::string out;
  for (const conformance::LoadFault& each : load.faults) {
    std::string came;
    const auto add = [&](std::uint64_t count, const char* what) {
      if (count > 0) came += (came.empty() ? "" : ", ") + grouped(count) + " " + what;
    };
    add(each.answered, "answered 200");
    add(each.refused, "answered another status");
    add(each.closed, "closed by the service");
    add(each.silent, "not answered");
    add(each.cut, "cut by the phone");
    add(each.failed, each.failed == 1 ? "interaction failed" : "interactions failed");
    out += "  " + padded("fault", 10) + padded(each.kind, 20) + grouped(each.met) + (came.empty() ? "" : ": " + came) + "\n";
  }
  return out;
}

}  // namespace

LoadScreen::LoadScreen(std::FILE* out) : out_(out), terminal_(terminal_of(out)) {}

void LoadScreen::show_preparation(std::uint64_t prepared, std::uint64_t phones) {
  const std::string text = prepared < phones ? "  preparation: " + grouped(prepared) + " of " + grouped(phones) + " phones have started up"
                                             : "  " + grouped(phones) + " phones wait for the plan to begin";
  if (terminal_.there)
    draw(text + "\n");
  else
    std::fprintf(out_, "%s\n", text.c_str());
}

void LoadScreen::show(const LoadRecord& record) {
  if (!record.last()) return;
  if (terminal_.there)
    draw(page(record));
  else
    std::fprintf(out_, "%s\n", line(record).c_str());
}

std::string LoadScreen::line(const LoadRecord& record) const {
  const LoadInterval last = interval_of(*record.last());
  return right_aligned(seconds(last.start + last.length), 6) + "  planned " +
         per_second(last.planned, last.length) + "  done " + per_second(last.done, last.length) +
         "  failed " + grouped(last.failed) + "  dropped " + grouped(last.dropped) + "  at work " +
         grouped(record.phones()[2]) + "  p50 " + precisely(last.p50) + "  p99 " + precisely(last.p99) +
         "  max " + precisely(last.max) + "  deviations " + grouped(record.deviations()) + "  lag " +
         precisely(last.lag_p99) + "  CPU " + percent(last.cpu) + "  " + left(record);
}

std::string LoadScreen::page(const LoadRecord& record) const {
  const LoadInterval last = interval_of(*record.last());
  const auto& counts = record.tally().counts;
  const LoadSecond::Phones phones = record.phones();
  std::string out = "  " + record.plan().sentence + "   " + left(record) + "\n\n";
  const auto field = [&](const char* name, const std::string& text) {
    out += "  " + padded(name, 14) + text + "\n";
  };
  field("a second",
        "planned " + per_second(last.planned, last.length) + "   done " + per_second(last.done, last.length));
  field("in all", "planned " + grouped(counts.planned) + "   done " + grouped(counts.done) + "   failed " +
                      grouped(counts.failed) + "   dropped " + grouped(counts.dropped));
  field("phones", "off " + grouped(phones[0]) + "   idle " + grouped(phones[1]) + "   at work " + grouped(phones[2]));
  field("latency", "p50 " + precisely(last.p50) + "   p95 " + precisely(last.p95) + "   p99 " +
                       precisely(last.p99) + "   max " + precisely(last.max));
  std::string errors, rules;
  for (const auto& [name, cause] : counts.causes.by_name)
    errors += (errors.empty() ? "" : "   ") + shown(name) + " " + grouped(cause.count);
  for (const auto& [name, rule] : record.rules()) rules += (rules.empty() ? "" : "   ") + name + " " + grouped(rule.count);
  field("errors", errors.empty() ? "none" : errors);
  field("deviations", rules.empty() ? "none" : rules);
  field("ourselves", "lag " + precisely(last.lag_p99) + "   CPU " + percent(last.cpu) + "   descriptors " +
                         grouped(last.descriptors));
  if (keys_) out += "\n  + faster   - slower   space pauses   q ends\n";
  return out;
}

// Lines that are too long for the terminal are cut: one that is broken would move what stands above it.
void LoadScreen::draw(const std::string& text) {
  std::string out;
  if (lines_ > 0) out += "\x1b[" + std::to_string(lines_) + "A";
  lines_ = 0;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = text.find('\n', from);
    std::string one = text.substr(from, end - from);
    if (one.size() >= terminal_.width) one.resize(terminal_.width - 1);
    out += "\r\x1b[K" + one + "\n";
    ++lines_;
    from = end + 1;
  }
  std::fputs((out + "\x1b[J").c_str(), out_);
  std::fflush(out_);
}

void LoadScreen::done() {
  if (lines_ > 0) std::fprintf(out_, "\x1b[%dA\x1b[J", lines_);
  lines_ = 0;
}

std::string load_in_words(const LoadResult& load) {
  std::string out;
  for (const std::string& line : conformance::wrapped(load.plan.sentence, text_width)) out += "  " + line + "\n";
  out += "  " + grouped(load.totals.planned) +
                    " planned = " + grouped(load.totals.done) + " done + " + grouped(load.totals.failed) +
                    " failed" + (load.totals.disturbed == 0 ? "" : " (" + grouped(load.totals.disturbed) + " after a fault of the phone)") +
                    " + " + grouped(load.totals.dropped) + " dropped, in " + spoken(load.taken) +
                    (load.plan.simulated ? " of simulated time" : "") + "\n\n";
  out += "  " + padded("latency, from the planned moment", name_width) + right_aligned("count", number_width);
  for (const char* name : {"p50", "p95", "p99", "max"}) out += right_aligned(name, number_width + 1);
  out += "\n";
  for (const auto& row : load.latency)
    if (row.service.count > 0)
      out += table_row(row.name, row.of, row.planned.count > 0 ? row.planned : row.service);
  for (const auto& row : load.latency)
    if (row.name == "whole interaction" && row.of.empty() && row.service.count > 0)
      out += table_row("the same, from when we began", "", row.service);
  const auto causes = [&](const char* title, const std::vector<conformance::LoadCount>& all) {
    for (const auto& cause : all)
      if (cause.count > 0)
        out += "  " + padded(title, 10) + shown(cause.name) + " " + grouped(cause.count) +
               (cause.example.empty() ? "" : " (" + shown(cause.example) + ")") + "\n";
  };
  out += "\n";
  causes("failed", load.causes);
  causes("dropped", load.health.dropped);
  out += faults(load);
  if (!load.plan.simulated)
    out += "  ourselves lag p99 " + precisely(load.health.lag.p99) + ", CPU " +
           percent(load.health.cpu_mean) + " of a core in the mean, " + grouped(load.health.descriptors) +
           " descriptors, " + grouped(load.health.memory / 1'000'000) + " MB\n";
  out += "  " + grouped(load.messages) + " messages judged, " +
         (load.validated == 0 ? "none" : grouped(load.validated)) + " of them read against the schema" +
         (load.messages == 0 ? "" : " (" + percent(static_cast<double>(load.validated) / static_cast<double>(load.messages)) + ")") +
         "; " +
         grouped(load.connections.opened) + " connections, " +
         (load.connections.kept == 0 ? "" : grouped(load.connections.kept) + " times one was kept, ") +
         grouped(load.connections.full_handshakes) +
         " full handshakes, " + grouped(load.connections.resumed) + " resumed\n";
  out += machines(load);
  for (const auto& [name, value] : load.machine)
    if (name != "cores") out += "  " + padded(shown(name), 24) + shown(value) + "\n";
  for (const auto& trial : load.trials)
    out += "  " + std::string(trial.held ? "✓ " : "✗ ") +
           padded(fleet::load::plain_rate(trial.rate) + " a second", 18) +
           (trial.held ? "held" : shown(trial.why)) + "\n";
  if (!load.trials.empty())
    out += load.highest ? "  The highest rate that held: " + fleet::load::plain_rate(*load.highest) +
                              " a second. Of it all above.\n"
                        : "  No rate held.\n";
  for (const auto& threshold : load.thresholds)
    out += "  " + std::string(threshold.met ? "✓ " : "✗ ") + shown(threshold.text) + "   " +
           shown(threshold.came) + (threshold.aborted ? ", which ended the run" : "") + "\n";
  return out + "\n";
}

}  // namespace understudy::tools
