// The rules themselves, for `understudy rules list` and `understudy rules explain`.
#include <algorithm>

#include "reports/console.h"
#include "reports/findings.h"
#include "reports/plain.h"

namespace understudy::conformance {

namespace {

void append_example(std::string& out, std::string_view title, std::string_view example) {
  if (example.empty()) return;
  out.append("\n  ").append(title).append("\n");
  for (std::size_t from = 0; from <= example.size();) {
    const std::size_t end = std::min(example.find('\n', from), example.size());
    out.append("    ").append(shown(example.substr(from, end - from))).append("\n");
    from = end + 1;
  }
}

std::string_view meaning_of(Confidence confidence) {
  switch (confidence) {
    case Confidence::documented:
      return "the developer's guide says so";
    case Confidence::observed:
      return "seen of real phones and services";
    case Confidence::sense:
      return "what any service over XML and HTTPS owes";
    case Confidence::inferred:
      return "concluded from what is known; never a must";
  }
  return "";
}

std::string_view meaning_of(Level level) {
  switch (level) {
    case Level::must:
      return "a deviation fails";
    case Level::should:
      return "a deviation fails with --strict";
    case Level::note:
      return "a deviation is told, and never fails";
  }
  return "";
}

}  // namespace

std::string list(std::span<const RuleText> rules) {
  std::string out;
  std::string_view area;
  for (const RuleText& rule : rules) {
    if (rule.area() != area && !area.empty()) out += "\n";
    area = rule.area();
    bool first = true;
    for (const std::string& line : wrapped(rule.text, page_width - 38)) {
      out += first ? "  " + padded(rule.id, 28) + padded(name_of(rule.level), 8) : std::string(38, ' ');
      out += line + "\n";
      first = false;
    }
  }
  return out + "\n  " + counted(rules.size(), "rule") +
         ". Each continues \"A service ...\"; `understudy rules explain RULE` says more.\n";
}

std::string explain(const RuleText& rule) {
  std::string out = rule.id + "   " + std::string(name_of(rule.level)) + "\n\n";
  for (const std::string& line : wrapped("A service " + rule.text + ".", page_width - 2))
    out += "  " + line + "\n";
  out += "\n";
  append_field(out, "source", rule.source);
  append_field(out, "confidence", std::string(name_of(rule.confidence)) + ": " + std::string(meaning_of(rule.confidence)));
  append_field(out, "level", std::string(name_of(rule.level)) + ": " + std::string(meaning_of(rule.level)));
  append_field(out, "exercised", rule.occasion.empty() ? "" : "by " + rule.occasion);
  const std::string effect = effect_in_words(rule);
  append_field(out, "otherwise", effect.empty() ? "no effect on a phone is known" : effect);
  append_example(out, "good", rule.good);
  append_example(out, "bad", rule.bad);
  return out;
}

}  // namespace understudy::conformance
