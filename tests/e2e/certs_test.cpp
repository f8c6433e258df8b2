// understudy certs, seen with the eyes of the openssl command.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <sstream>

#include "program_support.h"

namespace understudy::e2e {
namespace {

namespace fs = std::filesystem;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* mac = "00:1A:E8:FF:5C:C2";  // the first one of `understudy phone`

// A command line in a folder.
Ran shell(const std::string& folder, const std::string& command) {
  return Running({"/bin/sh", "-c", "cd '" + folder + "' && " + command}, Running::Program::any).finish();
}

std::string made(const Folder& folder, std::vector<std::string> options = {}) {
  const std::string place = folder / "pki";
  options.insert(options.begin(), {"certs", place});
  const Ran ran = run(options);
  EXPECT_EQ(ran.status, 0) << ran.all();
  return place;
}

std::vector<std::string> files_in(const std::string& place) {
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(place))
    if (entry.is_regular_file()) files.push_back(entry.path().string());
  return files;
}

mode_t mode_of(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 0777U;
}

Ran verify(const std::string& place, const std::string& file, const std::string& purpose, const std::string& more = "") {
  return shell(place, "openssl verify -CAfile root.pem -untrusted intermediate.pem -purpose " + purpose + " " + more + " '" + file + "'");
}

TEST(Certs, AreVouchedForByTheirRootAndTheWrongOnesAreNot) {
  for (const char* key : {"p-256", "rsa-2048"}) {
    const Folder folder;
    const std::string place = made(folder, {"--key", key, "--host", "service.example", "--host", "10.0.0.5"});
    EXPECT_EQ(verify(place, "service.pem", "sslserver", "-verify_hostname service.example").status, 0);
    EXPECT_EQ(verify(place, "service.pem", "sslserver", "-verify_ip 10.0.0.5").status, 0);
    EXPECT_THAT(verify(place, "service.pem", "sslserver", "-verify_ip 127.0.0.1").all(), HasSubstr("IP address mismatch"));
    EXPECT_THAT(verify(place, "service.pem", "sslclient").all(), HasSubstr("purpose"));
    EXPECT_EQ(verify(place, "phones/" + std::string(mac) + ".pem", "sslclient").status, 0);
    EXPECT_EQ(shell(place, "openssl verify -CAfile ca-chain.pem service.pem").status, 0);
    for (const auto& [side, purpose] : {std::pair("bad/", "sslserver"), std::pair("bad/phone-", "sslclient")}) {
      const std::string bad = side;
      EXPECT_THAT(verify(place, bad + "expired.pem", purpose).all(), HasSubstr("expired"));
      EXPECT_THAT(verify(place, bad + "not-yet-valid.pem", purpose).all(), HasSubstr("not yet valid"));
      EXPECT_THAT(verify(place, bad + "stranger.pem", purpose).all(), HasSubstr("unable to get local issuer"));
      EXPECT_THAT(verify(place, bad + "bad-signature.pem", purpose).all(), HasSubstr("signature failure"));
    }
    EXPECT_THAT(verify(place, "bad/wrong-name.pem", "sslserver", "-verify_hostname service.example").all(), HasSubstr("hostname mismatch"));
    EXPECT_THAT(shell(place, "openssl x509 -in bad/phone-wrong-name.pem -noout -subject").out, Not(HasSubstr(mac)));
    EXPECT_THAT(shell(place, "openssl x509 -in service.pem -noout -text").out,
                HasSubstr(std::string(key) == "p-256" ? "Public-Key: (256 bit)" : "Public-Key: (2048 bit)"));
  }
}

TEST(Certs, KeepKeysForTheOwnerAlone) {
  const Folder folder;
  const std::string place = made(folder);
  EXPECT_EQ(mode_of(place), 0700U);
  EXPECT_EQ(mode_of(place + "/phones"), 0700U);
  EXPECT_EQ(mode_of(place + "/bad"), 0700U);
  int keys = 0;
  for (const std::string& file : files_in(place)) {
    const bool secret = file.ends_with(".key") || file.ends_with(".p12");
    EXPECT_EQ(mode_of(file), secret ? 0600U : 0644U) << file;
    EXPECT_EQ(contents(file).find("PRIVATE KEY") != std::string::npos, file.ends_with(".key")) << file;
    keys += secret ? 1 : 0;
  }
  EXPECT_EQ(keys, 1 + 2 + 5 + 5 * 2);
}

TEST(Certs, ArePackedForPhonesWithTheirKeyAndTheIntermediate) {
  const Folder folder;
  const std::string place = made(folder, {"--phones", "3", "--password", "it's $ecret"});
  int phones = 0;
  for (const std::string& file : files_in(place + "/phones")) {
    if (!file.ends_with(".p12")) continue;
    ++phones;
    const Ran opened = shell(place, "openssl pkcs12 -in '" + file + "' -info -nodes -passin \"pass:it's \\$ecret\"");
    EXPECT_EQ(opened.status, 0) << opened.err;
    EXPECT_THAT(opened.all(), HasSubstr("AES-256-CBC"));
    EXPECT_THAT(opened.out, HasSubstr("CN = " + fs::path(file).stem().string()));
    EXPECT_THAT(opened.out, HasSubstr("CN = Understudy test intermediate"));
    EXPECT_THAT(opened.out, HasSubstr("PRIVATE KEY"));
    EXPECT_NE(shell(place, "openssl pkcs12 -in '" + file + "' -noout -passin pass:").status, 0);
  }
  EXPECT_EQ(phones, 3);
}

TEST(Certs, AreForThePhonesThatWereNamedAndThoseOfTheSeed) {
  const Folder folder;
  const std::string place = made(folder, {"--mac", "00:1A:E8:01:02:03", "--phones", "2", "--seed", "9"});
  std::vector<std::string> names;
  for (const std::string& file : files_in(place + "/phones"))
    if (file.ends_with(".pem")) names.push_back(fs::path(file).stem().string());
  EXPECT_THAT(names, ::testing::UnorderedElementsAre("00:1A:E8:01:02:03", ::testing::StartsWith("00:1A:E8:FF:")));
}

TEST(Certs, HaveOtherKeysForTheSameSeed) {
  const Folder one, other;
  EXPECT_NE(contents(made(one, {"--seed", "3"}) + "/service.key"), contents(made(other, {"--seed", "3"}) + "/service.key"));
}

TEST(Certs, AreExplainedByCommandsThatRun) {
  const Folder folder;
  const std::string place = made(folder, {"--password", "it's"});
  std::istringstream lines(contents(place + "/README.txt"));
  int commands = 0;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("    openssl ")) continue;
    const Ran ran = shell(place, line);
    EXPECT_EQ(ran.status, 0) << line << "\n" << ran.all();
    ++commands;
  }
  EXPECT_GE(commands, 6);
}

// A service that wants a certificate of its phones, and one that calls it.
class Handshake {
 public:
  Handshake(std::string place, const std::string& service)
      : place_(std::move(place)),
        server_({"/bin/sh", "-c", "cd '" + place_ + "' && exec openssl s_server -accept 127.0.0.1:0 -naccept 1 -cert " + service +
                                      ".pem -cert_chain intermediate.pem -key " + service +
                                      ".key -CAfile ca-chain.pem -Verify 2 -verify_return_error"},
                Running::Program::any) {
    const std::string said = server_.wait_for("ACCEPT 127.0.0.1:") + server_.wait_for("\n");
    port_ = said.substr(said.find("ACCEPT 127.0.0.1:") + 17);
    port_ = port_.substr(0, port_.find_first_not_of("0123456789"));
  }

  // TLS 1.2, in which a client hears of a refusal before it takes the connection for made.
  Ran call(const std::string& phone) {
    const std::string own = phone.empty() ? "" : "-cert '" + phone + ".pem' -key '" + phone + ".key' -cert_chain intermediate.pem ";
    return shell(place_, "openssl s_client -tls1_2 -connect 127.0.0.1:" + port_ + " " + own +
                             "-CAfile root.pem -verify_return_error -verify_ip 127.0.0.1 -brief </dev/null");
  }
  Ran server() { return server_.finish(); }

 private:
  std::string place_, port_;
  Running server_;
};

TEST(Certs, LetAServiceAndAPhoneKnowEachOther) {
  const Folder folder;
  const std::string place = made(folder);
  Handshake good(place, "service");
  const Ran called = good.call("phones/" + std::string(mac));
  EXPECT_EQ(called.status, 0) << called.all();
  EXPECT_THAT(called.all(), HasSubstr("Verification: OK"));
  EXPECT_THAT(good.server().all(), HasSubstr("CN = " + std::string(mac)));
}

TEST(Certs, KeepWrongPhonesOut) {
  const Folder folder;
  const std::string place = made(folder);
  for (const char* wrong : {"", "bad/phone-expired", "bad/phone-not-yet-valid", "bad/phone-stranger", "bad/phone-bad-signature"}) {
    const Ran called = Handshake(place, "service").call(wrong);
    EXPECT_NE(called.status, 0) << wrong;
    EXPECT_THAT(called.all(), HasSubstr("alert")) << wrong;
  }
}

TEST(Certs, KeepPhonesAwayFromWrongServices) {
  const Folder folder;
  const std::string place = made(folder);
  for (const char* wrong : {"bad/expired", "bad/not-yet-valid", "bad/stranger", "bad/wrong-name", "bad/bad-signature"}) {
    const Ran called = Handshake(place, wrong).call("phones/" + std::string(mac));
    EXPECT_NE(called.status, 0) << wrong;
    EXPECT_THAT(called.all(), HasSubstr("certificate verify failed")) << wrong;
  }
}

// ---- what is there already, and what cannot be written

TEST(Certs, AreNotOverwrittenUnlessForced) {
  const Folder folder;
  const std::string place = made(folder, {"--phones", "2"});
  const std::string before = contents(place + "/root.pem");
  const Ran again = run({"certs", place});
  EXPECT_EQ(again.status, 4);
  EXPECT_THAT(again.err, ContainsRegex("understudy: .*/root.pem is there already; --force"));
  EXPECT_EQ(again.out, "");
  EXPECT_EQ(contents(place + "/root.pem"), before);
  EXPECT_EQ(run({"certs", place, "--force"}).status, 0);
  EXPECT_NE(contents(place + "/root.pem"), before);
  EXPECT_EQ(files_in(place + "/phones").size(), 3U);  // none of the second phone, whom the new root does not know
}

TEST(Certs, LeaveAloneWhatElseStandsInTheFolder) {
  const Folder folder;
  fs::create_directories(folder / "pki/phones");
  folder.put("pki/notes.txt", "mine");
  EXPECT_EQ(run({"certs", folder / "pki"}).status, 4);
  folder.put("pki/phones/notes.txt", "mine too");
  made(folder, {"--force"});
  EXPECT_EQ(contents(folder / "pki/notes.txt"), "mine");
  EXPECT_EQ(contents(folder / "pki/phones/notes.txt"), "mine too");
}

TEST(Certs, AreWrittenAllOrNotAtAll) {
  const Folder folder;
  const std::string place = folder / "pki";
  // No file may have more than 1 kB: as where a disk becomes full.
  const std::string small = "ulimit -f 2; trap '' XFSZ; '" + std::string(UNDERSTUDY_PROGRAM) + "' certs '" + place + "'";
  const Ran full = shell("/", small);
  EXPECT_EQ(full.status, 4) << full.all();
  EXPECT_THAT(full.err, HasSubstr("understudy: cannot write " + place));
  EXPECT_FALSE(fs::exists(place));
  made(folder);
  const std::string before = contents(place + "/root.pem");
  EXPECT_EQ(shell("/", small + " --force").status, 4);
  EXPECT_EQ(contents(place + "/root.pem"), before);
  for (const std::string& file : files_in(place)) EXPECT_FALSE(file.ends_with(".new")) << file;
}

TEST(Certs, SayWhereTheyCannotBeWritten) {
  const Folder folder;
  const std::string file = folder.put("file", "no folder");
  for (const std::string& place : {file, file + "/below", std::string("/proc/pki")}) {
    const Ran ran = run({"certs", place});
    EXPECT_EQ(ran.status, 4) << place;
    EXPECT_THAT(ran.err, ::testing::StartsWith("understudy: cannot make ")) << place;
  }
}

TEST(Certs, WantACommandLineThatIsRight) {
  EXPECT_EQ(run({"certs"}).status, 2);
  EXPECT_EQ(run({"certs", ""}).status, 2);
  EXPECT_THAT(run({"certs", "/proc/x", "--host", "a,IP:1.2.3.4"}).err, HasSubstr("no host"));
  EXPECT_THAT(run({"certs", "/proc/x", "--key", "rsa"}).err, HasSubstr("neither p-256 nor rsa-2048"));
  EXPECT_THAT(run({"certs", "/proc/x", "--mac", "a", "--mac", "a"}).err, HasSubstr("two phones"));
  EXPECT_THAT(run({"certs", "/proc/x", "--mac", "a/b"}).err, HasSubstr("mac-addr"));
  EXPECT_THAT(run({"certs", "/proc/x", "--forse"}).err, HasSubstr("did you mean --force?"));
  EXPECT_EQ(run({"certs", "/proc/x", "--days", "40000"}).status, 2);
}

}  // namespace
}  // namespace understudy::e2e
