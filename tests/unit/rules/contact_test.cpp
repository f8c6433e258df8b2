// contact.* and poll.*: each rule held and deviated from.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules_support.h"

namespace understudy::conformance {
namespace {

using namespace std::chrono_literals;
using transcript::Contact;
using transcript::Exchange;
using transcript::Heed;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string clean_up = order("CleanUp");
const std::string write = order("WriteItems", item("sntp-addr", "192.0.2.9"));
const wpi::Header session{"Set-Cookie", "s=1; Secure; HttpOnly"};

// As the vendor's service asks (guide p.15).
Contact asked(transcript::microseconds at = 1s) {
  Contact contact;
  contact.at = at;
  contact.phone = "phone-1";
  contact.local = "10.0.0.7:8085";
  contact.remote = "10.0.0.1:40000";
  contact.request = {"POST", "/contact_dls.html/ContactDLS",
                     {{"Content-type", "application/x-www-form-urlencoded; charset=utf-8"}}, "ContactMe=true"};
  contact.status = 204;
  contact.heed = Heed::calls_back;
  return contact;
}

std::vector<Turn> says(const std::string& reason, const std::vector<std::string>& answers) {
  std::vector<Turn> turns;
  for (const std::string& answer : answers)
    turns.push_back({turns.empty() ? with_items(phone_says(reason), item("contact-me-uri", "http://10.0.0.7:8085/contact_dls.html/ContactDLS"))
                                   : reply_to("WriteItems"),
                     {.body = answer}});
  turns.front().answer.headers.push_back(session);
  return turns;
}

// A phone that has started up, and then this.
struct Desk : Bench {
  Desk() { hear(says("start-up", {clean_up}), "clean_up"); }
  void polls(int status, transcript::microseconds at = 100s, const std::string& phone = "phone-1") {
    Exchange x = exchange({"", {.status = status, .body = ""}}, phone);
    x.poll = true;
    x.interaction = 0;
    x.request = {"GET", "/dcmp/contact-me?device-id=00:1A:E8:FF:00:01", {}, ""};
    x.begun = at;
    if (status == 0) {
      x.response.reset();
      x.outcome = transcript::Outcome::no_connection;
      x.failure = "refused";
    }
    take(x);
  }
  void job_starts(transcript::microseconds at) { take(transcript::Mark{at, transcript::Event::job, "phone-1", 0, "write"}); }
};

std::uint64_t held(const Verdict& verdict, const std::string& rule) { return result(verdict, rule).held; }

Verdict with_contact(const std::function<void(Contact&)>& change) {
  Desk desk;
  Contact contact = asked();
  change(contact);
  desk.take(contact);
  return desk.finish();
}

TEST(ContactForm, IsHeldByTheGuidesRequest) {
  const Verdict verdict = with_contact([](Contact&) {});
  EXPECT_EQ(held(verdict, "contact.form"), 1u);
  EXPECT_THAT(deviating(verdict), IsEmpty());
}

TEST(ContactForm, TellsWhatOfItIsWrong) {
  using Change = std::function<void(Contact&)>;
  const std::vector<std::pair<Change, std::string>> wrong = {
      {[](Contact& c) { c.request.method = "GET", c.request.target += "?ContactMe=true", c.request.body.clear(); }, "asks by GET"},
      {[](Contact& c) { c.request.headers.clear(); }, "asks with a body that is not labelled a form"},
      {[](Contact& c) { c.request.body.clear(); }, "asks without the parameter ContactMe"},
      {[](Contact& c) { c.request.target = "/contact_dls.html/contactDLS"; }, "asks at another place than the phone named"},
      {[](Contact& c) { c.local = "10.0.0.7:443", c.encrypted = true; }, "asks at another port than the phone named"}};
  for (const auto& [change, message] : wrong) {
    const Finding finding = only_finding(with_contact(change), "contact.form");
    EXPECT_EQ(finding.message, message);
    EXPECT_EQ(finding.where, "in a contact-me from 10.0.0.1:40000");
    EXPECT_EQ(finding.phone, "phone-1");
  }
}

TEST(ContactForm, TellsEachFaultOfARequestThatHasSeveral) {
  const Verdict verdict = with_contact([](Contact& c) { c.request = {"GET", "/contact_dls.html/ContactDLS", {}, ""}; });
  EXPECT_EQ(levels(verdict, "contact.form").size(), 2u);
}

TEST(ContactRules, DoNotSpeakOfWhatIsNoContactMe) {
  for (const Heed heed : {Heed::no_contact, Heed::nobody}) {
    const Verdict verdict = with_contact([&](Contact& c) { c.heed = heed, c.request.method = "GET", c.request.body.clear(); });
    EXPECT_THAT(deviating(verdict), IsEmpty());
    EXPECT_EQ(held(verdict, "contact.form"), 0u);
  }
}

std::vector<Turn> calls(const std::string& host, const std::function<void(Exchange&)>& change = {}) {
  auto turns = says("solicited", {clean_up});
  turns[0].change = [host, change](Exchange& x) {
    x.request.headers.push_back({"Host", host});
    if (change) change(x);
  };
  return turns;
}

TEST(ContactAddress, IsHeldWhereThePhoneFindsSomebodyThere) {
  Desk desk;
  Contact contact = asked();
  contact.elsewhere = "10.0.0.2:18443";
  desk.take(contact);
  desk.hear(calls("10.0.0.2:18443"), "clean_up");
  const Verdict verdict = desk.finish();
  EXPECT_EQ(held(verdict, "contact.address"), 1u);
  EXPECT_THAT(deviating(verdict), IsEmpty());
}

TEST(ContactAddress, IsDeviatedFromWhereNobodyIsThereAndNoOtherRuleIs) {
  Desk desk;
  Contact contact = asked();
  contact.elsewhere = "10.0.0.2:1";
  desk.take(contact);
  const auto nobody = [](Exchange& x) {
    x.response.reset(), x.answer.reset();
    x.outcome = transcript::Outcome::no_connection;
    x.failure = "10.0.0.2:1 refused the connection";
  };
  desk.hear(calls("10.0.0.2:1", nobody), "connection_lost");
  const Verdict verdict = desk.finish();
  EXPECT_THAT(deviating(verdict), ElementsAre("contact.address"));
  EXPECT_EQ(only_finding(verdict, "contact.address").came, "10.0.0.2:1 refused the connection");
}

TEST(ContactAddress, IsNotBlamedWhereWeOurselvesDoNotSendThere) {
  Desk desk;
  Contact contact = asked();
  contact.elsewhere = "203.0.113.9:18443";
  desk.take(contact);
  desk.hear(calls("203.0.113.9:18443", [](Exchange& x) {
              x.response.reset(), x.answer.reset();
              x.outcome = transcript::Outcome::not_allowed;
            }),
            "connection_lost");
  EXPECT_THAT(deviating(desk.finish()), IsEmpty());
}

TEST(ContactAddress, IsDeviatedFromByWhatIsNoAddress) {
  const Finding finding = only_finding(with_contact([](Contact& c) { c.problem = "dls_ip_port \"0\" is no port"; }), "contact.address");
  EXPECT_THAT(finding.message, HasSubstr("\"0\" is no port"));
}

Verdict asked_at(const std::vector<transcript::microseconds>& times, const std::string& gap = "") {
  Desk desk;
  if (!gap.empty())
    desk.hear(says("start-up", {order("WriteItems", item("dls-contact-interval", gap)), clean_up}), "clean_up");
  for (const auto at : times) desk.take(asked(at));
  return desk.finish();
}

TEST(ContactPaced, WantsTheGapBetweenTwoAndTheServicesOwnWhereItSetOne) {
  EXPECT_EQ(held(asked_at({10s}), "contact.paced"), 0u) << "one gives no occasion";
  EXPECT_EQ(held(asked_at({10s, 310s}), "contact.paced"), 1u);
  EXPECT_EQ(held(asked_at({10s, 309'400ms}), "contact.paced"), 1u) << "the first one was longer on its way";
  EXPECT_THAT(deviating(asked_at({10s, 308s})), ElementsAre("contact.paced"));
  const Verdict fast = asked_at({10s, 130s});
  EXPECT_THAT(deviating(fast), ElementsAre("contact.paced"));
  EXPECT_EQ(only_finding(fast, "contact.paced").came, "120 s");
  EXPECT_THAT(deviating(asked_at({10s, 130s}, "100")), IsEmpty());
  EXPECT_THAT(deviating(asked_at({10s, 130s}, "200")), ElementsAre("contact.paced"));
}

TEST(ContactPaced, KnowsTheGapThatThePhoneSaysAmongAllItsItems) {
  const auto said_at = [](const std::string& items, bool in_bytes_alone) {
    Desk desk;
    auto turns = says("start-up", {order("ReadAllItems"), clean_up});
    turns[1].said = with_items(reply_to("ReadAllItems"), items);
    turns[1].change = [in_bytes_alone](Exchange& x) {
      auto said = std::make_shared<wpi::Document>(*x.said);
      if (in_bytes_alone) said->items.clear();
      said->items_left_out = in_bytes_alone;
      x.said = said;
    };
    desk.hear(turns, "clean_up");
    for (const auto at : {10s, 130s}) desk.take(asked(at));
    return desk.finish();
  };
  const std::string interval = "dls-contact-interval", before = item("e164", "4711"), after = item("sntp-addr") + "<Item name=\"x\"/>";
  for (const bool in_bytes_alone : {false, true}) {
    EXPECT_THAT(deviating(said_at(before + after, in_bytes_alone)), ElementsAre("contact.paced"));
    EXPECT_THAT(deviating(said_at(before + item(interval, "100") + after, in_bytes_alone)), IsEmpty());
    EXPECT_THAT(deviating(said_at(item(interval, "200"), in_bytes_alone)), ElementsAre("contact.paced"));
    EXPECT_THAT(deviating(said_at(item("sip-name", interval) + item(interval, "100"), in_bytes_alone)), IsEmpty())
        << "another item has its name for a value";
    EXPECT_THAT(deviating(said_at(item(interval, "", R"( status="failed")") + after, in_bytes_alone)), ElementsAre("contact.paced"));
  }
}

TEST(ContactNotRepeated, LeavesAMinuteAfterAnAcknowledgement) {
  EXPECT_THAT(deviating(asked_at({10s, 20s})), ElementsAre("contact.not-repeated")) << "and contact.paced is not reported as well";
  EXPECT_EQ(held(asked_at({10s, 70s}), "contact.not-repeated"), 1u);
  Desk desk;
  Contact unanswered = asked(10s);
  unanswered.status = 0;
  desk.take(unanswered);
  desk.take(asked(20s));
  EXPECT_THAT(deviating(desk.finish()), ElementsAre("contact.paced")) << "what was not acknowledged may be asked again";
}

TEST(PollStatus, IsHeldBy200And202Alone) {
  for (const int good : {200, 202}) {
    Desk desk;
    desk.polls(good);
    const Verdict verdict = desk.finish();
    EXPECT_EQ(held(verdict, "poll.status"), 1u) << good;
    EXPECT_THAT(deviating(verdict), IsEmpty());
  }
  for (const int bad : {204, 302, 404, 500, 0}) {
    Desk desk;
    desk.polls(bad);
    EXPECT_THAT(deviating(desk.finish()), ElementsAre("poll.status")) << bad;
  }
}

TEST(PollTarget, IsAPlainHttpUrl) {
  const auto of = [](const std::string& url) {
    Desk desk;
    desk.hear(says("start-up", {order("WriteItems", item("dcmp-url", url)), clean_up}), "clean_up");
    return desk.finish();
  };
  EXPECT_EQ(held(of("http://10.0.0.1:8080/dcmp/"), "poll.target"), 1u);
  const Verdict other = of("https://10.0.0.1/dcmp/");
  EXPECT_THAT(levels(other, "poll.target"), ElementsAre(Level::note));
  EXPECT_EQ(held(of(""), "poll.target"), 0u) << "that switches polling off";
}

TEST(PollJobAnnounced, WantsA202FiveSecondsAfterAJobStartedAtTheLatest) {
  Desk prompt;
  prompt.job_starts(10s);
  prompt.polls(202, 11s);
  EXPECT_EQ(held(prompt.finish(), "poll.job-announced"), 1u);
  Desk slow;
  slow.job_starts(10s);
  slow.polls(200, 14s);
  slow.polls(202, 16s);
  EXPECT_THAT(deviating(slow.finish()), IsEmpty());
  Desk never;
  never.job_starts(10s);
  never.polls(200, 16s);
  EXPECT_THAT(deviating(never.finish()), ElementsAre("poll.job-announced"));
  Desk done;
  done.job_starts(10s);
  done.hear(says("solicited", {write, clean_up}), "clean_up");
  done.polls(200, 60s);
  EXPECT_THAT(deviating(done.finish()), IsEmpty()) << "the job was done meanwhile";
}

TEST(PollJobCleared, WantsA200AfterTheJobAndSomethingToDoAfterA202) {
  Desk good;
  good.polls(202);
  good.hear(says("solicited", {write, clean_up}), "clean_up");
  good.polls(200);
  EXPECT_EQ(held(good.finish(), "poll.job-cleared"), 1u);
  Desk bad;
  bad.polls(202);
  bad.hear(says("solicited", {clean_up}), "clean_up");
  EXPECT_THAT(deviating(bad.finish()), ElementsAre("poll.job-cleared"));
  Desk between;
  between.polls(202);
  between.hear(says("local-changes", {write, clean_up}), "clean_up");
  between.hear(says("solicited", {clean_up}), "clean_up");
  EXPECT_THAT(deviating(between.finish()), IsEmpty()) << "another interaction took the job";
}

TEST(PollUnknownDevice, TakesAnyAnswerButAServerError) {
  for (const int good : {200, 404}) {
    Desk desk;
    desk.polls(good, 100s, "");
    EXPECT_EQ(held(desk.finish(), "poll.unknown-device"), 1u);
  }
  Desk desk;
  desk.polls(500, 100s, "");
  EXPECT_THAT(deviating(desk.finish()), ElementsAre("poll.unknown-device"));
}

// ---- Why such a rule was not exercised

std::string why(const Verdict& verdict, const std::string& rule) { return result(verdict, rule).why; }
transcript::Mark mark(transcript::Event event, const std::string& text) { return {1s, event, "phone-1", 0, text}; }

TEST(RulesThatWantATrigger, SayThatAsLongAsNobodyStartedAJob) {
  Desk desk;
  const Verdict verdict = desk.finish();
  EXPECT_EQ(why(verdict, "contact.form"), "no occasion: a contact-me, which takes a trigger");
  EXPECT_EQ(why(verdict, "poll.job-announced"), "no occasion: a poll while a job waits, which takes a trigger");
  EXPECT_EQ(why(verdict, "poll.status").find("trigger"), std::string::npos);
}

TEST(RulesThatWantATrigger, DoNotWantAnotherWhereAJobWasStarted) {
  Desk desk;
  desk.take(mark(transcript::Event::trigger, "read"));
  EXPECT_EQ(why(desk.finish(), "contact.form"), "no occasion: a contact-me");
}

TEST(RulesThatWantATrigger, SayWhyAJobCouldNotBeStarted) {
  Desk desk;
  desk.take(mark(transcript::Event::trigger, "read"));
  desk.take(mark(transcript::Event::trigger_failed, "the command ended with status 3"));
  const Verdict verdict = desk.finish();
  EXPECT_EQ(why(verdict, "contact.form"), "a job could not be started: the command ended with status 3");
  EXPECT_EQ(why(verdict, "contact.paced"), "no occasion: a second contact-me to the same phone, 60 s or more after the first");
  EXPECT_TRUE(verdict.conforming(true));
}

TEST(RulesThatWantATrigger, ForgetAJobThatCouldNotBeStartedWhereAnotherOneWas) {
  Desk desk;
  for (const char* failure : {"the command ended with status 3", ""}) {
    desk.take(mark(transcript::Event::trigger, "read"));
    if (*failure) desk.take(mark(transcript::Event::trigger_failed, failure));
  }
  EXPECT_EQ(why(desk.finish(), "contact.form"), "no occasion: a contact-me");
}

}  // namespace
}  // namespace understudy::conformance
