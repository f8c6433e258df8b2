#include "reports/sarif.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <map>
#include <utility>

#include "reports/findings.h"
#include "reports/plain.h"
#include "transcript/json.h"

namespace understudy::conformance {

namespace {

using transcript::JsonWriter;

constexpr std::string_view rule_book = "conformance/rules/rules.tsv";
constexpr std::string_view entry_rule = "baseline.entry";

std::string_view sarif_level(Level level) {
  return level == Level::must ? "error" : level == Level::should ? "warning" : "note";
}

// As a URI reference: what is not unreserved is %XX.
std::string uri(std::string_view path) {
  constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
  std::string out = path.starts_with('/') ? "file://" : "";
  for (const char c : path) {
    if (plain.find(c) != std::string_view::npos) {
      out.push_back(c);
      continue;
    }
    char code[4];
    std::snprintf(code, sizeof code, "%%%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
    out += code;
  }
  return out;
}

// What differs between runs of the same service is taken out: numbers, long words of hex digits, and what stands in quotes.
std::string shape(std::string_view text) {
  std::string out;
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') quoted = !quoted;
    if (quoted && c != '"') continue;
    const bool digit = c >= '0' && c <= '9';
    if (digit && !out.empty() && out.back() == '#') continue;
    out.push_back(digit ? '#' : c);
  }
  return out;
}

// FNV-1a, 64 bits: the same on every machine and in every version of the program.
std::string digest(std::string_view text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  char out[17];
  std::snprintf(out, sizeof out, "%016llx", static_cast<unsigned long long>(hash));
  return out;
}

std::string first_scenario(const Finding& finding) {
  if (finding.rule.starts_with(scenario_area)) return finding.rule.substr(scenario_area.size());
  for (const auto& [name, times] : finding.scenarios)
    if (!name.empty()) return name;
  return "";
}

class Log {
 public:
  explicit Log(const Result& result) : result_(result), json_(out_, 2) {}

  std::string text() {
    json_.object();
    json_.member("$schema", std::string_view("https://json.schemastore.org/sarif-2.1.0.json"));
    json_.member("version", std::string_view("2.1.0"));
    json_.key("runs").array();
    json_.object();
    tool();
    invocation();
    json_.member("columnKind", std::string_view("unicodeCodePoints"));
    json_.key("results").array();
    for (const Finding& finding : result_.verdict.findings) one(finding);
    for (const EntryOutcome& entry : result_.entries) one(entry);
    json_.end();
    json_.end();
    json_.end();
    json_.end();
    return std::move(out_) + "\n";
  }

 private:
  void text_member(std::string_view name, std::string_view text) {
    json_.key(name).object();
    json_.member("text", text);
    json_.end();
  }

  void tool() {
    json_.key("tool").object();
    json_.key("driver").object();
    json_.member("name", std::string_view("understudy"));
    const std::string program = shown(result_.run.start.program);  // "understudy 0.1.0"
    const std::size_t blank = program.find(' ');
    if (blank != std::string::npos && blank + 1 < program.size())
      json_.member("version", program.substr(blank + 1));
    json_.key("rules").array();
    for (const RuleResult& rule : result_.verdict.rules)
      if (rule.why != not_selected) descriptor(rule);
    if (!result_.entries.empty())
      descriptor(entry_rule, Level::must, "Every entry of the baseline fits",
                 "An entry of the baseline has expired, or the deviation that it names did not come.",
                 "Take the entry out, or give it another day (docs/baseline.md).", nullptr);
    json_.end();
    json_.end();
    json_.end();
  }

  void descriptor(const RuleResult& rule) {
    if (const RuleText* text = find_rule(rule.rule)) {
      const std::string effect = effect_in_words(*text);
      descriptor(rule.rule, text->level, "A service " + text->text, "A service " + text->text + ".",
                 source_in_words(*text) + "." + (effect.empty() ? "" : " " + effect) + " Exercised by " +
                     text->occasion + ".\nGood:\n" + text->good + "\nBad:\n" + text->bad,
                 text);
      return;
    }
    const std::string name = shown(rule.rule.substr(std::min(scenario_area.size(), rule.rule.size())));
    descriptor(shown(rule.rule), rule.level, "The scenario " + name + " runs as it is written",
               "The scenario " + name + " runs as it is written.", "understudy scenarios show " + name,
               nullptr);
  }

  void descriptor(std::string_view id, Level level, std::string_view brief, std::string_view full,
                  std::string_view help, const RuleText* rule) {
    indices_.emplace(std::string(id), indices_.size());
    json_.object();
    json_.member("id", id);
    text_member("shortDescription", brief);
    text_member("fullDescription", full);
    text_member("help", help);
    json_.key("defaultConfiguration").object();
    json_.member("level", sarif_level(level));
    json_.end();
    json_.key("properties").object();
    json_.member("level", name_of(level));
    if (rule) {
      json_.member("confidence", name_of(rule->confidence));
      json_.member("source", rule->source);
      json_.member("precision",
                   std::string_view(rule->confidence == Confidence::documented ? "very-high" : "high"));
    }
    json_.key("tags").array();
    json_.value(std::string_view("wpi"));
    json_.value(id.substr(0, id.find('.')));
    json_.end();
    json_.end();
    json_.end();
  }

  void invocation() {
    json_.key("invocations").array();
    json_.object();
    json_.member("executionSuccessful",
                 result_.ending == Ending::conforming || result_.ending == Ending::deviations);
    json_.member("exitCode", result_.exit);
    json_.member("exitCodeDescription", sentence(result_));
    if (!result_.again.empty()) json_.member("commandLine", shown(result_.again));
    if (result_.run.start.time.size() == 20 && result_.run.start.time[19] == 'Z')
      json_.member("startTimeUtc", shown(result_.run.start.time));
    if (!result_.troubles.empty()) {
      json_.key("toolExecutionNotifications").array();
      for (const std::string& trouble : result_.troubles) {
        json_.object();
        json_.member("level", std::string_view("error"));
        text_member("message", shown(trouble));
        json_.end();
      }
      json_.end();
    }
    json_.end();
    json_.end();
  }

  void physical(const FilePlace& place) {
    json_.key("physicalLocation").object();
    json_.key("artifactLocation").object();
    json_.member("uri", uri(place.file));
    json_.end();
    json_.key("region").object();
    json_.member("startLine", place.line);
    json_.member("startColumn", place.column);
    json_.end();
    json_.end();
  }

  void logical(std::string_view kind, const std::string& name) {
    if (name.empty()) return;
    json_.object();
    json_.member("name", shown(name));
    json_.member("kind", kind);
    json_.end();
  }

  void begin(std::string_view rule, std::string_view level, const std::string& message) {
    json_.object();
    json_.member("ruleId", rule);
    if (const auto index = indices_.find(rule); index != indices_.end())
      json_.member("ruleIndex", index->second);
    json_.member("kind", std::string_view("fail"));
    json_.member("level", level);
    text_member("message", message);
  }

  void fingerprint(const std::string& parts) {
    // Two findings that differ in nothing stable are told apart by their order.
    const std::uint64_t nth = ++seen_[parts];
    json_.key("partialFingerprints").object();
    json_.member("understudyDeviation/v1", digest(parts + "|" + std::to_string(nth)));
    json_.end();
  }

  void one(const Finding& finding) {
    std::string message = shown(finding.message);
    if (!finding.expected.empty()) message += "\nexpected: " + shown(finding.expected);
    if (!finding.came.empty()) message += "\ncame: " + shown(finding.came);
    if (!finding.where.empty()) message += "\n" + shown(finding.where);
    message += "\nseen " + counted(finding.count, "time");
    if (const std::string again = repeat(result_, finding); !again.empty())
      message += "\nAgain: " + shown(again);
    begin(shown(finding.rule), sarif_level(finding.level), message);
    json_.key("locations").array();
    json_.object();
    physical(file_place(finding));
    json_.key("logicalLocations").array();
    logical("service", result_.run.start.service);
    logical("scenario", first_scenario(finding));
    logical("phone", finding.phone);
    json_.end();
    json_.end();
    json_.end();
    fingerprint(finding.rule + "|" + std::string(name_of(finding.level)) + "|" + shape(finding.message) +
                "|" + shape(finding.where));
    json_.member("occurrenceCount", finding.count);
    if (!result_.baseline.empty())
      json_.member("baselineState", std::string_view(finding.known ? "unchanged" : "new"));
    json_.key("suppressions").array();
    if (finding.known) {
      json_.object();
      json_.member("kind", std::string_view("external"));
      json_.member("status", std::string_view("accepted"));
      json_.member("justification",
                   shown(finding.known->reason) + " (" + shown(finding.known->owner) +
                       (finding.known->expires.empty() ? "" : ", until " + finding.known->expires) + ")");
      json_.key("location").object();
      physical(file_place(finding.known->place));
      json_.end();
      json_.end();
    }
    json_.end();
    json_.end();
  }

  void one(const EntryOutcome& entry) {
    if (!fails(entry.state)) return;
    begin(entry_rule, "error", shown(entry.text));
    json_.key("locations").array();
    json_.object();
    physical(file_place(entry.entry.place));
    json_.end();
    json_.end();
    fingerprint(std::string(entry_rule) + "|" + entry.entry.rule + "|" + entry.entry.scenario + "|" +
                std::string(name_of(entry.state)));
    json_.end();
  }

  const Result& result_;
  std::string out_;
  JsonWriter json_;
  std::map<std::string, std::size_t, std::less<>> indices_;
  std::map<std::string, std::uint64_t> seen_;
};

// The number before `end`, back to a colon, which `end` is moved to; none: 0.
std::uint64_t number_before(std::string_view text, std::size_t& end) {
  const std::size_t colon = text.substr(0, end).rfind(':');
  if (colon == std::string_view::npos) return 0;
  std::uint64_t number = 0;
  const auto [stop, error] = std::from_chars(text.data() + colon + 1, text.data() + end, number);
  if (error != std::errc() || stop != text.data() + end) return 0;
  end = colon;
  return number;
}

}  // namespace

FilePlace file_place(const std::string& place) {
  FilePlace out;
  std::size_t end = place.size();
  const std::uint64_t column = number_before(place, end), line = column == 0 ? 0 : number_before(place, end);
  out.line = std::max<std::uint64_t>(line, 1),
  out.column = line == 0 ? 1 : std::max<std::uint64_t>(column, 1);
  out.file = line == 0 ? place : place.substr(0, end);
  return out;
}

FilePlace file_place(const Finding& finding) {
  if (finding.rule.starts_with(scenario_area) && !finding.where.empty()) return file_place(finding.where);
  const auto rule = std::find_if(rules().begin(), rules().end(),
                                 [&](const RuleText& each) { return each.id == finding.rule; });
  // The first line of the book names its columns.
  return {std::string(rule_book),
          rule == rules().end() ? 1 : static_cast<std::uint64_t>(rule - rules().begin()) + 2, 1};
}

std::string sarif(const Result& result) {
  return Log(result).text();
}

}  // namespace understudy::conformance
