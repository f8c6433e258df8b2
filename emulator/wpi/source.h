// The bytes of a message as UTF-8 text, and the way back from an offset in the text to a place in the bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wpi/message.h"

namespace understudy::wpi {

// A part of the text, in bytes.
struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// Offset of the first start tag of one of our roots, in any letter case and with any prefix; npos if there is
// none.
std::size_t find_root_tag(std::string_view text);
// Offset of the XML declaration, if there is one before the first root, at the start or not; else npos.
std::size_t find_declaration(std::string_view text);

class Source {
 public:
  // Takes the bytes as UTF-8, or as what their byte order mark or declaration says (UTF-16, ISO-8859-1).
  // Where they are not UTF-8 the text is a copy in which broken bytes are U+FFFD. The bytes must outlive the
  // Source.
  explicit Source(std::string_view bytes);

  std::string_view text() const { return map_.empty() ? bytes_ : std::string_view(decoded_); }
  std::size_t start() const { return start_; }  // behind a byte order mark

  // The encoding that was declared, or meant by the byte order mark, if it is not UTF-8.
  const std::string& other_encoding() const { return other_encoding_; }
  Range encoding_range() const { return encoding_range_; }  // of its name in the declaration
  // Where the bytes first are not UTF-8, in the text.
  std::optional<std::size_t> broken() const { return broken_; }
  bool decodable() const { return decodable_; }  // no byte was lost

  // Places count lines by line feeds.
  Place place(std::size_t offset) const;
  std::uint32_t length(Range range) const { return wire_offset(range.end) - wire_offset(range.begin); }

 private:
  struct Line {
    std::size_t begin;
    std::size_t characters;  // before it
  };

  void read_declaration();
  void decode_utf16(bool big_endian);
  void decode_latin1();
  void replace_broken();
  void index_lines();
  void append_decoded(char32_t code_point, std::size_t wire_offset);
  std::size_t characters_before(std::size_t offset) const;
  std::uint32_t wire_offset(std::size_t offset) const;

  std::string_view bytes_;
  std::size_t start_ = 0;
  std::string other_encoding_;
  Range encoding_range_;
  std::optional<std::size_t> broken_;
  bool decodable_ = true;
  std::string decoded_;
  std::vector<std::uint32_t>
      map_;  // offset in the bytes of each byte of decoded_, and of its end; else empty
  std::vector<Line> lines_;
  std::vector<std::size_t>
      blocks_;  // characters before each block of block_size bytes; none if the text is ASCII
};

}  // namespace understudy::wpi
