#include "load_merge.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "load_limits.h"
#include "load_part.h"
#include "load_words.h"
#include "reports/merge.h"
#include "reports/plain.h"

namespace understudy::tools {

namespace {

using conformance::StoredResult;

struct Given {
  const std::string* file;
  const conformance::Result* result;
  LoadPart part;

  std::string words() const { return "part " + std::to_string(part.part.number + 1) + " of " + std::to_string(part.part.of); }
};

// Why they are not of one plan; empty: they are.
std::string other_plan(const Given& first, const Given& other) {
  const auto differ = [&](const std::string& name, const std::string& here, const std::string& there) {
    return *other.file + " is of another plan than " + *first.file + ": its " + name + " is " + (here.empty() ? "none" : conformance::shown(here)) + ", not " +
           (there.empty() ? "none" : conformance::shown(there));
  };
  if (other.part.part.of != first.part.part.of)
    return differ("number of parts", std::to_string(other.part.part.of), std::to_string(first.part.part.of));
  const auto& a = first.part.terms;
  const auto& b = other.part.terms;
  for (std::size_t n = 0; n < std::max(a.size(), b.size()); ++n) {
    if (n >= a.size()) return differ(b[n].first, b[n].second, "");
    if (n >= b.size()) return differ(a[n].first, "", a[n].second);
    if (a[n].first != b[n].first) return differ(b[n].first, b[n].second, "");
    if (a[n].second != b[n].second) return differ(a[n].first, b[n].second, a[n].second);
  }
  const auto joined = [](const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
    return out;
  };
  if (first.part.thresholds != other.part.thresholds)
    return differ("list of thresholds", joined(other.part.thresholds), joined(first.part.thresholds));
  return "";
}

// In the order of their numbers. The error is one line.
tl::expected<std::vector<Given>, std::string> given_of(const std::vector<std::string>& files, const std::vector<StoredResult>& results) {
  std::vector<Given> out;
  for (std::size_t n = 0; n < results.size(); ++n) {
    const auto& load = results[n].result.load;
    if (!load || load->part.empty()) return tl::unexpected(files[n] + " is no part of a plan: --shard makes one; parts are added to parts alone");
    auto part = part_of_json(load->part, load->plan);
    if (!part) return tl::unexpected(files[n] + ": " + conformance::shown(part.error()));
    out.push_back({&files[n], &results[n].result, std::move(*part)});
  }
  for (const Given& each : out)
    if (std::string why = other_plan(out.front(), each); !why.empty()) return tl::unexpected(std::move(why));
  std::stable_sort(out.begin(), out.end(), [](const Given& a, const Given& b) { return a.part.part.number < b.part.part.number; });
  for (std::size_t n = 1; n < out.size(); ++n)
    if (out[n].part.part.number == out[n - 1].part.part.number)
      return tl::unexpected(*out[n - 1].file + " and " + *out[n].file + " are both " + out[n].words() + ": each may be there once");
  std::string missing;
  std::size_t place = 0, so_many = 0;
  constexpr std::size_t most_named = 10;
  for (std::uint64_t number = 0; number < out.front().part.part.of; ++number) {
    if (place < out.size() && out[place].part.part.number == number) {
      ++place;
    } else if (so_many++ < most_named) {
      missing += (missing.empty() ? "" : ", ") + std::to_string(number + 1);
    }
  }
  if (so_many > 0)
    return tl::unexpected(std::string(so_many == 1 ? "part " : "parts ") + missing + (so_many > most_named ? " and more" : "") + " of " +
                          std::to_string(out.front().part.part.of) + (so_many == 1 ? " is" : " are") + " missing: the sum would be less than the plan");
  return out;
}

conformance::LoadMachine machine_of(const Given& each) {
  const conformance::LoadResult& load = *each.result->load;
  conformance::LoadMachine out;
  out.part = each.part.part.number + 1;
  out.host = each.part.host;
  out.totals = load.totals;
  out.lag = load.health.lag;
  out.cpu_mean = load.health.cpu_mean;
  out.cpu_most = load.health.cpu_most;
  out.memory = load.health.memory;
  out.descriptors = load.health.descriptors;
  if (!load.plan.simulated) out.clock = in_words(each.part.clock);
  out.was_limit = !load.limits.empty();
  return out;
}

// What all say the same is said once; else who says what.
std::vector<std::pair<std::string, std::string>> facts_of(const std::vector<Given>& all) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const Given& each : all)
    for (const auto& [name, value] : each.result->load->machine) {
      if (name == part_fact) continue;
      const auto known = std::find_if(out.begin(), out.end(), [&](const auto& one) { return one.first == name; });
      if (known == out.end())
        out.emplace_back(name, value);
      else if (known->second != value && known->second.find(value) == std::string::npos)
        known->second += "; in " + each.words() + " " + value;
    }
  return out;
}

std::vector<conformance::LoadLimit> limits_of(const std::vector<Given>& all, const LoadSum& sum, const conformance::LoadResult& load) {
  std::vector<conformance::LoadLimit> out;
  for (const Given& each : all)
    for (conformance::LoadLimit limit : each.result->load->limits) {
      limit.sentence = "In " + each.words() + " (" + each.part.host + "): " + limit.sentence;
      out.push_back(std::move(limit));
    }
  if (!out.empty()) return out;
  // No machine was one by itself; together they may have dropped too much.
  for (conformance::LoadLimit& limit : tools::limits_of(sum, load, all.size()))
    if (limit.which == dropped_work) out.push_back(std::move(limit));
  return out;
}

}  // namespace

bool any_part(const std::vector<StoredResult>& results) {
  return std::any_of(results.begin(), results.end(), [](const StoredResult& each) { return each.result.load && !each.result.load->part.empty(); });
}

tl::expected<conformance::Result, std::string> merge_parts(const std::vector<std::string>& files, const std::vector<StoredResult>& results) {
  auto all = given_of(files, results);
  if (!all) return tl::unexpected(std::move(all.error()));
  LoadSum sum = all->front().part.sum;
  for (std::size_t n = 1; n < all->size(); ++n) sum.merge((*all)[n].part.sum);
  for (const Given& each : *all) {
    const conformance::LoadHealth& health = each.result->load->health;
    sum.health.cpu_mean = std::max(sum.health.cpu_mean, health.cpu_mean);
    sum.health.cpu_most = std::max(sum.health.cpu_most, health.cpu_most);
    sum.health.memory = std::max(sum.health.memory, health.memory);
    sum.health.descriptors = std::max(sum.health.descriptors, health.descriptors);
    sum.health.descriptors_limit = std::max(sum.health.descriptors_limit, health.descriptors_limit);
    sum.health.ports_limit = std::max(sum.health.ports_limit, health.ports_limit);
  }
  sum.machine = facts_of(*all);
  conformance::LoadResult load = result_of(sum);
  load.limits = limits_of(*all, sum, load);
  if (all->size() > 1)
    for (const Given& each : *all) load.machines.push_back(machine_of(each));
  for (const std::string& text : all->front().part.thresholds) {
    const auto threshold = Threshold::of(text);
    if (!threshold) return tl::unexpected(*all->front().file + ": " + threshold.error());
    load.thresholds.push_back(threshold->judge(load));
  }
  std::vector<conformance::Result> parts;
  for (const Given& each : *all) parts.push_back(*each.result);
  conformance::Result out = conformance::merge(parts, std::move(load));
  out.again = all->front().part.again;
  conformance::conclude(out);
  return out;
}

}  // namespace understudy::tools
