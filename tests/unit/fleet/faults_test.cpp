// Which messages meet a fault by chance, and what a fault makes of a message.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

#include "fleet/distort.h"
#include "fleet/faults.h"
#include "phone/speech.h"

namespace understudy::fleet {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using Kind = net::Fault::Kind;

TEST(FaultsByChance, AreAsFrequentAsTheirChancesSay) {
  const Faults faults({{Kind::reset, 0.05}, {Kind::stale_nonce, 0.01}, {Kind::slow, 0.2}});
  std::map<Kind, int> came;
  constexpr int phones = 1'000, messages = 100;
  for (std::uint64_t phone = 0; phone < phones; ++phone)
    for (std::uint64_t message = 0; message < messages; ++message)
      if (const auto fault = faults.of(fault_seed(1, phone), message)) ++came[fault->kind];
  EXPECT_NEAR(came[Kind::reset], 5'000, 300);  // more than four standard deviations
  EXPECT_NEAR(came[Kind::stale_nonce], 1'000, 140);
  EXPECT_NEAR(came[Kind::slow], 20'000, 550);
  EXPECT_EQ(came.size(), 3u);
}

TEST(FaultsByChance, RestOnSeedAndNumberAlone) {
  const Faults faults({{Kind::drop_within, 0.5}});
  std::vector<std::size_t> forwards, backwards;
  for (std::uint64_t n = 0; n < 64; ++n) forwards.push_back(faults.of(7, n).value_or(net::Fault{}).bytes);
  for (std::uint64_t n = 64; n-- > 0;) backwards.push_back(faults.of(7, n).value_or(net::Fault{}).bytes);
  EXPECT_TRUE(std::equal(forwards.begin(), forwards.end(), backwards.rbegin()));
  std::vector<std::size_t> other;
  for (std::uint64_t n = 0; n < 64; ++n) other.push_back(faults.of(8, n).value_or(net::Fault{}).bytes);
  EXPECT_NE(forwards, other);
}

TEST(FaultsByChance, ThatAreCertainMeetEachMessage) {
  const Faults faults({{Kind::reset, 0.5}, {Kind::lost_answer, 0.5}});
  for (std::uint64_t n = 0; n < 1'000; ++n) EXPECT_TRUE(faults.of(1, n)) << n;
  EXPECT_EQ(faults_of({}), nullptr);
}

TEST(Chances, AreSharesAboveNothing) {
  EXPECT_DOUBLE_EQ(share_of("0.5%").value_or(0), 0.005);
  EXPECT_DOUBLE_EQ(share_of("100%").value_or(0), 1);
  for (const char* wrong : {"", "5", "0%", "-1%", "101%", "nan%", "5 %", "x%", "5%%"}) EXPECT_FALSE(share_of(wrong)) << wrong;
  EXPECT_TRUE(add_up({{Kind::reset, 0.6}, {Kind::slow, 0.4}}));
  EXPECT_FALSE(add_up({{Kind::reset, 0.6}, {Kind::slow, 0.41}}));
}

TEST(Chances, AreOfEveryKindButTheCertificate) {
  for (std::size_t n = 1; n < net::fault_kinds; ++n) {
    const auto kind = static_cast<Kind>(n);
    EXPECT_EQ(find_fault(net::name_of(kind)) != nullptr, kind != Kind::certificate) << net::name_of(kind);
  }
  EXPECT_EQ(known_faults().size(), net::fault_kinds - 2);
}

// A message of two items in the middle of a long answer.
phone::Send a_part(wpi::Fragment fragment = wpi::Fragment::next) {
  wpi::PhoneMessage message;
  message.reason = wpi::Reason::reply_to;
  message.nonce = "1111AAAA";
  message.fragment = fragment;
  for (const char* name : {"realm", "e164"}) {
    wpi::Item item;
    item.name = name;
    item.value = "value of " + std::string(name);
    message.items.push_back(item);
  }
  message.has_item_list = true;
  phone::Send out;
  out.request = phone::request_of(message, {}, "/path", "host", {});
  out.said = phone::document_of(message, {});
  return out;
}

std::string length_of(const phone::Send& send) {
  const std::string* length = wpi::find_header(send.request.headers, "Content-Length");
  return length ? *length : "";
}

class Distorted : public ::testing::Test {
 protected:
  bool distort(net::Fault fault) { return fleet::distort(send, fault, reader); }
  wpi::Reader reader;
  phone::Send send = a_part();
  const std::string before = send.request.body;
};

TEST_F(Distorted, XmlEndsWithinTheItem) {
  EXPECT_TRUE(distort({.kind = Kind::truncated_xml, .bytes = 1}));
  EXPECT_THAT(send.request.body, HasSubstr("value of realm"));
  EXPECT_THAT(send.request.body, EndsWith(">"));
  EXPECT_THAT(send.request.body, testing::Not(HasSubstr("value of e164")));
  EXPECT_EQ(length_of(send), std::to_string(send.request.body.size()));
  EXPECT_FALSE(send.said->well_formed);
}

TEST_F(Distorted, LengthsAreWrongByThatMuch) {
  EXPECT_TRUE(distort({.kind = Kind::long_length, .bytes = 7}));
  EXPECT_EQ(length_of(send), std::to_string(before.size() + 7));
  send = a_part();
  EXPECT_TRUE(distort({.kind = Kind::short_length, .bytes = 7}));
  EXPECT_EQ(length_of(send), std::to_string(before.size() - 7));
  EXPECT_TRUE(distort({.kind = Kind::short_length, .bytes = 1'000'000}));
  EXPECT_LT(std::stoul(length_of(send)), before.size());
  EXPECT_GT(std::stoul(length_of(send)), 0u);
  EXPECT_EQ(send.request.body, before);
}

TEST_F(Distorted, NoncesAreThoseThatAreGiven) {
  EXPECT_TRUE(distort({.kind = Kind::stale_nonce, .nonce = "22"}));
  EXPECT_EQ(send.said->nonce_or_empty(), "22");
  EXPECT_EQ(send.said->items.size(), 2u);
  EXPECT_FALSE(distort({.kind = Kind::foreign_nonce, .nonce = ""}));
  EXPECT_FALSE(distort({.kind = Kind::foreign_nonce, .nonce = "22"})) << "that is its own";
}

TEST_F(Distorted, APartSaysThatItIsTheLast) {
  EXPECT_TRUE(distort({.kind = Kind::unordered_fragments}));
  EXPECT_EQ(send.said->fragment->text, "final");
  EXPECT_FALSE(distort({.kind = Kind::unordered_fragments})) << "it is, now";
}

TEST_F(Distorted, NothingHappensWhereThereIsNothingToMeet) {
  wpi::PhoneMessage bare;
  bare.reason = wpi::Reason::clean_up;
  bare.has_nonce = false;
  send.request = phone::request_of(bare, {}, "/path", "host", {});
  send.said = phone::document_of(bare, {});
  const std::string body = send.request.body;
  for (const Kind kind : {Kind::truncated_xml, Kind::stale_nonce, Kind::unordered_fragments})
    EXPECT_FALSE(distort({.kind = kind, .nonce = "22"})) << net::name_of(kind);
  EXPECT_EQ(send.request.body, body);
  EXPECT_TRUE(distort({.kind = Kind::reset})) << "the bytes stay, and the fault is done elsewhere";
}

}  // namespace
}  // namespace understudy::fleet
