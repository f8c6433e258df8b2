// What fetches the files that phones on a stage are ordered to have.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "phone/phone.h"

namespace understudy::fleet {

class Downloads {
 public:
  virtual ~Downloads() = default;
  // Fetches these files for a phone and calls `done` exactly once, later: with a result for each, in their order. A phone may
  // order more before it is done.
  virtual void fetch(const std::string& phone, std::vector<phone::File> files,
                     std::function<void(std::vector<phone::Download>)> done) = 0;
};

}  // namespace understudy::fleet
