// Every rule with its outcome, by area; what each says; and the scenarios.
#include <algorithm>

#include "look/html.h"
#include "look/shown.h"
#include "reports/findings.h"
#include "reports/html_parts.h"
#include "reports/plain.h"

namespace understudy::conformance {

namespace {

std::string_view word_of(Outcome outcome) {
  return outcome == Outcome::held ? "held" : outcome == Outcome::deviated ? "deviated" : "not exercised";
}

std::string_view css_of(const RuleResult& rule) {
  return rule.outcome == Outcome::deviated ? css_of(rule.level) : css_of(rule.outcome);
}

std::string number(std::uint64_t count) {
  return count == 0 ? "<td class=\"n quiet\">0</td>" : "<td class=\"n\">" + look::grouped(count) + "</td>";
}

std::string area_head(std::string_view area, const std::vector<const RuleResult*>& rules) {
  std::uint64_t count[3] = {};
  for (const RuleResult* rule : rules) ++count[static_cast<std::size_t>(rule->outcome)];
  std::string out =
      "<tr class=\"area\"><th scope=\"rowgroup\" colspan=\"5\">" + safe(area) + " <span class=\"tally\">";
  const char* between = "";
  for (const Outcome outcome : {Outcome::deviated, Outcome::held, Outcome::not_exercised})
    if (const auto n = count[static_cast<std::size_t>(outcome)]; n != 0) {
      out += between + std::to_string(n) + " " + std::string(word_of(outcome));
      between = ", ";
    }
  return out + "</span></th></tr>";
}

std::string rule_row(const RuleResult& rule, const OnPage& page) {
  const RuleText* text = find_rule(rule.rule);
  std::string says = text ? "A service " + safe(text->text) + "." : std::string();
  if (!rule.why.empty())
    says += (says.empty() ? "" : "<br>") + std::string("<span class=\"quiet\">Not exercised: ") +
            safe(rule.why) + "</span>";
  return "<tr class=\"" + std::string(css_of(rule)) + "\"><td>" + rule_link(page, rule.rule) +
         "<br><span class=\"quiet\">" + safe(name_of(rule.level)) + "</span></td><td>" +
         chip(css_of(rule), word_of(rule.outcome)) + "</td>" + number(rule.held) + number(rule.deviated) +
         "<td>" + says + "</td></tr>\n";
}

std::string example(std::string_view title, std::string_view text) {
  if (text.empty()) return {};
  std::string lines;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    lines += (from == 0 ? "" : "\n") + safe(text.substr(from, end - from));
    from = end + 1;
  }
  return "<dt>" + std::string(title) + "</dt><dd><pre>" + lines + "</pre></dd>";
}

std::string step_row(const Step& step) {
  constexpr std::size_t most = 12;
  std::vector<std::string> words;
  for (std::size_t i = 0; i < step.said.size() && i < most; ++i) {
    words.push_back(safe(step.said[i].word));
    if (!step.said[i].reply.empty()) words.back() += ", answered " + safe(step.said[i].reply);
  }
  std::string said;
  for (const std::string& word : words) said += (said.empty() ? "" : " · ") + word;
  if (step.said.size() > most) said += " · " + std::to_string(step.said.size() - most) + " more";
  if (!step.cut_short.empty()) said += "<br>" + chip("should", "cut short") + " " + safe(step.cut_short);
  return "<tr><td>" + safe(step.name) + "</td><td>" + safe(step.phone) + "</td>" +
         (said.empty() ? "<td class=\"none\">nothing was said</td>" : "<td>" + said + "</td>") +
         "<td class=\"n\">" + look::grouped(step.messages) + "</td><td class=\"n\">" +
         look::grouped(static_cast<std::uint64_t>(step.taken.count()) / 1000) + "</td></tr>\n";
}

std::string scenario_row(const RuleResult& rule, const std::vector<Finding>& findings) {
  const auto found = std::find_if(findings.begin(), findings.end(),
                                  [&](const Finding& finding) { return finding.rule == rule.rule; });
  std::string why = safe(rule.why);
  if (found != findings.end()) why += (why.empty() ? "" : " ") + safe(as_sentence(shown(found->message)));
  const std::string_view word = rule.outcome == Outcome::held       ? "passed"
                                : rule.outcome == Outcome::deviated ? "failed"
                                                                    : "not exercised";
  return "<tr class=\"" + std::string(css_of(rule.outcome)) + "\"><td class=\"mono\">" +
         safe(std::string_view(rule.rule).substr(scenario_area.size())) + "</td><td>" +
         chip(css_of(rule.outcome), word) + "</td><td>" + why + "</td></tr>\n";
}

}  // namespace

std::string rules_html(const Result& result, const OnPage& page) {
  std::vector<std::pair<std::string, std::vector<const RuleResult*>>> areas;
  std::size_t count = 0;
  for (const RuleResult& rule : result.verdict.rules) {
    if (rule.rule.starts_with(scenario_area)) continue;
    ++count;
    const std::string area = rule.rule.substr(0, rule.rule.find('.'));
    if (areas.empty() || areas.back().first != area) areas.push_back({area, {}});
    areas.back().second.push_back(&rule);
  }
  std::string out = section("rules", "Rules", look::grouped(count));
  if (count == 0) return out + "<p class=\"quiet\">None was judged.</p></section>\n";
  out += filter_box("rule-table", "Show those with", "deviated, nonce, trigger ...") +
         "<div class=\"scroll\"><table id=\"rule-table\"><thead><tr><th scope=\"col\">rule</th><th "
         "scope=\"col\">outcome</th>"
         "<th scope=\"col\" class=\"n\">times held</th><th scope=\"col\" class=\"n\">times deviated</th><th "
         "scope=\"col\">what it says</th></tr></thead>\n";
  for (const auto& [area, rules] : areas) {
    out += "<tbody>" + area_head(area, rules);
    for (const RuleResult* rule : rules) out += rule_row(*rule, page);
    out += "</tbody>";
  }
  return out + "</table></div></section>\n";
}

std::string explanations_html(const OnPage& page) {
  if (page.rules.empty()) return {};
  std::string out =
      section("explanations", "The rules explained") +
      "<p class=\"small quiet\">What each rests on, what a phone does otherwise, and examples.</p>";
  for (const RuleText& rule : rules()) {
    if (!page.rules.contains(rule.id)) continue;
    const std::string effect = effect_in_words(rule);
    out += "<details class=\"rule\" id=\"rule-" + safe(rule.id) + "\"><summary><span class=\"mono\">" +
           safe(rule.id) + "</span> <span class=\"quiet\">" + safe(name_of(rule.level)) +
           "</span></summary><p>A service " + safe(rule.text) +
           ".</p><dl class=\"pairs\"><dt>source</dt><dd>" + safe(rule.source) +
           "</dd><dt>confidence</dt><dd>" + safe(name_of(rule.confidence)) + "</dd>" +
           (rule.occasion.empty() ? "" : "<dt>exercised by</dt><dd>" + safe(rule.occasion) + "</dd>") +
           "<dt>otherwise</dt><dd>" + (effect.empty() ? "no effect on a phone is known" : safe(effect)) +
           "</dd>" + example("good", rule.good) + example("bad", rule.bad) + "</dl></details>\n";
  }
  return out + "</section>\n";
}

std::string scenarios_html(const Result& result, const OnPage&) {
  constexpr std::size_t most_rows = 1'000;
  std::string scenarios;
  std::size_t count = 0;
  // What failed stands first.
  for (const Outcome outcome : {Outcome::deviated, Outcome::held, Outcome::not_exercised})
    for (const RuleResult& rule : result.verdict.rules)
      if (rule.rule.starts_with(scenario_area) && rule.outcome == outcome) {
        scenarios += scenario_row(rule, result.verdict.findings);
        ++count;
      }
  std::string out = section("scenarios", "Scenarios", count == 0 ? "" : look::grouped(count));
  if (count != 0)
    out += filter_box("scenario-table", "Show those with", "failed, start-up ...") +
           "<div class=\"scroll\"><table id=\"scenario-table\"><thead><tr><th scope=\"col\">scenario</th><th "
           "scope=\"col\">outcome</th>"
           "<th scope=\"col\">why</th></tr></thead><tbody>" +
           scenarios + "</tbody></table></div>";
  const auto& steps = result.run.steps;
  if (steps.empty())
    return out + (count == 0 ? "<p class=\"quiet\">Nothing was played.</p>" : "") + "</section>\n";
  out += "<details class=\"more\"" + std::string(steps.size() <= 20 ? " open" : "") + "><summary>" +
         look::counted(steps.size(), "step") +
         ": what the service said in each</summary><div class=\"scroll\"><table "
         "id=\"step-table\"><thead><tr><th scope=\"col\">step</th><th scope=\"col\">phone</th>"
         "<th scope=\"col\">the service said</th><th scope=\"col\" class=\"n\">messages</th><th "
         "scope=\"col\" class=\"n\">ms</th></tr></thead><tbody>";
  for (std::size_t i = 0; i < steps.size() && i < most_rows; ++i) out += step_row(steps[i]);
  out += "</tbody></table></div>";
  if (steps.size() > most_rows)
    out += "<p class=\"quiet\">" + look::counted(steps.size() - most_rows, "more step") +
           ", not listed here.</p>";
  return out + "</details></section>\n";
}

}  // namespace understudy::conformance
