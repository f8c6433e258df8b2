#include "unit/reports/results_support.h"

#include <algorithm>

namespace understudy::conformance {

namespace {

using std::chrono::milliseconds;
using transcript::CertificateProblem;

Step step(std::string phone, std::string name, std::vector<Said> said, milliseconds begun, milliseconds taken,
          std::string cut_short = "") {
  Step out;
  out.phone = std::move(phone);
  out.name = std::move(name);
  out.messages = said.size();
  out.said = std::move(said);
  out.begun = begun;
  out.taken = taken;
  out.cut_short = std::move(cut_short);
  return out;
}

RuleResult& rule(Result& result, std::string_view id) {
  const auto found = std::find_if(result.verdict.rules.begin(), result.verdict.rules.end(),
                                  [&](const RuleResult& each) { return each.rule == id; });
  return *found;
}

void held(Result& result, std::string_view id, std::uint64_t times) {
  rule(result, id).outcome = Outcome::held;
  rule(result, id).held = times;
  rule(result, id).why.clear();
}

void deviated(Result& result, Finding finding, std::uint64_t held_times = 0) {
  RuleResult& broken = rule(result, finding.rule);
  broken.outcome = Outcome::deviated;
  broken.deviated += finding.count;
  broken.held = held_times;
  broken.level = finding.level;
  broken.why.clear();
  result.verdict.findings.push_back(std::move(finding));
}

// A table of its own, so that a new rule changes no golden file.
constexpr struct {
  const char* id;
  Level level;
} table[] = {{"http.status", Level::must},
             {"http.version", Level::should},
             {"http.content-type", Level::should},
             {"http.content-length", Level::must},
             {"http.framing", Level::must},
             {"http.timely", Level::should},
             {"http.no-chunked", Level::must},
             {"http.not-empty", Level::must},
             {"http.get-refused", Level::note},
             {"session.cookie", Level::should},
             {"session.cookie-secure", Level::note},
             {"xml.well-formed", Level::must},
             {"xml.utf8", Level::should},
             {"xml.root", Level::must},
             {"xml.signature", Level::note},
             {"xml.item-list-place", Level::must},
             {"xml.entities-v1", Level::should},
             {"nonce.present", Level::must},
             {"nonce.echo", Level::must},
             {"action.one", Level::must},
             {"action.write-items-some", Level::must},
             {"action.read-items-named", Level::must},
             {"flow.clean-up", Level::must},
             {"flow.bounded", Level::must},
             {"flow.restart-ends", Level::should},
             {"fragment.not-unasked", Level::must},
             {"tls.version", Level::should},
             {"tls.certificate-valid", Level::note}};

Result base() {
  Result result;
  RunSummary& run = result.run;
  run.start = {"understudy 0.1.0", "https://10.0.0.5:18443/DeploymentService/LoginService",
               "2026-11-21T03:40:00Z", 9, true};
  run.phones = {{"phone-1", "OpenStage 60", "V3 R5.12.0", "00:1A:E8:FF:00:01", "4930000001"}};
  run.tls = transcript::Tls{"TLSv1.3",
                            "TLS_AES_256_GCM_SHA384",
                            false,
                            "CN=10.0.0.5",
                            "CN=10.0.0.5",
                            "2026-01-01T00:00:00Z",
                            "2027-01-01T00:00:00Z",
                            {CertificateProblem::self_signed}};
  run.peer = "10.0.0.5:18443";
  run.steps = {
      step("phone-1", "start-up", {{"ReadAllItems", "", 1}, {"WriteItems", "", 1}, {"CleanUp", "", 1}},
           milliseconds(0), milliseconds(182)),
      step("phone-1", "start-up, unchanged", {{"CleanUp", "", 2}}, milliseconds(190), milliseconds(31)),
      step("phone-1", "local change", {{"ReadItems", "", 3}, {"CleanUp", "", 3}}, milliseconds(230),
           milliseconds(2044)),
  };
  run.exchanges = result.verdict.exchanges = 6;
  run.spoke = true;
  run.taken = milliseconds(2290);
  result.again = "understudy check https://10.0.0.5:18443 --seed 9";
  for (const auto& [id, level] : table)
    result.verdict.rules.push_back(
        {id, level, Outcome::not_exercised, 0, 0, "no occasion: a message that gives it"});
  rule(result, "http.no-chunked").why = "no occasion: a phone that reads no chunks";
  rule(result, "fragment.not-unasked").why =
      "no occasion: a reply that was not fragment next, and an order that answers it, whatever it is";
  for (const char* id :
       {"http.status", "http.version", "http.content-type", "http.content-length", "http.framing",
        "http.timely", "http.not-empty", "xml.well-formed", "xml.utf8", "xml.root", "nonce.present",
        "nonce.echo", "action.one", "tls.version", "tls.certificate-valid"})
    held(result, id, 6);
  for (const char* id : {"session.cookie", "xml.item-list-place", "action.write-items-some",
                         "action.read-items-named", "flow.clean-up", "flow.bounded"})
    held(result, id, 2);
  held(result, "http.get-refused", 1);
  return result;
}

Finding nonce_of_another() {
  Finding finding;
  finding.rule = "nonce.echo";
  finding.level = Level::must;
  finding.message = "the nonce is that of another message";
  finding.expected = "\"7A0C3391\"";
  finding.came = "\"52D1880F\"";
  finding.where = "in the CleanUp that followed WriteItems";
  finding.excerpt =
      Excerpt{"<DLSMessage>\n  <Message nonce=\"52D1880F\"><Action>CleanUp</Action></Message>", 1, 2, 19, 8};
  finding.phone = "phone-1";
  finding.firmware = "V3 R5.12.0";
  finding.step = "start-up";
  finding.interaction = 1;
  finding.exchange = 3;
  finding.count = 3;
  return finding;
}

Finding cookie_not_secure() {
  Finding finding;
  finding.rule = "session.cookie-secure";
  finding.level = Level::note;
  finding.message = "the cookie JSESSIONID is not marked Secure";
  finding.expected = "Secure; HttpOnly";
  finding.came = "JSESSIONID=0X0X0X01; Path=/";
  finding.phone = "phone-1";
  finding.firmware = "V3 R5.12.0";
  finding.step = "start-up";
  finding.exchange = 1;
  return finding;
}

Result finished(Result result) {
  conclude(result);
  return result;
}

}  // namespace

Result conforming() {
  return finished(base());
}

Result one_must() {
  Result result = base();
  deviated(result, nonce_of_another(), 3);
  return finished(result);
}

Result notes_only() {
  Result result = base();
  deviated(result, cookie_not_secure());
  return finished(result);
}

Result many() {
  Result result = base();
  RunSummary& run = result.run;
  run.phones.push_back({"phone-2", "OpenStage 40", "V2 R2.30.0", "00:1A:E8:FF:00:02", "4930000002"});
  run.phones.push_back({"phone-3", "OpenStage 20", "V1 R4.9.0", "00:1A:E8:FF:00:03", "4930000003"});
  run.tls->problems = {CertificateProblem::expired, CertificateProblem::wrong_name,
                       CertificateProblem::unknown_issuer};
  run.steps.push_back(step(
      "phone-1", "inventory change",
      {{"WriteItems", "failed", 4}, {"\x1b[2JExplode", "", 4}, {"an empty answer", "", 4}, {"404", "", 5}},
      milliseconds(2300), milliseconds(123'456), "not idle in time"));
  run.steps.push_back(step("phone-2", "start-up", std::vector<Said>(30, Said{"WriteItems", "", 1}),
                           milliseconds(125'000), milliseconds(9'990)));
  Step busy = step("phone-3", "start-up", {}, milliseconds(140'000), milliseconds(700));
  for (const char* word : {"ReadAllItems", "WriteItems", "ReadItems", "FileDeployment", "SoftwareDeployment",
                           "Restart", "ReadAllItems"})
    busy.said.push_back({word, "", 1});
  busy.said.push_back({"no answer (timed out)", "", 2});
  busy.messages = busy.said.size();
  run.steps.push_back(busy);
  run.taken = milliseconds(145'000);

  Finding type;
  type.rule = "http.content-type";
  type.level = Level::should;
  type.message = "the answer is labelled text/html";
  type.expected = "text/xml";
  type.came = "text/html; charset=UTF-8";
  type.count = 2;
  type.phone = "phone-2";
  deviated(result, type, 40);
  deviated(result, cookie_not_secure());
  Finding broken;
  broken.rule = "xml.well-formed";
  broken.message = "the answer is not well-formed: an entity that was not declared\nand a line of its own";
  broken.came = "\x1b[31mred\x1b[0m \xFF \xE2\x80\xAEtxt";
  broken.excerpt =
      Excerpt{"\x1b[31m<a>\t\xE6\x97\xA5\xE6\x9C\xAC<b>&nbsp;</b></a> & ]]> \"quoted\"", 117, 117, 9, 3};
  broken.where = "in the answer to a start-up";
  broken.firmware = "V1 R4.9.0";
  deviated(result, broken, 1);
  Finding endless;
  endless.rule = "flow.bounded";
  endless.message = "WriteItems with the same items came three times in one interaction";
  endless.expected =
      "CleanUp, or another order, after at most two of them; the phone answered each with status accepted";
  endless.came =
      "WriteItems with 27 items, the third time in this interaction, and without end as far as can be seen";
  endless.where = "in the interaction that began with start-up";
  endless.count = 12'345;
  deviated(result, endless, 3);
  deviated(result, nonce_of_another(), 3);
  Finding elsewhere = nonce_of_another();  // the same of other orders
  elsewhere.count = 2;
  elsewhere.excerpt.reset();
  for (const char* where : {"in the answer to local-changes", "in the ReadItems that followed WriteItems"}) {
    elsewhere.where = where;
    deviated(result, elsewhere);
  }
  result.required_not_exercised = {"fragment.not-unasked"};
  result.troubles = {"junit.xml cannot be written: No space left on device"};
  result.strict = true;
  return finished(result);
}

Result could_not_run() {
  Result result = base();
  for (RuleResult& each : result.verdict.rules)
    each = {each.rule, each.level, Outcome::not_exercised, 0, 0, "no answer ever came"};
  result.verdict.exchanges = 0;
  result.run.spoke = false;
  result.run.tls.reset();
  result.run.first_failure = "10.0.0.5:18443 refused the connection";
  result.run.steps = {step("phone-1", "start-up", {{"no answer (no connection)", "", 1}}, milliseconds(0),
                           milliseconds(1), "not idle in time")};
  result.run.taken = milliseconds(1);
  return finished(result);
}

Result interrupted() {
  Result result = one_must();
  result.run.interrupted = true;
  result.run.steps.back().cut_short = "interrupted";
  return finished(result);
}

Result selected() {
  Result result = base();
  for (RuleResult& each : result.verdict.rules)
    if (each.rule.substr(0, 5) != "nonce")
      each = {each.rule, each.level, Outcome::not_exercised, 0, 0, "not selected"};
  return finished(result);
}

Result offline() {
  Result result = one_must();
  result.transcript = "night.jsonl";
  result.run.interrupted = true;
  result.again = "understudy judge night.jsonl";
  return finished(result);
}

Result with_baseline() {
  Result result = one_must();
  Baseline baseline{
      "known.xml",
      {{"nonce.echo", "", "the gateway's old firmware", "voice team", "2027-01-31", "known.xml:2:3"},
       {"http.status", "", "r", "o", "", "ci/known, 2.xml:3:5"},
       {"xml.signature", "", "TODO: say why", "o", "", "known.xml:4:3"}}};
  BaselineContext context;
  context.today = "2026-11-27";
  result.baseline = baseline.path;
  result.entries = apply(baseline, context, result.verdict);
  conclude(result);
  return result;
}

std::vector<Sample> samples() {
  return {{"conforming", conforming()},
          {"one-must", one_must()},
          {"many", many()},
          {"notes-only", notes_only()},
          {"could-not-run", could_not_run()},
          {"interrupted", interrupted()},
          {"selected", selected()},
          {"offline", offline()},
          {"with-baseline", with_baseline()}};
}

}  // namespace understudy::conformance
