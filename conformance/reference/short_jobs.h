// The short forms of jobs: files and firmware by name, made into the items that order them (docs/service.md).
#pragma once

#include <Poco/JSON/Object.h>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "reference/record.h"
#include "reference/service.h"

namespace understudy::reference {

// For whom a job is, and by whom.
struct ShortJobGround {
  const Options& options;
  const Phone* phone;  // nullptr: not known yet
};

using ItemsOrWhyNot = tl::expected<std::vector<wpi::Item>, std::string>;

// Of {"files": [{"type": "LOGO", "name": "logo.png"}, ...]}. One file has no index (guide p.53), several are counted from 1 (p.55).
ItemsOrWhyNot items_of_files(const Poco::JSON::Object& job, const ShortJobGround& ground);
// Of {"version": "V3 R5.13.0", "priority": "immediate"} (guide p.57): an image of our own for the phone's model.
ItemsOrWhyNot items_of_software(const Poco::JSON::Object& job, const ShortJobGround& ground);
// Of {"kind": "certificate"}: a new one for the phone's web pages, as PKCS#12 (guide p.59), by the service's own authority.
ItemsOrWhyNot items_of_certificate(const ShortJobGround& ground);

}  // namespace understudy::reference
