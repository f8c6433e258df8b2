// The shortest scenario that still shows something: parts of it are taken away as long as it does. Nothing is played here.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <tl/expected.hpp>

#include "scenarios/language/reader.h"

namespace understudy::scenarios::shrink {

struct Wish {
  std::string path, bytes;    // the scenario's file, which is right
  language::OtherFile other;  // what it includes
  // Plays the scenario: what is sought shows.
  std::function<bool(const language::SharedScenario&)> shows;
  // Asked before each play: the smallest scenario so far will do.
  std::function<bool()> stop = [] { return false; };
  // Told after each play: elements of what is smallest so far.
  std::function<void(std::size_t elements)> tell = [](std::size_t) {};
};

struct Shrunk {
  std::string bytes;                   // of the smallest
  std::size_t kept = 0, elements = 0;  // of the file, but for the root and <steps>
  std::size_t plays = 0;
  bool stopped = false;  // before it was as small as can be
};

// Takes away elements, from the outermost on, halves first and then one by one; then what stands around others, and values; at last
// phones with all that they do; and again until nothing more goes. A candidate that the reader refuses, or in which something is
// expected where nothing can come, is not played; none is played twice. The error is that of a file that is not right.
tl::expected<Shrunk, FileError> shrink(const language::Reader& reader, const Wish& wish);

}  // namespace understudy::scenarios::shrink
