// understudy scenario-from: a scenario from what one phone of a transcript did and heard.
#include "scenarios/from/scenario_from.h"

#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "commands.h"
#include "items/catalogue.h"
#include "items/identity.h"
#include "made_file.h"
#include "recording.h"
#include "reports/plain.h"
#include "rules/rule.h"
#include "scenarios/language/reader.h"
#include "transcript/anonymise.h"
#include "transcript/file.h"

namespace understudy::tools {

namespace {

using namespace scenarios::from;

constexpr std::size_t most_listed = 50;

// One a line, as they can be named.
std::string listed(const std::vector<RecordedPhone>& phones) {
  std::string out;
  std::size_t id_width = 0;
  for (const RecordedPhone& phone : phones)
    id_width = std::max(id_width, conformance::shown(phone.id).size());
  for (std::size_t n = 0; n < phones.size() && n < most_listed; ++n) {
    const RecordedPhone& phone = phones[n];
    const std::string mac = phone.mac.empty() ? "(no mac-addr)" : phone.mac;
    const std::string kind = phone.model + (phone.firmware.empty() ? "" : ", " + phone.firmware);
    out += "\n  " + conformance::padded(conformance::shown(mac), 19) +
           conformance::padded(conformance::shown(phone.number), 14) +
           conformance::padded(conformance::shown(phone.id), id_width + 2) + conformance::shown(kind) +
           "   " + conformance::counted(phone.messages, "message");
  }
  if (phones.size() > most_listed) out += "\n  and " + std::to_string(phones.size() - most_listed) + " more";
  return out;
}

// A recording that shows secrets is masked before anybody looks at it.
tl::expected<transcript::Transcript, transcript::FileProblem> masked(const transcript::Transcript& read) {
  transcript::Masker masker(items::is_secret);
  std::string lines;
  for (const transcript::Entry& entry : read.entries) lines += transcript::to_line(entry, &masker) + "\n";
  return transcript::read(lines);
}

// The same of everything, and who that phone is then.
RecordedPhone anonymised(transcript::Transcript& read, const std::string& phone) {
  transcript::Anonymiser anonymiser({items::is_secret, items::identifies, items::is_common_word});
  for (const transcript::Entry& entry : read.entries) anonymiser.learn(entry);
  for (transcript::Entry& entry : read.entries) entry = anonymiser.anonymised(std::move(entry));
  const std::string id = anonymiser.words(phone);
  std::vector<RecordedPhone> phones = phones_in(read.entries);
  return *std::find_if(phones.begin(), phones.end(), [&](const RecordedPhone& each) { return each.id == id; });
}

bool shows_secrets(const transcript::Transcript& read) {
  return std::any_of(read.entries.begin(), read.entries.end(), [](const transcript::Entry& entry) {
    const auto* start = std::get_if<transcript::Start>(&entry);
    return start && !start->masked;
  });
}

}  // namespace

int run(const ScenarioFromOptions& options) {
  if (options.anonymise && options.show_secrets) return refuse(exit_wrong_command_line, anonymised_or_not);
  auto read = RecordedFile::whole(options.transcript, options.key_log);
  if (!read) return refuse(read.error().exit, read.error().text);
  const bool clear = shows_secrets(*read);
  if (clear && !options.show_secrets && !options.anonymise) {
    auto covered = masked(*read);
    if (!covered) return refuse(exit_could_not_run, covered.error().text);
    read->entries = std::move(covered->entries);
  }
  std::vector<RecordedPhone> phones = phones_in(read->entries);
  std::erase_if(phones, [](const RecordedPhone& phone) { return phone.messages == 0; });
  if (phones.empty())
    return refuse(exit_wrong_input_file, options.transcript + ": no phone says anything in it");
  std::vector<RecordedPhone> meant = options.phone.empty() ? phones : phones_named(phones, options.phone);
  if (meant.empty())
    return refuse(exit_wrong_command_line, "there is no phone \"" + conformance::shown(options.phone) +
                                               "\" in " + options.transcript + "; there are" +
                                               listed(phones));
  if (meant.size() > 1)
    return refuse(exit_wrong_command_line,
                  std::to_string(meant.size()) + " phones are in " + options.transcript +
                      ": say which with --phone, by its mac-addr, its number or its name in the file" +
                      listed(meant));

  if (options.anonymise) meant.front() = anonymised(*read, meant.front().id);
  const MadeScenario made = scenario_from(read->entries, meant.front(), options.new_phone);
  std::vector<std::string_view> rules;
  for (const conformance::RuleText& rule : conformance::rules()) rules.push_back(rule.id);
  const std::string path = options.out.empty() ? "made.xml" : options.out;
  const auto scenario = scenarios::language::Reader(rules).parse(
      path, made.xml, [](const std::string&) -> tl::expected<std::string, std::string> {
        return tl::unexpected(std::string("there is none"));
      });
  if (const int exit = write_made(options.out, made.xml, clear && options.show_secrets); exit != exit_conforming) return exit;
  say_what_is_left_out(options.transcript, *read);
  if (!made.unsaid.empty())
    std::fprintf(stderr, "understudy: %s could not be said:\n",
                 conformance::counted(made.unsaid.size(), "thing").c_str());
  for (const std::string& line : made.unsaid)
    std::fprintf(stderr, "  %s\n", conformance::shown(line).c_str());
  // It should not happen, and whoever is to play it must know.
  if (!scenario)
    return refuse(exit_could_not_run,
                  "what was made is no right scenario: " + shown_lines(scenario.error().with_source()));
  return exit_conforming;
}

}  // namespace understudy::tools
