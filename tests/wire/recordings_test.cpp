// Every recorded exchange judged, with what there is to say of it written down and argued from the guide.
#include "support/recordings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "net/http_reader.h"
#include "rules/judge.h"
#include "wpi/reader.h"

namespace understudy {
namespace {

using conformance::Judge;
using conformance::RuleResult;
using conformance::Selection;
using conformance::Verdict;

// Recorded exchanges that were one interaction, what ended it, and what each of them deviates from. Rules
// that are found deviated from only when the interaction has ended stand in `at_end`.
struct Conversation {
  std::string what;
  struct Heard {
    std::size_t number;  // in the recording, from 0
    std::vector<std::string> deviates;
  };
  std::vector<Heard> exchanges;
  std::string ending;  // as transcripts have it; broke_off where the recording goes no further
  std::vector<std::string> at_end;
};

// The answer as the strict reader takes it from its bytes.
wpi::HttpResponse heard(const Recorded& recorded) {
  net::HttpReader reader;
  if (!reader.take(recorded.answer())) reader.end(true);
  return reader.response();
}

class Recordings : public ::testing::Test {
 protected:
  explicit Recordings(const std::string& service = "service-a") : recorded_(recorded_with(service)) {}

  transcript::Exchange exchange(std::size_t number, std::uint32_t interaction, std::uint32_t message) {
    const Recorded& recorded = recorded_.at(number);
    transcript::Exchange x;
    x.number = number + 1;
    x.phone = interaction == 0 ? "" : "phone";
    x.interaction = interaction;
    x.message = message;
    x.tls = transcript::Tls{.version = "TLSv1.3",
                            .cipher = "TLS_AES_256_GCM_SHA384",
                            .resumed = false,
                            .subject = {},
                            .issuer = {},
                            .not_before = {},
                            .not_after = {},
                            .problems = {}};
    x.request = recorded.request;
    x.response = heard(recorded);
    if (!x.request.body.empty())
      x.said = std::make_shared<wpi::Document>(reader_.read(x.request.body, wpi::Sender::phone));
    if (!x.response->body.empty())
      x.answer = std::make_shared<wpi::Document>(reader_.read(x.response->body, wpi::Sender::service));
    return x;
  }

  // The first `count` exchanges of a conversation, ended so.
  Verdict judged(const Conversation& conversation, std::size_t count, const std::string& ending) {
    Judge judge(Selection(), nullptr);
    for (std::size_t i = 0; i < count; ++i)
      judge.take(exchange(conversation.exchanges[i].number, 1, static_cast<std::uint32_t>(i + 1)));
    judge.take(transcript::Mark{{}, transcript::Event::interaction_ended, "phone", 1, ending});
    return judge.finish();
  }

  // Rules that deviated more often in `after`.
  static std::vector<std::string> added(const Verdict& after, const Verdict& before) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < after.rules.size(); ++i)
      if (after.rules[i].deviated > before.rules[i].deviated) out.push_back(after.rules[i].rule);
    return out;
  }

  void expect(const std::vector<Conversation>& conversations) {
    for (const Conversation& conversation : conversations) {
      Verdict before = judged(conversation, 0, "broke_off");
      for (std::size_t i = 0; i < conversation.exchanges.size(); ++i) {
        const Verdict after = judged(conversation, i + 1, "broke_off");
        EXPECT_EQ(added(after, before), conversation.exchanges[i].deviates)
            << conversation.what << ": " << recorded_.at(conversation.exchanges[i].number).title;
        heard_.push_back(conversation.exchanges[i].number);
        before = after;
      }
      const Verdict ended = judged(conversation, conversation.exchanges.size(), conversation.ending);
      EXPECT_EQ(added(ended, before), conversation.at_end) << conversation.what << ": its end";
    }
  }

  // Exchanges that no healthy phone would have had: they are probes, and none of the rules so far reads them.
  void expect_probes(const std::vector<std::size_t>& numbers) {
    for (const std::size_t number : numbers) {
      Judge judge(Selection(), nullptr);
      judge.take(exchange(number, 0, 0));
      for (const RuleResult& rule : judge.finish().rules)
        EXPECT_EQ(rule.deviated, 0u) << rule.rule << ": " << recorded_.at(number).title;
      heard_.push_back(number);
    }
  }

  void expect_that_all_were_heard() {
    std::sort(heard_.begin(), heard_.end());
    std::vector<std::size_t> all(recorded_.size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    EXPECT_EQ(heard_, all);
  }

  // The whole recording as one run: how many different findings a reader of the report sees.
  std::vector<std::string> findings(const std::vector<Conversation>& conversations) {
    Judge judge(Selection(), nullptr);
    std::uint32_t interaction = 0;
    for (const Conversation& conversation : conversations) {
      ++interaction;
      std::uint32_t message = 0;
      for (const auto& heard : conversation.exchanges)
        judge.take(exchange(heard.number, interaction, ++message));
      judge.take(transcript::Mark{
          {}, transcript::Event::interaction_ended, "phone", interaction, conversation.ending});
    }
    std::vector<std::string> out;
    for (const conformance::Finding& finding : judge.finish().findings)
      out.push_back(finding.rule + " x" + std::to_string(finding.count) + ": " + finding.message + ", " +
                    finding.where);
    return out;
  }

 private:
  std::vector<Recorded> recorded_;
  std::vector<std::size_t> heard_;
  wpi::Reader reader_;
};

class ServiceA : public Recordings {
 protected:
  ServiceA() : Recordings("service-a") {}
};
class ServiceB : public Recordings {
 protected:
  ServiceB() : Recordings("service-b") {}
};

// Its cookie is the phone's MAC, neither Secure nor HttpOnly: a note, since nothing but sense asks for it.
constexpr const char* plain_cookie = "session.cookie-secure";
// The guide spells the root DLSMessage (p.34); this service spells it DlsMessage in two of its four messages.
// Phones were seen to act on it, so that only a judge finds it.
constexpr const char* root = "xml.root";
// 404 to a reason that the guide has every service answer with an action (p.28): the phone's message is
// refused (p.14, p.34), its reason unanswered, and the interaction never gets its CleanUp (p.13, p.35). The
// page that came with the 404 is no message: neither its type nor its content is judged.
const std::vector<std::string> refused = {"http.status", "flow.every-reason"};
const std::vector<std::string> no_clean_up = {"flow.clean-up"};

const std::vector<Conversation> service_a = {
    {"registration",
     {{0, {plain_cookie, root}},
      // 27 ItemLists, one for each item; the guide has one (p.48).
      {1, {"xml.item-list-place"}},
      // White space before a root without a declaration is legal XML.
      {2, {}}},
     "clean_up",
     {}},
    // The phone would load the image and restart (p.56): no CleanUp is missing.
    {"start-up with older firmware", {{5, {plain_cookie, root}}}, "broke_off", {}},
    {"inventory-changes", {{6, refused}}, "unclean", no_clean_up},
    {"local-changes", {{7, refused}}, "unclean", no_clean_up},
    // A clean-up may get any 2xx and no body at all (p.13, p.83), but 404 is none; nothing more is owed to
    // it. A phone that ends by itself is to be let go (p.13, p.83), and this one is turned away.
    {"clean-up", {{8, {"http.status", "flow.phone-clean-up"}}}, "phone_clean_up", {}},
    {"status", {{9, refused}}, "unclean", no_clean_up},
    // The phone's label does not matter to this service, nor to the judge of it.
    {"start-up labelled application/xml", {{13, {plain_cookie, root}}}, "broke_off", {}},
    {"registration of an unknown phone", {{14, {plain_cookie, root}}, {15, {}}}, "clean_up", {}},
};

TEST_F(ServiceA, IsJudgedExchangeByExchange) {
  expect(service_a);
  // 3 and 4 come with no cookie or another's, 10 to 12 are broken, empty or lack the phone's identity.
  expect_probes({3, 4, 10, 11, 12});
  expect_that_all_were_heard();
}

TEST_F(ServiceA, GivesFifteenFindingsInAReport) {
  EXPECT_THAT(
      findings(service_a),
      ::testing::ElementsAre(
          "http.status x1: inventory-changes is answered with status 404, in the answer to inventory-changes",
          "http.status x1: local-changes is answered with status 404, in the answer to local-changes",
          "http.status x1: clean-up is answered with status 404, in the answer to clean-up",
          "http.status x1: status is answered with status 404, in the answer to status",
          "session.cookie-secure x4: a cookie is set without Secure and HttpOnly, in the answer to start-up",
          "xml.root x3: the root is spelled otherwise, in the answer to start-up",
          "xml.root x1: the root is spelled otherwise, in the answer to start-up",
          "xml.item-list-place x1: Message holds several ItemLists, in the WriteItems that followed "
          "ReadAllItems",
          "flow.clean-up x1: the interaction ended without CleanUp, at the end of the interaction that began "
          "with "
          "inventory-changes",
          "flow.clean-up x1: the interaction ended without CleanUp, at the end of the interaction that began "
          "with "
          "local-changes",
          "flow.clean-up x1: the interaction ended without CleanUp, at the end of the interaction that began "
          "with status",
          "flow.every-reason x1: inventory-changes is not answered with an action, in the answer to "
          "inventory-changes",
          "flow.every-reason x1: local-changes is not answered with an action, in the answer to "
          "local-changes",
          "flow.every-reason x1: status is not answered with an action, in the answer to status",
          "flow.phone-clean-up x1: the phone's clean-up is refused, in the answer to clean-up"));
}

// Every message is labelled text/html, where the guide has text/xml (p.14). Phones live with it.
constexpr const char* html = "http.content-type";
// It knows phones by their address alone; the guide has a cookie come with the first answer (p.13, p.34).
// Found when the second message shows that there are several.
constexpr const char* no_cookie = "session.cookie";
// It reads messages by pattern and answers what does not match with an empty 200, as it does not know phones'
// nonces in lower case or behind another attribute, or a reason on a line of its own. All three are legal
// XML, and printed in the guide (p.33, p.48, p.45). An answer was expected (p.35), an action (p.28), and
// CleanUp (p.13).
const std::vector<std::string> empty = {"http.not-empty", "flow.every-reason"};

const std::vector<Conversation> service_b = {
    {"registration from 127.0.0.2", {{0, {html}}, {1, {html, no_cookie}}, {2, {html}}}, "clean_up", {}},
    {"reading from 127.0.0.3", {{3, {html}}, {4, {html, no_cookie}}}, "clean_up", {}},
    {"solicited from 127.0.0.4", {{5, {html}}}, "broke_off", {}},
    {"local-changes from 127.0.0.3", {{6, {html}}}, "broke_off", {}},
    {"local-changes from 127.0.0.4", {{7, {html}}}, "clean_up", {}},
    {"status from 127.0.0.4", {{8, {html}}}, "clean_up", {}},
    {"inventory-changes from 127.0.0.4", {{9, {html}}}, "clean_up", {}},
    {"clean-up from 127.0.0.4", {{10, {html}}}, "phone_clean_up", {}},
    {"nonce in lower case", {{11, empty}}, "unclean", no_clean_up},
    {"nonce as the second attribute", {{12, empty}}, "unclean", no_clean_up},
    {"reason on a line of its own", {{13, empty}}, "unclean", no_clean_up},
    // Without file-sw-type and file-sw-version (guide p.56).
    {"firmware", {{17, {html, "software.complete"}}}, "broke_off", {}},
    // The same FileDeployment twice: a third time would be flow.bounded.
    {"dongle", {{18, {html}}, {19, {html, no_cookie}}}, "broke_off", {}},
};

TEST_F(ServiceB, IsJudgedExchangeByExchange) {
  expect(service_b);
  expect_probes({14, 15, 16});  // polls for contact-me: no messages of WPI
  expect_that_all_were_heard();
}

TEST_F(ServiceB, GivesSixFindingsInAReport) {
  EXPECT_THAT(
      findings(service_b),
      ::testing::ElementsAre(
          "http.content-type x14: labels its message as something else than XML, in the answer to start-up",
          "http.not-empty x3: start-up is answered with an empty body, in the answer to start-up",
          "session.cookie x3: the first answer of the interaction set no cookie, in the WriteItems that "
          "followed "
          "ReadAllItems",
          "flow.clean-up x3: the interaction ended without CleanUp, at the end of the interaction that began "
          "with "
          "start-up",
          "flow.every-reason x3: start-up is not answered with an action, in the answer to start-up",
          "software.complete x1: an order of firmware does not say what it is, in the answer to solicited"));
}

}  // namespace
}  // namespace understudy
