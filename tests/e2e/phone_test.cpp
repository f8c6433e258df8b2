// `understudy phone` beside our own service, as in the README.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <csignal>
#include <fstream>
#include <sys/socket.h>
#include <unistd.h>

#include "program_support.h"
#include "support/folder.h"

namespace understudy::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> phone_at(const std::string& url, const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments{"phone", "--service", url, "--door-port", "0"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

// "http://127.0.0.11:40123/..." in what a phone says first.
struct Place {
  std::string address;
  std::uint16_t port = 0;
};
Place door_in(const std::string& said) {
  const std::size_t at = said.find("asked to call at http://") + 24;
  const std::size_t colon = said.find(':', at);
  return {said.substr(at, colon - at), static_cast<std::uint16_t>(std::stoi(said.substr(colon + 1)))};
}

// Sends these bytes and reads until the other side closes.
std::string sent_to(const Place& place, const std::string& bytes) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(place.port);
  ::inet_pton(AF_INET, place.address.c_str(), &to.sin_addr);
  EXPECT_EQ(::connect(socket, reinterpret_cast<sockaddr*>(&to), sizeof to), 0) << place.address;
  EXPECT_EQ(::write(socket, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  std::string out;
  char buffer[4096];
  for (ssize_t n = 0; (n = ::read(socket, buffer, sizeof buffer)) > 0;) out.append(buffer, static_cast<std::size_t>(n));
  ::close(socket);
  return out;
}

const std::string contact_me =
    "POST /contact_dls.html/ContactDLS HTTP/1.1\r\nHost: phone:8085\r\nConnection: close\r\n"
    "Content-type: application/x-www-form-urlencoded\r\nContent-Length: 14\r\n\r\nContactMe=true";

TEST(Phone, StartsUpIsAskedToCallAndCalls) {
  const OurService service;
  Running phone(phone_at(service.url()));
  const std::string said = phone.wait_for("\u2190 CleanUp");
  EXPECT_THAT(said, HasSubstr("\u2192 start-up"));
  EXPECT_THAT(said, HasSubstr("\u2190 WriteItems"));
  const std::string answer = sent_to(door_in(said), contact_me);
  EXPECT_THAT(answer, HasSubstr("HTTP/1.1 204 No Content\r\nServer: DlsClient\r\nContent-Length: 0\r\nContent-type: text/html\r\n"));
  phone.wait_for("\u2192 solicited");
  EXPECT_THAT(sent_to(door_in(said), contact_me), HasSubstr("204"));
  EXPECT_THAT(phone.wait_for("contact gap"), HasSubstr("calls back"));
  phone.type("quit");
  const Ran ran = phone.finish();
  EXPECT_EQ(ran.status, 0) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("should  contact.not-repeated: asks again right after the phone has acknowledged"));
}

TEST(Phone, DoesWhatIsTyped) {
  const OurService service;
  Running phone(phone_at(service.url()));
  phone.wait_for("\u2190 CleanUp");
  phone.type("set sntp-addr=192.0.2.77");
  phone.wait_for("changed: sntp-addr");
  phone.type("show sntp-addr");
  phone.wait_for("sntp-addr = 192.0.2.77");
  phone.type("plug");
  phone.wait_for("\u2192 inventory-changes");
  phone.type("call");
  phone.wait_for("a call begins");
  phone.type("hangup");
  phone.wait_for("a call ends");
  phone.type("status");
  phone.wait_for("no call");
  phone.type("restart");
  phone.wait_for("restarts");
  phone.type("hangupp");
  phone.wait_for("did you mean hangup?");
  phone.type("set sntp-tz-offset=9999");
  phone.wait_for("it takes -720..720");
  phone.type("show");
  phone.wait_for("write show ITEM[INDEX]");
  phone.type("logon 4711");
  phone.wait_for("write logon NUMBER:PASSWORD");
  phone.type("poll");
  phone.wait_for("it does not poll");
  phone.type("help");
  phone.wait_for("ends the program");
  phone.type("quit");
  EXPECT_EQ(phone.finish().status, 0);
}

TEST(Phone, PollsWhereItIsTold) {
  const OurService service({"--poll", "1s"});
  Running phone(phone_at(service.url()));
  phone.wait_for("200: nothing");
  phone.signal(SIGINT);
  const Ran ran = phone.finish();
  EXPECT_EQ(ran.status, 0) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("\u2192 poll /dcmp/contact-me?device-id=00:1A:E8:FF:"));
  EXPECT_THAT(ran.out, HasSubstr("the service kept the rules"));
}

TEST(Phone, SaysAtTheEndWhichRulesWereBroken) {
  const OurService service({"--defect", "xml.root"});
  const Folder folder;
  const std::string transcript = folder / "t.jsonl";
  Running phone(phone_at(service.url(), {"--transcript", transcript}));
  phone.wait_for("\u2190 CleanUp");
  phone.type("quit");
  const Ran ran = phone.finish();
  EXPECT_EQ(ran.status, 0);
  EXPECT_THAT(ran.out, HasSubstr("must  xml.root:"));
  EXPECT_EQ(run({"judge", transcript}).status, 1);
}

TEST(Phone, GoesOnWhileItsServiceIsAway) {
  Running phone(phone_at("https://127.0.0.1:1"));
  const std::string said = phone.wait_for("no answer");
  EXPECT_THAT(said, HasSubstr("refused"));
  EXPECT_THAT(sent_to(door_in(said), contact_me), HasSubstr("204"));
  phone.type("quit");
  EXPECT_EQ(phone.finish().status, 0);
}

TEST(Phones, AreToldApartByTheirAddress) {
  const OurService service;
  Running phones(phone_at(service.url(), {"--phones", "3"}));
  const std::string said = phones.wait_for("phone-3     \u2190 CleanUp");
  Place place = door_in(said);
  place.address = "127.0.0.12";
  EXPECT_THAT(sent_to(place, contact_me), HasSubstr("204"));
  phones.wait_for("phone-2     \u2192 solicited");
  place.address = "127.0.0.99";
  EXPECT_EQ(sent_to(place, contact_me), "") << "nobody's address is closed unanswered";
  phones.type("phone-3 status");
  phones.wait_for("phone-3: OpenStage 60");
  phones.type("quit");
  EXPECT_EQ(phones.finish().status, 0);
}

// The phone's mac-addr, as it says first.
std::string mac_in(const std::string& said) { return said.substr(said.find("00:1A:E8:FF:"), 17); }

void order_write(const std::string& url, const std::string& mac, const std::string& value) {
  const std::string job = R"({"kind": "write", "items": [{"name": "display-id-unicode", "value": ")" + value + R"("}]})";
  Running post({"/usr/bin/curl", "-sk", url + "/api/phones/" + mac + "/jobs", "-d", job}, Running::Program::any);
  EXPECT_THAT(post.finish().out, HasSubstr("\"state\": \"waiting\""));
}

TEST(PhoneWithAState, RemembersOverAKillWhatItHasAcknowledged) {
  const OurService service;
  const Folder folder;
  const std::string state = folder / "phone.state";
  {
    Running phone(phone_at(service.url(), {"--state", state, "--contact-gap", "0s"}));
    const std::string mac = mac_in(phone.wait_for("\u2190 CleanUp"));
    order_write(service.url(), mac, "Desk 4711");
    phone.wait_for("1 item: display-id-unicode");
    phone.wait_for("\u2192 reply-to WriteItems, accepted\n");
    phone.wait_for("\u2192 reply-to ReadItems, accepted   1 item: display-id-unicode");
    phone.signal(SIGKILL);
    EXPECT_EQ(phone.finish().status, 128 + SIGKILL);
  }
  Running phone(phone_at(service.url(), {"--state", state}));
  phone.wait_for("\u2190 CleanUp");
  phone.type("show display-id-unicode");
  phone.wait_for("display-id-unicode = Desk 4711");
  const Ran second = run(phone_at(service.url(), {"--state", state}));
  EXPECT_EQ(second.status, 4) << second.all();
  EXPECT_THAT(second.err, HasSubstr(state));
  phone.type("quit");
  EXPECT_EQ(phone.finish().status, 0);
  const Ran other = run(phone_at(service.url(), {"--state", state, "--model", "OpenStage 40"}));
  EXPECT_EQ(other.status, 3) << other.all();
  EXPECT_THAT(other.err, HasSubstr("OpenStage 60"));
}

TEST(PhoneWithAState, ThatIsNoneIsRefusedAndLeftAsItIs) {
  const Folder folder;
  const std::string text = folder.put("notes", "just some text that is longer than the head of a database would be, and is none of it\n");
  const Ran ran = run(phone_at("https://127.0.0.1:1", {"--state", text}));
  EXPECT_EQ(ran.status, 3) << ran.all();
  EXPECT_THAT(ran.err, HasSubstr(text));
  EXPECT_THAT(contents(text), HasSubstr("just some text"));
  EXPECT_EQ(run(phone_at("https://127.0.0.1:1", {"--state", "/no/such/folder/state"})).status, 4);
}

TEST(PhoneThatDiscovers, SaysWhyItCannot) {
  const Ran ran = run({"phone", "--discover", "nosuch0", "--door-port", "0"});
  EXPECT_EQ(ran.status, 4) << ran.all();
  EXPECT_THAT(ran.err, HasSubstr("nosuch0"));
  EXPECT_EQ(run({"phone", "--discover", "lo", "--phones", "2"}).status, 2);
}

struct Wrong {
  std::vector<std::string> arguments;
  int status;
  const char* says;
};

TEST(PhoneOptions, ThatAreWrongAreRefusedInOneLine) {
  const std::string url = "https://127.0.0.1:1";
  const std::vector<Wrong> wrong = {
      {{"phone"}, 2, "which service?"},
      {{"phone", "--service", "http://127.0.0.1:1"}, 2, "http:// is refused"},
      {{"phone", "--service", "https://203.0.113.9:1"}, 2, "--allow-target 203.0.113.9"},
      {{"phone", "--service", url, "--mac", "00:1A:E8:FF:00:01", "--mac", "00:1A:E8:FF:00:01"}, 2, "two phones cannot both be 00:1A:E8:FF:00:01"},
      {{"phone", "--service", url, "--bind", "127.0.0.5", "--bind", "127.0.0.5"}, 2, "two phones cannot both be at 127.0.0.5"},
      {{"phone", "--service", "https://10.0.0.1:1", "--phones", "2"}, 2, "an address of its own"},
      {{"phone", "--service", url, "--model", "OpenStage 61"}, 2, "OpenStage 60"},
      {{"phone", "--service", url, "--contact-gap", "soon"}, 2, "is no time"},
      {{"phone", "--service", url, "--transcript", "/no/such/folder/t"}, 4, "/no/such/folder/t"},
      {{"phone", "--service", url, "--quirk", "contact-ignore"}, 2, "did you mean contact-ignored?"}};
  for (const Wrong& one : wrong) {
    const Ran ran = run(one.arguments);
    EXPECT_EQ(ran.status, one.status) << ran.all();
    EXPECT_THAT(ran.err, HasSubstr(one.says));
    EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
  }
}

TEST(PhonePort, ThatIsTakenIsSaidWithStatus4) {
  const OurService service;
  Running first(phone_at(service.url()));
  const Place taken = door_in(first.wait_for("\u2190 CleanUp"));
  const Ran second = run({"phone", "--service", service.url(), "--door-port", std::to_string(taken.port)});
  EXPECT_EQ(second.status, 4) << second.all();
  EXPECT_THAT(second.err, HasSubstr("cannot listen on"));
  const Ran elsewhere = run({"phone", "--service", service.url(), "--door-port", "0", "--bind", "192.0.2.1"});
  EXPECT_EQ(elsewhere.status, 4) << elsewhere.all();
  EXPECT_THAT(elsewhere.err, HasSubstr("192.0.2.1"));
}

TEST(Check, WithoutADoorGoesOnAndSaysSo) {
  const OurService service;
  Running first(phone_at(service.url()));
  const Place taken = door_in(first.wait_for("\u2190 CleanUp"));
  const Ran ran = run({"check", service.url(), "--firmware", "V2 R2", "--door-port", std::to_string(taken.port)});
  EXPECT_EQ(ran.status, 0) << ran.all();
  EXPECT_THAT(ran.err, HasSubstr("nobody can ask these phones to call"));
}

}  // namespace
}  // namespace understudy::e2e
