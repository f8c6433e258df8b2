#include "reports/console.h"

#include <algorithm>
#include <array>
#include <map>

#include "reports/findings.h"
#include "reports/paint.h"
#include "reports/plain.h"

namespace understudy::conformance {

namespace {

std::string tls_in_words(const transcript::Tls& tls) {
  std::string text = tls.version.substr(0, 4) == "TLSv" ? "TLS " + tls.version.substr(4) : tls.version;
  if (tls.problems.empty()) return shown(text) + ", certificate valid";
  constexpr std::array<std::string_view, 6> words = {
      "expired",     "not yet valid",        "for another name",
      "self-signed", "of an unknown issuer", "with a bad signature"};
  text += ", certificate ";
  for (std::size_t i = 0; i < tls.problems.size(); ++i)
    text.append(i == 0                         ? ""
                : i + 1 == tls.problems.size() ? " and "
                                               : ", ")
        .append(words[static_cast<std::size_t>(tls.problems[i])]);
  return shown(text) + " (a phone in default mode takes it)";
}

std::string place_in_words(const RunSummary& run) {
  std::string place = run.start.service;
  const std::size_t scheme = place.find("://");
  if (scheme != std::string::npos) place.erase(0, scheme + 3);
  place.erase(std::min(place.find('/'), place.size()));
  return place.empty() ? run.peer : place;
}

std::string phone_in_words(const transcript::PhoneMark& phone) {
  return shown(phone.firmware.empty() ? phone.model : phone.model + ", " + phone.firmware);
}

// What was said, as words to be flowed: an answer that came again and again once with its number, a dot
// between the answers of an interaction, a bar between interactions.
std::vector<std::string> words_of(const Step& step) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < step.said.size();) {
    const Said& said = step.said[i];
    std::size_t times = 1;
    while (i + times < step.said.size() && step.said[i + times].word == said.word &&
           step.said[i + times].reply == said.reply && step.said[i + times].interaction == said.interaction)
      ++times;
    i += times;
    std::string word = shown(said.word);
    if (times > 1) word += " ×" + std::to_string(times);
    if (!said.reply.empty()) word += ", answered " + shown(said.reply);
    if (i < step.said.size()) word += step.said[i].interaction == said.interaction ? " ·" : " |";
    words.push_back(word);
  }
  if (step.messages > step.said.size() && !step.said.empty()) words.push_back("and " + std::to_string(step.messages - step.said.size()) + " more");
  return words;
}

constexpr std::size_t longest_name = 36;  // of a step that stands beside what was said in it; a longer one stands above

class Page {
 public:
  Page(const Result& result, const Style& style)
      : result_(result),
        paint_(style.colour),
        width_(std::max<std::size_t>(style.width, 80)),
        every_rule_(style.every_rule) {}

  std::string text() {
    header();
    steps();
    if (result_.run.spoke) {  // else there is nothing that a rule could be held against
      if (every_rule_)
        each_rule();
      else
        rules_by_area();
      counts();
      out_ += findings(result_, paint_, width_);
      line("");
      baseline();
    }
    verdict();
    return std::move(out_);
  }

 private:
  void line(std::string_view text) {
    out_.append(text.substr(0, text.find_last_not_of(' ') + 1)).append("\n");
  }
  void header();
  // "NAME: start-up" of "NAME/phone", or what was sent between such steps.
  bool is_folded(const Step& step) const {
    const std::size_t name = step.phone.find('/');
    return result_.folds_scenarios && name != std::string::npos &&
           (step.name.empty() || step.name.starts_with(step.phone.substr(0, name) + ": "));
  }
  void steps();
  void step(const Step& step, std::size_t name_width, std::size_t count_width);
  void rules_by_area();
  void not_exercised();
  void not_exercised(const std::string& detail, const std::vector<std::string>& rules);
  void row(std::string_view area, const std::string& sign, std::string_view word,
           const std::vector<std::string>& rules);
  void each_rule();
  void counts();
  void baseline();
  void verdict();

  const Result& result_;
  Paint paint_;
  std::size_t width_;
  bool every_rule_;
  std::string out_;
};

void Page::header() {
  const RunSummary& run = result_.run;
  std::string first = run.phones.empty() ? "" : phone_in_words(run.phones[0]);
  const std::string place = shown(place_in_words(run));
  if (!place.empty()) first += first.empty() ? place : "  →  " + place;
  const std::string tls = run.tls ? tls_in_words(*run.tls) : "";
  if (!tls.empty() && columns(first) + 3 + columns(tls) <= width_) {
    line(first + "   " + tls);
  } else {
    if (!first.empty()) line(first);
    for (const std::string& each : wrapped(tls, width_ - 2)) line("  " + each);
  }
  if (!result_.transcript.empty()) {
    std::string from = "judged from " + shown(result_.transcript);
    if (!run.start.time.empty()) from += ", recorded " + shown(run.start.time);
    line("  " + from);
    if (run.interrupted) line("  the recording was interrupted");
  }
  if (!out_.empty()) line("");
}

void Page::steps() {
  if (std::all_of(result_.run.steps.begin(), result_.run.steps.end(), [this](const Step& each) { return is_folded(each); })) return;
  std::size_t name_width = 0, count_width = 1;
  for (const Step& each : result_.run.steps) {
    if (is_folded(each)) continue;
    name_width = std::max(name_width, std::min<std::size_t>(columns(shown(each.name)), longest_name));
    count_width = std::max(count_width, std::to_string(each.messages).size());
  }
  std::string phone = result_.run.phones.empty() ? "" : phone_in_words(result_.run.phones[0]);
  for (const Step& each : result_.run.steps) {
    if (is_folded(each)) continue;
    const auto introduced =
        std::find_if(result_.run.phones.begin(), result_.run.phones.end(),
                     [&](const transcript::PhoneMark& mark) { return mark.phone == each.phone; });
    if (introduced != result_.run.phones.end())
      if (std::string words = phone_in_words(*introduced); words != phone) line("  then as " + (phone = std::move(words)));
    step(each, name_width, count_width);
  }
  line("");
}

void Page::step(const Step& step, std::size_t name_width, std::size_t count_width) {
  constexpr std::size_t time_width = 11, gap = 3;
  const std::string count = right_aligned(std::to_string(step.messages), count_width) +
                            (step.messages == 1 ? " message " : " messages");
  const std::string right = count + right_aligned(spoken(step.taken), time_width);
  const std::size_t left = 2 + name_width + gap;
  const std::size_t room = width_ > left + gap + columns(right) ? width_ - left - gap - columns(right) : 1;
  std::vector<std::string> said = flowed(words_of(step), room);
  if (said.empty()) said.emplace_back("nothing was sent");
  std::string name = shown(step.name);
  if (columns(name) > name_width) line("  " + std::exchange(name, ""));
  for (std::size_t i = 0; i < said.size(); ++i) {
    const std::string start = "  " + padded(i == 0 ? name : "", name_width) + std::string(gap, ' ');
    line(i == 0 ? start + padded(said[i], room) + std::string(gap, ' ') + right : start + said[i]);
  }
  if (!step.cut_short.empty()) line(std::string(left, ' ') + "cut short: " + shown(step.cut_short));
}

void Page::row(std::string_view area, const std::string& sign, std::string_view word,
               const std::vector<std::string>& rules) {
  constexpr std::size_t area_width = 12, word_width = 10;
  constexpr std::size_t left = 2 + area_width + 2 + word_width;
  bool first = true;
  for (const std::string& text : flowed(dotted(rules), width_ - left)) {
    line(first ? "  " + padded(area, area_width) + sign + " " + padded(word, word_width) + text
               : std::string(left, ' ') + text);
    first = false;
  }
}

void Page::rules_by_area() {
  const std::vector<RuleResult>& rules = result_.verdict.rules;
  const auto name_of_rule = [](const RuleResult& rule) { return rule.rule.substr(rule.rule.find('.') + 1); };
  for (std::size_t from = 0; from < rules.size();) {
    const std::string area = rules[from].rule.substr(0, rules[from].rule.find('.'));
    std::vector<std::string> held, deviated;
    std::size_t to = from;
    for (; to < rules.size() && rules[to].rule.substr(0, rules[to].rule.find('.')) == area; ++to) {
      const RuleResult& rule = rules[to];
      if (rule.outcome == Outcome::held)
        held.push_back(name_of_rule(rule) + " " + std::to_string(rule.held) + "×");
      if (rule.outcome == Outcome::deviated)
        deviated.push_back(name_of_rule(rule) + " " + std::to_string(rule.deviated) + "×" +
                           (rule.known                  ? " (known)"
                            : rule.level == Level::must ? ""
                                                        : " (" + std::string(name_of(rule.level)) + ")"));
    }
    row(area, paint_.good("✓"), "held", held);
    row(held.empty() ? area : "", paint_.bad("✗"), "deviated", deviated);
    from = to;
  }
  // A load plays what its plan says: what else there would be to see is no question then.
  if (!result_.load) not_exercised();
}

// By reason, in the order in which the reasons come up: "no occasion" once, then what the occasion would be,
// with the rules that wait for it.
void Page::not_exercised() {
  struct Detail {
    std::string text;
    std::vector<std::string> rules;
  };
  std::vector<std::pair<std::string, std::vector<Detail>>> reasons;
  // A few scenarios exercise what they are about: what they leave out is no news, and `--every-rule` tells it. Of a whole
  // check it is.
  const bool scripts = !result_.folds_scenarios && std::any_of(result_.verdict.rules.begin(), result_.verdict.rules.end(),
                                   [](const RuleResult& rule) { return rule.rule.starts_with(scenario_area); });
  for (const RuleResult& rule : result_.verdict.rules) {
    if (rule.outcome != Outcome::not_exercised || (scripts && !rule.rule.starts_with(scenario_area))) continue;
    const std::size_t colon = std::min(rule.why.find(": "), rule.why.size());
    const std::string reason = rule.why.substr(0, colon),
                      detail = rule.why.substr(std::min(colon + 2, rule.why.size()));
    auto known =
        std::find_if(reasons.begin(), reasons.end(), [&](const auto& each) { return each.first == reason; });
    if (known == reasons.end()) known = reasons.insert(known, {reason, {}});
    auto same = std::find_if(known->second.begin(), known->second.end(),
                             [&](const Detail& each) { return each.text == detail; });
    if (same == known->second.end()) same = known->second.insert(same, {detail, {}});
    same->rules.push_back(rule.rule);
  }
  for (const auto& [reason, details] : reasons) {
    line("");
    line("  " + paint_.faint("–") + " not exercised" + (reason.empty() ? "" : ": " + shown(reason)));
    for (const Detail& detail : details) not_exercised(shown(detail.text), detail.rules);
  }
}

void Page::not_exercised(const std::string& detail, const std::vector<std::string>& rules) {
  constexpr std::size_t rules_width = 26, indent = 4;
  constexpr std::size_t many = 12;  // so many for one reason are of no interest one by one
  if (detail.empty() && rules.size() > many) {
    line(std::string(indent, ' ') + counted(rules.size(), "rule"));
    return;
  }
  const bool fit = std::all_of(rules.begin(), rules.end(), [](const std::string& rule) { return columns(rule) + 2 < rules_width; });
  if (!detail.empty() && !fit) {  // as names of scenarios, which do not fit beside it
    for (const std::string& text : wrapped(detail, width_ - indent)) line(std::string(indent, ' ') + text);
    for (const std::string& name : flowed(dotted(rules), width_ - indent - 2)) line(std::string(indent + 2, ' ') + name);
    return;
  }
  const std::vector<std::string> names =
      flowed(dotted(rules), detail.empty() ? width_ - indent : rules_width - 2);
  const std::vector<std::string> texts = wrapped(detail, width_ - indent - rules_width);
  for (std::size_t i = 0; i < std::max(names.size(), texts.size()); ++i) {
    const std::string left = i < names.size() ? names[i] : "";
    line(std::string(indent, ' ') + (i < texts.size() ? padded(left, rules_width) + texts[i] : left));
  }
}

void Page::each_rule() {
  for (const RuleResult& rule : result_.verdict.rules) {
    const RuleText* text = find_rule(rule.rule);
    std::string sign = paint_.faint("–"), times;
    if (rule.outcome == Outcome::held) sign = paint_.good("✓"), times = std::to_string(rule.held) + "×";
    if (rule.outcome == Outcome::deviated) {
      sign = paint_.sign(rule.level);
      times = std::to_string(rule.deviated) + "×" +
              (rule.held ? " (held " + std::to_string(rule.held) + "×)" : "");
    }
    line("  " + sign + " " + padded(rule.rule, 26) + padded(name_of(rule.outcome), 14) +
         padded(name_of(rule.level), 8) + times);
    if (rule.outcome == Outcome::not_exercised)
      for (const std::string& why : wrapped(shown(rule.why), width_ - 6)) line("      " + why);
    else if (text)
      for (const std::string& what : wrapped(text->text, width_ - 6)) line("      " + what);
  }
}

void Page::counts() {
  std::array<std::uint64_t, 3> count{};
  for (const RuleResult& rule : result_.verdict.rules)
    if (!rule.rule.starts_with(scenario_area)) ++count[static_cast<std::size_t>(rule.outcome)];
  const auto triggers = std::count_if(result_.verdict.rules.begin(), result_.verdict.rules.end(),
                                      [](const RuleResult& rule) { return rule.why.find(wants_trigger) != std::string::npos; });
  const std::string hint =
      triggers == 0 ? "" : " (" + std::to_string(triggers) + (triggers == 1 ? " wants" : " want") + " a trigger, see --triggers)";
  line("");
  line("  " + counted(count[0], "rule") + " held   " + std::to_string(count[1]) + " deviated   " +
       std::to_string(count[2]) + " not exercised" + hint + "   in " + counted(result_.verdict.exchanges, "exchange") +
       ", " + spoken(result_.run.taken));
}

// Each entry of the baseline that does not fit, with its place; one that was not exercised, or has no owner yet, is only told.
void Page::baseline() {
  for (const EntryOutcome& each : result_.entries) {
    const bool wrong = fails(each.state), unfinished = each.entry.has_placeholder();
    if (!wrong && !unfinished && each.state != EntryState::not_exercised) continue;
    const std::string sign = wrong ? paint_.bad("✗") : unfinished ? paint_.warning("!") : paint_.faint("–");
    line(sign + " " + shown(each.entry.place) + ": " + shown(each.text) + (unfinished ? "; say why, and who answers for it" : ""));
  }
  if (!result_.entries.empty()) line("");
}

void Page::verdict() {
  for (const std::string& trouble : result_.troubles) line(paint_.warning("!") + " " + shown(trouble));
  const bool good = result_.ending == Ending::conforming;
  const std::string sign = good                                   ? paint_.good("✓")
                           : result_.ending == Ending::deviations || result_.ending == Ending::thresholds_missed
                               ? paint_.bad("✗")
                               : paint_.warning("!");
  bool first = true;
  for (const std::string& text : wrapped(sentence(result_), width_ - 2)) {
    line((first ? sign + " " : "  ") + text);
    first = false;
  }
}

}  // namespace

std::string console(const Result& result, const Style& style) {
  return Page(result, style).text();
}

}  // namespace understudy::conformance
