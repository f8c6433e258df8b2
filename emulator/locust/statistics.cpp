#include "locust/statistics.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace understudy::locust {

namespace {

constexpr const char* phones = "phone";  // the "type" of what they do
constexpr const char* rules = "rule";

std::string sha256(const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
  constexpr const char* hex = "0123456789abcdef";
  std::string out;
  for (unsigned n = 0; n < size; ++n) out += {hex[digest[n] >> 4], hex[digest[n] & 15]};
  return out;
}

}  // namespace

std::int64_t rounded(double ms) {
  const double step = ms < 100 ? 1 : ms < 1000 ? 10 : ms < 10'000 ? 100 : 1000;
  return static_cast<std::int64_t>(std::nearbyint(ms / step) * step);
}

void Entry::log(double took, bool failed, double moment) {
  const auto second = static_cast<std::int64_t>(moment);
  ++requests;
  ++per_second[second];
  last_request = moment;
  total_time += took;
  shortest = std::min(shortest.value_or(took), took);
  longest = std::max(longest, took);
  ++times[rounded(took)];
  if (!failed) return;
  ++failures;
  ++fails_per_second[second];
}

void Statistics::clear(double moment) {
  entries_.clear();
  report_ = Report();
  report_.total.name = "Aggregated";
  report_.total.start = moment;
}

void Statistics::request(const std::string& name, microseconds took, const std::string& error, double moment) {
  Entry& entry = entries_[name];
  if (entry.requests == 0) {
    entry.name = name;
    entry.method = phones;
    entry.start = report_.total.start;
  }
  const double ms = std::chrono::duration<double, std::milli>(took).count();
  entry.log(ms, !error.empty(), moment);
  report_.total.log(ms, !error.empty(), moment);
  if (!error.empty()) fail(phones, name, error);
}

void Statistics::deviation(const std::string& rule, const std::string& message) {
  fail(rules, rule, message);
}

void Statistics::fail(const std::string& method, const std::string& name, const std::string& error) {
  Failure& failure = report_.failures[sha256(method + "." + name + ".\"'" + error + "'\"")];
  failure.method = method;
  failure.name = name;
  failure.error = error;
  ++failure.occurrences;
}

Report Statistics::take(double moment) {
  Report out = std::move(report_);
  for (auto& [name, entry] : entries_) out.entries.push_back(std::move(entry));
  clear(moment);
  return out;
}

}  // namespace understudy::locust
