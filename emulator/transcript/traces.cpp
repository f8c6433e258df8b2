#include "transcript/traces.h"

#include <algorithm>

namespace understudy::transcript {

std::string normal_mac(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c != ':' && c != '-') out.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
  return out;
}

std::vector<std::string> cookies_of(const wpi::Headers& headers, std::string_view name) {
  std::vector<std::string> out;
  for (const wpi::Header& header : headers) {
    if (!wpi::same_ignoring_case(header.name, name)) continue;
    std::string_view rest = header.value;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(';'), rest.size());
      std::string_view part = rest.substr(0, end);
      while (part.starts_with(' ')) part.remove_prefix(1);
      if (part.find('=') != std::string_view::npos) out.emplace_back(part);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (name == "Set-Cookie") break;  // what follows are attributes
    }
  }
  return out;
}

std::string host_of(std::string_view text) {
  if (const std::size_t scheme = text.find("://"); scheme != std::string_view::npos)
    text.remove_prefix(scheme + 3);
  text = text.substr(0, text.find('/'));
  const std::size_t bracket = text.find(']');  // of an IPv6 address
  return std::string(text.substr(0, text.find(':', bracket == std::string_view::npos ? 0 : bracket)));
}

namespace {

constexpr std::string_view contact_parameter = "ContactMe=";

}  // namespace

bool asks_for_contact(const wpi::HttpRequest& request) {
  return request.body.find(contact_parameter) != std::string::npos ||
         request.target.find(contact_parameter) != std::string::npos;
}

}  // namespace understudy::transcript
