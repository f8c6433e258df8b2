// Firmware as data: what a phone with it has and does, from a table (firmware.tsv).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "items/model.h"
#include "items/table.h"
#include "wpi/vocabulary.h"

namespace understudy::phone {

struct Firmware {
  std::string version;        // "V3 R5.12.0"
  int major = 0, release = 0;
  bool attached_changes = false;   // local-changes carry what changed (V2R2 on, guide p.40)
  bool send_solicited = false;     // understands send-solicited (V3R3 on, guide p.31)
  bool reads_chunked = false;      // reads chunked answers (V3 on, guide p.12)
  bool decodes_entities = true;    // else &lt; &gt; and &amp; stay as they are (V1, field)
  std::vector<std::string> basic_items;  // names in the order of a first message (guide p.33-43)
  std::vector<std::string> unsupported_items, unknown_items;  // refused as "not supported" and "unknown item" (field)
  std::string note;                // where the rest is from
};

using items::Model;
using items::model_named;
using items::models;

// Ready ones, from the oldest to the newest: V1 R4.9.0 ... V3 R5.12.0.
const std::vector<Firmware>& firmwares();

// "V3 R5.12.0", "V3R5" and "v3 r5" all name the newest ready one of V3 R5; the error lists what there is.
tl::expected<const Firmware*, std::string> firmware_named(std::string_view name);

// The same, and any other version too: "V3 R4.2.0" has the features of the newest ready one that is not newer, and its own
// version.
tl::expected<Firmware, std::string> firmware_for(std::string_view name);

// What a phone says of an item that its model or firmware does not have (guide p.26); nothing where it has it.
std::optional<wpi::ItemStatus> missing_item(const Model& model, const Firmware& firmware, std::string_view name,
                                            std::optional<int> index);

// The table, strictly: every column, each version once, from old to new.
tl::expected<std::vector<Firmware>, items::TableError> parse_firmwares(std::string_view table);

}  // namespace understudy::phone
