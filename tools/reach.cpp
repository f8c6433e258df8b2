#include "reach.h"

#include <algorithm>
#include <utility>

namespace understudy::tools {

bool is_numeric(const std::string& host) {
  return host.find(':') != std::string::npos || host.find_first_not_of("0123456789.") == std::string::npos;
}

bool is_on_loopback(const net::Target& target) { return is_numeric(target.host) && net::is_loopback(target.host); }

std::function<bool(const std::string&, const std::string&)> reach(std::vector<std::string> allowed) {
  return [allowed = std::move(allowed)](const std::string& host, const std::string& address) {
    return net::is_near(address) || std::find(allowed.begin(), allowed.end(), host) != allowed.end();
  };
}

std::string out_of_reach(const std::string& host, const std::vector<std::string>& allowed) {
  if (!is_numeric(host) || reach(allowed)(host, host)) return {};
  return host + " is neither loopback nor private; if it is yours to test, say --allow-target " + host;
}

}  // namespace understudy::tools
