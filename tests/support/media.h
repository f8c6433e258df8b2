// Small files of the formats that phones take, whole and right but for what is in them.
#pragma once

#include <cstdint>
#include <string>

namespace understudy {

inline std::string big_endian(std::uint32_t number, int bytes) {
  std::string out;
  for (int i = bytes; i-- > 0;) out += static_cast<char>(number >> (8 * i) & 0xFF);
  return out;
}

inline std::string little_endian(std::uint32_t number, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(number >> (8 * i) & 0xFF);
  return out;
}

inline std::string png_of(std::uint32_t width, std::uint32_t height) {
  const auto chunk = [](const std::string& name, const std::string& data) {
    return big_endian(static_cast<std::uint32_t>(data.size()), 4) + name + data + std::string(4, '\0');
  };
  return std::string("\x89PNG\r\n\x1A\n") +
         chunk("IHDR", big_endian(width, 4) + big_endian(height, 4) + std::string("\x08\x02\0\0\0", 5)) +
         chunk("IDAT", "pixels") + chunk("IEND", "");
}

inline std::string jpeg_of(std::uint32_t width, std::uint32_t height) {
  return std::string("\xFF\xD8\xFF\xE0\x00\x04JF", 8) + std::string("\xFF\xC0\x00\x0B\x08", 5) +
         big_endian(height, 2) + big_endian(width, 2) + std::string("\x03\x01\x11\x00", 4) +
         std::string("\xFF\xDA\x00\x02", 4) + "pixels" + "\xFF\xD9";
}

inline std::string bmp_of(std::uint32_t width, std::uint32_t height, std::uint32_t bits) {
  const std::uint32_t pixels = (width * bits + 31) / 32 * 4 * height;
  return "BM" + little_endian(54 + pixels, 4) + std::string(4, '\0') + little_endian(54, 4) +
         little_endian(40, 4) + little_endian(width, 4) + little_endian(height, 4) + little_endian(1, 2) +
         little_endian(bits, 2) + std::string(24, '\0') + std::string(pixels, '\0');
}

inline std::string midi_of(const std::string& track) {
  return "MThd" + big_endian(6, 4) + big_endian(0, 2) + big_endian(1, 2) + big_endian(96, 2) + "MTrk" +
         big_endian(static_cast<std::uint32_t>(track.size()), 4) + track;
}

inline std::string wav_of(const std::string& sound) {
  return "RIFF" + little_endian(static_cast<std::uint32_t>(36 + sound.size()), 4) + "WAVEfmt " +
         little_endian(16, 4) + std::string(16, '\1') + "data" +
         little_endian(static_cast<std::uint32_t>(sound.size()), 4) + sound;
}

// MPEG 1 layer III, 128 kbit/s, 44.1 kHz: 417 bytes a frame.
inline std::string mp3_of(int frames) {
  std::string out;
  for (int i = 0; i < frames; ++i) out += std::string("\xFF\xFB\x90\x00", 4) + std::string(413, '\0');
  return out;
}

}  // namespace understudy
