#include "transcript/anonymise.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "items/catalogue.h"
#include "items/identity.h"
#include "transcript/file.h"
#include "transcript/har.h"
#include "transcript/json.h"
#include "unit/transcript/transcript_support.h"

namespace understudy::transcript {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::vector<Entry> anonymised(const std::vector<Entry>& entries) {
  Anonymiser anonymiser({items::is_secret, items::identifies, items::is_common_word});
  for (const Entry& entry : entries) anonymiser.learn(entry);
  std::vector<Entry> out;
  for (const Entry& entry : entries) out.push_back(anonymiser.anonymised(entry));
  return out;
}

std::string everything(const std::vector<Entry>& entries) {
  std::string out;
  for (const Entry& entry : entries) out += to_line(entry, nullptr) + "\n";
  return out + to_har(entries, nullptr);
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// Somebody's recording, with who they are in every place that there is.
std::vector<Entry> planted() {
  Start start;
  start.masked = false;
  start.program = "understudy 1";
  start.service = "https://dls.nordwind-werke.de:18443/DeploymentService/LoginService";
  PhoneMark phone;
  phone.phone = "phone-4940556677";
  phone.model = "OpenStage 60";
  phone.mac = "00:1a:e8:4f:5c:c2";
  phone.e164 = "4940556677";
  phone.certificate_password = "Kraehennest";
  Mark note;
  note.text = "Petersen (001AE84F5CC2) logs on at 00-1A-E8-4F-5C-C2, petersen@nordwind-werke.de";
  Exchange talk;
  talk.number = 1;
  talk.phone = phone.phone;
  talk.interaction = talk.message = 1;
  talk.local = "10.77.3.21:43210";
  talk.remote = "10.77.1.5:18443";
  talk.tls.emplace();
  talk.tls->subject = "CN=dls.nordwind-werke.de, O=Nordwind Werke GmbH";
  talk.tls->issuer = "C=DE, O=Nordwind Werke GmbH, CN=Petersens CA";
  talk.request = {
      "POST",
      "/DeploymentService/LoginService?who=petersen%40nordwind-werke.de&mac=00%3A1A%3aE8%3A4F%3A5C%3AC2",
      {{"Host", "dls.nordwind-werke.de:18443"},
       {"User-Agent", "OpenStage_60/V3 (001ae84f5cc2)"},
       {"Cookie", "JSESSIONID=Kastanienallee77"}},
      R"(<DLSMessage xmlns="http://www.siemens.com/DLS"><Message nonce="A1"><ReasonForContact>start-up</ReasonForContact><ItemList>)"
      R"(<Item name="mac-addr">00:1A:E8:4F:5C:C2</Item><Item name="e164">4940556677</Item><Item name="device-type">OpenStage 60</Item>)"
      R"(<Item name="display-id-unicode">J&#xF6;rg P&#101;tersen</Item><Item name="contact-me-uri">http://10.77.3.21:8085/contact_dls.html/ContactDLS</Item>)"
      R"(<Item name="ng911-location-ca">Speicherstadt 12</Item><Item name="user-pwd">Kraehennest9</Item><Item name="wlan-ssid">Schuppen52</Item>)"
      R"(<Item name="serial-no"><![CDATA[SN Q7788-4455]]></Item></ItemList></Message></DLSMessage>)"};
  wpi::HttpResponse& answer = talk.response.emplace();
  answer.version = "HTTP/1.1";
  answer.status = 200;
  answer.head =
      "HTTP/1.1 200 OK\r\nContent-Length: 55667\r\nX-Server: DLS.Nordwind-Werke.de (10.77.1.5)\r\nX-Was: "
      "Kastanienallee77, kraehennest9\r\n\r\n";
  answer.headers = {{"Content-Length", "55667"},
                    {"X-Server", "DLS.Nordwind-Werke.de (10.77.1.5)"},
                    {"X-Was", "Kastanienallee77, kraehennest9"}};
  answer.complete = true;
  // Broken, with who they are in text, a comment, attributes and base64.
  answer.body =
      R"(<DLSMessage><Message nonce="A1" by="Petersen"><Action>WriteItems</Action><!-- for 4940556677, SPEICHERSTADT --><ItemList>)"
      R"(<Item name="line-sip-uri" index="1">sip:4940556677@sip.nordwind-werke.de;transport=tcp</Item>)"
      R"(<Item name="file-name">logo_001AE84F5CC2.png</Item><Item name="note">)" +
      to_base64("for Petersen, 4940556677") +
      R"(</Item><Item name="display-id">Petersen<Item schuppen52 Q7788)";
  answer.coded_body = "10\r\n" + answer.body.substr(0, 16) + "\r\n0\r\nX-Trailer: Petersen\r\n\r\n";
  answer.problems.push_back({wpi::HttpFlaw::bad_chunk, "\"Petersen\" stands there", 3});
  talk.failure = "dls.nordwind-werke.de closed on 001AE84F5CC2";
  Contact contact;
  contact.phone = phone.phone;
  contact.local = "10.77.3.21:8085";
  contact.remote = "10.77.1.5:5151";
  contact.elsewhere = "zwei.nordwind-werke.de:443";
  contact.request = {"GET",
                     "/contact_dls.html/ContactDLS?ContactMe=true&for=4940556677",
                     {{"Host", "10.77.3.21:8085"}},
                     "\xFF petersen \x01"};
  contact.problem = "Petersen is not there";
  Exchange poll;
  poll.number = 2;
  poll.poll = true;
  poll.phone = phone.phone;
  poll.request = {"GET", "/poll?device-id=001AE84F5CC2&x=1", {{"Host", "[2001:db8:77::5]:8080"}}, ""};
  return {start, phone, note, contact, talk, poll};
}

// In lower case.
const std::vector<std::string>& identities_planted() {
  static const std::vector<std::string> all = {
      "001ae84f5cc2",  "00:1a:e8:4f:5c:c2", "00-1a-e8",    "e8%3a4f", "4940556677", "petersen",
      "&#xf6;",        "nordwind",          "werke",       "gmbh",    "10.77.",     "2001:db8",
      "speicherstadt", "schuppen52",        "kraehennest", "q7788",   "4455",       "kastanienallee77",
      "zwei."};
  return all;
}

TEST(Anonymiser, LeavesNoIdentityInAnyNotationAnywhere) {
  const std::vector<Entry> before = planted();
  const std::string shown = lower(everything(before)), hidden = lower(everything(anonymised(before)));
  for (const std::string& identity : identities_planted()) {
    EXPECT_THAT(shown, HasSubstr(identity)) << "is not planted";
    EXPECT_THAT(hidden, Not(HasSubstr(identity)));
  }
  const std::string base64 = to_base64("for Petersen, 4940556677");
  EXPECT_THAT(everything(before), HasSubstr(base64));
  EXPECT_THAT(everything(anonymised(before)), Not(HasSubstr(base64)));
}

TEST(Anonymiser, KeepsWhatIsNobodys) {
  const std::string after = everything(anonymised(planted()));
  for (const char* kept :
       {"OpenStage 60", "OpenStage_60/V3", "/DeploymentService/LoginService", "contact_dls.html/ContactDLS",
        "http://www.siemens.com/DLS", "Content-Length: 55667", "transport=tcp", "ReasonForContact",
        "WriteItems", ":18443", "understudy 1", "JSESSIONID="})
    EXPECT_THAT(after, HasSubstr(kept));
}

TEST(Anonymiser, KeepsEveryLength) {
  const std::vector<Entry> before = planted(), after = anonymised(planted());
  for (std::size_t n = 0; n < before.size(); ++n) {
    const auto* was = std::get_if<Exchange>(&before[n]);
    if (!was) continue;
    const auto& is = std::get<Exchange>(after[n]);
    EXPECT_EQ(is.request.target.size(), was->request.target.size());
    EXPECT_EQ(is.request.body.size(), was->request.body.size());
    if (!was->response) continue;
    EXPECT_EQ(is.response->head.size(), was->response->head.size());
    EXPECT_EQ(is.response->body.size(), was->response->body.size());
    EXPECT_EQ(is.response->coded_body.size(), was->response->coded_body.size());
    EXPECT_EQ(is.response->coded_body.substr(4, 16), is.response->body.substr(0, 16));
  }
}

TEST(Anonymiser, GivesOneOriginalOneStandInInEveryPlace) {
  const std::vector<Entry> after = anonymised(planted());
  const auto& phone = std::get<PhoneMark>(after[1]);
  const auto& talk = std::get<Exchange>(after[4]);
  EXPECT_EQ(phone.mac, "02:00:00:00:00:01");
  ASSERT_TRUE(talk.said && talk.said->well_formed);
  EXPECT_THAT(talk.said->find("display-id-unicode")->value, Not(HasSubstr("J\xC3\xB6rg")));
  EXPECT_EQ(talk.said->find("mac-addr")->value, phone.mac);
  EXPECT_EQ(talk.said->find("e164")->value, phone.e164);
  EXPECT_EQ(talk.phone, phone.phone);
  EXPECT_EQ(phone.phone, "phone-" + phone.e164);
  EXPECT_THAT(talk.said->find("contact-me-uri")->value,
              HasSubstr("http://" + talk.local.substr(0, talk.local.find(':')) + ":8085/"));
  EXPECT_EQ(std::get<Exchange>(after[5]).request.target, "/poll?device-id=020000000001&x=1");
  EXPECT_THAT(talk.response->body, HasSubstr("sip:" + phone.e164 + "@"));
  EXPECT_THAT(talk.response->body, HasSubstr("logo_020000000001.png"));
}

// A nonce is base64 too, if one likes.
TEST(Anonymiser, LeavesNoncesAsTheyAre) {
  std::vector<Entry> entries = planted();
  auto& talk = std::get<Exchange>(entries[4]);
  for (const char* nonce : {"E116934780BA14E5EE1FC6D39EC6D81F", "87D8E723D66F59B09AB22339B1B1607C"}) {
    talk.response->body = "<Message nonce=\"" + std::string(nonce) + "\">";
    EXPECT_EQ(std::get<Exchange>(anonymised(entries)[4]).response->body, talk.response->body);
  }
}

TEST(Anonymiser, IsTheSameTwice) {
  EXPECT_EQ(everything(anonymised(planted())), everything(anonymised(planted())));
}

TEST(Anonymiser, SurvivesBytesOfAnyKind) {
  std::vector<Entry> entries = planted();
  auto& talk = std::get<Exchange>(entries[4]);
  const std::string whole = talk.response->body;
  for (std::size_t cut = 0; cut <= whole.size(); cut += 3) {
    talk.response->body = whole.substr(0, cut) + (cut % 2 ? "\xC3" : std::string(1, '\0'));
    const std::vector<Entry> after = anonymised({entries[0], talk});
    EXPECT_EQ(std::get<Exchange>(after[1]).response->body.size(), talk.response->body.size()) << cut;
  }
}

TEST(Anonymiser, LeavesTheMessagesOfRealServicesWellFormedAndAsLong) {
  std::vector<Entry> recorded{Start{}};
  for (const Exchange& exchange : recorded_exchanges()) recorded.emplace_back(exchange);
  const std::vector<Entry> entries = read(whole_file(recorded))->entries, after = anonymised(entries);
  for (std::size_t n = 0; n < entries.size(); ++n) {
    if (!std::holds_alternative<Exchange>(entries[n])) continue;
    const auto &was = std::get<Exchange>(entries[n]), &is = std::get<Exchange>(after[n]);
    EXPECT_EQ(is.request.body.size(), was.request.body.size());
    ASSERT_EQ(static_cast<bool>(is.answer), static_cast<bool>(was.answer));
    if (was.answer) {
      EXPECT_EQ(is.answer->well_formed, was.answer->well_formed);
      EXPECT_EQ(is.answer->action(), was.answer->action());
      EXPECT_EQ(is.answer->items.size(), was.answer->items.size());
      EXPECT_EQ(is.answer->nonce_or_empty(), was.answer->nonce_or_empty());
    }
  }
}

}  // namespace
}  // namespace understudy::transcript
