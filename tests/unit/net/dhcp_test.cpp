#include "net/dhcp.h"

#include <gmock/gmock.h>
#include <limits>

#include "items/catalogue.h"
#include "net/dhcp_items.h"
#include "unit/net/dhcp_support.h"

namespace understudy::net::dhcp {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Lease lease_of(const std::string& packet) {
  const auto answer = read(packet);
  EXPECT_TRUE(answer) << answer.error();
  return answer ? answer->lease : Lease{};
}

Lease vendor_lease(std::string_view option_43) {
  Lease lease;
  read_vendor_options(option_43, lease);
  return lease;
}

std::string why_wrong(const std::string& packet) {
  const auto answer = read(packet);
  return answer ? "it was read" : answer.error();
}

// ---- What a phone asks

TEST(DhcpQuestion, AsksAsAPhoneDoesByteForByte) {
  const std::string head = bytes_of(
      "01 01 06 00  12 34 56 78  00 05 80 00"  // request, Ethernet; exchange; 5 s, answer by broadcast
      "00 00 00 00  00 00 00 00  00 00 00 00  00 00 00 00"
      "00 1A E8 FF 00 01  00 00 00 00 00 00 00 00 00 00");
  const std::string options = bytes_of(
      "63 82 53 63  35 01 01"                   // discover
      "3D 07 01 00 1A E8 FF 00 01"              // client
      "3C 0B 4F 70 74 69 49 70 50 68 6F 6E 65"  // OptiIpPhone
      "0C 06 64 65 73 6B 2D 31"                 // desk-1
      "37 07 01 03 06 0F 2B 3A 3B  FF");
  std::string expected = head + std::string(192, '\0') + options;
  expected.resize(300, '\0');
  EXPECT_EQ(written({phone_mac, "desk-1"}, {Kind::discover, 0x12345678, 5, {}, {}, {}}), expected);
}

TEST(DhcpQuestion, RequestsWhatWasOffered) {
  Question question{Kind::request, 1, 0, {}, phone_address, server_address};
  const std::string packet = written({phone_mac, ""}, question);
  EXPECT_THAT(packet, HasSubstr(bytes_of("35 01 03")));
  EXPECT_THAT(packet, HasSubstr(bytes_of("32 04 C0 00 02 32  36 04 C0 00 02 01")));
  EXPECT_EQ(packet.find(bytes_of("0C 00")), std::string::npos) << "it has no host name";
}

TEST(DhcpQuestion, WantsNoBroadcastOnceItHasAnAddress) {
  const std::string packet = written({phone_mac, ""}, {Kind::request, 1, 0, phone_address, {}, {}});
  EXPECT_EQ(packet.substr(10, 6), bytes_of("00 00 C0 00 02 32"));
}

TEST(DhcpQuestion, ReleasesWithoutWishes) {
  const std::string packet =
      written({phone_mac, "desk-1"}, {Kind::release, 1, 0, phone_address, {}, server_address});
  EXPECT_EQ(packet.substr(236, 24),
            bytes_of("63 82 53 63  35 01 07  3D 07 01 00 1A E8 FF 00 01  36 04 C0 00 02 01  FF 00"));
}

// ---- What a server answers

TEST(DhcpAnswer, IsReadWhole) {
  FromServer server;
  server.vendor_options = siemens + vlan_42 + sdlp_address + option(4, "dls.example.com");
  server.more = option(6, {{192, 0, 2, 2}, {192, 0, 2, 3}}) + option(15, "example.com") +
                option_seconds(58, 600) + option_seconds(59, 1200);
  const auto answer = read(server.packet());
  ASSERT_TRUE(answer) << answer.error();
  EXPECT_EQ(answer->kind, Kind::offer);
  const Lease& lease = answer->lease;
  EXPECT_EQ(in_words(lease.address), "192.0.2.50");
  EXPECT_EQ(in_words(lease.mask), "255.255.255.0");
  EXPECT_THAT(lease.routers, ElementsAre(Ipv4{192, 0, 2, 254}));
  EXPECT_THAT(lease.dns, ElementsAre(Ipv4{192, 0, 2, 2}, Ipv4{192, 0, 2, 3}));
  EXPECT_EQ(lease.domain, "example.com");
  EXPECT_EQ(lease.server, server_address);
  EXPECT_EQ(lease.vlan, 42);
  ASSERT_TRUE(lease.service);
  EXPECT_EQ(lease.service->url(), "https://192.0.2.19:18443");
  EXPECT_EQ(lease.service->name, "dls.example.com");
  EXPECT_EQ(lease.lasts, seconds(3600));
  EXPECT_EQ(lease.renew, seconds(600));
  EXPECT_EQ(lease.rebind, seconds(1200));
  EXPECT_THAT(lease.notes, IsEmpty());
}

TEST(DhcpAnswer, SplitsTheLeaseWhereTheServerDoesNot) {  // RFC 2131, 4.4.5
  const Lease lease = lease_of(FromServer{.lasts = 800}.packet());
  EXPECT_EQ(lease.renew, seconds(400));
  EXPECT_EQ(lease.rebind, seconds(700));
}

TEST(DhcpAnswer, TakesTimesThatDoNotFitForNone) {
  for (const auto& [renew, rebind] : {std::pair(700U, 600U), std::pair(0U, 600U), std::pair(600U, 900U)}) {
    const Lease lease = lease_of(
        FromServer{.lasts = 800, .more = option_seconds(58, renew) + option_seconds(59, rebind)}.packet());
    EXPECT_EQ(lease.renew, seconds(400)) << renew << " " << rebind;
    EXPECT_EQ(lease.rebind, seconds(700)) << renew << " " << rebind;
    EXPECT_THAT(lease.notes, ElementsAre(HasSubstr("do not fit")));
  }
}

TEST(DhcpAnswer, KnowsALeaseWithoutEnd) {
  FromServer server{.lasts = std::numeric_limits<std::uint32_t>::max(), .more = option_seconds(58, 600)};
  const Lease lease = lease_of(server.packet());
  EXPECT_EQ(lease.lasts, without_end);
  EXPECT_EQ(lease.renew, without_end);
  EXPECT_EQ(lease.rebind, without_end);
}

TEST(DhcpAnswer, PutsTogetherAnOptionInPieces) {  // RFC 3396
  const std::string whole = siemens + sdlp_address;
  FromServer server{
      .more = option(43, whole.substr(0, 5)) + option(15, "a.example") + option(43, whole.substr(5)),
      .vendor_options = ""};
  EXPECT_EQ(lease_of(server.packet()).service->host, "192.0.2.19");
}

TEST(DhcpAnswer, GoesOnInTheFieldsForNames) {  // option 52
  const std::string whole = siemens + sdlp_address;
  FromServer server{.vendor_options = ""};
  server.more = option(52, std::string(1, '\3')) + option(43, whole.substr(0, 4));
  const std::string in_file = option(43, whole.substr(4, 10)) + '\xFF',
                    in_name = option(43, whole.substr(14));
  const Lease lease = lease_of(packet_with(server.options(), in_name, in_file));
  ASSERT_TRUE(lease.service);
  EXPECT_EQ(lease.service->host, "192.0.2.19");
  // Names are names where nothing says otherwise.
  EXPECT_FALSE(lease_of(packet_with(FromServer{.vendor_options = ""}.options(), option(43, whole))).service);
}

TEST(DhcpAnswer, MayLackItsEndAndHavePads) {
  std::string options = FromServer{}.options();
  options.pop_back();
  EXPECT_TRUE(lease_of(packet_with(options)).service);
  EXPECT_TRUE(lease_of(packet_with(std::string(7, '\0') + options + std::string(40, '\0'))).service);
}

TEST(DhcpAnswer, ANakSaysWhy) {
  const auto answer = read(FromServer{.kind = Kind::nak, .more = option(56, "wrong network")}.packet());
  ASSERT_TRUE(answer) << answer.error();
  EXPECT_EQ(answer->kind, Kind::nak);
  EXPECT_EQ(answer->message, "wrong network");
  EXPECT_EQ(answer->lease.server, server_address);
}

TEST(DhcpAnswer, AnAckMayLeaveOutItsServerButAnOfferMayNot) {
  const std::string rest = option_seconds(51, 60) + option(1, {{255, 255, 255, 0}});
  EXPECT_EQ(lease_of(packet_with(option(53, "\5") + rest)).server, std::nullopt);
  EXPECT_THAT(why_wrong(packet_with(option(53, "\2") + rest)), HasSubstr("option 54"));
}

TEST(DhcpAnswer, LeavesOutWhatIsOdd) {
  FromServer server{.more = option(6, "12345") + option(15, "two words")};
  const Lease lease = lease_of(server.packet());
  EXPECT_THAT(lease.dns, IsEmpty());
  EXPECT_EQ(lease.domain, "");
  EXPECT_THAT(lease.notes,
              ElementsAre(HasSubstr("option 6 left out"), HasSubstr("\"two words\" is no domain")));
}

TEST(DhcpAnswer, HasTheUsualMaskWhereNoneIsGivenOrNoneIsMeant) {
  const std::string head = option(53, "\2") + option(54, {server_address}) + option_seconds(51, 60);
  for (const std::string& odd :
       {std::string(), option(1, {{255, 0, 255, 0}}), option(1, {{0, 0, 0, 0}}), option(1, "xy")}) {
    const Lease lease = lease_of(packet_with(head + odd));
    EXPECT_EQ(in_words(lease.mask), "255.255.255.0");
    EXPECT_FALSE(lease.notes.empty());
  }
}

TEST(DhcpAnswer, OfAnAddressThatNoPhoneCanHaveIsWrong) {
  for (const Ipv4& given : {Ipv4{0, 0, 0, 0}, Ipv4{127, 0, 0, 1}, Ipv4{224, 0, 0, 1},
                            Ipv4{255, 255, 255, 255}, Ipv4{192, 0, 2, 0}, Ipv4{192, 0, 2, 255}})
    EXPECT_THAT(why_wrong(FromServer{.given = given}.packet()),
                HasSubstr("it gives the address " + in_words(given)))
        << in_words(given);
}

TEST(DhcpAnswer, SaysWhatIsWrongWithAPacket) {
  const std::string good = FromServer{}.packet();
  const auto changed = [&](std::size_t at, char byte) {
    std::string packet = good;
    packet[at] = byte;
    return packet;
  };
  EXPECT_THAT(why_wrong(""), HasSubstr("0 bytes"));
  EXPECT_THAT(why_wrong(good.substr(0, 239)), HasSubstr("239 bytes"));
  EXPECT_THAT(why_wrong(changed(0, 1)), HasSubstr("no answer of a server"));
  EXPECT_THAT(why_wrong(changed(1, 6)), HasSubstr("Ethernet"));
  EXPECT_THAT(why_wrong(changed(236, 0)), HasSubstr("cookie"));
  EXPECT_THAT(why_wrong(good.substr(0, 240)), HasSubstr("option 53"));
  EXPECT_THAT(why_wrong(packet_with(option(53, "\1"))), HasSubstr("kind 1"));
  EXPECT_THAT(why_wrong(packet_with(option(53, "\xFE"))), HasSubstr("kind 254"));
  EXPECT_THAT(why_wrong(packet_with(option(53, "\5"))), HasSubstr("option 51"));
  EXPECT_THAT(why_wrong(FromServer{.lasts = 0}.packet()), HasSubstr("a lease of 0 s"));
  EXPECT_THAT(why_wrong(packet_with("\x35")), HasSubstr("option 53 has no length"));
  EXPECT_THAT(why_wrong(packet_with("\x35\x03x")), HasSubstr("option 53 has 1 byte of its 3"));
  EXPECT_THAT(why_wrong(FromServer{.more = option(52, "\4")}.packet()), HasSubstr("option 52"));
}

TEST(DhcpAnswer, IsReadOrRefusedWhereverItIsCut) {
  FromServer server{.more = option(52, "\3") + option(6, {{192, 0, 2, 2}}),
                    .vendor_options = siemens + vlan_42 + sdlp_address};
  const std::string whole = server.packet();
  int refused = 0;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto answer = read(whole.substr(0, size));
    if (answer) continue;
    ++refused;
    EXPECT_FALSE(answer.error().empty());
  }
  EXPECT_GT(refused, 240);
}

TEST(DhcpAnswer, IsForWhoseExchangeAndAddressItHas) {
  const std::string packet = FromServer{.exchange = 0xCAFEBABE}.packet();
  EXPECT_TRUE(is_answer_to(packet, 0xCAFEBABE, phone_mac));
  EXPECT_FALSE(is_answer_to(packet, 0xCAFEBABF, phone_mac));
  EXPECT_FALSE(is_answer_to(packet, 0xCAFEBABE, {0x00, 0x1A, 0xE8, 0xFF, 0x00, 0x02}));
  EXPECT_FALSE(is_answer_to(packet.substr(0, 239), 0xCAFEBABE, phone_mac));
  EXPECT_FALSE(is_answer_to("", 0, phone_mac));
}

// ---- The vendor options (adm)

TEST(DhcpVendorOptions, GiveTheServiceAsTheManualsShow) {
  const Lease lease = vendor_lease(siemens + vlan_42 + sdlp_address);
  EXPECT_EQ(lease.vlan, 42);
  ASSERT_TRUE(lease.service);
  EXPECT_EQ(lease.service->host, "192.0.2.19");
  EXPECT_EQ(lease.service->port, 18443);
  EXPECT_THAT(lease.notes, IsEmpty());
}

TEST(DhcpVendorOptions, MayBePadded) {
  EXPECT_TRUE(vendor_lease(siemens_ten + sdlp_address).service);
  EXPECT_TRUE(vendor_lease(siemens + sdlp_address + bytes_of("00 00 00 00 00 FF")).service);
  EXPECT_TRUE(vendor_lease(siemens + bytes_of("00 00") + sdlp_address + bytes_of("FF 03 FF")).service);
  EXPECT_EQ(vendor_lease(siemens + option(3, std::string("sdlp://dls.example.com\0", 23))).service->host,
            "dls.example.com");
}

TEST(DhcpVendorOptions, KnowTheUsualPortAndNames) {
  const Lease lease = vendor_lease(siemens + option(3, "SDLP://dls.example.com") + option(4, "dls"));
  EXPECT_EQ(lease.service->url(), "https://dls.example.com:18443");
  EXPECT_EQ(lease.service->name, "dls");
  EXPECT_EQ(vendor_lease(option(3, "sdlp://[2001:db8::1]:8443/") + siemens).service->url(),
            "https://[2001:db8::1]:8443");
}

TEST(DhcpVendorOptions, OfAnotherVendorAreLeftOut) {  // wiki
  for (const std::string& other :
       {option(1, "Acme"), option(1, "siemens"), option(1, "Siemens AG"), option(1, "")}) {
    const Lease lease = vendor_lease(other + vlan_42 + sdlp_address);
    EXPECT_FALSE(lease.service);
    EXPECT_FALSE(lease.vlan);
    EXPECT_THAT(lease.notes, ElementsAre(HasSubstr("a phone takes those of \"Siemens\"")));
  }
  EXPECT_THAT(vendor_lease(sdlp_address).notes, ElementsAre(HasSubstr("is not said")));
  EXPECT_THAT(vendor_lease(option(1, "Ac\nme")).notes, ElementsAre(HasSubstr("\"Ac\\nme\"")));
}

TEST(DhcpVendorOptions, ThatAreBrokenAreLeftOut) {
  for (const std::string& broken :
       {siemens + "\x03", siemens + "\x03\x09short", siemens + sdlp_address + "\x04\x01"}) {
    const Lease lease = vendor_lease(broken);
    EXPECT_FALSE(lease.service);
    EXPECT_THAT(lease.notes, ElementsAre(HasSubstr("runs over the end")));
  }
}

TEST(DhcpVendorOptions, NoteWhatIsNoServiceOrVlan) {
  for (const char* address :
       {"", "https://192.0.2.19", "sdlp://", "sdlp://192.0.2.19:0", "sdlp://192.0.2.19:99999", "sdlp://a b",
        "sdlp://192.0.2.19/path", "sdlp://user@192.0.2.19", "192.0.2.19:18443"}) {
    const Lease lease = vendor_lease(siemens + option(3, address));
    EXPECT_FALSE(lease.service) << address;
    EXPECT_THAT(lease.notes, ElementsAre(HasSubstr("vendor option 3 left out"))) << address;
  }
  for (const char* vlan : {"", "00 2A", "00 00 10 00", "01 00 00 2A", "00 00 00 00 2A"}) {
    const Lease lease = vendor_lease(siemens + option(2, bytes_of(vlan)));
    EXPECT_FALSE(lease.vlan) << vlan;
    EXPECT_THAT(lease.notes, ElementsAre(HasSubstr("vendor option 2 left out"))) << vlan;
  }
  EXPECT_EQ(vendor_lease(siemens + option(2, bytes_of("00 00 0F FF"))).vlan, 4095);
}

// ---- As items

TEST(DhcpItems, AreTheServiceAndTheVlan) {
  Lease lease;
  EXPECT_THAT(items_of(lease), IsEmpty());
  lease.vlan = 42;
  lease.service = Service{"dls.example.com", 8443, ""};
  const auto items = items_of(lease);
  ASSERT_THAT(items, SizeIs(3));
  EXPECT_EQ(items[0].name + "=" + items[0].value, "dls-server-addr=dls.example.com");
  EXPECT_EQ(items[1].name + "=" + items[1].value, "dls-server-port=8443");
  EXPECT_EQ(items[2].name + "=" + items[2].value, "vlan-id=42");
  for (const wpi::Item& item : items) EXPECT_NE(items::find(item.name), nullptr) << item.name;
}

}  // namespace
}  // namespace understudy::net::dhcp
