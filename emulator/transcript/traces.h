// What in a message tells whose it is. Not for others than recording.cpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "wpi/http.h"

namespace understudy::transcript {

// "aa-bb-..." and "AA:BB:..." are the same phone.
std::string normal_mac(std::string_view text);
// Name and value of a cookie, without its attributes; of every header of that name.
std::vector<std::string> cookies_of(const wpi::Headers& headers, std::string_view name);
// "10.0.0.7" of "http://10.0.0.7:8085/contact_dls.html/ContactDLS", and of "10.0.0.7:8085".
std::string host_of(std::string_view text);
bool asks_for_contact(const wpi::HttpRequest& request);

}  // namespace understudy::transcript
