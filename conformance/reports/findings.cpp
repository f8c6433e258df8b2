#include "reports/findings.h"

#include <algorithm>
#include <utility>

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

// "expected  ..." with what does not fit a line under it.
void append_value(std::vector<std::string>& lines, std::string_view label, std::string_view value,
                  std::size_t width) {
  constexpr std::size_t label_width = 10;
  bool first = true;
  for (const std::string& text : wrapped(value, width - label_width)) {
    lines.push_back(padded(first ? label : "", label_width) + text);
    first = false;
  }
}

}  // namespace

std::string circumstances(const Finding& finding) {
  std::string text;
  if (!finding.step.empty()) text += " in step \"" + shown(finding.step) + "\"";
  const std::string& who = finding.phone.empty() ? finding.firmware : finding.phone;
  if (!who.empty()) text += " with " + shown(who);
  if (!finding.phone.empty() && !finding.firmware.empty()) text += " (" + shown(finding.firmware) + ")";
  if (finding.exchange != 0)
    text += std::string(text.empty() ? "" : ",") + " in exchange " + std::to_string(finding.exchange);
  return text.empty() ? "" : (finding.count > 1 ? "First seen" : "Seen") + text + ".";
}

std::string as_sentence(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text.empty() || text.back() == '.' ? text : text + ".";
}

std::vector<Block> blocks_of(const std::vector<Finding>& findings) {
  std::vector<Block> blocks;
  for (const Finding& finding : findings) {
    const auto block = std::find_if(blocks.begin(), blocks.end(), [&](const Block& b) {
      return b.shown.rule == finding.rule && b.shown.level == finding.level &&
             b.shown.message == finding.message && b.shown.known.has_value() == finding.known.has_value();
    });
    if (block == blocks.end()) {
      blocks.push_back({finding, {}});
      continue;
    }
    block->shown.count += finding.count;
    const auto place = std::find_if(block->others.begin(), block->others.end(),
                                    [&](const auto& other) { return other.first == finding.where; });
    if (place == block->others.end())
      block->others.emplace_back(finding.where, finding.count);
    else
      place->second += finding.count;
  }
  return blocks;
}

// "Also in the answer to local-changes (3×), in the CleanUp that followed WriteItems (2×)."
std::string other_places(const Block& block) {
  std::string text;
  for (const auto& [where, count] : block.others)
    text += (text.empty() ? "Also " : ", ") + (where.empty() ? std::string("elsewhere") : shown(where)) +
            " (" + std::to_string(count) + "×)";
  return text.empty() ? text : text + ".";
}

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
  append_wrapped(lines, as_sentence(shown(finding.message)), width);
  if (rule) append_wrapped(lines, "A service " + rule->text + ".", width);
  const std::string expected = shown(finding.expected), came = shown(finding.came),
                    where = shown(finding.where);
  std::string in_one;
  for (const auto& [label, value] :
       {std::pair("expected  ", &expected), std::pair("came  ", &came), std::pair("", &where)})
    if (!value->empty()) in_one.append(in_one.empty() ? "" : "    ").append(label).append(*value);
  if (columns(in_one) <= width) {
    if (!in_one.empty()) lines.push_back(in_one);
  } else {
    append_value(lines, "expected", expected, width);
    append_value(lines, "came", came, width);
    append_value(lines, "", where, width);
  }
  if (finding.known)
    append_wrapped(lines, "Known" + (finding.known->expires.empty() ? std::string() : " until " + finding.known->expires) + ": " +
                              shown(finding.known->reason) + " (" + shown(finding.known->owner) + ", " + shown(finding.known->place) + ")",
                   width);
  if (finding.excerpt) append_excerpt(lines, *finding.excerpt, paint);
  if (!finding.before.empty()) lines.emplace_back("The last messages before it:");
  for (const std::string& each : finding.before) lines.push_back("  " + shown(each));
  std::string last = rule ? effect_in_words(*rule) : "";
  if (const std::string when = circumstances(finding); !when.empty())
    last += (last.empty() ? "" : "  ") + when;
  append_wrapped(lines, last, width);
  if (const std::string again = repeat(result, finding); !again.empty())
    lines.push_back("Again: " + shown(again));
  return lines;
}

std::string findings(const Result& result, const Paint& paint, std::size_t width) {
  std::vector<Block> blocks = blocks_of(result.verdict.findings);
  std::stable_sort(blocks.begin(), blocks.end(),
                   [](const Block& a, const Block& b) {
                     if (a.shown.known.has_value() != b.shown.known.has_value()) return a.shown.known.has_value();
                     return a.shown.level > b.shown.level;
                   });
  std::string out;
  for (const Block& block : blocks) {
    const Finding& finding = block.shown;
    const RuleText* rule = find_rule(finding.rule);
    out += "\n" + paint.sign(finding.level) + " " + paint.strong(finding.rule) + "   " +
           paint.of(finding.level, name_of(finding.level));
    if (finding.known) out += ", known";
    if (rule) out += "   " + source_in_words(*rule);
    out += "   seen " +
           (finding.count == 1 ? std::string("once") : std::to_string(finding.count) + " times") + "\n";
    std::vector<std::string> lines = evidence(result, finding, paint, width - 2);
    append_wrapped(lines, other_places(block), width - 2);
    for (const std::string& line : lines) out += "  " + line + "\n";
  }
  return out;
}

}  // namespace understudy::conformance
