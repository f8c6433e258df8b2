#include "wpi/http.h"

#include <algorithm>
#include <array>

namespace understudy::wpi {

namespace {

constexpr std::array<std::string_view, 17> flaw_names = {
    "bad_status_line", "bare_line_feed",     "bad_header_line",    "folded_header", "space_before_colon", "control_character",
    "doubled_length",  "conflicting_length", "length_and_chunked", "bad_length",    "bad_coding",         "bad_chunk",
    "body_short",      "body_excess",        "head_too_large",     "body_too_large", "too_many_interim"};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool same_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

const std::string* find_header(const Headers& headers, std::string_view name) {
  for (const Header& header : headers)
    if (same_ignoring_case(header.name, name)) return &header.value;
  return nullptr;
}

std::size_t count_headers(const Headers& headers, std::string_view name) {
  return static_cast<std::size_t>(
      std::count_if(headers.begin(), headers.end(), [&](const Header& h) { return same_ignoring_case(h.name, name); }));
}

std::string to_bytes(const HttpRequest& request) {
  if (request.method.empty()) return request.body;
  std::string out;
  out.reserve(256 + request.body.size());
  out.append(request.method).append(" ").append(request.target).append(" HTTP/1.1\r\n");
  for (const Header& header : request.headers) out.append(header.name).append(": ").append(header.value).append("\r\n");
  out.append("\r\n").append(request.body);
  return out;
}

std::string_view name_of(HttpFlaw flaw) { return flaw_names[static_cast<std::size_t>(flaw)]; }

std::optional<HttpFlaw> http_flaw_named(std::string_view name) {
  for (std::size_t i = 0; i < flaw_names.size(); ++i)
    if (flaw_names[i] == name) return static_cast<HttpFlaw>(i);
  return std::nullopt;
}

}  // namespace understudy::wpi
