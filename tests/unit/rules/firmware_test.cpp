// Versions as phones and services write them (field).
#include <gtest/gtest.h>

#include "rules/heard.h"
#include "support/messages.h"

namespace understudy::conformance {
namespace {

TEST(FirmwareOf, ReadsEveryFormSeen) {
  EXPECT_EQ(firmware_of("V3 R5.12.0"), (Firmware{3, 5}));
  EXPECT_EQ(firmware_of("V1 R4.9.0"), (Firmware{1, 4}));
  EXPECT_EQ(firmware_of("V2.1 R3.0.0"), (Firmware{2, 3}));
  EXPECT_EQ(firmware_of("v3r5"), (Firmware{3, 5}));
  EXPECT_EQ(firmware_of("3.5.12.0"), (Firmware{3, 5}));
  EXPECT_LE(*firmware_of("V2 R2.30.0"), (Firmware{2, 2}));
  EXPECT_GT(*firmware_of("V2 R3.1"), (Firmware{2, 2}));
}

TEST(FirmwareOf, ReadsNothingElse) {
  for (const char* text : {"", "V", "V3", "V3 5", "R5", "unknown", "3", "V. R1", "V3. R5"})
    EXPECT_FALSE(firmware_of(text)) << text;
}

TEST(Quoted, CutsBetweenCharactersInTheMiddle) {
  EXPECT_EQ(quoted("short"), "\"short\"");
  EXPECT_EQ(quoted("0123456789", 4), "\"01\u202689\"");
  EXPECT_EQ(quoted("ääääää", 5), "\"ä\u2026ä\"");
}

TEST(DigestOf, TellsOrdersApartByActionAndItems) {
  wpi::Document a, b;
  a.items = {item("x", "1"), item("y", "2")};
  b.items = {a.items[1], a.items[0]};
  EXPECT_EQ(digest_of(a, wpi::Action::write_items), digest_of(b, wpi::Action::write_items));
  EXPECT_NE(digest_of(a, wpi::Action::write_items), digest_of(a, wpi::Action::read_items));
  b.items[0].value = "3";
  EXPECT_NE(digest_of(a, wpi::Action::write_items), digest_of(b, wpi::Action::write_items));
  b.items = {item("x", "", "1")};
  a.items = {item("x", "1")};
  EXPECT_NE(digest_of(a, wpi::Action::write_items), digest_of(b, wpi::Action::write_items));
}

}  // namespace
}  // namespace understudy::conformance
