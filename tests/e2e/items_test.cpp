// Items, models and firmware as users ask for them, and phones that start with values of the user's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "program_support.h"

namespace understudy::e2e {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Items, AreListedOneALine) {
  const Ran ran = run({"items", "list"});
  EXPECT_EQ(ran.status, 0);
  EXPECT_EQ(std::count(ran.out.begin(), ran.out.end(), '\n'), 447 + 4);
  EXPECT_THAT(ran.out, ContainsRegex("\n  sntp-addr  +hostname  +rw\\?  +NULL clears\n"));
  EXPECT_THAT(ran.out, ContainsRegex("\n  key-label-unicode  +\\[key\\]  +string  +rw\\?  +Unicode text\n"));
  EXPECT_THAT(ran.out, ContainsRegex("\n  trace-level  +\\[0-41\\]  +enum  +rw\\?  +0=off\n"));
  EXPECT_THAT(ran.out, HasSubstr("447 items."));
}

TEST(Items, AreFilteredByNameAndTopic) {
  const Ran by_name = run({"items", "list", "SNTP"});
  EXPECT_EQ(by_name.status, 0);
  EXPECT_THAT(by_name.out, HasSubstr("sntp-tz-offset"));
  EXPECT_THAT(by_name.out, HasSubstr("3 items of 447."));
  const Ran by_topic = run({"items", "list", "keyset operation"});
  EXPECT_THAT(by_topic.out, HasSubstr("line-button-mode"));
  const Ran none = run({"items", "list", "snpt-addr"});
  EXPECT_EQ(none.status, 2);
  EXPECT_THAT(none.err, HasSubstr("did you mean sntp-addr?"));
}

TEST(Items, AreExplained) {
  const Ran ran = run({"items", "explain", "transaction-timer"});
  EXPECT_EQ(ran.status, 0);
  for (const char* part : {"transaction-timer   integer", "3700-32000 (no others)", "default     32000", "index       none", "secret      no",
                           "source      guide p.108", "guessed from its use", "milliseconds"})
    EXPECT_THAT(ran.out, HasSubstr(part));
  EXPECT_THAT(run({"items", "explain", "sip-pwd"}).out, HasSubstr("masked in every output"));
  EXPECT_THAT(run({"items", "explain", "server-based-dnd"}).out, HasSubstr("not in V1 R4.9.0, V2 R1.0.0"));
  const Ran key = run({"items", "explain", "key-label[9]"});
  EXPECT_THAT(key.out, HasSubstr("models      OpenStage 80\n"));
  EXPECT_THAT(run({"items", "explain", "key-label"}).out, HasSubstr("OpenStage 60 (keys 1 to 8)"));
}

TEST(Items, ThatDoNotExistAreAnsweredWithTheNearest) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"items", "explain", "transaction-tiemr"},
                                                {"items", "explain", "transaction-tiemr[1]"}}) {
    const Ran ran = run(words);
    EXPECT_EQ(ran.status, 2);
    EXPECT_EQ(ran.err, "understudy: there is no item \"transaction-tiemr\"; did you mean transaction-timer?\n");
  }
  EXPECT_THAT(run({"items", "explain", "trace-level[42]"}).err, HasSubstr("its index is 0-41"));
  EXPECT_THAT(run({"items", "explain", "trace-level[x]"}).err, HasSubstr("\"x\" is no index"));
  EXPECT_THAT(run({"items", "explain", "sntp-addr[1]"}).err, HasSubstr("has no index"));
}

TEST(Models, AreListedWithTheirFirmware) {
  const Ran ran = run({"models", "list"});
  EXPECT_EQ(ran.status, 0);
  for (const char* name : {"OpenStage 15", "OpenStage 20E", "OpenStage 80", "IP 35G", "IP 55G", "V1 R4.9.0", "V2 R1", "V2 R2.30.0", "V3 R1.41.1",
                           "V3 R3", "V3 R5.12.0", "guide p.31"})
    EXPECT_THAT(ran.out, HasSubstr(name));
}

TEST(Models, AreExplainedWithWhatIsNotKnownSaid) {
  const Ran os60 = run({"models", "explain", "60"});
  EXPECT_EQ(os60.status, 0);
  for (const char* part : {"OpenStage 60\n", "1 to 8, shifted 1001 to 1008 (guide p.120)", "301 to 312", "PNG or JPG, 240 x 70", "S30817-S7403",
                           "out of the box", "above key 8"})
    EXPECT_THAT(os60.out, HasSubstr(part));
  EXPECT_THAT(run({"models", "explain", "35G"}).out, HasSubstr("display     not known"));
  EXPECT_THAT(run({"models", "explain", "V1 R4"}).out, HasSubstr("leaves &lt; &gt; and &amp; as they are"));
  EXPECT_THAT(run({"models", "explain", "V3 R4.2.0"}).out, HasSubstr("Features of V3 R3.0.0"));
  const Ran wrong = run({"models", "explain", "OpenStag 60"});
  EXPECT_EQ(wrong.status, 2);
  EXPECT_THAT(wrong.err, HasSubstr("did you mean OpenStage 60?"));
}

TEST(CheckOfAnyFirmware, PlaysItUnderItsOwnVersion) {
  const OurService service;
  const Ran ran = run({"check", service.url(), "--firmware", "V3 R4.2.0", "--model", "55G"});
  EXPECT_EQ(ran.status, 0) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("OpenScape Desk Phone IP 55G, V3 R4.2.0"));
}

TEST(CheckWithValues, StartsTheFirstPhoneWithThem) {
  const OurService service;
  const Folder folder;
  const Ran ran = run({"check", service.url(), "--set", "realm=my <realm>", "--set", "key-label[3]=Third", "--set", "dhcp=FALSE", "--set",
                       "sip-pwd=geheim", "--transcript", folder / "t.jsonl"});
  EXPECT_EQ(ran.status, 0) << ran.all();
  const std::string transcript = contents(folder / "t.jsonl");
  EXPECT_THAT(transcript, HasSubstr("<Item name=\\\"realm\\\">my &lt;realm&gt;</Item>"));
  EXPECT_THAT(transcript, HasSubstr("<Item name=\\\"key-label\\\" index=\\\"3\\\">Third</Item>"));
  EXPECT_THAT(transcript, HasSubstr("<Item name=\\\"dhcp\\\">false</Item>"));
  EXPECT_THAT(transcript, Not(HasSubstr("geheim")));
}

TEST(CheckWithValues, SaysThemAgainWithoutTheSecretOnes) {
  const OurService service({"--defect", "nonce.echo"});
  const Ran ran = run({"check", service.url(), "--set", "realm=my realm", "--set", "sip-pwd=geheim", "--unknown-items", "refuse"});
  EXPECT_EQ(ran.status, 1) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("--set 'realm=my realm' --set 'sip-pwd=******' --unknown-items refuse"));
  EXPECT_THAT(ran.all(), Not(HasSubstr("geheim")));
}

TEST(CheckWithValues, RefusesWhatNoPhoneCanHaveAndSaysWhatWouldBeRight) {
  const std::string url = "https://127.0.0.1:1";
  const std::pair<const char*, const char*> wrongs[] = {
      {"snpt-addr=x", "there is no item \"snpt-addr\"; did you mean sntp-addr?"},
      {"entirely-unheard-of-thing=x", "`understudy items list` lists them"},
      {"sntp-addr", "write ITEM=VALUE or ITEM[INDEX]=VALUE"},
      {"sntp-addr[1]=x", "sntp-addr has no index: write sntp-addr=VALUE"},
      {"trace-level=1", "trace-level has an index (0-41): write trace-level[1]=VALUE"},
      {"trace-level[42]=1", "trace-level[42]: its index is 0-41"},
      {"trace-level[x]=1", "\"x\" is no index"},
      {"trace-level[]=1", "\"\" is no index"},
      {"key-label[9]=x", "there is no key-label[9]: OpenStage 60 has the keys 1 to 8"},
      {"dhcp=perhaps", "dhcp: \"perhaps\" is no boolean; it takes true; false"},
      {"transaction-timer=1", "transaction-timer: \"1\" is none of its values; it takes 3700-32000"},
      {"sip-transport-user=9", "it takes 0=UDP; 1=TCP; 2=TLS"},
      {"vlan-id=4096", "it takes 0-4095"},
      {"display-id=1234567890123456789012345", "longer than the 24 characters"},
      {"device-type=OpenStage 80", "say --model"},
      {"mac-addr=00:1A:E8:00:00:01", "say --mac"},
      {"part-number=x", "the phone says it itself"},
      {"cleanup-reason=x", "orders and replies only"},
  };
  for (const auto& [setting, says] : wrongs) {
    const Ran ran = run({"check", url, "--set", setting});
    EXPECT_EQ(ran.status, 2) << setting;
    EXPECT_THAT(ran.err, HasSubstr(says)) << setting;
    EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
    EXPECT_EQ(ran.out, "");
  }
  EXPECT_THAT(run({"check", url, "--model", "80", "--set", "key-label[9]=x"}).err, Not(HasSubstr("key-label")));
  EXPECT_THAT(run({"check", url, "--firmware", "V1 R4", "--set", "server-based-dnd=true"}).err, HasSubstr("firmware V1 R4.9.0 does not have"));
  EXPECT_THAT(run({"check", url, "--unknown-items", "maybe"}).err, HasSubstr("neither store nor refuse"));
}

}  // namespace
}  // namespace understudy::e2e
