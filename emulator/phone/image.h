// Firmware images. What real ones look like is not public but for some places in them (field); these have the same there, and
// are small: docs/files.md describes them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace understudy::phone {

struct Image {
  std::string device_type;    // "OpenStage 60"
  std::string software_type;  // "Siemens SIP"
  std::string version;        // "V3 R5.13.0"
};

// An image of so many bytes; never fewer than it takes, some 1 kB.
std::string make_image(const Image& image, std::size_t bytes);
// What an image is for; or why it is none, one sentence: cut off, damaged, something else.
tl::expected<Image, std::string> read_image(std::string_view bytes);

// "3.5.12.0" (guide p.57) is "V3 R5.12.0"; what has that form already stays (field). Empty where it is neither.
std::string version_of(std::string_view text);
// Whether the first is older than the second, both as in messages. False where one cannot be compared.
bool is_older(std::string_view version, std::string_view than);

}  // namespace understudy::phone
