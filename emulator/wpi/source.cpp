#include "wpi/source.h"

#include <algorithm>
#include <cstring>

#include "wpi/http.h"
#include "wpi/utf8.h"

namespace understudy::wpi {

namespace {

// Small enough that counting characters in one costs nothing, large enough that the index is a hundredth of
// the text.
constexpr std::size_t block_size = 256;

std::size_t count_characters(std::string_view text) {
  std::size_t count = 0;
  for (char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

bool is_utf8(std::string_view encoding) {
  return same_ignoring_case(encoding, "utf-8") || same_ignoring_case(encoding, "utf8");
}

// windows-1252 is read as what it nearly is.
bool is_latin1(std::string_view encoding) {
  for (std::string_view known :
       {"iso-8859-1", "iso_8859-1", "iso8859-1", "latin1", "latin-1", "windows-1252", "cp1252"})
    if (same_ignoring_case(encoding, known)) return true;
  return false;
}

// The value of encoding="..." in a declaration, as a part of it.
std::string_view declared_encoding(std::string_view declaration) {
  const std::size_t name = declaration.find("encoding");
  if (name == std::string_view::npos) return {};
  const std::size_t open = declaration.find_first_of("'\"", name);
  if (open == std::string_view::npos) return {};
  const std::size_t close = declaration.find(declaration[open], open + 1);
  if (close == std::string_view::npos) return {};
  return declaration.substr(open + 1, close - open - 1);
}

// True if a start tag of one of our roots begins with this '<'.
bool is_root_tag(std::string_view tag) {
  std::string_view name = tag.substr(1, std::min(tag.find_first_of(" \t\r\n>/", 1), std::size_t{64}) - 1);
  if (const std::size_t colon = name.rfind(':'); colon != std::string_view::npos)
    name.remove_prefix(colon + 1);
  return same_ignoring_case(name, "DLSMessage") || same_ignoring_case(name, "WorkpointMessage");
}

}  // namespace

std::size_t find_root_tag(std::string_view text) {
  std::size_t at = text.find('<');
  while (at != std::string_view::npos && !is_root_tag(text.substr(at))) at = text.find('<', at + 1);
  return at;
}

std::size_t find_declaration(std::string_view text) {
  const std::size_t at = text.find("<?xml");
  if (at == std::string_view::npos || at + 5 >= text.size() || !is_xml_space(text[at + 5]))
    return std::string_view::npos;
  return find_root_tag(text.substr(0, at)) == std::string_view::npos ? at : std::string_view::npos;
}

Source::Source(std::string_view bytes) : bytes_(bytes) {
  using namespace std::string_view_literals;
  if (bytes.starts_with("\xFE\xFF"sv) || bytes.starts_with("\0<"sv)) {
    decode_utf16(true);
  } else if (bytes.starts_with("\xFF\xFE"sv) || bytes.starts_with("<\0"sv)) {
    decode_utf16(false);
  } else {
    if (bytes.starts_with("\xEF\xBB\xBF"sv)) start_ = 3;
    read_declaration();
    broken_ = find_broken_utf8(bytes);
    if (*broken_ == std::string_view::npos) broken_.reset();
    if (is_latin1(other_encoding_))
      decode_latin1();
    else if (broken_)
      replace_broken();
  }
  index_lines();
}

void Source::read_declaration() {
  const std::size_t begin = find_declaration(bytes_);
  const std::size_t end = begin == std::string_view::npos ? begin : bytes_.find("?>", begin);
  if (end == std::string_view::npos) return;
  const std::string_view encoding = declared_encoding(bytes_.substr(begin, end - begin));
  if (encoding.empty() || is_utf8(encoding)) return;
  other_encoding_ = encoding;
  encoding_range_.begin = static_cast<std::size_t>(encoding.data() - bytes_.data());
  encoding_range_.end = encoding_range_.begin + encoding.size();
}

void Source::append_decoded(char32_t code_point, std::size_t wire) {
  append_utf8(decoded_, code_point);
  map_.resize(decoded_.size(), static_cast<std::uint32_t>(wire));
}

void Source::decode_utf16(bool big_endian) {
  other_encoding_ = "UTF-16";
  broken_ = 0;
  const auto unit_at = [&](std::size_t at) {
    const unsigned first = static_cast<unsigned char>(bytes_[at]);
    const unsigned second = static_cast<unsigned char>(bytes_[at + 1]);
    return static_cast<char32_t>(big_endian ? first << 8 | second : second << 8 | first);
  };
  std::size_t at = 0;
  while (at + 1 < bytes_.size()) {
    char32_t code_point = unit_at(at);
    std::size_t length = 2;
    if (code_point >= 0xD800 && code_point <= 0xDFFF) {
      const char32_t low = code_point <= 0xDBFF && at + 3 < bytes_.size() ? unit_at(at + 2) : 0;
      const bool paired = low >= 0xDC00 && low <= 0xDFFF;
      code_point = paired ? 0x10000 + ((code_point - 0xD800) << 10) + (low - 0xDC00) : replacement_character;
      decodable_ = decodable_ && paired;
      if (paired) length = 4;
    }
    append_decoded(code_point, at);
    at += length;
  }
  if (at < bytes_.size()) {
    append_decoded(replacement_character, at);
    decodable_ = false;
  }
  map_.push_back(static_cast<std::uint32_t>(bytes_.size()));
  if (decoded_.starts_with("\xEF\xBB\xBF")) start_ = 3;
}

void Source::decode_latin1() {
  if (find_broken_utf8(bytes_) == std::string_view::npos && count_characters(bytes_) == bytes_.size())
    return;  // ASCII
  const std::size_t broken = broken_.value_or(bytes_.size());
  for (std::size_t at = 0; at < bytes_.size(); ++at) {
    if (at == broken) broken_ = decoded_.size();
    append_decoded(static_cast<unsigned char>(bytes_[at]), at);
  }
  map_.push_back(static_cast<std::uint32_t>(bytes_.size()));
}

void Source::replace_broken() {
  decodable_ = false;
  for (std::size_t at = 0; at < bytes_.size();) {
    const CodePoint point = decode_utf8(bytes_, at);
    append_decoded(point.valid ? point.value : replacement_character, at);
    at += point.length;
  }
  map_.push_back(static_cast<std::uint32_t>(bytes_.size()));
}

void Source::index_lines() {
  const std::string_view whole = text();
  const bool ascii = skip_ascii(whole, 0) == whole.size();
  std::size_t characters = 0;
  for (std::size_t at = 0; !ascii && at < whole.size(); at += block_size) {
    blocks_.push_back(characters);
    characters += count_characters(whole.substr(at, block_size));
  }
  lines_.push_back({0, 0});
  for (std::size_t at = whole.find('\n'); at != std::string_view::npos; at = whole.find('\n', at + 1))
    lines_.push_back({at + 1, characters_before(at + 1)});
}

std::size_t Source::characters_before(std::size_t offset) const {
  if (blocks_.empty()) return offset;
  // The end of a text that fills its blocks belongs to the last.
  const std::size_t block = std::min(offset / block_size, blocks_.size() - 1);
  return blocks_[block] + count_characters(text().substr(block * block_size, offset - block * block_size));
}

std::uint32_t Source::wire_offset(std::size_t offset) const {
  return map_.empty() ? static_cast<std::uint32_t>(offset) : map_[offset];
}

Place Source::place(std::size_t offset) const {
  offset = std::min(offset, text().size());
  const auto next = std::upper_bound(lines_.begin(), lines_.end(), offset,
                                     [](std::size_t at, const Line& line) { return at < line.begin; });
  const Line& line = *(next - 1);
  return {wire_offset(offset), static_cast<std::uint32_t>(next - lines_.begin()),
          static_cast<std::uint32_t>(characters_before(offset) - line.characters + 1)};
}

}  // namespace understudy::wpi
