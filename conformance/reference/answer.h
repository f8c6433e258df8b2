// The later two of the three steps from a decision to the wire: what is said as XML, and the HTTP answer
// around it.
#pragma once

#include <string>
#include <string_view>

#include "net/server.h"
#include "reference/record.h"
#include "wpi/http.h"

namespace understudy::reference {

// The message's XML. Towards firmware V1 lt, gt and amp are numeric references, the only ones that it decodes
// (field).
std::string xml_of(const Order& order, std::string_view nonce, Version firmware);

// An HTTP answer in parts, each as it will be written: nothing is added or corrected.
struct HttpAnswer {
  std::string version = "HTTP/1.1";
  int status = 200;
  std::string reason = "OK";
  wpi::Headers headers;
  std::string body;
  bool close = false;    // the connection, afterwards
  bool silent = false;   // closes it without a word
  microseconds after{};  // waits so long first
};

// With the headers that a good answer has. `close`: the client asked for it, or needs it.
HttpAnswer http_answer(int status, std::string_view type, std::string body, bool close,
                       std::string_view server);
net::Served served(const HttpAnswer& answer);
// Now, as the header Date has it (RFC 9110, 6.6.1).
std::string http_date();

// Replaces the body and its length.
void set_body(HttpAnswer& answer, std::string body);
// Sets the first header of that name, or adds it.
void set_header(HttpAnswer& answer, std::string_view name, std::string value);
void drop_header(HttpAnswer& answer, std::string_view name);

}  // namespace understudy::reference
