// flow.* and fragment.*: whether a service minds what the phone says of itself, and how it divides what it writes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules_support.h"

namespace understudy::conformance {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Answer first_answer = conversation()[0].answer;  // with a cookie

std::string starts_up(const std::string& changed = "false", const std::string& version = "V3 R5.12.0") {
  return with_items(phone_says("start-up"),
                    item("software-version", version) + item("configuration-changed-flag", changed));
}

// A phone's message with its answer, and the replies with theirs; CleanUp comes last by itself.
std::vector<Turn> turns_of(const std::string& opening,
                           const std::vector<std::pair<std::string, std::string>>& rest) {
  std::vector<Turn> turns;
  std::string said = opening;
  Answer answer = first_answer;
  for (const auto& [order_given, reply] : rest) {
    answer.body = order_given;
    turns.push_back({said, answer});
    answer.headers = {{"Content-Type", "text/xml"}};
    said = reply;
  }
  answer.body = order("CleanUp");
  turns.push_back({said, answer});
  return turns;
}

const std::pair<std::string, std::string> reads_all = {order("ReadAllItems"), reply_to("ReadAllItems")};

TEST(FlowUnchangedNotRead, IsDeviatedFromByReadingAKnownPhoneThatHasNotChanged) {
  Bench bench;
  bench.hear(turns_of(starts_up(), {reads_all}), "clean_up");
  bench.hear(turns_of(starts_up(), {}), "clean_up");
  bench.hear(turns_of(starts_up(), {reads_all}), "clean_up");
  const Verdict verdict = bench.finish();
  EXPECT_EQ(result(verdict, "flow.unchanged-not-read").held, 1u);
  EXPECT_EQ(only_finding(verdict, "flow.unchanged-not-read").level, Level::note);
  EXPECT_EQ(only_finding(verdict, "flow.unchanged-not-read").interaction, 3u);
}

TEST(FlowUnchangedNotRead, IsNoMatterWhereThePhoneChangedOrCameWithOtherFirmwareOrWasNotReadToTheEnd) {
  const std::string next =
      phone_says("reply-to", R"( action="ReadAllItems" status="accepted")", "A1B2C3D4", "next");
  for (const auto& [before, then] :
       {std::pair(turns_of(starts_up(), {reads_all}), starts_up("true")),
        std::pair(turns_of(starts_up(), {reads_all}), starts_up("false", "V3 R6.0.0")),
        std::pair(turns_of(starts_up(), {reads_all}), phone_says("solicited")),
        std::pair(turns_of(starts_up(), {{order("ReadAllItems"), next}}), starts_up()),
        std::pair(turns_of(starts_up(), {{order("ReadAllItems"), reply_to("ReadAllItems", "failed")}}),
                  starts_up())}) {
    Bench bench;
    bench.hear(before, "clean_up");
    bench.hear(turns_of(then, {reads_all}), "clean_up");
    const Verdict verdict = bench.finish();
    EXPECT_EQ(result(verdict, "flow.unchanged-not-read").outcome, Outcome::not_exercised) << then;
  }
}

TEST(FlowUnchangedNotRead, IsNoMatterWhereFilesWereOrderedOfWhichNoStatusTold) {  // guide p.55
  const std::string files = order("FileDeployment", item("file-name", "a.png"));
  const std::string told = with_items(phone_says("status"), item("file-deployment-status", "ok"));
  for (const bool tells : {false, true}) {
    Bench bench;
    bench.hear(turns_of(starts_up(), {reads_all, {files, tells ? told : reply_to("FileDeployment")}}), "clean_up");
    bench.hear(turns_of(starts_up(), {reads_all}), "clean_up");
    if (!tells) bench.hear(turns_of(starts_up(), {}), "clean_up");
    const Verdict verdict = bench.finish();
    EXPECT_EQ(result(verdict, "flow.unchanged-not-read").outcome, tells ? Outcome::deviated : Outcome::held);
  }
}

const std::string pair_of_items = item("sntp-addr", "192.0.2.1") + item("sip-name", "desk");
const std::pair<std::string, std::string> half_refused = {
    order("WriteItems", pair_of_items),
    with_items(reply_to("WriteItems"), item("sntp-addr", "", " status=\"failed\""))};

TEST(FlowRefusedItems, IsDeviatedFromByWritingTheSameInAnotherInteraction) {
  Bench bench;
  bench.hear(
      turns_of(starts_up(), {half_refused, {order("WriteItems", pair_of_items), reply_to("WriteItems")}}),
      "clean_up");
  bench.hear(turns_of(starts_up(), {half_refused}), "clean_up");
  const Verdict verdict = bench.finish();
  // What the phone took in the end it refuses no more.
  EXPECT_THAT(deviating(verdict), IsEmpty());
  Bench again;
  again.hear(turns_of(starts_up(), {half_refused}), "clean_up");
  again.hear(turns_of(starts_up(), {half_refused}), "clean_up");
  const Verdict repeated = again.finish();
  EXPECT_THAT(deviating(repeated), ElementsAre("flow.refused-items"));
  const Finding finding = only_finding(repeated, "flow.refused-items");
  EXPECT_EQ(finding.level, Level::should);
  EXPECT_EQ(finding.interaction, 2u);
  EXPECT_EQ(marked(finding.excerpt), item("sntp-addr", "192.0.2.1"));
}

TEST(FlowRefusedItems, IsHeldByAnotherValueOrNone) {
  Bench bench;
  bench.hear(turns_of(starts_up(), {half_refused}), "clean_up");
  bench.hear(
      turns_of(starts_up(), {{order("WriteItems", item("sntp-addr", "192.0.2.2")), reply_to("WriteItems")}}),
      "clean_up");
  bench.hear(turns_of(starts_up(), {}), "clean_up");
  const Verdict verdict = bench.finish();
  EXPECT_THAT(deviating(verdict), IsEmpty());
  EXPECT_EQ(result(verdict, "flow.refused-items").held, 2u);
}

TEST(FlowRefusedItems, ForgetsWithOtherFirmwareAndAFactoryReset) {
  Bench updated;
  updated.hear(turns_of(starts_up(), {half_refused}), "clean_up");
  updated.hear(turns_of(starts_up("false", "V3 R6.0.0"), {half_refused}), "clean_up");
  EXPECT_THAT(deviating(updated.finish()), IsEmpty());
  Bench reset;
  reset.hear(turns_of(starts_up(), {half_refused}), "clean_up");
  auto turns = turns_of(starts_up(), {});
  turns[0].answer.body =
      order("Restart", item("restart-password", "124816") + item("restart-type", "FactoryReset"));
  reset.hear(turns, "restart");
  reset.hear(turns_of(starts_up(), {half_refused}), "clean_up");
  EXPECT_THAT(deviating(reset.finish()), IsEmpty());
  Bench reset_at_the_phone;  // which says no more than that it has changed
  reset_at_the_phone.hear(turns_of(starts_up(), {half_refused}), "clean_up");
  reset_at_the_phone.hear(turns_of(starts_up("true"), {half_refused}), "clean_up");
  EXPECT_THAT(deviating(reset_at_the_phone.finish()), IsEmpty());
}

const std::pair<std::string, std::string> fails = {order("ReadAllItems"), reply_to("ReadAllItems", "failed")};

TEST(FlowFailedReply, IsDeviatedFromByTheThirdTimeAndSaidOnce) {
  EXPECT_THAT(deviating(judged(turns_of(starts_up(), {fails, fails}))), IsEmpty());
  EXPECT_EQ(result(judged(turns_of(starts_up(), {fails, fails})), "flow.failed-reply").held, 1u);
  const Verdict verdict = judged(turns_of(starts_up(), {fails, fails, fails, fails}));
  EXPECT_THAT(deviating(verdict), ElementsAre("flow.bounded", "flow.failed-reply"));
  EXPECT_EQ(result(verdict, "flow.failed-reply").deviated, 1u);
  EXPECT_EQ(only_finding(verdict, "flow.failed-reply").exchange, 3u);
}

TEST(FlowFailedReply, IsDeviatedFromByCallingThePhoneBackAndNotByAnsweringANewStart) {
  auto calls_back = turns_of(starts_up(), {fails});
  calls_back[1].answer.body = order("CleanUp", item("send-solicited", "true"));
  auto called = calls_back;
  called[0].said = phone_says("solicited");
  Bench bench;
  bench.hear(calls_back, "clean_up");
  bench.hear(called, "clean_up");
  bench.hear(called, "clean_up");
  EXPECT_THAT(deviating(bench.finish()), ElementsAre("flow.failed-reply"));
  Bench fresh;
  for (int i = 0; i < 5; ++i) fresh.hear(turns_of(starts_up(), {fails}), "clean_up");
  const Verdict verdict = fresh.finish();
  EXPECT_THAT(deviating(verdict), IsEmpty());
  EXPECT_EQ(result(verdict, "flow.failed-reply").held, 5u);
}

TEST(FlowFailedReply, CountsAnewWhatThePhoneTookMeanwhile) {
  EXPECT_EQ(result(judged(turns_of(starts_up(), {fails, fails, reads_all})), "flow.failed-reply").deviated,
            1u);
  const std::pair<std::string, std::string> other = {order("ReadItems", item("e164")), reply_to("ReadItems")};
  EXPECT_EQ(result(judged(turns_of(starts_up(), {fails, reads_all, other, fails})), "flow.failed-reply").held,
            1u);
}

TEST(FlowPhoneCleanUp, IsDeviatedFromByAnotherOrderAndByARefusal) {
  const auto with = [](int status, const std::string& body) {
    auto turns = turns_of(starts_up(), {{order("ReadAllItems"), phone_says("clean-up")}});
    turns[1].answer.status = status;
    turns[1].answer.body = body;
    return judged(turns, {.ending = "phone_clean_up"});
  };
  for (const auto& [status, body] :
       {std::pair(200, order("CleanUp")), std::pair(200, std::string()), std::pair(204, std::string())}) {
    EXPECT_THAT(deviating(with(status, body)), IsEmpty()) << status;
    EXPECT_EQ(result(with(status, body), "flow.phone-clean-up").held, 1u) << status;
  }
  const Verdict goes_on = with(200, order("WriteItems", item("sip-name", "")));
  EXPECT_THAT(deviating(goes_on), ElementsAre("flow.phone-clean-up"));
  EXPECT_EQ(only_finding(goes_on, "flow.phone-clean-up").came, "\"WriteItems\"");
  EXPECT_THAT(deviating(with(404, "gone")), ElementsAre("http.status", "flow.phone-clean-up"));
}

std::string taking(const std::string& message, const std::string& most) {
  std::string out = message;
  return out.replace(out.find("maxItems=\"-1\""), 13, "maxItems=\"" + most + "\"");
}

TEST(FragmentMaxItems, IsDeviatedFromByOneItemTooMany) {
  const std::string three = pair_of_items + item("sip-user-id", "7");
  const auto with = [](const std::string& most, const std::string& items) {
    return judged(
        turns_of(taking(starts_up(), most), {{order("WriteItems", items), reply_to("WriteItems")}}));
  };
  const Finding finding = only_finding(with("2", three), "fragment.max-items");
  EXPECT_EQ(finding.level, Level::must);
  EXPECT_EQ(finding.expected, "at most 2 items");
  EXPECT_EQ(marked(finding.excerpt), "<Item name=\"sip-user-id\">");
  EXPECT_EQ(result(with("3", three), "fragment.max-items").held, 1u);
  for (const std::string none : {"-1", "0", "many", ""})
    EXPECT_EQ(result(with(none, three), "fragment.max-items").outcome, Outcome::not_exercised) << none;
}

TEST(FragmentMaxItems, LeavesAFileWhole) {
  const std::string file =
      item("file-server", "192.0.2.1") + item("file-name", "a.png") + item("file-type", "LOGO");
  const auto with = [](const std::string& items) {
    return judged(
        turns_of(taking(starts_up(), "2"), {{order("FileDeployment", items), reply_to("FileDeployment")}}));
  };
  EXPECT_EQ(result(with(file), "fragment.max-items").outcome, Outcome::not_exercised);
  EXPECT_EQ(result(with(file + item("file-name", "b.png", " index=\"2\"")), "fragment.max-items").deviated,
            1u);
}

std::pair<std::string, std::string> writing(const std::string& items, const std::string& most = "-1") {
  return {order("WriteItems", items), taking(reply_to("WriteItems"), most)};
}
const std::string function = item("function-key-def", "59", " index=\"1\""),
                  companion = item("blf-popup", "true", " index=\"1\""),
                  other_companion = item("blf-audible", "true", " index=\"1\"");

TEST(FragmentRelatedTogether, IsDeviatedFromByAKeyInTwoMessages) {
  const Verdict verdict =
      judged(turns_of(starts_up(), {writing(function), writing(pair_of_items), writing(companion)}));
  EXPECT_THAT(deviating(verdict), ElementsAre("fragment.related-together"));
  const Finding finding = only_finding(verdict, "fragment.related-together");
  EXPECT_EQ(finding.level, Level::should);
  EXPECT_EQ(finding.message, "the function of a key and what it needs come in several messages");
  EXPECT_THAT(deviating(judged(turns_of(starts_up(), {writing(companion), writing(function)}))),
              ElementsAre("fragment.related-together"));
  EXPECT_EQ(
      result(judged(turns_of(starts_up(), {writing(function + companion)})), "fragment.related-together")
          .held,
      1u);
}

TEST(FragmentRelatedTogether, IsDeviatedFromByTheWayIntoSecureModeInTwoMessages) {
  const std::string way = item("goto-secure-mode", "nopin") + item("dls-secure-port", "18444");
  const std::string ca = item("dls-server-ca", "-----BEGIN", " index=\"0\"");
  EXPECT_THAT(deviating(judged(turns_of(starts_up(), {writing(way), writing(ca)}))),
              ::testing::Contains("fragment.related-together"));
}

TEST(FragmentRelatedTogether, IsHeldWhereNoMessageCouldHoldItOrItIsAnotherSetting) {
  for (const auto& turns :
       {turns_of(taking(starts_up(), "1"), {writing(function, "1"), writing(companion, "1")}),
        turns_of(taking(starts_up(), "2"),
                 {writing(function + companion, "2"), writing(other_companion, "2")}),
        turns_of(starts_up(), {writing(function),
                               {order("ReadItems", item("e164")), reply_to("ReadItems")},
                               writing(companion)}),
        turns_of(starts_up(), {writing(function), writing(function + companion)}),
        turns_of(starts_up(), {writing(item("function-key-def", "59", " index=\"2\"")), writing(companion)}),
        turns_of(starts_up(), {writing(companion), writing(other_companion)})})
    EXPECT_THAT(deviating(judged(turns)), IsEmpty());
}

TEST(FragmentRelatedTogether, KnowsOneFileFromTheNext) {
  const auto deploys = [](const std::string& items) {
    return std::pair(order("FileDeployment", items), reply_to("FileDeployment"));
  };
  const std::string file = item("file-https-base-url", "https://192.0.2.1/a.png") + item("file-type", "LOGO");
  EXPECT_THAT(deviating(judged(
                  turns_of(starts_up(), {deploys(file), deploys(file + item("file-action", "deploy"))}))),
              IsEmpty());
  EXPECT_THAT(
      deviating(judged(turns_of(starts_up(), {deploys(file), deploys(item("file-action", "deploy"))}))),
      ElementsAre("fragment.related-together", "file.complete"));
}

}  // namespace
}  // namespace understudy::conformance
