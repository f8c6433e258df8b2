#include "reports/json.h"

#include <algorithm>

#include "reports/load_json.h"
#include "reports/plain.h"
#include "transcript/json.h"

namespace understudy::conformance {

namespace {

using transcript::JsonWriter;

void write_words(JsonWriter& json, std::string_view name, const std::vector<std::string>& words) {
  json.key(name).array();
  for (const std::string& word : words) json.value(shown(word));
  json.end();
}

void write_values(JsonWriter& json, std::string_view name, const Fingerprint::Values& values) {
  json.key(name).array();
  for (const auto& [each, value] : values) {
    json.object();
    json.member("name", shown(each));
    json.member("value", shown(value));
    json.end();
  }
  json.end();
}

// `samples`: of answers too, so that they can be added to those of others.
void write_fingerprint(JsonWriter& json, const Fingerprint& print, bool samples) {
  if (print.empty()) return;
  json.key("fingerprint").object();
  write_values(json, "headers", print.headers);
  write_values(json, "cookies", print.cookies);
  write_words(json, "namespaces", print.namespaces);
  json.member("keeps_open", print.keeps_open);
  json.member("closes", print.closes);
  json.member("by_length", print.by_length);
  json.member("chunked", print.chunked);
  json.member("until_close", print.until_close);
  json.member("without_body", print.without_body);
  json.key("times").array();
  for (const AnswerTime& time : print.times) {
    json.object();
    json.member("kind", shown(time.kind));
    json.member("count", time.count);
    json.member("p50", time.p50.count());
    json.member("p95", time.p95.count());
    json.member("max", time.max.count());
    if (samples) {
      json.key("samples").array();
      for (const microseconds sample : time.samples) json.value(sample.count());
      json.end();
    }
    json.end();
  }
  json.end();
  json.end();
}

void write_service(JsonWriter& json, const Result& result) {
  const RunSummary& run = result.run;
  json.key("service").object();
  json.member("url", shown(run.start.service));
  json.member("peer", shown(run.peer));
  json.member("answered", run.spoke);
  if (!run.first_failure.empty()) json.member("first_failure", shown(run.first_failure));
  if (run.tls) {
    json.key("tls").object();
    json.member("version", shown(run.tls->version));
    json.member("cipher", shown(run.tls->cipher));
    json.member("subject", shown(run.tls->subject));
    json.member("issuer", shown(run.tls->issuer));
    json.member("not_before", shown(run.tls->not_before));
    json.member("not_after", shown(run.tls->not_after));
    json.key("problems").array();
    for (const transcript::CertificateProblem problem : run.tls->problems) json.value(name_of(problem));
    json.end();
    json.end();
  }
  write_fingerprint(json, result.fingerprint, result.load && !result.load->part.empty());
  json.end();
}

void write_run(JsonWriter& json, const Result& result) {
  const RunSummary& run = result.run;
  json.key("run").object();
  json.member("program", shown(run.start.program));
  json.member("time", shown(run.start.time));
  json.member("seed", run.start.seed);
  json.member("transcript", shown(result.transcript));
  json.member("exchanges", result.verdict.exchanges);
  json.member("microseconds", run.taken.count());
  json.member("interrupted", run.interrupted);
  json.member("strict", result.strict);
  json.member("again", shown(result.again));
  if (!result.again_scenario.empty()) json.member("again_scenario", shown(result.again_scenario));
  if (result.folds_scenarios) json.member("folds_scenarios", true);
  write_words(json, "required_not_exercised", result.required_not_exercised);
  write_words(json, "troubles", result.troubles);
  json.key("phones").array();
  for (const transcript::PhoneMark& phone : run.phones) {
    json.object();
    json.member("phone", shown(phone.phone));
    json.member("model", shown(phone.model));
    json.member("firmware", shown(phone.firmware));
    json.member("mac", shown(phone.mac));
    json.member("e164", shown(phone.e164));
    json.end();
  }
  json.end();
  json.end();
}

void write_rules(JsonWriter& json, const Verdict& verdict) {
  json.key("rules").array();
  for (const RuleResult& rule : verdict.rules) {
    json.object();
    json.member("id", rule.rule);
    json.member("level", name_of(rule.level));
    json.member("outcome", name_of(rule.outcome));
    json.member("held", rule.held);
    json.member("deviated", rule.deviated);
    json.member("why", shown(rule.why));
    if (rule.taken.count() > 0) json.member("microseconds", rule.taken.count());
    json.end();
  }
  json.end();
}

void write_excerpt(JsonWriter& json, const Excerpt& excerpt) {
  json.key("excerpt").object();
  json.key("lines").array();
  for (std::size_t from = 0; from <= excerpt.text.size();) {
    const std::size_t end = std::min(excerpt.text.find('\n', from), excerpt.text.size());
    json.value(shown(std::string_view(excerpt.text).substr(from, end - from)));
    from = end + 1;
  }
  json.end();
  json.member("line", excerpt.line);
  json.member("mark_line", excerpt.mark_line);
  json.member("mark_column", excerpt.mark_column);
  json.member("mark_length", excerpt.mark_length);
  json.end();
}

void write_findings(JsonWriter& json, const Result& result) {
  json.key("findings").array();
  for (const Finding& finding : result.verdict.findings) {
    const RuleText* rule = find_rule(finding.rule);
    json.object();
    json.member("rule", finding.rule);
    json.member("level", name_of(finding.level));
    json.member("message", shown(finding.message));
    json.member("expected", shown(finding.expected));
    json.member("came", shown(finding.came));
    json.member("where", shown(finding.where));
    json.member("scenario", shown(finding.step));
    json.member("phone", shown(finding.phone));
    json.member("firmware", shown(finding.firmware));
    json.member("interaction", finding.interaction);
    json.member("exchange", finding.exchange);
    json.member("count", finding.count);
    if (!finding.signature.empty()) {  // only a judge of our own gives one
      json.member("at", finding.at.count());
      json.member("signature", shown(finding.signature));
    }
    json.member("repeat", shown(repeat(result, finding)));
    if (finding.known) {
      json.key("baselined").object();
      json.member("reason", shown(finding.known->reason));
      json.member("owner", shown(finding.known->owner));
      json.member("expires", finding.known->expires);
      json.member("place", shown(finding.known->place));
      json.end();
    }
    if (rule) {
      json.member("source", rule->source);
      json.member("confidence", name_of(rule->confidence));
      json.member("effect", rule->effect);
    }
    if (finding.excerpt) write_excerpt(json, *finding.excerpt);
    if (!finding.before.empty()) write_words(json, "before", finding.before);
    json.end();
  }
  json.end();
}

void write_baseline(JsonWriter& json, const Result& result) {
  json.key("baseline").object();
  json.member("file", shown(result.baseline));
  json.key("entries").array();
  for (const EntryOutcome& each : result.entries) {
    json.object();
    json.member("rule", shown(each.entry.rule));
    json.member("scenario", shown(each.entry.scenario));
    json.member("reason", shown(each.entry.reason));
    json.member("owner", shown(each.entry.owner));
    json.member("expires", each.entry.expires);
    json.member("place", shown(each.entry.place));
    json.member("state", name_of(each.state));
    json.member("fails", fails(each.state));
    json.member("count", each.times);
    json.member("text", shown(each.text));
    json.end();
  }
  json.end();
  json.end();
}

void write_scenarios(JsonWriter& json, const RunSummary& run) {
  json.key("scenarios").array();
  for (const Step& step : run.steps) {
    json.object();
    json.member("name", shown(step.name));
    json.member("phone", shown(step.phone));
    json.member("messages", step.messages);
    json.member("begun", step.begun.count());
    json.member("microseconds", step.taken.count());
    json.member("cut_short", shown(step.cut_short));
    json.key("said").array();
    for (const Said& said : step.said) {
      json.object();
      json.member("word", shown(said.word));
      json.member("reply", shown(said.reply));
      json.member("interaction", said.interaction);
      json.end();
    }
    json.end();
    json.end();
  }
  json.end();
}

}  // namespace

std::string json(const Result& result) {
  std::string out;
  JsonWriter json(out, 2);
  json.object();
  json.member("format", std::string_view("understudy.result/1"));
  json.member("verdict", name_of(result.ending));
  json.member("exit", result.exit);
  json.key("also").array();
  for (const int status : result.also) json.value(status);
  json.end();
  json.member("sentence", sentence(result));
  write_service(json, result);
  write_run(json, result);
  write_rules(json, result.verdict);
  write_findings(json, result);
  if (!result.baseline.empty()) write_baseline(json, result);
  write_scenarios(json, result.run);
  json.key("load");
  if (result.load) {
    write_load(json, *result.load);
  } else {
    json.object();
    json.end();
  }
  json.end();
  return out + "\n";
}

}  // namespace understudy::conformance
