#include "phone/image.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

namespace understudy::phone {

namespace {

// Where real images have these (field): the phone's name and behind it the version; model and kind of software near the end.
constexpr std::size_t name_at = 0x20, tail_size = 0x128;
constexpr std::string_view magic = "understudy image 1\n";  // ours: real ones begin otherwise
constexpr std::size_t sum_at = 0x14, head_size = 0x80, least = head_size + tail_size + 64;

// FNV-1a: to find damage, not to keep anybody from making an image.
std::uint32_t sum_of(std::string_view bytes) {
  std::uint32_t sum = 2166136261u;
  for (const char c : bytes) sum = (sum ^ static_cast<unsigned char>(c)) * 16777619u;
  return sum;
}

void put(std::string& bytes, std::size_t at, std::string_view text) { bytes.replace(at, text.size(), text); }

std::string word_at(std::string_view bytes, std::size_t at) {
  const std::string_view rest = bytes.substr(at, 64);
  return std::string(rest.substr(0, rest.find('\0')));
}

// Four bytes, the highest first.
std::string big_endian(std::uint32_t number) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(number >> shift & 255);
  return out;
}

// The numbers in "V3 R5.12.0" or "3.5.12.0"; nothing where there are not four.
std::optional<std::array<int, 4>> numbers_in(std::string_view version) {
  std::array<int, 4> out{};
  std::size_t count = 0;
  for (std::size_t at = 0; at < version.size();) {
    if (version[at] < '0' || version[at] > '9') {
      if (std::string_view("VvRr. ").find(version[at]) == std::string_view::npos) return std::nullopt;
      ++at;
      continue;
    }
    if (count == out.size()) return std::nullopt;
    const auto [end, error] = std::from_chars(version.data() + at, version.data() + version.size(), out[count++]);
    if (error != std::errc()) return std::nullopt;
    at = static_cast<std::size_t>(end - version.data());
  }
  return count == out.size() ? std::optional(out) : std::nullopt;
}

}  // namespace

std::string make_image(const Image& image, std::size_t bytes) {
  std::string out(std::max(bytes, least), '\0');
  for (std::size_t at = head_size; at < out.size() - tail_size; ++at) out[at] = static_cast<char>((at * 2654435761u) >> 24);
  put(out, 0, magic);
  put(out, name_at, image.device_type + '\0' + image.version);
  put(out, out.size() - tail_size, image.device_type + '\0' + image.software_type);
  put(out, sum_at, big_endian(static_cast<std::uint32_t>(out.size())));
  put(out, sum_at + 4, big_endian(sum_of(std::string_view(out).substr(name_at))));
  return out;
}

tl::expected<Image, std::string> read_image(std::string_view bytes) {
  if (bytes.empty()) return tl::unexpected(std::string("the image is empty"));
  if (!bytes.starts_with(magic)) return tl::unexpected(std::string("it is no image that this phone knows"));
  if (bytes.size() < least) return tl::unexpected("the image is cut off: it has " + std::to_string(bytes.size()) + " bytes");
  std::uint32_t size = 0;
  for (int i = 0; i < 4; ++i) size = size << 8 | static_cast<unsigned char>(bytes[sum_at + static_cast<std::size_t>(i)]);
  const std::string sizes = "it has " + std::to_string(bytes.size()) + " of " + std::to_string(size) + " bytes";
  if (bytes.size() < size) return tl::unexpected("the image is cut off: " + sizes);
  if (bytes.size() > size) return tl::unexpected("there is something behind the image: " + sizes);
  if (bytes.substr(sum_at + 4, 4) != big_endian(sum_of(bytes.substr(name_at)))) return tl::unexpected(std::string("the image is damaged"));
  Image out;
  out.device_type = word_at(bytes, name_at);
  out.version = word_at(bytes, name_at + out.device_type.size() + 1);
  const std::size_t tail = bytes.size() - tail_size;
  if (word_at(bytes, tail) != out.device_type) return tl::unexpected(std::string("the image is damaged"));
  out.software_type = word_at(bytes, tail + out.device_type.size() + 1);
  if (version_of(out.version).empty()) return tl::unexpected(std::string("the image does not say its version"));
  return out;
}

std::string version_of(std::string_view text) {
  const auto numbers = numbers_in(text);
  if (!numbers) return {};
  const auto& [major, release, build, patch] = *numbers;
  return "V" + std::to_string(major) + " R" + std::to_string(release) + "." + std::to_string(build) + "." + std::to_string(patch);
}

bool is_older(std::string_view version, std::string_view than) {
  const auto a = numbers_in(version), b = numbers_in(than);
  return a && b && *a < *b;
}

}  // namespace understudy::phone
