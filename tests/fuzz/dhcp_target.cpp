// The DHCP reader and what listens to it: whatever comes from the network, what is read makes sense, and never a crash.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "net/dhcp.h"
#include "net/dhcp_conversation.h"
#include "net/dhcp_items.h"

namespace {

using namespace understudy::net;
using understudy::phone::Random;

constexpr std::size_t kind_at = 242;  // in packets whose first option is their kind
constexpr Mac mac{0x00, 0x1A, 0xE8, 0xFF, 0x00, 0x01};

void expect(bool holds) {
  if (!holds) std::abort();
}

void check_times(const dhcp::Lease& lease) {
  expect(lease.renew > dhcp::microseconds(0) && lease.renew <= lease.rebind && lease.rebind <= lease.lasts);
}

void check(const dhcp::Lease& lease) {
  check_times(lease);
  const std::uint32_t host = ~number_of(lease.mask);
  expect(lease.mask != no_address && (host & (host + 1)) == 0);
  expect(lease.address[0] != 0 && lease.address[0] != 127 && lease.address[0] < 224);
  expect(!lease.vlan || (*lease.vlan >= 0 && *lease.vlan <= 4095));
  if (lease.service) expect(!lease.service->host.empty() && lease.service->port != 0);
  for (const std::string& note : lease.notes)
    expect(std::all_of(note.begin(), note.end(), [](char c) { return c >= ' ' && c <= '~'; }));
  expect(dhcp::items_of(lease).size() <= 3);
}

void read(std::string_view packet) {
  const auto answer = dhcp::read(packet);
  if (!answer)
    expect(!answer.error().empty());
  else if (answer->kind != dhcp::Kind::nak)
    check(answer->lease);
}

// The packet as an answer to what a phone asked last: made its own by exchange and address.
void tell(dhcp::Conversation& phone, dhcp::Effects& last, std::string packet, dhcp::microseconds now) {
  for (const dhcp::Effect& effect : last)
    if (const auto* send = std::get_if<dhcp::Send>(&effect); send && packet.size() >= 34) {
      std::copy_n(send->packet.begin() + 4, 4, packet.begin() + 4);
      std::copy_n(send->packet.begin() + 28, 6, packet.begin() + 28);
    }
  dhcp::Effects effects = phone.hear(packet, now);
  expect(effects.size() <= 2);
  if (!effects.empty()) last = std::move(effects);
}

// As the offer, as what acknowledges it, and as it is while the phone renews; then the phone must come to an end by itself.
void converse(const std::string& packet) {
  dhcp::Conversation phone({mac, "desk-1"}, {}, Random(packet.size()));
  dhcp::microseconds now{};
  dhcp::Effects last = phone.ask(now);
  std::string offer = packet, ack = packet;
  if (packet.size() > kind_at) offer[kind_at] = 2, ack[kind_at] = 5;
  for (const std::string& answer : {offer, ack, packet, ack}) {
    tell(phone, last, answer, now);
    if (phone.lease()) check_times(*phone.lease());
    const auto due = phone.wakes_at();
    if (!due) break;
    expect(*due >= now);
    if (phone.state() == dhcp::Conversation::State::requesting) continue;  // answered at once
    now = *due;
    if (dhcp::Effects effects = phone.wake(now); !effects.empty()) last = std::move(effects);
  }
  for (int n = 0; phone.wakes_at() && n < 10'000; ++n) phone.wake(now = *phone.wakes_at());
  expect(!phone.wakes_at());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  read(bytes);
  converse(bytes);
  dhcp::Lease lease;
  dhcp::read_vendor_options(bytes, lease);
  if (const auto datagram = unwrapped(bytes)) {
    expect(datagram->payload.size() + 28 <= size);
    expect(unwrapped(wrapped(*datagram))->payload == datagram->payload);
  }
  return 0;
}
