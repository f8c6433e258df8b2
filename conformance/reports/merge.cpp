#include "reports/merge.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <tuple>
#include <utility>

namespace understudy::conformance {

namespace {

template <typename Value>
void add_once(std::vector<Value>& into, const std::vector<Value>& more) {
  for (const Value& value : more)
    if (std::find(into.begin(), into.end(), value) == into.end()) into.push_back(value);
}

Outcome outcome_of(const RuleResult& rule) {
  return rule.deviated > 0 ? Outcome::deviated : rule.held > 0 ? Outcome::held : Outcome::not_exercised;
}

void add(RuleResult& into, const RuleResult& other) {
  if (other.outcome == Outcome::deviated)
    into.level = into.outcome == Outcome::deviated ? std::min(into.level, other.level) : other.level;
  into.held += other.held;
  into.deviated += other.deviated;
  into.outcome = outcome_of(into);
  if (into.outcome != Outcome::not_exercised) into.why.clear();
}

// In the order of the first part; a rule that only another knows is at the end.
std::vector<RuleResult> rules_of(const std::vector<Result>& parts) {
  std::vector<RuleResult> out;
  std::map<std::string, std::size_t> places;
  for (const Result& part : parts)
    for (const RuleResult& rule : part.verdict.rules) {
      const auto [known, fresh] = places.emplace(rule.rule, out.size());
      if (fresh)
        out.push_back(rule);
      else
        add(out[known->second], rule);
    }
  return out;
}

std::vector<Finding> findings_of(const std::vector<Result>& parts, const std::vector<RuleResult>& rules) {
  std::vector<Finding> all;
  for (const Result& part : parts) all.insert(all.end(), part.verdict.findings.begin(), part.verdict.findings.end());
  std::map<std::string_view, std::size_t> order;
  for (const RuleResult& rule : rules) order.emplace(rule.rule, order.size());
  std::stable_sort(all.begin(), all.end(), [&](const Finding& a, const Finding& b) {
    return std::tuple(order[a.rule], a.at) < std::tuple(order[b.rule], b.at);
  });
  std::vector<Finding> out;
  std::map<std::pair<std::string, std::string>, std::size_t> places;
  for (Finding& finding : all) {
    const auto [known, fresh] = places.emplace(std::pair(finding.rule, finding.signature), out.size());
    if (fresh) {
      out.push_back(std::move(finding));
      continue;
    }
    Finding& first = out[known->second];
    first.count += finding.count;
    for (const auto& [scenario, count] : finding.scenarios) first.scenarios[scenario] += count;
  }
  return out;
}

// "phone-12" is 12; what has no number comes last.
std::uint64_t number_of(const std::string& phone) {
  const std::size_t dash = phone.rfind('-');
  std::uint64_t number = UINT64_MAX;
  if (dash != std::string::npos) std::from_chars(phone.data() + dash + 1, phone.data() + phone.size(), number);
  return number;
}

// Those that a whole run would have shown: the first ones.
std::vector<transcript::PhoneMark> phones_of(const std::vector<Result>& parts) {
  std::vector<transcript::PhoneMark> out;
  for (const Result& part : parts) out.insert(out.end(), part.run.phones.begin(), part.run.phones.end());
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return number_of(a.phone) < number_of(b.phone); });
  return out;
}

void add(RunSummary& into, const RunSummary& part) {
  if (!part.start.time.empty()) into.start.time = std::min(into.start.time, part.start.time);
  if (into.peer.empty()) into.peer = part.peer;
  if (!into.tls) into.tls = part.tls;
  if (into.first_failure.empty()) into.first_failure = part.first_failure;
  into.spoke = into.spoke || part.spoke;
  into.interrupted = into.interrupted || part.interrupted;
}

Fingerprint fingerprint_of(const std::vector<Result>& parts) {
  Fingerprint out;
  std::map<std::string, std::vector<microseconds>> times;
  for (const Result& result : parts) {
    const Fingerprint& part = result.fingerprint;
    add_once(out.headers, part.headers);
    add_once(out.cookies, part.cookies);
    add_once(out.namespaces, part.namespaces);
    out.keeps_open += part.keeps_open;
    out.closes += part.closes;
    out.by_length += part.by_length;
    out.chunked += part.chunked;
    out.until_close += part.until_close;
    out.without_body += part.without_body;
    for (const AnswerTime& time : part.times) {
      std::vector<microseconds>& all = times[time.kind];
      all.insert(all.end(), time.samples.begin(), time.samples.end());
    }
  }
  out.times = answer_times(std::move(times));
  return out;
}

}  // namespace

Result merge(const std::vector<Result>& parts, LoadResult load) {
  Result out;
  out.run.start = parts.front().run.start;
  for (const Result& part : parts) {
    add(out.run, part.run);
    out.verdict.exchanges += part.verdict.exchanges;
    out.strict = out.strict || part.strict;
    for (const std::string& trouble : part.troubles) add_once(out.troubles, {trouble});
  }
  out.run.phones = phones_of(parts);
  out.run.exchanges = load.messages;
  out.run.taken = load.taken;
  out.fingerprint = fingerprint_of(parts);
  out.verdict.rules = rules_of(parts);
  out.verdict.findings = findings_of(parts, out.verdict.rules);
  out.load = std::move(load);
  return out;
}

}  // namespace understudy::conformance
