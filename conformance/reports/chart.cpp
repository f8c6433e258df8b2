#include "reports/chart.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "look/html.h"
#include "look/shown.h"
#include "reports/html_parts.h"
#include "reports/plain.h"

namespace understudy::conformance {

namespace {

constexpr int top = 8, axis = 24;  // pixels over and under the plot; report.css leaves room at its sides
constexpr double width = 1000.0;   // of the plot in its own units
constexpr double line_height = 14.0;

double within(double share) {
  return std::isfinite(share) ? std::clamp(share, 0.0, 1.0) : 0.0;
}

// A coordinate: one digit behind the point at most.
std::string place(double value) {
  std::array<char, 32> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(),
                                          std::round(value * 10.0) / 10.0, std::chars_format::fixed, 1);
  std::string out(text.data(), error == std::errc{} ? end : text.data());
  if (out.ends_with(".0")) out.resize(out.size() - 2);
  return out == "-0" ? "0" : out;
}

double rounded(double x) {
  return std::round(within(x) * width * 10.0) / 10.0;
}

std::string across(double x) {
  return place(rounded(x));
}

std::string percent(double x) {
  return place(within(x) * 100.0) + "%";
}

// A name on a chart: there is no room for a longer one, and the tables have it whole.
std::string name_on_chart(std::string_view text) {
  return look::escaped(look::clipped(shown(text), 24));
}

std::string path(std::string_view css, const std::string& d) {
  return "<path class=\"" + std::string(css) + "\" d=\"" + d + "\"/>";
}

}  // namespace

Chart::Chart(std::string id, std::string title, std::string description, int height)
    : id_(std::move(id)), title_(std::move(title)), description_(std::move(description)), height_(height) {}

void Chart::span(std::string_view css, double from, double to, std::string_view name, int row) {
  under_ += "<rect class=\"" + std::string(css) + "\" x=\"" + across(from) + "\" y=\"0\" width=\"" +
            place(std::max((within(to) - within(from)) * width, 1.0)) + "\" height=\"" +
            std::to_string(height_) + "\"/>";
  if (name.empty()) return;
  // Where the span is too near to the right edge its name stands before it.
  const bool late = within(from) > 0.8;
  over_ += "<text class=\"event\" x=\"" + percent(late ? to : from) + "\" y=\"" +
           place(11 + row * line_height) + "\" dx=\"" + (late ? "-3\" text-anchor=\"end" : "3") + "\">" +
           name_on_chart(name) + "</text>";
}

void Chart::y_tick(double y, std::string_view text) {
  const std::string at = place((1.0 - within(y)) * height_);
  under_ += path("grid", "M0 " + at + "H1000");
  left_ += "<text class=\"tick\" x=\"-6\" y=\"" + at + "\" dy=\"4\" text-anchor=\"end\">" +
           name_on_chart(text) + "</text>";
}

void Chart::x_tick(double x, std::string_view text) {
  x_axis_ = true;
  under_ += path("grid", "M" + across(x) + " 0V" + std::to_string(height_));
  left_ += "<text class=\"tick\" x=\"" + percent(x) + "\" y=\"" + std::to_string(height_ + 16) +
           "\" text-anchor=\"middle\">" + name_on_chart(text) + "</text>";
}

void Chart::rule(std::string_view css, double y, std::string_view text) {
  const double at = (1.0 - within(y)) * height_;
  plot_ += path(css, "M0 " + place(at) + "H1000");
  over_ += "<text class=\"event\" x=\"100%\" dx=\"-3\" y=\"" + place(at < line_height ? at + 11 : at - 3) +
           "\" text-anchor=\"end\">" + name_on_chart(text) + "</text>";
}

void Chart::bars(std::string_view css, const std::vector<ChartBar>& bars) {
  std::string d;
  for (const ChartBar& bar : bars) {
    const double high = (within(bar.top) - within(bar.bottom)) * height_;
    if (high <= 0) continue;
    // What is there is seen, however small it is; neighbours share their edge to the digit.
    const double tall = std::max(high, 1.0);
    d += "M" + across(bar.from) + " " + place((1.0 - within(bar.bottom)) * height_) + "v" + place(-tall) +
         "h" + place(std::max(rounded(bar.to) - rounded(bar.from), 0.5)) + "v" + place(tall) + "z";
  }
  if (!d.empty()) plot_ += path(css, d);
}

void Chart::steps(std::string_view css, const std::vector<ChartPoint>& points) {
  std::string d, last;
  bool drawing = false;
  for (const ChartPoint& point : points) {
    const std::string x = across(point.x);
    if (std::isnan(point.y)) {
      if (drawing) d += "H" + x;
      drawing = false;
      continue;
    }
    const std::string y = place((1.0 - within(point.y)) * height_);
    if (!drawing)
      d += "M" + x + " " + y;
    else if (y != last)
      d += "H" + x + "V" + y;
    drawing = true;
    last = y;
  }
  if (drawing) d += "H1000";
  if (!d.empty()) plot_ += path("halo", d) + path(css, d);
}

void Chart::line(std::string_view css, const std::vector<ChartPoint>& points) {
  std::string d;
  for (const ChartPoint& point : points)
    d += (d.empty() ? "M" : "L") + across(point.x) + " " + place((1.0 - within(point.y)) * height_);
  if (points.size() > 1) plot_ += path(css, d);
}

void Chart::mark(std::string_view css, ChartPoint at) {
  over_ += "<circle class=\"" + std::string(css) + "\" cx=\"" + percent(at.x) + "\" cy=\"" +
           place((1.0 - within(at.y)) * height_) + "\" r=\"4\"/>";
}

void Chart::label(double y, std::string_view text) {
  labels_.push_back({(1.0 - within(y)) * height_, std::string(text)});
}

std::string Chart::svg() const {
  std::vector<Label> labels = labels_;
  std::stable_sort(labels.begin(), labels.end(), [](const Label& a, const Label& b) { return a.y < b.y; });
  for (std::size_t i = 1; i < labels.size(); ++i)
    labels[i].y = std::max(labels[i].y, labels[i - 1].y + line_height);
  for (std::size_t i = labels.size(); i-- > 0;)
    labels[i].y = std::min(
        labels[i].y, i + 1 == labels.size() ? static_cast<double>(height_) : labels[i + 1].y - line_height);
  std::string beside;
  for (const Label& label : labels)
    beside += "<text class=\"name\" x=\"100%\" dx=\"5\" y=\"" + place(label.y) + "\" dy=\"4\">" +
              name_on_chart(label.text) + "</text>";
  const std::string h = std::to_string(height_);
  const std::string at = "y=\"" + std::to_string(top) + "\" width=\"100%\" height=\"" + h + "\"";
  return "<svg class=\"chart\" role=\"img\" height=\"" +
         std::to_string(height_ + top + (x_axis_ ? axis : 8)) + "\" aria-labelledby=\"" + id_ + "-title " +
         id_ + "-desc\"><title id=\"" + id_ + "-title\">" + safe(title_) + "</title><desc id=\"" + id_ +
         "-desc\">" + safe(description_) + "</desc><svg class=\"plot\" " + at + " viewBox=\"0 0 1000 " + h +
         "\" preserveAspectRatio=\"none\">" + under_ + plot_ + path("frame", "M0 0V" + h + "H1000") +
         "</svg><svg class=\"over\" " + at + ">" + left_ + over_ + beside + "</svg></svg>";
}

double round_top(double most) {
  if (!std::isfinite(most) || most <= 0) return 1.0;
  const double decade = std::pow(10.0, std::floor(std::log10(most)));
  for (const double step : {1.0, 2.0, 5.0})
    if (most <= step * decade * (1 + 1e-9)) return step * decade;
  return 10.0 * decade;
}

double time_step(double seconds, int ticks) {
  if (!std::isfinite(seconds) || seconds <= 0) return 1.0;
  for (const double step : {1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0,
                            7200.0, 10800.0, 14400.0, 21600.0, 43200.0, 86400.0})
    if (seconds / step <= ticks) return step;
  return round_top(seconds / ticks / 86400.0) * 86400.0;
}

std::string time_tick(double seconds, double step) {
  if (seconds <= 0) return "0";
  if (step >= 3600) return short_number(seconds / 3600) + " h";
  if (step >= 60) return short_number(seconds / 60) + " min";
  return short_number(seconds) + " s";
}

std::string decimal(double number, int digits) {
  if (!std::isfinite(number)) number = 0.0;
  std::array<char, 400> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), std::abs(number),
                                          std::chars_format::fixed, digits);
  std::string out(text.data(), error == std::errc{} ? end : text.data());
  const bool zero = out.find_first_not_of("0.") == std::string::npos;
  const std::size_t point = std::min(out.find('.'), out.size());
  for (std::size_t at = point; at > 3; at -= 3) out.insert(at - 3, ",");
  return number < 0 && !zero ? "−" + out : out;
}

std::string short_number(double number) {
  if (!std::isfinite(number)) return "0";
  constexpr std::pair<double, const char*> large[] = {
      {1e18, " E"}, {1e15, " P"}, {1e12, " T"}, {1e9, " G"}, {1e6, " M"}};
  if (std::abs(number) >= 1e21) return "over 1,000 E";
  for (const auto& [unit, letter] : large)
    if (std::abs(number) >= unit) return short_number(number / unit) + letter;
  for (int digits = 0; digits < 3; ++digits) {
    const double scale = std::pow(10.0, digits);
    if (std::abs(number * scale - std::round(number * scale)) < 1e-6 * scale) return decimal(number, digits);
  }
  return decimal(number, 3);
}

}  // namespace understudy::conformance
