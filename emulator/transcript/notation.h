// How a secret is written down: as it is, in XML's references and CDATA, or percent-encoded. Its stand-in is
// written in the same notation, so that a masked message is as well-formed, and as long, as the one that
// came.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::transcript {

struct Notation {
  enum class Form : std::uint8_t { literal, fixed, decimal, hexadecimal, percent };
  struct Unit {
    std::size_t at, length;              // in the text
    std::size_t plain_at, plain_length;  // in `plain`
    Form form;                           // fixed: the text stays as it is
  };
  std::string plain;  // what it says
  std::vector<Unit> units;

  // Writes `stand_in`, which is as long as `plain` and has its characters at the same places, over the text.
  void write(std::string& text, std::string_view stand_in) const;
};

// Of text[from, to). In XML, `references` is false inside CDATA.
void read_xml_notation(std::string_view text, std::size_t from, std::size_t to, bool references,
                       Notation& notation);
Notation percent_notation(std::string_view text, std::size_t from, std::size_t to);

}  // namespace understudy::transcript
