// session.*: the cookies by which a service keeps an interaction together.
#include <algorithm>
#include <string>

#include "rules/area.h"
#include "wpi/http.h"

namespace understudy::conformance {

namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

struct Cookie {
  bool secure = false, http_only = false;
  bool removed = false;  // it takes a cookie away instead of setting one
};

Cookie cookie_of(std::string_view value) {
  Cookie cookie;
  bool first = true;
  while (true) {
    const std::size_t end = value.find(';');
    const std::string_view part = trimmed(value.substr(0, end));
    const std::size_t equals = part.find('=');
    const std::string_view name = trimmed(part.substr(0, equals));
    const std::string_view content =
        equals == std::string_view::npos ? std::string_view() : trimmed(part.substr(equals + 1));
    if (first)
      cookie.removed = name.empty() || content.empty();
    else if (wpi::same_ignoring_case(name, "Secure"))
      cookie.secure = true;
    else if (wpi::same_ignoring_case(name, "HttpOnly"))
      cookie.http_only = true;
    else if (wpi::same_ignoring_case(name, "Max-Age") && (content == "0" || content.starts_with('-')))
      cookie.removed = true;
    first = false;
    if (end == std::string_view::npos) return cookie;
    value.remove_prefix(end + 1);
  }
}

}  // namespace

bool sets_cookie(const wpi::HttpResponse& response) {
  return std::any_of(response.headers.begin(), response.headers.end(), [](const wpi::Header& header) {
    return wpi::same_ignoring_case(header.name, "Set-Cookie") && !cookie_of(header.value).removed;
  });
}

namespace {

// Said with the second message: only then it is an interaction of several.
void cookie(const Heard& heard, Ruling& ruling) {
  if (heard.before.messages != 1 || heard.exchange.attempt > 1 || !heard.before.answered) return;
  if (heard.before.first_sets_cookie) {
    ruling.held();
    return;
  }
  const bool came_with_one = heard.before.first_sends_cookie;
  ruling.deviates({"the first answer of the interaction set no cookie",
                   "Set-Cookie",
                   came_with_one ? "none, to a phone that came with one" : "none",
                   {},
                   came_with_one ? "had one" : "",
                   came_with_one ? std::optional(Level::note) : std::nullopt});
}

void cookie_secure(const Heard& heard, Ruling& ruling) {
  if (!heard.has_answer()) return;
  for (const wpi::Header& header : heard.response().headers) {
    if (!wpi::same_ignoring_case(header.name, "Set-Cookie")) continue;
    const Cookie cookie = cookie_of(header.value);
    if (cookie.removed) continue;
    const bool secure = cookie.secure || !heard.exchange.encrypted;
    if (secure && cookie.http_only) {
      ruling.held();
      continue;
    }
    std::string missing = secure ? "HttpOnly" : cookie.http_only ? "Secure" : "Secure and HttpOnly";
    ruling.deviates({"a cookie is set without " + missing,
                     "Secure and HttpOnly",
                     "without " + missing,
                     header_spot(heard.response().head, "Set-Cookie"),
                     missing,
                     {}});
  }
}

constexpr Binding bindings[] = {
    {.id = "session.cookie", .exchange = cookie, .rests_on = {transcript::Fact::cookies}},
    {.id = "session.cookie-secure", .exchange = cookie_secure, .rests_on = {transcript::Fact::cookies}},
};

}  // namespace

std::span<const Binding> session_rules() {
  return bindings;
}

}  // namespace understudy::conformance
