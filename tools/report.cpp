// understudy report: pages from results that were written as JSON.
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "commands.h"
#include "items/catalogue.h"
#include "reports/compare.h"
#include "reports/console.h"
#include "reports/html.h"
#include "reports/load_csv.h"
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
  const auto transcript = read_recording(path, key_log);
  if (!transcript) return tl::unexpected(transcript.error().text);
  say_what_is_left_out(path, *transcript);
  bool mask = !show_secrets;
  if (!transcript->entries.empty())
    if (const auto* start = std::get_if<transcript::Start>(&transcript->entries.front()))
      mask = mask && !start->masked;
  transcript::Masker* masker = mask ? &said.masker : nullptr;
  said.interactions = std::make_unique<conformance::Interactions>(masker);
  conformance::Judge judge(conformance::Selection{}, masker);
  judge.tell([&](const auto& finding, const auto& spot) { said.interactions->take(finding, spot); });
  for (const transcript::Entry& entry : transcript->entries) {
    said.interactions->take(entry);
    judge.take(entry);
  }
  judge.finish();
  said.interactions->finish();
  return {};
}

int write_page(const std::string& path, const std::string& page) {
  errno = 0;
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << page << std::flush;
  if (file) return exit_conforming;
  return refuse(exit_could_not_run, path + ": cannot be written: " + std::strerror(errno));
}

int write_tables(const ReportCommandOptions& options, const conformance::Result& result) {
  if (options.csv.empty() && options.latency_csv.empty()) return exit_conforming;
  if (!result.load)
    return refuse(exit_wrong_input_file, options.results.front() + ": is not the result of a load, and nothing else goes into CSV");
  if (!options.csv.empty())
    if (const int exit = write_page(options.csv, conformance::intervals_csv(*result.load)); exit != 0) return exit;
  return options.latency_csv.empty() ? exit_conforming
                                     : write_page(options.latency_csv, conformance::latency_csv(*result.load));
}

}  // namespace

int run(const ReportCommandOptions& options) {
  if (options.results.size() > 1 && !options.transcript.empty())
    return refuse(exit_wrong_command_line,
                  "--transcript goes with one result: of several there are no messages on the page");
  if (!options.transcript.empty() && options.html.empty())
    return refuse(exit_wrong_command_line, "--transcript adds messages to a page: say --html FILE too");
  for (const std::string& input : options.results)
    if (input == options.html)
      return refuse(exit_wrong_command_line, input + ": the page would be written over this result");
  if (!options.html.empty() && options.html == options.transcript)
    return refuse(exit_wrong_command_line, options.html + ": the page would be written over this transcript");

  for (const std::string& csv : {options.csv, options.latency_csv}) {
    if (csv.empty()) continue;
    if (options.results.size() > 1)
      return refuse(exit_wrong_command_line, "--csv and --latency-csv go with one result");
    for (const std::string& other : {options.results.front(), options.transcript, options.html})
      if (csv == other) return refuse(exit_wrong_command_line, csv + ": the table would be written over this file");
  }
  if (!options.csv.empty() && options.csv == options.latency_csv)
    return refuse(exit_wrong_command_line, options.csv + ": the two tables would be written over each other");

  std::vector<conformance::StoredResult> results;
  for (const std::string& path : options.results) {
    auto stored = conformance::read_json_file(path);
    if (!stored)
      return refuse(exit_wrong_input_file,
                    place_of(path, stored.error().line, stored.error().column) + ": " + stored.error().text);
    results.push_back(std::move(*stored));
  }
  Said said;
  if (!options.transcript.empty())
    if (const auto read = read_transcript(options.transcript, options.key_log, options.show_secrets, said); !read)
      return refuse(exit_wrong_input_file, read.error());

  const Terminal terminal = terminal_of(stdout);
  const std::size_t width = terminal.there ? terminal.width : 100;
  if (results.size() == 1) {
    if (const int exit = write_tables(options, results.front().result); exit != 0) return exit;
    if (!options.html.empty())
      if (const int exit = write_page(
              options.html,
              conformance::html(results.front().result, {.interactions = said.interactions.get()}));
          exit != 0)
        return exit;
    std::fputs(
        conformance::console(results.front().result, {.colour = terminal.colour, .width = width}).c_str(),
        stdout);
    return exit_conforming;
  }
  const conformance::Comparison comparison = conformance::compare(options.results, results);
  if (!options.html.empty())
    if (const int exit = write_page(options.html, conformance::html(comparison)); exit != 0) return exit;
  std::fputs(conformance::text(comparison, width).c_str(), stdout);
  return exit_conforming;
}

}  // namespace understudy::tools
