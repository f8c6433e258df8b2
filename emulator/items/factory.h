// What a phone holds when it comes out of its box.
#pragma once

#include <string>

#include "items/store.h"

namespace understudy::items {

// Some 200 items and their instances of a V3R1 phone (observed), so that ReadAllItems is as rich as services
// expect. `device_type` as phones spell it, "OpenStage 60": it decides on the keys. Who the phone is, the
// phone says itself.
void fill(Store& store, const std::string& device_type);

}  // namespace understudy::items
