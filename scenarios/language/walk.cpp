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

}  // namespace understudy::scenarios::language
