#include "reports/summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>

namespace understudy::conformance {

namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using transcript::Event;
using transcript::Exchange;
using transcript::Mark;

std::vector<std::string> words(const Step& step) {
  std::vector<std::string> out;
  for (const Said& said : step.said)
    out.push_back(said.reply.empty() ? said.word : said.word + "/" + said.reply);
  return out;
}

// A message of the phone and the service's order.
Exchange exchange(std::uint32_t interaction, std::string_view action, std::string_view reply = "") {
  Exchange out;
  out.phone = "phone-1";
  out.interaction = interaction;
  out.remote = "127.0.0.1:18443";
  out.begun = milliseconds(10 * interaction);
  out.ended = out.begun + milliseconds(5);
  out.request.method = "POST";
  wpi::Document said;
  said.reasons.resize(1);
  said.reasons[0].reason.text = reply.empty() ? "start-up" : "reply-to";
  if (!reply.empty()) said.reasons[0].status = wpi::Text{std::string(reply), {}, 0};
  out.said = std::make_shared<wpi::Document>(said);
  out.response.emplace();
  out.response->status = 200;
  out.response->complete = true;
  out.response->body = "<x/>";
  wpi::Document answer;
  answer.well_formed = true;
  answer.messages = 1;
  if (!action.empty()) answer.actions.push_back({std::string(action), {}, 0});
  out.answer = std::make_shared<wpi::Document>(answer);
  return out;
}

Exchange failed(transcript::Outcome outcome, std::string text) {
  Exchange out = exchange(1, "");
  out.response.reset();
  out.answer.reset();
  out.outcome = outcome;
  out.failure = std::move(text);
  return out;
}

TEST(Summary, TellsEachStepByWhatTheServiceSaid) {
  Summary summary;
  summary.take(Mark{milliseconds(1), Event::step, "phone-1", 0, "start-up"});
  summary.take(exchange(1, "ReadAllItems"));
  summary.take(exchange(1, "WriteItems", "accepted"));
  summary.take(exchange(1, "CleanUp", "busy"));
  summary.take(Mark{milliseconds(183), Event::step_ended, "phone-1", 0, "idle"});
  const RunSummary& run = summary.run();
  ASSERT_EQ(run.steps.size(), 1U);
  EXPECT_EQ(run.steps[0].name, "start-up");
  EXPECT_THAT(words(run.steps[0]), ElementsAre("ReadAllItems", "WriteItems/busy", "CleanUp"));
  EXPECT_EQ(run.steps[0].messages, 3U);
  EXPECT_EQ(run.steps[0].taken, milliseconds(182));
  EXPECT_EQ(run.steps[0].cut_short, "");
  EXPECT_TRUE(run.spoke);
  EXPECT_FALSE(run.interrupted);
  EXPECT_EQ(run.exchanges, 3U);
  EXPECT_EQ(run.taken, milliseconds(183));
  EXPECT_EQ(run.peer, "127.0.0.1:18443");
}

TEST(Summary, PutsAReplyToItsOwnInteraction) {
  Summary summary;
  summary.take(exchange(1, "WriteItems"));
  summary.take(exchange(2, "ReadItems", "failed"));
  EXPECT_THAT(words(summary.run().steps[0]), ElementsAre("WriteItems"));
}

TEST(Summary, HasWordsForAnswersThatAreNoOrders) {
  Summary summary;
  summary.take(Mark{milliseconds(0), Event::step, "phone-1", 0, "x"});
  const auto with = [](auto change) {
    Exchange out = exchange(1, "");
    change(out);
    return out;
  };
  summary.take(with([](Exchange& x) { x.response->body.clear(), x.answer.reset(); }));
  summary.take(with([](Exchange& x) { x.response->status = 404; }));
  summary.take(with([](Exchange&) {}));
  summary.take(with([](Exchange& x) { x.answer = std::make_shared<wpi::Document>(); }));
  summary.take(with([](Exchange& x) { x.response->complete = false; }));
  summary.take(with([](Exchange& x) { x.request.method = "GET"; }));
  Exchange twice = exchange(1, "ReadItems");
  auto document = std::make_shared<wpi::Document>(*twice.answer);
  document->actions.push_back({"", {}, 0});
  twice.answer = document;
  summary.take(twice);
  Exchange error = exchange(1, "CleanUp");
  error.response->status = 500;
  summary.take(error);
  summary.take(failed(transcript::Outcome::timed_out, "late"));
  EXPECT_THAT(words(summary.run().steps[0]),
              ElementsAre("an empty answer", "404", "no action", "no message", "half an answer", "200",
                          "ReadItems+an empty action", "CleanUp with status 500", "no answer (timed out)"));
}

TEST(Summary, RemembersWhyItNeverSpoke) {
  Summary summary;
  summary.take(failed(transcript::Outcome::no_connection, "127.0.0.1:1 refused the connection"));
  summary.take(failed(transcript::Outcome::timed_out, "later"));
  EXPECT_FALSE(summary.run().spoke);
  EXPECT_EQ(summary.run().first_failure, "127.0.0.1:1 refused the connection");
}

TEST(Summary, KnowsThatItWasInterrupted) {
  Summary by_step;
  by_step.take(Mark{milliseconds(0), Event::step, "phone-1", 0, "x"});
  by_step.take(Mark{milliseconds(5), Event::step_ended, "phone-1", 0, "interrupted"});
  EXPECT_TRUE(by_step.run().interrupted);
  EXPECT_EQ(by_step.run().steps[0].cut_short, "interrupted");
  Summary by_exchange;
  by_exchange.take(failed(transcript::Outcome::interrupted, "interrupted"));
  EXPECT_TRUE(by_exchange.run().interrupted);
  Summary cut_short;
  cut_short.take(Mark{milliseconds(0), Event::step, "phone-1", 0, "x"});
  cut_short.take(Mark{milliseconds(5), Event::step_ended, "phone-1", 0, "not idle in time"});
  EXPECT_FALSE(cut_short.run().interrupted);
  EXPECT_EQ(cut_short.run().steps[0].cut_short, "not idle in time");
}

TEST(Summary, MakesAStepOfEachInteractionOfARecordingThatHasNone) {
  Summary summary;
  summary.take(Mark{milliseconds(9), Event::interaction, "phone-1", 1, "solicited"});
  summary.take(exchange(1, "ReadItems"));
  summary.take(exchange(1, "CleanUp", "accepted"));
  summary.take(exchange(2, "CleanUp"));
  const RunSummary& run = summary.run();
  ASSERT_EQ(run.steps.size(), 2U);
  EXPECT_EQ(run.steps[0].name, "solicited");
  EXPECT_EQ(run.steps[0].messages, 2U);
  EXPECT_EQ(run.steps[0].taken, milliseconds(5));
  EXPECT_EQ(run.steps[1].name, "start-up");
}

TEST(Summary, KeepsTheStepsOfTwoPhonesApart) {
  Summary summary;
  summary.take(transcript::PhoneMark{"phone-1", "OpenStage 60", "V3 R5.12.0", "", ""});
  summary.take(Mark{milliseconds(0), Event::step, "phone-1", 0, "one"});
  summary.take(Mark{milliseconds(1), Event::step, "phone-2", 0, "two"});
  summary.take(exchange(1, "CleanUp"));
  Exchange other = exchange(1, "ReadAllItems");
  other.phone = "phone-2";
  summary.take(other);
  EXPECT_THAT(words(summary.run().steps[0]), ElementsAre("CleanUp"));
  EXPECT_THAT(words(summary.run().steps[1]), ElementsAre("ReadAllItems"));
  EXPECT_EQ(summary.run().phones.size(), 1U);
}

TEST(Summary, TakesTlsOfTheFirstExchangeThatHadIt) {
  Summary summary;
  summary.take(failed(transcript::Outcome::no_connection, "refused"));
  Exchange first = exchange(1, "CleanUp"), second = exchange(2, "CleanUp");
  first.tls.emplace();
  first.tls->version = "TLSv1.2";
  second.tls.emplace();
  second.tls->version = "TLSv1.3";
  summary.take(first);
  summary.take(second);
  ASSERT_TRUE(summary.run().tls);
  EXPECT_EQ(summary.run().tls->version, "TLSv1.2");
}

}  // namespace

}  // namespace understudy::conformance
