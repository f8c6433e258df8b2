// What is wanted of phones, and what becomes of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reference/plan.h"
#include "reference_support.h"

namespace understudy::reference {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using enum wpi::Action;
using wpi::Reason;
using wpi::ReplyStatus;

const std::string mac = "00:1A:E8:FF:00:01";

class Jobs : public ::testing::Test {
 protected:
  Jobs() { phone.runs(phone.starts_up()); }

  std::uint64_t wants(JobKind kind, std::vector<wpi::Item> items = {}) {
    Job job;
    job.kind = kind;
    job.items = std::move(items);
    return service.add_job(mac, std::move(job));
  }
  const Job& job(std::uint64_t id) const { return *service.find_job(mac, id); }

  Service service{simulated()};
  HandPhone phone{service, mac};
};

TEST_F(Jobs, ReadsItems) {
  phone.has.push_back(item("key-label", "Lift", "3"));
  const auto id = wants(JobKind::read, {item("sntp-addr", "ignored"), item("key-label", "", "3")});
  const Answer answer = phone.opens(Reason::solicited);
  EXPECT_EQ(answer.action(), read_items);
  EXPECT_THAT(answer.items(), ElementsAre("sntp-addr=", "key-label[3]="));
  EXPECT_EQ(job(id).state, JobState::sent);
  EXPECT_THAT(phone.runs(answer), ElementsAre(read_items, clean_up));
  EXPECT_EQ(job(id).state, JobState::done);
  ASSERT_EQ(job(id).answer.size(), 2u);
  EXPECT_EQ(job(id).answer[1].value, "Lift");
}

TEST_F(Jobs, AboutTheSameItemsWaitForTheNextContactBeforeTheyLookLikeALoop) {
  std::vector<std::uint64_t> ids;
  for (int i = 0; i < 3; ++i) ids.push_back(wants(JobKind::read, {item("sntp-addr", "")}));
  EXPECT_THAT(phone.runs(phone.opens(Reason::solicited)), ElementsAre(read_items, read_items, clean_up));
  EXPECT_EQ(job(ids[1]).state, JobState::done);
  EXPECT_EQ(job(ids[2]).state, JobState::waiting);
  EXPECT_THAT(phone.runs(phone.opens(Reason::solicited)), ElementsAre(read_items, clean_up));
  EXPECT_EQ(job(ids[2]).state, JobState::done);
}

TEST_F(Jobs, WritesItemsAndReadsThemBack) {
  const auto id = wants(JobKind::write, {item("sntp-addr", "192.0.2.1"), item("sntp-addr", "192.0.2.2")});
  const Answer answer = phone.opens(Reason::solicited);
  EXPECT_THAT(answer.items(), ElementsAre("sntp-addr=192.0.2.2"));  // never both
  EXPECT_THAT(phone.runs(answer), ElementsAre(write_items, read_items, clean_up));
  EXPECT_EQ(job(id).state, JobState::done);
  EXPECT_EQ(job(id).outcome, "1 item written");
}

TEST_F(Jobs, DoNotReadBackWhatCannotBeRead) {
  wants(JobKind::write, {item("admin-pwd", "123456")});
  EXPECT_THAT(phone.runs(phone.opens(Reason::solicited)), ElementsAre(write_items, clean_up));
}

TEST_F(Jobs, SayWhatThePhoneRefused) {
  const auto id = wants(JobKind::write, {item("no-such-item", "1"), item("sip-name", "desk")});
  phone.opens(Reason::solicited);
  Answer answer =
      phone.replies(write_items, ReplyStatus::accepted, {item("no-such-item", "", {}, "unknown item")});
  EXPECT_THAT(answer.items(), ElementsAre("sip-name="));
  EXPECT_EQ(phone.replies(read_items, ReplyStatus::accepted, {item("sip-name", "chair")}).action(), clean_up);
  EXPECT_EQ(job(id).outcome,
            "1 item written; no-such-item refused (unknown item); sip-name reads back another value");

  const auto again = wants(JobKind::write, {item("no-such-item", "2")});
  EXPECT_EQ(phone.opens(Reason::solicited).action(), clean_up);
  EXPECT_EQ(job(again).state, JobState::failed);
}

TEST_F(Jobs, FailOnceWhenThePhoneAnswersFailed) {
  const auto first = wants(JobKind::write, {item("sip-name", "desk")});
  const auto second = wants(JobKind::read, {item("sip-name", "")});
  phone.opens(Reason::solicited);
  EXPECT_EQ(phone.replies(write_items, ReplyStatus::failed).action(), read_items);  // the others go on
  EXPECT_EQ(job(first).state, JobState::failed);
  EXPECT_EQ(phone.replies(read_items, ReplyStatus::failed).action(), clean_up);
  EXPECT_EQ(job(second).state, JobState::failed);
  EXPECT_EQ(phone.opens(Reason::solicited).action(), clean_up);
}

TEST_F(Jobs, WaitWhileThePhoneIsBusy) {
  const auto id = wants(JobKind::write, {item("sip-name", "desk")});
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(phone.opens(Reason::solicited).action(), write_items);
    EXPECT_THAT(phone.replies(write_items, ReplyStatus::busy).items(), ElementsAre("send-solicited=true"));
    EXPECT_EQ(job(id).state, JobState::waiting);
  }
  phone.runs(phone.opens(Reason::solicited));
  EXPECT_EQ(job(id).state, JobState::done);
  EXPECT_THAT(phone.opens(Reason::solicited).items(), IsEmpty());  // and is not asked to call any more
}

TEST_F(Jobs, ReadEverything) {
  const auto id = wants(JobKind::read_all);
  EXPECT_THAT(phone.runs(phone.opens(Reason::solicited)), ElementsAre(read_all_items, clean_up));
  EXPECT_EQ(job(id).outcome, "9 items read");
}

TEST_F(Jobs, AreAnsweredByOneReadingIfSeveralWantEverything) {
  const auto first = wants(JobKind::read_all), second = wants(JobKind::read_all);
  EXPECT_THAT(phone.runs(phone.opens(Reason::solicited)), ElementsAre(read_all_items, clean_up));
  EXPECT_EQ(job(first).state, JobState::done);
  EXPECT_EQ(job(second).state, JobState::done);
  HandPhone stranger(service, "00:1A:E8:FF:00:09");
  Job everything;
  everything.kind = JobKind::read_all;
  const auto third = service.add_job("00:1A:E8:FF:00:09", everything);
  EXPECT_THAT(stranger.runs(stranger.starts_up()),
              ElementsAre(read_all_items, write_items, read_items, clean_up));
  EXPECT_EQ(service.find_job("00:1A:E8:FF:00:09", third)->state, JobState::done);
}

TEST_F(Jobs, DoNotWriteWhatThePhoneHasJustReadBack) {
  const auto first = wants(JobKind::write, {item("sip-name", "desk")});
  const auto second = wants(JobKind::write, {item("sip-name", "desk"), item("sip-user-id", "7")});
  const auto third = wants(JobKind::write, {item("sip-name", "desk")});
  const auto fourth = wants(JobKind::write, {item("sip-name", "chair")});
  Answer answer = phone.opens(Reason::solicited);
  EXPECT_THAT(answer.items(), ElementsAre("sip-name=desk"));
  phone.replies(write_items);
  answer = phone.replies(read_items, ReplyStatus::accepted, {item("sip-name", "desk")});
  EXPECT_THAT(answer.items(), ElementsAre("sip-user-id=7"));
  phone.replies(write_items);
  answer = phone.replies(read_items, ReplyStatus::accepted, {item("sip-user-id", "7")});
  EXPECT_THAT(answer.items(), ElementsAre("sip-name=chair"));
  for (const auto id : {first, second, third}) EXPECT_EQ(job(id).state, JobState::done);
  EXPECT_EQ(job(third).outcome, "the phone has just said that it has it");
  EXPECT_EQ(job(fourth).state, JobState::sent);
}

TEST_F(Jobs, RestartAsTheLastActionAndGoOnAfterwards) {
  const auto restarting = wants(JobKind::restart);
  const auto reading = wants(JobKind::read, {item("sip-name", "")});
  EXPECT_THAT(phone.runs(phone.opens(Reason::solicited)), ElementsAre(restart));
  EXPECT_EQ(job(restarting).state, JobState::sent);
  EXPECT_THAT(phone.runs(phone.starts_up()), ElementsAre(read_items, clean_up));
  EXPECT_EQ(job(restarting).state, JobState::done);
  EXPECT_EQ(job(reading).state, JobState::done);
}

TEST_F(Jobs, EndAnInteractionInWhichThePhoneRepliesBeforeItRestarts) {
  const auto id = wants(JobKind::restart);
  wants(JobKind::read, {item("sip-name", "")});
  phone.opens(Reason::solicited);
  EXPECT_EQ(phone.replies(restart).action(), clean_up);
  EXPECT_EQ(job(id).state, JobState::sent);
  phone.starts_up();
  EXPECT_EQ(job(id).state, JobState::done);
}

TEST_F(Jobs, FailWhereThePhoneDoesNotRestart) {
  const auto refused = wants(JobKind::restart);
  phone.opens(Reason::solicited);
  EXPECT_EQ(phone.replies(restart, ReplyStatus::failed).action(), clean_up);
  EXPECT_EQ(job(refused).state, JobState::failed);
  const auto ignored = wants(JobKind::restart);
  phone.opens(Reason::solicited);
  phone.opens(Reason::inventory_changes);
  EXPECT_EQ(job(ignored).state, JobState::failed);
}

TEST_F(Jobs, ResetToFactoryWithPasswordAndTypeAndSetThePhoneUpAgain) {
  const auto id = wants(JobKind::factory_reset);
  const Answer answer = phone.opens(Reason::solicited);
  EXPECT_EQ(answer.action(), restart);
  EXPECT_THAT(answer.items(), ElementsAre("restart-password=124816", "restart-type=FactoryReset"));
  phone.has.clear();
  EXPECT_THAT(phone.runs(phone.starts_up(true)),
              ElementsAre(read_all_items, write_items, read_items, clean_up));
  EXPECT_EQ(job(id).state, JobState::done);
}

TEST_F(Jobs, DeployAFileAndLearnFromTheStatus) {
  const auto id = wants(JobKind::deploy_files, {item("file-https-base-url", "https://192.0.2.1/logo.png"),
                                                item("file-type", "LOGO")});
  EXPECT_EQ(phone.opens(Reason::solicited).action(), file_deployment);
  EXPECT_EQ(phone
                .opens(Reason::status,
                       {item("file-deployment-name", "logo.png"), item("file-deployment-status", "ok")})
                .action(),
            clean_up);
  EXPECT_EQ(job(id).state, JobState::done);

  const auto failing = wants(JobKind::deploy_files, {item("file-name", "x.png"), item("file-type", "LOGO")});
  phone.opens(Reason::solicited);
  phone.opens(Reason::status, {item("file-deployment-status", "failed")});
  EXPECT_EQ(job(failing).state, JobState::failed);
  EXPECT_THAT(job(failing).outcome, HasSubstr("failed"));
}

const std::vector<wpi::Item> one_file = {item("file-https-base-url", "https://192.0.2.1/logo.png"), item("file-type", "LOGO")};

TEST_F(Jobs, GoOnAfterTheStatusInTheInteractionOfTheOrder) {  // guide p.52
  const auto id = wants(JobKind::deploy_files, one_file);
  const auto next = wants(JobKind::read, {item("sntp-addr", "")});
  EXPECT_EQ(phone.opens(Reason::solicited).action(), file_deployment);
  const std::string session = phone.cookie;
  const Answer answer = phone.opens(Reason::status, {item("file-deployment-name", "logo.png"), item("file-deployment-status", "ok")});
  EXPECT_EQ(answer.action(), read_items);
  EXPECT_EQ(answer.header("Set-Cookie"), "");
  EXPECT_EQ(job(id).state, JobState::done);
  EXPECT_THAT(phone.runs(answer), ElementsAre(read_items, clean_up));
  EXPECT_EQ(job(next).state, JobState::done);
  EXPECT_EQ(phone.cookie, session);
}

TEST_F(Jobs, TakeAStatusThatOpensAnInteractionOfItsOwn) {
  const auto id = wants(JobKind::deploy_files, one_file);
  phone.opens(Reason::solicited);
  phone.cookie.clear();
  const Answer answer = phone.opens(Reason::status, {item("file-deployment-status", "ok")});
  EXPECT_EQ(answer.action(), clean_up);
  EXPECT_EQ(job(id).state, JobState::done);
}

TEST_F(Jobs, LookUpWhatAStatusDoesNotTell) {
  const auto id = wants(JobKind::deploy_files, one_file);
  phone.opens(Reason::solicited);
  EXPECT_EQ(phone.opens(Reason::status).action(), read_all_items);
  phone.replies(read_all_items, ReplyStatus::accepted, {item("file-deployment-name", "logo.png", "1")});
  EXPECT_EQ(job(id).state, JobState::done);
}

TEST_F(Jobs, DeployNoFileWhileTheyDoNotKnowWhatBecameOfTheLastOne) {
  const auto first = wants(JobKind::deploy_files, one_file);
  const auto second = wants(JobKind::deploy_files, {item("file-name", "b.png"), item("file-type", "LOGO")});
  phone.opens(Reason::solicited);
  EXPECT_EQ(phone.replies(file_deployment).action(), clean_up);
  EXPECT_EQ(job(second).state, JobState::waiting);
  EXPECT_EQ(phone.opens(Reason::status, {item("file-deployment-status", "ok")}).action(), file_deployment);
  EXPECT_EQ(job(first).state, JobState::done);
  EXPECT_EQ(job(second).state, JobState::sent);
}

TEST_F(Jobs, TellFilesApartByNameAndType) {  // guide p.55
  const auto gone = wants(JobKind::deploy_files, {item("file-name", "a.png", "1"), item("file-type", "LOGO", "1"), item("file-action", "delete", "1")});
  phone.opens(Reason::solicited);
  phone.replies(file_deployment);
  phone.opens(Reason::solicited);
  phone.replies(read_all_items, ReplyStatus::accepted, {item("file-deployment-name", "a.png", "1"), item("file-deployment-type", "PIC", "1")});
  EXPECT_EQ(job(gone).state, JobState::done) << job(gone).outcome;
  // The name is the end of the URL, unless it is given.
  const auto named = wants(JobKind::deploy_files, {item("file-https-base-url", "https://h/media/"), item("file-name", "b.png"), item("file-type", "PIC")});
  phone.opens(Reason::solicited);
  phone.replies(file_deployment);
  phone.opens(Reason::solicited);
  phone.replies(read_all_items, ReplyStatus::accepted, {item("file-deployment-name", "b.png", "1"), item("file-deployment-type", "PIC", "1")});
  EXPECT_EQ(job(named).state, JobState::done) << job(named).outcome;
}

TEST_F(Jobs, LookUpWhatBecameOfFilesThatNoStatusTellsOf) {
  const auto id =
      wants(JobKind::deploy_files, {item("file-name", "logo.png", "1"), item("file-type", "LOGO", "1"),
                                    item("file-action", "deploy", "1"), item("file-name", "old.wav", "2"),
                                    item("file-type", "RINGTONE", "2"), item("file-action", "delete", "2")});
  phone.opens(Reason::solicited);
  EXPECT_EQ(phone.replies(file_deployment).action(), clean_up);
  EXPECT_EQ(job(id).state, JobState::sent);
  EXPECT_EQ(phone.opens(Reason::solicited).action(), read_all_items);
  EXPECT_EQ(
      phone.replies(read_all_items, ReplyStatus::accepted, {item("file-deployment-name", "logo.png", "1")})
          .action(),
      clean_up);
  EXPECT_EQ(job(id).state, JobState::done) << job(id).outcome;
}

TEST_F(Jobs, DeployFirmwareAndLearnFromTheVersionThatThePhoneComesBackWith) {
  const std::vector<wpi::Item> image = {item("file-name", "os60.img"), item("file-sw-version", "3.6.1.0")};
  const auto failing = wants(JobKind::deploy_software, image);
  phone.opens(Reason::solicited);
  EXPECT_EQ(phone.replies(software_deployment).action(), clean_up);
  phone.starts_up();
  EXPECT_EQ(job(failing).state, JobState::failed);

  const auto id = wants(JobKind::deploy_software, image);
  EXPECT_EQ(phone.opens(Reason::solicited).action(), software_deployment);
  HandPhone updated(service, mac, "V3 R6.1.0");
  updated.starts_up();
  EXPECT_EQ(job(id).state, JobState::done) << job(id).outcome;
}

TEST_F(Jobs, AreBoundedAndDropTheOldestThatIsFinished) {
  const auto done = wants(JobKind::read, {item("sip-name", "")});
  phone.runs(phone.opens(Reason::solicited));
  std::uint64_t last = 1;
  int added = 0;
  while (added < 300 && (last = wants(JobKind::read, {item("sip-name", "")})) != 0) ++added;
  EXPECT_EQ(added, 200);
  EXPECT_EQ(service.find_job(mac, done), nullptr);
  EXPECT_EQ(service.add_job("<no phone>", Job{}), 0u);
}

TEST_F(Jobs, ThatComeToManyMessagesEndTheInteraction) {
  std::vector<wpi::Item> many;
  for (int i = 0; i < 1'000; ++i) many.push_back(item("trace-level", "1", std::to_string(i)));
  phone.max_items = "1";
  const auto id = wants(JobKind::write, many);
  const auto actions = phone.runs(phone.opens(Reason::solicited));
  EXPECT_EQ(actions.back(), clean_up);
  EXPECT_LT(actions.size(), 200u);
  EXPECT_EQ(job(id).state, JobState::failed);
}

// ---- How items are split over messages

std::vector<std::vector<std::string>> names(const std::vector<std::vector<wpi::Item>>& messages) {
  std::vector<std::vector<std::string>> out;
  for (const auto& message : messages) {
    out.emplace_back();
    for (const wpi::Item& one : message) out.back().push_back(one.name + (one.index ? *one.index : ""));
  }
  return out;
}

TEST(Split, KeepsTogetherWhatBelongsTogether) {
  EXPECT_THAT(names(split({item("function-key-def", "59", "1"), item("sip-name", "x"),
                           item("function-key-def", "1", "2"), item("key-label", "a", "1"),
                           item("key-label", "b", "2")},
                          2)),
              ElementsAre(ElementsAre("function-key-def1", "key-label1"), ElementsAre("sip-name"),
                          ElementsAre("function-key-def2", "key-label2")));
  EXPECT_THAT(names(split({item("sip-name", "x"), item("goto-secure-mode", "nopin"),
                           item("dls-server-ca", "", "0"), item("dls-secure-port", "18444")},
                          3)),
              ElementsAre(ElementsAre("sip-name"),
                          ElementsAre("goto-secure-mode", "dls-server-ca0", "dls-secure-port")));
}

TEST(Split, TearsWhatNoMessageCanHold) {
  EXPECT_THAT(names(split({item("a", "", "1"), item("b", "", "1"), item("c", "", "1")}, 2)),
              ElementsAre(ElementsAre("a1", "b1"), ElementsAre("c1")));
}

TEST(Split, KeepsEachMessageBelow50Kilobytes) {
  std::vector<wpi::Item> large;
  for (int i = 0; i < 40; ++i) large.push_back(item("item-" + std::to_string(i), std::string(1'000, '&')));
  const auto messages = split(large, std::nullopt);
  std::size_t items = 0;
  for (const auto& message : messages) {
    std::string xml;
    wpi::write(wpi::ServiceMessage{"N", write_items, message}, xml);
    EXPECT_LE(xml.size(), wpi::message_limit_strict);
    items += message.size();
  }
  EXPECT_EQ(items, 40u);
  EXPECT_GT(messages.size(), 4u);
}

TEST(Split, MakesNoMessageOfNothing) {
  EXPECT_TRUE(split({}, 1).empty());
}

}  // namespace
}  // namespace understudy::reference
