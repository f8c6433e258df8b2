#include "transcript/mask.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "transcript/notation.h"
#include "transcript/shape.h"
#include "wpi/user_info.h"

namespace understudy::transcript {

namespace {

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

Masker::Masker(std::function<bool(std::string_view item_name)> is_secret,
               std::function<std::string(std::string_view)> make_stand_in)
    : is_secret_(std::move(is_secret)), make_stand_in_(std::move(make_stand_in)) {}

std::string Masker::secret(std::string_view text) {
  if (text.empty()) return {};
  const auto known = stand_ins_.find(text);
  if (known != stand_ins_.end()) return known->second;
  std::string stand_in;
  if (make_stand_in_) {
    stand_in = make_stand_in_(text);
  } else {
    stand_in = shape_of(text);
    count_up(stand_in, ++counts_[stand_in]);
  }
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
  return head_with(bytes, [this](std::string_view name, std::string_view value) { return header(name, value); });
}

std::string head_with(std::string_view bytes,
                      const std::function<std::string(std::string_view, std::string_view)>& value) {
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
    out.append(value(name, line.substr(value_from, value_to - value_from)));
    out.append(line.substr(value_to));
    from = next;
  }
  return out;
}

std::string coded_body_with(std::string_view coded, std::string_view masked_body,
                            const std::function<std::string(std::string_view, std::string_view)>& value) {
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
    if (size == 0) return out + head_with(coded.substr(at), value);  // the trailer
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
  out.coded_body = coded_body_with(response.coded_body, out.body, [this](std::string_view name, std::string_view value) {
    return header(name, value);
  });
  for (wpi::HttpProblem& problem : out.problems) problem.detail = words(problem.detail);
  return out;
}

}  // namespace understudy::transcript
