// understudy judge: the rules over a transcript, or over what others recorded.
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "commands.h"
#include "items/catalogue.h"
#include "items/identity.h"
#include "made_file.h"
#include "recording.h"
#include "session.h"
#include "transcript/anonymise.h"
#include "transcript/har.h"

namespace understudy::tools {

namespace {

using transcript::Entry;

// What must be known of all entries before the first is judged.
struct Known {
  transcript::Start start;
  std::set<std::string> scenarios;  // whose phones are in it, which are named after them: "NAME/phone"
  transcript::Apart apart;
  std::unique_ptr<transcript::Anonymiser> anonymiser;  // nullptr: not wanted
};

// Reads no further than it must.
tl::expected<transcript::Extent, Refusal> look_over(const RecordedFile& file, const JudgeOptions& options, Known& known) {
  const bool all = options.anonymise || !options.har.empty() || !options.report.baseline.empty();
  if (options.anonymise)
    known.anonymiser = std::make_unique<transcript::Anonymiser>(
        transcript::Anonymiser::Items{items::is_secret, items::identifies, items::is_common_word});
  return file.each([&](const Entry& entry) {
    if (const auto* start = std::get_if<transcript::Start>(&entry)) known.start = *start;
    if (const auto* phone = std::get_if<transcript::PhoneMark>(&entry))
      if (const std::size_t slash = phone->phone.find('/'); slash != std::string::npos) known.scenarios.insert(phone->phone.substr(0, slash));
    if (!options.har.empty()) known.apart.look(entry);
    if (known.anonymiser) known.anonymiser->learn(entry);
    return all;
  });
}

transcript::Extent anonymised(transcript::Extent extent, transcript::Anonymiser& anonymiser) {
  const transcript::LeftOut left_out = std::exchange(extent.left_out, {});
  for (transcript::LeftOut::Kind kind : left_out.kinds()) {
    kind.example = anonymiser.words(kind.example);
    extent.left_out.add(kind);
  }
  extent.cut_off = anonymiser.words(extent.cut_off);
  return extent;
}

Session::Settings settings_for(const JudgeOptions& options, const Known& known) {
  const auto shown = [&](const std::string& text) { return known.anonymiser ? known.anonymiser->words(text) : text; };
  Session::Settings settings;
  settings.report = options.report;
  settings.transcript = shown(options.file);
  for (const std::string& name : known.scenarios) settings.scenarios.push_back(shown(name));
  settings.masked_before = known.start.masked || options.anonymise;  // stand-ins are not masked again
  settings.mask = !settings.masked_before && !options.report.show_secrets;
  settings.anonymous = options.anonymise;
  return settings;
}

}  // namespace

int run(const JudgeOptions& options) {
  if (options.anonymise && options.report.show_secrets) return refuse(exit_wrong_command_line, anonymised_or_not);
  if (!options.har.empty() && options.har == options.file)
    return refuse(exit_wrong_command_line, options.har + ": the HTTP archive would be written over this file");
  if (!options.report.transcript.empty() && options.report.transcript == options.file)
    return refuse(exit_wrong_command_line, options.report.transcript + ": the transcript would be written over this file");
  const auto file = RecordedFile::open(options.file, options.key_log);
  Known known;
  const auto seen = file.and_then([&](const RecordedFile& there) { return look_over(there, options, known); });
  // Names and selection first: a wrong word is said whether or not the file is right.
  Session::Settings settings = settings_for(options, known);
  const std::string shown_path = settings.transcript;
  transcript::Masker masker(items::is_secret);
  transcript::Masker* const har_masker = settings.mask ? &masker : nullptr;
  auto session = Session::open(std::move(settings));
  if (!session) return refuse(session.error().exit, session.error().text);
  if (!seen) return refuse(seen.error().exit, seen.error().text);

  // Before the verdict, so that a path that cannot be written is said at once.
  std::unique_ptr<transcript::HarFile> har;
  if (!options.har.empty()) {
    transcript::Start start = known.start;
    start.masked = start.masked || options.anonymise;
    auto opened = transcript::HarFile::open(options.har, start, har_masker);
    if (!opened) return refuse(exit_could_not_run, options.har + ": " + opened.error().text);
    har = std::move(*opened);
    if (!har_masker && !start.masked) warn_of_secrets(options.har);
  }
  auto heard = file->each([&](Entry entry) {
    if (known.anonymiser) entry = known.anonymiser->anonymised(std::move(entry));
    if (har) har->write(entry, known.apart);
    (*session)->take(entry);
    return true;
  });
  if (!heard) return refuse(heard.error().exit, heard.error().text);
  if (har)
    if (const auto closed = har->close(); !closed) return refuse(exit_could_not_run, options.har + ": " + closed.error().text);
  if (known.anonymiser) *heard = anonymised(std::move(*heard), *known.anonymiser);
  say_what_is_left_out(shown_path, *heard);
  return (*session)->finish(false);
}

}  // namespace understudy::tools
