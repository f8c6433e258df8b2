// Bytes that only a password opens.
#include "certs/sealed.h"

#include <gtest/gtest.h>

#include "certs/base64.h"

namespace understudy::certs {
namespace {

TEST(Sealed, OpensWithItsPasswordAlone) {
  for (const std::string& text :
       {std::string(), std::string("a"), std::string(100'000, 'x'), std::string("\0\xFF\n", 3)}) {
    const auto data = sealed(text, "1234");
    ASSERT_TRUE(data) << data.error();
    const auto back = opened(*data, "1234");
    ASSERT_TRUE(back) << back.error();
    EXPECT_EQ(*back, text);
    EXPECT_EQ(opened(*data, "1235").error(), "the password does not open it");
    EXPECT_FALSE(opened(*data, ""));
  }
}

TEST(Sealed, IsAnotherTextEachTime) {
  EXPECT_NE(*sealed("the same", "1234"), *sealed("the same", "1234"));
}

TEST(Sealed, ThatWasChangedAnywhereOrCutOffDoesNotOpen) {
  const std::string raw = *from_base64(*sealed("text", "1234"));
  for (std::size_t at = 0; at < raw.size(); at += 5) {
    std::string changed = raw;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_FALSE(opened(to_base64(changed), "1234")) << at;
  }
  for (std::size_t size = 0; size < raw.size(); size += 5)
    EXPECT_FALSE(opened(to_base64(raw.substr(0, size)), "1234")) << size;
}

TEST(Sealed, ThatIsNoneSaysSo) {
  EXPECT_EQ(opened("nonsense", "1234").error(), "it is no data of Secure Mode that we know");
  EXPECT_EQ(opened("", "1234").error(), "it is no data of Secure Mode that we know");
  EXPECT_EQ(opened(std::string(1024 * 1024 + 1, 'A'), "1234").error(), "it is larger than 1 MB");
}

}  // namespace
}  // namespace understudy::certs
