// Where an answer's body ends, and the body itself.
#include <algorithm>
#include <limits>

#include "net/http_reader.h"
#include "net/http_text.h"
#include "net/words.h"

namespace understudy::net {

using wpi::Framing;
using wpi::HttpFlaw;

bool HttpReader::says_keep_open() const {
  bool close = false, keep = false;
  for (const wpi::Header& header : response_.headers) {
    if (!wpi::same_ignoring_case(header.name, "Connection")) continue;
    each_part(header.value, [&](std::string_view part) {
      close = close || wpi::same_ignoring_case(part, "close");
      keep = keep || wpi::same_ignoring_case(part, "keep-alive");
    });
  }
  if (close || response_.status == 101) return false;
  return keep || (is_version_one(response_.version) && response_.version.back() != '0');
}

void HttpReader::choose_framing() {
  choose_length();
  response_.framing = coding();
  response_.keeps_open = says_keep_open();
  const bool bodyless = response_.status == 101 || response_.status == 204 || response_.status == 304;
  if (bodyless) {
    response_.framing = Framing::none;
    complete();
  } else if (response_.framing == Framing::chunked) {
    state_ = State::chunk_size;
  } else if (response_.framing == Framing::content_length) {
    state_ = State::counted_body;
    left_ = *response_.declared_length;
    response_.body.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(left_, limits_.body)));
    if (left_ == 0) complete();
  } else {
    state_ = State::open_body;
    left_ = std::numeric_limits<std::uint64_t>::max();
    response_.keeps_open = false;
  }
}

// How the body ends: by its coding, else by its length, else by the close (RFC 9112, 6.3).
Framing HttpReader::coding() {
  bool coded = false, chunked = false, identity_only = true;
  for (std::size_t i = 0; i < response_.headers.size(); ++i) {
    const wpi::Header& header = response_.headers[i];
    if (!wpi::same_ignoring_case(header.name, "Transfer-Encoding")) continue;
    coded = true;
    each_part(header.value, [&](std::string_view part) {
      const bool names_chunked = wpi::same_ignoring_case(part, "chunked");
      if (!names_chunked || chunked)
        problem(HttpFlaw::bad_coding, "Transfer-Encoding: " + quoted(header.value) + " is not chunked alone",
                header_offsets_[i]);
      chunked = chunked || names_chunked;
      identity_only = identity_only && wpi::same_ignoring_case(part, "identity");
    });
    if (wpi::count_headers(response_.headers, "Content-Length") != 0)
      problem(HttpFlaw::length_and_chunked, "both Content-Length and Transfer-Encoding", header_offsets_[i]);
  }
  if (chunked) return Framing::chunked;
  if (coded && !identity_only) return Framing::until_close;
  return response_.declared_length ? Framing::content_length : Framing::until_close;
}

// The first length that can be read counts, as it would for a phone.
void HttpReader::choose_length() {
  std::string_view first;
  for (std::size_t i = 0; i < response_.headers.size(); ++i) {
    const wpi::Header& header = response_.headers[i];
    if (!wpi::same_ignoring_case(header.name, "Content-Length")) continue;
    each_part(header.value, [&](std::string_view part) {
      const auto number = leading_number(part);
      if (!number || number->digits != part.size())
        problem(HttpFlaw::bad_length, "Content-Length: " + quoted(header.value) + " is no number of bytes",
                header_offsets_[i]);
      if (!number) return;
      if (!response_.declared_length) {
        response_.declared_length = number->value;
        first = part;
        return;
      }
      const bool same = number->value == *response_.declared_length;
      problem(same ? HttpFlaw::doubled_length : HttpFlaw::conflicting_length,
              "Content-Length says " + std::string(first) + " and " + std::string(part), header_offsets_[i]);
    });
  }
}

// ---- The body

void HttpReader::chunk_size(std::string_view line) {
  const auto size = leading_number(line, 16);
  if (!size) {
    problem(HttpFlaw::bad_chunk, quoted(line) + " is no chunk size", offset_);
    give_up();
    return;
  }
  left_ = size->value;
  const std::string_view rest = line.substr(size->digits);
  const std::string_view extension = trimmed(rest);
  if (!rest.empty() && (extension.empty() || extension.front() != ';'))
    problem(HttpFlaw::bad_chunk, "something after the chunk size in " + quoted(line), offset_ + size->digits);
  state_ = left_ == 0 ? State::trailer : State::chunk_data;
}

void HttpReader::take_body(std::string_view& bytes) {
  const std::uint64_t room = limits_.body - std::min(response_.body.size(), limits_.body);
  const auto n = static_cast<std::size_t>(std::min({left_, room, static_cast<std::uint64_t>(bytes.size())}));
  if (n == 0) return body_too_large();
  response_.body.append(bytes.substr(0, n));
  if (state_ == State::chunk_data) response_.coded_body.append(bytes.substr(0, n));
  bytes.remove_prefix(n);
  offset_ += n;
  left_ -= n;
  if (left_ != 0) return;
  if (state_ == State::chunk_data)
    state_ = State::chunk_end;
  else
    complete();
}

void HttpReader::body_too_large() {
  problem(HttpFlaw::body_too_large, "more than " + bytes_in_words(limits_.body) + "; the rest was not read",
          offset_);
  give_up();
}

void HttpReader::complete() {
  response_.complete = true;
  state_ = State::done;
}

}  // namespace understudy::net
