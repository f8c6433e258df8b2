#include "reports/findings.h"

#include <algorithm>

#include "reports/plain.h"

namespace understudy::conformance {

namespace {

// The first `count` characters of a text.
std::string_view first_characters(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  for (; count != 0 && at < text.size(); --count) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
  }
  return text.substr(0, at);
}

// The carets under a line, where columns are those of the line as it is shown.
std::string carets(std::string_view line, std::uint32_t column, std::uint32_t length) {
  const std::string_view before = first_characters(line, column == 0 ? 0 : column - 1);
  const std::string_view marked = first_characters(line.substr(before.size()), length);
  return std::string(columns(shown(before)), ' ') +
         std::string(std::max<std::size_t>(columns(shown(marked)), 1), '^');
}

void append_excerpt(std::vector<std::string>& lines, const Excerpt& excerpt, const Paint& paint) {
  const auto line_feeds = std::count(excerpt.text.begin(), excerpt.text.end(), '\n');
  const std::size_t number_width =
      std::to_string(excerpt.line + static_cast<std::uint64_t>(line_feeds)).size();
  std::uint32_t number = excerpt.line;
  for (std::size_t from = 0; from <= excerpt.text.size(); ++number) {
    const std::size_t end = std::min(excerpt.text.find('\n', from), excerpt.text.size());
    std::string_view text = std::string_view(excerpt.text).substr(from, end - from);
    if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
    lines.push_back("  " + right_aligned(std::to_string(number), number_width) + " │ " + shown(text));
    if (number == excerpt.mark_line)
      lines.push_back("  " + std::string(number_width, ' ') + " │ " +
                      paint.bad(carets(text, excerpt.mark_column, excerpt.mark_length)));
    from = end + 1;
  }
}

void append_wrapped(std::vector<std::string>& lines, std::string_view text, std::size_t width) {
  for (std::string& line : wrapped(text, width)) lines.push_back(std::move(line));
}

std::string circumstances(const Finding& finding) {
  std::string text;
  const auto add = [&](std::string_view part) { text.append(text.empty() ? "" : ", ").append(part); };
  if (!finding.step.empty()) add("in step \"" + shown(finding.step) + "\"");
  if (!finding.firmware.empty() || !finding.phone.empty())
    add(shown(finding.phone) +
        (finding.firmware.empty() ? "" : (finding.phone.empty() ? "" : " with ") + shown(finding.firmware)));
  if (finding.exchange != 0) add("exchange " + std::to_string(finding.exchange));
  return text.empty() ? "" : (finding.count > 1 ? "First " : "Seen ") + text + ".";
}

}  // namespace

std::string source_in_words(const RuleText& rule) {
  const std::string confidence(name_of(rule.confidence));
  return rule.source.substr(0, confidence.size()) == confidence ? rule.source
                                                                : confidence + ": " + rule.source;
}

std::string effect_in_words(const RuleText& rule) {
  if (rule.effect.empty() || rule.effect == "-") return "";
  if (rule.effect == "undefined") return "What a phone does then is undefined.";
  return "A phone " + rule.effect + ".";
}

std::vector<std::string> evidence(const Result& result, const Finding& finding, const Paint& paint,
                                  std::size_t width) {
  std::vector<std::string> lines;
  const RuleText* rule = find_rule(finding.rule);
  if (rule) append_wrapped(lines, "A service " + rule->text + ".", width);
  append_wrapped(lines, shown(finding.message), width);
  std::vector<std::string> values;
  if (!finding.expected.empty()) values.push_back("expected  " + shown(finding.expected));
  if (!finding.came.empty()) values.push_back("came  " + shown(finding.came));
  if (!finding.where.empty()) values.push_back(shown(finding.where));
  std::string in_one;
  for (const std::string& value : values) in_one.append(in_one.empty() ? "" : "    ").append(value);
  if (columns(in_one) <= width && !in_one.empty())
    lines.push_back(in_one);
  else
    for (const std::string& value : values) append_wrapped(lines, value, width);
  if (finding.excerpt) append_excerpt(lines, *finding.excerpt, paint);
  std::string last = rule ? effect_in_words(*rule) : "";
  if (const std::string when = circumstances(finding); !when.empty())
    last += (last.empty() ? "" : "  ") + when;
  append_wrapped(lines, last, width);
  if (const std::string again = repeat(result, finding); !again.empty())
    lines.push_back("Again: " + shown(again));
  return lines;
}

std::string findings(const Result& result, const Paint& paint, std::size_t width) {
  std::vector<const Finding*> order;
  for (const Finding& finding : result.verdict.findings) order.push_back(&finding);
  std::stable_sort(order.begin(), order.end(),
                   [](const Finding* a, const Finding* b) { return a->level > b->level; });
  std::string out;
  for (const Finding* finding : order) {
    const RuleText* rule = find_rule(finding->rule);
    out += "\n" + paint.sign(finding->level) + " " + paint.strong(finding->rule) + "   " +
           paint.of(finding->level, name_of(finding->level));
    if (rule) out += "   " + source_in_words(*rule);
    out += "   seen " +
           (finding->count == 1 ? std::string("once") : std::to_string(finding->count) + " times") + "\n";
    for (const std::string& line : evidence(result, *finding, paint, width - 2)) out += "  " + line + "\n";
  }
  return out;
}

}  // namespace understudy::conformance
