#include "net/dhcp_client.h"

#include <utility>

#include "net/link.h"
#include "net/own_address.h"
#include "net/sockets.h"

namespace understudy::net {

using dhcp::Conversation;

namespace {

constexpr int most_frames = 32;  // read in one turn of the loop

OwnAddress address_of(const dhcp::Lease& lease) {
  OwnAddress own{lease.address, lease.mask, std::nullopt, lease.lasts};
  if (!lease.routers.empty()) own.router = lease.routers.front();
  return own;
}

}  // namespace

struct DhcpClient::Impl : std::enable_shared_from_this<Impl> {
  Impl(EventLoop& on, Link opened, DhcpSettings settings, Listener to)
      : loop(on),
        link(std::move(opened)),
        holder(link.number()),
        readable(on.context(), link.descriptor()),
        conversation(std::move(settings.client), settings.patience, phone::Random(settings.seed)),
        listener(std::move(to)) {}
  ~Impl() { readable.release(); }  // the link closes what it is

  EventLoop& loop;
  Link link;
  AddressHolder holder;
  asio::posix::stream_descriptor readable;
  Conversation conversation;
  Listener listener;
  Mac server = every_station;  // who sent the lease on this link: the server, or a relay
  std::optional<std::uint64_t> timer;
  std::string last_note;

  void stop() {
    listener = nullptr;
    disarm();
    readable.release();
    holder.remove();
  }

  void disarm() {
    if (timer) loop.cancel(*timer);
    timer.reset();
  }

  void tell(Report report) {
    loop.post([self = shared_from_this(), report = std::move(report)] {
      const Listener to = self->listener;  // it may destroy the client, and itself
      if (to) to(report);
    });
  }

  // Said once, however often it is met in a row.
  void note(std::string text) {
    if (text == last_note) return;
    last_note = text;
    tell(dhcp::Note{std::move(text)});
  }

  void listen() {
    readable.async_wait(asio::posix::stream_descriptor::wait_read,
                        [self = shared_from_this()](const asio::error_code& error) {
                          if (error || !self->listener) return;
                          self->read();
                          self->listen();
                        });
  }

  void read() {
    for (int n = 0; n < most_frames; ++n) {
      auto frame = link.receive();
      if (!frame) return note(frame.error());
      if (!*frame) return;
      dhcp::Effects effects = conversation.hear((*frame)->datagram.payload, loop.now());
      if (!effects.empty() && conversation.state() == Conversation::State::bound) server = (*frame)->from;
      act(std::move(effects));
    }
  }

  void act(dhcp::Effects effects) {
    for (dhcp::Effect& effect : effects) std::visit([this](auto& it) { carry_out(it); }, effect);
    disarm();
    if (const auto due = conversation.wakes_at())
      timer = loop.after(*due - loop.now(), [self = shared_from_this()] {
        self->timer.reset();
        self->act(self->conversation.wake(self->loop.now()));
      });
  }

  void carry_out(dhcp::Send& send) {
    const Datagram datagram{send.from, send.to, dhcp::client_port, dhcp::server_port, std::move(send.packet)};
    if (auto sent = link.send(send.to == everybody ? every_station : server, datagram); !sent)
      note(sent.error());
  }

  void carry_out(dhcp::Bound& bound) {
    auto notes = holder.hold(address_of(bound.lease));
    if (!notes) {
      holder.remove();
      act(conversation.release(loop.now()));
      return tell(dhcp::Failed{link.interface() + ": " + notes.error()});
    }
    for (std::string& text : *notes) bound.lease.notes.push_back(std::move(text));
    tell(std::move(bound));
  }

  void carry_out(dhcp::Lost& lost) {
    holder.remove();
    tell(std::move(lost));
  }

  void carry_out(dhcp::Failed& failed) {
    failed.why =
        link.interface() + ": " + failed.why + (link.has_carrier() ? "" : "; the interface has no carrier");
    tell(std::move(failed));
  }

  void carry_out(dhcp::Note& text) { tell(std::move(text)); }
};

DhcpClient::DhcpClient() = default;

DhcpClient::~DhcpClient() {
  impl_->stop();
}

tl::expected<std::unique_ptr<DhcpClient>, std::string> DhcpClient::start(EventLoop& loop,
                                                                         DhcpSettings settings,
                                                                         Listener listener) {
  auto link = Link::open(settings.interface, dhcp::client_port);
  if (!link) return tl::unexpected(link.error());
  std::unique_ptr<DhcpClient> client(new DhcpClient);
  client->impl_ = std::make_shared<Impl>(loop, std::move(*link), std::move(settings), std::move(listener));
  client->impl_->listen();
  client->impl_->act(client->impl_->conversation.ask(loop.now()));
  return client;
}

const std::optional<dhcp::Lease>& DhcpClient::lease() const {
  return impl_->conversation.lease();
}

void DhcpClient::release() {
  impl_->act(impl_->conversation.release(impl_->loop.now()));
  impl_->holder.remove();
}

}  // namespace understudy::net
