#include "net/http_filter.h"

#include <cstdio>
#include <utility>

#include "net/http_text.h"
#include "wpi/http.h"

namespace understudy::net {

namespace {

constexpr std::size_t most_of_a_head = 64U << 10U;    // bytes
constexpr std::size_t most_of_a_message = 4U << 20U;  // bytes

std::string_view without_line_end(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

int status_of(std::string_view start_line) {
  const std::size_t blank = start_line.find(' ');
  if (!start_line.starts_with("HTTP/") || blank == std::string_view::npos) return 0;
  const auto number = leading_number(start_line.substr(blank + 1));
  return number && number->digits == 3 ? static_cast<int>(number->value) : 0;
}

}  // namespace

std::string HttpFilter::give_up() {
  passes_ = true;
  return std::exchange(held_, {});
}

std::string HttpFilter::take(std::string_view bytes) {
  if (passes_) return std::string(bytes);
  held_ += bytes;
  std::string out;
  while (!held_.empty()) {
    Found found = head_ == 0 ? find_head() : Found::whole;
    if (found == Found::whole) found = find_end();
    if (found == Found::unreadable || (found == Found::more && held_.size() > most_of_a_message)) return out += give_up();
    if (found == Found::more) break;
    out += edited();
  }
  return out;
}

std::string HttpFilter::end() {
  if (passes_ || head_ == 0 || framing_ != Framing::until_close) return give_up();
  length_ = held_.size() - head_;
  std::string out = edited();
  passes_ = true;
  return out;
}

// An empty line ends it, whatever its lines end with.
HttpFilter::Found HttpFilter::find_head() {
  while (true) {
    const std::size_t line_end = held_.find('\n', searched_);
    if (line_end == std::string::npos || line_end + 1 == held_.size()) break;
    const bool returns = held_[line_end + 1] == '\r';
    if (returns && line_end + 2 == held_.size()) break;
    searched_ = line_end + 1;
    if (held_[line_end + (returns ? 2 : 1)] != '\n') continue;
    head_ = line_end + (returns ? 3 : 2);
    return head_ <= most_of_a_head && read_head() ? Found::whole : Found::unreadable;
  }
  return held_.size() > most_of_a_head ? Found::unreadable : Found::more;
}

// False: what it says of its body cannot be relied upon.
bool HttpFilter::read_head() {
  const std::string_view head = std::string_view(held_).substr(0, head_);
  std::size_t at = head.find('\n') + 1;
  const std::string_view start_line = without_line_end(head.substr(0, at));
  const int status = status_of(start_line);
  if (speaker_ == Speaker::service ? status < 100 || status == 101 : start_line.find(" HTTP/") == std::string_view::npos) return false;
  framing_ = speaker_ == Speaker::service ? Framing::until_close : Framing::length;
  while (at < head_) {
    const std::size_t next = head.find('\n', at) + 1;
    if (!read_header(without_line_end(head.substr(at, next - at)), at)) return false;
    at = next;
  }
  if (start_line.starts_with("HEAD ")) {
    asked_for_head_ = true;
    return false;
  }
  if (speaker_ == Speaker::service && (status < 200 || status == 204 || status == 304)) {
    framing_ = Framing::length;
    length_ = 0;
  }
  chunk_ = head_;
  return length_ <= most_of_a_message;
}

bool HttpFilter::read_header(std::string_view line, std::size_t at) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return true;
  const std::string_view name = trimmed(line.substr(0, colon)), value = trimmed(line.substr(colon + 1));
  if (wpi::same_ignoring_case(name, "Content-Length")) {
    const auto number = leading_number(value);
    if (digits_ != 0 || framing_ == Framing::chunked || !number || number->digits != value.size()) return false;
    framing_ = Framing::length;
    length_ = number->value;
    digits_ = value.size();
    digits_at_ = at + static_cast<std::size_t>(value.data() - line.data());
  } else if (wpi::same_ignoring_case(name, "Transfer-Encoding")) {
    if (digits_ != 0 || framing_ == Framing::chunked || !wpi::same_ignoring_case(value, "chunked")) return false;
    framing_ = Framing::chunked;
  } else if (wpi::same_ignoring_case(name, "Expect") || wpi::same_ignoring_case(name, "Upgrade")) {
    return false;  // the body waits for an answer to the head
  }
  return true;
}

HttpFilter::Found HttpFilter::find_end() {
  if (framing_ == Framing::chunked) return find_chunks();
  return framing_ == Framing::length && held_.size() >= head_ + length_ ? Found::whole : Found::more;
}

HttpFilter::Found HttpFilter::find_chunks() {
  const std::string_view held = held_;
  while (true) {
    const std::size_t line_end = held.find('\n', chunk_);
    if (line_end == std::string_view::npos) return held.size() - chunk_ > most_of_a_head ? Found::unreadable : Found::more;
    const auto size = leading_number(held.substr(chunk_, line_end - chunk_), 16);
    if (!size || size->value > most_of_a_message) return Found::unreadable;
    if (size->value == 0) break;
    const std::size_t begin = line_end + 1, end = begin + size->value;
    if (held.size() < end + 2) return Found::more;
    if (held.substr(end, 2) != "\r\n") return Found::unreadable;
    body_ += held.substr(begin, size->value);
    chunk_ = end + 2;
  }
  last_chunk_ = chunk_;
  for (std::size_t line = held.find('\n', chunk_) + 1;;) {  // trailers, up to an empty line
    const std::size_t line_end = held.find('\n', line);
    if (line_end == std::string_view::npos) return held.size() - chunk_ > most_of_a_head ? Found::unreadable : Found::more;
    const bool empty = without_line_end(held.substr(line, line_end + 1 - line)).empty();
    line = line_end + 1;
    if (!empty) continue;
    length_ = line - head_;
    return Found::whole;
  }
}

// The message that is whole, out of what is held.
std::string HttpFilter::edited() {
  const std::string_view message = std::string_view(held_).substr(0, head_ + length_);
  const std::size_t line_size = message.find('\n') + 1;
  const std::string_view start_line = without_line_end(message.substr(0, line_size));
  const std::string_view body = framing_ == Framing::chunked ? std::string_view(body_) : message.substr(head_);
  std::string out;
  const std::optional<HttpEdit> edit = edit_(start_line, body);
  if (!edit) {
    out = message;
  } else {
    out = edit->start_line.value_or(std::string(start_line));
    const std::size_t rest = start_line.size();
    const bool counted = edit->body && framing_ == Framing::length && digits_ != 0;
    if (counted) {
      out += message.substr(rest, digits_at_ - rest);
      out += std::to_string(edit->body->size());
      out += message.substr(digits_at_ + digits_, head_ - digits_at_ - digits_);
    } else {
      out += message.substr(rest, head_ - rest);
    }
    if (!edit->body || (framing_ == Framing::length && !counted)) {
      out += message.substr(head_);
    } else if (framing_ == Framing::chunked) {
      char size[24];
      std::snprintf(size, sizeof size, "%zx\r\n", edit->body->size());
      out += edit->body->empty() ? "" : size + *edit->body + "\r\n";
      out += message.substr(last_chunk_);
    } else {
      out += *edit->body;
    }
  }
  held_.erase(0, head_ + length_);
  begin_next();
  return out;
}

void HttpFilter::begin_next() {
  searched_ = head_ = length_ = digits_at_ = digits_ = chunk_ = last_chunk_ = 0;
  body_.clear();
}

}  // namespace understudy::net
