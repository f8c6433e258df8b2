#include "reference/answer.h"

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/Timestamp.h>
#include <algorithm>
#include <array>
#include <utility>

#include "wpi/writer.h"

namespace understudy::reference {

namespace {

std::string_view reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    default:
      return "Internal Server Error";
  }
}

std::string with_numeric_references(std::string_view xml) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 3> references = {
      {{"&lt;", "&#60;"}, {"&gt;", "&#62;"}, {"&amp;", "&#38;"}}};
  std::string out;
  out.reserve(xml.size());
  for (std::size_t at = 0; at < xml.size();) {
    const auto found = std::find_if(references.begin(), references.end(), [&](const auto& reference) {
      return xml.substr(at).starts_with(reference.first);
    });
    if (found == references.end()) {
      out += xml[at++];
      continue;
    }
    out += found->second;
    at += found->first.size();
  }
  return out;
}

}  // namespace

std::string xml_of(const Order& order, std::string_view nonce, Version firmware) {
  wpi::ServiceMessage message;
  message.nonce = nonce;
  message.action = order.action;
  message.items = order.items;
  std::string xml;
  wpi::write(message, xml);
  return firmware.major == 1 ? with_numeric_references(xml) : xml;
}

HttpAnswer http_answer(int status, std::string_view type, std::string body, bool close,
                       std::string_view server) {
  HttpAnswer answer;
  answer.status = status;
  answer.reason = reason_of(status);
  answer.close = close;
  answer.headers = {{"Server", std::string(server)},
                    {"Content-Type", std::string(type)},
                    {"Content-Length", std::to_string(body.size())},
                    {"Cache-Control", "no-store"}};
  if (close)
    answer.headers.push_back({"Connection", "close"});
  else
    answer.headers.push_back({"Keep-Alive", "timeout=10"});  // guide p.12
  answer.body = std::move(body);
  return answer;
}

std::string http_date() { return Poco::DateTimeFormatter::format(Poco::Timestamp(), Poco::DateTimeFormat::HTTP_FORMAT); }

net::Served served(const HttpAnswer& answer) {
  net::Served out;
  if (answer.silent) {
    out.close = true;
    return out;
  }
  out.bytes.reserve(256 + answer.body.size());
  out.bytes.append(answer.version).append(" ").append(std::to_string(answer.status)).append(" ");
  out.bytes.append(answer.reason).append("\r\n");
  for (const wpi::Header& header : answer.headers)
    out.bytes.append(header.name).append(": ").append(header.value).append("\r\n");
  out.bytes.append("\r\n").append(answer.body);
  out.after = answer.after;
  out.close = answer.close;
  return out;
}

void set_body(HttpAnswer& answer, std::string body) {
  answer.body = std::move(body);
  set_header(answer, "Content-Length", std::to_string(answer.body.size()));
}

void set_header(HttpAnswer& answer, std::string_view name, std::string value) {
  for (wpi::Header& header : answer.headers) {
    if (!wpi::same_ignoring_case(header.name, name)) continue;
    header.value = std::move(value);
    return;
  }
  answer.headers.push_back({std::string(name), std::move(value)});
}

void drop_header(HttpAnswer& answer, std::string_view name) {
  std::erase_if(answer.headers,
                [&](const wpi::Header& header) { return wpi::same_ignoring_case(header.name, name); });
}

}  // namespace understudy::reference
