// Whom the program may send to: loopback and private addresses, and what --allow-target names.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "net/target.h"

namespace understudy::tools {

bool is_numeric(const std::string& host);

// A service on loopback: phones call it from addresses of their own there.
bool is_on_loopback(const net::Target& target);

// For net::HttpsCarrier::may_connect: holds for every host that a service, a contact-me or DHCP names too.
std::function<bool(const std::string& host, const std::string& address)> reach(std::vector<std::string> allowed);

// Why the program will not send there, in one line; empty where it will, and where that shows only when the name is resolved.
std::string out_of_reach(const std::string& host, const std::vector<std::string>& allowed);

}  // namespace understudy::tools
