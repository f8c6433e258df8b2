// A strict HTTP/1.1 answer reader: reports what is wrong instead of repairing it. No I/O.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "wpi/http.h"

namespace understudy::net {

// Understands as much as a lenient phone would. Each kind of flaw is reported once an answer, where it was
// first seen. However the bytes are cut into pieces, the result is the same.
class HttpReader {
 public:
  // `body` bounds the body without its chunk coding; the coding may take some eight times as much besides.
  struct Limits {
    std::size_t head = 64 * 1024;
    std::size_t body = 1024 * 1024;
  };

  HttpReader() : HttpReader(Limits{}) {}
  explicit HttpReader(Limits limits);

  // Feeds bytes as they come. True once the answer is complete (or can be read no further): more is not
  // wanted. What is left of `bytes` after the end of the answer counts as excess.
  bool take(std::string_view bytes);
  // The connection was closed, or nothing came any more: what is there is all. False if not even a head came.
  bool end(bool closed);
  // Bytes that came after the end of the answer, before the next request.
  void excess(std::string_view bytes);

  bool done() const { return state_ == State::done; }
  bool head_complete() const { return head_complete_; }
  bool began() const { return offset_ + line_.size() > 0; }  // at least one byte came
  // Bytes that came but are no HTTP: a port that speaks something else. For an error message, at most 64.
  // Empty if what came is HTTP so far.
  std::string beginning() const { return not_http_ ? line_ : std::string(); }
  wpi::HttpResponse& response() { return response_; }

 private:
  enum class State {
    status_line,
    header,
    chunk_size,
    chunk_end,
    trailer,
    counted_body,
    chunk_data,
    open_body,
    done
  };

  void problem(wpi::HttpFlaw flaw, std::string detail, std::uint64_t offset);
  void take_line(std::string_view& bytes);
  std::size_t line_limit() const;
  void line_too_long();
  void handle_line();
  void not_http();
  void status_line(std::string_view line);
  void header_line(std::string_view line, bool trailer);
  void fold(std::string_view line, bool trailer);
  void end_of_head();
  void choose_framing();
  wpi::Framing coding();
  void choose_length();
  bool says_keep_open() const;
  void chunk_size(std::string_view line);
  void take_body(std::string_view& bytes);
  void body_too_large();
  void complete();
  void give_up() { state_ = State::done; }

  Limits limits_;
  State state_ = State::status_line;
  bool head_complete_ = false;
  bool not_http_ = false;
  int blank_lines_ = 0;                        // before the status line
  std::uint64_t offset_ = 0;                   // bytes before line_, or before what comes next
  std::vector<std::uint64_t> header_offsets_;  // of response_.headers, for what is wrong with one
  std::size_t trailers_ = 0;                   // bytes
  std::string line_;                           // of the head or the chunk coding, as far as it came
  std::uint64_t left_ = 0;                     // bytes of a counted body or a chunk still to come
  std::uint64_t excess_ = 0;                   // bytes after the end
  std::string excess_begin_;
  wpi::HttpResponse response_;
};

}  // namespace understudy::net
