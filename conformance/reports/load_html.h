// The load as a section of the page, and its charts. Not for others.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/chart.h"
#include "reports/html_parts.h"
#include "reports/load_result.h"

namespace understudy::conformance {

// All of it, as "<section id=load>".
std::string load_html(const LoadResult& load, const OnPage& page);
// What made the result INVALID, with what to change: for the top of the page. Empty where it is valid.
std::string invalid_html(const LoadResult& load);
// Figures, one below the other on the same time axis; the deviations over load have an axis of their own.
std::string load_charts(const LoadResult& load, const OnPage& page);

// Milliseconds with as many digits as can be meant: "0.42", "41.3", "2,013".
std::string in_ms(microseconds time);

// A table that stands folded behind a chart. Cells are HTML; `ends` has of each row where it ends on the x axis, 0 to 1.
struct ChartTable {
  std::vector<std::string> heads;
  std::vector<std::vector<std::string>> rows;
  std::vector<double> ends;
};
// A chart or several with the title that says what to see; `key` and `charts` are HTML.
std::string figure_html(std::string_view id, const std::string& title, const std::string& text,
                        const std::string& key, const std::string& charts, const ChartTable& table);

// The charts of a load, on one time axis.
class LoadTimeline {
 public:
  explicit LoadTimeline(const LoadResult& load);
  bool empty() const { return seconds_ <= 0; }
  // An empty chart of the run with its spans; `named` says whether these have their names on it.
  Chart chart(const std::string& id, const std::string& title, const std::string& description, int height,
              bool named) const;
  void time_ticks(Chart& chart) const;
  double at(microseconds time) const;  // 0 to 1
  double end_of(const LoadInterval& each) const { return at(each.start + each.length); }
  // As many intervals as columns that can be seen, and as rows that are read.
  const std::vector<LoadInterval>& intervals() const { return intervals_; }
  // A table with a column for the time, and those of `heads`, whose cells `row` makes.
  using Row = std::function<std::vector<std::string>(const LoadInterval&)>;
  ChartTable table(std::vector<std::string> heads, const Row& row) const;

  // One value an interval as a small chart of its own: `value` gives it, `text` says its most.
  struct Strip {
    std::string name;  // HTML
    std::string plain_name;
    std::string note;  // HTML, behind the name
    std::string_view css;
    std::function<double(const LoadInterval&)> value;
    double limit = 0.0;  // shown as a line where it is above 0
    std::string limit_name;
    std::string unit;
    bool bars = true;  // else a line
  };
  // One below the other; the last has the time axis.
  std::string strips(const std::string& id, const std::vector<Strip>& strips) const;

 private:
  const LoadResult& load_;
  double seconds_;
  std::vector<LoadInterval> intervals_, rows_;
};

}  // namespace understudy::conformance
