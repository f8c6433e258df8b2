// understudy record: between phones and a service.
#include <csignal>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>

#include "program_support.h"

namespace understudy::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class Recorder {
 public:
  explicit Recorder(const std::string& service, std::vector<std::string> more = {})
      : running_(words(service, std::move(more))) {
    const std::string said = running_.wait_for("Ctrl-C ends it");
    const std::size_t at = said.find("https://");
    url_ = said.substr(at, said.find(',', at) - at);
  }
  const std::string& url() const { return url_; }
  Ran stop() {
    running_.signal(SIGINT);
    return running_.finish();
  }

 private:
  static std::vector<std::string> words(const std::string& service, std::vector<std::string> more) {
    std::vector<std::string> all = {"record", "--listen", "127.0.0.1:0", "--service", service};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  Running running_;
  std::string url_;
};

Ran check(const std::string& url) {
  return run({"check", url, "--suite", "quick", "--door-port", "0"});
}

// The rules with their outcomes, and the findings, as a result has them.
std::string rules_of(const std::string& json) {
  const std::string text = content(json);
  const std::size_t from = text.find("\"rules\":");
  return text.substr(from, text.find("\"scenarios\":", from) - from);
}

TEST(Record, SaysOfAServiceWhatTheCheckThroughItSays) {
  const Folder folder;
  const OurService service;
  Recorder recorder(service.url(), {"--transcript", folder / "t.jsonl", "--json", folder / "live.json"});
  const Ran checked = check(recorder.url());
  EXPECT_EQ(checked.status, 0) << checked.all();
  const Ran recorded = recorder.stop();
  EXPECT_EQ(recorded.status, 0) << recorded.all();
  EXPECT_THAT(recorded.out, HasSubstr("contact-me goes from the service to the phones directly"));
  EXPECT_THAT(recorded.out, HasSubstr("→ start-up"));
  EXPECT_THAT(recorded.out, HasSubstr("Conforming: "));
  const Ran judged = run({"judge", folder / "t.jsonl", "--json", folder / "later.json"});
  EXPECT_EQ(judged.status, 0) << judged.all();
  EXPECT_EQ(rules_of(folder / "live.json"), rules_of(folder / "later.json"));
  EXPECT_THAT(rules_of(folder / "live.json"), HasSubstr("nonce.echo"));
}

TEST(Record, FindsADefectOfTheService) {
  const Folder folder;
  const OurService service({"--defect", "nonce.echo"});
  Recorder recorder(service.url(), {"--transcript", folder / "t.jsonl"});
  EXPECT_EQ(check(recorder.url()).status, 1);
  const Ran recorded = recorder.stop();
  EXPECT_EQ(recorded.status, 1) << recorded.all();
  EXPECT_THAT(recorded.out, HasSubstr("✗ nonce.echo"));
  const Ran judged = run({"judge", folder / "t.jsonl"});
  EXPECT_EQ(judged.status, 1);
  EXPECT_THAT(judged.out, HasSubstr("✗ nonce.echo"));
}

TEST(Record, NotesWhereTheServiceSendsPhonesOnce) {
  const Folder folder;
  const OurService service({"--poll", "60s"});
  Recorder recorder(service.url(), {"--transcript", folder / "t.jsonl"});
  check(recorder.url());
  const Ran recorded = recorder.stop();
  const std::string note = "the service writes dcmp-url = http://127.0.0.1:";
  ASSERT_THAT(recorded.out, HasSubstr(note));
  EXPECT_EQ(recorded.out.find(note), recorded.out.rfind(note));
  EXPECT_THAT(content(folder / "t.jsonl"), HasSubstr(note));
}

TEST(Record, AFullDiskBreaksNoPhone) {
  const OurService service;
  Recorder recorder(service.url(), {"--transcript", "/dev/full"});
  EXPECT_EQ(check(recorder.url()).status, 0);
  const Ran recorded = recorder.stop();
  EXPECT_EQ(recorded.status, 4) << recorded.all();
  EXPECT_THAT(recorded.out, HasSubstr("phones are served all the same"));
}

TEST(Record, OpaqueOnePassesTlsOnAsItIs) {
  const OurService service;
  Recorder recorder(service.url(), {"--opaque"});
  EXPECT_EQ(check(recorder.url()).status, 0);
  const Ran recorded = recorder.stop();
  EXPECT_EQ(recorded.status, 0) << recorded.all();
  EXPECT_THAT(recorded.out, HasSubstr(" undecoded"));
  EXPECT_THAT(recorded.out, Not(HasSubstr("start-up")));
}

TEST(Record, ShowsTheCertificateThatItIsGiven) {
  const Folder folder;
  ASSERT_EQ(run({"certs", folder / "pki"}).status, 0);
  const OurService service;
  Recorder recorder(service.url(),
                    {"--certificate", folder / "pki/service.pem", "--key", folder / "pki/service.key"});
  EXPECT_EQ(check(recorder.url()).status, 0);
  EXPECT_EQ(recorder.stop().status, 0);
}

TEST(Record, RefusesWordsThatCannotBeMeant) {
  const auto status = [](std::vector<std::string> more) {
    std::vector<std::string> words = {"record", "--listen", "127.0.0.1:18999"};
    words.insert(words.end(), more.begin(), more.end());
    return run(words).status;
  };
  EXPECT_EQ(status({"--service", "https://127.0.0.1:18999"}), 2);
  EXPECT_EQ(status({"--service", "https://8.8.8.8:18443"}), 2);
  EXPECT_EQ(status({"--service", "https://127.0.0.1:1", "--key", "k.pem"}), 2);
  EXPECT_EQ(status({"--service", "https://127.0.0.1:1", "--key", "k.pem", "--certificate", "/no/such"}), 3);
  EXPECT_EQ(run({"record", "--service", "https://127.0.0.1:1"}).status, 2);
}

}  // namespace
}  // namespace understudy::e2e
