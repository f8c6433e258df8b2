#include "net/dhcp_conversation.h"

#include <gmock/gmock.h>
#include <set>

#include "unit/net/dhcp_support.h"

namespace understudy::net::dhcp {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using State = Conversation::State;

constexpr Ipv4 other_server{192, 0, 2, 2};

// A packet of the phone's, as far as the tests look at it.
struct Asked {
  Kind kind{};
  std::uint32_t exchange = 0;
  std::uint16_t seconds = 0;
  Ipv4 own{}, to{};
  std::string packet;
  bool has(std::string_view option) const { return packet.find(option, 240) != std::string::npos; }
};

// A phone whose time is moved by hand.
class DhcpConversation : public ::testing::Test {
 protected:
  void take(Effects effects) {
    for (Effect& effect : effects) {
      if (const Send* send = std::get_if<Send>(&effect)) {
        const std::string& p = send->packet;
        const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(p[at]); };
        asked.push_back({static_cast<Kind>(p[242]),
                         number_of({byte(4), byte(5), byte(6), byte(7)}),
                         static_cast<std::uint16_t>(byte(8) << 8 | byte(9)),
                         {byte(12), byte(13), byte(14), byte(15)},
                         send->to,
                         p});
      } else if (const Bound* bound = std::get_if<Bound>(&effect)) {
        said.push_back("bound to " + in_words(bound->lease.address));
      } else if (const Lost* lost = std::get_if<Lost>(&effect)) {
        said.push_back("lost: " + lost->why);
      } else if (const Failed* failed = std::get_if<Failed>(&effect)) {
        said.push_back("failed: " + failed->why);
      } else if (const Note* note = std::get_if<Note>(&effect)) {
        said.push_back("note: " + note->text);
      }
    }
  }
  void ask() { take(phone.ask(now)); }
  void hear(FromServer from) {
    from.exchange = asked.back().exchange;
    take(phone.hear(from.packet(), now));
  }
  // Lets the time pass that the phone waits for; how long that was.
  microseconds wake() {
    const microseconds before = now;
    now = phone.wakes_at().value();
    take(phone.wake(now));
    return now - before;
  }
  void bind(std::uint32_t lasts = 3600) {
    ask();
    hear({.kind = Kind::offer, .lasts = lasts});
    hear({.kind = Kind::ack, .lasts = lasts});
    ASSERT_EQ(phone.state(), State::bound);
    said.clear();
  }

  microseconds now = hours(1);
  Conversation phone{{phone_mac, "desk-1"}, {}, phone::Random(1)};
  std::vector<Asked> asked;
  std::vector<std::string> said;
};

TEST_F(DhcpConversation, ComesToALease) {
  ask();
  ASSERT_THAT(asked, SizeIs(1));
  EXPECT_EQ(asked[0].kind, Kind::discover);
  EXPECT_EQ(asked[0].to, everybody);
  hear({.kind = Kind::offer});
  ASSERT_THAT(asked, SizeIs(2));
  EXPECT_EQ(asked[1].kind, Kind::request);
  EXPECT_EQ(asked[1].exchange, asked[0].exchange);
  EXPECT_EQ(asked[1].to, everybody);
  EXPECT_TRUE(asked[1].has(option(50, {phone_address}))) << "the address that was offered";
  EXPECT_TRUE(asked[1].has(option(54, {server_address})));
  EXPECT_FALSE(phone.lease());
  hear({.kind = Kind::ack});
  EXPECT_THAT(said, ElementsAre("bound to 192.0.2.50"));
  EXPECT_EQ(phone.lease()->service->host, "192.0.2.19");
  EXPECT_EQ(phone.wakes_at(), now + seconds(1800));
}

TEST_F(DhcpConversation, AsksAgainAfter4And8And16AndMoreSecondsASecondMoreOrLess) {  // RFC 2131, 4.1
  Patience patience;
  patience.limit = hours(1);
  phone = Conversation({phone_mac, ""}, patience, phone::Random(2));
  ask();
  for (const int wait : {4, 8, 16, 32, 64, 64, 64}) {
    const microseconds waited = wake();
    EXPECT_GE(waited, seconds(wait - 1));
    EXPECT_LE(waited, seconds(wait + 1));
    EXPECT_EQ(asked.back().kind, Kind::discover);
    EXPECT_EQ(asked.back().exchange, asked.front().exchange);
    EXPECT_EQ(asked.back().seconds, std::chrono::duration_cast<seconds>(now - hours(1)).count());
  }
}

TEST_F(DhcpConversation, WaitsByChance) {
  std::set<microseconds> waits;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    phone = Conversation({phone_mac, ""}, {}, phone::Random(seed));
    ask();
    waits.insert(phone.wakes_at().value());
  }
  EXPECT_GT(waits.size(), 15U);
}

TEST_F(DhcpConversation, FailsWhenNobodyAnswers) {
  ask();
  while (phone.wakes_at()) wake();
  EXPECT_EQ(now, hours(1) + seconds(60));
  EXPECT_THAT(said, ElementsAre("failed: no DHCP server answered within 60 s"));
  EXPECT_THAT(asked, SizeIs(4)) << "after 0, 4, 12 and 28 s";
  EXPECT_EQ(phone.state(), State::idle);
  ask();
  EXPECT_THAT(asked, SizeIs(5)) << "it can be asked to ask again";
  EXPECT_EQ(asked[4].seconds, 0);
}

TEST_F(DhcpConversation, PrefersAnOfferThatNamesAService) {
  ask();
  hear({.kind = Kind::offer, .vendor_options = ""});
  EXPECT_EQ(phone.state(), State::selecting);
  hear({.kind = Kind::offer, .given = {192, 0, 2, 77}, .server = other_server});
  EXPECT_EQ(phone.state(), State::requesting);
  EXPECT_TRUE(asked.back().has(option(54, {other_server})));
}

TEST_F(DhcpConversation, TakesTheFirstOfferAfterAShortWaitWhereNoneNamesAService) {
  ask();
  hear({.kind = Kind::offer, .vendor_options = ""});
  hear({.kind = Kind::offer, .server = other_server, .vendor_options = option(1, "Acme") + sdlp_address});
  EXPECT_EQ(wake(), seconds(2));
  EXPECT_EQ(asked.back().kind, Kind::request);
  EXPECT_TRUE(asked.back().has(option(54, {server_address})));
  hear({.kind = Kind::ack, .vendor_options = ""});
  EXPECT_FALSE(phone.lease()->service);
}

TEST_F(DhcpConversation, RequestsThreeTimesThenAsksAnew) {
  ask();
  hear({.kind = Kind::offer});
  wake();
  wake();
  EXPECT_THAT(asked, SizeIs(4));
  EXPECT_EQ(asked[3].kind, Kind::request);
  EXPECT_EQ(asked[3].exchange, asked[0].exchange);
  wake();
  EXPECT_EQ(asked.back().kind, Kind::discover);
  EXPECT_NE(asked.back().exchange, asked[0].exchange);
  while (phone.wakes_at()) wake();
  const std::string why =
      "the DHCP server 192.0.2.1 offered 192.0.2.50, and does not answer the request for it";
  EXPECT_THAT(said, ElementsAre("note: " + why, "failed: no address by DHCP within 60 s: " + why));
}

TEST_F(DhcpConversation, StartsOverAfterARefusalWithLongerAndLongerPauses) {
  ask();
  for (const int pause : {1, 2, 4, 8}) {
    hear({.kind = Kind::offer});
    hear({.kind = Kind::nak, .more = option(56, "not here")});
    EXPECT_EQ(phone.state(), State::waiting);
    EXPECT_EQ(wake(), seconds(pause));
    EXPECT_EQ(asked.back().kind, Kind::discover);
  }
  while (phone.wakes_at()) wake();
  EXPECT_EQ(now, hours(1) + seconds(60));
  const std::string why = "the DHCP server 192.0.2.1 refuses the address: \"not here\"";
  EXPECT_THAT(said, ElementsAre("note: " + why, "failed: no address by DHCP within 60 s: " + why));
}

TEST_F(DhcpConversation, HearsNothingThatIsForOthers) {
  ask();
  const auto before = phone.wakes_at();
  FromServer foreign{.exchange = asked[0].exchange + 1};
  take(phone.hear(foreign.packet(), now));
  foreign = {.exchange = asked[0].exchange, .mac = {0x00, 0x1A, 0xE8, 0xFF, 0x00, 0x02}};
  take(phone.hear(foreign.packet(), now));
  for (const std::string& junk :
       {std::string(), std::string(1, '\2'), std::string(4000, '\xFF'), asked[0].packet})
    take(phone.hear(junk, now));
  EXPECT_THAT(asked, SizeIs(1));
  EXPECT_THAT(said, IsEmpty());
  EXPECT_EQ(phone.wakes_at(), before);
  hear({.kind = Kind::offer});
  EXPECT_EQ(phone.state(), State::requesting);
}

TEST_F(DhcpConversation, HearsOnlyTheServerThatItRequestedFrom) {
  ask();
  hear({.kind = Kind::ack});
  EXPECT_EQ(phone.state(), State::selecting) << "nothing was requested yet";
  hear({.kind = Kind::offer});
  hear({.kind = Kind::nak, .server = other_server});
  hear({.kind = Kind::ack, .server = other_server});
  hear({.kind = Kind::offer});
  EXPECT_EQ(phone.state(), State::requesting);
  hear({.kind = Kind::ack});
  EXPECT_EQ(phone.state(), State::bound);
  hear({.kind = Kind::nak});
  EXPECT_EQ(phone.state(), State::bound) << "nothing is asked any more";
}

TEST_F(DhcpConversation, SaysOnceThatAnAnswerIsWrong) {
  ask();
  for (int n = 0; n < 100; ++n) hear({.kind = Kind::offer, .lasts = 0});
  EXPECT_THAT(said, ElementsAre("note: an answer of a DHCP server is wrong: it gives a lease of 0 s"));
  while (phone.wakes_at()) wake();
  EXPECT_THAT(said.back(), HasSubstr("within 60 s: an answer of a DHCP server is wrong"));
}

TEST_F(DhcpConversation, RenewsWithItsServerAtHalfTime) {
  bind();
  EXPECT_EQ(wake(), seconds(1800));
  EXPECT_EQ(phone.state(), State::renewing);
  EXPECT_EQ(asked.back().kind, Kind::request);
  EXPECT_EQ(asked.back().own, phone_address);
  EXPECT_EQ(asked.back().to, server_address);
  EXPECT_FALSE(asked.back().has(option(50, {phone_address}))) << "RFC 2131, 4.3.2: neither of them";
  EXPECT_FALSE(asked.back().has(option(54, {server_address})));
  EXPECT_NE(asked.back().exchange, asked.front().exchange);
  hear({.kind = Kind::ack});
  EXPECT_THAT(said, ElementsAre("bound to 192.0.2.50"));
  EXPECT_EQ(wake(), seconds(1800));
}

TEST_F(DhcpConversation, RebindsWithAnyServerWhenItsOwnIsSilent) {
  bind();
  wake();
  EXPECT_EQ(wake(), seconds(675)) << "half of what is left until it rebinds";
  EXPECT_EQ(phone.state(), State::renewing);
  while (phone.state() == State::renewing) wake();
  EXPECT_EQ(now, hours(1) + seconds(3150));
  EXPECT_EQ(phone.state(), State::rebinding);
  EXPECT_EQ(asked.back().to, everybody);
  EXPECT_EQ(asked.back().own, phone_address);
  hear({.kind = Kind::ack, .server = other_server});
  EXPECT_EQ(phone.lease()->server, other_server);
  EXPECT_EQ(phone.wakes_at(), now + seconds(1800));
}

TEST_F(DhcpConversation, NeverAsksToRenewMoreOftenThanOnceAMinute) {  // RFC 2131, 4.4.5
  bind(3600);
  const microseconds rebinds = now + seconds(3150), ends = now + seconds(3600);
  int short_waits = 0;
  while (phone.lease()) {
    if (wake() >= seconds(60)) continue;
    ++short_waits;
    EXPECT_TRUE(now == rebinds || now == ends) << (ends - now).count();
  }
  EXPECT_GT(short_waits, 0) << "nothing was tried";
}

TEST_F(DhcpConversation, LosesTheAddressWhenNobodyRenewsItAndAsksAnew) {
  bind();
  while (phone.lease()) wake();
  EXPECT_EQ(now, hours(2));
  EXPECT_THAT(said, ElementsAre("lost: the lease ran out, and nobody renewed it"));
  EXPECT_EQ(asked.back().kind, Kind::discover);
  EXPECT_EQ(asked.back().own, no_address);
  while (phone.wakes_at()) wake();
  EXPECT_THAT(said.back(), HasSubstr("failed: no DHCP server answered"));
}

TEST_F(DhcpConversation, LosesTheAddressWhenItWakesTooLate) {
  bind();
  now += hours(5);  // the machine slept
  take(phone.wake(now));
  EXPECT_THAT(said, ElementsAre(HasSubstr("lost: the lease ran out")));
}

TEST_F(DhcpConversation, LosesTheAddressWhenRenewingIsRefused) {
  bind();
  wake();
  hear({.kind = Kind::nak});
  EXPECT_THAT(said, ElementsAre("lost: the DHCP server 192.0.2.1 refuses the address"));
  EXPECT_EQ(asked.back().kind, Kind::discover);
  EXPECT_EQ(phone.state(), State::selecting);
}

TEST_F(DhcpConversation, TakesAnotherAddressThatARenewalGives) {
  bind();
  wake();
  hear({.kind = Kind::ack, .given = {192, 0, 2, 77}});
  EXPECT_THAT(said, ElementsAre(AllOf(HasSubstr("lost:"), HasSubstr("another address, 192.0.2.77")),
                                "bound to 192.0.2.77"));
}

TEST_F(DhcpConversation, NeverRenewsALeaseWithoutEnd) {
  bind(0xFFFFFFFF);
  EXPECT_EQ(phone.wakes_at(), std::nullopt);
}

TEST_F(DhcpConversation, ReleasesToItsServer) {
  bind();
  take(phone.release(now));
  EXPECT_EQ(asked.back().kind, Kind::release);
  EXPECT_EQ(asked.back().own, phone_address);
  EXPECT_EQ(asked.back().to, server_address);
  EXPECT_TRUE(asked.back().has(option(54, {server_address})));
  EXPECT_FALSE(phone.lease());
  EXPECT_EQ(phone.wakes_at(), std::nullopt);
  const std::size_t before = asked.size();
  take(phone.release(now));
  EXPECT_THAT(asked, SizeIs(before)) << "there is nothing left to release";
  EXPECT_THAT(said, IsEmpty());
}

}  // namespace
}  // namespace understudy::net::dhcp
