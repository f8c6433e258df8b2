// What the judge keeps of an interaction while it is open, exchange by exchange.
#pragma once

#include "rules/heard.h"

namespace understudy::conformance {

// What an interaction is known by: how it was opened.
void open_course(const transcript::Exchange& exchange, Course& course);

// What the exchange adds to what is known of its interaction; after it was judged.
void remember(const Heard& heard, Interaction& interaction);

}  // namespace understudy::conformance
