#include "net/target.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>

#include "wpi/http.h"
#include "wpi/vocabulary.h"

namespace understudy::net {

namespace {

constexpr std::uint16_t usual_port = 18443;  // where phones expect TLS (guide p.12)

tl::unexpected<std::string> wrong(std::string text) {
  return tl::unexpected(std::move(text));
}

// An address as 16 bytes, IPv4 as ::ffff:a.b.c.d. A zone ("fe80::1%eth0") is left out.
std::optional<std::array<std::uint8_t, 16>> bytes_of(std::string_view address) {
  const std::string text(address.substr(0, address.find('%')));
  std::array<std::uint8_t, 16> bytes{};
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) return bytes;
  std::array<std::uint8_t, 4> four{};
  if (inet_pton(AF_INET, text.c_str(), four.data()) != 1) return std::nullopt;
  bytes[10] = bytes[11] = 0xFF;
  std::copy(four.begin(), four.end(), bytes.begin() + 12);
  return bytes;
}

std::optional<std::array<std::uint8_t, 4>> mapped_v4(const std::array<std::uint8_t, 16>& bytes) {
  const bool mapped = std::all_of(bytes.begin(), bytes.begin() + 10, [](std::uint8_t b) { return b == 0; }) &&
                      bytes[10] == 0xFF && bytes[11] == 0xFF;
  if (!mapped) return std::nullopt;
  return std::array<std::uint8_t, 4>{bytes[12], bytes[13], bytes[14], bytes[15]};
}

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_';
}

// Four numbers, or fewer, that were meant as an address.
bool looks_numeric(std::string_view host) {
  return host.find_first_not_of("0123456789.") == std::string_view::npos;
}

tl::expected<std::uint16_t, std::string> port_of(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty()) return wrong("no port after the colon; write https://host:port");
  if (error != std::errc() || end != text.data() + text.size() || value == 0 || value > 65535)
    return wrong("\"" + std::string(text) + "\" is no port; a port is a number from 1 to 65535");
  return static_cast<std::uint16_t>(value);
}

bool is_plain(std::string_view url) { return wpi::same_ignoring_case(url.substr(0, 7), "http://"); }

tl::expected<void, std::string> check_scheme(std::string_view url) {
  const std::size_t end = url.find("://");
  if (end == std::string_view::npos) {
    if (url.substr(0, 6) == "https:")
      return wrong("two slashes are missing after https:; write https://host:port");
    return wrong("no scheme; write https://host:port");
  }
  const std::string_view scheme = url.substr(0, end);
  if (scheme.empty()) return wrong("no scheme before ://; write https://host:port");
  if (!is_plain(url) && !wpi::same_ignoring_case(scheme, "https"))
    return wrong("unknown scheme \"" + std::string(scheme) + "\"; write https://host:port");
  return {};
}

// Takes "host", "host:port", "[address]" or "[address]:port" apart.
tl::expected<Target, std::string> authority_of(std::string_view authority, std::uint16_t usual) {
  Target target;
  target.port = usual;
  std::string_view host = authority;
  std::optional<std::string_view> port;
  if (!authority.empty() && authority.front() == '[') {
    const std::size_t close = authority.find(']');
    if (close == std::string_view::npos)
      return wrong("no ] after the IPv6 address; write https://[::1]:port");
    host = authority.substr(1, close - 1);
    const std::string_view rest = authority.substr(close + 1);
    if (!rest.empty() && rest.front() != ':')
      return wrong("only :port may follow the ]; write https://[::1]:port");
    if (!rest.empty()) port = rest.substr(1);
    const auto address = bytes_of(host);
    if (!address || host.find(':') == std::string_view::npos)
      return wrong("\"" + std::string(host) + "\" is no IPv6 address");
  } else {
    if (std::count(authority.begin(), authority.end(), ':') > 1 && bytes_of(authority))
      return wrong("an IPv6 address needs brackets; write https://[" + std::string(authority) + "]:port");
    const std::size_t colon = authority.find(':');
    host = authority.substr(0, colon);
    if (colon != std::string_view::npos) port = authority.substr(colon + 1);
    if (host.empty()) return wrong("no host; write https://host:port");
    const auto odd = std::find_if_not(host.begin(), host.end(), is_host_character);
    if (odd != host.end())
      return wrong("a host's name has no \"" + std::string(1, *odd) + "\"; write https://host:port");
    if (looks_numeric(host) && !bytes_of(host))
      return wrong("\"" + std::string(host) + "\" is no IPv4 address");
  }
  target.host = host;
  if (port) {
    const auto number = port_of(*port);
    if (!number) return tl::unexpected(number.error());
    target.port = *number;
  }
  return target;
}

// The path stays as it is, even if there is none.
tl::expected<Target, std::string> apart(std::string_view url, std::uint16_t usual) {
  if (url.empty()) return wrong("no URL; write https://host:port");
  for (const char c : url) {
    if (c == ' ' || c == '\t') return wrong("a URL has no blanks; write %20 in a path");
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return wrong("a URL has no control characters");
    if (static_cast<unsigned char>(c) > 0x7F) return wrong("a URL is ASCII; write other characters as %XX");
  }
  if (const auto scheme = check_scheme(url); !scheme) return tl::unexpected(scheme.error());
  const std::string_view rest = url.substr(url.find("://") + 3);
  if (rest.find('#') != std::string_view::npos)
    return wrong("a #fragment is never sent to a service; leave it out");
  const std::size_t slash = rest.find_first_of("/?");
  const std::string_view authority = rest.substr(0, slash);
  if (authority.find('@') != std::string_view::npos)
    return wrong("a phone sends no user and password; leave out what stands before the @");
  auto target = authority_of(authority, usual);
  if (target && slash != std::string_view::npos) target->path = rest.substr(slash);
  return target;
}

}  // namespace

std::string Target::host_header() const {
  const bool six = host.find(':') != std::string::npos;
  return (six ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::string Target::url() const {
  return (tls ? "https://" : "http://") + host_header() + path;
}

tl::expected<Target, std::string> target_of(std::string_view url) {
  if (is_plain(url))
    return wrong("http:// is refused, WPI messages travel over TLS (guide p.12); write https://host:port");
  auto target = apart(url, usual_port);
  if (!target) return target;
  if (target->path.empty() || target->path == "/") target->path = wpi::default_path;
  if (target->path.front() == '?') target->path.insert(0, wpi::default_path);
  return target;
}

tl::expected<Target, std::string> poll_target_of(std::string_view url) {
  const bool plain = is_plain(url);
  auto target = apart(url, plain ? 80 : 443);
  if (!target) return target;
  target->tls = !plain;
  if (!target->path.starts_with('/')) target->path.insert(0, "/");
  return target;
}

bool is_loopback(std::string_view address) {
  const auto bytes = bytes_of(address);
  if (!bytes) return false;
  if (const auto four = mapped_v4(*bytes)) return (*four)[0] == 127;
  std::array<std::uint8_t, 16> one{};
  one[15] = 1;
  return *bytes == one;
}

bool is_near(std::string_view address) {
  const auto bytes = bytes_of(address);
  if (!bytes) return false;
  if (const auto four = mapped_v4(*bytes)) {
    const auto [a, b, c, d] = *four;
    return a == 127 || a == 10 || (a == 172 && (b & 0xF0) == 16) || (a == 192 && b == 168) ||
           (a == 169 && b == 254);
  }
  if (is_loopback(address)) return true;
  const bool unique_local = ((*bytes)[0] & 0xFE) == 0xFC;
  const bool link_local = (*bytes)[0] == 0xFE && ((*bytes)[1] & 0xC0) == 0x80;
  return unique_local || link_local;
}

bool is_host(std::string_view text) {
  if (text.find(':') != std::string_view::npos)
    return text.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos && bytes_of(text);
  if (!std::all_of(text.begin(), text.end(), is_host_character)) return false;
  if (looks_numeric(text)) return bytes_of(text).has_value();
  if (text.size() > 253) return false;
  if (text.ends_with('.')) text.remove_suffix(1);  // a name that is meant from the root
  while (true) {
    const std::size_t label = std::min(text.find('.'), text.size());
    if (label == 0 || label > 63) return false;
    if (label == text.size()) return true;
    text.remove_prefix(label + 1);
  }
}

}  // namespace understudy::net
