#include "transcript/mask.h"

#include <algorithm>
#include <cctype>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <random>
#include <set>
#include <sstream>

#include "items/catalogue.h"
#include "transcript/file.h"
#include "unit/transcript/transcript_support.h"
#include "wpi/reader.h"
#include "wpi/utf8.h"

namespace understudy::transcript {

namespace {

using ::testing::HasSubstr;
using ::testing::Not;

bool is_password(std::string_view name) {
  return name.size() > 4 && name.substr(name.size() - 4) == "-pwd";
}

std::string item(std::string_view content, std::string_view name = "sip-pwd") {
  return "<Item name=\"" + std::string(name) + "\">" + std::string(content) + "</Item>";
}

std::string masked(std::string_view bytes) {
  return Masker(is_password).body(bytes);
}

TEST(Masker, KeepsLengthAndKindsOfCharacters) {
  Masker masker(is_password);
  EXPECT_EQ(masker.secret("Geheim-42!"), "Xxxxxx-01!");
  EXPECT_EQ(masker.secret("ABC/def+0="), "XXX/xxx+1=");
  EXPECT_EQ(masker.secret("Stra\xC3\x9F"
                          "e\xE2\x82\xAC\xF0\x9F\x98\x80 1"),
            "Xxxx\xC3\x97x\xE2\x80\xA2\xF0\x9D\x93\x8D 1");
  EXPECT_EQ(masker.secret("L\xE4rm"), "X\xFFxy") << "what is no UTF-8 stays none";
  EXPECT_EQ(masker.secret(""), "");
}

TEST(Masker, CoversUserAndPasswordInTheUrlsOfOtherItems) {
  EXPECT_EQ(masked(item("https://desk:Pw&amp;1@10.0.0.5/files/a@b", "file-https-base-url")),
            item("https://xxxx:Xx&amp;1@10.0.0.5/files/a@b", "file-https-base-url"));
  EXPECT_EQ(masked(item("<![CDATA[https://desk:pw@host/]]>", "file-https-base-url")),
            item("<![CDATA[https://xxxx:xy@host/]]>", "file-https-base-url"));
  EXPECT_EQ(masked(item("https://10.0.0.5/files/", "file-https-base-url")), item("https://10.0.0.5/files/", "file-https-base-url"));
  Masker masker(is_password);
  EXPECT_EQ(masker.value("file-https-base-url", "https://desk:pw@host/"), "https://xxxx:xy@host/");
  EXPECT_EQ(masker.words("desk:pw was refused"), "xxxx:xy was refused");
}

TEST(Masker, GivesTheSameSecretTheSameStandInAndAnotherOneAnother) {
  Masker masker(is_password);
  const std::string first = masker.secret("hunter2");
  std::set<std::string> others;
  for (int i = 0; i < 200; ++i)
    others.insert(masker.secret("hunter" + std::to_string(1000 + i).substr(1, 3)));
  EXPECT_EQ(others.size(), 200U);
  EXPECT_EQ(masker.secret("hunter2"), first);
}

TEST(Masker, MakesStandInsFromTheCountAlone) {
  Masker one(is_password), two(is_password);
  EXPECT_EQ(one.secret("alpha7"), two.secret("omega3"));
  EXPECT_EQ(one.secret("bravo8"), two.secret("sigma9"));
}

TEST(Masker, MasksValuesOfSecretItemsOnly) {
  EXPECT_EQ(masked(item("topsecret1") + item("4241", "e164")), item("xxxxxxxxx1") + item("4241", "e164"));
  Masker masker(is_password);
  EXPECT_EQ(masker.value("sip-pwd", " abc "), " xxy ");
  EXPECT_EQ(masker.value("e164", "4241"), "4241");
  EXPECT_EQ(masker.body(item("\n  abc\n")), item("\n  xxy\n")) << "the same as its value";
}

TEST(Masker, KeepsXmlWellFormed) {
  const std::pair<const char*, const char*> cases[] = {
      {"a&amp;b&lt;&#65;c", "x&amp;x&lt;&#88;y"},
      {"<![CDATA[a&b<c]]>", "<![CDATA[x&x<y]]>"},
      {"ab<![CDATA[c]]>&apos;d", "xx<![CDATA[x]]>&apos;y"},
      {"&#x41;&#x61;&#x39;", "&#x58;&#x78;&#x31;"},
      {"&#097;&#0100;", "&#120;&#0121;"},
      {"&#228;&#xE4;&#x20AC;", "&#233;&#xE9;&#x4E2D;"},
      {"a<!-- bc -->d", "x<!-- xy -->y"},
  };
  for (const auto& [content, expected] : cases) {
    EXPECT_EQ(masked(item(content)), item(expected));
    wpi::Reader reader;
    const std::string bytes = "<M>" + masked(item(content)) + "</M>";
    EXPECT_TRUE(reader.read(bytes, wpi::Sender::service).well_formed) << bytes;
  }
}

TEST(Masker, KeepsTheLengthOfEveryReference) {
  for (unsigned code = 1; code < 0x3000; ++code) {
    for (const bool hexadecimal : {false, true}) {
      std::ostringstream reference;
      if (hexadecimal) reference << std::hex;
      reference << (hexadecimal ? "&#x" : "&#") << code << ";";
      const std::string before = item(reference.str());
      const std::string after = masked(before);
      ASSERT_EQ(after.size(), before.size()) << before << after;
      if (code >= 0x80 || std::isalnum(static_cast<int>(code)))
        ASSERT_EQ(after.substr(0, 23), before.substr(0, 23));
      else
        ASSERT_EQ(after, before);
    }
  }
}

TEST(Masker, KnowsASecretInEveryNotation) {
  Masker masker(is_password);
  const std::string plain = masker.body(item("Geheim"));
  EXPECT_EQ(masker.body(item("<![CDATA[Geheim]]>")), item("<![CDATA[" + masker.secret("Geheim") + "]]>"));
  EXPECT_EQ(masker.body(item(" Geheim\n")), item(" " + masker.secret("Geheim") + "\n"));
  EXPECT_EQ(plain, item(masker.secret("Geheim")));
  EXPECT_EQ(masker.header("Cookie", "k=Geh%65im"), "k=Xxx%78xy");
}

TEST(Masker, FindsItemsHoweverTheyAreWritten) {
  for (const std::string& bytes : {
           std::string("<Item name='sip-pwd' >Geheim</Item>"),
           std::string("<Item index=\"1\" name = \"sip-pwd\"\n>Geheim</Item >"),
           std::string("<d:Item name=\"sip-pwd\">Geheim</d:Item>"),
           std::string("<item NAME=\"sip-pwd\">Geheim</item>"),
           std::string("<Item name=\" sip-pwd \">Geheim</Item>"),
           std::string("<Item name=\"sip&#45;pwd\">Geheim</Item>"),
           std::string("<Item name=sip-pwd>Geheim</Item>"),
           std::string("<Item name=\"sip-pwd\" value=\"Geheim\"/>"),
           std::string("<!-- <Item name=\"sip-pwd\">Geheim</Item> -->"),
           std::string("<Item name=\"sip-pwd\">x<Geheim</Item>"),
           std::string("<Item name=\"sip-pwd\">x<Geheim>y</Item>"),
           std::string("<Item name=\"sip-pwd\"><v a=\"Geheim\">Geheim</v></Item>"),
           std::string("<Item name=\"sip-pwd\"><v Geheim/></Item>"),
           std::string("<Item name=\"sip-pwd\"><?x Geheim?></Item>"),
           std::string("<Item name=\"sip-pwd\">Geheim"),
           std::string("<Item name=\"sip-pwd\"><![CDATA[Geheim"),
           std::string("<Item name=\"sip-pwd\"><!-- Geheim"),
           std::string("<Item name=\"sip-pwd\">a & Geheim;</Item>"),
           std::string("<Item name=\"sip-pwd\">\xFFGeheim</Item>"),
       }) {
    const std::string after = masked(bytes);
    EXPECT_THAT(after, Not(HasSubstr("Geheim"))) << bytes;
    EXPECT_EQ(after.size(), bytes.size()) << after;
    EXPECT_THAT(after, HasSubstr("tem")) << after;
  }
}

TEST(Masker, LeavesWhatFollowsABrokenItem) {
  const std::string rest = "</ItemList><Message nonce=\"A1\"><Action>CleanUp</Action>";
  EXPECT_EQ(masked("<Item name=\"sip-pwd\">abc" + rest), "<Item name=\"sip-pwd\">xxy" + rest);
  EXPECT_EQ(masked("<Item name=\"sip-pwd\"/>" + rest), "<Item name=\"sip-pwd\"/>" + rest);
  EXPECT_EQ(masked("<Item name=\"sip-pwd\">abc" + item("4241", "e164")),
            "<Item name=\"sip-pwd\">xxy" + item("4241", "e164"));
}

TEST(Masker, SurvivesAMessageCutAtAnyByteAndStillHidesWhatItKnows) {
  const std::string whole =
      "<M><ItemList>" + item("Geheim&amp;mehr") + item("<![CDATA[Geheim]]>", "file-pwd") + "</ItemList></M>";
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    const std::string after = masked(whole.substr(0, cut));
    ASSERT_EQ(after.size(), cut);
    ASSERT_THAT(after, Not(HasSubstr("Geh")));
  }
}

TEST(Masker, MasksWholeWhatIsInTwoBytesACharacter) {
  std::string wide;
  for (const char c : item("Geheim")) wide += {c, '\0'};
  const std::string after = masked(wide);
  EXPECT_EQ(after.size(), wide.size());
  EXPECT_EQ(after.find(std::string("G\0e\0h\0", 6)), std::string::npos);
}

TEST(Masker, MasksCookiesButNotTheirAttributes) {
  Masker masker(is_password);
  EXPECT_EQ(masker.header("Set-Cookie", "JSESSIONID=4F2A9c; Path=/DeploymentService; Secure; HttpOnly"),
            "JSESSIONID=0X0X0y; Path=/DeploymentService; Secure; HttpOnly");
  EXPECT_EQ(masker.header("cookie", "JSESSIONID=4F2A9c; path=/; other=zz"),
            "JSESSIONID=0X0X0y; path=/; other=xy");
  EXPECT_EQ(masker.header("Set-Cookie", "bare"), "xxxy");
  EXPECT_EQ(masker.header("Set-Cookie", "path=zz"), "path=xy") << "the first pair is the cookie";
  EXPECT_EQ(masker.header("Set-Cookie", "a=\"4F2A9c\""), "a=\"0X0X0y\"");
  EXPECT_EQ(masker.header("Cookie", ""), "");
  EXPECT_EQ(masker.header("Content-Type", "text/xml"), "text/xml");
}

TEST(Masker, MasksPercentNotationAndKeepsItDecodable) {
  Masker masker(is_password);
  EXPECT_EQ(masker.header("Cookie", "mac=00%3A1A%3Ae8"), "mac=00%3A0X%3Ax1");
  EXPECT_EQ(masker.header("Cookie", "k=%C3%A4%62"), "k=%C3%97%79");
  EXPECT_EQ(masker.header("Cookie", "k=100%"), "k=001%");
  EXPECT_EQ(masker.header("Cookie", "k=a%ZZb"), "k=x%XXy");
  EXPECT_EQ(masker.header("Cookie", "k=%e4"), "k=%ff");
}

TEST(Masker, MasksAllOfAuthorization) {
  Masker masker(is_password);
  EXPECT_EQ(masker.header("Authorization", "Basic dXNlcjpwYXNz"), "Xxxxx xXXxxxxxXXXy");
  EXPECT_THAT(masker.header("Proxy-Authorization", "Bearer abc"), Not(HasSubstr("abc")));
}

TEST(Masker, MasksHeadsAsItMasksHeaders) {
  Masker masker(is_password);
  const std::string cookie = masker.header("Set-Cookie", "SID=4F2A9c; Path=/");
  EXPECT_EQ(
      masker.head("HTTP/1.1 200 OK\r\nset-cookie:  SID=4F2A9c; Path=/ \r\nSet-Cookie : SID=4F2A9c\n\r\n"),
      "HTTP/1.1 200 OK\r\nset-cookie:  " + cookie + " \r\nSet-Cookie : " + cookie.substr(0, 10) + "\n\r\n");
  EXPECT_EQ(masker.head("Authorization: Basic\r\n dXNl\r\nHost: x\r\n"),
            "Authorization: Xxxxy\r\n xXXy\r\nHost: x\r\n");
  EXPECT_EQ(masker.head("Set-Cookie: SID=4F\r\n\t2A; Path=/"), "Set-Cookie: SID=0Y\r\n\t0Z; Path=/");
  EXPECT_EQ(masker.head("no colon\r\n\r\n"), "no colon\r\n\r\n");
  EXPECT_EQ(masker.head(""), "");
}

TEST(Masker, MasksASecretThatStandsInTwoChunks) {
  wpi::HttpResponse response;
  response.body = item("Geheim");
  response.coded_body = "19;x=y\r\n" + response.body.substr(0, 25) + "\r\n9\r\n" + response.body.substr(25) +
                        "\r\n0\r\nSet-Cookie: a=bc\r\n\r\n";
  const wpi::HttpResponse after = Masker(is_password).masked(response);
  EXPECT_EQ(after.body, item("Xxxxxy"));
  EXPECT_EQ(after.coded_body, "19;x=y\r\n" + after.body.substr(0, 25) + "\r\n9\r\n" + after.body.substr(25) +
                                  "\r\n0\r\nSet-Cookie: a=xy\r\n\r\n");
}

TEST(Masker, MasksWholeWhatFollowsABrokenChunk) {
  wpi::HttpResponse response;
  response.body = item("Geh");
  response.coded_body = "1A\r\n" + response.body.substr(0, 26) + "\r\nZZ\r\nGeheim";
  const wpi::HttpResponse after = Masker(is_password).masked(response);
  EXPECT_EQ(after.coded_body.size(), response.coded_body.size());
  EXPECT_THAT(after.coded_body, Not(HasSubstr("Geh")));
}

TEST(Masker, HidesInWordsWhatItHasHidden) {
  Masker masker(is_password);
  masker.secret("4F2A9c");
  masker.secret("200");
  EXPECT_EQ(masker.words("the line \"SID 4F2A9c\" has no colon, 200"),
            "the line \"SID 0X0X0y\" has no colon, 200");
}

// What is secret in the recordings, found without the masker.
std::vector<std::string> cookies_of(const wpi::Headers& headers) {
  std::vector<std::string> values;
  for (const wpi::Header& header : headers)
    if (header.name == "Cookie" || header.name == "Set-Cookie") {
      const std::size_t from = header.value.find('=') + 1;
      values.push_back(header.value.substr(from, header.value.find(';') - from));
    }
  return values;
}

TEST(MaskedRecordings, ShowNoSecret) {
  Masker masker(items::is_secret);
  wpi::Reader reader;
  std::size_t secrets = 0;
  for (const Exchange& exchange : recorded_exchanges()) {
    const std::string line = to_line(exchange, &masker);
    auto cookies = cookies_of(exchange.request.headers);
    const auto set = cookies_of(exchange.response->headers);
    cookies.insert(cookies.end(), set.begin(), set.end());
    for (const std::string& cookie : cookies) {
      EXPECT_THAT(line, Not(HasSubstr(cookie)));
      ++secrets;
    }
    for (const bool answer : {false, true}) {
      const std::string& bytes = answer ? exchange.response->body : exchange.request.body;
      const wpi::Sender sender = answer ? wpi::Sender::service : wpi::Sender::phone;
      const wpi::Document before = reader.read(bytes, sender);
      const wpi::Document after = reader.read(masker.body(bytes), sender);
      ASSERT_EQ(before.items.size(), after.items.size());
      for (std::size_t i = 0; i < before.items.size(); ++i) {
        const bool hidden = items::is_secret(before.items[i].name);
        if (!hidden || before.items[i].value.empty()) {
          EXPECT_EQ(before.items[i].value, after.items[i].value);
          continue;
        }
        ++secrets;
        EXPECT_NE(before.items[i].value, after.items[i].value) << before.items[i].name;
        EXPECT_EQ(before.items[i].value.size(), after.items[i].value.size());
      }
    }
  }
  EXPECT_GT(secrets, 30U) << "the recordings hold user-pwd, sip-pwd, file-pwd and cookies";
}

TEST(MaskedRecordings, ParseToTheSameStructureAtTheSamePlaces) {
  Masker masker(items::is_secret);
  wpi::Reader reader;
  for (const Exchange& exchange : recorded_exchanges()) {
    const std::string& bytes = exchange.response->body;
    const std::string covered = masker.body(bytes);
    ASSERT_EQ(covered.size(), bytes.size());
    const wpi::Document before = reader.read(bytes, wpi::Sender::service, {true, {}});
    const wpi::Document after = reader.read(covered, wpi::Sender::service, {true, {}});
    EXPECT_EQ(before.well_formed, after.well_formed);
    EXPECT_EQ(before.error, after.error);
    EXPECT_EQ(before.error_place.offset, after.error_place.offset);
    EXPECT_EQ(before.nonce_or_empty(), after.nonce_or_empty());
    EXPECT_EQ(before.actions.size(), after.actions.size());
    EXPECT_EQ(before.item_lists, after.item_lists);
    EXPECT_EQ(before.oddities.size(), after.oddities.size());
    ASSERT_EQ(before.items.size(), after.items.size());
    for (std::size_t i = 0; i < before.items.size(); ++i) {
      EXPECT_EQ(before.items[i].name, after.items[i].name);
      EXPECT_EQ(before.items[i].place.offset, after.items[i].place.offset);
      EXPECT_EQ(before.items[i].place.column, after.items[i].place.column);
      EXPECT_EQ(before.items[i].length, after.items[i].length);
    }
  }
}

TEST(MaskedRecordings, KeepTheirLengthsHoweverTheyAreDamaged) {
  std::minstd_rand chance(7);
  const std::string_view pieces[] = {"<",
                                     ">",
                                     "\"",
                                     "&",
                                     "&#",
                                     ";",
                                     "<![CDATA[",
                                     "]]>",
                                     "<!--",
                                     "</Item>",
                                     "<Item name=\"sip-pwd\">",
                                     "%",
                                     "\xFF",
                                     "\xE2\x82",
                                     "=",
                                     "/",
                                     " "};
  for (const Exchange& exchange : recorded_exchanges())
    for (int round = 0; round < 20; ++round) {
      Masker masker(items::is_secret);
      std::string damaged = exchange.response->body;
      for (int i = 0; i < 8; ++i)
        damaged.insert(chance() % (damaged.size() + 1), pieces[chance() % std::size(pieces)]);
      const std::string after = masker.body(damaged);
      ASSERT_EQ(after.size(), damaged.size()) << damaged;
      ASSERT_EQ(std::count(after.begin(), after.end(), '\n'),
                std::count(damaged.begin(), damaged.end(), '\n'));
      const std::string cookie = masker.header("Cookie", damaged);
      ASSERT_EQ(cookie.size(), damaged.size());
      ASSERT_EQ(masker.head(damaged).size(), damaged.size());
    }
}

TEST(MaskedRecordings, KeepTheirLengthsWhenMaskedAgain) {
  Masker first(items::is_secret), second(items::is_secret);
  for (const Exchange& exchange : recorded_exchanges()) {
    const wpi::HttpResponse once = first.masked(*exchange.response);
    const wpi::HttpResponse twice = second.masked(once);
    EXPECT_EQ(once.body.size(), twice.body.size());
    EXPECT_EQ(once.head.size(), twice.head.size());
    EXPECT_EQ(twice.head.size(), exchange.response->head.size());
  }
}

}  // namespace

}  // namespace understudy::transcript
