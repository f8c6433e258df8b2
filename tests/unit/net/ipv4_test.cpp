#include "net/ipv4.h"

#include <gmock/gmock.h>

#include "unit/net/dhcp_support.h"

namespace understudy::net {
namespace {

using dhcp::bytes_of;
using ::testing::HasSubstr;

// A datagram of two bytes from 192.0.2.1:67 to 192.0.2.50:68; its checksums were calculated by hand.
const std::string packet = bytes_of(
    "45 00 00 1E  00 00 00 00  40 11 F6 9B  C0 00 02 01  C0 00 02 32"
    "00 43 00 44  00 0A 2B D4  4F 4B");

TEST(Datagram, IsWrappedWithBothChecksums) {
  EXPECT_EQ(wrapped({{192, 0, 2, 1}, {192, 0, 2, 50}, 67, 68, "OK"}), packet);
}

TEST(Datagram, IsTakenOutOfAPacket) {
  const auto datagram = unwrapped(packet);
  ASSERT_TRUE(datagram);
  EXPECT_EQ(in_words(datagram->from), "192.0.2.1");
  EXPECT_EQ(in_words(datagram->to), "192.0.2.50");
  EXPECT_EQ(datagram->from_port, 67);
  EXPECT_EQ(datagram->to_port, 68);
  EXPECT_EQ(datagram->payload, "OK");
}

TEST(Datagram, EndsWhereThePacketSaysThoughEthernetPadsIt) {
  EXPECT_EQ(unwrapped(packet + std::string(18, 'x'))->payload, "OK");
}

TEST(Datagram, MayHaveOptionsBeforeIt) {
  std::string longer = packet;
  longer[0] = '\x46';
  longer[3] = '\x22';
  longer.insert(20, 4, '\1');
  EXPECT_EQ(unwrapped(longer)->payload, "OK");
}

TEST(Datagram, IsNoneWhereThePacketIsOfAnotherKindOrBroken) {
  const auto changed = [](std::size_t at, char byte) {
    std::string other = packet;
    other[at] = byte;
    return unwrapped(other);
  };
  EXPECT_FALSE(changed(0, '\x65')) << "IPv6";
  EXPECT_FALSE(changed(0, '\x44')) << "a head of four words";
  EXPECT_FALSE(changed(0, '\x4F')) << "a head longer than all";
  EXPECT_FALSE(changed(3, '\x1F')) << "longer than it is";
  EXPECT_FALSE(changed(3, '\x1B')) << "no room for the datagram's head";
  EXPECT_FALSE(changed(6, '\x20')) << "more fragments come";
  EXPECT_FALSE(changed(7, '\x01')) << "others came before";
  EXPECT_FALSE(changed(9, '\x06')) << "TCP";
  EXPECT_FALSE(changed(25, '\x07')) << "a datagram without a head";
  EXPECT_FALSE(changed(25, '\x0B')) << "a datagram longer than its packet";
  for (std::size_t size = 0; size < packet.size(); ++size)
    EXPECT_FALSE(unwrapped(packet.substr(0, size))) << size;
}

TEST(MacAddress, IsReadAndSaid) {
  const auto mac = mac_of("00:1a:E8:ff:00:01");
  ASSERT_TRUE(mac) << mac.error();
  EXPECT_EQ(in_words(*mac), "00:1A:E8:FF:00:01");
  for (const char* odd : {"", "00:1A:E8:FF:00", "00:1A:E8:FF:00:0G", "00-1A-E8-FF-00-01",
                          "00:1A:E8:FF:00:01:02", "0:1A:E8:FF:00:011"})
    EXPECT_THAT(mac_of(odd).error(), HasSubstr("is no MAC address; write one like 00:1A:E8:FF:00:01")) << odd;
}

}  // namespace
}  // namespace understudy::net
