// Reads a phone's requests, strictly: a service may refuse what is not HTTP.
#include <algorithm>

#include "net/http_text.h"
#include "net/server.h"

namespace understudy::net {

namespace {

constexpr std::size_t most_head = 65'536;

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_character);
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), is_control);
}

// Takes the first line off `text`, without its end. Only where there is a line end.
std::string_view take_line(std::string_view& text) {
  std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(line.size() + 1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

bool parse_request_line(std::string_view line, wpi::HttpRequest& request) {
  const std::size_t first = line.find(' '), last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return false;
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  request.method = line.substr(0, first);
  request.target = target;
  return is_token(request.method) && !target.empty() && target.find(' ') == std::string_view::npos &&
         !has_control(target) && (version == "HTTP/1.1" || version == "HTTP/1.0");
}

// A number and nothing else.
std::optional<std::uint64_t> number_of(std::string_view text, unsigned base) {
  const auto number = leading_number(text, base);
  if (!number || number->digits != text.size()) return std::nullopt;
  return number->value;
}

struct Chunks {
  enum class State { incomplete, whole, malformed } state = State::incomplete;
  std::string body;
  std::size_t size = 0;  // bytes with the coding, where whole
};

Chunks decoded(std::string_view bytes) {
  Chunks chunks;
  const auto ended = [&](Chunks::State state) {
    chunks.state = state;
    return chunks;
  };
  std::string_view rest = bytes;
  while (rest.find('\n') != std::string_view::npos) {
    const std::string_view line = take_line(rest);
    const auto size = number_of(trimmed(line.substr(0, line.find(';'))), 16);
    if (!size) return ended(Chunks::State::malformed);
    if (*size == 0) {
      while (rest.find('\n') != std::string_view::npos) {  // trailers are read over
        if (!take_line(rest).empty()) continue;
        chunks.size = bytes.size() - rest.size();
        return ended(Chunks::State::whole);
      }
      return chunks;
    }
    if (rest.size() < *size) return chunks;
    chunks.body.append(rest.substr(0, static_cast<std::size_t>(*size)));
    rest.remove_prefix(static_cast<std::size_t>(*size));
    if (rest.empty() || rest == "\r") return chunks;
    if (!rest.starts_with("\r\n") && !rest.starts_with("\n")) return ended(Chunks::State::malformed);
    take_line(rest);
  }
  return chunks;
}

}  // namespace

RequestReader::State RequestReader::next(wpi::HttpRequest& request) {
  if (failed_ != State::incomplete) return failed_;
  State state = open_ ? State::request : read_head();
  if (state == State::request) state = read_body(request);
  if (state == State::malformed || state == State::too_large) failed_ = state;
  return state;
}

RequestReader::State RequestReader::read_head() {
  while (bytes_.starts_with("\r\n") || bytes_.starts_with("\n"))
    bytes_.erase(0, bytes_.front() == '\n' ? 1 : 2);
  const std::size_t most = std::min(max_bytes_, most_head);
  const std::string_view seen = std::string_view(bytes_).substr(0, most);
  const State not_yet = bytes_.size() >= most ? State::too_large : State::incomplete;
  if (seen.find('\n') == std::string_view::npos) return not_yet;
  // What speaks another protocol is found at its first line, without waiting for an empty one.
  std::string_view rest = seen;
  wpi::HttpRequest tried;
  if (searched_ == 0 && !parse_request_line(take_line(rest), tried)) return State::malformed;
  for (std::size_t at = seen.find('\n', searched_); at != std::string_view::npos;
       at = seen.find('\n', at + 1)) {
    searched_ = at;
    const std::string_view after = seen.substr(at + 1, 2);
    if (after != "\r\n" && !after.starts_with('\n')) continue;
    head_size_ = at + 1 + (after == "\r\n" ? 2 : 1);
    return parse_head(seen.substr(0, head_size_)) ? State::request : State::malformed;
  }
  return not_yet;
}

bool RequestReader::parse_head(std::string_view head) {
  open_.emplace();
  if (!parse_request_line(take_line(head), *open_)) return false;
  for (std::string_view line = take_line(head); !line.empty(); line = take_line(head)) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon)) || has_control(line))
      return false;
    open_->headers.push_back(
        {std::string(line.substr(0, colon)), std::string(trimmed(line.substr(colon + 1)))});
  }
  return parse_framing();
}

bool RequestReader::parse_framing() {
  length_ = 0;
  const std::string* coding = wpi::find_header(open_->headers, "Transfer-Encoding");
  chunked_ = coding != nullptr;
  const std::string* length = wpi::find_header(open_->headers, "Content-Length");
  if (chunked_) return length == nullptr && wpi::same_ignoring_case(*coding, "chunked");
  if (length == nullptr) return true;
  const auto number = number_of(*length, 10);
  if (!number) return false;
  length_ = *number;
  return std::all_of(open_->headers.begin(), open_->headers.end(), [&](const wpi::Header& header) {
    return !wpi::same_ignoring_case(header.name, "Content-Length") || header.value == *length;
  });
}

RequestReader::State RequestReader::read_body(wpi::HttpRequest& request) {
  const std::size_t room = max_bytes_ - head_size_;
  std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(length_, room));
  if (chunked_) {
    const std::string_view coded = std::string_view(bytes_).substr(head_size_, room);
    Chunks chunks = decoded(coded);
    if (chunks.state == Chunks::State::malformed) return State::malformed;
    if (chunks.state == Chunks::State::incomplete)
      return coded.size() == room ? State::too_large : State::incomplete;
    open_->body = std::move(chunks.body);
    size = chunks.size;
  } else {
    if (length_ > room) return State::too_large;
    if (bytes_.size() - head_size_ < size) return State::incomplete;
    open_->body = bytes_.substr(head_size_, size);
  }
  request = std::move(*open_);
  open_.reset();
  bytes_.erase(0, head_size_ + size);
  searched_ = 0;
  return State::request;
}

}  // namespace understudy::net
