// understudy judge: the rules over a transcript.
#include <cstdio>
#include <set>
#include <string>
#include <vector>

#include "commands.h"
#include "session.h"
#include "transcript/file.h"

namespace understudy::tools {

namespace {

// Those whose phones are in the transcript, which are named after them: "NAME/phone".
std::vector<std::string> scenarios_of(const std::vector<transcript::Entry>& entries) {
  std::set<std::string> names;
  for (const transcript::Entry& entry : entries)
    if (const auto* phone = std::get_if<transcript::PhoneMark>(&entry))
      if (const std::size_t slash = phone->phone.find('/'); slash != std::string::npos) names.insert(phone->phone.substr(0, slash));
  return {names.begin(), names.end()};
}

}  // namespace

int run(const JudgeOptions& options) {
  // Names and selection first: a wrong word is said whether or not the file is right.
  Session::Settings settings;
  settings.report = options.report;
  settings.transcript = options.file;
  auto transcript = transcript::read_file(options.file);
  if (transcript && !transcript->entries.empty())
    if (const auto* start = std::get_if<transcript::Start>(&transcript->entries.front()))
      settings.mask = !start->masked && !options.report.show_secrets;  // stand-ins are not masked again
  if (transcript) settings.scenarios = scenarios_of(transcript->entries);
  auto session = Session::open(settings);
  if (!session) return refuse(session.error().exit, session.error().text);
  if (!transcript) {
    std::string place = options.file;
    if (transcript.error().line > 0)
      place += ":" + std::to_string(transcript.error().line) + ":" + std::to_string(transcript.error().column);
    return refuse(exit_wrong_input_file, place + ": " + transcript.error().text);
  }
  for (const transcript::Entry& entry : transcript->entries) (*session)->take(entry);
  if (transcript->cut_off)
    std::fprintf(stderr, "understudy: %s: its last line was cut off and is left out\n", options.file.c_str());
  return (*session)->finish(false);
}

}  // namespace understudy::tools
