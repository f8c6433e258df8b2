#include <algorithm>

#include "rules/nearest.h"
#include "rules/rule.h"

namespace understudy::conformance {

namespace {

bool matches(const RuleText& rule, std::string_view pattern) {
  if (rule.id == pattern || rule.area() == pattern) return true;
  return pattern.size() > 2 && pattern.ends_with(".*") &&
         rule.area() == pattern.substr(0, pattern.size() - 2);
}

std::string unknown(std::string_view pattern) {
  std::vector<std::string_view> names;
  for (const RuleText& rule : rules()) {
    if (std::find(names.begin(), names.end(), rule.area()) == names.end()) names.push_back(rule.area());
    names.push_back(rule.id);
  }
  std::string text = "no rule is named \"" + std::string(pattern) + "\"";
  std::string_view near = nearest(pattern, names);
  if (near.empty() && pattern.ends_with(".*")) near = nearest(pattern.substr(0, pattern.size() - 2), names);
  if (!near.empty()) text += "; did you mean " + std::string(near) + "?";
  return text;
}

// Marks the rules that a pattern names; the error where it names none.
tl::expected<void, std::string> mark(std::string_view pattern, bool value, std::vector<bool>& chosen) {
  bool any = false;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    if (!matches(rules()[i], pattern)) continue;
    chosen[i] = value;
    any = true;
  }
  if (!any) return tl::unexpected(unknown(pattern));
  return {};
}

}  // namespace

Selection::Selection() : chosen_(rules().size(), true) {}

tl::expected<Selection, std::string> Selection::of(const std::vector<std::string>& only,
                                                   const std::vector<std::string>& skip) {
  Selection selection;
  if (!only.empty()) selection.chosen_.assign(rules().size(), false);
  for (const std::string& pattern : only)
    if (auto marked = mark(pattern, true, selection.chosen_); !marked) return tl::unexpected(marked.error());
  for (const std::string& pattern : skip)
    if (auto marked = mark(pattern, false, selection.chosen_); !marked) return tl::unexpected(marked.error());
  return selection;
}

bool Selection::has(std::string_view id) const {
  for (std::size_t i = 0; i < chosen_.size(); ++i)
    if (rules()[i].id == id) return chosen_[i];
  return false;
}

bool Selection::empty() const {
  return std::none_of(chosen_.begin(), chosen_.end(), [](bool c) { return c; });
}

}  // namespace understudy::conformance
