// What stores share: for the files that make the store, not for its users.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "items/store.h"

namespace understudy::items {

class Base {
 public:
  struct Held {
    Key key;
    std::string value;
    bool listed = true;
    std::size_t begin = 0;  // of its element in `elements`; empty where it is not listed
  };
  std::vector<Held> held;  // sorted by key
  std::string elements;    // of all that are listed, as they are written
  std::vector<std::string> heading;
  std::vector<Store::Place> heading_places;  // of each of them

  std::size_t begin_of(std::size_t place) const { return place < held.size() ? held[place].begin : elements.size(); }
};

struct Store::View {
  const Key& key;
  const std::string& value;
  bool listed;
  Change change;
};

}  // namespace understudy::items
