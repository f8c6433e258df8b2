// The formats themselves: headers, sizes, and whether the end is there.
#include "phone/media.h"

#include <algorithm>
#include <array>
#include <limits>

namespace understudy::phone {

namespace {

using namespace std::string_view_literals;

std::uint32_t byte_at(std::string_view bytes, std::size_t at) {
  return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0U;
}

std::uint32_t big(std::string_view bytes, std::size_t at, int count) {
  std::uint32_t number = 0;
  for (int i = 0; i < count; ++i) number = number << 8 | byte_at(bytes, at + static_cast<std::size_t>(i));
  return number;
}

std::uint32_t little(std::string_view bytes, std::size_t at, int count) {
  std::uint32_t number = 0;
  for (int i = count; i-- > 0;) number = number << 8 | byte_at(bytes, at + static_cast<std::size_t>(i));
  return number;
}

Media broken(Media media, std::string why) {
  media.wrong = std::move(why);
  return media;
}

Media png(std::string_view bytes) {
  Media media{.format = Format::png};
  if (bytes.size() < 33 || bytes.substr(12, 4) != "IHDR") return broken(media, "it has no header");
  media.width = big(bytes, 16, 4);
  media.height = big(bytes, 20, 4);
  constexpr std::array<int, 7> samples = {1, 0, 3, 1, 2, 0, 4};  // by colour type
  const std::uint32_t colours = byte_at(bytes, 25);
  media.bits = colours < samples.size() ? static_cast<int>(byte_at(bytes, 24)) * samples[colours] : 0;
  if (media.width == 0 || media.height == 0 || media.bits == 0) return broken(media, "its header is none");
  for (std::size_t at = 8; at + 12 <= bytes.size();) {
    const std::size_t length = big(bytes, at, 4);
    if (bytes.substr(at + 4, 4) == "IEND") return media;
    if (length > bytes.size() - at - 12) break;
    at += 12 + length;
  }
  return broken(media, "it is cut off");
}

Media jpeg(std::string_view bytes) {
  Media media{.format = Format::jpeg};
  for (std::size_t at = 2; at + 4 <= bytes.size();) {
    if (byte_at(bytes, at) != 0xFF) return broken(media, "its segments do not hang together");
    const std::uint32_t marker = byte_at(bytes, at + 1);
    if (marker == 0xFF) {  // filling
      ++at;
      continue;
    }
    const std::size_t length = big(bytes, at + 2, 2);
    const bool is_frame =
        marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    if (is_frame) {
      media.height = big(bytes, at + 5, 2);
      media.width = big(bytes, at + 7, 2);
      media.bits = static_cast<int>(byte_at(bytes, at + 4) * byte_at(bytes, at + 9));
    }
    if (marker == 0xDA) {
      if (media.width == 0 || media.height == 0) return broken(media, "it does not say how large it is");
      return bytes.find("\xFF\xD9"sv, at) == std::string_view::npos ? broken(media, "it is cut off") : media;
    }
    if (length < 2) return broken(media, "its segments do not hang together");
    at += 2 + length;
  }
  return broken(media, "it is cut off");
}

Media bmp(std::string_view bytes) {
  Media media{.format = Format::bmp};
  const std::uint32_t header = little(bytes, 14, 4);
  if (bytes.size() < 26) return broken(media, "it has no header");
  std::int64_t height = 0;
  if (header == 12) {
    media.width = little(bytes, 18, 2);
    height = little(bytes, 20, 2);
    media.bits = static_cast<int>(little(bytes, 24, 2));
  } else if (header >= 40 && header <= 256) {
    media.width = little(bytes, 18, 4);
    height = static_cast<std::int32_t>(little(bytes, 22, 4));  // negative: its rows go downwards
    media.bits = static_cast<int>(little(bytes, 28, 2));
  } else {
    return broken(media, "its header is none");
  }
  media.height = static_cast<std::uint32_t>(height < 0 ? -height : height);
  constexpr std::array<int, 6> depths = {1, 4, 8, 16, 24, 32};
  if (media.width == 0 || media.height == 0 || media.width > 0x7FFFFFFF ||
      std::find(depths.begin(), depths.end(), media.bits) == depths.end())
    return broken(media, "its header is none");
  const bool is_compressed = header >= 40 && little(bytes, 30, 4) != 0 && little(bytes, 30, 4) != 3;
  const std::uint64_t row =
      (std::uint64_t{media.width} * static_cast<std::uint64_t>(media.bits) + 31) / 32 * 4;
  const std::uint64_t pixels = little(bytes, 10, 4);
  const std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
  if (is_compressed) return pixels < bytes.size() ? media : broken(media, "it is cut off");
  if (row > most || pixels + row * media.height > bytes.size()) return broken(media, "it is cut off");
  return media;
}

Media midi(std::string_view bytes) {
  Media media{.format = Format::midi};
  const std::uint32_t header = big(bytes, 4, 4);
  if (header < 6 || header > bytes.size() || big(bytes, 8, 2) > 2) return broken(media, "its header is none");
  std::uint32_t tracks = big(bytes, 10, 2);
  if (tracks == 0) return broken(media, "it has no track");
  for (std::size_t at = 8 + header; tracks > 0 && at + 8 <= bytes.size();) {
    const std::size_t length = big(bytes, at + 4, 4);
    if (bytes.substr(at, 4) == "MTrk") --tracks;
    if (length > bytes.size() - at - 8) return broken(media, "it is cut off");
    at += 8 + length;
  }
  return tracks == 0 ? media : broken(media, "it is cut off");
}

Media wav(std::string_view bytes) {
  Media media{.format = Format::wav};
  bool has_format = false;
  for (std::size_t at = 12; at + 8 <= bytes.size();) {
    const std::string_view name = bytes.substr(at, 4);
    const std::size_t length = little(bytes, at + 4, 4);
    has_format = has_format || (name == "fmt " && length >= 16);
    if (length > bytes.size() - at - 8) return broken(media, "it is cut off");
    if (name == "data") return has_format ? media : broken(media, "it does not say how its sound is coded");
    at += 8 + length + length % 2;
  }
  return broken(media, "it has no sound in it");
}

// The length of the MPEG layer III frame that begins there; 0: none does.
std::size_t frame_at(std::string_view bytes, std::size_t at) {
  constexpr std::array<int, 15> first = {0,   32,  40,  48,  56,  64,  80, 96,
                                         112, 128, 160, 192, 224, 256, 320};  // kbit/s of MPEG 1
  constexpr std::array<int, 15> later = {0,  8,  16, 24,  32,  40,  48, 56,
                                         64, 80, 96, 112, 128, 144, 160};  // of MPEG 2 and 2.5
  constexpr std::array<int, 3> rates = {44'100, 48'000, 32'000};
  const std::uint32_t head = big(bytes, at, 4);
  const std::uint32_t version = head >> 19 & 3, layer = head >> 17 & 3, bitrate = head >> 12 & 15,
                      rate = head >> 10 & 3;
  if (at + 4 > bytes.size() || head >> 21 != 0x7FF || version == 1 || layer != 1 || bitrate == 0 ||
      bitrate == 15 || rate == 3)
    return 0;
  const bool is_first = version == 3;
  const int kilobits = is_first ? first[bitrate] : later[bitrate];
  const int hertz = rates[rate] / (is_first ? 1 : version == 2 ? 2 : 4);
  return static_cast<std::size_t>((is_first ? 144'000 : 72'000) * kilobits / hertz) + (head >> 9 & 1);
}

// Behind an ID3 tag, if there is one.
std::size_t sound_in(std::string_view bytes) {
  if (!bytes.starts_with("ID3")) return 0;
  std::size_t length = 0;
  for (std::size_t at = 6; at < 10; ++at) length = length << 7 | (byte_at(bytes, at) & 0x7F);
  return length + 10;
}

Media mp3(std::string_view bytes) {
  Media media{.format = Format::mp3};
  const std::size_t at = sound_in(bytes);
  const std::size_t length = frame_at(bytes, at);
  if (length == 0)
    return broken(media, at >= bytes.size() ? "it is cut off" : "there is no sound behind its tag");
  if (at + length > bytes.size()) return broken(media, "it is cut off");
  return media;
}

bool is_mp3(std::string_view bytes) {
  if (bytes.starts_with("ID3")) return true;
  const std::size_t length = frame_at(bytes, 0);
  return length > 0 && (length >= bytes.size() || frame_at(bytes, length) > 0);  // two in a row are no chance
}

bool is_text(std::string_view bytes) {
  return std::none_of(bytes.begin(), bytes.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < ' ' && c != '\t' && c != '\r' && c != '\n' && c != '\f') || byte == 0x7F;
  });
}

}  // namespace

Media look_at(std::string_view bytes) {
  if (bytes.starts_with("\x89PNG\r\n\x1A\n"sv)) return png(bytes);
  if (bytes.starts_with("\xFF\xD8\xFF"sv)) return jpeg(bytes);
  if (bytes.starts_with("MThd")) return midi(bytes);
  if (bytes.starts_with("RIFF") && bytes.substr(0, 12).ends_with("WAVE")) return wav(bytes);
  if (is_mp3(bytes)) return mp3(bytes);
  if (bytes.starts_with("BM") && !is_text(bytes)) return bmp(bytes);
  if (!bytes.empty() && is_text(bytes)) return {.format = Format::text};
  return {};
}

}  // namespace understudy::phone
