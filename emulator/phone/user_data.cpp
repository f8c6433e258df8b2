#include "phone/user_data.h"

#include <cstddef>
#include <cstdint>

namespace understudy::phone {

namespace {

std::string base64(std::string_view bytes) {
  static constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i)
      group = group << 8 | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i)
      out += at + i > bytes.size() ? '=' : digits[group >> (18 - 6 * i) & 63];
  }
  return out;
}

}  // namespace

std::string user_data_names() {
  std::string names;
  for (std::string_view item : user_data_items) names.append(names.empty() ? "" : ",").append(item);
  return names;
}

std::string fresh_user_data(std::string_view item) {
  constexpr std::size_t name_field = 64;
  std::string bytes("\0\1\0\0", 4);
  std::string name = "/tmp/" + std::string(item);
  name.resize(name_field, '\0');
  bytes += name;
  bytes.append("\0\1\0\1", 4);
  bytes.append("\0\0\0\0", 4);
  bytes += "1.0\n# name,value\n";
  return base64(bytes);
}

}  // namespace understudy::phone
