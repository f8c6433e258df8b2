#include "locust/line.h"

#include <zmq.hpp>

namespace understudy::locust {

namespace {

constexpr int asks_every = 1000, waits_for_answer = 5000, lingers = 1000;  // ms
constexpr int watched = ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED;

}  // namespace

struct Line::Impl {
  Impl(std::string to, std::string name) : address(std::move(to)), identity(std::move(name)) {}

  void open() {
    events = zmq::socket_t();
    socket = zmq::socket_t(context, zmq::socket_type::dealer);
    socket.set(zmq::sockopt::routing_id, identity);
    socket.set(zmq::sockopt::linger, lingers);
    socket.set(zmq::sockopt::ipv6, 1);
    socket.set(zmq::sockopt::tcp_keepalive, 1);
    socket.set(zmq::sockopt::tcp_keepalive_idle, 30);
    socket.set(zmq::sockopt::heartbeat_ivl, asks_every);
    socket.set(zmq::sockopt::heartbeat_timeout, waits_for_answer);
    const std::string events_at = "inproc://events-" + std::to_string(++opened);
    if (zmq_socket_monitor(socket.handle(), events_at.c_str(), watched) != 0) throw zmq::error_t();
    events = zmq::socket_t(context, zmq::socket_type::pair);
    events.set(zmq::sockopt::linger, 0);
    events.connect(events_at);
    socket.connect(address);
    is_connected = false;
  }

  std::string address, identity;
  zmq::context_t context;
  zmq::socket_t socket, events;
  int opened = 0;
  std::uint64_t connections = 0;
  bool is_connected = false;
};

Line::Line(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Line::~Line() = default;

tl::expected<std::unique_ptr<Line>, std::string> Line::open(const std::string& place, const std::string& identity) {
  if (const std::size_t colon = place.rfind(':'); colon == 0 || colon == std::string::npos || colon + 1 == place.size())
    return tl::unexpected(place + " is no HOST:PORT: a master of Locust listens at port 5557, if it was not told another");
  auto impl = std::make_unique<Impl>("tcp://" + place, identity);
  try {
    impl->open();
  } catch (const zmq::error_t& error) {
    return tl::unexpected(place + ": " + error.what());
  }
  return std::unique_ptr<Line>(new Line(std::move(impl)));
}

void Line::say(const std::string& message) {
  try {
    impl_->socket.send(zmq::buffer(message), zmq::send_flags::dontwait);
  } catch (const zmq::error_t&) {
    // A line that is lost says so by connected().
  }
}

std::optional<std::string> Line::hear() {
  try {
    zmq::message_t message;
    if (!impl_->socket.recv(message, zmq::recv_flags::dontwait)) return std::nullopt;
    return message.to_string();
  } catch (const zmq::error_t&) {
    return std::nullopt;
  }
}

bool Line::wait(std::chrono::milliseconds time) {
  zmq::pollitem_t item{impl_->socket.handle(), 0, ZMQ_POLLIN, 0};
  try {
    return zmq::poll(&item, 1, time) > 0;
  } catch (const zmq::error_t&) {  // a signal
    return false;
  }
}

int Line::descriptor() const {
  return impl_->socket.get(zmq::sockopt::fd);
}

// An event is two parts: its number (16 bits) and value, and the address.
bool Line::connected() {
  try {
    zmq::message_t event, address;
    while (impl_->events.recv(event, zmq::recv_flags::dontwait)) {
      if (event.size() >= sizeof(std::uint16_t))
        impl_->is_connected = *static_cast<const std::uint16_t*>(event.data()) == ZMQ_EVENT_HANDSHAKE_SUCCEEDED;
      impl_->connections += impl_->is_connected;
      if (event.more() && !impl_->events.recv(address, zmq::recv_flags::dontwait)) break;
    }
  } catch (const zmq::error_t&) {
    return false;
  }
  return impl_->is_connected;
}

std::uint64_t Line::connections() const {
  return impl_->connections;
}

void Line::reopen() {
  try {
    impl_->socket.close();
    impl_->open();
  } catch (const zmq::error_t&) {
    impl_->is_connected = false;
  }
}

}  // namespace understudy::locust
