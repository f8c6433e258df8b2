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

namespace {

ServerSettings settings_of(const DoorSettings& settings) {
  ServerSettings out;
  out.address = settings.address;
  out.device = settings.device;
  out.max_request = settings.max_request;
  out.max_connections = settings.max_connections;
  out.idle = settings.idle;
  if (settings.is_phone)
    out.admits = [is_phone = settings.is_phone](const Caller& caller) {
      return is_phone(address_in(caller.local));
    };
  return out;
}

Handler served_by(const std::shared_ptr<const DoorHandler>& handler) {
  return [handler](const wpi::HttpRequest& request, const Caller& caller) { return answer_at_door(*handler, request, caller); };
}

}  // namespace

tl::expected<Door, std::string> Door::open(EventLoop& loop, DoorSettings settings, DoorHandler handler) {
  ServerSettings each = settings_of(settings);
  const auto shared = std::make_shared<const DoorHandler>(std::move(handler));
  std::vector<WebPort> ports = std::move(settings.web_ports);
  ports.insert(ports.begin(), WebPort{settings.port, std::nullopt});
  Door door;
  for (WebPort& port : ports) {
    each.port = port.port;
    each.tls = std::move(port.tls);
    if (settings.branch_of && !each.tls)
      each.branch_of = [branch_of = settings.branch_of](const Caller& caller) {
        const Door* other = branch_of(address_in(caller.local));
        return other ? other->servers_.front().get() : nullptr;
      };
    auto listening = Server::listen(loop, each, served_by(shared));
    if (!listening) return tl::unexpected("the contact-me door: " + listening.error());
    door.servers_.push_back(std::move(*listening));
  }
  return door;
}

Door Door::branch(EventLoop& loop, const DoorSettings& settings, DoorHandler handler) {
  Door door;
  door.servers_.push_back(Server::branch(loop, settings_of(settings), served_by(std::make_shared<const DoorHandler>(std::move(handler)))));
  return door;
}

}  // namespace understudy::net
