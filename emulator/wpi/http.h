// HTTP/1.1 as values: what a phone sends and what a service answers. No I/O; the reader is net/http_reader.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::wpi {

struct Header {
  std::string name;
  std::string value;  // without the white space around it
  bool operator==(const Header&) const = default;
};
using Headers = std::vector<Header>;

// The first header of that name, whatever its case; nullptr if there is none.
const std::string* find_header(const Headers& headers, std::string_view name);
std::size_t count_headers(const Headers& headers, std::string_view name);

// True if two ASCII texts differ at most in case.
bool same_ignoring_case(std::string_view a, std::string_view b);

struct HttpRequest {
  std::string method;  // empty: no request is made of it, `body` is all that is sent
  std::string target;  // path and query, as on the request line
  Headers headers;     // in the order in which they are sent
  std::string body;
};

// The request byte for byte as it is sent. Nothing is added: the headers are the sender's own.
std::string to_bytes(const HttpRequest& request);

// How the reader found the end of a body.
enum class Framing { none, content_length, chunked, until_close };

// What was wrong with an answer's HTTP, beside what its fields say.
enum class HttpFlaw {
  bad_status_line,     // no "HTTP/1.x nnn reason"
  bare_line_feed,      // a header line ended by LF alone
  bad_header_line,     // no colon, an empty name, or a character that no name may have
  folded_header,       // a header continued on the next line
  space_before_colon,
  control_character,   // in a header value
  doubled_length,      // Content-Length more than once with the same value
  conflicting_length,  // Content-Length more than once with different values
  length_and_chunked,  // both Content-Length and Transfer-Encoding
  bad_length,          // Content-Length that is no number
  bad_coding,          // a Transfer-Encoding other than chunked
  bad_chunk,           // a chunk size or chunk end that cannot be read
  body_short,          // closed, or silent until the time-out, before the promised end
  body_excess,         // bytes after the end of the body that nobody asked for
  head_too_large,      // more than the reader takes
  body_too_large,      // more than the reader takes: the rest was not read
  too_many_interim,    // more than ten 1xx answers
};
std::string_view name_of(HttpFlaw flaw);                       // "body_short"
std::optional<HttpFlaw> http_flaw_named(std::string_view name);

struct HttpProblem {
  HttpFlaw flaw;
  std::string detail;         // in words, with the numbers: "212 of 300 bytes came"
  std::uint64_t offset = 0;   // bytes from the start of the answer
};

struct HttpResponse {
  std::string head;  // exact bytes of status line and headers with the blank line; interim answers left out
  std::string version;  // "HTTP/1.1"
  int status = 0;
  std::string reason;
  Headers headers;
  Framing framing = Framing::none;
  std::optional<std::uint64_t> declared_length;  // Content-Length as given
  std::string body;       // with the chunk coding taken off
  std::string coded_body; // exact bytes of the body where they differ (chunked), else empty
  int interim = 0;        // 1xx answers before this one
  bool complete = false;  // the end of the body was reached as its framing has it
  bool keeps_open = false;  // by version and Connection header another request may follow
  std::vector<HttpProblem> problems;
};

}  // namespace understudy::wpi
