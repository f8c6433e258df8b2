// What a file really is, by its bytes, and what a phone takes for which type of file. Pure: nothing is decoded or kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "items/model.h"
#include "items/table.h"

namespace understudy::phone {

enum class Format { png, jpeg, bmp, midi, mp3, wav, text, unknown };
std::string_view name_of(Format format);  // "PNG", "text"; "unknown"

// What the bytes of a file say of themselves.
struct Media {
  Format format = Format::unknown;
  std::uint32_t width = 0, height = 0;  // of a picture, in pixels
  int bits = 0;  // of a picture, a pixel; 0 where its format does not say it as one number
  std::string wrong =
      {};  // why it is not whole or cannot be, as the end of a sentence; empty: nothing was found
};
// Looks at headers and at whether the end is there. Pixels and sounds are not decoded.
Media look_at(std::string_view bytes);

// What a model takes for files of one type.
struct MediaRule {
  std::string type, device_type;  // "LOGO"; no device type: for all that have no rule of their own
  std::vector<Format> formats;  // empty: whatever it is
  std::optional<int> width, height, bits;  // at most so large, and exactly so many bits
  std::size_t most_bytes = 0;
  std::string source;
};
// The types of files that phones store (guide p.245, DONGLE: field), sorted. Firmware is none: it comes by another order (p.56).
const std::vector<std::string>& stored_types();
// By media.tsv. nullptr for a type that no phone stores.
const MediaRule* media_rule(const items::Model& model, std::string_view type);

// Why the phone cannot use such a file, as a sentence's end ("is no PNG or JPEG: it looks like BMP"); empty: it can.
std::string unfit(std::string_view bytes, const MediaRule& rule);

// The table, strictly. As items::parse_models() does it.
tl::expected<std::vector<MediaRule>, items::TableError> parse_media(std::string_view table);

}  // namespace understudy::phone
