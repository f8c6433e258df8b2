#include "net/http_reader.h"

#include <algorithm>

#include "net/http_text.h"
#include "net/words.h"

namespace understudy::net {

using wpi::Framing;
using wpi::HttpFlaw;

namespace {

constexpr std::string_view http = "HTTP/";
constexpr std::size_t foreign_line = 64;  // bytes kept of what is no HTTP
constexpr std::size_t chunk_line = 4096;  // bytes of a chunk's size with its extensions
constexpr int most_blank_lines = 4;
constexpr int most_interim = 10;

// Could this be the beginning of a status line, or an empty line before one?
bool may_be_http(std::string_view line) {
  if (line == "\r" || line == "\r\n" || line == "\n") return true;
  const std::size_t n = std::min(line.size(), http.size());
  return wpi::same_ignoring_case(line.substr(0, n), http.substr(0, n));
}

}  // namespace

HttpReader::HttpReader(Limits limits) : limits_(limits) {}

bool HttpReader::take(std::string_view bytes) {
  while (!bytes.empty() && state_ != State::done) {
    if (state_ == State::counted_body || state_ == State::chunk_data || state_ == State::open_body)
      take_body(bytes);
    else
      take_line(bytes);
  }
  if (!bytes.empty()) excess(bytes);
  return done();
}

bool HttpReader::end(bool closed) {
  if (state_ == State::done) return head_complete_;
  if (not_http_) {
    not_http();
  } else if (!head_complete_) {
    response_.head.append(line_);
  } else if (response_.framing == Framing::until_close) {
    response_.complete = closed;
  } else if (response_.framing == Framing::content_length) {
    problem(
        HttpFlaw::body_short,
        std::to_string(response_.body.size()) + " of " + bytes_in_words(*response_.declared_length) + " came",
        offset_);
  } else {
    response_.coded_body.append(line_);
    problem(HttpFlaw::body_short,
            "the last chunk did not come, after " + bytes_in_words(response_.body.size()),
            offset_ + line_.size());
  }
  give_up();
  return head_complete_;
}

void HttpReader::excess(std::string_view bytes) {
  // After an answer that could not be read to its end nobody knows what these bytes are.
  if (bytes.empty() || !response_.complete) return;
  excess_ += bytes.size();
  excess_begin_.append(bytes.substr(0, foreign_line - excess_begin_.size()));
  std::string detail = bytes_in_words(excess_) + " after the end of the answer: " + quoted(excess_begin_);
  for (wpi::HttpProblem& known : response_.problems) {
    if (known.flaw != HttpFlaw::body_excess) continue;
    known.detail = std::move(detail);
    return;
  }
  problem(HttpFlaw::body_excess, std::move(detail), offset_);
}

void HttpReader::problem(HttpFlaw flaw, std::string detail, std::uint64_t offset) {
  for (const wpi::HttpProblem& known : response_.problems)
    if (known.flaw == flaw) return;
  response_.problems.push_back({flaw, std::move(detail), offset});
}

// ---- Lines

std::size_t HttpReader::line_limit() const {
  switch (state_) {
    case State::chunk_size:
      return chunk_line;
    case State::chunk_end:
      return 2;
    case State::trailer:
      return limits_.head - std::min(trailers_, limits_.head);
    default:
      return not_http_ ? foreign_line - 1 : limits_.head - std::min(response_.head.size(), limits_.head);
  }
}

void HttpReader::take_line(std::string_view& bytes) {
  const std::size_t limit = line_limit();
  const bool judging = state_ == State::status_line && !not_http_;
  std::size_t want = limit + 1 - line_.size();
  // One look at the first bytes alone, so that what is no HTTP is known as such however the bytes are cut.
  if (judging && line_.size() < http.size()) want = std::min(want, http.size() - line_.size());
  std::string_view piece = bytes.substr(0, want);
  const std::size_t end = piece.find('\n');
  if (end != std::string_view::npos) piece = piece.substr(0, end + 1);
  line_.append(piece);
  bytes.remove_prefix(piece.size());
  const bool whole = end != std::string_view::npos;
  if (judging && !may_be_http(line_)) not_http_ = true;
  if (not_http_) {
    if (whole || line_.size() >= foreign_line) not_http();
  } else if (line_.size() > limit) {
    line_too_long();
  } else if (whole) {
    handle_line();
  }
}

void HttpReader::not_http() {
  problem(HttpFlaw::bad_status_line, quoted(line_, foreign_line) + " is no HTTP", offset_);
  response_.head.append(line_);
  give_up();
}

void HttpReader::line_too_long() {
  switch (state_) {
    case State::chunk_size:
      problem(HttpFlaw::bad_chunk, "a chunk's size line of more than " + bytes_in_words(chunk_line), offset_);
      break;
    case State::chunk_end:
      problem(HttpFlaw::bad_chunk, "no line end after a chunk's data, but " + quoted(line_), offset_);
      break;
    case State::trailer:
      problem(HttpFlaw::head_too_large, "trailers of more than " + bytes_in_words(limits_.head), offset_);
      break;
    default:
      problem(HttpFlaw::head_too_large, "a head of more than " + bytes_in_words(limits_.head), offset_);
      response_.head.append(line_);
      break;
  }
  give_up();
}

void HttpReader::handle_line() {
  const std::string whole = std::move(line_);
  line_.clear();
  std::string_view line(whole);
  line.remove_suffix(1);
  const bool in_head = state_ == State::status_line || state_ == State::header;
  if (!line.empty() && line.back() == '\r')
    line.remove_suffix(1);
  else
    problem(HttpFlaw::bare_line_feed,
            in_head ? "a header line ends in LF alone" : "a line of the chunk coding ends in LF alone",
            offset_ + line.size());
  if (in_head) {
    if (state_ == State::header || !line.empty()) response_.head.append(whole);
  } else {
    response_.coded_body.append(whole);
  }
  switch (state_) {
    case State::status_line:
      status_line(line);
      break;
    case State::header:
      line.empty() ? end_of_head() : header_line(line, false);
      break;
    case State::chunk_size:
      chunk_size(line);
      break;
    case State::chunk_end:
      state_ = State::chunk_size;
      if (!line.empty()) {
        problem(HttpFlaw::bad_chunk, "no line end after a chunk's data, but " + quoted(line), offset_);
        give_up();
      }
      break;
    default:
      trailers_ += whole.size();
      line.empty() ? complete() : header_line(line, true);
      break;
  }
  offset_ += whole.size();
  // A coding that is all overhead would otherwise fill the memory below the limit of the body.
  if (!done() && response_.coded_body.size() > limits_.body * 8 + limits_.head) body_too_large();
}

// ---- The head

void HttpReader::status_line(std::string_view line) {
  const auto bad = [&](std::string detail) {
    problem(HttpFlaw::bad_status_line, std::move(detail), offset_);
  };
  if (line.empty()) {
    bad("an empty line before the status line");
    if (++blank_lines_ > most_blank_lines) give_up();
    return;
  }
  const std::size_t blank = std::min(line.find_first_of(" \t"), line.size());
  response_.version = line.substr(0, blank);
  std::string_view rest = line.substr(blank);
  const std::size_t code = std::min(rest.find_first_not_of(" \t"), rest.size());
  const std::string_view between = rest.substr(0, code);
  rest.remove_prefix(code);
  const std::size_t digits =
      std::min(static_cast<std::size_t>(std::find_if_not(rest.begin(), rest.end(), is_digit) - rest.begin()),
               rest.size());
  const bool ends = digits == rest.size() || rest[digits] == ' ' || rest[digits] == '\t';
  if (digits != 3 || !ends) {
    bad("no status of three digits in " + quoted(line));
    give_up();
    return;
  }
  response_.status = static_cast<int>(leading_number(rest)->value);
  rest.remove_prefix(digits);
  if (!is_version_one(response_.version)) bad(quoted(response_.version) + " is no version of HTTP/1");
  if (between != " ") bad("not one blank before the status in " + quoted(line));
  if (response_.status < 100) bad("a status below 100 in " + quoted(line));
  if (rest.empty() || rest.front() != ' ') bad("no blank after the status in " + quoted(line));
  response_.reason = trimmed(rest);
  if (std::any_of(rest.begin(), rest.end(), is_control)) bad("a control character in " + quoted(line));
  state_ = State::header;
}

void HttpReader::header_line(std::string_view line, bool trailer) {
  if (line.front() == ' ' || line.front() == '\t') return fold(line, trailer);
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos)
    return problem(HttpFlaw::bad_header_line, "no colon in " + quoted(line), offset_);
  std::string_view name = line.substr(0, colon);
  if (name != trimmed(name)) {
    problem(HttpFlaw::space_before_colon, "a blank before the colon in " + quoted(line), offset_ + colon - 1);
    name = trimmed(name);
  }
  if (name.empty()) return problem(HttpFlaw::bad_header_line, "no name in " + quoted(line), offset_);
  const auto odd = std::find_if_not(name.begin(), name.end(), is_token_character);
  if (odd != name.end())
    problem(HttpFlaw::bad_header_line, quoted(std::string_view(&*odd, 1)) + " in the name of " + quoted(line),
            offset_ + static_cast<std::uint64_t>(odd - name.begin()));
  const std::string_view value = line.substr(colon + 1);
  const auto control = std::find_if(value.begin(), value.end(), is_control);
  if (control != value.end())
    problem(HttpFlaw::control_character, "in the value of " + quoted(line),
            offset_ + colon + 1 + static_cast<std::uint64_t>(control - value.begin()));
  if (trailer) return;
  response_.headers.push_back({std::string(name), std::string(trimmed(value))});
  header_offsets_.push_back(offset_);
}

void HttpReader::fold(std::string_view line, bool trailer) {
  problem(HttpFlaw::folded_header, "a header goes on in " + quoted(line), offset_);
  if (trailer) return;
  if (response_.headers.empty())
    return problem(HttpFlaw::bad_header_line, "nothing to continue before " + quoted(line), offset_);
  const auto control = std::find_if(line.begin(), line.end(), is_control);
  if (control != line.end())
    problem(HttpFlaw::control_character, "in the value of " + quoted(line),
            offset_ + static_cast<std::uint64_t>(control - line.begin()));
  std::string& value = response_.headers.back().value;
  const std::string_view more = trimmed(line);
  if (!value.empty() && !more.empty()) value += ' ';
  value += more;
}

void HttpReader::end_of_head() {
  const bool interim = response_.status >= 100 && response_.status < 200 && response_.status != 101;
  if (!interim) {
    head_complete_ = true;
    choose_framing();
    return;
  }
  if (++response_.interim > most_interim) {
    problem(HttpFlaw::too_many_interim, "more than ten answers with status 1xx", offset_);
    give_up();
    return;
  }
  response_.head.clear();
  response_.headers.clear();
  header_offsets_.clear();
  response_.version.clear();
  response_.reason.clear();
  response_.status = 0;
  state_ = State::status_line;
}

}  // namespace understudy::net
