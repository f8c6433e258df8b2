#include "load_metrics.h"

#include <array>
#include <cstdio>

namespace understudy::tools {

namespace {

using namespace fleet::load;

// Of a label: what may end it, or the line, is escaped.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

class Page {
 public:
  void head(const char* name, const char* type, const char* help) {
    out_ += std::string("# HELP understudy_load_") + name + " " + help + "\n# TYPE understudy_load_" + name +
            " " + type + "\n";
  }
  void value(const std::string& name, const std::string& labels, double number) {
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%.10g", number);
    out_ += "understudy_load_" + name + (labels.empty() ? "" : "{" + labels + "}") + " " + text.data() + "\n";
  }
  void count(const std::string& name, const std::string& labels, std::uint64_t number) {
    value(name, labels, static_cast<double>(number));
  }
  std::string text() { return std::move(out_); }

 private:
  std::string out_;
};

double seconds(microseconds time) { return std::chrono::duration<double>(time).count(); }

void latency(Page& page, const std::string& behaviour, const Histogram& histogram) {
  const std::string label = "behaviour=\"" + behaviour + "\"";
  for (const auto& [q, text] :
       {std::pair(0.5, "0.5"), std::pair(0.95, "0.95"), std::pair(0.99, "0.99"), std::pair(1.0, "1")})
    page.value("latency_seconds", label + ",quantile=\"" + text + "\"", seconds(histogram.quantile(q)));
  page.value("latency_seconds_sum", label, seconds(histogram.sum()));
  page.count("latency_seconds_count", label, histogram.count());
}

}  // namespace

std::string metrics_of(const LoadRecord& record) {
  Page page;
  const Tally& tally = record.tally();
  page.head("planned_total", "counter", "Arrivals whose turn has come.");
  page.count("planned_total", "", tally.counts.planned);
  page.head("done_total", "counter", "Interactions that ended well.");
  page.count("done_total", "", tally.counts.done);
  page.head("failed_total", "counter", "Interactions that did not, by cause.");
  for (const auto& [name, cause] : tally.counts.causes.by_name)
    page.count("failed_total", "cause=\"" + escaped(name) + "\"", cause.count);
  page.head("dropped_total", "counter", "Arrivals that were never begun, by cause.");
  for (const auto& [name, cause] : tally.counts.dropped_causes.by_name)
    page.count("dropped_total", "cause=\"" + escaped(name) + "\"", cause.count);
  page.head("messages_total", "counter", "Messages that were judged.");
  page.count("messages_total", "", tally.counts.messages);
  page.head("deviations_total", "counter", "Findings, by rule.");
  for (const auto& [name, rule] : record.rules()) page.count("deviations_total", "rule=\"" + escaped(name) + "\"", rule.count);
  page.head("at_work", "gauge", "Phones that do what an arrival wants.");
  page.count("at_work", "", record.phones()[2]);
  page.head("lag_seconds", "gauge", "Begun after the planned moment, p99 of the whole run.");
  page.value("lag_seconds", "", seconds(tally.counts.lag.quantile(0.99)));
  page.head("latency_seconds", "summary", "Whole interactions that were done, from the planned moment.");
  for (std::size_t n = 0; n < tally.by_share.size(); ++n)
    if (tally.by_share[n].planned.count() > 0)
      latency(page, record.plan().behaviours[n].name, tally.by_share[n].planned);
  return page.text();
}

}  // namespace understudy::tools
