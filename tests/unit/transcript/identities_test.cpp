#include "transcript/identities.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

#include "items/identity.h"

namespace understudy::transcript {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

Identities identities() {
  return Identities(items::is_common_word);
}

TEST(Identities, KeepAMacAddressInItsNotationAndKnowItInEveryOther) {
  Identities known = identities();
  EXPECT_EQ(known.stand_in("00:1A:E8:4F:5C:C2"), "02:00:00:00:00:01");
  EXPECT_EQ(known.stand_in("00:1A:E8:4F:5C:C3"), "02:00:00:00:00:02");
  EXPECT_EQ(
      known.cover(
          "at 00-1a-e8-4f-5c-c2, 001AE84F5CC2.xml, SEP001ae84f5cc2, 001a.e84f.5cc2; uuid 1-001AE84F5CC3"),
      "at 02-00-00-00-00-01, 020000000001.xml, SEP020000000001, 0200.0000.0001; uuid 1-020000000002");
  EXPECT_EQ(known.device("001AE84F5CC2"), "020000000001");
  EXPECT_EQ(known.device("001122334455"), "020000000003");
  EXPECT_EQ(known.cover("FF:FF:FF:FF:FF:FF"), "FF:FF:FF:FF:FF:FF");
}

TEST(Identities, FindAMacAddressByItsFormAndNoTimeOrNonce) {
  Identities known = identities();
  EXPECT_EQ(known.cover("a8:20:66:00:11:22"), "02:00:00:00:00:01");
  for (const char* text :
       {"10:20:30", "87D8E723D66F59B09AB22339B1B1607C", "V3 R5.12.0", "00:11:22:33:44:55:66", "urn:a:b"})
    EXPECT_EQ(known.cover(text), text);
}

TEST(Identities, TurnAddressesIntoPrivateOnesOfTheSameLength) {
  Identities known = identities();
  EXPECT_EQ(known.cover("from 10.23.4.117:8085 to 192.168.44.7"), "from 10.10.1.100:8085 to 192.168.10.1");
  EXPECT_EQ(known.cover("172.20.1.2 134.99.10.20 10.23.4.117"), "172.16.1.1 172.16.10.10 10.10.1.100");
  EXPECT_EQ(known.cover("8.8.4.4"), "0.1.1.1");
  EXPECT_EQ(known.cover("203.0.113.9"), "240.1.100.1");
  for (const char* kept :
       {"127.0.0.11", "0.0.0.0", "255.255.255.0", "V1.2.3.4", "1.2.3.4.5", "1.3.6.1.4.1.4329"})
    EXPECT_EQ(known.cover(kept), kept);
  EXPECT_EQ(known.cover("[2001:db8:7::25]:443"), "[fd00:000:0::01]:443");
  EXPECT_EQ(known.cover("2001:DB8:7::25 ::1"), "fd00:000:0::01 ::1");
}

TEST(Identities, TurnHostsIntoSomeUnderADomainThatThereIsNot) {
  Identities known = identities();
  const std::string dls = known.stand_in("https://dls7.kunde-nord.de:18443/DeploymentService/LoginService");
  EXPECT_THAT(dls,
              MatchesRegex("https://[a-z]+0*1\\.[a-z]+-[a-z]+\\.zz:18443/DeploymentService/LoginService"));
  const std::string host = dls.substr(8, dls.find(":18443") - 8), domain = host.substr(host.find('.') + 1);
  EXPECT_EQ(known.cover("DLS7.Kunde-Nord.DE, other.kunde-nord.de"), [&] {
    std::string upper = host;
    for (const std::size_t at : {0U, 1U, 2U, 5U, 11U, 16U, 17U})
      if (upper[at] >= 'a') upper[at] = static_cast<char>(upper[at] - 32);
    return upper + ", other." + domain;
  }());
  EXPECT_EQ(known.cover("http://www.siemens.com/DLS"), "http://www.siemens.com/DLS");
  EXPECT_EQ(known.cover("contact_dls.html"), "contact_dls.html");
}

TEST(Identities, KeepNumbersLengthsAndFindThemAmongOthers) {
  Identities known = identities();
  const std::string number = known.stand_in("4989722031");
  EXPECT_EQ(number, "5000000001");
  EXPECT_EQ(known.cover("+4989722031, x4989722031.png, 14989722031"),
            "+5000000001, x5000000001.png, 14989722031");
  EXPECT_EQ(known.stand_in("004989722031"), "005000000001");
  EXPECT_EQ(known.stand_in("sip:4711@10.1.2.3:5060;transport=tcp"), "sip:5001@10.1.1.1:5060;transport=tcp");
}

TEST(Identities, CoverNamesWhereverTheyStandInAnyCase) {
  Identities known = identities();
  const std::string name = known.stand_in("Zo\xC3\xAB M\xC3\xBCller-Okafor");
  EXPECT_THAT(name, Not(HasSubstr("ller")));
  EXPECT_EQ(name.size(), std::string("Zo\xC3\xAB M\xC3\xBCller-Okafor").size());
  const std::string covered = known.cover("OKAFOR, M\xC3\x9CLLER and m\xC3\xBCller; okafor_7, Okaforing");
  EXPECT_THAT(covered, Not(::testing::ContainsRegex("OKAFOR|okafor_|M\xC3\x9CLLER|m\xC3\xBCller")));
  EXPECT_THAT(covered, HasSubstr("Okaforing"));
  EXPECT_EQ(known.cover("write to anna.b@mail.kunde.de"), "write to " + known.cover("anna.b@mail.kunde.de"));
  EXPECT_THAT(known.cover("write to anna.b@mail.kunde.de"), Not(HasSubstr("anna")));
}

TEST(Identities, AreFoundInWhatIsNoTextOnlyWhereTheyWereLearned) {
  Identities known = identities();
  known.stand_in("4940556677");
  EXPECT_EQ(known.cover_binary("\x01 4940556677 10.2.3.4 a@b \xFF"), "\x01 5000000001 10.2.3.4 a@b \xFF");
}

TEST(Identities, LeaveWhatNamesNobody) {
  Identities known = identities();
  for (const char* neutral : {"", "NULL", "true", "Unknown", "7"})
    EXPECT_EQ(known.stand_in(neutral), neutral);
  EXPECT_NE(known.stand_in("Phone"), "Phone");  // in its own place
  EXPECT_EQ(known.cover("OpenStage Phone"), "OpenStage Phone");
}

TEST(Identities, GiveEveryOriginalItsOwnStandIn) {
  Identities known = identities();
  std::set<std::string> seen;
  for (int n = 0; n < 500; ++n) {
    EXPECT_TRUE(seen.insert(known.stand_in("498972" + std::to_string(1000 + n))).second);
    EXPECT_TRUE(seen.insert(known.stand_in("10.2" + std::to_string(n / 100) + ".10.1" +
                                           std::to_string(n % 100 + 100).substr(1)))
                    .second)
        << n;
  }
}

}  // namespace
}  // namespace understudy::transcript
