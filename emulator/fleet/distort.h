// What a fault of a phone makes of the bytes of a message.
#pragma once

#include "net/carrier.h"
#include "phone/phone.h"
#include "wpi/reader.h"

namespace understudy::fleet {

// False: there is nothing in the message that this fault could meet (no item, no nonce, no part that others follow), and it is as
// it was. The same for a kind that leaves the bytes alone: true.
bool distort(phone::Send& send, const net::Fault& fault, wpi::Reader& reader);

}  // namespace understudy::fleet
