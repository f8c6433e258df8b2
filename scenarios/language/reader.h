// Reads scenarios: XML held against schema/scenario.xsd, then everything that a schema cannot say.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "scenarios/file_error.h"
#include "scenarios/language/model.h"
#include "scenarios/xml_file.h"

namespace understudy::scenarios::language {

// What is read at most; more is an error.
inline constexpr std::size_t most_steps = 20'000;  // with those of includes
inline constexpr std::uint32_t most_phones = 10'000;
inline constexpr std::size_t most_included = 8;  // scenarios in each other

// The bytes of another file that a scenario names, by its path from the scenario's folder on, which does not lead out of it;
// else why it cannot be had, in words.
using OtherFile = std::function<tl::expected<std::string, std::string>(const std::string& path)>;

// Files in a folder: never what a link leads to elsewhere.
OtherFile files_below(const std::string& folder);

using SharedScenario = std::shared_ptr<const Scenario>;

class Reader {
 public:
  // `rules` are those that <claims> may name; where there are none, it may name any. Xerces must be alive (wpi::XmlRuntime).
  explicit Reader(std::vector<std::string_view> rules);

  // The error is the first one; nothing is run or sent.
  tl::expected<SharedScenario, FileError> read(const std::string& path) const;
  // The same of bytes that are already there.
  tl::expected<SharedScenario, FileError> parse(std::string path, std::string bytes,
                                                const OtherFile& other) const;

 private:
  std::vector<std::string_view> rules_;
  XmlSchema schema_;
};

}  // namespace understudy::scenarios::language
