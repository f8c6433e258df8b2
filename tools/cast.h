// The words about phones on a command line, looked up: the same for every command that plays some.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "command_line.h"
#include "fleet/stage.h"
#include "phone/phone.h"

namespace understudy::tools {

struct Traits {
  const phone::Model* model = nullptr;      // as asked for; nullptr: the usual one, or several
  std::optional<phone::Firmware> firmware;  // likewise
  std::vector<wpi::Item> settings;          // that a phone is set up with
  phone::Quirks quirks;
  std::vector<fleet::Chance> faults;
  phone::Switches switches;
  net::Waits waits;
  std::shared_ptr<const phone::Keys> keys;  // who reads certificates for phones
};

// The error is one line.
tl::expected<Traits, std::string> understand(const PhoneTraits& typed);

// The service, where the program may send to it. The error is one line.
tl::expected<net::Target, std::string> service_at(const std::string& url, const PhoneTraits& typed);

// A real phone's restart takes a minute, and it gathers changes for some seconds; ours need not.
phone::Limits brisk_limits();

}  // namespace understudy::tools
