// What is wrong with a user's file: where, in one line, and with the line that it is about.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rules/verdict.h"

namespace understudy::scenarios {

struct FileError {
  std::string path;
  std::uint32_t line = 0, column = 0;  // from 1, in characters; 0: of the file as a whole
  std::string text;
  std::optional<conformance::Excerpt> excerpt = std::nullopt;  // none: of the file as a whole

  std::string one_line() const;  // "triggers.xml:3:18: ..."
  // The same, then the line of the file and carets under what is wrong:
  //   triggers.xml:3:18: "raed" is no value of job; did you mean read?
  //     3 │ <trigger job="raed">
  //       │               ^^^^
  // What stands in the file may hold anything: it is for the printer to make it fit for a terminal, line by line.
  std::string with_source() const;
};

// An error at these bytes of a file, from `begin` on; of no length: at one character. Control characters of `text`, which
// may quote the file, become blanks.
FileError error_in(std::string path, std::string_view bytes, std::size_t begin, std::size_t length,
                   std::string text);

}  // namespace understudy::scenarios
