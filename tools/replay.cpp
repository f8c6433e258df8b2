// understudy replay: what the phones of a recording did is done again, and what the service does now is held against what it did.
#include <algorithm>
#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "commands.h"
#include "differences/words.h"
#include "differing.h"
#include "interrupt.h"
#include "one_play.h"
#include "reach.h"
#include "recording.h"
#include "reports/plain.h"
#include "rules/rule.h"
#include "scenarios/duration.h"
#include "scenarios/from/scenario_from.h"
#include "transcript/file.h"

namespace understudy::tools {

namespace {

using namespace scenarios::from;
using conformance::differences::Course;

constexpr microseconds grace =
    std::chrono::minutes(10);  // beyond the recording's own length, for what comes late now

microseconds length_of(const std::vector<transcript::Entry>& entries) {
  microseconds last{};
  for (const transcript::Entry& entry : entries) {
    if (const auto* exchange = std::get_if<transcript::Exchange>(&entry))
      last = std::max(last, exchange->ended);
    if (const auto* mark = std::get_if<transcript::Mark>(&entry)) last = std::max(last, mark->at);
  }
  return last;
}

std::string name_of(const RecordedPhone& phone) {
  return phone.mac.empty() ? phone.id : phone.mac;
}

// Who plays: those of the recording that are meant, each once or, of `many`, in their turn.
std::vector<RecordedPhone> cast_of(const std::vector<RecordedPhone>& meant, std::size_t many) {
  std::vector<RecordedPhone> out;
  for (std::size_t n = 0; n < (many == 0 ? meant.size() : many); ++n) out.push_back(meant[n % meant.size()]);
  return out;
}

// Those that are meant, or why there is none of them.
tl::expected<std::vector<RecordedPhone>, Refusal> phones_meant(
    const ReplayOptions& options, const std::vector<transcript::Entry>& entries) {
  std::vector<RecordedPhone> all = phones_in(entries);
  std::erase_if(all, [](const RecordedPhone& phone) { return phone.messages == 0; });
  if (all.empty())
    return tl::unexpected(
        Refusal{exit_wrong_input_file, options.transcript + ": no phone says anything in it"});
  if (options.phone.empty()) return all;
  std::vector<RecordedPhone> meant = phones_named(all, options.phone);
  if (!meant.empty()) return meant;
  return tl::unexpected(
      Refusal{exit_wrong_command_line, "there is no phone \"" + conformance::shown(options.phone) + "\" in " +
                                           options.transcript + "; there is, of " +
                                           conformance::counted(all.size(), "phone") + ", " +
                                           conformance::shown(name_of(all.front()))});
}

// The phones' scenarios, each the only one of its file. A scenario that is not right should not be: whoever made it is told.
tl::expected<Bill, Refusal> bill_of(const std::vector<transcript::Entry>& entries,
                                    const std::vector<RecordedPhone>& phones, std::size_t first_new_one,
                                    const ReplayOptions& options, std::vector<std::string>& notes) {
  std::vector<std::string_view> rules;
  for (const conformance::RuleText& rule : conformance::rules()) rules.push_back(rule.id);
  const scenarios::language::Reader reader(rules);
  Bill out;
  std::map<std::string, std::size_t> unsaid;
  std::vector<MadeScenario> made = replays_of(entries, phones, {options.speed, options.starts}, first_new_one);
  for (std::size_t n = 0; n < made.size(); ++n) {
    const auto scenario = reader.parse("replay.xml", std::move(made[n].xml),
                                       [](const std::string&) -> tl::expected<std::string, std::string> {
                                         return tl::unexpected(std::string("there is none"));
                                       });
    if (!scenario)
      return tl::unexpected(Refusal{
          exit_could_not_run, "what was made of " + conformance::shown(name_of(phones[n])) +
                                  " is no right scenario: " + shown_lines(scenario.error().with_source())});
    for (const std::string& line : made[n].unsaid) ++unsaid[line];
    out.plays.push_back({*scenario, std::to_string(n + 1) + "/"});
  }
  for (const auto& [line, times] : unsaid)
    notes.push_back(times == 1 ? line : line + " (" + std::to_string(times) + " times)");
  out.at_once = true;
  out.keeps = true;
  return out;
}

// A replay says by itself what a phone says; a script's own words it can at most come near to.
void note_scripts(const std::vector<transcript::Entry>& entries, const std::vector<RecordedPhone>& phones,
                  std::vector<std::string>& notes) {
  std::map<std::string, std::uint64_t> messages;
  for (const transcript::Entry& entry : entries)
    if (const auto* exchange = std::get_if<transcript::Exchange>(&entry))
      messages[exchange->phone] += exchange->scripted != transcript::Scripted::none;
  for (const RecordedPhone& phone : phones)
    if (const std::uint64_t count = messages[phone.id]; count > 0)
      notes.push_back("a script had a hand in " + conformance::counted(count, "message") + " of " +
                      name_of(phone) + ": what is otherwise with it may come of that");
}

const Course* course_of(const std::vector<Course>& all, const std::string& id) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Course& each) { return each.phone == id; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

int run(const ReplayOptions& options) {
  if (const std::string wrong = objection_to_place(options.service, options.simulated); !wrong.empty())
    return refuse(exit_wrong_command_line, wrong);
  if (const std::string wrong = objection_to_defects(options.defects, options.simulated); !wrong.empty())
    return refuse(exit_wrong_command_line, wrong);
  auto production = understand(options, options.simulated ? simulated_url : options.service);
  if (!production) return refuse(production.error().exit, production.error().text);
  const auto triggers = triggers_of(options);
  if (!triggers) return refuse(triggers.error().exit, triggers.error().text);
  const auto read = RecordedFile::whole(options.transcript, options.key_log);
  if (!read) return refuse(read.error().exit, read.error().text);
  say_what_is_left_out(options.transcript, *read);
  const auto meant = phones_meant(options, read->entries);
  if (!meant) return refuse(meant.error().exit, meant.error().text);
  const std::vector<RecordedPhone> phones = cast_of(*meant, static_cast<std::size_t>(options.phones));
  const std::size_t first_new_one = options.new_phones ? 0 : std::min(phones.size(), meant->size());

  conformance::differences::Report report;
  auto bill = bill_of(read->entries, phones, first_new_one, options, report.notes);
  if (!bill) return refuse(bill.error().exit, bill.error().text);
  note_scripts(read->entries, *meant, report.notes);
  // Hours of simulated time cost nothing.
  const double speed = options.speed > 0 ? options.speed : 1;
  const double starts = options.starts > 0 ? static_cast<double>(phones.size()) / options.starts : 0;  // seconds
  const auto as_long = std::chrono::duration<double, std::micro>(length_of(read->entries)) / speed + std::chrono::duration<double>(starts);
  bill->most = options.simulated ? scenarios::longest_duration
                                 : std::chrono::duration_cast<microseconds>(as_long) + grace;

  watch_for_interrupt();
  if (!is_on_loopback(production->target))
    std::fprintf(stderr, "understudy: %s at %s, with the MAC addresses and numbers of the recording\n",
                 conformance::counted(phones.size(), "phone").c_str(), production->target.host.c_str());
  const auto house = options.simulated ? simulated_house(options)
                                       : house_out_there(options, production->target,
                                                         production->traits.waits, *triggers, [] {});
  // Where the seed is that of the recording, those that it makes up come behind the recorded ones.
  const std::size_t before = first_new_one < phones.size() ? phones_in(read->entries).size() : 0;
  const Billed played = play_all(options, *production, *house, *bill, before);
  if (!played.spoke && !interrupted()) {
    return refuse(exit_could_not_run, "no answer ever came from " + production->target.url());
  }

  const std::vector<Course> then = conformance::differences::courses_of(read->entries);
  const std::vector<Course> now = conformance::differences::courses_of(played.entries);
  std::map<std::string, std::vector<std::string>> unfinished;  // phones, by why
  for (std::size_t n = 0; n < phones.size(); ++n) {
    const Course* was = course_of(then, phones[n].id);
    const Course* is = played.phones[n].empty() ? nullptr : course_of(now, played.phones[n].front());
    if (was && is) compare(*was, *is, report);
    const scenarios::PlayOutcome& outcome = played.outcomes[n];
    if (outcome.how != scenarios::PlayOutcome::How::passed)
      unfinished[outcome.failure.message].push_back(name_of(phones[n]));
  }
  for (const auto& [why, who] : unfinished)
    report.notes.push_back(who.front() + (who.size() == 1 ? " was" : " and " + conformance::counted(who.size() - 1, "other phone") + " were") +
                           " not played to the end" + (why.empty() ? "" : ": " + why));
  if (!options.report.show_secrets) report.notes = covered(std::move(report.notes), played.entries);
  return tell(std::move(report), conformance::differences::Sides::now_and_then, options.report);
}

}  // namespace understudy::tools
