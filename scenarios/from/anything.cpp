#include "scenarios/from/anything.h"

#include <algorithm>
#include <string_view>

namespace understudy::scenarios::from {

namespace {

bool is(const Element& element, std::string_view name) {
  return element.name == name;
}

bool answers_otherwise(const Element& element) {
  return std::any_of(element.children.begin(), element.children.end(),
                     [](const Element& child) { return is(child, "answer") || answers_otherwise(child); });
}

// An <expect>, or one that comes several times.
bool expects(const Element& element) {
  return is(element, "expect") ||
         (is(element, "repeat") && !element.children.empty() && is(element.children.front(), "expect"));
}

// Nothing happens to the phone in it.
bool is_quiet(const Element& element) {
  return element.name.empty() || is(element, "item") || is(element, "wait") || is(element, "set") ||
         is(element, "expect-rest");
}

void loosen(Element& element) {
  if (!is(element, "expect")) {
    for (Element& child : element.children) loosen(child);
    return;
  }
  std::erase_if(element.attributes, [](const auto& attribute) { return attribute.first == "status"; });
  std::erase_if(element.children, [](const Element& child) { return !is(child, "answer"); });
  element.attributes.emplace_back("optional", "true");
}

}  // namespace

void expect_anything(Element& steps) {
  std::vector<Element>& all = steps.children;
  // From the end on: an expectation is of use where one behind it is, or an event, before the phone comes to rest.
  bool leads = false;
  const bool in_event = !is(steps, "steps");
  for (std::size_t n = all.size(); n-- > 0;) {
    Element& step = all[n];
    if (expects(step)) {
      leads = leads || answers_otherwise(step);
      if (leads)
        loosen(step);
      else
        all.erase(all.begin() + static_cast<std::ptrdiff_t>(n));
      continue;
    }
    if (is(step, "expect-rest")) leads = false;
    if (is(step, "expect-contact") || is(step, "expect-interaction")) leads = false;
    if (is_quiet(step) || is(step, "answer")) continue;
    const bool is_event =
        !is(step, "expect-contact") && !is(step, "expect-interaction") && !is(step, "attempt");
    // Outside of an event the phone is at rest when the next one begins.
    if (is_event) leads = in_event;
    expect_anything(step);
  }
}

}  // namespace understudy::scenarios::from
