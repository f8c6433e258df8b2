// Findings, each with its evidence.
#include <algorithm>

#include "look/html.h"
#include "look/shown.h"
#include "reports/findings.h"
#include "reports/html_parts.h"
#include "reports/plain.h"
#include "wpi/utf8.h"

namespace understudy::conformance {

namespace {

constexpr std::size_t most_findings = 400;

// Where so many characters end.
std::size_t characters(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  for (; count != 0 && at < text.size(); --count) at += wpi::decode_utf8(text, at).length;
  return std::min(at, text.size());
}

std::string marked_line(std::string_view line, std::uint32_t column, std::uint32_t length) {
  const std::size_t from = characters(line, column == 0 ? 0 : column - 1);
  const std::size_t to = from + characters(line.substr(from), std::max<std::uint32_t>(length, 1));
  // Behind the last character there is nothing to mark: a blank stands for it.
  const std::string inside = from == to ? " " : safe(line.substr(from, to - from));
  return safe(line.substr(0, from)) + "<mark>" + inside + "</mark>" + safe(line.substr(to));
}

std::string excerpt_html(const Excerpt& excerpt) {
  std::string out =
      "<div class=\"bytes\" tabindex=\"0\" role=\"region\" aria-label=\"what came, with the place marked\">";
  std::uint32_t number = excerpt.line;
  for (std::size_t from = 0; from <= excerpt.text.size(); ++number) {
    const std::size_t end = std::min(excerpt.text.find('\n', from), excerpt.text.size());
    std::string_view text = std::string_view(excerpt.text).substr(from, end - from);
    if (text.ends_with('\r')) text.remove_suffix(1);
    out += "<div class=\"row\"><span class=\"line-number\">" + std::to_string(number) + "</span><span>" +
           (number == excerpt.mark_line ? marked_line(text, excerpt.mark_column, excerpt.mark_length)
                                        : safe(text)) +
           "</span></div>";
    from = end + 1;
  }
  return out + "</div>";
}

void pair(std::string& out, std::string_view name, const std::string& html) {
  if (!html.empty()) out += "<dt>" + std::string(name) + "</dt><dd>" + html + "</dd>";
}

std::string code(const std::string& text) {
  return text.empty() ? "" : "<code>" + safe(text) + "</code>";
}

std::string arrow_link(const OnPage& page, const Finding& finding) {
  if (finding.exchange == 0) return {};
  const std::string number = std::to_string(finding.exchange);
  if (page.arrows.contains(finding.exchange))
    return " <a class=\"to-arrow\" href=\"#exchange-" + number + "\">Show exchange " + number +
           " on the wire</a>";
  if (const auto line = page.lines.find(finding.exchange); line != page.lines.end())
    return " <a href=\"#interaction-" + std::to_string(line->second + 1) + "\">The interaction</a>";
  return {};
}

std::string finding_html(const Result& result, const OnPage& page, const Block& block, std::size_t number) {
  const Finding& finding = block.shown;
  const RuleText* rule = find_rule(finding.rule);
  std::string out =
      "<article class=\"card finding " + std::string(css_of(finding.level)) + "\" id=\"finding-" +
      std::to_string(number) + "\"><h3>" + chip(css_of(finding.level), name_of(finding.level)) + " " +
      rule_link(page, finding.rule) + " <span class=\"tally\">" +
      (finding.count == 1 ? "seen once" : "seen " + look::grouped(finding.count) + " times") + "</span></h3>";
  out += "<p class=\"message\">" + safe(as_sentence(shown(finding.message))) + "</p>";
  if (rule)
    out += "<p class=\"small quiet\">A service " + safe(rule->text) + ". (" + safe(source_in_words(*rule)) +
           ")</p>";
  out += "<dl class=\"pairs\">";
  pair(out, "expected", code(finding.expected));
  pair(out, "came", code(finding.came));
  pair(out, "where", safe(finding.where));
  out += "</dl>";
  if (finding.excerpt) out += excerpt_html(*finding.excerpt);
  if (!finding.before.empty()) {
    out += "<p class=\"small\">The last messages before it:</p><ol class=\"before mono\">";
    for (const std::string& each : finding.before) out += "<li>" + safe(each) + "</li>";
    out += "</ol>";
  }
  out += "<dl class=\"pairs\">";
  pair(out, "effect", rule ? safe(effect_in_words(*rule)) : "");
  const std::string seen = circumstances(finding);
  pair(out, "first seen", seen.empty() ? "" : safe(seen) + arrow_link(page, finding));
  pair(out, "also", safe(other_places(block)));
  pair(out, "again", code(repeat(result, finding)));
  return out + "</dl></article>\n";
}

}  // namespace

std::string findings_html(const Result& result, const OnPage& page) {
  std::vector<Block> blocks = blocks_of(result.verdict.findings);
  if (blocks.empty()) return {};
  std::stable_sort(blocks.begin(), blocks.end(), [](const Block& a, const Block& b) {
    return std::pair(a.shown.level, a.shown.rule.starts_with(scenario_area)) <
           std::pair(b.shown.level, b.shown.rule.starts_with(scenario_area));
  });
  std::string out = section("findings", "Findings", look::grouped(blocks.size()));
  out +=
      filter_box("finding-list", "Show those with", "nonce, must, phone-2 ...") + "<div id=\"finding-list\">";
  for (std::size_t i = 0; i < blocks.size() && i < most_findings; ++i)
    out += finding_html(result, page, blocks[i], i + 1);
  out += "</div>";
  if (blocks.size() > most_findings)
    out += "<p class=\"quiet\">" + look::counted(blocks.size() - most_findings, "more finding") +
           " of less weight: the console and --json have them.</p>";
  return out + "</section>\n";
}

}  // namespace understudy::conformance
