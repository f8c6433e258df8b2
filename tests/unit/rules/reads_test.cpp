// reads.*: what is odd in a message, and what is held against the same in its usual form.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/reading.h"
#include "rules_support.h"

namespace understudy::conformance {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string nonce = "0123456789ABCDEF0123456789ABCDEF";

// A start-up of a phone that says that it has changed, and its reply to ReadAllItems, both with what is written here in
// place of the usual.
struct Form {
  std::string message = "nonce=\"" + nonce + "\" maxItems=\"-1\"";
  std::string reason = "start-up", reply = "reply-to";
  std::string attributes = "action=\"ReadAllItems\" status=\"accepted\"";
  std::string fragment = " fragment=\"final\"";
  std::string mac = "<Item name=\"mac-addr\">00:1A:E8:FF:00:01</Item>";
  std::string items =
      "<Item name=\"sntp-addr\">192.0.2.1</Item><Item name=\"key-label\" index=\"2\">A</Item>";
  std::string cookie = "JSESSIONID=5F2C";
};

std::string message(const std::string& attributes, const std::string& reason_tag, const std::string& reason,
                    const std::string& items) {
  return "<WorkpointMessage xmlns=\"http://www.siemens.com/DLS\">\n<Message " + attributes +
         ">\n<ReasonForContact" + reason_tag + ">" + reason + "</ReasonForContact>\n<ItemList>\n" + items +
         "</ItemList>\n</Message>\n</WorkpointMessage>\n";
}
std::string start_up(const Form& form) {
  return message(form.message, "", form.reason,
                 "<Item name=\"device-type\">OpenStage 60</Item>" + form.mac +
                     "<Item name=\"configuration-changed-flag\">true</Item>");
}
std::string reply(const Form& form) {
  return message(form.message + form.fragment, " " + form.attributes, form.reply, form.items);
}

std::string says(const std::string& action, const std::string& items = "") {
  return service_says(
      "<Action>" + action + "</Action>" + (items.empty() ? "" : "<ItemList>" + items + "</ItemList>"), nonce);
}
const std::string read_all = says("ReadAllItems"), clean_up = says("CleanUp");
const std::string write = says("WriteItems", item("e164", "1")), read_back = says("ReadItems", item("e164"));

// start-up, ReadAllItems, reply, WriteItems, reply, CleanUp; with answers in place of the first ones.
std::vector<Turn> course(const Form& form, std::vector<std::string> answers = {}) {
  const std::vector<std::string> usual = {read_all, write, read_back, clean_up};
  Form written = form, read = form;
  written.items = read.items = "";
  written.attributes = "action=\"WriteItems\" status=\"accepted\"";
  read.attributes = "action=\"ReadItems\" status=\"accepted\"";
  const std::vector<std::string> said = {start_up(form), reply(form), reply(written), reply(read)};
  std::vector<Turn> turns;
  for (std::size_t i = 0; i < said.size(); ++i) {
    const std::string& answer = i < answers.size() ? answers[i] : usual[i];
    const bool first = i == 0;
    Answer given{.body = answer};
    if (first) given.headers.push_back({"Set-Cookie", "JSESSIONID=5F2C; Path=/; Secure; HttpOnly"});
    turns.push_back({said[i], given, [first, cookie = form.cookie](transcript::Exchange& x) {
                       if (!first) x.request.headers.push_back({"Cookie", cookie});
                     }});
    if (answer == clean_up) break;
  }
  return turns;
}

Verdict after_usual(const std::vector<Turn>& odd, const std::string& ending = "clean_up",
                    const Form& usual = {}) {
  Bench bench;
  bench.hear(course(usual), "clean_up");
  bench.hear(odd, ending);
  return bench.finish();
}

struct Example {
  std::string rule;
  Form form;
};

std::vector<Example> examples() {
  std::vector<Example> out;
  const auto add = [&](const std::string& rule) -> Form& { return out.emplace_back(Example{rule, {}}).form; };
  add("reads.attribute-order").message = "maxItems=\"-1\" nonce=\"" + nonce + "\"";
  add("reads.attribute-order").message = "nonce='" + nonce + "' maxItems=\"-1\"";
  add("reads.attribute-order").attributes = "status=\"accepted\" action=\"ReadAllItems\"";
  add("reads.attribute-order").items = "<Item index=\"2\" name=\"key-label\">A</Item>";
  add("reads.attribute-order").items = "<Item name='key-label'>A</Item>";
  add("reads.white-space").reason = "\nstart-up\n";
  add("reads.white-space").reply = "reply-to\n";
  add("reads.white-space").reply = "\n  reply-to";
  add("reads.white-space").items = "<Item name=\"e164\">\n1</Item>";
  add("reads.white-space").items = "<Item name=\"e164\">1\n</Item>";
  add("reads.empty-forms").items = "<Item name=\"e164\" />";
  add("reads.no-fragment").fragment = "";
  add("reads.item-order").mac =
      "<Item name=\"configuration-changed-flag\">true</Item><Item name=\"mac-addr\">00:1A:E8:FF:00:01</Item>";
  add("reads.cookie-verbatim").cookie = "JSESSIONID=5F2C; Path=/; Secure";
  add("reads.cookie-verbatim").cookie = "JSESSIONID=5F2C;HttpOnly";
  add("reads.entities").reason = "start&#45;up";
  add("reads.entities").items = "<Item name=\"e164\">&quot;</Item>";
  return out;
}

TEST(Reads, HoldsWhereTheOddMessagesAreAnsweredAsTheUsualOnes) {
  for (const Example& example : examples()) {
    const Verdict verdict = after_usual(course(example.form));
    EXPECT_THAT(deviating(verdict), IsEmpty()) << example.rule;
    for (const RuleResult& rule : verdict.rules)
      if (rule.rule.starts_with("reads.")) {
        EXPECT_EQ(rule.held, rule.rule == example.rule ? 1u : 0u)
            << rule.rule << " with an example of " << example.rule;
      }
  }
}

TEST(Reads, SaysNothingWithoutTheUsualFormBefore) {
  for (const Example& example : examples()) {
    const auto once = judged(course(example.form));
    EXPECT_EQ(result(once, example.rule).outcome, Outcome::not_exercised) << example.rule;
  }
}

TEST(Reads, HoldsNonceAnyAndFreshApart) {
  const auto with = [](const std::string& text) {
    auto turns = course({});
    for (Turn& turn : turns)
      for (std::string* each : {&turn.said, &turn.answer.body})
        for (std::size_t at = 0; (at = each->find(nonce, at)) != std::string::npos;)
          each->replace(at, nonce.size(), text);
    return turns;
  };
  const Verdict odd = after_usual(with("0a1b2c"));
  EXPECT_EQ(result(odd, "reads.nonce-any").held, 1u);
  EXPECT_EQ(result(odd, "reads.nonce-fresh").held, 0u);
  auto turns = with("0123456789ABCDEF0123456789ABCDE0");
  turns[0] = course({})[0];
  const Verdict fresh = after_usual(turns);
  EXPECT_EQ(result(fresh, "reads.nonce-any").held, 0u);
  EXPECT_EQ(result(fresh, "reads.nonce-fresh").held, 1u);
}

const Form padded = {.reason = "\nstart-up\n"};

Finding found(const std::vector<std::string>& answers, const std::string& ending = "clean_up") {
  return only_finding(after_usual(course(padded, answers), ending), "reads.white-space");
}

TEST(Reads, IsDeviatedFromByAnErrorStatus) {
  auto turns = course(padded);
  turns.resize(1);
  turns[0].answer.status = 404;
  const Finding finding = only_finding(after_usual(turns, "unclean: status 404"), "reads.white-space");
  EXPECT_EQ(finding.came, "status 404");
  EXPECT_EQ(finding.expected, "ReadAllItems");
}

TEST(Reads, IsDeviatedFromByAnEmptyNonceWhereTheUsualWasEchoed) {
  const Finding finding = found({service_says("<Action>ReadAllItems</Action>", "")});
  EXPECT_THAT(finding.message, HasSubstr("does not carry the nonce"));
  EXPECT_EQ(marked(finding.excerpt), "<Message nonce=\"\">");
}

TEST(Reads, IsDeviatedFromByAnEndBeforeItsTime) {
  EXPECT_THAT(found({clean_up}).message, HasSubstr("went on with ReadAllItems"));
  EXPECT_THAT(found({read_all, clean_up}).message, HasSubstr("went on with WriteItems"));
}

TEST(Reads, IsDeviatedFromByTheSameOrderAgain) {
  EXPECT_THAT(found({read_all, read_all, clean_up}).message, HasSubstr("given again"));
}

TEST(Reads, IsDeviatedFromByAskingForTheRestOfAReplyWithoutFragment) {
  const Verdict verdict =
      after_usual(course({.fragment = ""}, {read_all, says("GetNextFragment"), clean_up}));
  EXPECT_THAT(deviating(verdict), ElementsAre("fragment.not-unasked", "reads.no-fragment"));
  EXPECT_THAT(only_finding(verdict, "reads.no-fragment").message, HasSubstr("next fragment"));
}

TEST(Reads, DoesNotMindHowManyFragmentsAReplyNeeds) {
  auto turns = course(padded);
  Turn more = turns[1];
  more.said.replace(more.said.find("final"), 5, "next");
  more.answer.body = says("GetNextFragment");
  turns.insert(turns.begin() + 1, {more, more});
  const Verdict verdict = after_usual(turns);
  EXPECT_THAT(deviating(verdict), IsEmpty());
  EXPECT_EQ(result(verdict, "reads.white-space").held, 1u);
}

TEST(Reads, DoesNotMindAnotherOrder) {
  EXPECT_THAT(deviating(after_usual(course(padded, {says("ReadItems", item("e164")), clean_up}))), IsEmpty());
}

TEST(Reads, DoesNotMindAnEndThatIsExplained) {  // overload (field)
  auto turns = course(padded);
  turns.resize(1);
  turns[0].answer.body = says("CleanUp", item("cleanup-reason", "overload"));
  EXPECT_THAT(deviating(after_usual(turns)), IsEmpty());
}

TEST(Reads, DoesNotMindWhatTheServiceDoesToTheUsualFormToo) {
  Bench bench;
  bench.hear(course({}, {service_says("<Action>CleanUp</Action>", "")}), "clean_up");
  bench.hear(course(padded, {service_says("<Action>CleanUp</Action>", "")}), "clean_up");
  EXPECT_EQ(result(bench.finish(), "reads.white-space").deviated, 0u);
}

TEST(Reads, ForgetsTheUsualFormWhenSomethingWentWrongSince) {
  Bench bench;
  bench.hear(course({}), "clean_up");
  auto broken = course({});
  broken[1].answer.status = 500;
  broken.resize(2);
  bench.hear(broken, "unclean: status 500");
  bench.hear(course(padded, {clean_up}), "clean_up");
  EXPECT_EQ(result(bench.finish(), "reads.white-space").outcome, Outcome::not_exercised);
}

TEST(Reads, IsDeviatedFromByWritingWhatWasJustSaid) {
  const std::string more = says("WriteItems", item("e164", "1") + item("sntp-addr", "192.0.2.1"));
  const Form one_tag = {.items = "<Item name=\"country\"/><Item name=\"sntp-addr\">192.0.2.1</Item>"};
  const Finding finding = only_finding(after_usual(course(one_tag, {read_all, more})), "reads.empty-forms");
  EXPECT_THAT(finding.came, HasSubstr("sntp-addr"));
  EXPECT_EQ(marked(finding.excerpt), "<Item name=\"sntp-addr\">");
  // A service that writes other things than before need not have misread.
  const std::string other = says("WriteItems", item("e164", "1") + item("sntp-addr", "192.0.2.2"));
  EXPECT_THAT(deviating(after_usual(course(one_tag, {read_all, other}))), IsEmpty());
}

TEST(ReadsEntities, IsDeviatedFromByValuesThatComeBackUndecoded) {
  const Form form = {.items = "<Item name=\"display-id-unicode\">R &amp; D</Item>"};
  const std::string garbled = says("WriteItems", item("display-id-unicode", "R &amp;amp; D"));
  EXPECT_EQ(only_finding(after_usual(course(form, {read_all, garbled})), "reads.entities").came,
            "\"R &amp; D\"");
  const std::string good = says("WriteItems", item("display-id-unicode", "R &amp; D"));
  Bench bench;  // a service that writes it to every phone
  bench.hear(course({}, {read_all, good}), "clean_up");
  bench.hear(course(form, {read_all, good}), "clean_up");
  EXPECT_THAT(deviating(bench.finish()), IsEmpty());
}

// A phone that says so of the order that it was given.
std::vector<Turn> refused(const std::string& action, const std::string& status, const std::string& answer) {
  std::vector<Turn> turns = course({});
  Form form = {.attributes = "action=\"" + action + "\" status=\"" + status + "\"", .items = ""};
  const std::size_t at = action == "WriteItems" ? 2 : 1;
  turns.resize(at + 1);
  turns[at].said = reply(form);
  turns[at].answer.body = answer;
  return turns;
}

TEST(ReadsStatuses, IsHeldByAnEndAfterBusyOrFailed) {
  EXPECT_EQ(result(after_usual(refused("ReadAllItems", "busy", clean_up)), "reads.statuses").held, 1u);
  EXPECT_EQ(result(after_usual(refused("WriteItems", "Failed", clean_up)), "reads.statuses").held, 1u);
}

TEST(ReadsStatuses, IsDeviatedFromByGoingOnAsAfterAccepted) {
  EXPECT_THAT(only_finding(after_usual(refused("ReadAllItems", "busy", write), "broke_off"), "reads.statuses")
                  .message,
              HasSubstr("WriteItems follows busy"));
  EXPECT_THAT(
      only_finding(after_usual(refused("WriteItems", "failed", read_back), "broke_off"), "reads.statuses")
          .message,
      HasSubstr("ReadItems follows failed"));
}

TEST(ReadsStatuses, DoesNotMindAnOrderThatNeedsNoReading) {
  const Verdict verdict = after_usual(refused("ReadAllItems", "failed", write), "broke_off");
  EXPECT_EQ(result(verdict, "reads.statuses").outcome, Outcome::not_exercised);
}

}  // namespace
}  // namespace understudy::conformance
