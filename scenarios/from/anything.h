// What a scenario expects of the service's messages is taken back.
#pragma once

#include "scenarios/from/markup.h"

namespace understudy::scenarios::from {

// In place: no message must come, and of those that come none must be as it was. Left are expectations that lead to what the phone
// did while one was open: another answer than its own, or an event.
void expect_anything(Element& steps);

}  // namespace understudy::scenarios::from
