// A chart as inline SVG that keeps the size of its text at any width: it is as wide as its place and as high as was said. Not for others.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::conformance {

// Places are shares of the plot: x from the left, y from the bottom, 0 to 1; what lies outside or is no number is moved to the edge.
struct ChartPoint {
  double x = 0.0, y = 0.0;
};
struct ChartBar {
  double from = 0.0, to = 0.0;     // x
  double bottom = 0.0, top = 0.0;  // y
};

// Classes are those of report.css: they give colour and dash. Texts are escaped here, and those in the
// picture cut after 24 characters.
class Chart {
 public:
  // `height` is that of the plot in pixels. `id` is unique on the page.
  Chart(std::string id, std::string title, std::string description, int height);

  // A part of the x axis that is set apart, with its name at the top where it is not empty. `row` 0 to 2 moves the name down.
  void span(std::string_view css, double from, double to, std::string_view name, int row = 0);
  // A level line with its number at the left edge.
  void y_tick(double y, std::string_view text);
  void x_tick(double x, std::string_view text);
  void rule(std::string_view css, double y, std::string_view text);  // a limit, with its name
  void bars(std::string_view css, const std::vector<ChartBar>& bars);
  // A line over spans: each point holds from its x to the next one's, the last to 1. A y that is NaN leaves a gap.
  void steps(std::string_view css, const std::vector<ChartPoint>& points);
  void line(std::string_view css, const std::vector<ChartPoint>& points);
  void mark(std::string_view css, ChartPoint at);
  // Right of the plot. Labels that would touch are moved apart by svg().
  void label(double y, std::string_view text);

  std::string svg() const;

 private:
  struct Label {
    double y;  // pixels from the top
    std::string text;
  };
  std::string id_, title_, description_;
  int height_;
  bool x_axis_ = false;
  std::string under_, plot_, over_, left_;
  std::vector<Label> labels_;
};

// The least of 1, 2, 5, 10, 20, ... that is not below `most`; 1 where that is not above 0.
double round_top(double most);
// A time axis: the step between ticks so that there are at most `ticks`, in seconds, of those that clocks have.
double time_step(double seconds, int ticks);
// "0", "30 s", "4 min", "6 h": for ticks that are such a step apart.
std::string time_tick(double seconds, double step);
// A number with so many digits behind the point and with its thousands grouped; 0 for what is no number.
std::string decimal(double number, int digits);
// As short as can be: "0", "0.5", "2,000", "1.5 M".
std::string short_number(double number);

}  // namespace understudy::conformance
