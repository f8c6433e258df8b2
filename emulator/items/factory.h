// What a phone holds when it comes out of its box.
#pragma once

#include <span>
#include <string>

#include "items/model.h"
#include "items/store.h"

namespace understudy::items {

// Some 200 items and their instances of a V3R1 phone (observed), so that ReadAllItems is as rich as services
// expect, and the keys of its model, but none of those named `without`. Who the phone is, the phone says itself.
void fill(Store& store, const Model& model, std::span<const std::string> without = {});

}  // namespace understudy::items
