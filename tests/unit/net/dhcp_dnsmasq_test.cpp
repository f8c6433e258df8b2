// The phone's DHCP client against a real server: dnsmasq, in network namespaces that each test makes for itself.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <linux/capability.h>
#include <netinet/in.h>
#include <sstream>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "net/dhcp_client.h"
#include "net/link.h"
#include "net/own_address.h"
#include "support/folder.h"
#include "unit/net/dhcp_support.h"
#include "unit/net/namespace_support.h"

namespace understudy::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

// The lines for a server that docs/dhcp.md shows under this heading.
std::string shown_in_docs(const std::string& heading) {
  std::istringstream page(contents(std::string(UNDERSTUDY_SOURCE_DIR) + "/docs/dhcp.md"));
  std::string lines, line;
  bool under = false;
  while (std::getline(page, line)) {
    if (line.starts_with("## ")) under = line == "## " + heading;
    if (under && line.starts_with("    ")) lines += line.substr(4) + "\n";
  }
  return lines;
}

const std::string plain = "dhcp-range=192.0.2.100,192.0.2.199,2m\n";
const std::string with_service =
    plain +
    "dhcp-option=vendor:OptiIpPhone,1,Siemens\ndhcp-option=vendor:OptiIpPhone,3,sdlp://192.0.2.19:18443\n";

class Dnsmasq : public ::testing::Test {
 protected:
  void SetUp() override {
    cable_ = std::make_unique<Cable>();
    if (!cable_->why_not().empty()) GTEST_SKIP() << cable_->why_not();
  }

  void serve(const std::string& configuration) {
    const std::string file = folder_.put("dnsmasq.conf", configuration);
    server_ = std::make_unique<Cable::Program>(
        *cable_, Side::server,
        std::vector<std::string>{"dnsmasq", "--keep-in-foreground", "--conf-file=" + file, "--port=0",
                                 "--interface=veth1", "--bind-interfaces", "--no-ping", "--log-facility=-",
                                 "--log-dhcp", "--user=root",
                                 "--pid-file=", "--dhcp-leasefile=" + (folder_ / "leases")});
    ASSERT_TRUE(server_->until_printed("sockets bound")) << server_->printed();
  }

  std::unique_ptr<DhcpClient> ask(dhcp::Patience patience = {seconds(20), milliseconds(50)},
                                  Mac mac = dhcp::phone_mac) {
    auto client = DhcpClient::start(loop_, {"veth0", {mac, "desk-1"}, patience, 1},
                                    [this](const DhcpClient::Report& report) {
                                      if (const auto* bound = std::get_if<dhcp::Bound>(&report))
                                        leases_.push_back(bound->lease);
                                      if (const auto* lost = std::get_if<dhcp::Lost>(&report))
                                        troubles_.push_back("lost: " + lost->why);
                                      if (const auto* failed = std::get_if<dhcp::Failed>(&report))
                                        troubles_.push_back("failed: " + failed->why);
                                      if (const auto* note = std::get_if<dhcp::Note>(&report))
                                        troubles_.push_back("note: " + note->text);
                                    });
    EXPECT_TRUE(client) << client.error();
    return client ? std::move(*client) : nullptr;
  }
  bool until_bound(std::size_t times = 1) {
    return loop_.run([&] { return leases_.size() >= times; }, seconds(30));
  }
  std::string addresses() {
    return cable_->run(Side::phone, {"ip", "-o", "-4", "address", "show", "dev", "veth0"});
  }
  std::string routes() { return cable_->run(Side::phone, {"ip", "route", "show"}); }

  std::unique_ptr<Cable> cable_;
  Folder folder_;
  std::unique_ptr<Cable::Program> server_;
  EventLoop loop_;
  std::vector<dhcp::Lease> leases_;
  std::vector<std::string> troubles_;
};

TEST_F(Dnsmasq, GivesWhatTheDocumentationSaysAndTakesItBack) {
  const std::string lines = shown_in_docs("dnsmasq");
  ASSERT_THAT(lines, HasSubstr("vendor:OptiIpPhone"));
  serve(lines);
  const auto client = ask();
  ASSERT_TRUE(until_bound()) << server_->printed();
  const dhcp::Lease lease = leases_.at(0);
  const std::string address = in_words(lease.address);
  EXPECT_THAT(address, StartsWith("192.0.2.1"));
  EXPECT_EQ(in_words(lease.mask), "255.255.255.0");
  EXPECT_THAT(lease.routers, ElementsAre(Ipv4{192, 0, 2, 254}));
  EXPECT_EQ(lease.server, dhcp::server_address);
  EXPECT_EQ(lease.lasts, std::chrono::hours(12));
  EXPECT_EQ(lease.vlan, 42);
  ASSERT_TRUE(lease.service);
  EXPECT_EQ(lease.service->url(), "https://192.0.2.19:18443");
  EXPECT_THAT(lease.notes, IsEmpty());
  EXPECT_THAT(addresses(), HasSubstr("inet " + address + "/24 brd 192.0.2.255"));
  EXPECT_THAT(routes(), HasSubstr("default via 192.0.2.254 dev veth0"));
  ASSERT_TRUE(server_->until_printed("DHCPACK(veth1) " + address + " 00:1a:e8:ff:00:01 desk-1"));
  EXPECT_THAT(server_->printed(), HasSubstr("vendor class: OptiIpPhone"));

  client->release();
  EXPECT_TRUE(server_->until_printed("DHCPRELEASE(veth1) " + address + " 00:1a:e8:ff:00:01"));
  EXPECT_EQ(addresses(), "");
  EXPECT_EQ(routes(), "");
  EXPECT_FALSE(client->lease());
  EXPECT_THAT(troubles_, IsEmpty());
}

TEST_F(Dnsmasq, OfAnotherVendorNamesNoService) {
  serve(plain +
        "dhcp-option=vendor:OptiIpPhone,1,Acme\ndhcp-option=vendor:OptiIpPhone,3,sdlp://192.0.2.19:18443\n");
  const auto client = ask();
  ASSERT_TRUE(until_bound()) << server_->printed();
  EXPECT_FALSE(leases_[0].service);
  EXPECT_THAT(leases_[0].notes, ElementsAre(HasSubstr("their vendor (tag 1) is \"Acme\"")));
}

TEST_F(Dnsmasq, RenewsWhenTheTimeHasCome) {
  serve(with_service + "dhcp-option=option:T1,3\n");  // the least that it takes
  const auto client = ask();
  ASSERT_TRUE(until_bound()) << server_->printed();
  EXPECT_EQ(leases_[0].renew, seconds(3));
  ASSERT_TRUE(until_bound(2)) << server_->printed();
  EXPECT_EQ(leases_[1].address, leases_[0].address);
  EXPECT_THAT(addresses(), HasSubstr("inet " + in_words(leases_[1].address) + "/24"));
  EXPECT_THAT(troubles_, IsEmpty());
}

TEST_F(Dnsmasq, HearsNothingOfAPhoneThatIsJustGone) {
  serve(with_service);
  auto client = ask();
  ASSERT_TRUE(until_bound()) << server_->printed();
  EXPECT_THAT(addresses(),
              HasSubstr("valid_lft 1"));  // some 120 s: the kernel's own clock runs, should we be killed
  client.reset();
  EXPECT_EQ(addresses(), "");
  EXPECT_EQ(routes(), "");
  const auto again = ask();
  ASSERT_TRUE(until_bound(2)) << server_->printed();
  EXPECT_EQ(leases_[1].address, leases_[0].address) << "it was kept for the phone";
  again->release();
  ASSERT_TRUE(server_->until_printed("DHCPRELEASE"));
  EXPECT_NE(server_->printed().find("DHCPACK"), server_->printed().rfind("DHCPACK"))
      << "the first one released nothing";
}

TEST_F(Dnsmasq, ServesTwoPhonesOnOneInterface) {
  serve(with_service);
  const auto one = ask(), other = ask({seconds(20), milliseconds(50)}, {0x00, 0x1A, 0xE8, 0xFF, 0x00, 0x02});
  ASSERT_TRUE(until_bound(2)) << server_->printed();
  EXPECT_NE(one->lease()->address, other->lease()->address);
  EXPECT_THAT(addresses(), AllOf(HasSubstr(in_words(one->lease()->address)),
                                 HasSubstr(in_words(other->lease()->address))));
}

TEST_F(Dnsmasq, IsHeardThroughJunk) {
  const int junk = cable_->server_socket();
  sockaddr_in there{};
  there.sin_family = AF_INET;
  there.sin_addr.s_addr = INADDR_BROADCAST;
  there.sin_port = htons(dhcp::client_port);
  const auto shower = [&] {
    for (std::size_t size : {0U, 1U, 239U, 240U, 1472U, 3000U}) {
      const std::string bytes(size, '\2');
      ::sendto(junk, bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&there), sizeof there);
    }
  };
  ASSERT_EQ(::setsockopt(junk, SOL_SOCKET, SO_BINDTODEVICE, "veth1", 5), 0);
  serve(with_service);
  const auto client = ask();
  for (int n = 0; n < 10; ++n)
    shower();  // more would fill the socket: then the answer to the next question is heard
  ASSERT_TRUE(until_bound()) << server_->printed();
  EXPECT_THAT(troubles_, IsEmpty());
  ::close(junk);
}

TEST_F(Dnsmasq, ThatIsNotThereIsAClearFailureInTime) {
  const auto client = ask({milliseconds(300), milliseconds(50)});
  const microseconds begun = loop_.now();
  ASSERT_TRUE(loop_.run([&] { return !troubles_.empty(); }, seconds(20)));
  EXPECT_THAT(troubles_, ElementsAre("failed: veth0: no DHCP server answered within 300 ms"));
  EXPECT_LT(loop_.now() - begun, seconds(10));
  EXPECT_EQ(addresses(), "");
}

TEST_F(Dnsmasq, CannotBeReachedWithoutACarrier) {
  cable_->run(Side::server, {"ip", "link", "set", "veth1", "down"});
  const auto client = ask({milliseconds(100), milliseconds(50)});
  // Whether the kernel drops what is sent, or says so, depends on how far it has noticed.
  ASSERT_TRUE(
      loop_.run([&] { return !troubles_.empty() && troubles_.back().starts_with("failed"); }, seconds(20)));
  EXPECT_EQ(troubles_.back(),
            "failed: veth0: no DHCP server answered within 100 ms; the interface has no carrier");
}

TEST_F(Dnsmasq, IsNotAskedWhereItCannotBe) {
  const auto why = [&](const std::string& interface) {
    auto client =
        DhcpClient::start(loop_, {interface, {dhcp::phone_mac, ""}}, [](const DhcpClient::Report&) {});
    return client ? "it asks" : client.error();
  };
  EXPECT_EQ(why("veth9"), "there is no network interface \"veth9\"; there are lo, veth0");
  EXPECT_THAT(why(""), HasSubstr("there is no network interface \"\""));
  EXPECT_THAT(why(std::string(300, 'x')), HasSubstr("there is no network interface \"xxx"));
  EXPECT_EQ(why("lo"), "lo is no Ethernet interface: no DHCP server can be asked there");
  cable_->run(Side::phone, {"ip", "link", "set", "veth0", "down"});
  EXPECT_EQ(why("veth0"), "veth0 is down; ip link set veth0 up");
}

// Without these capabilities. They are a thread's own: this one takes them up again.
class Without {
 public:
  explicit Without(std::initializer_list<unsigned> capabilities) {
    EXPECT_EQ(::syscall(SYS_capget, &head_, all_.data()), 0);
    auto fewer = all_;
    for (const unsigned one : capabilities) fewer[CAP_TO_INDEX(one)].effective &= ~CAP_TO_MASK(one);
    EXPECT_EQ(::syscall(SYS_capset, &head_, fewer.data()), 0);
  }
  ~Without() { EXPECT_EQ(::syscall(SYS_capset, &head_, all_.data()), 0); }
  Without(const Without&) = delete;
  Without& operator=(const Without&) = delete;

 private:
  __user_cap_header_struct head_{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> all_{};
};

TEST_F(Dnsmasq, IsNotAskedWithoutPermission) {
  const Without these{CAP_NET_RAW, CAP_NET_ADMIN};
  const auto link = Link::open("veth0", dhcp::client_port);
  ASSERT_FALSE(link);
  EXPECT_THAT(link.error(),
              StartsWith("asking DHCP on veth0 is not permitted: CAP_NET_RAW, CAP_NET_ADMIN missing"));
}

TEST_F(Dnsmasq, GetsAnAddressBackThatCannotBeSet) {
  serve(with_service);
  const auto client = ask();
  {
    const Without this_one{CAP_NET_ADMIN};
    ASSERT_TRUE(loop_.run([&] { return !troubles_.empty(); }, seconds(20)));
  }
  EXPECT_THAT(troubles_,
              ElementsAre(HasSubstr("could not be set on the interface: Operation not permitted")));
  EXPECT_TRUE(server_->until_printed("DHCPRELEASE"));
  EXPECT_FALSE(client->lease());
  EXPECT_THAT(leases_, IsEmpty());
}

TEST_F(Dnsmasq, LeavesAloneWhatIsThereAlready) {
  cable_->run(Side::phone, {"ip", "address", "add", "198.51.100.7/24", "dev", "veth0"});
  cable_->run(Side::phone, {"ip", "route", "add", "default", "via", "198.51.100.1", "metric", "100"});
  const std::string before = addresses(), routes_before = routes();
  serve(with_service);
  const auto client = ask();
  ASSERT_TRUE(until_bound()) << server_->printed();
  EXPECT_THAT(addresses(), AllOf(HasSubstr("198.51.100.7"), HasSubstr(in_words(leases_[0].address))));
  EXPECT_THAT(routes(), AllOf(HasSubstr("default via 198.51.100.1"), Not(HasSubstr("via 192.0.2"))));
  client->release();
  EXPECT_EQ(addresses(), before);
  EXPECT_EQ(routes(), routes_before);
}

class HeldAddress : public Dnsmasq {
 protected:
  OwnAddress own_{{192, 0, 2, 50}, {255, 255, 255, 0}, Ipv4{192, 0, 2, 254}, seconds(600)};
};

TEST_F(HeldAddress, StaysWhereSomebodyElseHadSetIt) {
  cable_->run(Side::phone, {"ip", "address", "add", "192.0.2.50/24", "dev", "veth0"});
  const std::string before = addresses();
  {
    AddressHolder holder(Link::open("veth0", dhcp::client_port)->number());
    for (int n = 0; n < 2; ++n) ASSERT_TRUE(holder.hold(own_));
    EXPECT_THAT(routes(), HasSubstr("default"));
  }
  EXPECT_EQ(addresses(), before);
  EXPECT_THAT(routes(), Not(HasSubstr("default")));
}

TEST_F(HeldAddress, GivesWayToAnotherOne) {
  AddressHolder holder(Link::open("veth0", dhcp::client_port)->number());
  ASSERT_TRUE(holder.hold(own_));
  own_.address = {192, 0, 2, 51};
  own_.router = Ipv4{192, 0, 2, 253};
  ASSERT_TRUE(holder.hold(own_));
  EXPECT_THAT(addresses(), AllOf(HasSubstr("192.0.2.51/24"), Not(HasSubstr("192.0.2.50"))));
  EXPECT_THAT(routes(), AllOf(HasSubstr("via 192.0.2.253"), Not(HasSubstr("192.0.2.254"))));
  own_.router.reset();
  own_.lasts = microseconds::max();
  ASSERT_TRUE(holder.hold(own_));
  EXPECT_THAT(addresses(), HasSubstr("valid_lft forever"));
  EXPECT_THAT(routes(), Not(HasSubstr("default")));
}

TEST_F(HeldAddress, HasNoRouteWhereTheRouterCannotBeReached) {
  AddressHolder holder(Link::open("veth0", dhcp::client_port)->number());
  own_.router = Ipv4{203, 0, 113, 1};
  const auto notes = holder.hold(own_);
  ASSERT_TRUE(notes) << notes.error();
  EXPECT_THAT(*notes, ElementsAre(StartsWith("no default route by way of 203.0.113.1: ")));
  EXPECT_THAT(addresses(), HasSubstr("192.0.2.50/24"));
}

}  // namespace
}  // namespace understudy::net
