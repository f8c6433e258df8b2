// What every command that ends in a verdict shares: it hears all entries, and leaves reports and an exit status.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "command_line.h"
#include "reports/interactions.h"
#include "reports/result.h"
#include "reports/summary.h"
#include "rules/baseline.h"
#include "rules/judge.h"
#include "transcript/file.h"

namespace understudy::tools {

class Session : public transcript::Sink {
 public:
  struct Settings {
    ReportOptions report;
    std::string again;       // the command that repeats the run; empty where there is none
    std::string again_scenario;  // that plays one scenario, see conformance::Result; empty: as `again`
    std::string transcript;  // judged from this file; empty: live
    bool folds_scenarios = false;  // see conformance::Result
    bool mask = true;
    bool masked_before = false;    // what is heard shows no secrets
    bool anonymous = false;        // nothing says on which machine it was judged
    std::vector<std::string> scenarios = {};  // that the run plays, or that the transcript names: a baseline may name them
    std::string only_scenario = {};           // the one that is played, where phones are not named after it
    bool forgets = false;  // a recording, of any length: the run is introduced by its first phones
    bool is_load = false;  // of any length: what was said is judged, and then forgotten
    std::set<std::string> introduces = {};  // of a load: the phones by which the run is introduced
  };
  // Checks names and opens files: a refusal comes before anything is sent.
  static tl::expected<std::unique_ptr<Session>, Refusal> open(Settings settings);

  void take(const transcript::Entry& entry) override;
  // What a scenario came to, as a rule of the run; and what went wrong on our side, in one line. They come before finish().
  void add(conformance::RuleResult scenario, std::vector<conformance::Finding> findings);
  void trouble(std::string text) { troubles_.push_back(std::move(text)); }
  // Why the transcript is not written any more; nullopt while it is, and where there is none.
  std::optional<std::string> transcript_problem() const;
  // From now on `told` hears of every finding when it is made. Of a load alone: a page has its own use for them.
  void tell(std::function<void(const conformance::Finding&)> told);
  // What that phone said and heard last before a finding of which it was told: stands beside it, where it is the first of its kind.
  void add_before(const conformance::Finding& finding, std::vector<std::string> lines);
  // Judges, writes the reports, prints the result. The exit status.
  int finish(bool interrupted, std::optional<conformance::LoadResult> load = std::nullopt);

 private:
  Session(Settings settings, conformance::Selection selection);
  void sum_up(const transcript::Entry& entry);
  bool introduces(const std::string& phone) const;
  void excuse_own_faults();
  void apply_baseline(conformance::Result& result) const;
  void write_baseline(conformance::Result& result) const;
  void print(const conformance::Result& result) const;
  bool shows_secrets() const { return settings_.report.show_secrets && !settings_.masked_before; }
  void write_report(const std::string& path, const std::string& text, std::vector<std::string>& troubles) const;

  Settings settings_;
  transcript::Masker masker_;
  conformance::Judge judge_;
  conformance::Summary summary_;
  std::map<std::string, std::uint64_t> summed_;  // of what may have any length: how much of a phone the summary has taken
  std::unique_ptr<conformance::Interactions> interactions_;  // for --html
  std::unique_ptr<transcript::FileSink> transcript_;
  std::vector<conformance::RuleResult> scenarios_;
  std::vector<conformance::Finding> findings_;
  struct Before {
    std::string rule;
    std::uint64_t exchange = 0;
    std::vector<std::string> lines;
  };
  std::vector<Before> before_;
  std::vector<std::string> troubles_;
  std::optional<conformance::Baseline> baseline_;
};

}  // namespace understudy::tools
