#include "reference/record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reference_support.h"

namespace understudy::reference {
namespace {

TEST(FirmwareVersion, IsReadInEveryFormThatPhonesWrite) {
  EXPECT_EQ(version_of("V3 R5.12.0"), (Version{3, 5}));
  EXPECT_EQ(version_of("V1 R0.12.2"), (Version{1, 0}));
  EXPECT_EQ(version_of("V3.1 R2.4"), (Version{3, 2}));
  EXPECT_EQ(version_of("3.5.21.0000"), (Version{3, 5}));
  EXPECT_EQ(version_of("V2R2"), (Version{2, 2}));
  EXPECT_EQ(version_of("unknown"), Version{});
  EXPECT_EQ(version_of("V99999999999999999999 R1"), Version{});
}

TEST(ItemTable, KeepsTheLastValueOfEachItemAndIndex) {
  ItemTable table;
  table.take({item("sip-name", "a"), item("key-label", "x", "2"), item("key-label", "y", "1"),
              item("sip-name", "b"), item("odd-name", "1"), item("key-label", "lost", "first"),
              item("e164", "", {}, "failed")});
  table.take({item("odd-name", "2")});
  ASSERT_NE(table.find("sip-name"), nullptr);
  EXPECT_EQ(*table.find("sip-name"), "b");
  EXPECT_EQ(*table.find("key-label", 1), "y");
  EXPECT_EQ(*table.find("odd-name"), "2");
  EXPECT_EQ(table.find("e164"), nullptr);
  EXPECT_EQ(table.find("key-label"), nullptr);
  EXPECT_EQ(table.size(), 4u);
}

TEST(ItemTable, DoesNotGrowWithoutEnd) {
  ItemTable table;
  for (int round = 0; round < 10; ++round) {
    std::vector<wpi::Item> odd;
    for (int i = 0; i < 3'000; ++i)
      odd.push_back(item("odd-" + std::to_string(round) + "-" + std::to_string(i), "x"));
    table.take(odd);
  }
  EXPECT_LE(table.size(), ItemTable::most_items);
  table.replace({item("sip-name", std::string(2 * ItemTable::most_bytes, 'x'))});
  EXPECT_EQ(table.size(), 0u);
}

TEST(WhatPhonesSay, IsKeptUpToABound) {
  std::vector<wpi::Item> kept;
  for (int i = 0; i < 10; ++i) keep(kept, std::vector<wpi::Item>(1'000, item("sip-name", "x")));
  EXPECT_EQ(kept.size(), ItemTable::most_items);
  kept.clear();
  keep(kept,
       {item("sip-name", "x"), item("sip-name", std::string(ItemTable::most_bytes, 'x')), item("e164", "1")});
  EXPECT_EQ(kept.size(), 1u);
  EXPECT_EQ(shortened("abc", 3), "abc");
  EXPECT_EQ(shortened("ab\xC3\xA4 and more", 3), "ab...");
}

TEST(PhoneBook, ForgetsThePhoneThatWasSilentForLongestAndItsSession) {
  PhoneBook book;
  book.open(*book.meet("first"), "COOKIE");
  for (std::size_t i = 1; i < PhoneBook::most_phones; ++i)
    ASSERT_NE(book.meet("phone-" + std::to_string(i)), nullptr);
  EXPECT_NE(book.find("first"), nullptr);
  book.meet("one-more");
  EXPECT_EQ(book.find("first"), nullptr);
  EXPECT_EQ(book.by_cookie("COOKIE"), nullptr);
  EXPECT_NE(book.find("phone-1"), nullptr);
  EXPECT_EQ(book.all().size(), PhoneBook::most_phones);
}

TEST(PhoneBook, FilesMacAddressesInUpperCaseAndOtherNamesAsTheyAre) {
  EXPECT_EQ(filed_as("00:1a:e8:ff:00:0b"), "00:1A:E8:FF:00:0B");
  EXPECT_EQ(filed_as("soft+client.7"), "soft+client.7");
  EXPECT_EQ(filed_as("00-1a-e8-ff-00-0b"), "00-1a-e8-ff-00-0b");
  EXPECT_EQ(filed_as(""), "");
  EXPECT_EQ(filed_as("a b"), "");
  EXPECT_EQ(filed_as(std::string(129, 'a')), "");
}

}  // namespace
}  // namespace understudy::reference
