#include "session.h"

#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <utility>

#include "commands.h"
#include "items/catalogue.h"
#include "reports/console.h"
#include "reports/html.h"
#include "reports/json.h"
#include "reports/junit.h"
#include "reports/plain.h"
#include "scenarios/run/outcome.h"
#include "terminal.h"

namespace understudy::tools {

namespace {

conformance::Style style_of_terminal(bool every_rule) {
  conformance::Style style;
  style.every_rule = every_rule;
  const Terminal terminal = terminal_of(stdout);
  style.colour = terminal.colour;
  if (terminal.there) style.width = terminal.width;
  return style;
}

std::string host_name() {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 && *name ? name : "localhost";
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
  if (settings_.report.html.empty()) return;
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
  for (const auto& [one, other] : {std::pair(report.junit, report.json), std::pair(report.junit, report.transcript),
                                   std::pair(report.json, report.transcript), std::pair(report.html, report.junit),
                                   std::pair(report.html, report.json), std::pair(report.html, report.transcript)})
    if (!one.empty() && one == other)
      return tl::unexpected(Refusal{exit_wrong_command_line, one + ": two reports cannot be one file"});
  for (const std::string& path : {report.junit, report.json, report.html}) {
    errno = 0;
    if (!path.empty() && !std::ofstream(path, std::ios::binary))
      return tl::unexpected(Refusal{exit_could_not_run, path + ": cannot be written: " + std::strerror(errno)});
  }
  const std::string path = report.transcript;
  std::unique_ptr<Session> session(new Session(std::move(settings), std::move(*selection)));
  if (!path.empty()) {
    auto file = transcript::FileSink::open(path, session->settings_.mask ? &session->masker_ : nullptr);
    if (!file) return tl::unexpected(Refusal{exit_could_not_run, path + ": " + file.error().text});
    session->transcript_ = std::move(*file);
  }
  return session;
}

void Session::take(const transcript::Entry& entry) {
  if (transcript_) transcript_->take(entry);
  summary_.take(entry);
  if (interactions_) interactions_->take(entry);
  judge_.take(entry);
}

void Session::write_report(const std::string& path, const std::string& text, std::vector<std::string>& troubles) const {
  if (path.empty()) return;
  errno = 0;
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text << std::flush;
  if (!file) troubles.push_back(path + ": cannot be written: " + std::strerror(errno));
}

void Session::add(conformance::RuleResult scenario, std::vector<conformance::Finding> findings) {
  scenarios_.push_back(std::move(scenario));
  std::move(findings.begin(), findings.end(), std::back_inserter(findings_));
}

int Session::finish(bool interrupted) {
  conformance::Result result;
  result.verdict = judge_.finish();
  result.verdict.rules.insert(result.verdict.rules.begin(), scenarios_.begin(), scenarios_.end());
  result.verdict.findings.insert(result.verdict.findings.end(), findings_.begin(), findings_.end());
  result.troubles = troubles_;
  result.run = summary_.run();
  result.fingerprint = summary_.fingerprint();
  if (settings_.transcript.empty()) result.run.interrupted = interrupted;  // a phone cut short in a loop is no interrupt
  result.strict = settings_.report.strict;
  result.required_not_exercised = missing(settings_.report.require, result.verdict);
  result.transcript = settings_.transcript;
  result.again = settings_.again;
  result.again_scenario = settings_.again_scenario;
  result.folds_scenarios = settings_.folds_scenarios;
  result.hostname = host_name();
  if (!interrupted)
    for (const conformance::Step& step : result.run.steps)
      if (!step.cut_short.empty() && step.cut_short != "interrupted" && step.cut_short != scenarios::cut_by_failure)
        result.troubles.push_back(step.phone + " did not come to rest in \"" + step.name + "\": " + step.cut_short);
  if (transcript_ && transcript_->problem())
    result.troubles.push_back(settings_.report.transcript + ": " + transcript_->problem()->text);

  // JSON last: it says the exit status, to which a report that cannot be written belongs.
  conclude(result);
  write_report(settings_.report.junit, conformance::junit(result), result.troubles);
  conclude(result);
  if (interactions_) {
    interactions_->finish();
    write_report(settings_.report.html, conformance::html(result, {.interactions = interactions_.get()}), result.troubles);
    conclude(result);
  }
  write_report(settings_.report.json, conformance::json(result), result.troubles);
  conclude(result);
  std::fputs(conformance::console(result, style_of_terminal(settings_.report.every_rule)).c_str(), stdout);  // tells troubles too
  std::fflush(stdout);
  return result.exit;
}

}  // namespace understudy::tools
