// Jobs of files and firmware by name.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reference_support.h"

namespace understudy::reference {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string mac = "00:1A:E8:FF:00:01";

Options reached(std::string host = "192.0.2.5") {
  Options options = simulated();
  options.host = std::move(host);
  options.port = 18443;
  return options;
}

class ShortJobs : public ::testing::Test {
 protected:
  explicit ShortJobs(Options options = reached()) : service(std::move(options)), phone(service, mac) {}

  void SetUp() override { phone.runs(phone.starts_up()); }
  Answer post(const std::string& job) {
    return ask(service, {"POST", "/api/phones/" + mac + "/jobs", {}, job});
  }
  std::string error(const std::string& job) {
    const Answer answer = post(job);
    EXPECT_EQ(answer.status, 400) << job;
    const std::size_t from = answer.body.find(": \"") + 3;
    return answer.body.substr(from, answer.body.rfind('"') - from);
  }
  std::string file_error(const std::string& file) {
    return error(R"({"kind":"deploy-files","files":[)" + file + "]}");
  }
  // What the phone is then told.
  std::vector<std::string> ordered(const std::string& job) {
    const Answer added = post(job);
    EXPECT_EQ(added.status, 201) << added.body;
    const Answer order = phone.opens(wpi::Reason::solicited);
    action = order.action();
    return order.items();
  }

  Service service;
  HandPhone phone;
  std::optional<wpi::Action> action;
};

TEST_F(ShortJobs, OrderOneFileWithoutIndex) {  // guide p.53
  EXPECT_THAT(
      ordered(R"({"kind":"deploy-files","files":[{"type":"LOGO","name":"media/logo.png"}]})"),
      ElementsAre("file-type=LOGO", "file-https-base-url=https://192.0.2.5:18443/files/media/logo.png",
                  "file-name=logo.png"));
  EXPECT_EQ(action, wpi::Action::file_deployment);
}

TEST_F(ShortJobs, CountSeveralFilesFromOneAndSayWhatIsToBeDoneWithEach) {  // guide p.55
  EXPECT_THAT(
      ordered(
          R"({"kind":"deploy-files","files":[{"type":"LOGO","name":"logo.png"},{"type":"RINGTONE","name":"old.wav","action":"delete"}]})"),
      ElementsAre("file-action[1]=deploy", "file-type[1]=LOGO",
                  "file-https-base-url[1]=https://192.0.2.5:18443/files/logo.png", "file-name[1]=logo.png",
                  "file-action[2]=delete", "file-type[2]=RINGTONE", "file-name[2]=old.wav"));
}

TEST_F(ShortJobs, DeleteOneFile) {
  EXPECT_THAT(
      ordered(R"({"kind":"deploy-files","files":[{"type":"RINGTONE","name":"old.wav","action":"delete"}]})"),
      ElementsAre("file-action=delete", "file-type=RINGTONE", "file-name=old.wav"));
}

TEST_F(ShortJobs, TakeTheSampleForThePhonesModel) {
  const std::string logo = "file-https-base-url=https://192.0.2.5:18443/files/samples/logo-openstage-60.png";
  EXPECT_THAT(
      ordered(
          R"({"kind":"deploy-files","files":[{"type":"LOGO"},{"type":"LOGO","sample":true,"action":"delete"}]})"),
      ElementsAre("file-action[1]=deploy", "file-type[1]=LOGO",
                  "file-https-base-url[1]=" + logo.substr(logo.find('=') + 1),
                  "file-name[1]=logo-openstage-60.png", "file-action[2]=delete", "file-type[2]=LOGO",
                  "file-name[2]=logo-openstage-60.png"));
}

TEST_F(ShortJobs, OrderAFileFromElsewhereAsItIsSaid) {
  EXPECT_THAT(
      ordered(
          R"({"kind":"deploy-files","files":[{"type":"PIC","url":"https://192.0.2.9/a.png","user":"desk","password":"geheim"}]})"),
      ElementsAre("file-type=PIC", "file-https-base-url=https://192.0.2.9/a.png", "file-username=desk",
                  "file-pwd=geheim"));
}

TEST_F(ShortJobs, OrderAnImageForThePhonesModel) {  // guide p.57
  EXPECT_THAT(ordered(R"({"kind":"deploy-software","version":"V3 R5.13.0","priority":"immediate"})"),
              ElementsAre("file-https-base-url=https://192.0.2.5:18443/images/OpenStage-60/V3-R5.13.0.img",
                          "file-name=V3-R5.13.0.img", "file-type=APP", "file-sw-type=Siemens SIP",
                          "file-sw-version=3.5.13.0", "file-priority=immediate"));
  EXPECT_EQ(action, wpi::Action::software_deployment);
}

TEST_F(ShortJobs, TakeAVersionInEitherForm) {
  EXPECT_THAT(post(R"({"kind":"deploy-software","version":"3.5.13.0"})").body,
              HasSubstr("/images/OpenStage-60/V3-R5.13.0.img"));
  EXPECT_THAT(post(R"({"kind":"deploy-software","version":"3.5.13.0"})").body, HasSubstr("\"normal\""));
}

TEST_F(ShortJobs, SayWhatIsWrongWithAFile) {
  EXPECT_EQ(error(R"({"kind":"deploy-files","files":{}})"), "files is no array");
  EXPECT_EQ(error(R"({"kind":"deploy-files","files":[]})"), "files is empty");
  EXPECT_EQ(error(R"({"kind":"read","files":[]})"), "read takes no files");
  EXPECT_THAT(error(R"({"kind":"deploy-files","files":[{"type":"LOGO"}],"items":[{"name":"file-type"}]})"),
              HasSubstr("but not both"));
  EXPECT_EQ(file_error("7"), "files[0] is no object");
  EXPECT_EQ(file_error("{}"),
            "files[0] has no type; there are DONGLE, LDAP, LOGO, MOH, PIC, RINGTONE and SCREENSAVER");
  EXPECT_THAT(file_error(R"({"type":"APP"})"), HasSubstr("files[0].type is none; there are"));
  EXPECT_EQ(file_error(R"({"type":"LOGO","action":"keep"})"), "files[0].action is neither deploy nor delete");
  EXPECT_EQ(file_error(R"({"type":"LOGO","size":1})"),
            "files[0].size is unknown; a file has type, name, action, sample, url, user and password");
  EXPECT_EQ(file_error(R"({"type":"LOGO","name":[]})"), "files[0].name is no text, number or boolean");
  EXPECT_EQ(file_error(R"({"type":"LOGO","sample":1})"), "files[0].sample is neither true nor false");
  EXPECT_EQ(file_error(R"({"type":"LOGO","sample":true,"name":"a.png"})"),
            "files[0] is a sample, which has a name and a place of its own");
  EXPECT_EQ(file_error(R"({"type":"LOGO","name":".."})"),
            "files[0].name is none that a file can have on a phone");
  EXPECT_EQ(file_error(R"({"type":"LOGO","name":"media/"})"),
            "files[0].name is none that a file can have on a phone");
  EXPECT_EQ(file_error(R"({"type":"LOGO","name":"my logo.png"})"),
            "files[0].name has another character than letters, digits and - _ . ~ /; give it with url");
  EXPECT_EQ(file_error(R"({"type":"LOGO","url":"ftp://192.0.2.9/a.png"})"),
            "files[0].url is none; write https://host/path");
  EXPECT_EQ(file_error(R"({"type":"PIC"})"), "files[0]: there is no sample of the type PIC");
  EXPECT_EQ(file_error(R"({"type":"LOGO","url":"https://192.0.2.9/a.png","action":"delete"})"),
            "files[0] has no name, and is to be deleted by it");
  EXPECT_THAT(file_error(R"({"type":"LOGO","name":"a.png"},{"type":"none"})"), HasSubstr("files[1].type"));
}

TEST_F(ShortJobs, SayWhatIsWrongWithFirmware) {
  EXPECT_EQ(error(R"({"kind":"deploy-software","version":"latest"})"),
            "version is none; write it as in V3 R5.13.0");
  EXPECT_EQ(error(R"({"kind":"deploy-software","version":"V3 R5.13.0","priority":1})"),
            "priority is neither normal nor immediate");
  EXPECT_EQ(error(R"({"kind":"deploy-software","priority":"normal"})"), "priority goes with a version");
  EXPECT_EQ(error(R"({"kind":"deploy-files","version":"V3 R5.13.0"})"), "deploy-files takes no version");
  EXPECT_EQ(error(R"({"kind":"deploy-software","version":[]})"), "version is no text, number or boolean");
}

TEST_F(ShortJobs, NeedAPhoneThatHasCalledWhereItsModelMatters) {
  const auto post_for_stranger = [&](const std::string& job) {
    return ask(service, {"POST", "/api/phones/00:1A:E8:FF:00:09/jobs", {}, job});
  };
  EXPECT_THAT(post_for_stranger(R"({"kind":"deploy-software","version":"V3 R5.13.0"})").body,
              HasSubstr("the phone has not called yet"));
  EXPECT_EQ(post_for_stranger(R"({"kind":"deploy-files","files":[{"type":"LOGO"}]})").status, 400);
  EXPECT_EQ(post_for_stranger(R"({"kind":"deploy-files","files":[{"type":"LOGO","name":"a.png"}]})").status,
            201);
}

class ShortJobsForMembers : public ShortJobs {
 protected:
  ShortJobsForMembers()
      : ShortJobs([] {
          Options options = reached("0.0.0.0");
          options.files.user = "desk";
          options.files.password = "geheim";
          return options;
        }()) {}
};

TEST_F(ShortJobsForMembers, GiveUserAndPasswordForOurOwnFilesAlone) {
  phone.calls = "192.0.2.77:18443";
  phone.runs(phone.starts_up());
  EXPECT_THAT(
      ordered(
          R"({"kind":"deploy-files","files":[{"type":"LOGO","name":"a.png"},{"type":"PIC","url":"https://192.0.2.9/b.png"}]})"),
      ElementsAre("file-action[1]=deploy", "file-type[1]=LOGO",
                  "file-https-base-url[1]=https://192.0.2.77:18443/files/a.png", "file-name[1]=a.png",
                  "file-username[1]=desk", "file-pwd[1]=geheim", "file-action[2]=deploy", "file-type[2]=PIC",
                  "file-https-base-url[2]=https://192.0.2.9/b.png"));
  EXPECT_THAT(post(R"({"kind":"deploy-files","files":[{"type":"LOGO","name":"a.png"}]})").body,
              ::testing::Not(HasSubstr("geheim")));
}

}  // namespace
}  // namespace understudy::reference
