#include "net/target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace understudy::net {
namespace {

using ::testing::HasSubstr;

TEST(TargetUrl, GivesHostPortAndPath) {
  const auto target = target_of("https://dls.example:8443/some/path?x=1");
  ASSERT_TRUE(target) << target.error();
  EXPECT_TRUE(target->tls);
  EXPECT_EQ(target->host, "dls.example");
  EXPECT_EQ(target->port, 8443);
  EXPECT_EQ(target->path, "/some/path?x=1");
  EXPECT_EQ(target->host_header(), "dls.example:8443");
  EXPECT_EQ(target->url(), "https://dls.example:8443/some/path?x=1");
}

TEST(TargetUrl, HasThePhonesPathAndPortWhereItNamesNone) {
  for (const char* url : {"https://10.0.0.5", "https://10.0.0.5/", "HTTPS://10.0.0.5:18443"}) {
    const auto target = target_of(url);
    ASSERT_TRUE(target) << url << ": " << target.error();
    EXPECT_EQ(target->url(), "https://10.0.0.5:18443/DeploymentService/LoginService") << url;
  }
  EXPECT_EQ(target_of("https://a:1?q")->path, "/DeploymentService/LoginService?q");
}

TEST(TargetUrl, TakesIpv6InBracketsAndGivesItBackSo) {
  const auto target = target_of("https://[::1]:443/x");
  ASSERT_TRUE(target) << target.error();
  EXPECT_EQ(target->host, "::1");
  EXPECT_EQ(target->url(), "https://[::1]:443/x");
  EXPECT_EQ(target_of("https://[fe80::1]")->port, 18443);
}

TEST(PollTarget, IsPlainOrOverTlsAndHasTheUsualPortsOfHttp) {  // guide p.15
  const auto plain = poll_target_of("http://192.0.2.5/dcmp/contact-me?device-id=00:1A:E8:FF:00:01");
  ASSERT_TRUE(plain) << plain.error();
  EXPECT_FALSE(plain->tls);
  EXPECT_EQ(plain->url(), "http://192.0.2.5:80/dcmp/contact-me?device-id=00:1A:E8:FF:00:01");
  EXPECT_EQ(poll_target_of("http://a:8080/x")->port, 8080);
  EXPECT_EQ(poll_target_of("https://a/x")->url(), "https://a:443/x");
  EXPECT_EQ(poll_target_of("http://a")->path, "/");
  EXPECT_EQ(poll_target_of("http://a?x")->path, "/?x");
  EXPECT_THAT(poll_target_of("ftp://a/x").error(), HasSubstr("unknown scheme"));
}

struct Mistake {
  std::string url, said;
};

TEST(TargetUrl, NamesEachMistakeInOneLine) {
  const std::vector<Mistake> mistakes = {
      {"", "no URL"},
      {"10.0.0.5:18443", "no scheme; write https://host:port"},
      {"localhost", "no scheme"},
      {"https:/a", "two slashes"},
      {"https:a:1", "two slashes"},
      {"://a", "no scheme"},
      {"http://a:1", "http:// is refused"},
      {"HTTP://a:1", "http:// is refused"},
      {"sdlp://a:18443", "unknown scheme \"sdlp\""},
      {"https://", "no host"},
      {"https://:18443", "no host"},
      {"https:///path", "no host"},
      {"https://a:", "no port after the colon"},
      {"https://a:/x", "no port after the colon"},
      {"https://a:0", "\"0\" is no port"},
      {"https://a:65536", "\"65536\" is no port"},
      {"https://a:-1", "\"-1\" is no port"},
      {"https://a:18443x", "\"18443x\" is no port"},
      {"https://a:99999999999999999999", "is no port"},
      {"https://a:1:2", "is no port"},
      {"https://a b:1", "no blanks"},
      {"https://a:1/x y", "no blanks"},
      {"https://a:1/\n", "no control characters"},
      {"https://b\xC3\xBC:1", "ASCII"},
      {"https://user:pw@a:1", "no user and password"},
      {"https://a:1/#top", "#fragment"},
      {"https://::1", "brackets"},
      {"https://[::1", "no ]"},
      {"https://[::1]443", "only :port may follow"},
      {"https://[::g]:1", "no IPv6 address"},
      {"https://[127.0.0.1]:1", "no IPv6 address"},
      {"https://300.0.0.1:1", "\"300.0.0.1\" is no IPv4 address"},
      {"https://127.1:1", "no IPv4 address"},
      {"https://a,b:1", "has no \",\""},
  };
  for (const Mistake& mistake : mistakes) {
    const auto target = target_of(mistake.url);
    ASSERT_FALSE(target) << mistake.url;
    EXPECT_THAT(target.error(), HasSubstr(mistake.said)) << mistake.url;
    EXPECT_EQ(target.error().find('\n'), std::string::npos) << mistake.url;
  }
}

TEST(NearAddresses, AreLoopbackAndPrivateOnes) {
  for (const char* near :
       {"127.0.0.1", "127.255.255.254", "::1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.0.9",
        "169.254.1.1", "fc00::1", "fdff::1", "fe80::1", "fe80::1%eth0", "febf::1", "::ffff:10.0.0.1"})
    EXPECT_TRUE(is_near(near)) << near;
  for (const char* far :
       {"8.8.8.8", "172.15.255.255", "172.32.0.0", "192.169.0.1", "169.255.0.1", "11.0.0.1", "0.0.0.0",
        "::", "2001:db8::1", "fec0::1", "fb00::1", "::ffff:8.8.8.8", "::2", "localhost", ""})
    EXPECT_FALSE(is_near(far)) << far;
}

TEST(LoopbackAddresses, AreNoOthers) {
  for (const char* loopback : {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"})
    EXPECT_TRUE(is_loopback(loopback)) << loopback;
  for (const char* other : {"10.0.0.1", "128.0.0.1", "::", "fe80::1", "localhost"})
    EXPECT_FALSE(is_loopback(other)) << other;
}

}  // namespace
}  // namespace understudy::net
