#include "net/address_range.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/sample.h"

namespace understudy::net {
namespace {

using ::testing::HasSubstr;

AddressRange range(const std::string& text) {
  return AddressRange::of(text).value();
}

TEST(AddressRange, LeavesTheNetworkAndTheBroadcastAddressOut) {
  const AddressRange small = range("10.20.30.0/29");
  EXPECT_EQ(small.count(), 6u);
  EXPECT_EQ(small.at(0), "10.20.30.1");
  EXPECT_EQ(small.at(5), "10.20.30.6");
}

TEST(AddressRange, CountsOnOverEveryByte) {
  const AddressRange large = range("10.0.0.0/8");
  EXPECT_EQ(large.count(), 16'777'214u);
  EXPECT_EQ(large.at(254), "10.0.0.255") << "a host of a large network like any other";
  EXPECT_EQ(large.at(65'535), "10.1.0.0");
  EXPECT_EQ(large.at(large.count() - 1), "10.255.255.254");
}

TEST(AddressRange, HasAllAddressesWhereThereAreOneOrTwo) {
  EXPECT_EQ(range("10.0.0.7/32").count(), 1u);
  EXPECT_EQ(range("10.0.0.7/32").at(0), "10.0.0.7");
  EXPECT_EQ(range("10.0.0.6/31").count(), 2u);
  EXPECT_EQ(range("10.0.0.6/31").at(1), "10.0.0.7");
  EXPECT_EQ(range("::1/128").at(0), "::1");
}

TEST(AddressRange, HasNoBroadcastAddressInIpv6) {
  const AddressRange small = range("fd00:1::/126");
  EXPECT_EQ(small.count(), 3u);
  EXPECT_EQ(small.at(0), "fd00:1::1");
  EXPECT_EQ(small.at(2), "fd00:1::3");
  EXPECT_EQ(range("fd00:1::/64").at(65'535), "fd00:1::1:0");
  EXPECT_GT(range("::/0").count(), 1'000'000'000u);
}

TEST(AddressRange, IsThatOfTheNetworkWhateverHostIsWritten) {
  EXPECT_EQ(range("10.20.1.9/16").text(), "10.20.0.0/16");
  EXPECT_EQ(range("10.20.1.9/16").at(0), "10.20.0.1");
  EXPECT_FALSE(range("fd00::/64").is_v4());
}

TEST(AddressRange, RefusesWhatIsNone) {
  for (const char* text : {"", "10.0.0.1", "10.0.0.0/33", "10.0.0/8", "fd00::/129", "10.0.0.0/-1",
                           "10.0.0.0/8x", "phones/8", "/"}) {
    const auto none = AddressRange::of(text);
    ASSERT_FALSE(none) << text;
    EXPECT_THAT(none.error(), HasSubstr("no range of addresses")) << text;
  }
}

TEST(Sample, HasItsShareAndTheSameNumbersForTheSameSeed) {
  const Sample tenth(0.1, 7), again(0.1, 7), other(0.1, 8);
  int has = 0, differs = 0;
  for (std::uint64_t n = 0; n < 10'000; ++n) {
    has += tenth.has(n);
    differs += tenth.has(n) != other.has(n);
    EXPECT_EQ(tenth.has(n), again.has(n));
  }
  EXPECT_GT(has, 900);
  EXPECT_LT(has, 1'100);
  EXPECT_GT(differs, 0);
}

TEST(Sample, OfAllOrNoneNeedsNoChance) {
  for (std::uint64_t n = 0; n < 1'000; ++n) {
    EXPECT_TRUE(Sample(true).has(n) && Sample(1.0, 3).has(n));
    EXPECT_FALSE(Sample(false).has(n) || Sample(0.0, 3).has(n) || Sample().has(n));
  }
}

}  // namespace
}  // namespace understudy::net
