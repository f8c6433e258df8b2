// understudy judge of what others recorded, and HTTP archives that it writes.
#include <cstdlib>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

#include "program_support.h"

namespace understudy::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

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
  ASSERT_THAT(content(folder / "t.jsonl"), HasSubstr("Geheim-42"));
  run({"judge", folder / "t.jsonl", "--har", folder / "masked.har"});
  EXPECT_THAT(content(folder / "masked.har"), Not(HasSubstr("Geheim-42")));
  EXPECT_THAT(content(folder / "masked.har"), HasSubstr("secrets are masked"));
  run({"judge", folder / "t.jsonl", "--har", folder / "clear.har", "--show-secrets"});
  EXPECT_THAT(content(folder / "clear.har"), HasSubstr("Geheim-42"));
  struct stat clear {};
  ASSERT_EQ(::stat((folder / "clear.har").c_str(), &clear), 0);
  EXPECT_EQ(clear.st_mode & 0777U, 0600U);
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

// tshark is the user's own, and need not be there.
bool has_tshark() {
  std::istringstream folders(std::getenv("PATH") ? std::getenv("PATH") : "");
  for (std::string folder; std::getline(folders, folder, ':');)
    if (::access((folder + "/tshark").c_str(), X_OK) == 0) return true;
  return false;
}

// What our own service said to a phone that starts up twice; it has the defect session.cookie-secure.
const std::string wire = UNDERSTUDY_SOURCE_DIR "/tests/wire/";

TEST(Captures, OfPlainHttpAreJudged) {
  if (!has_tshark()) GTEST_SKIP() << "needs tshark (Debian: apt install tshark)";
  const Folder folder;
  const Ran judged = run({"judge", wire + "start-up.pcap", "--json", folder / "r.json", "--require",
                          "http.framing", "--require", "xml.utf8"});
  EXPECT_EQ(judged.status, 0) << judged.all();
  EXPECT_EQ(judged.err, "");
  EXPECT_THAT(judged.out, HasSubstr("session.cookie-secure"));
  EXPECT_THAT(judged.out, HasSubstr("in 6 exchanges"));
}

TEST(Captures, OfTlsAreJudgedWithTheirKeysAlone) {
  if (!has_tshark()) GTEST_SKIP() << "needs tshark (Debian: apt install tshark)";
  const Ran judged = run({"judge", wire + "start-up-tls.pcapng", "--key-log", wire + "start-up-tls.keys"});
  EXPECT_EQ(judged.status, 0) << judged.all();
  EXPECT_EQ(judged.err, "");
  EXPECT_THAT(judged.out, HasSubstr("session.cookie-secure"));
  EXPECT_THAT(judged.out, HasSubstr("in 6 exchanges"));
  const Ran sealed = run({"judge", wire + "start-up-tls.pcapng"});
  EXPECT_THAT(sealed.err, HasSubstr("connections over TLS whose keys are not known (first: packet 1)"));
}

TEST(Captures, AreRefusedInOneLineWhereNothingReadsThem) {
  const Folder folder;
  const std::string broken = folder.put("b.pcap", "\xD4\xC3\xB2\xA1 and no more");
  const Ran refused = run({"judge", broken});
  EXPECT_EQ(refused.status, 3);
  EXPECT_THAT(refused.err,
              has_tshark() ? HasSubstr("tshark could not read it") : HasSubstr("apt install tshark"));
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
  EXPECT_THAT(broken.err, HasSubstr("a.har: is no JSON"));
  const std::string file = folder.put("b.har", R"({"log":{"entries":[]}})");
  EXPECT_EQ(run({"judge", file, "--har", file}).status, 2);
  EXPECT_EQ(content(file), R"({"log":{"entries":[]}})");
  EXPECT_EQ(run({"judge", file, "--har", folder / "no/such/folder"}).status, 4);
}

}  // namespace
}  // namespace understudy::e2e
