// understudy judge of what others recorded, and HTTP archives that it writes.
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>
#include <sys/stat.h>

#include "program_support.h"

namespace understudy::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Recordings, AnHttpArchiveOfOurTranscriptIsJudgedAsTheTranscriptIs) {
  const Folder folder;
  const OurService service({"--defect", "nonce.echo"});
  const Ran checked = run(
      {"check", service.url(), "--suite", "quick", "--door-port", "0", "--transcript", folder / "t.jsonl"});
  ASSERT_EQ(checked.status, 1) << checked.all();
  const Ran ours = run({"judge", folder / "t.jsonl", "--har", folder / "t.har"});
  EXPECT_EQ(ours.status, 1) << ours.all();
  const Ran har = run({"judge", folder / "t.har"});
  EXPECT_EQ(har.status, 1) << har.all();
  EXPECT_EQ(har.err, "");
  // The same finding with the same bytes.
  const auto findings = [](const Ran& ran) {
    const std::size_t from = ran.out.find("✗ nonce.echo");
    return ran.out.substr(from, ran.out.find("A phone rejects", from) - from);
  };
  EXPECT_THAT(findings(ours), HasSubstr("seen 73 times"));
  EXPECT_EQ(findings(ours), findings(har));
}

TEST(Recordings, AnHttpArchiveMasksSecretsUnlessAskedNotTo) {
  const Folder folder;
  const OurService service;
  run({"check", service.url(), "--only", "session", "--suite", "quick", "--door-port", "0", "--show-secrets",
       "--transcript", folder / "t.jsonl", "--set", "user-pwd=Geheim-42"});
  ASSERT_THAT(contents(folder / "t.jsonl"), HasSubstr("Geheim-42"));
  run({"judge", folder / "t.jsonl", "--har", folder / "masked.har"});
  EXPECT_THAT(contents(folder / "masked.har"), Not(HasSubstr("Geheim-42")));
  EXPECT_THAT(contents(folder / "masked.har"), HasSubstr("secrets are masked"));
  run({"judge", folder / "t.jsonl", "--har", folder / "clear.har", "--show-secrets"});
  EXPECT_THAT(contents(folder / "clear.har"), HasSubstr("Geheim-42"));
  struct stat clear {};
  ASSERT_EQ(::stat((folder / "clear.har").c_str(), &clear), 0);
  EXPECT_EQ(clear.st_mode & 0777U, 0600U);
}

// What judge said without the lines that name the file, and the numbers that stand for others.
std::string findings_of(const Ran& ran) {
  std::string out;
  std::istringstream lines(ran.out);
  for (std::string line; std::getline(lines, line);)
    if (line.find("✗") != std::string::npos || line.find("rules held") != std::string::npos || line.find("seen") != std::string::npos)
      out += line + "\n";
  return out;
}

TEST(Recordings, AreAnonymisedInEveryFileAndJudgedTheSame) {
  const Folder folder;
  const OurService service({"--defect", "nonce.echo"});
  const Ran checked = run({"check", service.url(), "--suite", "quick", "--door-port", "0", "--show-secrets", "--transcript", folder / "t.jsonl", "--mac",
                           "00:1A:E8:4F:5C:C2", "--e164", "4940556677", "--set", "user-pwd=Kraehennest9", "--set", "display-id-unicode=Petersen", "--set",
                           "sntp-addr=zeit.nordwind-werke.de", "--set", "reg-addr=10.77.1.5"});
  ASSERT_EQ(checked.status, 1) << checked.all();
  EXPECT_THAT(checked.err, HasSubstr(folder / "t.jsonl" + " shows secrets in clear"));
  // A service that says a name where no item is.
  std::string field = contents(folder / "t.jsonl");
  for (const char* name : {"Petersen", "zeit.nordwind-werke.de", "10.77.1.5", "Kraehennest9", "00:1A:E8:4F:5C:C2", "4940556677"})
    ASSERT_THAT(field, HasSubstr(name));
  field += R"({"entry":"mark","event":"note","text":"petersen at 001ae84f5cc2, NORDWIND-WERKE.de/4940556677"})" "\n";
  std::ofstream(folder / "001AE84F5CC2.jsonl") << field;
  const Ran before = run({"judge", folder / "001AE84F5CC2.jsonl"});
  const Ran after = run({"judge", folder / "001AE84F5CC2.jsonl", "--anonymise", "--transcript", folder / "p.jsonl", "--har", folder / "p.har", "--html",
                         folder / "p.html", "--json", folder / "p.json", "--junit", folder / "p.xml", "--sarif", folder / "p.sarif"});
  EXPECT_EQ(after.status, before.status) << after.all();
  EXPECT_EQ(findings_of(after), findings_of(before));
  const Ran made = run({"scenario-from", folder / "001AE84F5CC2.jsonl", "--phone", "00:1A:E8:4F:5C:C2", "--anonymise", "--out", folder / "p-scenario.xml"});
  EXPECT_EQ(made.status, 0) << made.all();
  for (const char* file : {"p.jsonl", "p.har", "p.html", "p.json", "p.xml", "p.sarif", "p-scenario.xml"}) {
    std::string text = contents(folder / file);
    EXPECT_FALSE(text.empty()) << file;
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    for (const char* name : {"petersen", "nordwind", "10.77.1.5", "kraehennest", "1a:e8:4f", "1ae84f", "4940556677"})
      EXPECT_EQ(text.find(name), std::string::npos) << name << " in " << file;
  }
  // It can be judged and made a scenario of again.
  EXPECT_EQ(findings_of(run({"judge", folder / "p.jsonl"})), findings_of(before));
  const Ran replayed = run({"replay", folder / "p.jsonl", "--simulated", "--door-port", "0", "--defect", "nonce.echo"});
  EXPECT_LE(replayed.status, 1) << replayed.all();
}

TEST(Recordings, AnonymisedShowNoSecrets) {
  const Ran both = run({"judge", "x.jsonl", "--anonymise", "--show-secrets"});
  EXPECT_EQ(both.status, 2) << both.all();
}

TEST(Recordings, CutOffAreJudgedAsFarAsTheyGo) {
  const Folder folder;
  ASSERT_EQ(run({"run", "start-up", "--simulated", "--transcript", folder / "t.jsonl"}).status, 0);
  run({"judge", folder / "t.jsonl", "--har", folder / "t.har"});
  for (const char* file : {"t.jsonl", "t.har"}) {
    const std::string whole = contents(folder / file);
    std::ofstream(folder / "cut") << whole.substr(0, whole.size() * 4 / 5);
    const Ran judged = run({"judge", folder / "cut"});
    EXPECT_EQ(judged.status, 0) << judged.all();
    EXPECT_THAT(judged.err, HasSubstr("cut: it is cut off ")) << file;
    EXPECT_THAT(judged.out, HasSubstr("rules held")) << file;
  }
}

TEST(Recordings, SayWhatIsLeftOutAndShowNoControlCharacter) {
  const Folder folder;
  const std::string har = folder.put("field.har", R"({"log":{"entries":[
    {"startedDateTime":"2026-11-27T10:00:00Z","request":{"method":"GET","url":"http://a/\u001b[31mx","headers":[]},
     "response":{"status":200,"headers":[],"content":{}}}]}})");
  const Ran judged = run({"judge", har});
  EXPECT_EQ(judged.err, "understudy: " + har +
                            ": 1 of 1 entry is left out: 1 is no POST of WPI (entry 1, GET /\\x1b[31mx)\n");
}

// What our own service said to a phone that starts up twice; it has the defect session.cookie-secure.
const std::string wire = UNDERSTUDY_SOURCE_DIR "/tests/wire/";

TEST(Captures, OfPlainHttpAreJudged) {
  const Folder folder;
  const Ran judged = run({"judge", wire + "start-up.pcap", "--json", folder / "r.json", "--require",
                          "http.framing", "--require", "xml.utf8"});
  EXPECT_EQ(judged.status, 0) << judged.all();
  EXPECT_EQ(judged.err, "");
  EXPECT_THAT(judged.out, HasSubstr("session.cookie-secure"));
  EXPECT_THAT(judged.out, HasSubstr("in 6 exchanges"));
}

TEST(Captures, OfTlsAreJudgedWithTheirKeysAlone) {
  const Ran judged = run({"judge", wire + "start-up-tls.pcapng", "--key-log", wire + "start-up-tls.keys"});
  EXPECT_EQ(judged.status, 0) << judged.all();
  EXPECT_EQ(judged.err, "");
  EXPECT_THAT(judged.out, HasSubstr("session.cookie-secure"));
  EXPECT_THAT(judged.out, HasSubstr("in 6 exchanges"));
  const Ran sealed = run({"judge", wire + "start-up-tls.pcapng"});
  EXPECT_THAT(sealed.err, HasSubstr("connections over TLS whose keys are not known (first: packet 1)"));
}

// In the middle of a packet, of its head, between two.
TEST(Captures, CutOffAreJudgedAsFarAsTheyGo) {
  const Folder folder;
  for (const char* name : {"start-up.pcap", "start-up-tls.pcapng"}) {
    const std::string whole = contents(wire + name);
    for (const std::size_t share : {2, 5, 6, 7}) {
      std::ofstream(folder / name, std::ios::binary) << whole.substr(0, whole.size() * share / 8 + share);
      const Ran judged = run({"judge", folder / name, "--key-log", wire + "start-up-tls.keys"});
      EXPECT_TRUE(judged.status == 0 || judged.status == 4) << name << share << judged.all();
      EXPECT_THAT(judged.err, HasSubstr(": it is read as far as it goes: ")) << name << share;
      EXPECT_THAT(judged.out, HasSubstr("Conforming: ")) << name << share << judged.all();
    }
  }
}

TEST(Captures, AreRefusedInOneLineWhereNothingReadsThem) {
  const Folder folder;
  const std::string broken = folder.put("b.pcap", "\xD4\xC3\xB2\xA1 and no more");
  const Ran refused = run({"judge", broken});
  EXPECT_EQ(refused.status, 3);
  EXPECT_THAT(refused.err, HasSubstr("tshark could not read it"));
  // tshark is the user's own, and need not be there.
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", "/nonexistent", 1);
  const Ran without = run({"judge", wire + "start-up.pcap"});
  ::setenv("PATH", path.c_str(), 1);
  EXPECT_EQ(without.status, 3);
  EXPECT_THAT(without.err, HasSubstr("apt install tshark"));
  EXPECT_EQ(run({"judge", wire + "start-up.pcap", "--key-log", folder / "none"}).status, 3);
  EXPECT_EQ(run({"judge", folder.put("a.har", R"({"log":{"entries":[]}})"), "--key-log", broken}).status, 2);
}

TEST(Recordings, OfABrowserAreJudgedAsFarAsTheyTell) {
  const Ran judged = run({"judge", UNDERSTUDY_SOURCE_DIR "/tests/fuzz/seeds/har/browser.har"});
  EXPECT_THAT(judged.err, HasSubstr("2 of 7 entries are left out: 1 is no POST of WPI (entry 2, GET "
                                    "/favicon.ico), 1 has no answer (entry 6"));
  EXPECT_THAT(judged.out, HasSubstr("local-changes   not recorded whole · CleanUp"));
  EXPECT_THAT(judged.out, HasSubstr("not exercised: the recording does not tell it"));
  EXPECT_THAT(judged.out, Not(HasSubstr("interrupted")));
}

TEST(Recordings, AreRefusedWhereTheyAreNone) {
  const Folder folder;
  const Ran broken = run({"judge", folder.put("a.har", R"({"log":{"entries":[)")});
  EXPECT_EQ(broken.status, 3);
  EXPECT_THAT(broken.err, HasSubstr("a.har: is cut off before its first entry is whole, at byte 19"));
  const std::string file = folder.put("b.har", R"({"log":{"entries":[]}})");
  EXPECT_EQ(run({"judge", file, "--har", file}).status, 2);
  EXPECT_EQ(contents(file), R"({"log":{"entries":[]}})");
  EXPECT_EQ(run({"judge", file, "--har", folder / "no/such/folder"}).status, 4);
}

}  // namespace
}  // namespace understudy::e2e
