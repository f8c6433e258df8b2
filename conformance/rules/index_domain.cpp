#include "rules/index_domain.h"

#include <algorithm>
#include <charconv>

namespace understudy::conformance {

namespace {

// "1-9", "4", "1-n" and "1-?": from 1 on.
std::optional<IndexDomain::Range> range_in(std::string_view text) {
  const std::size_t dash = text.find('-');
  const auto least = index_in(text.substr(0, dash));
  if (!least) return std::nullopt;
  if (dash == std::string_view::npos) return IndexDomain::Range{*least, *least};
  const std::string_view most = text.substr(dash + 1);
  if (most.empty() || most == "n") return IndexDomain::Range{*least, std::nullopt};
  const auto number = index_in(most);
  return number ? std::optional(IndexDomain::Range{*least, number}) : std::nullopt;
}

}  // namespace

bool IndexDomain::holds(long index) const {
  return ranges.empty() || std::any_of(ranges.begin(), ranges.end(), [&](const Range& range) {
           return index >= range.least && (!range.most || index <= *range.most);
         });
}

IndexDomain index_domain_of(const items::Entry& entry) {
  constexpr std::string_view perhaps = "none or ";
  IndexDomain out;
  out.certain = out.certain_bounds = std::string_view(entry.evidence).starts_with("guide");
  std::string_view text = entry.index;
  if (text == "no") return out;
  out.indexed = true;
  if (text.starts_with(perhaps)) {
    out.optional = true;
    text.remove_prefix(perhaps.size());
  }
  text = text.substr(0, text.find(" ("));  // a remark
  while (!text.empty()) {
    std::string_view part = text.substr(0, text.find(','));
    text.remove_prefix(std::min(part.size() + 1, text.size()));
    if (part.ends_with('?')) {
      out.certain_bounds = false;
      part.remove_suffix(1);
    }
    const auto range = range_in(part);
    if (!range) {  // in words that say no bound
      out.ranges.clear();
      out.certain_bounds = false;
      return out;
    }
    out.ranges.push_back(*range);
  }
  return out;
}

std::optional<long> index_in(std::string_view text) {
  long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || text.front() == '-' || error != std::errc() || end != text.data() + text.size())
    return std::nullopt;
  return value;
}

}  // namespace understudy::conformance
