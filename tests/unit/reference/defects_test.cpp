// Each defect changes what the service says where it has the occasion, and nothing else does.
#include "reference/defects.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <utility>

#include "reference/fault.h"
#include "reference/signature.h"
#include "reference_support.h"

namespace understudy::reference {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using enum wpi::Action;
using wpi::Reason;

Job job_of(JobKind kind) {
  Job job;
  job.kind = kind;
  if (kind == JobKind::write)
    job.items = {item("function-key-def", "1", "1"), item("select-dial", "4711", "1")};
  if (kind == JobKind::deploy_files)
    job.items = {item("file-https-base-url", "https://192.0.2.1/logo.png"), item("file-type", "LOGO")};
  return job;
}

// How phones are asked to call: one by contact-me, one that polls.
std::string asked_to_call(const std::vector<std::string>& defects) {
  using namespace std::chrono_literals;
  const std::string uri = "http://192.0.2.44:8085/contact_dls.html/ContactDLS", mac = "00:1A:E8:FF:03:00";
  Job job;
  job.kind = JobKind::read;
  job.items = {item("e164", "")};
  std::string said;

  Service asks(simulated(defects));
  HandPhone phone(asks, mac);
  phone.runs(phone.opens(Reason::start_up, {item("contact-me-uri", uri)}));
  asks.add_job(mac, job);
  for (const auto at : {1s, 11s, 121s, 301s})
    while (const auto contact = asks.next_contact(at)) {
      said += contact->uri + " " + contact->request.method + " " + contact->request.target + " " + contact->request.body;
      for (const wpi::Header& header : contact->request.headers) said += " " + header.value;
      said += " at " + std::to_string(at.count()) + " s\n";
      if (at == 1s) phone.runs(phone.opens(Reason::solicited));
    }

  Options options = simulated(defects);
  options.poll_url = "http://192.0.2.1:8080/dcmp/";
  Service polled(options);
  HandPhone poller(polled, mac);
  const auto poll = [&](const std::string& who) {
    said += ask(polled, {"GET", "/dcmp/contact-me?device-id=" + who, {}, ""}).served.bytes;
  };
  poll("00:1A:E8:FF:FF:FF");
  Answer answer = poller.opens(Reason::start_up, {item("contact-me-uri", uri)});
  for (int i = 0; i < 8 && answer.action() != clean_up; ++i) {
    said += answer.body;
    answer = poller.replies(answer.action().value_or(read_items));
  }
  poll(mac);
  polled.add_job(mac, job);
  if (defects.empty()) {
    EXPECT_FALSE(polled.next_contact(1s)) << "one that polls need not be asked";
  }
  poll(mac);
  poller.runs(poller.opens(Reason::solicited));
  poll(mac);
  return said;
}

// Everything that a check gives occasion for, with two phones, as one text of all that came.
std::string all_said(const std::vector<std::string>& defects, std::string_view needs) {
  Options options = simulated(defects);
  options.users = {{"4711", "246810"}};
  Service service(options);
  std::string said;
  const auto keep = [&](const Answer& answer) {
    const net::Served& served = answer.served;
    said += served.bytes + "|" + std::to_string(served.after.count()) + "|" + std::to_string(served.piece) +
            "|" + std::to_string(served.every.count()) + "|" + (served.close ? "close" : "open") + "\n";
    return answer;
  };
  for (const char* firmware : {"V3 R5.12.0", "V1 R4.9.0"}) {
    const std::string mac = std::string("00:1A:E8:FF:00:0") + firmware[1];
    HandPhone phone(service, mac, firmware);
    if (const auto kind = job_kind_spelled(needs)) {
      service.add_job(mac, job_of(*kind));
    }
    // As a phone does that understands whatever comes, so that both services get the same replies.
    const auto play = [&](Answer answer) {
      keep(answer);
      for (int i = 0; i < 6; ++i) {
        const wpi::Action replied[] = {read_all_items, write_items, read_items, restart, restart, restart};
        keep(phone.replies(answer.action().value_or(replied[i])));
      }
    };
    phone.nonce = std::string("ABCDEF") + firmware[1];
    play(phone.starts_up());
    phone.nonce += "2";
    play(phone.starts_up());
    keep(phone.opens(Reason::local_changes, {item("configuration-attached-flag", "true")}));
    keep(phone.opens(Reason::inventory_changes));
    keep(phone.opens(Reason::status, {item("file-deployment-status", "ok")}));

    // And one that goes the whole way.
    HandPhone other(service, mac + "-b", firmware);
    if (const auto kind = job_kind_spelled(needs)) {
      service.add_job(mac + "-b", job_of(*kind));
    }
    Answer answer = keep(other.starts_up());
    answer = keep(other.replies(read_all_items));
    for (int i = 0; i < 8; ++i) answer = keep(other.replies(answer.action().value_or(read_items)));
    keep(other.starts_up());

    // One that is in a call, and whose answer comes in fragments.
    HandPhone busy(service, mac + "-c", firmware);
    const auto next = wpi::Fragment::next;
    keep(busy.starts_up());
    keep(busy.replies(read_all_items, wpi::ReplyStatus::accepted, {item("e164", "1")}, next));
    keep(busy.replies(read_all_items, wpi::ReplyStatus::accepted, {item("country", "1")}));
    for (int i = 0; i < 3; ++i) keep(busy.replies(write_items, wpi::ReplyStatus::busy));
    keep(busy.opens(Reason::solicited));

    // And one at which a user comes and goes.
    HandPhone mobile(service, mac + "-d", firmware);
    const std::vector<wpi::Item> user = {item("e164", "4711"), item("basic-e164", "1"), item("user-pwd", "246810")};
    const auto opens = [&](std::vector<wpi::Item> more) {
      more.insert(more.begin(), user.begin(), user.end());
      keep(mobile.opens(Reason::inventory_changes, more));
    };
    opens({});
    opens({item("requested-items", "userdata-ldap")});
    opens({item("modified-items", "userdata-ldap")});

    // One that takes little, refuses an item, fails, and breaks off.
    HandPhone reluctant(service, mac + "-e", firmware);
    reluctant.max_items = "5";
    answer = keep(reluctant.starts_up());
    answer = keep(reluctant.replies(read_all_items, wpi::ReplyStatus::failed));
    keep(reluctant.replies(answer.action().value_or(read_all_items), wpi::ReplyStatus::failed));
    keep(reluctant.starts_up());
    keep(reluctant.replies(read_all_items));
    answer = keep(
        reluctant.replies(write_items, wpi::ReplyStatus::accepted, {item("country-iso", "", {}, "failed")}));
    for (int i = 0; i < 4; ++i) answer = keep(reluctant.replies(answer.action().value_or(read_items)));
    keep(reluctant.starts_up());
    keep(reluctant.cleans_up("password retries exceeded"));
  }
  // Phones that print their messages otherwise.
  int others = 0;
  const auto otherwise = [&](const auto& change) {
    HandPhone phone(service, "00:1A:E8:FF:01:0" + std::to_string(others++));
    change(phone);
    keep(phone.opens(Reason::start_up, {item("fault-time-user-pwd", std::string(1'500, '0'))}));
    phone.nonce += phone.nonce.size() < 32 ? "B" : "";
    const auto fragment = phone.max_items ? std::optional(wpi::Fragment::final_) : std::nullopt;
    keep(phone.replies(read_all_items, wpi::ReplyStatus::accepted, {item("blf-code", ""), item("date-format", "0"), item("sntp-addr-backup", "0.0.0.0")}, fragment));
    keep(phone.replies(write_items, wpi::ReplyStatus::accepted, {}, fragment));
    keep(phone.replies(read_items));
  };
  otherwise([](HandPhone& phone) { phone.layout.reordered = phone.layout.index_first = phone.layout.single_quotes = true; });
  otherwise([](HandPhone& phone) { phone.layout.line_before_reason = true; });
  otherwise([](HandPhone& phone) { phone.layout.items_on_lines = true; });
  otherwise([](HandPhone& phone) { phone.nonce = "0a1b2c"; });
  otherwise([](HandPhone& phone) { phone.layout.empty_as_one_tag = true; });
  otherwise([](HandPhone& phone) { phone.max_items.reset(); });  // and its replies lack fragment
  otherwise([](HandPhone& phone) { phone.reversed = true; });
  otherwise([](HandPhone& phone) { phone.verbatim = true; });
  otherwise([](HandPhone& phone) { phone.layout.references = wpi::Layout::References::numeric; });
  for (const wpi::ReplyStatus status : {wpi::ReplyStatus::busy, wpi::ReplyStatus::failed}) {
    HandPhone phone(service, "00:1A:E8:FF:02:0" + std::to_string(others++));
    keep(phone.starts_up());
    if (status == wpi::ReplyStatus::failed) keep(phone.replies(read_all_items));
    keep(phone.replies(status == wpi::ReplyStatus::failed ? write_items : read_all_items, status));
  }
  keep(ask(service, {"GET", std::string(wpi::default_path), {}, ""}));
  return said + asked_to_call(defects);
}

// What the good service says where that is needed: the same to the byte each time.
const std::string& good_said(const std::string& needs) {
  static std::map<std::string, std::string> said;
  const auto known = said.find(needs);
  return known != said.end() ? known->second : said.emplace(needs, all_said({}, needs)).first->second;
}

class EachDefect : public ::testing::TestWithParam<std::string> {};

TEST_P(EachDefect, ChangesWhatIsSaid) {
  const Fault& fault = *find_fault(GetParam());
  if (fault.defect.rule().starts_with("file.") || fault.defect.rule().starts_with("software.")) return;  // phones of the matrix have what they need
  // Likewise the phones of that, and hostile ones: no healthy phone brings out what those do.
  if (!fault.defect.scenario.empty() || fault.defect.rule().starts_with("robust.")) return;
  // In Secure Mode, and of certificates, secure_test.cpp and the matrix see them.
  const bool elsewhere = fault.listener.certificate != "valid" || !fault.listener.max_tls.empty() || fault.defect.needs.starts_with("bootstrap") ||
                         fault.defect.rule().starts_with("certificate.");
  const std::string& good = good_said(std::string(fault.defect.needs));
  const std::string bad = all_said({GetParam()}, fault.defect.needs);
  EXPECT_EQ(good == bad, elsewhere) << fault.defect.text;
}

TEST(TheGoodService, SaysTheSameToTheByte) {
  for (const char* needs : {"", "write", "restart", "factory-reset"})
    EXPECT_EQ(good_said(needs), all_said({}, needs));
}

std::vector<std::string> names() {
  std::vector<std::string> out;
  for (const Defect& defect : defects()) out.emplace_back(defect.name);
  return out;
}

INSTANTIATE_TEST_SUITE_P(All, EachDefect, ::testing::ValuesIn(names()), [](const auto& instance) {
  std::string name = instance.param;
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  return name;
});

TEST(Defects, HaveNamesThatDifferAndTextsThatSaySomething) {
  std::set<std::string_view> names, rules;
  std::string_view rule;
  for (const Defect& defect : defects()) {
    if (std::exchange(rule, defect.rule()) != defect.rule()) {
      EXPECT_TRUE(rules.insert(rule).second) << "the variants of " << rule << " do not stand together";
    }
    EXPECT_TRUE(names.insert(defect.name).second) << defect.name;
    EXPECT_THAT(defect.name, HasSubstr("/"));
    EXPECT_GT(defect.text.size(), 10u) << defect.name;
    EXPECT_THAT(defect.consequences, Not(Contains(defect.rule()))) << defect.name;
    if (!defect.needs.empty()) {
      EXPECT_TRUE(job_kind_spelled(defect.needs)) << defect.name;
    }
    const std::set<std::string_view> phones = {"", "reply-before-restart", "mobile-user", "undecoded-entities", "stale-cookie", "no-status-for-several"};
    EXPECT_TRUE(phones.contains(defect.phone)) << defect.name;
  }
  EXPECT_GE(names.size(), 180u);
}

TEST(Defects, AreFoundByNameAndByRule) {
  ASSERT_TRUE(defect_named("nonce.echo/own"));
  EXPECT_EQ((*defect_named("nonce.echo/own"))->name, "nonce.echo/own");
  ASSERT_TRUE(defect_named("http.status"));
  EXPECT_EQ((*defect_named("http.status"))->name, "http.status/500");
  EXPECT_EQ((*defect_named("http.status"))->rule(), "http.status");
  EXPECT_THAT(defect_named("nonce.ecko").error(), HasSubstr("did you mean nonce.echo?"));
  EXPECT_THAT(defect_named("nonce.echo/on").error(), HasSubstr("did you mean nonce.echo/own?"));
  EXPECT_THAT(defect_named("completely different").error(), HasSubstr("--list-defects"));
  EXPECT_FALSE(defect_named(""));
}

TEST(Defects, OfTheDoorSayWhatTheListenerIsToDo) {
  const auto faults = [](std::vector<std::string> names) { return listener_faults(names); };
  EXPECT_EQ(faults({}).certificate, "valid");
  EXPECT_EQ(faults({"tls.certificate-valid", "tls.version/1.0"}).certificate, "expired");
  EXPECT_EQ(faults({"tls.certificate-valid", "tls.version/1.0"}).max_tls, "TLSv1");
  EXPECT_EQ(faults({"tls.certificate-valid/wrong-name", "nonce.echo"}).certificate, "wrong_name");
  EXPECT_EQ(faults({"tls.version"}).max_tls, "TLSv1.1");
}

// A phone that has been answered so far that WriteItems comes next.
Answer writes(const std::string& defect) {
  Service service(simulated({defect}));
  HandPhone phone(service, "00:1A:E8:FF:00:01");
  phone.starts_up();
  return phone.replies(read_all_items);
}

TEST(Defects, DoWhatTheirTextSays) {
  EXPECT_EQ(writes("nonce.echo/lower-case").document.nonce_or_empty(), "0123456789abcdef0123456789abcdef");
  EXPECT_TRUE(writes("nonce.present/none").document.well_formed);
  EXPECT_FALSE(writes("nonce.present/none").document.nonce.has_value());
  EXPECT_EQ(writes("xml.item-list-place/list-per-item").document.item_lists, 9);
  EXPECT_NE(writes("xml.item-list-place/beside").document.odd(wpi::Oddity::item_list_outside), nullptr);
  EXPECT_NE(writes("xml.item-list-place/before-action").document.odd(wpi::Oddity::item_list_before_action),
            nullptr);
  EXPECT_FALSE(writes("xml.item-attributes/no-name").document.items.front().has_name);
  EXPECT_EQ(writes("xml.one-message/two-orders").document.messages, 2);
  EXPECT_EQ(writes("action.one/two").document.actions.size(), 2u);
  EXPECT_FALSE(writes("action.known/letter-case").action());
  EXPECT_TRUE(writes("action.write-items-some/empty-list").document.items.empty());
  EXPECT_EQ(writes("xml.root/dls-message").document.root, "DlsMessage");
  EXPECT_EQ(writes("xml.namespace-some/none").document.root_namespace, "");
  EXPECT_TRUE(writes("xml.namespace-some/bare").document.well_formed);
  EXPECT_EQ(writes("xml.namespace/own").document.root_namespace, "http://example.net/provisioning");
  EXPECT_NE(writes("xml.no-doctype/entity").document.odd(wpi::Oddity::doctype), nullptr);
  EXPECT_GT(writes("xml.size/blanks").body.size(), wpi::message_limit);
  EXPECT_EQ(writes("xml.size/tight").body.size(), 51'000u);
  EXPECT_EQ(writes("http.timely/31s").served.after, std::chrono::seconds(31));
  const net::Served slow = writes("http.timely/byte-by-byte").served;
  EXPECT_GT(slow.every * static_cast<int>(slow.bytes.size() / slow.piece), std::chrono::seconds(30));
  EXPECT_EQ(writes("fragment.not-unasked").action(), get_next_fragment);
  EXPECT_THAT(writes("item.known/misspelled").items(), Contains("sntp-adr=ntp.example.net"));
  EXPECT_THAT(writes("item.writable").items(), Contains("device-type=OpenStage 80"));
  EXPECT_THAT(writes("item.index/needless").items(), Contains("registration-backoff-timer[1]=120"));
  EXPECT_THAT(writes("item.unique").items(), ::testing::IsSupersetOf({"ringer-melody=1", "ringer-melody=2"}));
  EXPECT_EQ(writes("fragment.related-together/one-by-one").document.items.size(), 1u);
  for (const Defect& defect : defects()) {
    if (defect.rule() != "xml.well-formed") continue;
    EXPECT_FALSE(writes(std::string(defect.name)).document.well_formed) << defect.name;
  }
}

TEST(Defects, SignTheMessageAroundWhichAPhoneFindsItsWay) {
  const Answer answer = writes("xml.signature/reference");
  EXPECT_NE(answer.document.odd(wpi::Oddity::signature_envelope), nullptr);
  EXPECT_EQ(answer.document.root, "DLSMessage");
  EXPECT_EQ(answer.action(), write_items);
  EXPECT_EQ(answer.document.items.size(), 9u);
}

// The digest was made with another implementation: xmllint --c14n and openssl dgst -sha1 of the Object.
TEST(Signature, DigestsTheCanonicalObject) {
  std::string xml;
  wpi::write(wpi::ServiceMessage{"AB12", clean_up, {}}, xml);
  EXPECT_THAT(in_signature(xml, {}), HasSubstr("<DigestValue>F9sqcXYVRxEgtMut2hxKmz85E5k=</DigestValue>"));
  EXPECT_THAT(in_signature(xml, {.right_digest = false}),
              Not(HasSubstr("<DigestValue>F9sqcXYVRxEgtMut2hxKmz85E5k=</DigestValue>")));
}

TEST(Defects, OfBoundsComeToTheirEnd) {
  for (const auto& [name, most] :
       {std::pair("flow.bounded/writes-again", 20), std::pair("flow.bounded/reads-again", 20),
        std::pair("flow.bounded/one-by-one", 250)}) {
    Service service(simulated({name}));
    HandPhone phone(service, "00:1A:E8:FF:00:01");
    const auto actions = phone.runs(phone.starts_up());
    EXPECT_EQ(actions.back(), clean_up) << name;
    EXPECT_LT(actions.size(), static_cast<std::size_t>(most)) << name;
  }
  Service service(simulated({"flow.bounded/endless"}));
  HandPhone phone(service, "00:1A:E8:FF:00:01");
  EXPECT_EQ(phone.runs(phone.starts_up()).size(), 400u);
}

}  // namespace
}  // namespace understudy::reference
