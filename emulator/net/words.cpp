#include "net/words.h"

#include <array>
#include <cstdio>

namespace understudy::net {

std::string quoted(std::string_view bytes, std::size_t most) {
  std::string out = "\"";
  for (const char c : bytes.substr(0, most)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\r') {
      out += "\\r";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '"' || c == '\\') {
      out.append("\\").append(1, c);
    } else if (byte < 0x20 || byte > 0x7E) {
      std::array<char, 8> hex{};
      std::snprintf(hex.data(), hex.size(), "\\x%02X", byte);
      out += hex.data();
    } else {
      out += c;
    }
  }
  if (bytes.size() > most) out += "...";
  return out + "\"";
}

std::string bytes_in_words(std::uint64_t n) {
  return std::to_string(n) + (n == 1 ? " byte" : " bytes");
}

std::string in_words(std::chrono::microseconds time) {
  std::array<char, 32> out{};
  const double milliseconds = static_cast<double>(time.count()) / 1000.0;
  if (milliseconds < 1000.0)
    std::snprintf(out.data(), out.size(), "%.4g ms", milliseconds);
  else
    std::snprintf(out.data(), out.size(), "%.6g s", milliseconds / 1000.0);
  return out.data();
}

}  // namespace understudy::net
