#include "reports/html.h"

#include <algorithm>

#include "look/html.h"
#include "look/shown.h"
#include "look/style.h"
#include "reports/findings.h"
#include "reports/html_parts.h"
#include "reports/load_html.h"
#include "reports/plain.h"

namespace understudy::reports::data {

extern const std::string_view report_css, report_js;  // embedded

}  // namespace understudy::reports::data

namespace understudy::conformance {

namespace data = understudy::reports::data;

namespace {

// The verdict in three words and the colour that goes with it.
std::pair<std::string_view, std::string_view> verdict_of(const Result& result) {
  switch (result.ending) {
    case Ending::conforming: {
      const bool held = std::any_of(result.verdict.rules.begin(), result.verdict.rules.end(),
                                    [](const RuleResult& rule) { return rule.outcome == Outcome::held; });
      return held || !result.verdict.findings.empty()
                 ? std::pair<std::string_view, std::string_view>{"held", "✓ Conforming"}
                 : std::pair<std::string_view, std::string_view>{"grey", "– Nothing was judged"};
    }
    case Ending::deviations:
      return {"must", "✕ Not conforming"};
    case Ending::could_not_run:
      return {"grey", "– Could not run"};
    case Ending::interrupted:
      return {"grey", "– Interrupted"};
    case Ending::invalid:
      return {"ours", "◆ INVALID"};
    case Ending::thresholds_missed:
      return {"must", "✕ Thresholds missed"};
  }
  return {"grey", "–"};
}

std::string tallies(const Result& result) {
  std::uint64_t held = 0, deviated = 0, not_exercised = 0, passed = 0, failed = 0;
  for (const RuleResult& rule : result.verdict.rules) {
    const bool scenario = rule.rule.starts_with(scenario_area);
    if (rule.outcome == Outcome::held) ++(scenario ? passed : held);
    if (rule.outcome == Outcome::deviated) ++(scenario ? failed : deviated);
    if (rule.outcome == Outcome::not_exercised && !scenario) ++not_exercised;
  }
  std::string out = "<p class=\"tallies\">";
  const auto add = [&](std::string_view css, std::uint64_t count, const std::string& word,
                       std::string_view to) {
    if (count != 0)
      out += "<a href=\"#" + std::string(to) + "\">" + chip(css, look::grouped(count) + " " + word) + "</a> ";
  };
  add("held", held, held == 1 ? "rule held" : "rules held", "rules");
  add("must", deviated, deviated == 1 ? "rule deviated" : "rules deviated", "findings");
  add("grey", not_exercised, "not exercised", "rules");
  add("held", passed, passed == 1 ? "scenario passed" : "scenarios passed", "scenarios");
  add("must", failed, failed == 1 ? "scenario failed" : "scenarios failed", "scenarios");
  return out + "</p>";
}

// The weightiest finding, which is looked at first: a rule before a scenario, for it says what is wrong with the service.
const Finding* first_to_mend(const Result& result) {
  const Finding* best = nullptr;
  const auto weight = [](const Finding& finding) {
    return std::pair(finding.level, finding.rule.starts_with(scenario_area));
  };
  for (const Finding& finding : result.verdict.findings)
    if (!best || weight(finding) < weight(*best)) best = &finding;
  return best;
}

std::string command_line(const std::string& command) {
  return command.empty() ? ""
                         : "<p class=\"again\"><span class=\"quiet\">Again:</span> <code>" + safe(command) +
                               "</code></p>";
}

std::string to_do(const Result& result, const OnPage& page) {
  std::string out;
  for (const std::string& trouble : result.troubles)
    out += "<p class=\"banner warn\">" + safe(trouble) + "</p>";
  if (!result.run.spoke)
    return out + "<div class=\"card\"><h2>What to do</h2><p>See that the service runs and can be reached" +
           (result.run.start.service.empty() ? std::string()
                                             : " at <code>" + safe(result.run.start.service) + "</code>") +
           ": nothing of it can be judged before it answers.</p>" +
           (result.run.first_failure.empty()
                ? ""
                : "<p>The first try ended so: " + safe(result.run.first_failure) + "</p>") +
           command_line(result.again) + "</div>";
  const Finding* first = first_to_mend(result);
  if (!first) return out;
  const RuleText* rule = find_rule(first->rule);
  out += "<div class=\"card\"><h2>" +
         std::string(first->level == Level::must || result.strict ? "What to mend first"
                                                                  : "What to look at first") +
         "</h2><p>" + chip(css_of(first->level), name_of(first->level)) + " " + rule_link(page, first->rule) +
         ": " + safe(as_sentence(shown(first->message))) + "</p>";
  if (rule)
    out += "<p>A service " + safe(rule->text) + ". <span class=\"quiet\">(" + safe(source_in_words(*rule)) +
           ")</span></p>";
  return out + command_line(repeat(result, *first)) +
         "<p class=\"small\"><a href=\"#finding-1\">All of this finding</a></p></div>";
}

std::string facts(const Result& result) {
  const RunSummary& run = result.run;
  std::string out = "<p class=\"facts\">";
  auto add = [&, first = true](const std::string& fact) mutable {
    if (fact.empty()) return;
    out += (first ? "" : " · ") + fact;
    first = false;
  };
  add(run.start.time.empty() ? "" : "<time>" + safe(run.start.time) + "</time>");
  add(look::counted(result.verdict.exchanges, "exchange") + " in " + safe(look::duration(run.taken)));
  add(safe(run.start.program));
  add("seed " + std::to_string(run.start.seed));
  add(result.transcript.empty() ? "" : "judged from " + safe(result.transcript));
  add(result.strict ? "strict: a “should” counts as a “must”" : "");
  add("exit status " + std::to_string(result.exit));
  return out + "</p>";
}

}  // namespace

std::string safe(std::string_view text) {
  return look::escaped(shown(text));
}

std::string chip(std::string_view css_class, std::string_view word) {
  return "<span class=\"chip " + std::string(css_class) + "\">" + safe(word) + "</span>";
}

std::string_view css_of(Level level) {
  return name_of(level);
}

std::string_view css_of(Outcome outcome) {
  return outcome == Outcome::held ? "held" : outcome == Outcome::deviated ? "must" : "grey";
}

std::string section(std::string_view id, std::string_view title, std::string_view tally) {
  std::string out = "<section id=\"" + std::string(id) + "\"><h2>" + std::string(title);
  if (!tally.empty()) out += " <span class=\"tally\">" + std::string(tally) + "</span>";
  return out + "</h2>\n";
}

std::string rule_link(const OnPage& page, const std::string& rule) {
  if (!page.rules.contains(rule)) return "<strong class=\"mono\">" + safe(rule) + "</strong>";
  return "<a class=\"mono\" href=\"#rule-" + safe(rule) + "\">" + safe(rule) + "</a>";
}

std::string filter_box(std::string_view id, std::string_view what, std::string_view example) {
  return "<p class=\"filter\" hidden><label>" + std::string(what) +
         " <input type=\"search\" data-filters=\"" + std::string(id) + "\" placeholder=\"" +
         std::string(example) + "\"></label></p>";
}

std::string page_begin(std::string_view title) {
  return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
         "'unsafe-inline'; script-src 'unsafe-inline'; "
         "base-uri 'none'; form-action 'none'\">"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"referrer\" "
         "content=\"no-referrer\"><title>" +
         safe(title) + "</title>\n<style>\n" + std::string(look::data::style_css) +
         std::string(data::report_css) +
         "</style></head>\n<body class=\"report\"><a class=\"skip\" href=\"#main\">To the content</a>\n";
}

std::string page_end() {
  return "<script>\n" + std::string(data::report_js) + "</script>\n</body></html>\n";
}

std::string html(const Result& result, const HtmlOptions& options) {
  OnPage page;
  for (const RuleResult& rule : result.verdict.rules)
    if (find_rule(rule.rule)) page.rules.insert(rule.rule);
  const std::string wire = wire_html(options, page);  // says what can be linked to
  const auto [css, word] = verdict_of(result);
  const std::string service = result.run.start.service.empty() ? "a service" : result.run.start.service;

  std::string out = page_begin(std::string(word) + ": " + service);
  out +=
      "<header class=\"page\"><h1>" + safe(service) +
      "</h1><p class=\"facts\">What phones found, by Understudy</p><nav aria-label=\"Parts of this page\">";
  const auto to = [&](std::string_view id, std::string_view name) {
    out += "<a href=\"#" + std::string(id) + "\">" + std::string(name) + "</a>";
  };
  if (result.load) to("load", "Load");
  if (!result.verdict.findings.empty()) to("findings", "Findings");
  to("service", "Service");
  to("rules", "Rules");
  to("scenarios", "Scenarios");
  to("phones", "Phones");
  if (!wire.empty()) to("wire", "On the wire");
  out += "</nav></header>\n<main id=\"main\">\n";
  std::string why = sentence(result);
  for (const std::string_view known : {"Not conforming: ", "Conforming: ", "Could not run: ", "INVALID: ", "Thresholds missed: "})
    if (why.starts_with(known)) why = as_sentence(why.substr(known.size()));
  // The limits stand below, each with what to change.
  if (result.ending == Ending::invalid)
    why = as_sentence(result.load ? why_invalid(*result.load) : why);
  out += "<p class=\"verdict " + std::string(css) + "\">" + std::string(word) + "</p><p class=\"lead\">" +
         safe(why) + "</p>" + (result.load ? invalid_html(*result.load) : "") + tallies(result) + facts(result) +
         to_do(result, page);
  if (result.load) out += load_html(*result.load, page);
  out += findings_html(result, page) + service_html(result) + rules_html(result, page) +
         scenarios_html(result, page) + phones_html(result) + wire + explanations_html(page);
  out += "</main>\n<footer class=\"page\">Made by " +
         safe(result.run.start.program.empty() ? "understudy" : result.run.start.program) +
         ". One file: nothing is fetched, nothing is sent." + "</footer>\n";
  return out + page_end();
}

}  // namespace understudy::conformance
