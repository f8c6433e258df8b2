#include "transcript/mask.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "transcript/notation.h"
#include "transcript/text.h"
#include "wpi/user_info.h"

namespace understudy::transcript {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}

// The characters that stand for any other of two, three and four bytes. A byte that is no UTF-8 stays none.
constexpr std::array<std::string_view, 5> by_length = {"\xFF", "", "\xC3\x97", "\xE2\x80\xA2",
                                                       "\xF0\x9D\x93\x8D"};

// The kinds of characters of a text and nothing else of it: 0 for a digit, X and x for letters.
std::string shape_of(std::string_view text) {
  std::string shape;
  shape.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = character_length(text, at);
    const char c = text[at];
    if (length != 1)
      shape.append(by_length[length]);
    else
      shape.push_back(is_digit(c) ? '0' : is_upper(c) ? 'X' : is_lower(c) ? 'x' : c);
    at += std::max<std::size_t>(length, 1);
  }
  return shape;
}

// Counts in the digits and letters of a shape, the last of them fastest: "Xx-00" and 12 is "Xx-12".
void count_up(std::string& shape, std::uint64_t count) {
  for (auto at = shape.rbegin(); at != shape.rend() && count != 0; ++at) {
    const char zero = *at;
    if (zero != '0' && zero != 'X' && zero != 'x') continue;
    const unsigned base = zero == '0' ? 10 : 26;
    const unsigned digit = static_cast<unsigned>(count % base);
    count /= base;
    *at = zero == '0' ? static_cast<char>('0' + digit)
                      : static_cast<char>((zero == 'X' ? 'A' : 'a') + (23 + digit) % 26);
  }
}

constexpr std::string_view blanks = " \t\r\n";

// Shrinks [from, to) by the white space at its ends.
void trim(std::string_view bytes, std::size_t& from, std::size_t& to) {
  while (from < to && blanks.find(bytes[from]) != std::string_view::npos) ++from;
  while (to > from && blanks.find(bytes[to - 1]) != std::string_view::npos) --to;
}

bool is_cookie_attribute(std::string_view name) {
  constexpr std::array<std::string_view, 14> attributes = {
      "path",    "domain",   "expires",     "max-age", "samesite", "secure",   "httponly",
      "version", "priority", "partitioned", "$path",   "$domain",  "$version", "$port"};
  return std::any_of(attributes.begin(), attributes.end(),
                     [&](std::string_view attribute) { return wpi::same_ignoring_case(attribute, name); });
}

bool is_cookie_header(std::string_view name) {
  return wpi::same_ignoring_case(name, "cookie") || wpi::same_ignoring_case(name, "set-cookie") ||
         wpi::same_ignoring_case(name, "cookie2") || wpi::same_ignoring_case(name, "set-cookie2");
}

bool is_authorization(std::string_view name) {
  return wpi::same_ignoring_case(name, "authorization") ||
         wpi::same_ignoring_case(name, "proxy-authorization");
}

}  // namespace

Masker::Masker(std::function<bool(std::string_view item_name)> is_secret)
    : is_secret_(std::move(is_secret)) {}

std::string Masker::secret(std::string_view text) {
  if (text.empty()) return {};
  const auto known = stand_ins_.find(text);
  if (known != stand_ins_.end()) return known->second;
  std::string stand_in = shape_of(text);
  count_up(stand_in, ++counts_[stand_in]);
  stand_ins_.emplace(text, stand_in);
  return stand_in;
}

std::string Masker::value(std::string_view item_name, std::string_view text) {
  std::string out(text);
  std::size_t from = 0, to = out.size();
  if (!is_secret_(item_name)) {
    const std::string_view who = wpi::user_info_in(text);
    if (who.empty()) return out;
    from = static_cast<std::size_t>(who.data() - text.data());
    to = from + who.size();
  }
  trim(out, from, to);
  return out.replace(from, to - from, secret(text.substr(from, to - from)));
}

std::string Masker::words(std::string_view text) const {
  constexpr std::size_t shortest = 4;  // a shorter one would be found in any text
  std::string out(text);
  for (const auto& [hidden, stand_in] : stand_ins_) {
    if (hidden.size() < shortest) continue;
    for (std::size_t at = 0; (at = out.find(hidden, at)) != std::string::npos; at += hidden.size())
      out.replace(at, hidden.size(), stand_in);
  }
  return out;
}

void Masker::cover_percent(std::string& out, std::size_t from, std::size_t to) {
  trim(out, from, to);
  if (to - from >= 2 && out[from] == '"' && out[to - 1] == '"') ++from, --to;
  const Notation notation = percent_notation(out, from, to);
  notation.write(out, secret(notation.plain));
}

std::string Masker::header(std::string_view name, std::string_view value) {
  if (is_authorization(name)) return secret(value);
  std::string out(value);
  if (!is_cookie_header(name)) return out;
  bool first = true;
  for (std::size_t from = 0; from <= out.size();) {
    const std::size_t end = std::min(out.find(';', from), out.size());
    const std::size_t equals = std::min(out.find('=', from), end);
    std::size_t name_from = from, name_to = equals;
    trim(out, name_from, name_to);
    const bool attribute = is_cookie_attribute(std::string_view(out).substr(name_from, name_to - name_from));
    if (first || !attribute) cover_percent(out, equals == end ? from : equals + 1, end);
    first = false;
    from = end + 1;
  }
  return out;
}

std::string Masker::head(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  std::string_view name;  // of the header whose lines these are
  for (std::size_t from = 0; from < bytes.size();) {
    const std::size_t line_feed = bytes.find('\n', from);
    const std::size_t next = line_feed == std::string_view::npos ? bytes.size() : line_feed + 1;
    const std::string_view line = bytes.substr(from, next - from);
    const std::size_t text_end = line.find_last_not_of("\r\n") + 1;
    const std::size_t colon = line.find(':');
    std::size_t value_from = 0;
    if (line[0] != ' ' && line[0] != '\t') {  // else folded: what the line before has begun
      std::size_t name_from = from, name_to = from + (colon == std::string_view::npos ? 0 : colon);
      trim(bytes, name_from, name_to);
      name = bytes.substr(name_from, name_to - name_from);
      value_from = colon == std::string_view::npos ? 0 : colon + 1;
    }
    // As in headers, where values have no white space around them: the same value has the same stand-in.
    std::size_t value_to = text_end;
    if (value_from < value_to) trim(line, value_from, value_to);
    value_from = std::min(value_from, value_to);
    out.append(line.substr(0, value_from));
    out.append(header(name, line.substr(value_from, value_to - value_from)));
    out.append(line.substr(value_to));
    from = next;
  }
  return out;
}

// The bytes of a chunked body with the data of its chunks taken from the masked one: a secret may stand in
// two chunks.
std::string Masker::coded_body(std::string_view coded, std::string_view masked_body) {
  std::string out;
  out.reserve(coded.size());
  for (std::size_t at = 0; at < coded.size();) {
    const std::size_t line_feed = coded.find('\n', at);
    std::size_t size = 0;
    const char* end = coded.data() + std::min(line_feed, coded.size());
    const auto [stop, error] = std::from_chars(coded.data() + at, end, size, 16);
    if (line_feed == std::string_view::npos || error != std::errc() || size > masked_body.size())
      return out + shape_of(coded.substr(at));
    out.append(coded.substr(at, line_feed + 1 - at));
    at = line_feed + 1;
    if (size == 0) return out + head(coded.substr(at));  // the trailer
    const std::size_t count = std::min(size, coded.size() - at);
    out.append(masked_body.substr(0, count));
    masked_body.remove_prefix(count);
    at += count;
    while (at < coded.size() && (coded[at] == '\r' || coded[at] == '\n')) out.push_back(coded[at++]);
  }
  return out;
}

wpi::HttpRequest Masker::masked(const wpi::HttpRequest& request) {
  wpi::HttpRequest out = request;
  for (wpi::Header& line : out.headers) line.value = header(line.name, line.value);
  out.body = body(request.body);
  return out;
}

wpi::HttpResponse Masker::masked(const wpi::HttpResponse& response) {
  wpi::HttpResponse out = response;
  for (wpi::Header& line : out.headers) line.value = header(line.name, line.value);
  out.head = head(response.head);
  out.body = body(response.body);
  out.coded_body = coded_body(response.coded_body, out.body);
  for (wpi::HttpProblem& problem : out.problems) problem.detail = words(problem.detail);
  return out;
}

}  // namespace understudy::transcript
