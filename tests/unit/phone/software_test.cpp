// Firmware that a service orders (guide p.56, p.57): what the phone fetches, takes and refuses, and how it comes back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "phone_support.h"
#include "support/messages.h"

namespace understudy::phone {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

std::string one(const std::string& name, const std::string& value) {
  return "<Item name=\"" + name + "\">" + value + "</Item>";
}
std::string order_of(const std::string& items) {
  return "<Action>SoftwareDeployment</Action><ItemList>" + items + "</ItemList>";
}

const std::string by_https =
    one("file-https-base-url", "https://192.0.2.10/os60.img") + one("file-type", "APP");
const Image newer{"OpenStage 60", "Siemens SIP", "V3 R5.13.0"};

// A phone that has said its start-up.
class Upgraded : public Bench {
 public:
  explicit Upgraded(Quirks quirks = {}) : Bench("V3 R5", quirks) { power_on(); }
  // The service orders the image; false if the phone does not fetch it.
  bool ordered(const std::string& items) {
    respond(200, service_message(order_of(items)));
    const Fetch* fetch = effect<Fetch>(last);
    if (fetch) number = fetch->fetch;
    return fetch != nullptr;
  }
  // The download ends with these bytes; what the phone says to it, if anything.
  std::string fetched(const std::string& bytes) {
    last = phone.handle(Fetched{number, {Download{true, "", std::make_shared<const std::string>(bytes)}}});
    const Send* send = effect<Send>(last);
    return send ? send->request.body : "";
  }
  std::string comes_up() {
    const SetTimer* timer = effect<SetTimer>(last);
    if (!timer) return "it does not restart";
    last = phone.handle(TimerFired{timer->timer});
    const Send* send = effect<Send>(last);
    return send ? send->request.body : "";
  }
  std::vector<std::string> notes() const {
    std::vector<std::string> out;
    for (const Effect& each : last)
      if (const Note* note = std::get_if<Note>(&each)) out.push_back(note->text);
    return out;
  }

  std::uint32_t number = 0;
};

TEST(Software, IsFetchedWithoutAWordAndThePhoneComesBackWithIt) {  // guide p.56
  Upgraded phone;
  ASSERT_TRUE(phone.ordered(by_https));
  EXPECT_EQ(effect<Send>(phone.last), nullptr);
  EXPECT_EQ(phone.fetched(make_image(newer, 5'000)), "");
  ASSERT_NE(effect<Finish>(phone.last), nullptr);
  EXPECT_EQ(effect<Finish>(phone.last)->end, End::restart);
  EXPECT_THAT(phone.notes(), Contains("loads firmware V3 R5.13.0 in place of V3 R5.12.0"));
  const std::string start = phone.comes_up();
  EXPECT_THAT(start, HasSubstr(">start-up<"));
  EXPECT_THAT(start, HasSubstr("<Item name=\"software-version\">V3 R5.13.0</Item>"));
}

TEST(Software, KeepsTheItemsThatItHasToo) {
  Upgraded phone;
  phone.answer("<Action>WriteItems</Action><ItemList>" + one("realm", "home") + "</ItemList>");
  ASSERT_TRUE(phone.ordered(by_https));
  phone.fetched(make_image(newer, 0));
  EXPECT_EQ(*phone.phone.store().find("realm"), "home");
  EXPECT_EQ(phone.phone.firmware().version, "V3 R5.13.0");
}

TEST(Software, IsFetchedByFtpToo) {  // guide p.57
  Upgraded phone;
  ASSERT_TRUE(phone.ordered(one("file-server", "192.0.2.10") + one("file-name", "os60.img") +
                            one("file-path", "/img") + one("file-type", "APP") + one("file-username", "ftp") +
                            one("file-pwd", "secret")));
  const File& file = effect<Fetch>(phone.last)->files.at(0);
  EXPECT_EQ(file.source.server, "192.0.2.10");
  EXPECT_EQ(file.source.password, "secret");
}

TEST(Software, ThatIsOlderOrTheSameIsTakenAllTheSame) {  // field
  for (const auto& [version, older] : {std::pair("V3 R1.41.1", true), std::pair("V3 R5.12.0", false)}) {
    Upgraded phone;
    ASSERT_TRUE(phone.ordered(by_https));
    phone.fetched(make_image({"OpenStage 60", "Siemens SIP", version}, 0));
    EXPECT_EQ(phone.phone.firmware().version, version);
    const auto notes = phone.notes();
    EXPECT_EQ(
        std::count(notes.begin(), notes.end(), "the firmware is older than what it has: the phone goes back"),
        older ? 1 : 0);
    EXPECT_THAT(phone.comes_up(), HasSubstr(version));
  }
}

TEST(Software, ThatIsNotForThisPhoneIsRefusedWithAReason) {
  const std::string whole = make_image(newer, 5'000);
  struct Case {
    std::string bytes, why;
  };
  for (const Case& each :
       {Case{make_image({"OpenStage 20", "Siemens SIP", "V3 R5.13.0"}, 0),
             "the image is for OpenStage 20, and this is OpenStage 60"},
        Case{make_image({"OpenStage 60", "Siemens HFA", "V3 R5.13.0"}, 0),
             "the image is Siemens HFA, and this phone has Siemens SIP"},
        Case{whole.substr(0, 4'000), "the image is cut off: it has 4000 of 5000 bytes"},
        Case{"", "the image is empty"}, Case{"<html>", "it is no image that this phone knows"}}) {
    Upgraded phone;
    ASSERT_TRUE(phone.ordered(by_https));
    EXPECT_THAT(phone.fetched(each.bytes),
                HasSubstr("action=\"SoftwareDeployment\" status=\"failed\">reply-to"));
    EXPECT_THAT(phone.notes(), Contains("no firmware is loaded: " + each.why));
    EXPECT_EQ(phone.phone.firmware().version, "V3 R5.12.0");
    EXPECT_EQ(phone.answer_last("<Action>CleanUp</Action>"), End::clean_up);
  }
}

TEST(Software, WhoseDownloadFailsIsAnsweredFailed) {
  Upgraded phone;
  ASSERT_TRUE(phone.ordered(by_https));
  phone.last = phone.phone.handle(Fetched{phone.number, {Download{false, "no such file"}}});
  ASSERT_NE(effect<Send>(phone.last), nullptr);
  EXPECT_THAT(effect<Send>(phone.last)->request.body, HasSubstr("status=\"failed\">reply-to"));
  EXPECT_THAT(phone.notes(), Contains("no firmware is loaded: no such file"));
}

TEST(SoftwareOrder, ThatIsIncompleteIsAnsweredFailed) {
  struct Case {
    std::string items, why;
  };
  for (const Case& each :
       {Case{one("file-type", "APP") + one("file-server", "h"), "does not name the image"},
        Case{one("file-https-base-url", "https://h/a.img") + one("file-type", "LOGO"), "is not APP"},
        Case{one("file-name", "a.img") + one("file-type", "APP"), "does not say where it is"},
        Case{one("file-https-base-url", "http://h/a.img") + one("file-type", "APP"), "none of HTTPS"}}) {
    Upgraded phone;
    EXPECT_FALSE(phone.ordered(each.items));
    ASSERT_NE(effect<Send>(phone.last), nullptr);
    EXPECT_THAT(effect<Send>(phone.last)->request.body, HasSubstr("status=\"failed\">reply-to"));
    EXPECT_THAT(phone.notes(), Contains(HasSubstr(each.why)));
  }
}

TEST(SoftwareOrder, MeetsABusyPhoneInACallUnlessItIsImmediate) {  // guide p.56, p.177
  struct Case {
    std::string priority;
    bool busy;
  };
  for (const Case& each : {Case{"", false}, Case{one("file-priority", "immediate"), false},
                           Case{one("file-priority", "normal"), true}}) {
    Upgraded phone;
    phone.phone.handle(CallBegins{});
    EXPECT_EQ(phone.ordered(by_https + each.priority), !each.busy) << each.priority;
    if (!each.busy) continue;
    ASSERT_NE(effect<Send>(phone.last), nullptr);
    EXPECT_THAT(effect<Send>(phone.last)->request.body,
                HasSubstr("action=\"SoftwareDeployment\" status=\"busy\">reply-to"));
  }
}

TEST(ReplyBeforeSoftware, AcceptsFirstAndRestartsWhenTheImageIsThere) {  // field
  for (const bool ends_before : {false, true}) {
    Upgraded phone({Quirk::reply_before_software});
    ASSERT_TRUE(phone.ordered(by_https));
    ASSERT_NE(effect<Send>(phone.last), nullptr);
    EXPECT_THAT(effect<Send>(phone.last)->request.body,
                HasSubstr("action=\"SoftwareDeployment\" status=\"accepted\">reply-to"));
    if (ends_before) phone.answer_last("<Action>CleanUp</Action>");
    EXPECT_FALSE(phone.phone.idle());
    EXPECT_EQ(phone.fetched(make_image(newer, 0)), "");
    EXPECT_THAT(phone.comes_up(), HasSubstr("V3 R5.13.0"));
  }
}

TEST(ReplyBeforeSoftware, HasNothingMoreToSayWhereTheImageIsNone) {
  Upgraded phone({Quirk::reply_before_software});
  ASSERT_TRUE(phone.ordered(by_https));
  phone.answer_last("<Action>CleanUp</Action>");
  EXPECT_EQ(phone.fetched("<html>"), "");
  EXPECT_THAT(phone.notes(), Contains("no firmware is loaded: it is no image that this phone knows"));
  EXPECT_TRUE(phone.phone.idle());
}

TEST(Software, ThatWasDeployedOutlastsAPowerCut) {
  Upgraded phone;
  ASSERT_TRUE(phone.ordered(by_https));
  phone.fetched(make_image(newer, 0));
  phone.comes_up();
  phone.answer_last("<Action>CleanUp</Action>");
  Bench back("V3 R5");
  ASSERT_TRUE(back.phone.remember(phone.phone.memory()));
  EXPECT_EQ(back.phone.firmware().version, "V3 R5.13.0");
  EXPECT_EQ(back.phone.memory(), phone.phone.memory());
  EXPECT_THAT(back.power_on().request.body, HasSubstr("<Item name=\"software-version\">V3 R5.13.0</Item>"));
}

TEST(Software, StaysWhenThePhoneIsReset) {  // inferred
  Upgraded phone;
  ASSERT_TRUE(phone.ordered(by_https));
  phone.fetched(make_image(newer, 0));
  phone.comes_up();
  phone.answer_last("<Action>CleanUp</Action>");
  phone.last = phone.phone.handle(PowerOn{.from_factory = true});
  EXPECT_THAT(effect<Send>(phone.last)->request.body,
              HasSubstr("<Item name=\"software-version\">V3 R5.13.0</Item>"));
}

}  // namespace
}  // namespace understudy::phone
