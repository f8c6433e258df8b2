// The XML parser: Xerces SAX2, made once and used again, which never fetches anything.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "wpi/source.h"
#include "wpi/understanding.h"

namespace understudy::wpi {

struct SchemaProblem {
  std::string message;
  std::size_t offset = 0;  // in the source's text
};

class Sax {
 public:
  Sax();                                  // for well-formedness alone
  explicit Sax(std::string_view schema);  // validates as well
  ~Sax();
  Sax(const Sax&) = delete;
  Sax& operator=(const Sax&) = delete;

  // Tells the Understanding what stands in the text from that offset on. True if it is well-formed.
  bool parse(const Source& source, std::size_t from, Understanding& understanding);
  // Of the last parse, each once.
  const std::vector<SchemaProblem>& problems() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace understudy::wpi
