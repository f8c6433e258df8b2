// Firmware images: what is written into one is read out of it, and what is none says why.
#include "phone/image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace understudy::phone {
namespace {

using ::testing::HasSubstr;

const Image sip{"OpenStage 60", "Siemens SIP", "V3 R5.13.0"};

std::string why_none(const std::string& bytes) {
  const auto image = read_image(bytes);
  return image ? "" : image.error();
}

TEST(Image, IsReadAsItWasMadeHoweverLargeItIs) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{5'000}, std::size_t{1'000'000}}) {
    const std::string bytes = make_image(sip, size);
    EXPECT_GE(bytes.size(), size);
    const auto image = read_image(bytes);
    ASSERT_TRUE(image) << image.error();
    EXPECT_EQ(image->device_type, sip.device_type);
    EXPECT_EQ(image->software_type, sip.software_type);
    EXPECT_EQ(image->version, sip.version);
  }
}

TEST(Image, ThatIsCutOffOrDamagedOrNoneSaysSo) {
  const std::string bytes = make_image(sip, 5'000);
  EXPECT_EQ(why_none(""), "the image is empty");
  EXPECT_EQ(why_none("<html>no such file</html>"), "it is no image that this phone knows");
  EXPECT_EQ(why_none(bytes.substr(0, 100)), "the image is cut off: it has 100 bytes");
  EXPECT_EQ(why_none(bytes.substr(0, 4'000)), "the image is cut off: it has 4000 of 5000 bytes");
  EXPECT_EQ(why_none(bytes + "\n"), "there is something behind the image: it has 5001 of 5000 bytes");
  for (const std::size_t at : {std::size_t{0x21}, std::size_t{2'500}, bytes.size() - 0x120}) {
    std::string damaged = bytes;
    damaged[at] ^= 1;
    EXPECT_EQ(why_none(damaged), "the image is damaged") << at;
  }
  EXPECT_EQ(why_none(make_image({"OpenStage 60", "Siemens SIP", "soon"}, 0)),
            "the image does not say its version");
}

TEST(Image, ThatIsCutAtAnyByteIsNone) {
  const std::string bytes = make_image(sip, 0);
  for (std::size_t size = 0; size < bytes.size(); ++size) EXPECT_NE(why_none(bytes.substr(0, size)), "");
}

TEST(Version, HasOneFormHoweverItIsWritten) {  // guide p.57; field
  EXPECT_EQ(version_of("3.5.12.0"), "V3 R5.12.0");
  EXPECT_EQ(version_of("V3 R5.12.0"), "V3 R5.12.0");
  EXPECT_EQ(version_of("V3R5.12.0"), "V3 R5.12.0");
  for (const char* none : {"", "3.5", "newest", "1.2.3.4.5", "99999999999.1.1.1"})
    EXPECT_EQ(version_of(none), "") << none;
}

TEST(Version, IsOlderByNumberAndNotByText) {
  EXPECT_TRUE(is_older("V3 R5.9.0", "V3 R5.12.0"));
  EXPECT_TRUE(is_older("2.2.30.0", "V3 R1.0.0"));
  EXPECT_FALSE(is_older("V3 R5.12.0", "V3 R5.12.0"));
  EXPECT_FALSE(is_older("V3 R5.13.0", "V3 R5.12.0"));
  EXPECT_FALSE(is_older("soon", "V3 R5.12.0"));
}

}  // namespace
}  // namespace understudy::phone
