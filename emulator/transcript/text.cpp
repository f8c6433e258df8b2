#include "transcript/text.h"

#include "wpi/utf8.h"

namespace understudy::transcript {

std::size_t character_length(std::string_view bytes, std::size_t at) {
  if (at >= bytes.size()) return 0;
  const wpi::CodePoint character = wpi::decode_utf8(bytes, at);
  return character.valid ? character.length : 0;
}

bool is_text(std::string_view bytes) {
  return bytes.find('\0') == std::string_view::npos && wpi::find_broken_utf8(bytes) == std::string_view::npos;
}

std::size_t count_characters(std::string_view bytes) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < bytes.size(); ++count) at += wpi::decode_utf8(bytes, at).length;
  return count;
}

}  // namespace understudy::transcript
