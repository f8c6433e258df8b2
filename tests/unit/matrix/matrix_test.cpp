// The judge is judged: the clean service deviates nowhere, each defect is reported by its rule, and by others only where
// they are listed as consequences.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "hostile_support.h"
#include "items/catalogue.h"
#include "items/identity.h"
#include "matrix_support.h"
#include "rules/judge.h"
#include "rules/rule.h"
#include "transcript/anonymise.h"
#include "transcript/file.h"

namespace understudy {
namespace {

using reference::JobKind;

std::string safe_name(std::string_view name) {
  std::string out(name);
  for (char& c : out)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  return out;
}

class DefectMatrix : public ::testing::TestWithParam<std::size_t> {};

TEST_P(DefectMatrix, IsReportedByItsRuleAndByNoOtherThanItsConsequences) {
  const reference::Defect& defect = reference::defects()[GetParam()];
  const Played played = defect.rule().starts_with("robust.") ? play_hostile({std::string(defect.name)}) : play(case_for(defect));
  std::set<std::string> expected{std::string(defect.rule())};
  for (const std::string_view consequence : defect.consequences) expected.insert(std::string(consequence));
  EXPECT_EQ(deviated(played.verdict), expected) << defect.name << ": " << defect.text << "\n" << told(played.verdict);
}

INSTANTIATE_TEST_SUITE_P(Defects, DefectMatrix, ::testing::Range<std::size_t>(0, reference::defects().size()),
                         [](const auto& each) { return safe_name(reference::defects()[each.param].name); });

// A rule can be broken in several ways: here in the one that the defect is there for.
TEST(Defects, AreSeenInTheWayThatIsMeant) {
  for (const auto& [defect, message] : {
           std::pair("action.no-items-expected/fragment", "GetNextFragment comes with an ItemList"),
           std::pair("flow.every-reason/solicited", "solicited is not answered"),
           std::pair("flow.every-reason/status", "status is not answered"),
           std::pair("fragment.related-together/file", "the items of a file come in several messages"),
           std::pair("fragment.related-together/secure-mode", "goto-secure-mode and what it needs come"),
           std::pair("http.framing/chunks-cut", "closed before the body's end"),
           std::pair("http.framing/after-chunks", "bytes came after the answer's end"),
           std::pair("item.read-back/not-kept", "what the phone had taken, and then said that it has otherwise"),
           std::pair("item.read-back/not-believed", "what the phone has just said that it has"),
           std::pair("reads.empty-forms/swallowed", "writes a value that the phone has just reported"),
           std::pair("reads.entities/undecoded", "references that were not decoded"),
           std::pair("reads.nonce-any/unechoed", "does not carry the nonce"),
           std::pair("reads.statuses/silent", "failed is not answered with an order"),
       }) {
    const Played played = play(case_for(*reference::find_defect(defect)));
    const bool seen = std::any_of(played.verdict.findings.begin(), played.verdict.findings.end(), [&](const conformance::Finding& finding) {
      return std::string_view(defect).starts_with(finding.rule + "/") && finding.message.find(message) != std::string::npos;
    });
    EXPECT_TRUE(seen) << defect << "\n" << told(played.verdict);
  }
}

// What is odd in a message stands in its bytes: a masked record shows it as the wire did.
TEST(DefectsOfReadingAndOfSeveralPhones, AreFoundOfflineToo) {
  for (const reference::Defect& defect : reference::defects()) {
    if (!defect.name.starts_with("reads.") && defect.scenario.empty()) continue;
    const Played played = play(case_for(defect));
    transcript::Masker masker(items::is_secret);
    std::string lines;
    for (const transcript::Entry& entry : played.entries) lines += transcript::to_line(entry, &masker) + "\n";
    const auto record = transcript::read(lines);
    ASSERT_TRUE(record.has_value()) << record.error().text;
    conformance::Judge judge(conformance::Selection{}, nullptr);
    for (const transcript::Entry& entry : record->entries) judge.take(entry);
    EXPECT_EQ(deviated(judge.finish()), deviated(played.verdict)) << defect.name;
  }
}

// A recording that names nobody any more shows the same, as often.
TEST(Defects, AreFoundAsOftenWhereWhoAndWhereIsReplaced) {
  const std::set<std::string_view> areas = {"nonce", "session", "item", "secure", "poll", "file", "contact", "mobile", "busy", "reads"};
  std::set<std::string_view> tried;
  for (const reference::Defect& defect : reference::defects()) {
    const std::string_view area = std::string_view(defect.name).substr(0, defect.name.find('.'));
    if (!areas.contains(area) || !tried.insert(area).second) continue;  // one of each area
    const Played played = play(case_for(defect));
    transcript::Anonymiser anonymiser({items::is_secret, items::identifies, items::is_common_word});
    for (const transcript::Entry& entry : played.entries) anonymiser.learn(entry);
    conformance::Judge judge(conformance::Selection{}, nullptr);
    for (const transcript::Entry& entry : played.entries) judge.take(anonymiser.anonymised(entry));
    const conformance::Verdict verdict = judge.finish();
    ASSERT_EQ(verdict.rules.size(), played.verdict.rules.size());
    for (std::size_t n = 0; n < verdict.rules.size(); ++n) {
      const conformance::RuleResult &is = verdict.rules[n], &was = played.verdict.rules[n];
      EXPECT_EQ(is.deviated, was.deviated) << defect.name << ": " << is.rule;
      EXPECT_EQ(is.held, was.held) << defect.name << ": " << is.rule;
    }
  }
}

TEST(CleanService, DeviatesNowhereAndGetsNotEvenANote) {
  const Played played = play({});
  EXPECT_TRUE(played.verdict.conforming(true));
  EXPECT_TRUE(played.verdict.findings.empty()) << told(played.verdict);
}

TEST(CleanService, DeviatesNowhereWherePhonesPoll) {
  MatrixCase polled;
  polled.polling = true;
  const Played played = play(polled);
  EXPECT_TRUE(played.verdict.findings.empty()) << told(played.verdict);
  EXPECT_TRUE(played.came_to_rest);
}

TEST(CleanService, DeviatesNowhereWherePhonesAreTakenIntoSecureMode) {
  for (const bool polling : {false, true})
    for (const bool fresh_nonce : {false, true}) {
      MatrixCase secure;
      secure.secure = secure.certificate = true;
      secure.polling = polling;
      if (fresh_nonce) secure.quirks = {phone::Quirk::fresh_nonce};
      const Played played = play(secure);
      EXPECT_TRUE(played.verdict.findings.empty()) << told(played.verdict);
      EXPECT_TRUE(played.came_to_rest);
      for (const conformance::RuleResult& rule : played.verdict.rules)
        if (rule.rule.starts_with("secure.") || rule.rule.starts_with("certificate.")) {
          EXPECT_GT(rule.held, 0u) << rule.rule << ": " << rule.why;
        }
    }
}

// What is secret in it has stand-ins there.
TEST(CleanService, DeviatesNowhereInAMaskedRecordOfSecureMode) {
  MatrixCase secure;
  secure.secure = secure.certificate = true;
  const Played played = play(secure);
  transcript::Masker masker(items::is_secret);
  std::string lines;
  for (const transcript::Entry& entry : played.entries) lines += transcript::to_line(entry, &masker) + "\n";
  EXPECT_EQ(lines.find("BEGIN PRIVATE KEY"), std::string::npos);
  const auto record = transcript::read(lines);
  ASSERT_TRUE(record.has_value()) << record.error().text;
  conformance::Judge judge(conformance::Selection{}, nullptr);
  for (const transcript::Entry& entry : record->entries) judge.take(entry);
  const conformance::Verdict verdict = judge.finish();
  EXPECT_TRUE(verdict.findings.empty()) << told(verdict);
  for (const conformance::RuleResult& rule : verdict.rules)
    if (rule.rule.starts_with("secure.")) {
      EXPECT_GT(rule.held, 0u) << rule.rule << ": " << rule.why;
    }
}

// What phones do at once, behind one address, or after an interaction has ended.
const std::vector<std::string> scenarios_of_sessions = {"session-invalidated", "session-isolated", "session-isolated-by-cookie",
                                                        "session-address-independent", "nonce-crosstalk", "nonce-replay",
                                                        "tls-renegotiation"};

TEST(CleanService, DeviatesNowhereInTheScenariosOfSessions) {
  for (const bool polling : {false, true}) {
    MatrixCase sessions;
    sessions.scenarios = scenarios_of_sessions;
    sessions.polling = polling;
    const Played played = play(sessions);
    EXPECT_TRUE(played.verdict.findings.empty()) << told(played.verdict);
    for (const conformance::RuleResult& rule : played.verdict.rules)
      if (rule.rule.starts_with("session.") || rule.rule.starts_with("nonce.")) {
        EXPECT_GT(rule.held, 0u) << rule.rule << ": " << rule.why;
      }
  }
}

constexpr JobKind every_job[] = {JobKind::read,         JobKind::write,           JobKind::read_all,     JobKind::restart,
                                 JobKind::deploy_files, JobKind::deploy_software, JobKind::factory_reset};

TEST(CleanService, DeviatesNowhereWhateverJobIsWaitingAndHoweverThePhoneRestarts) {
  for (const JobKind kind : every_job)
    for (const bool reply_first : {false, true})
      for (const bool fresh_nonce : {false, true}) {
        MatrixCase with_job;
        with_job.jobs = {kind};
        if (reply_first) with_job.quirks |= {phone::Quirk::reply_before_restart};
        if (fresh_nonce) with_job.quirks |= {phone::Quirk::fresh_nonce};
        const Played played = play(with_job);
        EXPECT_TRUE(played.verdict.findings.empty()) << spelling(kind) << "\n" << told(played.verdict);
      }
}

TEST(CleanService, DeviatesNowhereWhereAMobileUserComesAndGoes) {
  for (const bool fresh_nonce : {false, true}) {
    MatrixCase mobile;
    mobile.mobile_user = true;
    if (fresh_nonce) mobile.quirks = {phone::Quirk::fresh_nonce};
    const Played played = play(mobile);
    EXPECT_TRUE(played.verdict.findings.empty()) << told(played.verdict);
  }
}

TEST(CleanService, DeviatesNowhereWithTheSameJobsAgainAndAgain) {
  for (const JobKind kind : {JobKind::read, JobKind::write, JobKind::read_all, JobKind::restart}) {
    MatrixCase many;
    many.jobs.assign(7, kind);
    const Played played = play(many);
    EXPECT_TRUE(played.verdict.findings.empty()) << spelling(kind) << "\n" << told(played.verdict);
  }
}

TEST(CleanService, DeviatesNowhereWhateverQuirkThePhonesHaveWithNoJobAndWithAllOfThem) {
  for (const phone::NamedQuirk& quirk : phone::named_quirks())
    for (const bool with_jobs : {false, true}) {
      MatrixCase odd;
      odd.quirks = quirk.quirks;
      if (with_jobs) odd.jobs.assign(std::begin(every_job), std::end(every_job));
      const Played played = play(odd);
      EXPECT_TRUE(played.verdict.findings.empty()) << quirk.name << (with_jobs ? ", with jobs\n" : "\n") << told(played.verdict);
      EXPECT_TRUE(played.came_to_rest) << quirk.name;
    }
}

// By status, by reading, or by reading after a reply: whatever the phone does, the service learns what became of the files.
TEST(CleanService, SettlesAnOrderOfFilesHoweverThePhoneTellsTheOutcome) {
  using enum phone::Quirk;
  for (const phone::Quirks& quirks : {phone::Quirks{}, phone::Quirks{no_status_for_several}, phone::Quirks{reply_instead_of_status},
                                      phone::Quirks{reply_and_status}, phone::Quirks{connection_close}})
    for (const bool several : {false, true})
      for (const bool arrive : {false, true}) {
        MatrixCase files;
        files.quirks = quirks;
        files.jobs.assign(several ? 2 : 1, JobKind::deploy_files);
        files.files_arrive = arrive;
        const Played played = play(files);
        for (const reference::Job& job : played.jobs)
          EXPECT_EQ(job.state, arrive ? reference::JobState::done : reference::JobState::failed) << job.outcome;
        const std::set<std::string> expected = arrive ? std::set<std::string>{} : std::set<std::string>{"file.fetchable"};
        EXPECT_EQ(deviated(played.verdict), expected) << told(played.verdict);
        EXPECT_TRUE(played.came_to_rest);
      }
}

TEST(CleanService, ExercisesEveryRuleInOneWayOrAnother) {
  std::map<std::string, bool> held;
  for (const conformance::RuleText& rule : conformance::rules()) held[rule.id] = false;
  for (const JobKind kind : {JobKind::read, JobKind::write, JobKind::restart, JobKind::factory_reset}) {
    MatrixCase with_job;
    with_job.polling = kind == JobKind::write;
    with_job.jobs = {kind};
    with_job.quirks = {phone::Quirk::reply_before_restart};
    with_job.mobile_user = true;
    with_job.secure = with_job.certificate = kind == JobKind::read;
    if (kind == JobKind::restart) with_job.scenarios = scenarios_of_sessions;
    for (const conformance::RuleResult& rule : play(with_job).verdict.rules)
      if (rule.held > 0) held[rule.rule] = true;
  }
  const auto deployed = [](JobKind kind, phone::Quirks quirks, bool arrives) {
    MatrixCase files;
    files.jobs = {kind};
    files.quirks = quirks;
    files.files_arrive = arrives;
    return play(files);
  };
  for (const Played& played : {deployed(JobKind::deploy_files, {phone::Quirk::no_status_for_several}, true), deployed(JobKind::deploy_software, {}, true),
                               deployed(JobKind::deploy_software, {}, false)})
    for (const conformance::RuleResult& rule : played.verdict.rules)
      if (rule.held > 0) held[rule.rule] = true;
  for (const conformance::RuleResult& rule : play_hostile({}).verdict.rules)
    if (rule.held > 0) held[rule.rule] = true;
  held["xml.signature"] = true;  // a service that does not sign gives no occasion
  for (const auto& [rule, once] : held) EXPECT_TRUE(once) << rule << " was never seen to hold";
}

TEST(Matrix, HasADefectForEveryRuleAndNoDefectWithoutARule) {
  std::set<std::string> with_defect;
  for (const reference::Defect& defect : reference::defects()) {
    with_defect.insert(std::string(defect.rule()));
    EXPECT_NE(conformance::find_rule(defect.rule()), nullptr) << defect.name;
    for (const std::string_view consequence : defect.consequences)
      EXPECT_NE(conformance::find_rule(consequence), nullptr) << defect.name << " names " << consequence;
  }
  for (const conformance::RuleText& rule : conformance::rules())
    EXPECT_TRUE(with_defect.contains(rule.id)) << rule.id << " has no defect";
}

// A good service whose every answer breaks off after so many bytes, until none is left to cut.
TEST(ServiceThatClosesAtEveryByte, IsFoundOutAtEachOfThem) {
  std::size_t longest = 0;
  for (std::size_t cut = 0; cut == 0 || cut <= longest; ++cut) {
    reference::Options options;
    options.simulated = true;
    reference::Service service(options);
    const Played played = play_against([&](const wpi::HttpRequest& request, const net::Caller& caller, auto now) {
      net::Served served = service.answer(request, caller, now);
      longest = std::max(longest, served.bytes.size());
      if (cut < served.bytes.size()) {
        served.bytes.resize(cut);
        served.close = true;
      }
      return served;
    });
    if (cut == 0) {
      EXPECT_EQ(played.verdict.exchanges, 0u) << "nothing was ever said, so there is nothing to judge";
    } else if (cut < longest) {
      EXPECT_FALSE(played.verdict.conforming(false)) << "cut after " << cut << " bytes of an answer";
    } else {
      EXPECT_TRUE(played.verdict.conforming(true)) << told(played.verdict);
    }
  }
}

TEST(SimulatedCheck, SaysTheSameToTheByteForTheSameSeed) {
  const auto bytes = [](std::uint64_t seed) {
    MatrixCase seeded;
    seeded.seed = seed;
    std::string out;
    for (const transcript::Entry& entry : play(seeded).entries) out += transcript::to_line(entry, nullptr) + "\n";
    return out;
  };
  const std::string first = bytes(4);
  EXPECT_GT(first.size(), 10'000u);
  EXPECT_EQ(first, bytes(4));
  EXPECT_NE(first, bytes(5));
}

}  // namespace
}  // namespace understudy
