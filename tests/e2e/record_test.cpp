// understudy record: between phones and a service.
#include <csignal>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "program_support.h"

namespace understudy::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

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
  const std::string text = contents(json);
  const std::size_t from = text.find("\"rules\":");
  return text.substr(from, text.find("\"scenarios\":", from) - from);
}

// Of secure.*, line by line: what was held how often.
std::string secure_rules(const std::string& json) {
  const std::string text = rules_of(json);
  std::string out;
  for (std::size_t at = text.find("\"secure."); at != std::string::npos; at = text.find("\"secure.", at + 1))
    out += text.substr(at, text.find("\"why\"", at) - at);
  return out;
}

TEST(Record, SaysOfAServiceWhatTheCheckThroughItSays) {
  const Folder folder;
  const OurService service;
  Recorder recorder(service.url(), {"--transcript", folder / "t.jsonl", "--json", folder / "live.json"});
  const Ran checked = check(recorder.url());
  EXPECT_EQ(checked.status, 0) << checked.all();
  const Ran recorded = recorder.stop();
  EXPECT_EQ(recorded.status, 0) << recorded.all();
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

TEST(Record, AsItIsNotesWhereTheServiceSendsPhonesOnce) {
  const Folder folder;
  const OurService service({"--poll", "60s"});
  Recorder recorder(service.url(), {"--transcript", folder / "t.jsonl", "--as-it-is"});
  check(recorder.url());
  const Ran recorded = recorder.stop();
  const std::string note = "the service writes dcmp-url = http://127.0.0.1:";
  EXPECT_THAT(recorded.out, HasSubstr("contact-me goes from the service to the phones directly"));
  ASSERT_THAT(recorded.out, HasSubstr(note));
  EXPECT_EQ(recorded.out.find(note), recorded.out.rfind(note));
  EXPECT_THAT(contents(folder / "t.jsonl"), HasSubstr(note));
}

TEST(Record, AFullDiskBreaksNoPhone) {
  const OurService service;
  Recorder recorder(service.url(), {"--transcript", "/dev/full"});
  EXPECT_EQ(check(recorder.url()).status, 0);
  const Ran recorded = recorder.stop();
  EXPECT_EQ(recorded.status, 4) << recorded.all();
  EXPECT_THAT(recorded.out, HasSubstr("phones are served all the same"));
}

// A file of triggers of our own service, for each kind of job.
std::string triggers(const Folder& folder, const std::string& service) {
  std::string text = "<triggers xmlns=\"urn:understudy:triggers:1\">\n";
  const auto add = [&](const std::string& job, const std::string& body) {
    text += "<trigger job=\"" + job + "\"><http url=\"" + service + "/api/phones/{mac}/jobs\">" + body + "</http></trigger>\n";
  };
  add("read", R"({"kind": "read", "items": [{"name": "contact-me-uri"}, {"name": "dcmp-url"}]})");
  add("bootstrap", R"({"kind": "bootstrap"})");
  add("bootstrap-pin", R"({"kind": "bootstrap-pin", "pin": "{pin}"})");
  return folder.put("triggers.xml", text + "</triggers>\n");
}

std::size_t times(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST(Record, StandsBetweenContactMeToo) {
  const Folder folder;
  const OurService service;
  Recorder recorder(service.url(), {"--transcript", folder / "t.jsonl", "--require", "contact.form"});
  const Ran checked = run({"check", recorder.url(), "--suite", "quick", "--door-port", "0", "--triggers", triggers(folder, service.url()), "--require",
                           "contact.form", "--require", "contact.address"});
  EXPECT_EQ(checked.status, 0) << checked.all();
  const Ran recorded = recorder.stop();
  EXPECT_EQ(recorded.status, 0) << recorded.all();
  EXPECT_THAT(recorded.out, HasSubstr("contact-me from 127.0.0.1:"));
  EXPECT_EQ(run({"judge", folder / "t.jsonl", "--require", "contact.form"}).status, 0);
}

TEST(Record, StandsBetweenPollsTooAndShowsARewrittenValueOnce) {
  const Folder folder;
  const OurService service({"--poll", "60s"});
  Recorder recorder(service.url(), {"--transcript", folder / "t.jsonl"});
  const Ran checked = run({"check", recorder.url(), "--suite", "quick", "--door-port", "0", "--triggers", triggers(folder, service.url()), "--require", "poll"});
  EXPECT_EQ(checked.status, 0) << checked.all();
  const Ran recorded = recorder.stop();
  EXPECT_EQ(recorded.status, 0) << recorded.all();
  EXPECT_THAT(recorded.out, HasSubstr("poll /"));
  const std::string note = "rewritten: dcmp-url, was http://127.0.0.1:";
  EXPECT_EQ(times(recorded.out, note), 2U) << "as the service wrote it, and as phones read it back";
  EXPECT_GT(times(contents(folder / "t.jsonl"), note), 2U);
}

TEST(Record, FindsADefectOfContactMe) {
  const Folder folder;
  const OurService service({"--defect", "contact.form"});
  Recorder recorder(service.url());
  const Ran checked = run({"run", "contact-me", "--service", recorder.url(), "--door-port", "0", "--triggers", triggers(folder, service.url())});
  const Ran recorded = recorder.stop();
  EXPECT_EQ(recorded.status, 1) << recorded.all() << checked.all();
  EXPECT_THAT(recorded.out, HasSubstr("✗ contact.form"));
}

// That scenario at the service itself and through a recorder: what is said of secure.* is the same.
void expect_same_of_secure_mode(const Folder& folder, const std::string& scenario, std::vector<std::string> more, const std::string& rewritten) {
  const OurService alone, recorded;
  const auto play = [&](const std::string& url, const std::string& service) {
    return run({"run", scenario, "--service", url, "--door-port", "0", "--triggers", triggers(folder, service), "--only", "secure", "--json",
                folder / "result.json"});
  };
  const Ran directly = play(alone.url(), alone.url());
  ASSERT_EQ(directly.status, 0) << directly.all();
  const std::string rules = secure_rules(folder / "result.json");
  more.insert(more.end(), {"--only", "secure", "--json", folder / "recorded.json"});
  Recorder recorder(recorded.url(), more);
  const Ran through = play(recorder.url(), recorded.url());
  EXPECT_EQ(through.status, 0) << through.all();
  const Ran result = recorder.stop();
  EXPECT_EQ(result.status, 0) << result.all();
  EXPECT_THAT(result.out, HasSubstr("rewritten: " + rewritten));
  EXPECT_EQ(secure_rules(folder / "recorded.json"), rules) << result.all();
}

TEST(Record, FollowsAPhoneIntoSecureMode) {
  const Folder folder;
  expect_same_of_secure_mode(folder, "secure-mode", {}, "dls-server-ca[0], was a certificate, became the recorder's");
}

TEST(Record, FollowsAPhoneIntoSecureModeWithAPin) {
  const Folder folder;
  std::string scenario = run({"scenarios", "show", "secure-mode-with-pin"}).out;
  const std::string job = "job=\"bootstrap-pin\"";
  scenario.insert(scenario.find(job) + job.size(), " pin=\"4711000815\"");
  expect_same_of_secure_mode(folder, folder.put("pin.xml", scenario), {"--pin", "4711000815"}, "secure-mode-data");
}

TEST(Record, PassesAPhoneInSecureModeThroughWhoseKeysItDoesNotHave) {
  const Folder folder;
  ASSERT_EQ(run({"certs", folder / "pki"}).status, 0);
  const OurService service;
  Recorder recorder(service.url(), {"--certificate", folder / "pki/service.pem", "--key", folder / "pki/service.key"});
  const Ran ran = run({"run", "secure-mode", "--service", recorder.url(), "--door-port", "0", "--triggers", triggers(folder, service.url())});
  EXPECT_EQ(ran.status, 0) << ran.all();
  const Ran recorded = recorder.stop();
  EXPECT_THAT(recorded.out, HasSubstr("is in Secure Mode, and its keys are not known"));
  EXPECT_THAT(recorded.out, Not(HasSubstr("rewritten: dls-server-ca")));
}

TEST(Record, ChangesNothingOfWhatItRecords) {
  const OurService alone, recorded;
  Recorder recorder(recorded.url());
  const Ran ran = run({"diff", "--service", alone.url(), "--service", recorder.url(), "--door-port", "0"});
  EXPECT_EQ(ran.status, 0) << ran.all();
  EXPECT_EQ(recorder.stop().status, 0);
}

TEST(Record, IntroducesTheFirstPhonesAlone) {
  const OurService service;
  Recorder recorder(service.url());
  run({"load", recorder.url(), "--phones", "30", "--arrival", "60/s", "--for", "1s", "--door-port", "0"});
  const Ran recorded = recorder.stop();
  EXPECT_THAT(recorded.out, HasSubstr("phone-30 "));
  EXPECT_EQ(times(recorded.out, "\n  start-up   ReadAllItems"), 20U) << recorded.out;
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

TEST(Record, ShowsTheCertificateThatItIsGivenAndTakesKeysOfPhones) {
  const Folder folder;
  ASSERT_EQ(run({"certs", folder / "pki", "--mac", "00:1A:E8:FF:00:07", "--password", "secret"}).status, 0);
  const OurService service;
  const std::vector<std::string> given = {"--certificate", folder / "pki/service.pem", "--key", folder / "pki/service.key", "--phone-keys",
                                          folder / "pki/phones/00:1A:E8:FF:00:07.p12"};
  std::vector<std::string> words = {"record", "--listen", "127.0.0.1:0", "--service", service.url()};
  words.insert(words.end(), given.begin(), given.end());
  const Ran closed = run(words);
  EXPECT_EQ(closed.status, 3);
  EXPECT_THAT(closed.err, HasSubstr("00:1A:E8:FF:00:07.p12: "));
  std::vector<std::string> opened = given;
  opened.insert(opened.end(), {"--certificate-password", "secret", "--secure-port", "18444"});
  Recorder recorder(service.url(), opened);
  EXPECT_EQ(check(recorder.url()).status, 0);
  const Ran recorded = recorder.stop();
  EXPECT_EQ(recorded.status, 0);
  EXPECT_THAT(recorded.out, HasSubstr(", which stands for 18444"));
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
  EXPECT_EQ(status({"--service", "https://127.0.0.1:1", "--phone-keys", "p.p12"}), 2);
  EXPECT_EQ(status({"--service", "https://127.0.0.1:1", "--secure-port", "0"}), 2);
  EXPECT_EQ(run({"record", "--service", "https://127.0.0.1:1"}).status, 2);
}

}  // namespace
}  // namespace understudy::e2e
