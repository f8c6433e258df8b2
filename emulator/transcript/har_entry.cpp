#include "transcript/har_entry.h"

#include <Poco/DateTime.h>
#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeParser.h>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "transcript/har_stream.h"
#include "transcript/members.h"

namespace understudy::transcript {

using Poco::JSON::Array;
using Poco::JSON::Object;

namespace {

struct Url {
  bool encrypted = false;
  std::string host;  // without port
  std::string port;
  std::string target;  // path and query
};

std::optional<Url> url_of(std::string_view text) {
  Url url;
  const std::size_t scheme = text.find("://");
  if (scheme == std::string_view::npos) return std::nullopt;
  url.encrypted = wpi::same_ignoring_case(text.substr(0, scheme), "https");
  if (!url.encrypted && !wpi::same_ignoring_case(text.substr(0, scheme), "http")) return std::nullopt;
  text.remove_prefix(scheme + 3);
  text = text.substr(0, text.find('#'));
  const std::size_t path = std::min(text.find_first_of("/?"), text.size());
  std::string_view authority = text.substr(0, path);
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos)
    authority.remove_prefix(at + 1);
  url.target = text.substr(path);
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  const std::size_t colon = authority.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos;
  url.host = authority.substr(0, has_port ? colon : authority.size());
  url.port = has_port ? authority.substr(colon + 1) : url.encrypted ? "443" : "80";
  return url;
}

// As they were received: pseudo-headers of HTTP/2 are none, and what was joined by line feeds (several Set-Cookie) were
// several.
wpi::Headers headers_of(const Object::Ptr& message) {
  wpi::Headers headers;
  const Array::Ptr list = message->getArray("headers");
  for (unsigned i = 0; list && i < list->size(); ++i) {
    const Object::Ptr header = list->getObject(i);
    const std::string name = text_in(header, "name");
    if (name.starts_with(':')) {
      if (name == ":authority") headers.push_back({"Host", text_in(header, "value")});
      continue;
    }
    if (name.empty()) continue;
    const std::string value = text_in(header, "value");
    for (std::size_t at = 0; at <= value.size();) {
      const std::size_t end = std::min(value.find('\n', at), value.size());
      headers.push_back({name, value.substr(at, end - at)});
      at = end + 1;
    }
  }
  return headers;
}

double not_negative(double number) {
  return number > 0 ? number : 0.0;
}

microseconds in_microseconds(double milliseconds) {
  constexpr double most = 1e12;  // thirty years
  return microseconds(
      static_cast<microseconds::rep>(std::llround(std::min(not_negative(milliseconds), most) * 1'000)));
}

// Microseconds since 1970; nullopt where it cannot be read.
std::optional<microseconds> started(const Object::Ptr& entry) {
  Poco::DateTime time;
  int zone = 0;
  if (!Poco::DateTimeParser::tryParse(Poco::DateTimeFormat::ISO8601_FRAC_FORMAT,
                                      text_in(entry, "startedDateTime"), time, zone))
    return std::nullopt;
  time.makeUTC(zone);
  return microseconds(time.timestamp().epochMicroseconds());
}

// Who does not know the times writes -1, or 0; `exact`: 0 is 0.
void set_times(const Object::Ptr& entry, bool exact, Exchange& exchange) {
  const Object::Ptr timings = object_in(entry, "timings");
  const double wait = number_in(timings, "wait"), receive = number_in(timings, "receive"),
               whole = number_in(entry, "time");
  const bool told = wait >= 0 && receive >= 0 && (exact || wait + receive > 0);
  if (!told) {
    exchange.untold.add(Fact::times);
    exchange.ended = exchange.begun + in_microseconds(whole);
    return;
  }
  double before = 0;  // TLS is part of connect
  for (const char* part : {"blocked", "dns", "connect", "send"})
    before += not_negative(number_in(timings, part));
  exchange.sent = exchange.begun + in_microseconds(before);
  exchange.first_byte = exchange.sent + in_microseconds(wait);
  exchange.ended = exchange.first_byte + in_microseconds(receive);
}

// The body of a request or an answer; nullopt where it was not kept.
std::optional<std::string> body_of(const Object::Ptr& content, bool& exact) {
  if (!content) return std::nullopt;
  const std::string encoding = text_in(content, "encoding");
  std::string text = text_in(content, "text");
  exact = wpi::same_ignoring_case(encoding, "base64");
  if (exact) return from_base64(text);
  if (!encoding.empty() || !tells_bytes(text)) return std::nullopt;
  return text;
}

std::optional<std::uint64_t> length_in(const wpi::Headers& headers) {
  const std::string* const value = wpi::find_header(headers, "Content-Length");
  std::uint64_t length = 0;
  if (!value || wpi::find_header(headers, "Content-Encoding"))
    return std::nullopt;  // the body is kept decoded
  const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), length);
  return error == std::errc() && end == value->data() + value->size() ? std::optional(length) : std::nullopt;
}

std::string head_of(const wpi::HttpResponse& response) {
  std::string head =
      response.version + " " + std::to_string(response.status) + " " + response.reason + "\r\n";
  for (const wpi::Header& header : response.headers) head += header.name + ": " + header.value + "\r\n";
  return head + "\r\n";
}

// An answer whose body is not what the service sent tells nothing of a message.
void drop(RecordedExchange& one, Lack lack) {
  one.exchange.untold.add(Fact::content);
  one.lack = lack;
}

void set_body(const Object::Ptr& answer, RecordedExchange& one) {
  wpi::HttpResponse& response = *one.exchange.response;
  const bool success =
      response.status / 100 == 2 && one.exchange.request.method == "POST";  // else nobody reads it
  const Object::Ptr content = object_in(answer, "content");
  bool exact = false;
  auto body = body_of(content, exact);
  const bool packed = body && body->starts_with("\x1F\x8B");
  if (!body || packed) return success ? drop(one, Lack::not_kept) : void();
  if (success && !text_in(answer, "_error").empty()) return drop(one, Lack::not_kept);
  response.body = std::move(*body);
  if (!exact) one.exchange.untold.add(Fact::bytes);
  const auto length = length_in(response.headers);
  const double size = number_in(content, "size");
  const auto there = static_cast<double>(response.body.size());
  const bool complained = !text_in(content, "comment").empty();
  one.whole = !complained && (length ? *length == response.body.size() : size == there);
  const bool said_empty = length ? *length == 0 : size == 0 || response.status == 204;
  if (success && response.body.empty() && (!said_empty || complained)) drop(one, Lack::not_kept);
}

void set_answer(const Object::Ptr& answer, RecordedExchange& one) {
  const double status = number_in(answer, "status");
  if (!(status >= 100 && status <= 999)) return;  // 0: none came
  wpi::HttpResponse& response = one.exchange.response.emplace();
  response.status = static_cast<int>(status);
  response.reason = text_in(answer, "statusText");
  response.version = text_in(answer, "httpVersion");
  // A newer one is what a browser or a proxy asked for, not what a phone would have been answered with.
  if (wpi::same_ignoring_case(std::string_view(response.version).substr(0, 7), "HTTP/1."))
    response.version.replace(0, 7, "HTTP/1.");
  else
    one.exchange.untold.add(Fact::version);
  response.headers = headers_of(answer);
  response.head = head_of(response);
  response.complete = true;
  set_body(answer, one);
}

}  // namespace

bool HarEntries::read(const Object::Ptr& object, RecordedExchange& one) {
  Exchange& exchange = one.exchange;
  const Object::Ptr request = object_in(object, "request");
  const auto url = url_of(text_in(request, "url"));
  if (!url) return false;
  exchange.untold.add({Fact::connection, Fact::framing, Fact::doings});
  exchange.encrypted = url->encrypted;
  const std::string address = text_in(object, "serverIPAddress");
  exchange.remote =
      (address.empty()                                                       ? url->host
       : address.find(':') != std::string::npos && !address.starts_with('[') ? "[" + address + "]"
                                                                             : address) +
      ":" + url->port;
  // Firefox gives the service's port, which all connections share.
  if (const std::string connection = text_in(object, "connection");
      !connection.empty() && connection != url->port)
    exchange.connection = connections_.try_emplace(connection, connections_.size() + 1).first->second;
  exchange.begun = started(object).value_or(last_);
  last_ = exchange.begun;
  set_times(object, exact_times, exchange);
  exchange.request.method = text_in(request, "method");
  exchange.request.target = url->target;
  exchange.request.headers = headers_of(request);
  if (!wpi::find_header(exchange.request.headers, "Host"))
    exchange.request.headers.insert(exchange.request.headers.begin(), {"Host", url->host + ":" + url->port});
  if (const Object::Ptr post = object_in(request, "postData")) {
    bool exact = false;
    auto body = body_of(post, exact);
    if (body) exchange.request.body = std::move(*body);
  }
  if (const Object::Ptr answer = object_in(object, "response")) set_answer(answer, one);
  if (!exchange.response) drop(one, Lack::no_answer);
  return true;
}

}  // namespace understudy::transcript
