// What a mobile user takes along from phone to phone (field).
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace understudy::phone {

// Each holds a block in base64 under index 1.
constexpr std::array<std::string_view, 10> user_data_items = {
    "userdata-vu1",        "userdata-call-log",     "userdata-ring-tone", "userdata-phonebook",     "userdata-call-group",
    "userdata-voice-record", "userdata-picture",    "userdata-ring-tone-mp3", "userdata-screensaver", "userdata-ldap"};

// All of them, as requested-items and modified-items list them: commas, no blanks.
std::string user_data_names();

// The block of a user who has none yet, in base64: version and flags, the file's name padded with zeros, two counters, a
// time, then lines of text.
std::string fresh_user_data(std::string_view item);

}  // namespace understudy::phone
