// Reads XML files that users write: held against a schema of ours, each error with line, column and cause.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "scenarios/file_error.h"

namespace understudy::scenarios {

// A place is an offset into the text of its file; XmlFile::error() makes line and column of it.
struct XmlAttribute {
  std::string name, value;
  std::size_t begin = 0, end = 0;  // of its value between the quotes; both the place of the element where it is a default
};

struct XmlElement {
  std::string name;  // without a prefix
  std::vector<XmlAttribute> attributes;  // with the schema's defaults; none of another namespace
  std::vector<XmlElement> children;
  std::string text;  // its own, without that of its children
  std::size_t begin = 0, end = 0;  // from its start tag to the end of its end tag

  // The attribute, which the schema requires or gives a default.
  const XmlAttribute& attribute(std::string_view name) const;
  // The same of one that need not be there: nullptr where it is not.
  const XmlAttribute* find(std::string_view name) const;
};

// A schema that is part of the program. Xerces must be alive (wpi::XmlRuntime).
class XmlSchema {
 public:
  explicit XmlSchema(std::string_view xsd);  // throws std::logic_error where it is none
  ~XmlSchema();
  XmlSchema(const XmlSchema&) = delete;
  XmlSchema& operator=(const XmlSchema&) = delete;

 private:
  friend class XmlFile;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// What such a file says. Nothing is fetched for it: it has no document type and no entities but those of XML.
class XmlFile {
 public:
  static constexpr std::size_t most_bytes = 1024 * 1024;
  static constexpr std::size_t most_deep = 32;  // elements in each other

  static tl::expected<XmlFile, FileError> read(const std::string& path, const XmlSchema& schema);
  // The same of bytes that are already there.
  static tl::expected<XmlFile, FileError> parse(std::string path, std::string bytes, const XmlSchema& schema);

  const XmlElement& root() const { return root_; }
  const std::string& path() const { return path_; }
  const std::string& bytes() const { return bytes_; }

  // Something that its reader finds wrong at that place: an element from its name on, an attribute's value as a whole, or else
  // one character.
  FileError error(std::size_t place, std::string text) const { return error_in(path_, bytes_, place, length_at(place), std::move(text)); }
  // How many bytes such an error is about.
  std::size_t length_at(std::size_t place) const;
  // Where `part` stands between two places, as it is written there; `begin` where it is written otherwise.
  std::size_t place_of(std::string_view part, std::size_t begin, std::size_t end) const;

 private:
  XmlFile(std::string path, std::string bytes) : path_(std::move(path)), bytes_(std::move(bytes)) {}

  std::string path_, bytes_;
  XmlElement root_;
};

}  // namespace understudy::scenarios
