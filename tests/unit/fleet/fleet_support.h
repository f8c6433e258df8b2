// Phones whose memory is kept.
#pragma once

#include <string>

#include "fleet/state_file.h"
#include "phone/phone.h"

namespace understudy::fleet {

struct Who {
  std::string mac = "00:1A:E8:FF:00:01", model = "OpenStage 60", firmware = "V3 R5", number = "4241";
  phone::Limits limits = {};
};
phone::Phone made(const Who& who = {});

// A phone whose item "realm" has that value.
phone::Phone with_realm(const std::string& value, const Who& who = {});
std::string realm_of(const phone::Phone& phone);

// "could not run: PATH: ...", or "wrong file: PATH: ..." with the path as PATH.
std::string words_of(const StateError& error, const std::string& path);
// What opening says, in those words; "opened" where it does.
std::string opening(const std::string& path);

}  // namespace understudy::fleet
