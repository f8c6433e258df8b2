#include "scenarios/language/walk.h"

#include <algorithm>
#include <type_traits>

namespace understudy::scenarios::language {

namespace {

template <typename What, typename Part>
void gather(What& what, std::vector<Part*>& out) {
  using Kind = std::remove_const_t<What>;
  if constexpr (std::is_same_v<Kind, Choose>)
    for (auto& option : what.options) out.push_back(&option.steps);
  else if constexpr (std::is_same_v<Kind, Together>)
    out.push_back(&what.branches);
  else if constexpr (requires { what.steps; })
    out.push_back(&what.steps);
}

}  // namespace

std::vector<const Steps*> parts_of(const Step& step) {
  std::vector<const Steps*> out;
  std::visit([&](const auto& what) { gather(what, out); }, step.what);
  return out;
}

std::vector<Steps*> parts_of(Step& step) {
  std::vector<Steps*> out;
  std::visit([&](auto& what) { gather(what, out); }, step.what);
  return out;
}

void each_step(const Steps& steps, const std::function<void(const Step&)>& visit) {
  for (const Step& step : steps) {
    visit(step);
    for (const Steps* part : parts_of(step)) each_step(*part, visit);
  }
}

bool speaks_by_hand(const Scenario& scenario) {
  bool found = false;
  const auto answered = [](const Expect& expect) { return expect.answer.has_value(); };
  each_step(scenario.steps, [&](const Step& step) {
    if (std::holds_alternative<Say>(step.what) || std::holds_alternative<Attempt>(step.what)) found = true;
    if (const auto* event = std::get_if<EventStep>(&step.what))
      if (const auto* behave = std::get_if<Behave>(&event->event)) found |= behave->cookie_of.has_value();
    if (const auto* expect = std::get_if<Expect>(&step.what)) found |= answered(*expect);
    if (const auto* any = std::get_if<OneOf>(&step.what)) found |= std::any_of(any->expected.begin(), any->expected.end(), answered);
    if (const auto* all = std::get_if<AnyOrder>(&step.what)) found |= std::any_of(all->expected.begin(), all->expected.end(), answered);
  });
  return found;
}

}  // namespace understudy::scenarios::language
