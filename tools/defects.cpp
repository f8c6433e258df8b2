// understudy defects: what our service can be told to do wrong, and what the judge makes of it.
#include "reference/defects.h"

#include <cstdio>
#include <string>
#include <string_view>

#include "commands.h"
#include "reference/field_bugs.h"
#include "reports/plain.h"
#include "rules/rule.h"

namespace understudy::tools {

namespace {

using conformance::append_field;
using reference::Defect;

constexpr std::size_t name_width = 46;

std::string listed(const std::vector<std::string_view>& names, std::string_view quote) {
  std::string out;
  for (const std::string_view name : names)
    out.append(out.empty() ? "" : ", ").append(quote).append(name).append(quote);
  return out;
}

// What it takes beyond a check, in words; empty: nothing.
std::string occasion_of(const Defect& defect) {
  std::string out;
  const auto add = [&out](std::string text) { out += (out.empty() ? "" : ", ") + std::move(text); };
  if (!defect.needs.empty()) add("a job: " + std::string(defect.needs));
  if (defect.phone == "mobile-user")
    add("--mobile-user");
  else if (!defect.phone.empty())
    add("--quirk " + std::string(defect.phone));
  if (!defect.scenario.empty()) add("the scenario " + std::string(defect.scenario));
  return out;
}

std::string markdown_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|' || c == '<' || c == '*' || c == '_') out += '\\';
    out += c;
  }
  return out;
}

// docs/defects.md, to the byte.
void print_markdown() {
  std::printf(
      "# The defects of our service, and what the judge makes of each\n\n"
      "This page is what `understudy defects list --format markdown` prints; a test compares them. "
      "`understudy service\n"
      "--defect NAME` has a defect, and `understudy defects explain NAME` says more of it.\n\n"
      "Each defect is reported by its rule, and by no other than those in the column *also*: a test "
      "(`tests/unit/matrix`) plays\n"
      "all of them. *Occasion* is what it takes beyond `understudy check`: a job that the service is given, "
      "a quirk of the phones, a\n"
      "mobile user, or a scenario of the library. *Field* is the number of a bug that services in the field "
      "were seen to have; they\n"
      "stand at the end.\n");
  std::string_view area, rule;
  for (const conformance::RuleText& text : conformance::rules()) {
    for (const Defect& defect : reference::defects()) {
      if (defect.rule() != text.id) continue;
      if (area != text.area()) std::printf("\n## %s\n", std::string(area = text.area()).c_str());
      if (rule != text.id) {
        rule = text.id;
        std::printf(
            "\n**%s** (%s): a service %s. A phone otherwise: %s.\n\n| defect | the service | also | occasion "
            "| field |\n|---|---|---|---|---|\n",
            text.id.c_str(), std::string(name_of(text.level)).c_str(), markdown_text(text.text).c_str(),
            text.effect == "-" ? "lives with it" : markdown_text(text.effect).c_str());
      }
      std::printf("| `%s` | %s | %s | %s | %s |\n", std::string(defect.name).c_str(),
                  markdown_text(defect.text).c_str(), listed(defect.consequences, "`").c_str(),
                  markdown_text(occasion_of(defect)).c_str(), reference::field_bugs_of(defect.name).c_str());
    }
  }
  std::printf("\n## Bugs of the field\n\n| | what services did | defects |\n|---|---|---|\n");
  for (const reference::FieldBug& bug : reference::field_bugs()) {
    std::string how = listed(bug.defects, "`");
    if (!bug.why.empty()) how += (how.empty() ? "none: " : ": ") + markdown_text(bug.why);
    std::printf("| %s | %s | %s |\n", std::string(bug.number).c_str(), markdown_text(bug.text).c_str(),
                how.c_str());
  }
}

void print_list(bool of_the_field) {
  std::string_view rule;
  for (const Defect& defect : reference::defects()) {
    const std::string bugs = reference::field_bugs_of(defect.name);
    if (of_the_field && bugs.empty()) continue;
    std::string text(defect.text);
    if (!bugs.empty()) text += " (" + bugs + ")";
    if (rule != defect.rule() && !rule.empty()) std::puts("");
    rule = defect.rule();
    bool first = true;
    for (const std::string& line : conformance::wrapped(text, conformance::page_width - 2 - name_width)) {
      std::printf("  %s%s\n", conformance::padded(first ? defect.name : "", name_width).c_str(),
                  line.c_str());
      first = false;
    }
  }
  std::puts("\n  Each continues \"The service ...\"; `understudy defects explain NAME` says more.");
}

void explain(const Defect& defect) {
  const std::string name(defect.name);
  std::string out = name + "\n\n";
  for (const std::string& line :
       conformance::wrapped("The service " + std::string(defect.text) + ".", conformance::page_width - 2))
    out += "  " + line + "\n";
  out += "\n";
  if (const conformance::RuleText* rule = conformance::find_rule(defect.rule())) {
    append_field(out, "rule",
                 rule->id + " (" + std::string(name_of(rule->level)) + "): a service " + rule->text);
    append_field(out, "a phone", rule->effect == "-" ? "lives with it" : rule->effect);
  }
  append_field(out, "also",
               defect.consequences.empty() ? "no other rule deviates" : listed(defect.consequences, ""));
  append_field(out, "occasion", occasion_of(defect));
  for (const reference::FieldBug& bug : reference::field_bugs())
    for (const std::string_view one : bug.defects)
      if (one == defect.name)
        append_field(out, "field",
                     std::string(bug.number) + ", " + std::string(bug.text) +
                         (bug.why.empty() ? "" : ": " + std::string(bug.why)));
  append_field(out, "try it", "understudy service --defect " + name);
  append_field(out, "",
               defect.scenario.empty()
                   ? "understudy check https://127.0.0.1:18443 --only " + std::string(defect.rule())
                   : "understudy run " + std::string(defect.scenario) + " --service https://127.0.0.1:18443");
  std::fputs(out.c_str(), stdout);
}

}  // namespace

int run(const DefectsOptions& options) {
  if (options.explain.empty()) {
    if (options.markdown)
      print_markdown();
    else
      print_list(options.of_the_field);
    return exit_conforming;
  }
  const auto defect = reference::defect_named(options.explain);
  if (!defect) return refuse(exit_wrong_command_line, defect.error());
  explain(**defect);
  return exit_conforming;
}

}  // namespace understudy::tools
