// Firmware as data: what a phone with it has and does.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "items/model.h"

namespace understudy::phone {

struct Firmware {
  std::string version;        // "V3 R5.12.0"
  int major = 0, release = 0;
  bool attached_changes = false;   // local-changes carry what changed (V2R2 on, guide p.40)
  bool send_solicited = false;     // understands send-solicited (V3R3 on, guide p.31)
  bool reads_chunked = false;      // reads chunked answers (V3 on, guide p.12)
  std::vector<std::string> basic_items;  // names in the order of a first message (guide p.33-43)
};

using items::Model;
using items::model_named;
using items::models;

// Ready ones: V1 R4.9.0, V2 R2.30.0, V3 R5.12.0.
const std::vector<Firmware>& firmwares();

// "V3 R5.12.0", "V3R5" and "v3 r5" all name the profile of V3 R5; the error lists what there is, the nearest first.
tl::expected<const Firmware*, std::string> firmware_named(std::string_view name);

}  // namespace understudy::phone
