// A strict HTTP/1.1 answer reader: reports what is wrong instead of repairing it. No I/O.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "wpi/http.h"

namespace understudy::net {

class HttpReader {
 public:
  struct Limits { std::size_t head = 64 * 1024; std::size_t body = 1024 * 1024; };

  HttpReader() : HttpReader(Limits{}) {}
  explicit HttpReader(Limits limits);

  // Feeds bytes as they come. True once the answer is complete (or can be read no further): more is not wanted.
  bool take(std::string_view bytes);
  // The connection was closed, or nothing came any more: what is there is all. False if not even a head came.
  bool end(bool closed);
  // Bytes that came after the end of the answer, before the next request.
  void excess(std::string_view bytes);

  bool done() const;
  bool head_complete() const;
  bool began() const;       // at least one byte came
  // Bytes that came but are no HTTP: a port that speaks something else. For an error message, at most 64.
  std::string beginning() const;
  wpi::HttpResponse& response();

 private:
  // To be laid out by the implementation.
  struct State;
};

}  // namespace understudy::net
