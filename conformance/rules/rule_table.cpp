#include "rules/rule_table.h"

#include <array>
#include <optional>
#include <utility>

namespace understudy::conformance {

namespace {

constexpr std::array<std::string_view, 9> columns = {"id",       "level",  "confidence", "text", "source",
                                                     "occasion", "effect", "good",       "bad"};

struct Field {
  std::string_view text;
  std::size_t column;
};

std::vector<Field> split(std::string_view line) {
  std::vector<Field> fields;
  std::size_t start = 0;
  while (true) {
    const std::size_t end = line.find('\t', start);
    fields.push_back({line.substr(start, end - start), start + 1});
    if (end == std::string_view::npos) return fields;
    start = end + 1;
  }
}

std::optional<Level> level_named(std::string_view name) {
  for (const Level level : {Level::must, Level::should, Level::note})
    if (name_of(level) == name) return level;
  return std::nullopt;
}

std::optional<Confidence> confidence_named(std::string_view name) {
  for (const Confidence confidence :
       {Confidence::documented, Confidence::observed, Confidence::sense, Confidence::inferred})
    if (name_of(confidence) == name) return confidence;
  return std::nullopt;
}

bool is_id(std::string_view id) {
  const std::size_t dot = id.find('.');
  if (dot == 0 || dot == std::string_view::npos || dot + 1 == id.size()) return false;
  for (std::size_t i = 0; i < id.size(); ++i)
    if (!(id[i] >= 'a' && id[i] <= 'z') && !(id[i] >= '0' && id[i] <= '9') && id[i] != '-' && i != dot)
      return false;
  return true;
}

class Lines {
 public:
  explicit Lines(std::string_view table) : table_(table) {}
  std::size_t number() const { return number_; }
  std::optional<std::string_view> next() {
    if (start_ >= table_.size()) return std::nullopt;
    const std::size_t end = table_.find('\n', start_);
    const std::string_view line = table_.substr(start_, end - start_);
    start_ = end == std::string_view::npos ? table_.size() : end + 1;
    ++number_;
    return line;
  }
  tl::unexpected<TableError> error(std::size_t column, std::string text) const {
    return tl::unexpected(TableError{number_ == 0 ? 1 : number_, column, std::move(text)});
  }

 private:
  std::string_view table_;
  std::size_t start_ = 0, number_ = 0;
};

// Takes the escapes out; the place of a wrong one as the error.
tl::expected<std::string, std::size_t> unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      out += text[i];
      continue;
    }
    const char escape = i + 1 < text.size() ? text[i + 1] : '\0';
    if (escape == 'n')
      out += '\n';
    else if (escape == 't')
      out += '\t';
    else if (escape == '\\')
      out += '\\';
    else
      return tl::unexpected(i);
    ++i;
  }
  return out;
}

}  // namespace

tl::expected<std::vector<RuleText>, TableError> parse_rules(std::string_view table) {
  Lines lines(table);
  const auto first = lines.next();
  if (!first) return lines.error(1, "the table is empty");
  const std::vector<Field> names = split(*first);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i >= names.size())
      return lines.error(first->size() + 1, "column " + std::string(columns[i]) + " is missing");
    if (names[i].text != columns[i])
      return lines.error(names[i].column, "column " + std::string(columns[i]) + " is expected here");
  }
  if (names.size() > columns.size())
    return lines.error(names[columns.size()].column, "there is a column too many");

  std::vector<RuleText> rules;
  while (const auto line = lines.next()) {
    const std::vector<Field> fields = split(*line);
    if (fields.size() != columns.size())
      return lines.error(fields.back().column, "there are " + std::to_string(fields.size()) +
                                                   " fields, not " + std::to_string(columns.size()));
    for (std::size_t i = 0; i < columns.size(); ++i)
      if (fields[i].text.empty()) return lines.error(fields[i].column, std::string(columns[i]) + " is empty");

    const auto level = level_named(fields[1].text);
    const auto confidence = confidence_named(fields[2].text);
    if (!is_id(fields[0].text)) return lines.error(1, "an id is an area, a dot and a name in lower case");
    if (!level) return lines.error(fields[1].column, "a level is must, should or note");
    if (!confidence)
      return lines.error(fields[2].column, "a confidence is documented, observed, sense or inferred");
    if (*level == Level::must && *confidence == Confidence::inferred)
      return lines.error(fields[1].column, "what is inferred is never a must");
    for (const RuleText& other : rules)
      if (other.id == fields[0].text) return lines.error(1, "the id stands there twice");
    const std::string_view area = fields[0].text.substr(0, fields[0].text.find('.'));
    if (!rules.empty() && rules.back().area() != area)
      for (const RuleText& other : rules)
        if (other.area() == area) return lines.error(1, "the rules of an area stand together");

    RuleText rule{std::string(fields[0].text), *level, *confidence, {}, {}, {}, {}, {}, {}};
    std::string* const texts[] = {&rule.text,   &rule.source, &rule.occasion,
                                  &rule.effect, &rule.good,   &rule.bad};
    for (std::size_t i = 0; i < std::size(texts); ++i) {
      const Field& field = fields[i + 3];
      auto text = unescaped(field.text);
      if (!text) return lines.error(field.column + text.error(), "an escape is \\n, \\t or \\\\");
      *texts[i] = std::move(*text);
    }
    rules.push_back(std::move(rule));
  }
  if (rules.empty()) return lines.error(1, "there is no rule");
  return rules;
}

}  // namespace understudy::conformance
