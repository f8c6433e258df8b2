#include "differing.h"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <utility>

#include "commands.h"
#include "interrupt.h"
#include "items/catalogue.h"
#include "made_file.h"
#include "transcript/file.h"

namespace understudy::tools {

using namespace conformance::differences;

std::string objection_to_place(const std::string& service, bool simulated) {
  if (!simulated && service.empty())
    return "whom do the phones call? --service https://host:port, or --simulated for our own service";
  if (simulated && !service.empty())
    return "--simulated plays against our own service in this process: leave out --service";
  return "";
}

void compare(const Course& then, const Course& now, Report& report) {
  ++report.phones;
  report.interactions += std::max(then.turns.size(), now.turns.size());
  std::vector<Difference> more = differences_between(then, now);
  std::move(more.begin(), more.end(), std::back_inserter(report.differences));
}

std::vector<std::string> covered(std::vector<std::string> words, const std::vector<transcript::Entry>& said) {
  transcript::Masker masker(items::is_secret);
  for (const transcript::Entry& entry : said) (void)transcript::to_line(entry, &masker);
  for (std::string& each : words) each = masker.words(each);
  return words;
}

int tell(Report report, Sides sides, const ReportOptions& options) {
  report.differences = grouped(std::move(report.differences));
  const Telling telling{sides, options.show_secrets};
  const int exit = interrupted()                ? exit_interrupted
                   : report.differences.empty() ? exit_conforming
                                                : exit_deviations;
  std::fputs(text_of(report, telling).c_str(), stdout);
  std::fflush(stdout);
  if (!options.json.empty())
    if (const int wrong = write_made(options.json, json_of(report, telling, exit), options.show_secrets); wrong != exit_conforming)
      return exit == exit_conforming ? wrong : exit;
  return exit;
}

}  // namespace understudy::tools
