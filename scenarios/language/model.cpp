#include "scenarios/language/model.h"

#include <utility>

namespace understudy::scenarios::language {

FileError error_at(const Scenario& scenario, const Place& place, std::string text) {
  const Source& source = scenario.sources.at(place.file);
  return error_in(source.path, source.bytes, place.offset, place.length, std::move(text));
}

}  // namespace understudy::scenarios::language
