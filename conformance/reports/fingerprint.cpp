#include "reports/fingerprint.h"

#include <algorithm>
#include <array>

namespace understudy::conformance {

namespace {

constexpr std::size_t most_values = 12;      // of headers, cookies and namespaces each
constexpr std::size_t most_kinds = 40;       // of answers
constexpr std::size_t most_times = 100'000;  // of a kind: later ones change little

constexpr std::array<std::string_view, 8> telling = {
    "Server",      "X-Powered-By", "Via",  "X-AspNet-Version",
    "X-Generator", "Keep-Alive",   "Vary", "Strict-Transport-Security"};

template <typename Value>
void add_once(std::vector<Value>& values, Value value) {
  if (values.size() < most_values && std::find(values.begin(), values.end(), value) == values.end())
    values.push_back(std::move(value));
}

// "JSESSIONID=5F2C; Path=/; Secure" without what is secret.
std::pair<std::string, std::string> cookie_of(const std::string& line) {
  const std::size_t semicolon = std::min(line.find(';'), line.size());
  const std::size_t end = std::min(line.find('='), semicolon);
  const std::size_t attributes = line.find_first_not_of("; ", semicolon);
  return {line.substr(0, end), attributes == std::string::npos ? "" : line.substr(attributes)};
}

microseconds percentile(const std::vector<microseconds>& sorted, std::size_t percent) {
  return sorted[(sorted.size() - 1) * percent / 100];
}

}  // namespace

void Fingerprinter::take(const transcript::Exchange& exchange, const std::string& kind) {
  if (!exchange.response || exchange.scripted == transcript::Scripted::broken) return;
  const wpi::HttpResponse& response = *exchange.response;
  ++(response.keeps_open ? so_far_.keeps_open : so_far_.closes);
  switch (response.framing) {
    case wpi::Framing::none:
      ++so_far_.without_body;
      break;
    case wpi::Framing::content_length:
      ++so_far_.by_length;
      break;
    case wpi::Framing::chunked:
      ++so_far_.chunked;
      break;
    case wpi::Framing::until_close:
      ++so_far_.until_close;
      break;
  }
  for (const wpi::Header& header : response.headers) {
    for (const std::string_view name : telling)
      if (wpi::same_ignoring_case(header.name, name))
        add_once(so_far_.headers, std::pair(std::string(name), header.value));
    if (wpi::same_ignoring_case(header.name, "Set-Cookie"))
      add_once(so_far_.cookies, cookie_of(header.value));
  }
  if (exchange.answer && !exchange.answer->root.empty())
    add_once(so_far_.namespaces, exchange.answer->root_namespace);
  if (exchange.first_byte < exchange.sent || exchange.first_byte.count() == 0) return;
  if (!times_.contains(kind) && times_.size() >= most_kinds) return;
  std::vector<microseconds>& times = times_[kind];
  if (times.size() < most_times) times.push_back(exchange.first_byte - exchange.sent);
}

Fingerprint Fingerprinter::fingerprint() const {
  Fingerprint out = so_far_;
  out.times = answer_times(times_);
  return out;
}

std::vector<AnswerTime> answer_times(std::map<std::string, std::vector<microseconds>> by_kind) {
  std::vector<AnswerTime> out;
  for (auto& [kind, times] : by_kind) {
    if (times.empty()) continue;
    std::sort(times.begin(), times.end());
    AnswerTime time{kind, times.size(), percentile(times, 50), percentile(times, 95), times.back()};
    time.samples = std::move(times);
    out.push_back(std::move(time));
  }
  std::stable_sort(out.begin(), out.end(), [](const AnswerTime& a, const AnswerTime& b) { return a.count > b.count; });
  return out;
}

}  // namespace understudy::conformance
