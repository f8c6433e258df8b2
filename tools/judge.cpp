// understudy judge: the rules over a transcript, or over what others recorded.
#include <set>
#include <string>
#include <vector>

#include "commands.h"
#include "items/catalogue.h"
#include "recording.h"
#include "session.h"
#include "transcript/har.h"

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

// Before the verdict, so that a path that cannot be written is said at once.
tl::expected<void, Refusal> write_har(const JudgeOptions& options, const std::vector<transcript::Entry>& entries, bool mask) {
  if (options.har == options.file)
    return tl::unexpected(Refusal{exit_wrong_command_line, options.har + ": the HTTP archive would be written over this file"});
  transcript::Masker masker(items::is_secret);
  const auto written = transcript::write_har(options.har, entries, mask ? &masker : nullptr);
  if (written) return {};
  return tl::unexpected(Refusal{exit_could_not_run, options.har + ": " + written.error().text});
}

}  // namespace

int run(const JudgeOptions& options) {
  // Names and selection first: a wrong word is said whether or not the file is right.
  Session::Settings settings;
  settings.report = options.report;
  settings.transcript = options.file;
  auto transcript = read_recording(options.file, options.key_log);
  if (transcript && !transcript->entries.empty())
    if (const auto* start = std::get_if<transcript::Start>(&transcript->entries.front()))
      settings.mask = !start->masked && !options.report.show_secrets;  // stand-ins are not masked again
  if (transcript) settings.scenarios = scenarios_of(transcript->entries);
  const bool mask = settings.mask;
  auto session = Session::open(std::move(settings));
  if (!session) return refuse(session.error().exit, session.error().text);
  if (!transcript) return refuse(transcript.error().exit, transcript.error().text);
  if (!options.har.empty())
    if (const auto written = write_har(options, transcript->entries, mask); !written)
      return refuse(written.error().exit, written.error().text);
  for (const transcript::Entry& entry : transcript->entries) (*session)->take(entry);
  say_what_is_left_out(options.file, *transcript);
  return (*session)->finish(false);
}

}  // namespace understudy::tools
