#include "net/door.h"

#include <utility>

#include "net/http_text.h"
#include "net/local_address.h"

namespace understudy::net {

namespace {

std::string_view reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 204:
      return "No Content";
    case 405:
      return "Method Not Allowed";
    default:
      return "Not Found";
  }
}

bool wants_close(const wpi::HttpRequest& request) {
  bool close = false;
  for (const wpi::Header& header : request.headers)
    if (wpi::same_ignoring_case(header.name, "Connection"))
      each_part(header.value,
                [&](std::string_view part) { close = close || wpi::same_ignoring_case(part, "close"); });
  return close;
}

}  // namespace

int status_of(Asked asked) {
  switch (asked) {
    case Asked::contact_me:
      return 204;
    case Asked::push:
      return 200;
    case Asked::other_method:
      return 405;
    case Asked::other_path:
      break;
  }
  return 404;
}

std::string door_bytes(Asked asked) {
  const int status = status_of(asked);
  std::string bytes = "HTTP/1.1 " + std::to_string(status) + " ";
  bytes += reason_of(status);
  bytes += "\r\nServer: DlsClient\r\nContent-Length: 0\r\nContent-type: text/html\r\n";
  if (status == 405) bytes += "Allow: GET, POST\r\n";
  return bytes + "\r\n";
}

Served answer_at_door(const DoorHandler& handler, const wpi::HttpRequest& request, const Caller& caller) {
  const ContactCall call = read_contact(request);
  Served served;
  served.close = true;
  if (handler(address_in(caller.local), request, call, caller) != DoorAnswer::acknowledged) return served;
  served.bytes = door_bytes(call.asked);
  served.close = wants_close(request);
  return served;
}

tl::expected<Door, std::string> Door::open(EventLoop& loop, DoorSettings settings, DoorHandler handler) {
  ServerSettings each;
  each.address = settings.address;
  each.device = settings.device;
  each.max_request = settings.max_request;
  each.max_connections = settings.max_connections;
  each.idle = settings.idle;
  if (settings.is_phone)
    each.admits = [is_phone = settings.is_phone](const Caller& caller) {
      return is_phone(address_in(caller.local));
    };
  const auto shared = std::make_shared<const DoorHandler>(std::move(handler));
  std::vector<WebPort> ports = std::move(settings.web_ports);
  ports.insert(ports.begin(), WebPort{settings.port, std::nullopt});
  Door door;
  for (WebPort& port : ports) {
    each.port = port.port;
    each.tls = std::move(port.tls);
    auto listening = Server::listen(loop, each, [shared](const auto& request, const Caller& caller) {
      return answer_at_door(*shared, request, caller);
    });
    if (!listening) return tl::unexpected("the contact-me door: " + listening.error());
    door.servers_.push_back(std::move(*listening));
  }
  return door;
}

}  // namespace understudy::net
