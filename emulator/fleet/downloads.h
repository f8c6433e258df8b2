// What fetches the files that phones on a stage are ordered to have.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "net/carrier.h"
#include "phone/phone.h"

namespace understudy::fleet {

// The files of one order, and who wants them.
struct FilesWanted {
  std::string phone, mac;               // its id and MAC address
  const phone::Model* model = nullptr;  // outlives them; never nullptr
  std::string source_address;           // it calls from there; empty: the system's choice
  net::TlsProfile profile = net::TlsProfile::current;
  std::uint32_t number = 0;  // of the order: phone::Fetch
  std::vector<phone::File> files;
};

class Downloads {
 public:
  virtual ~Downloads() = default;
  // Fetches these files and calls `done` exactly once, later: with a result for each, in their order. A phone may order more
  // before it is done. What is `ok` is kept from then on, in the place of what had its name and type before.
  virtual void fetch(FilesWanted wanted, std::function<void(std::vector<phone::Download>)> done) = 0;
  // Nobody waits for them any more: `done` need not be called.
  virtual void give_up(const std::string& /*phone*/, std::uint32_t /*number*/) {}
  // A phone does not hold that file any more; both empty: none.
  virtual void forget(const std::string& /*mac*/, const std::string& /*type*/, const std::string& /*name*/) {}

  // Told of each file that came or failed, in words for the record; set by the stage.
  std::function<void(const std::string& phone, const std::string& text)> record;
};

}  // namespace understudy::fleet
