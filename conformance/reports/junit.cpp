#include "reports/junit.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "reports/findings.h"
#include "reports/plain.h"

namespace understudy::conformance {

namespace {

// XML text or attribute value. Characters that XML cannot carry are shown as \x1b before they get here, save
// the line feeds of our own.
std::string escaped(std::string_view text) {
  std::string out;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    for (const char c : shown(text.substr(from, end - from))) {
      switch (c) {
        case '&':
          out.append("&amp;");
          break;
        case '<':
          out.append("&lt;");
          break;
        case '>':
          out.append("&gt;");
          break;
        case '"':
          out.append("&quot;");
          break;
        default:
          out.push_back(c);
      }
    }
    if (end < text.size()) out.push_back('\n');
    from = end + 1;
  }
  // The two characters of the first plane that are UTF-8 and yet no XML.
  for (const std::string_view none : {"\xEF\xBF\xBE", "\xEF\xBF\xBF"})
    for (std::size_t at = 0; (at = out.find(none, at)) != std::string::npos;)
      out.replace(at, 3, "\xEF\xBF\xBD");
  return out;
}

std::string attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + escaped(value) + "\"";
}

std::string attribute(std::string_view name, std::size_t value) {
  return attribute(name, std::to_string(value));
}

std::string seconds(microseconds time) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3f", static_cast<double>(time.count()) / 1e6);
  return text.data();
}

// One test case as XML, and what it counts as.
struct Case {
  std::string xml;
  bool failed = false, error = false, skipped = false;
  microseconds taken{};
};

// `taken` is 0 for what has no time of its own, as rules have none.
Case test_case(std::string_view area, std::string_view name, std::string_view inside, microseconds taken = {}) {
  Case result;
  result.taken = taken;
  result.xml = "    <testcase" + attribute("classname", "understudy." + std::string(area)) +
               attribute("name", name) + attribute("time", seconds(taken));
  result.xml += inside.empty() ? "/>\n" : ">\n" + std::string(inside) + "    </testcase>\n";
  return result;
}

std::string element(std::string_view name, std::string_view message, std::string_view type,
                    std::string_view text) {
  std::string out = "      <" + std::string(name);
  if (!message.empty()) out += attribute("message", message);
  if (!type.empty()) out += attribute("type", type);
  if (text.empty()) return out + "/>\n";
  return out + ">" + escaped(text) + "</" + std::string(name) + ">\n";
}

Case case_of(const Result& result, const RuleResult& rule) {
  const std::string area = rule.rule.substr(0, rule.rule.find('.'));
  if (rule.outcome == Outcome::not_exercised) {
    const bool required =
        std::find(result.required_not_exercised.begin(), result.required_not_exercised.end(), rule.rule) !=
        result.required_not_exercised.end();
    const bool fails = required && result.run.spoke;
    Case out = test_case(area, rule.rule,
                         fails ? element("failure", "required and not exercised", "required", rule.why)
                               : element("skipped", rule.why.empty() ? "not exercised" : rule.why, "", ""),
                         rule.taken);
    (fails ? out.failed : out.skipped) = true;
    return out;
  }
  std::string failures, remarks, first_message;
  Level first_level = Level::note;
  for (const Finding& finding : result.verdict.findings) {
    if (finding.rule != rule.rule) continue;
    std::string text =
        std::string(name_of(finding.level)) + ", seen " + counted(finding.count, "time") + "\n";
    for (const std::string& line : evidence(result, finding, Paint(false), 100)) text += line + "\n";
    const bool fails = !finding.known && (finding.level == Level::must || (finding.level == Level::should && result.strict));
    if (fails && failures.empty()) first_message = finding.message, first_level = finding.level;
    (fails ? failures : remarks) += text;
  }
  // Without an answer nothing deviates: the run's own case says so.
  const bool fails = !failures.empty() && result.run.spoke;
  if (!fails) remarks = failures + remarks;
  std::string inside;
  if (fails) inside += element("failure", first_message, name_of(first_level), failures);
  if (!remarks.empty()) inside += element("system-out", "", "", remarks);
  Case out = test_case(area, rule.rule, inside, rule.taken);
  out.failed = fails;
  return out;
}

// What became of the run itself: an error where it could not be carried out.
std::vector<Case> cases_of_run(const Result& result) {
  std::vector<Case> cases;
  if (result.run.spoke)
    cases.push_back(test_case("run", "the service answers", ""));
  else {
    cases.push_back(test_case(
        "run", "the service answers",
        element("error", result.run.first_failure.empty() ? "no answer came" : result.run.first_failure,
                "could-not-run", sentence(result))));
    cases.back().error = true;
  }
  if (!result.troubles.empty()) {
    std::string troubles;
    for (const std::string& trouble : result.troubles) troubles += trouble + "\n";
    cases.push_back(test_case("run", "reports are written",
                              element("error", result.troubles[0], "could-not-run", troubles)));
    cases.back().error = true;
  }
  for (const EntryOutcome& each : result.entries) {
    if (each.state == EntryState::matched) continue;
    const bool fails = conformance::fails(each.state);
    cases.push_back(test_case("run", "baseline entry " + each.entry.rule + (each.entry.scenario.empty() ? "" : " in " + each.entry.scenario),
                              fails ? element("failure", each.text, "baseline", each.entry.place + ": " + each.text)
                                    : element("skipped", each.text, "", "")));
    (fails ? cases.back().failed : cases.back().skipped) = true;
  }
  if (result.run.interrupted) {
    cases.push_back(
        test_case("run", "the check comes to its end", element("skipped", "interrupted", "", "")));
    cases.back().skipped = true;
  }
  return cases;
}

// A failure is a threshold that was missed; where we were the limit nothing was measured, which is an error.
std::vector<Case> cases_of_load(const LoadResult& load) {
  std::vector<Case> cases;
  for (const LoadThreshold& each : load.thresholds) {
    cases.push_back(test_case("load", each.text, each.met ? "" : element("failure", "it came: " + each.came, "threshold", each.text + ": " + each.came)));
    cases.back().failed = !each.met;
  }
  cases.push_back(test_case("load", "this program is not the limit",
                            load.valid() ? "" : element("error", load.limits.front().sentence, "invalid", sentence(load))));
  cases.back().error = !load.valid();
  return cases;
}

// ISO 8601 without a zone, as the readers' schemas want it; the time is UTC.
std::string timestamp(const Result& result) {
  const std::string& time = result.run.start.time;
  return time.size() >= 19 && time[10] == 'T' ? time.substr(0, 19) : "1970-01-01T00:00:00";
}

class Suites {
 public:
  explicit Suites(const Result& result) : result_(result) {}

  void add(std::string_view name, const std::vector<Case>& cases, microseconds time) {
    std::size_t failures = 0, errors = 0, skipped = 0;
    std::string inside;
    for (const Case& each : cases) {
      failures += each.failed, errors += each.error, skipped += each.skipped;
      inside += each.xml;
    }
    xml_ += "  <testsuite" + attribute("name", "understudy." + std::string(name)) +
            attribute("id", suites_++) + attribute("package", "understudy") +
            attribute("tests", cases.size()) + attribute("failures", failures) + attribute("errors", errors) +
            attribute("skipped", skipped) + attribute("time", seconds(time)) +
            attribute("timestamp", timestamp(result_)) + attribute("hostname", result_.hostname) + ">\n" +
            (xml_.empty() ? properties() : "") + inside + "  </testsuite>\n";
    tests_ += cases.size(), failures_ += failures, errors_ += errors, skipped_ += skipped;
  }

  std::string xml() const {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + attribute("name", "understudy") +
           attribute("tests", tests_) + attribute("failures", failures_) + attribute("errors", errors_) +
           attribute("skipped", skipped_) + attribute("time", seconds(result_.run.taken)) + ">\n" + xml_ +
           "</testsuites>\n";
  }

 private:
  std::string properties() const {
    std::string out = "    <properties>\n";
    const auto add = [&](std::string_view name, std::string_view value) {
      out += "      <property" + attribute("name", name) + attribute("value", value) + "/>\n";
    };
    add("service", result_.run.start.service);
    add("program", result_.run.start.program);
    add("seed", std::to_string(result_.run.start.seed));
    add("strict", result_.strict ? "true" : "false");
    add("verdict", name_of(result_.ending));
    for (const transcript::PhoneMark& phone : result_.run.phones)
      add(phone.phone, phone.model + ", " + phone.firmware);
    return out + "    </properties>\n";
  }

  const Result& result_;
  std::string xml_;
  std::size_t suites_ = 0, tests_ = 0, failures_ = 0, errors_ = 0, skipped_ = 0;
};

}  // namespace

std::string junit(const Result& result) {
  Suites suites(result);
  suites.add("run", cases_of_run(result), result.run.taken);
  if (result.load) suites.add("load", cases_of_load(*result.load), microseconds{});
  const std::vector<RuleResult>& rules = result.verdict.rules;
  for (std::size_t from = 0; from < rules.size();) {
    const std::string area = rules[from].rule.substr(0, rules[from].rule.find('.'));
    std::vector<Case> cases;
    for (; from < rules.size() && rules[from].rule.substr(0, rules[from].rule.find('.')) == area; ++from)
      cases.push_back(case_of(result, rules[from]));
    microseconds taken{};
    for (const Case& each : cases) taken += each.taken;
    suites.add(area, cases, taken);
  }
  return suites.xml();
}

}  // namespace understudy::conformance
