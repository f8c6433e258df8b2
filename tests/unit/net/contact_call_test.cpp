#include "net/contact_call.h"

#include <gmock/gmock.h>

#include "net/server.h"

namespace understudy::net {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view form = "Content-Type: application/x-www-form-urlencoded\r\n";

// A request as it comes from the wire.
wpi::HttpRequest read(std::string_view bytes) {
  RequestReader reader(16 * 1024);
  reader.take(bytes);
  wpi::HttpRequest request;
  EXPECT_EQ(reader.next(request), RequestReader::State::request) << bytes;
  return request;
}

ContactCall get(const std::string& query) {
  return read_contact({"GET", std::string(contact_path) + "?" + query, {}, ""});
}

ContactCall post(const std::string& body, const std::string& query = "") {
  return read_contact({"POST", std::string(contact_path) + query, {}, body});
}

struct Sender {
  std::string name;
  std::string request;
  std::optional<bool> contact_me;
  std::string address;
  int port;
  bool authorization;
  std::string user_agent;
};

std::string a_form(std::string_view headers, const std::string& body) {
  return "POST /contact_dls.html/ContactDLS HTTP/1.1\r\n" + std::string(headers) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

// Guide p.15, and what services were seen to send (field).
std::vector<Sender> senders() {
  const std::string vendor_form = "Content-type: application/x-www-form-urlencoded; charset=utf-8\r\n";
  const std::string with_address = "ContactMe=true&dls_ip_addr=192.168.7.20&dls_ip_port=18443";
  return {
      {"the guide's example",
       a_form(vendor_form + "User-Agent: Jakarta Commons-HttpClient/2.0final\r\nHost: 127.0.0.11:8088\r\n",
              "ContactMe=true"),
       true, "", 0, false, "Jakarta Commons-HttpClient/2.0final"},
      {"the vendor's service",
       a_form("User-Agent: Jakarta Commons-HttpClient/3.0\r\nHost: 127.0.0.11:8085\r\n" + vendor_form,
              "ContactMe=true"),
       true, "", 0, false, "Jakarta Commons-HttpClient/3.0"},
      {"wget with a form",
       a_form("User-Agent: Jakarta Commons-HttpClient/3.0\r\nAccept: */*\r\nAccept-Encoding: identity\r\n"
              "Host: 127.0.0.11:8085\r\nConnection: Close\r\n" +
                  vendor_form,
              "ContactMe=true"),
       true, "", 0, false, "Jakarta Commons-HttpClient/3.0"},
      {"Go",
       a_form("Host: 127.0.0.11:8085\r\nUser-Agent: Go-http-client/1.1\r\nAccept-Encoding: gzip\r\n" +
                  std::string(form),
              with_address),
       true, "192.168.7.20", 18443, false, "Go-http-client/1.1"},
      {"curl on a web port, IPv6",
       a_form("Host: [::1]\r\nAccept: */*\r\n" + std::string(form),
              "ContactMe=true&dls_ip_addr=%5Bfd00%3A%3A2%5D&dls_ip_port=443"),
       true, "fd00::2", 443, false, ""},
      {"Ruby, without a parameter, with a password that nobody asked for",
       "GET /contact_dls.html/ContactDLS HTTP/1.1\r\nAccept-Encoding: "
       "gzip;q=1.0,deflate;q=0.6,identity;q=0.3\r\n"
       "Accept: */*\r\nUser-Agent: Ruby\r\nAuthorization: Basic YWRtaW46MTIzNDU2\r\nHost: "
       "127.0.0.11:8085\r\n\r\n",
       std::nullopt, "", 0, true, "Ruby"},
      {"wget without a parameter",
       "GET /contact_dls.html/ContactDLS HTTP/1.1\r\nUser-Agent: Wget/1.12\r\nAccept: */*\r\n"
       "Host: 127.0.0.11:8085\r\nConnection: Keep-Alive\r\n\r\n",
       std::nullopt, "", 0, false, "Wget/1.12"},
      {"a browser's address line",
       "GET /contact_dls.html/ContactDLS?ContactMe=true&dls_ip_addr=dls.example.com&dls_ip_port=18443 "
       "HTTP/1.1\r\n"
       "Host: 127.0.0.11\r\nUser-Agent: Mozilla/5.0\r\n\r\n",
       true, "dls.example.com", 18443, false, "Mozilla/5.0"},
  };
}

TEST(ContactCall, IsUnderstoodAsEachSenderSendsIt) {
  for (const Sender& sender : senders()) {
    SCOPED_TRACE(sender.name);
    const ContactCall call = read_contact(read(sender.request));
    EXPECT_EQ(call.asked, Asked::contact_me);
    EXPECT_TRUE(call.wants_call_back());
    EXPECT_EQ(call.method, sender.request.substr(0, sender.request.find(' ')));
    EXPECT_EQ(call.path, "/contact_dls.html/ContactDLS");
    EXPECT_EQ(call.contact_me, sender.contact_me);
    EXPECT_EQ(call.dls_ip_addr.value_or(""), sender.address);
    EXPECT_EQ(call.dls_ip_port.value_or(0), sender.port);
    EXPECT_EQ(call.authorization, sender.authorization);
    EXPECT_EQ(call.user_agent, sender.user_agent);
    EXPECT_THAT(call.problems, IsEmpty());
  }
}

TEST(ContactCall, IsAWishToBeCalledUnlessItSaysOtherwise) {
  EXPECT_TRUE(post("ContactMe=true").wants_call_back());
  EXPECT_TRUE(post("").wants_call_back());
  EXPECT_TRUE(get("").wants_call_back());
  EXPECT_TRUE(get("dls_ip_addr=10.0.0.1").wants_call_back());
  EXPECT_FALSE(post("ContactMe=false").wants_call_back());
  EXPECT_FALSE(get("ContactMe=false").wants_call_back());
  EXPECT_THAT(post("ContactMe=false").problems, IsEmpty());
}

TEST(ContactCall, IsNoWishWhereContactMeIsNotTrue) {
  for (const std::string value : {"TRUE", "1", "", "true ", "true\r\n"}) {
    const ContactCall call = post("ContactMe=" + value);
    EXPECT_EQ(call.contact_me, false) << value;
    EXPECT_FALSE(call.wants_call_back()) << value;
    EXPECT_EQ(call.problems.size(), 1U) << value;
  }
  EXPECT_THAT(get("ContactMe").problems, ElementsAre("ContactMe is \"\", neither true nor false"));
  EXPECT_THAT(get("ContactMe=a%0Ab").problems, ElementsAre("ContactMe is \"a\\nb\", neither true nor false"));
}

TEST(ContactCall, HasNamesThatAreCaseSensitive) {
  const ContactCall call = post("contactme=false&DLS_IP_ADDR=10.0.0.1&Dls_ip_port=1");
  EXPECT_EQ(call.contact_me, std::nullopt);
  EXPECT_EQ(call.dls_ip_addr, std::nullopt);
  EXPECT_EQ(call.dls_ip_port, std::nullopt);
  EXPECT_THAT(call.problems, IsEmpty());
}

TEST(ContactCall, IsDecodedFromItsForm) {
  const ContactCall call = post("%43ontactMe=tru%65&x=%&dls%5fip_addr=a%2Db.example&&=&dls_ip_port=%38%35");
  EXPECT_EQ(call.contact_me, true);
  EXPECT_EQ(call.dls_ip_addr, "a-b.example");
  EXPECT_EQ(call.dls_ip_port, 85);
  EXPECT_THAT(post("ContactMe=tru%6").problems,
              ElementsAre("ContactMe is \"tru%6\", neither true nor false"));
  EXPECT_THAT(post("ContactMe=+true").problems,
              ElementsAre("ContactMe is \" true\", neither true nor false"));
  EXPECT_THAT(post("ContactMe=%zztrue").problems,
              ElementsAre("ContactMe is \"%zztrue\", neither true nor false"));
}

TEST(ContactCall, TakesTheFirstOfDoubledParameters) {
  const ContactCall call = post("ContactMe=true&ContactMe=false&dls_ip_addr=10.0.0.1&dls_ip_addr=10.0.0.2");
  EXPECT_EQ(call.contact_me, true);
  EXPECT_EQ(call.dls_ip_addr, "10.0.0.1");
  EXPECT_THAT(call.problems, ElementsAre("ContactMe is given 2 times, the first counts",
                                         "dls_ip_addr is given 2 times, the first counts"));
  // The query comes first.
  EXPECT_EQ(post("ContactMe=false", "?ContactMe=true").contact_me, true);
}

TEST(ContactCall, HasNoFormInAGet) {
  EXPECT_EQ(read_contact({"GET", std::string(contact_path), {}, "ContactMe=false"}).contact_me, std::nullopt);
}

TEST(ContactCall, PassesOverAnAddressThatIsNone) {
  for (const std::string address :
       {"", "300.1.1.1", "127.1", "[10.0.0.1]", "[::1", "::1::", "fe80::1%25eth0", "a b", "a..b", ".", "-/x",
        "https://a", "a%00b", "10.0.0.1%00", "[]", "::1%0A"}) {
    const ContactCall call = post("dls_ip_port=1&dls_ip_addr=" + address);
    EXPECT_EQ(call.dls_ip_addr, std::nullopt) << address;
    EXPECT_EQ(call.dls_ip_port, std::nullopt) << address;
    EXPECT_EQ(call.problems.size(), 2U) << address;
    EXPECT_TRUE(call.wants_call_back()) << address;
  }
  EXPECT_THAT(post("dls_ip_addr=a%0D%0Ab").problems,
              ElementsAre("dls_ip_addr \"a\\r\\nb\" is no address and no host's name"));
  for (const std::string address :
       {"10.0.0.1", "::1", "[::1]", "::ffff:10.0.0.1", "dls", "dls.example.com.", "a_b"})
    EXPECT_TRUE(post("dls_ip_addr=" + address).dls_ip_addr) << address;
  EXPECT_FALSE(post("dls_ip_addr=" + std::string(64, 'a')).dls_ip_addr);
  EXPECT_FALSE(post("dls_ip_addr=" + std::string(254, '.')).dls_ip_addr);
}

TEST(ContactCall, PassesOverAPortThatIsNone) {
  for (const std::string port :
       {"", "0", "65536", "-1", "+1", "1a", "0x10", "%20443", "99999999999999999999"}) {
    const ContactCall call = post("dls_ip_addr=10.0.0.1&dls_ip_port=" + port);
    EXPECT_EQ(call.dls_ip_addr, "10.0.0.1") << port;
    EXPECT_EQ(call.dls_ip_port, std::nullopt) << port;
    EXPECT_EQ(call.problems.size(), 1U) << port;
  }
  EXPECT_THAT(post("dls_ip_addr=a&dls_ip_port=0").problems,
              ElementsAre("dls_ip_port \"0\" is no port from 1 to 65535"));
  EXPECT_EQ(post("dls_ip_addr=10.0.0.1&dls_ip_port=65535").dls_ip_port, 65535);
}

TEST(ContactCall, HasNoPortWithoutAnAddress) {
  const ContactCall call = post("ContactMe=true&dls_ip_port=443");
  EXPECT_EQ(call.dls_ip_port, std::nullopt);
  EXPECT_THAT(call.problems, ElementsAre("dls_ip_port 443 has no dls_ip_addr that it could belong to"));
}

TEST(ContactCall, IsKnownByItsPathAndMethod) {
  const auto asked = [](std::string method, std::string target) {
    return read_contact({std::move(method), std::move(target), {}, "ContactMe=true"}).asked;
  };
  const std::string contact(contact_path), push(push_path);
  EXPECT_EQ(asked("POST", "http://127.0.0.11:8085" + contact), Asked::contact_me);
  EXPECT_EQ(asked("GET", "HTTPS://phone" + contact + "?x"), Asked::contact_me);
  EXPECT_EQ(asked("GET", "/contact%5Fdls.html/ContactDLS"), Asked::contact_me);
  for (const char* method : {"HEAD", "PUT", "DELETE", "OPTIONS", "post", "TRACE"}) {
    EXPECT_EQ(asked(method, contact), Asked::other_method) << method;
    EXPECT_EQ(asked(method, push), Asked::other_method) << method;
    EXPECT_EQ(asked(method, "/"), Asked::other_path) << method;
  }
  EXPECT_EQ(asked("POST", push), Asked::push);
  for (const std::string& other :
       {std::string("/"), std::string("*"), contact + "/", contact + "+", "/x" + contact,
        std::string("/contact_dls.html/contactdls"), std::string("http://a"), "ftp://a" + contact,
        std::string("?ContactMe=true")})
    EXPECT_EQ(asked("POST", other), Asked::other_path) << other;
  const ContactCall pushed = read_contact({"POST", push, {}, "ContactMe=true"});
  EXPECT_EQ(pushed.contact_me, std::nullopt);
  EXPECT_FALSE(pushed.wants_call_back());
}

}  // namespace
}  // namespace understudy::net
