#include "items/catalogue.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace understudy::items {
namespace {

const std::string header =
    "name\tindex\ttype\tvalues\tdomain\tmax_length\tdefault\taccess\tsecret\ttopic\tevidence\tnote\n";

TEST(Catalogue, HoldsTheWholeTableSortedByName) {
  const auto entries = catalogue();
  EXPECT_EQ(entries.size(), 447u);
  EXPECT_TRUE(std::is_sorted(entries.begin(), entries.end(),
                             [](const Entry& a, const Entry& b) { return a.name < b.name; }));
  for (const Entry& entry : entries) EXPECT_EQ(find(entry.name), &entry) << entry.name;
}

TEST(Catalogue, KnowsNamesExactly) {
  EXPECT_FALSE(find("no-such-item"));
  EXPECT_FALSE(find("E164"));
  EXPECT_FALSE(find(""));
  EXPECT_FALSE(find("zzz"));
}

TEST(Catalogue, ReadsEveryColumn) {
  const Entry* entry = find("display-id");
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->index, "no");
  EXPECT_EQ(entry->type, Type::string);
  EXPECT_EQ(entry->max_length, 24);
  EXPECT_FALSE(entry->closed);
  EXPECT_EQ(entry->access, Access::read_write);
  EXPECT_FALSE(entry->access_certain);
  EXPECT_FALSE(entry->secret);

  const auto parsed =
      parse_catalogue(header + "a-1\t1-9\tenum\t0=x\tclosed\t7\t0\two\tpersonal\ttopic\tguide p.1\ta note\n");
  ASSERT_TRUE(parsed);
  ASSERT_EQ(parsed->size(), 1u);
  const Entry& row = parsed->front();
  EXPECT_EQ(row.name, "a-1");
  EXPECT_EQ(row.index, "1-9");
  EXPECT_EQ(row.type, Type::enumeration);
  EXPECT_EQ(row.values, "0=x");
  EXPECT_TRUE(row.closed);
  EXPECT_EQ(row.max_length, 7);
  EXPECT_EQ(row.default_value, "0");
  EXPECT_EQ(row.access, Access::write_only);
  EXPECT_TRUE(row.access_certain);
  EXPECT_TRUE(row.secret);
  EXPECT_EQ(row.topic, "topic");
  EXPECT_EQ(row.evidence, "guide p.1");
  EXPECT_EQ(row.note, "a note");
}

TEST(Catalogue, TellsGuessedAccessFromThatOfTheGuide) {
  EXPECT_TRUE(find("e164")->access_certain);
  EXPECT_EQ(find("device-type")->access, Access::read_only);
  EXPECT_EQ(find("admin-pwd")->access, Access::write_only);
  EXPECT_EQ(find("cleanup-reason")->access, Access::not_applicable);
  EXPECT_EQ(find("restart-type")->access, Access::not_applicable);
}

TEST(Catalogue, KnowsItsColumns) {
  const auto unknown = parse_catalogue("name\tindex\tkind\n");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().column, 12u);
  EXPECT_EQ(unknown.error().message, "\"kind\" stands where the column \"type\" is expected");
  const std::string longer = header.substr(0, header.size() - 1) + "\tmore\n";
  const auto more = parse_catalogue(longer);
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().column, longer.size() - 4);
  EXPECT_EQ(more.error().message, "\"more\" is no column of this table");
}

TEST(Catalogue, SortsRowsThatAreNot) {
  const auto parsed = parse_catalogue(
      header + "b\tno\tstring\t\topen\t\t\trw\t\t\t\t\na\tno\tstring\t\topen\t\t\trw\t\t\t\t");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->front().name, "a");
}

struct Wrong {
  std::string table;
  std::size_t line, column;
  std::string_view says;
};

TEST(Catalogue, RefusesAWrongTableWithLineAndColumn) {
  const std::string good = "a\tno\tstring\t\topen\t\t\trw\t\t\t\t\n";
  const Wrong wrongs[] = {
      {"", 1, 1, "empty"},
      {"name\tindex\n", 1, 11, "\"type\" is missing"},
      {good, 1, 1, "\"name\" is expected"},
      {header + "a\tno\tstring\t\topen\t\t\trw\t\t\t\n", 2, 26, "fewer than 12"},
      {header + good + "b\tno\tstring\t\topen\t\t\trw\t\t\t\t\tx\n", 3, 28, "more than 12"},
      {header + good + "\n", 3, 1, "fewer than 12"},
      {header + "\tno\tstring\t\topen\t\t\trw\t\t\t\t\n", 2, 1, "item name"},
      {header + "a b\tno\tstring\t\topen\t\t\trw\t\t\t\t\n", 2, 1, "item name"},
      {header + "a\t\tstring\t\topen\t\t\trw\t\t\t\t\n", 2, 3, "\"no\""},
      {header + "a\tno\ttext\t\topen\t\t\trw\t\t\t\t\n", 2, 6, "\"text\" is no type"},
      {header + "a\tno\tstring\t\tajar\t\t\trw\t\t\t\t\n", 2, 14, "open or closed"},
      {header + "a\tno\tstring\t\topen\t0\t\trw\t\t\t\t\n", 2, 19, "length"},
      {header + "a\tno\tstring\t\topen\t2x\t\trw\t\t\t\t\n", 2, 19, "length"},
      {header + "a\tno\tstring\t\topen\t\t\twr\t\t\t\t\n", 2, 21, "rw?"},
      {header + "a\tno\tstring\t\topen\t\t\trw\tno\t\t\t\n", 2, 24, "personal"},
      {header + good + good, 3, 1, "second time"},
  };
  for (const Wrong& wrong : wrongs) {
    const auto parsed = parse_catalogue(wrong.table);
    ASSERT_FALSE(parsed) << wrong.says;
    EXPECT_EQ(parsed.error().line, wrong.line) << wrong.says;
    EXPECT_EQ(parsed.error().column, wrong.column) << wrong.says;
    EXPECT_NE(parsed.error().message.find(wrong.says), std::string::npos) << parsed.error().message;
  }
}

TEST(Secrets, AreThoseOfTheTable) {
  for (std::string_view name : {"admin-pwd", "sip-pwd", "dls-client-certificate", "secure-mode-data",
                                "userdata-phonebook", "cloud-pin-value"})
    EXPECT_TRUE(is_secret(name)) << name;
  for (std::string_view name :
       {"e164", "mac-addr", "key-label", "function-key-def", "passw-expiry-days", "pwd-digit"})
    EXPECT_FALSE(is_secret(name)) << name;
}

TEST(Secrets, AreGuessedByNameWhereTheTableHasNone) {
  for (std::string_view name : {"new-pwd", "Wlan-Password", "passwd", "wlan-key", "voicemail-pin",
                                "8021x-certificate", "ldap-ca", "shared-secret"})
    EXPECT_TRUE(is_secret(name)) << name;
  for (std::string_view name : {"spinning-wheel", "keyboard-layout", "pin-ball-s", "x", ""})
    EXPECT_EQ(is_secret(name), name == "pin-ball-s") << name;
}

}  // namespace
}  // namespace understudy::items
