#include "session.h"

#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <random>
#include <set>
#include <utility>

#include "commands.h"
#include "items/catalogue.h"
#include "last_result.h"
#include "made_file.h"
#include "own_health.h"
#include "reports/console.h"
#include "reports/github.h"
#include "reports/html.h"
#include "reports/json.h"
#include "reports/junit.h"
#include "reports/plain.h"
#include "reports/sarif.h"
#include "scenarios/baseline_file.h"
#include "scenarios/language/library.h"
#include "scenarios/run/outcome.h"
#include "terminal.h"
#include "transcript/written_file.h"

namespace understudy::tools {

namespace {

// What a phone of a load, or of a recording that may go on for days, says and does, as far as the run is introduced by it: the summary of all would grow without an end.
constexpr std::uint64_t most_summed = 100;
constexpr std::size_t most_introduced = 20;  // phones of a recording

conformance::Style style_of_terminal(bool every_rule) {
  conformance::Style style;
  style.every_rule = every_rule;
  const Terminal terminal = terminal_of(stdout);
  style.colour = terminal.colour;
  if (terminal.there) style.width = terminal.width;
  return style;
}

// The rules that a --require names and that were not exercised.
std::vector<std::string> missing(const std::vector<std::string>& required, const conformance::Verdict& verdict) {
  std::vector<std::string> out;
  if (required.empty()) return out;
  const auto wanted = conformance::Selection::of(required, {});
  for (const conformance::RuleResult& rule : verdict.rules)
    if (wanted && wanted->has(rule.rule) && rule.outcome == conformance::Outcome::not_exercised) out.push_back(rule.rule);
  return out;
}

// The scenarios that an entry of a baseline may name: those that ship, and `more`, which must outlive the names.
std::vector<std::string_view> names_for_baseline(const std::vector<std::string>& more) {
  std::vector<std::string_view> names(more.begin(), more.end());
  for (const scenarios::language::Shipped& shipped : scenarios::language::library()) names.push_back(shipped.name);
  return names;
}

// Why that file cannot be written, which leaves it as it is; empty where it can, or where there is no path.
std::string cannot_be_made(const std::string& path) {
  if (path.empty()) return "";
  const bool was_there = ::access(path.c_str(), F_OK) == 0;
  errno = 0;
  if (!std::ofstream(path, std::ios::binary | std::ios::app)) return std::strerror(errno);
  if (!was_there) ::unlink(path.c_str());
  return "";
}

// A word that nobody can guess: no text from outside can end what it begins.
std::string secret_word() {
  std::random_device chance;
  std::string out = "understudy-";
  for (int n = 0; n < 4; ++n) out += std::to_string(chance());
  return out;
}

}  // namespace

int refuse(int exit, std::string_view text) {
  std::fprintf(stderr, "understudy: %.*s\n", static_cast<int>(text.size()), text.data());
  return exit;
}

std::string shown_lines(std::string_view text) {
  std::string out;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    out += (from == 0 ? "" : "\n") + conformance::shown(text.substr(from, end - from));
    from = end + 1;
  }
  return out;
}

int refuse(const scenarios::FileError& error) { return refuse(exit_wrong_input_file, shown_lines(error.with_source())); }

Session::Session(Settings settings, conformance::Selection selection)
    : settings_(std::move(settings)), masker_(items::is_secret), judge_(std::move(selection), settings_.mask ? &masker_ : nullptr) {
  if (settings_.report.html.empty() || settings_.is_load) return;
  interactions_ = std::make_unique<conformance::Interactions>(settings_.mask ? &masker_ : nullptr);
  judge_.tell([this](const auto& finding, const auto& spot) { interactions_->take(finding, spot); });
}

tl::expected<std::unique_ptr<Session>, Refusal> Session::open(Settings settings) {
  const ReportOptions& report = settings.report;
  auto selection = conformance::Selection::of(report.only, report.skip);
  if (!selection) return tl::unexpected(Refusal{exit_nothing_selected, selection.error()});
  if (selection->empty()) return tl::unexpected(Refusal{exit_nothing_selected, "--only and --skip leave no rule to judge"});
  if (const auto required = conformance::Selection::of(report.require, {}); !required)
    return tl::unexpected(Refusal{exit_wrong_command_line, required.error()});
  std::set<std::string> files;
  for (const std::string& path : {report.junit, report.json, report.html, report.sarif, report.transcript, report.write_baseline})
    if (!path.empty() && !files.insert(path).second)
      return tl::unexpected(Refusal{exit_wrong_command_line, path + ": two reports cannot be one file"});
  if (report.baseline != report.write_baseline && files.contains(report.baseline))
    return tl::unexpected(Refusal{exit_wrong_command_line, report.baseline + ": a report would take the place of the baseline"});
  std::optional<conformance::Baseline> baseline;
  if (!report.baseline.empty()) {
    auto read = scenarios::read_baseline(report.baseline, names_for_baseline(settings.scenarios));
    if (!read) return tl::unexpected(Refusal{exit_wrong_input_file, shown_lines(read.error().with_source())});
    baseline = std::move(*read);
  }
  if (const std::string trouble = cannot_be_made(report.write_baseline); !trouble.empty())
    return tl::unexpected(Refusal{exit_could_not_run, report.write_baseline + ": cannot be written: " + trouble});
  const std::string path = report.transcript;
  std::unique_ptr<Session> session(new Session(std::move(settings), std::move(*selection)));
  const ReportOptions& reports = session->settings_.report;
  for (const std::string& each : {reports.junit, reports.json, reports.html, reports.sarif}) {
    if (each.empty()) continue;
    if (const auto made = transcript::write_file(each, "", session->shows_secrets()); !made)
      return tl::unexpected(Refusal{exit_could_not_run, each + ": cannot be written: " + std::strerror(made.error())});
    if (session->shows_secrets()) warn_of_secrets(each);
  }
  session->baseline_ = std::move(baseline);
  if (!path.empty()) {
    auto file = transcript::FileSink::open(path, session->settings_.mask ? &session->masker_ : nullptr, !session->shows_secrets());
    if (!file) return tl::unexpected(Refusal{exit_could_not_run, path + ": " + file.error().text});
    session->transcript_ = std::move(*file);
    if (session->shows_secrets()) warn_of_secrets(path);
  }
  return session;
}

void Session::take(const transcript::Entry& entry) {
  if (transcript_) transcript_->take(entry);
  sum_up(entry);
  if (interactions_) interactions_->take(entry);
  judge_.take(entry);
}

bool Session::introduces(const std::string& phone) const {
  if (settings_.is_load) return settings_.introduces.contains(phone);
  return summed_.contains(phone) || summed_.size() < most_introduced;
}

void Session::sum_up(const transcript::Entry& entry) {
  if (!(settings_.is_load || settings_.forgets) || std::holds_alternative<transcript::Start>(entry)) return summary_.take(entry);
  const std::string* phone = std::visit(
      [](const auto& each) -> const std::string* {
        if constexpr (requires { each.phone; })
          return &each.phone;
        else
          return nullptr;
      },
      entry);
  if (phone && introduces(*phone) && summed_[*phone]++ < most_summed) return summary_.take(entry);
  if (const auto* exchange = std::get_if<transcript::Exchange>(&entry)) summary_.glance(*exchange);
}

std::optional<std::string> Session::transcript_problem() const {
  if (!transcript_ || !transcript_->problem()) return std::nullopt;
  return settings_.report.transcript + ": " + transcript_->problem()->text;
}

void Session::tell(std::function<void(const conformance::Finding&)> told) {
  judge_.tell([told = std::move(told)](const auto& finding, const auto&) { told(finding); });
}

void Session::add_before(const conformance::Finding& finding, std::vector<std::string> lines) {
  if (!lines.empty()) before_.push_back({finding.rule, finding.exchange, std::move(lines)});
}

void Session::write_report(const std::string& path, const std::string& text, std::vector<std::string>& troubles) const {
  if (path.empty()) return;
  if (const auto written = transcript::write_file(path, text, shows_secrets()); !written)
    troubles.push_back(path + ": cannot be written: " + std::strerror(written.error()));
}

void Session::add(conformance::RuleResult scenario, std::vector<conformance::Finding> findings) {
  scenarios_.push_back(std::move(scenario));
  std::move(findings.begin(), findings.end(), std::back_inserter(findings_));
}

// A scenario that failed while this machine could not send says nothing of the service.
void Session::excuse_own_faults() {
  const conformance::RunSummary& run = summary_.run();
  for (conformance::RuleResult& scenario : scenarios_) {
    const std::string phones = scenario.rule.substr(conformance::scenario_area.size()) + "/";
    const bool ours = std::any_of(run.own_fault_phones.begin(), run.own_fault_phones.end(), [&](const std::string& phone) {
      return phone.starts_with(phones) || phone.find('/') == std::string::npos;
    });
    if (!ours || scenario.outcome != conformance::Outcome::deviated) continue;
    scenario.outcome = conformance::Outcome::not_exercised;
    scenario.held = scenario.deviated = 0;
    scenario.why = "could not run: " + run.own_fault;
    std::erase_if(findings_, [&](const conformance::Finding& finding) { return finding.rule == scenario.rule; });
  }
}

void Session::apply_baseline(conformance::Result& result) const {
  if (!baseline_) return;
  conformance::BaselineContext context;
  context.today = iso_now().substr(0, 10);
  context.only_scenario = settings_.only_scenario;
  context.whole = result.run.spoke && !result.run.interrupted;
  for (const conformance::RuleResult& rule : scenarios_)
    if (rule.outcome != conformance::Outcome::not_exercised) context.played.insert(rule.rule.substr(conformance::scenario_area.size()));
  if (scenarios_.empty()) context.played.insert(settings_.scenarios.begin(), settings_.scenarios.end());
  result.baseline = baseline_->path;
  result.entries = conformance::apply(*baseline_, context, result.verdict);
}

// A run that was broken off would leave out what it did not come to.
void Session::write_baseline(conformance::Result& result) const {
  constexpr int days = 90;
  const std::string& path = settings_.report.write_baseline;
  if (path.empty()) return;
  if (!result.run.spoke || result.run.interrupted) {
    std::fprintf(stderr, "understudy: %s is not written: the run did not come to its end\n", path.c_str());
    return;
  }
  const std::string expires = conformance::day_after(iso_now().substr(0, 10), days);
  write_report(path, conformance::xml(conformance::baseline_of(result.verdict, result.strict, result.entries, settings_.only_scenario, expires)),
               result.troubles);
}

// For GitHub the text stands between two commands that keep what a service said in it from being taken for one.
void Session::print(const conformance::Result& result) const {
  const std::string text = conformance::console(result, style_of_terminal(settings_.report.every_rule));
  if (!settings_.report.github) {
    std::fputs(text.c_str(), stdout);
  } else {
    const std::string word = secret_word();
    std::printf("::stop-commands::%s\n%s::%s::\n%s", word.c_str(), text.c_str(), word.c_str(), conformance::github(result).c_str());
  }
  std::fflush(stdout);
}

int Session::finish(bool interrupted, std::optional<conformance::LoadResult> load) {
  conformance::Result result;
  result.verdict = judge_.finish();
  for (const Before& each : before_)
    for (conformance::Finding& finding : result.verdict.findings)
      if (finding.rule == each.rule && finding.exchange == each.exchange && finding.before.empty()) finding.before = each.lines;
  excuse_own_faults();
  result.verdict.rules.insert(result.verdict.rules.begin(), scenarios_.begin(), scenarios_.end());
  result.verdict.findings.insert(result.verdict.findings.end(), findings_.begin(), findings_.end());
  result.troubles = troubles_;
  result.run = summary_.run();
  result.fingerprint = summary_.fingerprint();
  if (load) {
    result.run.steps.clear();
    result.run.exchanges = load->messages;
    result.run.taken = load->taken;
    result.run.own_faults = 0;  // a limit of the load says it
    result.load = std::move(load);
  }
  if (settings_.transcript.empty()) result.run.interrupted = interrupted;  // a phone cut short in a loop is no interrupt
  result.strict = settings_.report.strict;
  result.required_not_exercised = missing(settings_.report.require, result.verdict);
  result.transcript = settings_.transcript;
  result.again = settings_.again;
  result.again_scenario = settings_.again_scenario;
  result.folds_scenarios = settings_.folds_scenarios;
  result.hostname = settings_.anonymous ? "localhost" : host_name();
  if (result.run.spoke && result.run.own_faults > 0)
    result.troubles.push_back(conformance::counted(result.run.own_faults, "message") + " could not be sent from here: " + result.run.own_fault);
  if (!interrupted)
    for (const conformance::Step& step : result.run.steps)
      if (!step.cut_short.empty() && step.cut_short != "interrupted" && step.cut_short != scenarios::cut_by_failure)
        result.troubles.push_back(step.phone + " did not come to rest in \"" + step.name + "\": " + step.cut_short);
  if (const auto problem = transcript_problem()) result.troubles.push_back(*problem);

  apply_baseline(result);
  write_baseline(result);
  // JSON last: it says the exit status, to which a report that cannot be written belongs.
  conclude(result);
  if (!settings_.report.junit.empty()) write_report(settings_.report.junit, conformance::junit(result), result.troubles);
  conclude(result);
  if (!settings_.report.sarif.empty()) write_report(settings_.report.sarif, conformance::sarif(result), result.troubles);
  conclude(result);
  if (interactions_ || (settings_.is_load && !settings_.report.html.empty())) {
    if (interactions_) interactions_->finish();
    write_report(settings_.report.html, conformance::html(result, {.interactions = interactions_.get()}), result.troubles);
    conclude(result);
  }
  write_report(settings_.report.json, conformance::json(result), result.troubles);
  conclude(result);
  print(result);  // tells troubles too
  if (settings_.transcript.empty()) remember(result, last_result_path());
  return result.exit;
}

}  // namespace understudy::tools
