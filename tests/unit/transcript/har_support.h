// HTTP archives for tests, entry by entry.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "transcript/file.h"

namespace understudy::transcript {

struct HarEntry {
  std::string started = "2026-11-27T10:00:00.000Z";
  std::string method = "POST", url = "https://service:18443/DeploymentService/LoginService";
  std::string request_headers = R"([{"name":"Host","value":"service:18443"}])";
  std::string said;  // as JSON text without quotes; empty: no postData
  std::string version = "HTTP/1.1";
  int status = 200;
  std::string headers = R"([{"name":"Content-Type","value":"text/xml"}])";
  std::string content = {};  // the object's members; empty: made of `answered`
  std::string answered = {};
  std::string timings = R"({"send":1,"wait":20,"receive":2})";
  std::string more = {};  // members of the entry, each with a comma behind it
};

// The message of a phone, or of a service, as JSON text.
std::string phone_says(std::string_view nonce, std::string_view reason, std::string_view items = "");
std::string service_says(std::string_view nonce, std::string_view action, std::string_view items = "");
std::string mac(std::string_view address);  // as an item, for phone_says()

std::string har_of(const std::vector<HarEntry>& entries,
                   std::string_view creator = R"({"name":"mitmproxy","version":"9"})");
// Reads it; a failure is the test's, and gives an empty transcript.
Transcript har_read(const std::string& har);
std::vector<Exchange> exchanges_of(const Transcript& transcript);
// "interaction phone-1 1 start-up", "exchange 1 phone-1 1/1", ... a line each.
std::vector<std::string> told(const Transcript& transcript);
std::string left_out(const Transcript& transcript);

}  // namespace understudy::transcript
