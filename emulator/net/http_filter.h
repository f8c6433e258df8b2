// One direction of an HTTP connection on its way through: each whole message is shown to who may change it, and all else
// goes on as it came. No I/O.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace understudy::net {

struct HttpEdit {
  std::optional<std::string> start_line;  // without its line end
  std::optional<std::string> body;
};

// However the bytes are cut into pieces, what goes on is the same. Of a message that is changed Content-Length follows its body, and a
// chunked body becomes one chunk; every other byte stays. What cannot be read as HTTP, a message of more than 4 MB, and whatever comes
// after it goes on as it came.
class HttpFilter {
 public:
  enum class Speaker { client, service };
  // Gets a message's start line, and its body without the chunk coding; nullopt: it stays as it is.
  using Edit = std::function<std::optional<HttpEdit>(std::string_view start_line, std::string_view body)>;
  HttpFilter(Speaker speaker, Edit edit) : speaker_(speaker), edit_(std::move(edit)) {}

  // What is to go on now.
  std::string take(std::string_view bytes);
  // Part of a message waits here for its rest.
  bool holds() const { return !held_.empty(); }
  // No more comes: what was held, whole where its end is that of the connection.
  std::string end();
  // What was held, as it came; all that follows goes on at once.
  std::string give_up();
  // A client asked for the head alone of an answer: its length says nothing of what follows.
  bool asked_for_head() const { return asked_for_head_; }

 private:
  enum class Framing { length, chunked, until_close };
  enum class Found { whole, more, unreadable };
  Found find_head();
  bool read_head();
  bool read_header(std::string_view line, std::size_t at);
  Found find_end();
  Found find_chunks();
  std::string edited();
  void begin_next();

  Speaker speaker_;
  Edit edit_;
  bool passes_ = false, asked_for_head_ = false;
  std::string held_;  // of one message, or more
  std::size_t searched_ = 0, head_ = 0;  // no end of the head before; its size, 0: not known yet
  Framing framing_ = Framing::length;
  std::size_t length_ = 0;                 // of the body, or of the whole coded body where its end is known
  std::size_t digits_at_ = 0, digits_ = 0;  // of Content-Length, in held_
  std::size_t chunk_ = 0, last_chunk_ = 0;  // where the next chunk begins; where the last one does
  std::string body_;                        // of chunks, without the coding
};

}  // namespace understudy::net
