#include "reference/samples.h"

#include <Poco/Checksum.h>
#include <Poco/DeflatingStream.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <sstream>
#include <utility>

#include "items/model.h"

namespace understudy::reference {

namespace {

// A row a byte, the leftmost of five dots in bit 4.
struct Letter {
  char letter;
  std::array<std::uint8_t, 7> rows;
};
constexpr std::array<Letter, 8> letters = {{{'D', {0x1E, 0x11, 0x11, 0x11, 0x11, 0x11, 0x1E}},
                                            {'E', {0x1F, 0x10, 0x10, 0x1E, 0x10, 0x10, 0x1F}},
                                            {'N', {0x11, 0x19, 0x15, 0x15, 0x13, 0x11, 0x11}},
                                            {'R', {0x1E, 0x11, 0x11, 0x1E, 0x14, 0x12, 0x11}},
                                            {'S', {0x0F, 0x10, 0x10, 0x0E, 0x01, 0x01, 0x1E}},
                                            {'T', {0x1F, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04}},
                                            {'U', {0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x0E}},
                                            {'Y', {0x11, 0x11, 0x0A, 0x04, 0x04, 0x04, 0x04}}}};
constexpr std::string_view word = "UNDERSTUDY";
constexpr int letter_width = 6, letter_height = 7;  // dots, with the gap behind a letter

// The word in the middle of a picture, as large as there is room for, with a frame round all.
class Drawing {
 public:
  Drawing(int width, int height)  // pixels
      : width_(width),
        height_(height),
        size_(std::max(1, std::min(width * 9 / 10 / word_width, height * 6 / 10 / letter_height))) {}

  bool is_inked(int x, int y) const {
    if (x == 0 || y == 0 || x == width_ - 1 || y == height_ - 1) return true;
    const int from_left = x - (width_ - word_width * size_) / 2,
              from_top = y - (height_ - letter_height * size_) / 2;
    if (from_left < 0 || from_top < 0) return false;
    const int column = from_left / size_, row = from_top / size_;
    if (column >= word_width || row >= letter_height || column % letter_width == letter_width - 1)
      return false;
    const char wanted = word[static_cast<std::size_t>(column / letter_width)];
    const auto letter =
        std::find_if(letters.begin(), letters.end(), [&](const Letter& one) { return one.letter == wanted; });
    return (letter->rows[static_cast<std::size_t>(row)] >> (4 - column % letter_width) & 1) != 0;
  }

 private:
  static constexpr int word_width = static_cast<int>(word.size()) * letter_width - 1;
  int width_, height_;
  int size_;  // of a dot
};

std::string big_endian(std::uint32_t number) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(number >> shift & 255);
  return out;
}

std::string little_endian(std::uint32_t number, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(number >> (8 * i) & 255);
  return out;
}

std::string chunk(const std::string& name, const std::string& data) {
  Poco::Checksum sum(Poco::Checksum::TYPE_CRC32);
  sum.update(name + data);
  return big_endian(static_cast<std::uint32_t>(data.size())) + name + data + big_endian(sum.checksum());
}

// White on a blue that grows lighter downwards; 8 bits a colour.
std::string png(int width, int height) {
  const Drawing drawing(width, height);
  std::ostringstream packed;
  Poco::DeflatingOutputStream out(packed, Poco::DeflatingStreamBuf::STREAM_ZLIB);
  for (int y = 0; y < height; ++y) {
    const auto light = static_cast<std::uint8_t>(60 * y / height);
    const std::array<std::uint8_t, 3> ground = {light, static_cast<std::uint8_t>(70 + light),
                                                static_cast<std::uint8_t>(120 + light)};
    out.put('\0');  // the row as it is
    for (int x = 0; x < width; ++x)
      for (const std::uint8_t colour : ground)
        out.put(static_cast<char>(drawing.is_inked(x, y) ? 255 : colour));
  }
  out.close();
  const std::string header = big_endian(static_cast<std::uint32_t>(width)) +
                             big_endian(static_cast<std::uint32_t>(height)) +
                             std::string("\x08\x02\0\0\0", 5);
  return "\x89PNG\r\n\x1A\n" + chunk("IHDR", header) + chunk("IDAT", packed.str()) + chunk("IEND", "");
}

// Black on white, a bit a pixel; rows from below, each a multiple of four bytes.
std::string bmp(int width, int height) {
  const Drawing drawing(width, height);
  std::string pixels;
  for (int y = height - 1; y >= 0; --y) {
    std::string row(static_cast<std::size_t>((width + 31) / 32 * 4), '\0');
    for (int x = 0; x < width; ++x) {
      char& byte = row[static_cast<std::size_t>(x / 8)];
      if (drawing.is_inked(x, y)) byte = static_cast<char>(static_cast<unsigned char>(byte) | 0x80 >> x % 8);
    }
    pixels += row;
  }
  constexpr std::uint32_t head = 14 + 40 + 2 * 4;
  const auto size = static_cast<std::uint32_t>(pixels.size());
  return "BM" + little_endian(head + size, 4) + little_endian(0, 4) + little_endian(head, 4) +
         little_endian(40, 4) + little_endian(static_cast<std::uint32_t>(width), 4) +
         little_endian(static_cast<std::uint32_t>(height), 4) + little_endian(1, 2) + little_endian(1, 2) +
         little_endian(0, 4) + little_endian(size, 4) + little_endian(2835, 4) + little_endian(2835, 4) +
         little_endian(2, 4) + little_endian(2, 4) + std::string("\xFF\xFF\xFF\0\0\0\0\0", 8) + pixels;
}

// Two tones together ring twice; 8,000 samples a second, 16 bits, one channel.
std::string wav() {
  constexpr std::uint32_t rate = 8'000, length = 2 * rate;
  std::string sound;
  for (std::uint32_t n = 0; n < length; ++n) {
    const double at = static_cast<double>(n) / rate;  // seconds
    const bool rings = at < 0.4 || (at >= 0.6 && at < 1.0);
    const double turn = 2 * std::numbers::pi * at;
    const double level = rings ? 0.3 * (std::sin(440 * turn) + std::sin(480 * turn)) : 0;
    sound += little_endian(static_cast<std::uint32_t>(static_cast<int>(level * 32'767)), 2);
  }
  const auto size = static_cast<std::uint32_t>(sound.size());
  return "RIFF" + little_endian(36 + size, 4) + "WAVEfmt " + little_endian(16, 4) + little_endian(1, 2) +
         little_endian(1, 2) + little_endian(rate, 4) + little_endian(2 * rate, 4) + little_endian(2, 2) +
         little_endian(16, 2) + "data" + little_endian(size, 4) + sound;
}

constexpr std::string_view logo_40 = "logo-openstage-40.bmp", logo_60 = "logo-openstage-60.png",
                           logo_80 = "logo-openstage-80.png", ringtone = "ringtone.wav",
                           screensaver = "screensaver.png";

struct Sample {
  std::string_view name;
  std::string (*make)();
};
// Sizes of logos as media.tsv has them (field); of a screensaver no source says one.
constexpr std::array<Sample, 5> samples = {{{logo_40, [] { return bmp(144, 32); }},
                                            {logo_60, [] { return png(240, 70); }},
                                            {logo_80, [] { return png(480, 142); }},
                                            {ringtone, wav},
                                            {screensaver, [] { return png(320, 240); }}}};

bool says_none(std::string_view text) {
  return text.starts_with("no ") || text.starts_with("none ");
}

}  // namespace

std::optional<std::string> sample_bytes(std::string_view name) {
  for (const Sample& sample : samples)
    if (sample.name == name) return sample.make();
  return std::nullopt;
}

tl::expected<std::string, std::string> sample_for(const std::string& model, std::string_view type) {
  const auto known = items::model_named(model);
  const auto none = [&](const std::string& what) {
    return tl::unexpected("there is no sample for it: an " + model + " shows no " + what);
  };
  if (type == "RINGTONE") return std::string(ringtone);
  if (type == "SCREENSAVER") {
    if (known && says_none((*known)->screensaver)) return none("screensaver");
    return std::string(screensaver);
  }
  if (type != "LOGO") return tl::unexpected("there is no sample of the type " + std::string(type));
  if (!known) return std::string(logo_60);
  if (says_none((*known)->logo)) return none("logo");
  const std::string& name = (*known)->device_type;
  return std::string(name == "OpenStage 40" ? logo_40 : name == "OpenStage 80" ? logo_80 : logo_60);
}

}  // namespace understudy::reference
