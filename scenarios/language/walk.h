// The steps in a step.
#pragma once

#include <functional>
#include <vector>

#include "scenarios/language/model.h"

namespace understudy::scenarios::language {

// What stands in it, in the order of the file; a <choose> has one an option. An include has the included steps.
std::vector<const Steps*> parts_of(const Step& step);
std::vector<Steps*> parts_of(Step& step);

// Every step, those in it after it.
void each_step(const Steps& steps, const std::function<void(const Step&)>& visit);

// The texts that a step says itself, not those of the steps in it.
std::vector<const Text*> texts_of(const Step& step);
// Of those, the names of items.
std::vector<const Text*> item_names_of(const Step& step);

// A variable that a step itself gives a value, and where.
struct Given {
  std::string name;
  Place place;
};
std::vector<Given> variables_given_by(const Step& step);

}  // namespace understudy::scenarios::language
