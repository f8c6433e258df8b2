// understudy report: pages from results that were written as JSON.
#include <algorithm>
#include <cstdio>
#include <optional>

#include "commands.h"
#include "items/catalogue.h"
#include "load_merge.h"
#include "load_part.h"
#include "load_screen.h"
#include "made_file.h"
#include "reports/compare.h"
#include "reports/console.h"
#include "reports/html.h"
#include "reports/json.h"
#include "reports/junit.h"
#include "reports/load_csv.h"
#include "reports/plain.h"
#include "reports/read_json.h"
#include "rules/judge.h"
#include "recording.h"
#include "terminal.h"

namespace understudy::tools {

namespace {

std::string place_of(const std::string& file, std::size_t line, std::size_t column) {
  return line == 0 ? file : file + ":" + std::to_string(line) + ":" + std::to_string(column);
}

// What was said in a run, with what the rules say of it.
struct Said {
  transcript::Masker masker{items::is_secret};
  std::unique_ptr<conformance::Interactions> interactions;
};

// The error is a line for people.
tl::expected<void, std::string> read_transcript(const std::string& path, const std::string& key_log, bool show_secrets, Said& said) {
  const auto file = RecordedFile::open(path, key_log);
  if (!file) return tl::unexpected(file.error().text);
  std::optional<conformance::Judge> judge;
  const auto extent = file->each([&](const transcript::Entry& entry) {
    if (!judge) {
      const auto* start = std::get_if<transcript::Start>(&entry);
      transcript::Masker* masker = show_secrets || (start && start->masked) ? nullptr : &said.masker;
      said.interactions = std::make_unique<conformance::Interactions>(masker);
      judge.emplace(conformance::Selection{}, masker);
      judge->tell([&](const auto& finding, const auto& spot) { said.interactions->take(finding, spot); });
    }
    said.interactions->take(entry);
    judge->take(entry);
    return true;
  });
  if (!extent) return tl::unexpected(extent.error().text);
  say_what_is_left_out(path, *extent);
  if (judge) judge->finish();
  if (said.interactions) said.interactions->finish();
  return {};
}

int write_tables(const ReportCommandOptions& options, const conformance::Result& result) {
  if (options.csv.empty() && options.latency_csv.empty()) return exit_conforming;
  if (!result.load)
    return refuse(exit_wrong_input_file, options.results.front() + ": is not the result of a load, and nothing else goes into CSV");
  if (!options.csv.empty())
    if (const int exit = write_made(options.csv, conformance::intervals_csv(*result.load)); exit != 0) return exit;
  return options.latency_csv.empty() ? exit_conforming
                                     : write_made(options.latency_csv, conformance::latency_csv(*result.load));
}

// Why files would be written over each other; empty: they would not.
std::string clash(const ReportCommandOptions& options) {
  std::vector<std::string> others = options.results;
  others.push_back(options.transcript);
  for (const auto& [path, what] : {std::pair(options.html, "the page"), std::pair(options.csv, "the table"), std::pair(options.latency_csv, "the table"),
                                   std::pair(options.json, "the result"), std::pair(options.junit, "the report")}) {
    if (path.empty()) continue;
    if (std::find(others.begin(), others.end(), path) != others.end())
      return path + ": " + what + " would be written over this file";
    others.push_back(path);
  }
  return "";
}

// The parts of a plan are made one result: whether they were. The error is one line.
tl::expected<bool, std::string> add_up(const ReportCommandOptions& options, std::vector<conformance::StoredResult>& results) {
  if (!any_part(results)) return false;
  if (results.size() == 1) {
    const auto part = part_of_json(results.front().result.load->part, results.front().result.load->plan);
    if (!part) return tl::unexpected(options.results.front() + ": " + conformance::shown(part.error()));
    if (part->part.of > 1) {
      std::fprintf(stderr, "understudy: %s is part %llu of %llu of a plan: its thresholds are judged where all parts are given\n",
                   options.results.front().c_str(), static_cast<unsigned long long>(part->part.number + 1),
                   static_cast<unsigned long long>(part->part.of));
      return false;
    }
  }
  auto merged = merge_parts(options.results, results);
  if (!merged) return tl::unexpected(std::move(merged.error()));
  results = {conformance::StoredResult{std::move(*merged), "", ""}};
  results.front().verdict = name_of(results.front().result.ending);
  results.front().sentence = sentence(results.front().result);
  return true;
}

int show(const ReportCommandOptions& options, const conformance::Result& result, conformance::Interactions* said, const Terminal& terminal, std::size_t width) {
  if (const int exit = write_tables(options, result); exit != 0) return exit;
  const auto write = [](const std::string& path, auto text, bool secrets = false) { return path.empty() ? exit_conforming : write_made(path, text(), secrets); };
  for (const int exit : {write(options.html, [&] { return conformance::html(result, {.interactions = said}); }, said && options.show_secrets),
                         write(options.junit, [&] { return conformance::junit(result); }),
                         write(options.json, [&] { return conformance::json(result); })})
    if (exit != 0) return exit;
  if (result.load) std::fputs(load_in_words(*result.load).c_str(), stdout);
  std::fputs(conformance::console(result, {.colour = terminal.colour, .width = width}).c_str(), stdout);
  return exit_conforming;
}

}  // namespace

int run(const ReportCommandOptions& options) {
  if (options.results.size() > 1 && !options.transcript.empty())
    return refuse(exit_wrong_command_line,
                  "--transcript goes with one result: of several there are no messages on the page");
  if (!options.transcript.empty() && options.html.empty())
    return refuse(exit_wrong_command_line, "--transcript adds messages to a page: say --html FILE too");
  if (std::string why = clash(options); !why.empty()) return refuse(exit_wrong_command_line, why);

  std::vector<conformance::StoredResult> results;
  for (const std::string& path : options.results) {
    auto stored = conformance::read_json_file(path);
    if (!stored)
      return refuse(exit_wrong_input_file,
                    place_of(path, stored.error().line, stored.error().column) + ": " + stored.error().text);
    results.push_back(std::move(*stored));
  }
  const auto summed = add_up(options, results);
  if (!summed) return refuse(exit_wrong_input_file, summed.error());
  Said said;
  if (!options.transcript.empty())
    if (const auto read = read_transcript(options.transcript, options.key_log, options.show_secrets, said); !read)
      return refuse(exit_wrong_input_file, read.error());

  const Terminal terminal = terminal_of(stdout);
  const std::size_t width = terminal.there ? terminal.width : 100;
  if (results.size() == 1) {
    const conformance::Result& result = results.front().result;
    const int exit = show(options, result, said.interactions.get(), terminal, width);
    return exit != 0 || !*summed ? exit : result.exit;
  }
  for (const std::string& path : {options.csv, options.latency_csv, options.json, options.junit})
    if (!path.empty()) return refuse(exit_wrong_command_line, path + ": that is made of one result, or of the parts of one; several are compared on a page");
  const conformance::Comparison comparison = conformance::compare(options.results, results);
  if (!options.html.empty())
    if (const int exit = write_made(options.html, conformance::html(comparison)); exit != 0) return exit;
  std::fputs(conformance::text(comparison, width).c_str(), stdout);
  return exit_conforming;
}

}  // namespace understudy::tools
