// Several results on a page: rules down, results across.
#include <algorithm>

#include "look/shown.h"
#include "reports/compare.h"
#include "reports/findings.h"
#include "reports/html_parts.h"
#include "reports/plain.h"

namespace understudy::conformance {

namespace {

std::string state_cell(const RuleResult* rule) {
  if (!rule) return "<td class=\"none\">not known there</td>";
  const bool scenario = rule->rule.starts_with(scenario_area);
  if (rule->outcome == Outcome::held)
    return "<td class=\"state\">" + chip("held", scenario ? "passed" : "held") + "</td>";
  if (rule->outcome == Outcome::deviated && scenario)
    return "<td class=\"state\">" + chip("must", "failed") + "</td>";
  if (rule->outcome == Outcome::deviated)
    return "<td class=\"state\">" +
           chip(css_of(rule->level),
                std::string(name_of(rule->level)) + ", " + look::grouped(rule->deviated) + "×") +
           "</td>";
  return "<td class=\"state\" title=\"" + safe(rule->why) + "\">" + chip("grey", "not exercised") + "</td>";
}

std::string change_cell(Change change) {
  switch (change) {
    case Change::none:
      return "<td class=\"none\">no change</td>";
    case Change::fixed:
      return "<td>" + chip("held", "fixed") + "</td>";
    case Change::new_one:
      return "<td>" + chip("must", "new") + "</td>";
    case Change::changed:
      return "<td>" + chip("info", "changed") + "</td>";
  }
  return "<td></td>";
}

std::string_view verdict_css(const StoredResult& stored) {
  return stored.verdict == "conforming" ? "held" : stored.verdict == "deviations" ? "must" : "grey";
}

std::string results_html(const Comparison& comparison) {
  std::string out = section("results", "What is compared") +
                    "<div class=\"scroll\"><table><thead><tr><th scope=\"col\" class=\"n\">no.</th><th "
                    "scope=\"col\">file</th><th scope=\"col\">service</th>"
                    "<th scope=\"col\">when</th><th scope=\"col\">by</th><th scope=\"col\">verdict</th><th "
                    "scope=\"col\" class=\"n\">exchanges</th></tr></thead><tbody>";
  for (std::size_t i = 0; i < comparison.columns.size(); ++i) {
    const StoredResult& stored = *comparison.columns[i].stored;
    const RunSummary& run = stored.result.run;
    const auto server =
        std::find_if(stored.result.fingerprint.headers.begin(), stored.result.fingerprint.headers.end(),
                     [](const auto& header) { return header.first == "Server"; });
    out += "<tr class=\"" + std::string(verdict_css(stored)) + "\"><td class=\"n\">" + std::to_string(i + 1) +
           "</td><td class=\"mono\">" + safe(comparison.columns[i].name) + "</td><td>" +
           safe(run.start.service) +
           (server == stored.result.fingerprint.headers.end()
                ? ""
                : "<br><span class=\"quiet\">" + safe(server->second) + "</span>") +
           "</td><td>" +
           (run.start.time.empty() ? "<span class=\"quiet\">not known</span>" : safe(run.start.time)) +
           "</td><td>" + safe(run.start.program) + "</td><td>" + chip(verdict_css(stored), stored.verdict) +
           "<br>" + safe(stored.sentence) + "</td><td class=\"n\">" +
           look::grouped(stored.result.verdict.exchanges) + "</td></tr>";
  }
  return out + "</tbody></table></div></section>\n";
}

// The rules that the test chooses, as a table; nothing where there are none.
template <typename Test>
std::string table(const Comparison& comparison, const OnPage& page, std::string_view id, Test chosen) {
  std::string rows;
  // What is new first, what was mended last.
  std::vector<ComparedRule> sorted = comparison.rules;
  const auto place = [](const ComparedRule& rule) {
    const RuleResult* last = rule.in.back();
    const bool broken = last && last->outcome == Outcome::deviated;
    return rule.change == Change::new_one ? 0 : broken ? 1 : rule.change == Change::changed ? 2 : 3;
  };
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](const ComparedRule& a, const ComparedRule& b) { return place(a) < place(b); });
  for (const ComparedRule& rule : sorted)
    if (chosen(rule)) {
      rows += "<tr" +
              std::string(rule.change == Change::none      ? ""
                          : rule.change == Change::fixed   ? " class=\"held\""
                          : rule.change == Change::new_one ? " class=\"must\""
                                                           : "") +
              "><td>" + rule_link(page, rule.rule) + "</td>";
      for (const RuleResult* in : rule.in) rows += state_cell(in);
      rows += change_cell(rule.change) + "</tr>\n";
    }
  if (rows.empty()) return {};
  std::string out = "<div class=\"scroll\"><table class=\"compare\" id=\"" + std::string(id) +
                    "\"><thead><tr><th scope=\"col\">rule</th>";
  for (std::size_t i = 0; i < comparison.columns.size(); ++i)
    out += "<th scope=\"col\" class=\"service\">" + std::to_string(i + 1) + " <span class=\"quiet\">" +
           safe(comparison.columns[i].name.substr(comparison.columns[i].name.rfind('/') + 1)) +
           "</span></th>";
  return out + "<th scope=\"col\">change</th></tr></thead><tbody>" + rows + "</tbody></table></div>";
}

std::string findings_of_last(const Comparison& comparison, const OnPage& page) {
  std::string out;
  for (const ComparedRule& rule : comparison.rules) {
    if (rule.change != Change::new_one) continue;
    for (const Finding& finding : comparison.columns.back().stored->result.verdict.findings) {
      if (finding.rule != rule.rule) continue;
      out += "<li>" + chip(css_of(finding.level), name_of(finding.level)) + " " +
             rule_link(page, finding.rule) + ": " + safe(as_sentence(shown(finding.message))) +
             (finding.came.empty() ? "" : " It came: <code>" + safe(finding.came) + "</code>") + "</li>";
      break;
    }
  }
  return out.empty() ? out : "<div class=\"card\"><h2>What is newly broken</h2><ul>" + out + "</ul></div>";
}

}  // namespace

std::string html(const Comparison& comparison) {
  OnPage page;
  for (const ComparedRule& rule : comparison.rules)
    if (find_rule(rule.rule)) page.rules.insert(rule.rule);
  const bool worse = comparison.new_ones + comparison.new_failures != 0,
             better = !worse && comparison.fixed != 0;
  const std::string word = worse                          ? "✕ Newly broken"
                           : better                       ? "✓ Better"
                           : comparison.still_broken != 0 ? "– Broken as before"
                                                          : "✓ Nothing broken anew";
  const auto differs = [](const ComparedRule& rule) {
    return rule.change != Change::none ||
           std::any_of(rule.in.begin(), rule.in.end(),
                       [](const RuleResult* in) { return in && in->outcome == Outcome::deviated; });
  };
  std::string out = page_begin(word + ": " + sentence(comparison));
  out += "<header class=\"page\"><h1>" + look::counted(comparison.columns.size(), "result") +
         " side by side</h1><p class=\"facts\">What phones found, by Understudy</p><nav aria-label=\"Parts "
         "of this page\"><a href=\"#results\">Results</a>"
         "<a href=\"#differences\">Differences</a><a href=\"#others\">All other "
         "rules</a></nav></header>\n<main id=\"main\">\n";
  out += "<p class=\"verdict " +
         std::string(worse                                    ? "must"
                     : better || comparison.still_broken == 0 ? "held"
                                                              : "grey") +
         "\">" + word + "</p><p class=\"lead\">" + safe(sentence(comparison)) + "</p>" +
         findings_of_last(comparison, page) + results_html(comparison);
  const std::string differences = table(comparison, page, "difference-table", differs);
  out += section("differences", "What differs or is broken") +
         (differences.empty()
              ? std::string("<p class=\"quiet\">Nothing: every rule has the same outcome in all of them, and "
                            "none is broken.</p>")
              : filter_box("difference-table", "Show those with", "new, fixed, nonce ...") + differences) +
         "</section>\n";
  const std::string others =
      table(comparison, page, "other-table", [&](const ComparedRule& rule) { return !differs(rule); });
  out += section("others", "All other rules") +
         (others.empty() ? std::string("<p class=\"quiet\">There are none.</p>") : others) + "</section>\n";
  out += explanations_html(page) +
         "</main>\n<footer class=\"page\">One file: nothing is fetched, nothing is sent.</footer>\n";
  return out + page_end();
}

}  // namespace understudy::conformance
