#include "reports/github.h"

#include <algorithm>
#include <array>
#include <vector>

#include "reports/plain.h"
#include "reports/sarif.h"

namespace understudy::conformance {

namespace {

enum class Kind { error, warning, notice };
constexpr std::array<std::string_view, 3> kinds = {"error", "warning", "notice"};

// As the toolkit of GitHub Actions escapes it: a message can hold all but these three, a property not even : and ,.
std::string escaped(std::string_view text, bool property) {
  std::string out;
  for (const char c : text) {
    if (c == '%')
      out += "%25";
    else if (c == '\r')
      out += "%0D";
    else if (c == '\n')
      out += "%0A";
    else if (property && c == ':')
      out += "%3A";
    else if (property && c == ',')
      out += "%2C";
    else
      out.push_back(c);
  }
  return out;
}

std::string command(Kind kind, const FilePlace& place, std::string_view title, std::string_view message) {
  std::string out = "::" + std::string(kinds[static_cast<std::size_t>(kind)]) + " ";
  if (!place.file.empty())
    out += "file=" + escaped(shown(place.file), true) + ",line=" + std::to_string(place.line) +
           ",col=" + std::to_string(place.column) + ",";
  return out + "title=" + escaped(title, true) + "::" + escaped(message, false) + "\n";
}

class Lines {
 public:
  void add(Kind kind, const FilePlace& place, std::string_view title, std::string_view message) {
    of_[static_cast<std::size_t>(kind)].push_back(command(kind, place, title, message));
  }

  // Of the kind that the verdict has one fewer: it comes behind these.
  std::string text(Kind with_verdict) const {
    std::string out;
    for (std::size_t kind = 0; kind < of_.size(); ++kind) {
      const std::vector<std::string>& lines = of_[kind];
      const std::size_t room = most_annotations - (kind == static_cast<std::size_t>(with_verdict) ? 1 : 0);
      const std::size_t shown_lines = lines.size() <= room ? lines.size() : room - 1;
      for (std::size_t n = 0; n < shown_lines; ++n) out += lines[n];
      if (shown_lines < lines.size())
        out += command(
            static_cast<Kind>(kind), {"", 1, 1}, "understudy",
            "and " + std::to_string(lines.size() - shown_lines) + " more: the text above has them all");
    }
    return out;
  }

 private:
  std::array<std::vector<std::string>, 3> of_;
};

// A scenario of the user's is in the repository; the rule book is not, and nothing is gained by a place in it.
FilePlace place_of(const Finding& finding) {
  return finding.rule.starts_with(scenario_area) ? file_place(finding) : FilePlace{"", 1, 1};
}

std::string message_of(const Result& result, const Finding& finding) {
  std::string out = shown(finding.message);
  if (!finding.expected.empty()) out += "\nexpected  " + shown(finding.expected);
  if (!finding.came.empty()) out += "\ncame  " + shown(finding.came);
  if (!finding.where.empty() && !finding.rule.starts_with(scenario_area)) out += "\n" + shown(finding.where);
  if (finding.count > 1) out += "\nseen " + std::to_string(finding.count) + " times";
  if (finding.known)
    out += "\nknown: " + shown(finding.known->reason) + " (" + shown(finding.known->owner) + ")";
  if (const std::string again = repeat(result, finding); !again.empty()) out += "\nAgain: " + shown(again);
  return out;
}

}  // namespace

std::string github(const Result& result) {
  Lines lines;
  for (const Finding& finding : result.verdict.findings) {
    const bool fails = finding.level == Level::must || (finding.level == Level::should && result.strict);
    const Kind kind = finding.known || finding.level == Level::note ? Kind::notice
                      : fails                                       ? Kind::error
                                                                    : Kind::warning;
    lines.add(
        kind, place_of(finding),
        shown(finding.rule) + " (" + std::string(name_of(finding.level)) + (finding.known ? ", known)" : ")"),
        message_of(result, finding));
  }
  for (const EntryOutcome& entry : result.entries)
    if (fails(entry.state))
      lines.add(Kind::error, file_place(entry.entry.place), "baseline", shown(entry.text));
  for (const std::string& rule : result.required_not_exercised)
    lines.add(Kind::error, {"", 1, 1}, shown(rule), "required and not exercised");
  for (const std::string& trouble : result.troubles)
    lines.add(Kind::error, {"", 1, 1}, "understudy", shown(trouble));
  const Kind verdict = result.ending == Ending::conforming ? Kind::notice : Kind::error;
  return lines.text(verdict) + command(verdict, {"", 1, 1}, "understudy", sentence(result));
}

}  // namespace understudy::conformance
