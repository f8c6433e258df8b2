// What a scenario says in a phone's place: its <answer> as the phone and the stage take it.
#pragma once

#include <string>
#include <tl/expected.hpp>

#include "fleet/director.h"
#include "phone/phone.h"
#include "phone/random.h"
#include "scenarios/language/model.h"
#include "scenarios/run/values.h"
#include "wpi/reader.h"

namespace understudy::scenarios {

struct ByHand {
  phone::Words words;
  bool obeys = false;
  bool broken = false;  // no phone says such a thing: what the service makes of it is not judged
  fleet::Delivery delivery;
};

// `ordered` is the action that is answered, `old_nonce` the one that the phone said in its interaction before. The error is a
// word in braces that has no value.
tl::expected<ByHand, language::TextPart> by_hand(const language::Answer& answer, const std::string& ordered,
                                                 const std::string& old_nonce, const Fill& fill,
                                                 phone::Random& random, wpi::Reader& reader);

}  // namespace understudy::scenarios
