// Files that a service orders: what the phone asks for, keeps and says, and in which interaction.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "phone_support.h"
#include "support/messages.h"

namespace understudy::phone {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using wpi::Item;
using wpi::Reason;

std::string element(const std::string& name, const std::string& value, int index = 0) {
  return "<Item name=\"" + name + "\"" + (index > 0 ? " index=\"" + std::to_string(index) + "\"" : "") + ">" + value + "</Item>";
}

std::string order_of(const std::string& items) { return "<Action>FileDeployment</Action><ItemList>" + items + "</ItemList>"; }

std::string by_https(const std::string& url, const std::string& type, int index = 0) {
  return element("file-https-base-url", url, index) + element("file-type", type, index);
}

std::string deletes(const std::string& name, const std::string& type, int index) {
  return element("file-name", name, index) + element("file-type", type, index) + element("file-action", "delete", index);
}

const std::string logo = by_https("https://192.0.2.10/logo.png", "LOGO");
const std::string two = by_https("https://192.0.2.10/logo.png", "LOGO", 1) + by_https("https://192.0.2.10/bell.mp3", "RINGTONE", 2);

// A phone that has said its start-up, and what it says from then on.
class DeployedTo : public Bench {
 public:
  explicit DeployedTo(Quirks quirks = {}, Limits limits = {}) : Bench("V3 R5", quirks, limits) { power_on(); }

  // The service orders these; what the phone then asks for. The order is answered by nothing yet.
  std::vector<File> asks_for(const std::string& items) {
    respond(200, service_message(order_of(items)));
    EXPECT_EQ(effect<Send>(last), nullptr);
    const Fetch* fetch = effect<Fetch>(last);
    if (!fetch) return {};
    number = fetch->fetch;
    return fetch->files;
  }
  // The downloads end like that, so much later; what the phone says to it, if anything.
  std::shared_ptr<const wpi::Document> fetched(std::vector<bool> went_well, microseconds now = {}) {
    Fetched event{number, {}};
    for (const bool ok : went_well) event.results.push_back({ok, ok ? "" : "no such file"});
    last = phone.handle(event, now);
    const Send* send = effect<Send>(last);
    return send ? send->said : nullptr;
  }
  // What the phone lists, as "name TYPE status".
  std::vector<std::string> listed() const {
    std::vector<std::string> out;
    for (int n = 1; const std::string* name = phone.store().find("file-deployment-name", n); ++n)
      out.push_back(*name + " " + *phone.store().find("file-deployment-type", n) + " " + *phone.store().find("file-deployment-status", n));
    return out;
  }
  std::vector<std::string> notes() const {
    std::vector<std::string> out;
    for (const Effect& each : last)
      if (const Note* note = std::get_if<Note>(&each)) out.push_back(note->text);
    return out;
  }

  std::uint32_t number = 0;
};

// The items behind the basic ones.
std::vector<std::string> results_in(const wpi::Document& said) {
  std::vector<std::string> out;
  for (const Item& item : said.items)
    if (item.name.starts_with("file-deployment-"))
      out.push_back(item.name.substr(16) + (item.index ? "[" + *item.index + "]" : "") + "=" + item.value);
  return out;
}

// ---- What the order says

TEST(FileOrder, OfOneFileByHttpsNamesItByItsUrl) {  // guide p.53
  DeployedTo phone;
  const auto files = phone.asks_for(by_https("https://192.0.2.10/media/bell.wav", "RINGTONE") + element("file-username", "webuser"));
  ASSERT_THAT(files, SizeIs(1));
  EXPECT_EQ(files[0].name, "bell.wav");
  EXPECT_EQ(files[0].type, "RINGTONE");
  EXPECT_EQ(files[0].index, std::nullopt);
  EXPECT_EQ(files[0].source.url, "https://192.0.2.10/media/bell.wav");
  EXPECT_EQ(files[0].source.username, "webuser");
  EXPECT_TRUE(files[0].source.password.empty());
}

TEST(FileOrder, OfOneFileByFtpHasItsAccessData) {  // guide p.53
  DeployedTo phone;
  const auto files = phone.asks_for(element("file-server", "192.0.2.10") + element("file-pwd", "secret") + element("file-path", "/media") +
                                    element("file-name", "bell.wav") + element("file-type", "RINGTONE") +
                                    element("file-username", "ftpuser") + element("file-port", "2121"));
  ASSERT_THAT(files, SizeIs(1));
  EXPECT_TRUE(files[0].source.url.empty());
  EXPECT_EQ(files[0].source.server, "192.0.2.10");
  EXPECT_EQ(files[0].source.port, 2121);
  EXPECT_EQ(files[0].source.path, "/media");
  EXPECT_EQ(files[0].source.username, "ftpuser");
  EXPECT_EQ(files[0].source.password, "secret");
  const auto usual = DeployedTo().asks_for(element("file-server", "x") + element("file-name", "a") + element("file-type", "PIC"));
  ASSERT_THAT(usual, SizeIs(1));
  EXPECT_EQ(usual[0].source.port, 21);
}

TEST(FileOrder, OfSeveralGoesByIndexWhateverTheOrderOfItsItems) {  // guide p.55
  DeployedTo phone;
  const auto files = phone.asks_for(element("file-type", "LDAP", 10) + by_https("https://h/b.txt", "LDAP", 2) + element("file-server", "h", 10) +
                                    element("file-name", "c.txt", 10) + by_https("https://h/a.txt", "LDAP"));
  std::vector<std::string> names;
  for (const File& file : files) names.push_back(file.index.value_or("-") + " " + file.name);
  EXPECT_THAT(names, ElementsAre("- a.txt", "2 b.txt", "10 c.txt"));
}

TEST(FileOrder, TakesAUrlThatIsABaseOrThatIsWhole) {  // guide p.53
  const auto url_of = [](const std::string& url, const std::string& name) {
    const auto files = DeployedTo().asks_for(by_https(url, "LOGO") + (name.empty() ? "" : element("file-name", name)));
    return files.empty() ? std::string("nothing") : files[0].source.url + " as " + files[0].name;
  };
  EXPECT_EQ(url_of("https://h/media/", "a.png"), "https://h/media/a.png as a.png");
  EXPECT_EQ(url_of("https://h/media", "a.png"), "https://h/media/a.png as a.png");
  EXPECT_EQ(url_of("https://h/media/a.png", "a.png"), "https://h/media/a.png as a.png");
  EXPECT_EQ(url_of("https://h", "a.png"), "https://h/a.png as a.png");
  EXPECT_EQ(url_of("files.example.net:8443", "a.png"), "https://files.example.net:8443/a.png as a.png");
  EXPECT_EQ(url_of("https://h/get?file=7", "a.png"), "https://h/get?file=7 as a.png");
  EXPECT_EQ(url_of("https://h/x/a.png?v=2", ""), "https://h/x/a.png?v=2 as a.png");
}

struct WrongOrder {
  std::string items, why;
};

TEST(FileOrder, ThatIsIncompleteOrImpossibleFailsByItself) {
  const std::string name = element("file-name", "a.png"), type = element("file-type", "LOGO"), server = element("file-server", "h");
  const std::vector<WrongOrder> wrongs = {
      {type + server, "does not name it"},
      {by_https("https://h/", "LOGO"), "does not name it"},
      {by_https("https://h", "LOGO"), "does not name it"},
      {name + server, "of which type"},
      {name + server + element("file-type", "APP"), "none that a phone stores"},
      {name + server + element("file-type", "logo"), "none that a phone stores"},
      {name + type, "does not say where it is"},
      {name + type + element("file-server", "NULL"), "does not say where it is"},
      {name + type + server + element("file-port", "0"), "its port"},
      {name + type + server + element("file-port", "ftp"), "its port"},
      {name + type + server + element("file-port", "65536"), "its port"},
      {name + type + server + element("file-action", "move"), "neither deploy nor delete"},
      {by_https("http://h/a.png", "LOGO"), "none of HTTPS"},
      {element("file-name", "../a.png") + type + server, "none that a file can have"},
      {element("file-name", "..") + type + server, "none that a file can have"},
      {element("file-name", "a\\b") + type + server, "none that a file can have"},
      {element("file-name", std::string(256, 'a')) + type + server, "none that a file can have"},
      {"<Item name=\"file-name\" index=\"x\">a.png</Item>", "its index"},
      {"<Item name=\"file-name\" index=\"0\">a.png</Item>", "its index"},
  };
  for (const WrongOrder& wrong : wrongs) {
    DeployedTo phone;
    phone.respond(200, service_message(order_of(wrong.items)));
    EXPECT_EQ(effect<Fetch>(phone.last), nullptr) << wrong.items;
    EXPECT_THAT(phone.notes(), ElementsAre(HasSubstr(wrong.why))) << wrong.items;
    const Send* said = effect<Send>(phone.last);
    ASSERT_NE(said, nullptr) << wrong.items;
    EXPECT_EQ(said->said->reason(), Reason::status);
    EXPECT_EQ(said->said->find("file-deployment-status")->value, "failed");
    EXPECT_THAT(phone.listed(), IsEmpty()) << "nothing was transferred";
  }
}

TEST(FileOrder, MayWriteTheSchemeOfItsUrlInAnyCase) {
  DeployedTo phone;
  phone.respond(200, service_message(order_of(by_https("HTTPS://192.0.2.10/logo.png", "LOGO"))));
  ASSERT_NE(effect<Fetch>(phone.last), nullptr);
  EXPECT_EQ(effect<Fetch>(phone.last)->files[0].source.url, "HTTPS://192.0.2.10/logo.png");
}

TEST(FileOrder, OfWhatTheModelHasNoUseForFails) {  // field: an OpenStage 20 has no logo, none below 60 a screensaver
  for (const auto& [model, type, fails] : std::vector<std::tuple<const char*, const char*, bool>>{
           {"20", "LOGO", true}, {"40", "LOGO", false}, {"40", "SCREENSAVER", true}, {"60", "SCREENSAVER", false}, {"20", "RINGTONE", false}}) {
    wpi::Document order;
    order.items = {item("file-https-base-url", "https://h/x.png"), item("file-type", type)};
    const auto files = files_in(order, **model_named(model));
    ASSERT_THAT(files, SizeIs(1));
    EXPECT_EQ(files[0].wrong.empty(), !fails) << model << " " << type;
  }
}

TEST(FileOrder, ThatNamesNoFileIsAnsweredFailed) {  // guide p.29
  DeployedTo phone;
  EXPECT_THAT(phone.answer(order_of("")).request.body, HasSubstr("action=\"FileDeployment\" status=\"failed\">reply-to"));
  EXPECT_THAT(phone.answer(order_of(element("file-priority", "normal"))).request.body, HasSubstr("status=\"failed\">reply-to"));
}

TEST(FileOrder, HasTheLastOfAnItemThatStandsTwice) {
  EXPECT_EQ(DeployedTo().asks_for(logo + element("file-type", "PIC")).at(0).type, "PIC");
}

// ---- What the phone says

TEST(Status, TellsTheOutcomeOfOneFileInTheInteractionOfItsOrder) {  // guide p.52, p.54
  DeployedTo phone;
  ASSERT_THAT(phone.asks_for(logo), SizeIs(1));
  EXPECT_FALSE(phone.phone.idle());
  const auto said = phone.fetched({true}, 26h + 62s);
  ASSERT_NE(said, nullptr);
  EXPECT_EQ(said->reason(), Reason::status);
  EXPECT_EQ(said->items.front().name, "device-type") << "it says first who it is";
  EXPECT_FALSE(said->fragment);
  EXPECT_FALSE(said->reasons.front().action);
  EXPECT_THAT(results_in(*said), ElementsAre("date=02:01:2026", "time=02:01:02", "name=logo.png", "type=LOGO", "status=ok"));
  const Send* send = effect<Send>(phone.last);
  EXPECT_EQ(send->message, 2u);
  EXPECT_EQ(send->interaction, 1u);
  EXPECT_FALSE(send->fresh_connection);
  EXPECT_EQ(phone.answer_last("<Action>CleanUp</Action>"), End::clean_up);
  EXPECT_TRUE(phone.phone.idle());
}

TEST(Status, IsFollowedByWhateverTheServiceOrders) {  // field
  DeployedTo phone;
  phone.asks_for(logo);
  phone.fetched({true});
  const Send all = phone.answer("<Action>ReadAllItems</Action>");
  EXPECT_THAT(all.request.body, HasSubstr("<Item name=\"file-deployment-name\" index=\"1\">logo.png</Item>"));
  EXPECT_THAT(all.request.body, HasSubstr("<Item name=\"file-deployment-status\" index=\"1\">ok</Item>"));
  phone.asks_for(by_https("https://h/b.png", "LOGO"));
  EXPECT_THAT(results_in(*phone.fetched({false})), ::testing::Contains("status=failed"));
}

TEST(Status, TellsOfSeveralFilesWithTheIndexesOfTheirOrder) {  // field
  DeployedTo phone;
  ASSERT_THAT(phone.asks_for(two + element("file-name", "nowhere.png", 3)), SizeIs(2));
  const auto said = phone.fetched({true, false});
  ASSERT_NE(said, nullptr);
  std::vector<std::string> results = results_in(*said);
  std::erase_if(results, [](const std::string& one) { return one.starts_with("date") || one.starts_with("time"); });
  EXPECT_THAT(results, ElementsAre("name[1]=logo.png", "type[1]=LOGO", "status[1]=ok", "name[2]=bell.mp3", "type[2]=RINGTONE",
                                   "status[2]=failed", "name[3]=nowhere.png", "type[3]=", "status[3]=failed"));
  EXPECT_THAT(phone.notes(), ElementsAre("bell.mp3 is not deployed: no such file",
                                         "nowhere.png is not deployed: the order does not say of which type it is"));
}

TEST(Status, ComesAtOnceWhereNothingIsToBeFetched) {
  DeployedTo phone;
  phone.answer(order_of(deletes("a.png", "LOGO", 1)));
  EXPECT_EQ(effect<Fetch>(phone.last), nullptr);
  EXPECT_THAT(phone.notes(), ElementsAre("a.png is not deleted: it is not there"));
}

TEST(Download, OfWhichNothingIsKnownHasFailed) {
  DeployedTo phone;
  phone.asks_for(two);
  EXPECT_THAT(results_in(*phone.fetched({true})), ::testing::IsSupersetOf({"status[1]=ok", "status[2]=failed"}));
}

TEST(Download, ThatThePhoneDidNotAskForIsNoneOfItsBusiness) {
  DeployedTo phone;
  phone.number = 77;
  EXPECT_EQ(phone.fetched({true}), nullptr);
  phone.asks_for(logo);
  phone.number += 1;
  EXPECT_EQ(phone.fetched({true}), nullptr);
  phone.number -= 1;
  EXPECT_NE(phone.fetched({true}), nullptr);
  EXPECT_EQ(phone.fetched({true}), nullptr) << "a second time";
  EXPECT_THAT(phone.listed(), ElementsAre("logo.png LOGO ok"));
}

TEST(Download, ThatComesAfterThePhoneWasCutShortChangesNothing) {
  DeployedTo phone;
  phone.asks_for(logo);
  phone.phone.handle(CutShort{"test"});
  EXPECT_TRUE(phone.phone.idle());
  EXPECT_EQ(phone.fetched({true}), nullptr);
  EXPECT_THAT(phone.listed(), IsEmpty());
  EXPECT_TRUE(phone.phone.idle());
}

TEST(Download, KeepsThePhoneFromNothingElse) {
  DeployedTo phone;
  phone.asks_for(logo);
  phone.phone.handle(CallBegins{});
  phone.phone.handle(CallEnds{});
  const Effects changed = phone.phone.handle(ItemsChanged{{item("sntp-addr", "192.0.2.7")}});
  ASSERT_NE(effect<SetTimer>(changed), nullptr);
  EXPECT_EQ(effect<Send>(phone.phone.handle(TimerFired{effect<SetTimer>(changed)->timer})), nullptr) << "it is in an interaction";
  phone.fetched({true});
  phone.answer_last("<Action>CleanUp</Action>");
  ASSERT_NE(effect<Send>(phone.last), nullptr);
  EXPECT_EQ(effect<Send>(phone.last)->said->reason(), Reason::local_changes);
}

TEST(Status, OpensAnInteractionOfItsOwnWhereTheConnectionHasGone) {
  DeployedTo phone;
  phone.asks_for(logo);
  const std::string nonce(phone.fetched({true})->nonce_or_empty());
  const Effects effects = phone.phone.handle(NotAnswered{true, "closed"});
  ASSERT_NE(effect<Finish>(effects), nullptr);
  EXPECT_EQ(effect<Finish>(effects)->end, End::broke_off);
  const Send* again = effect<Send>(effects);
  ASSERT_NE(again, nullptr);
  EXPECT_EQ(again->said->reason(), Reason::status);
  EXPECT_EQ(again->interaction, 2u);
  EXPECT_EQ(again->message, 1u);
  EXPECT_TRUE(again->fresh_connection);
  EXPECT_NE(again->said->nonce_or_empty(), nonce);
  EXPECT_THAT(results_in(*again->said), ::testing::IsSupersetOf({"name=logo.png", "status=ok"}));
  phone.answer_last("<Action>CleanUp</Action>");
  EXPECT_TRUE(phone.phone.idle());
}

TEST(Status, ThatCouldNotBeSaidIsSaidAgainWhereThePhoneTriesAgain) {
  for (const int attempts : {0, 1}) {
    Limits limits;
    limits.retry.attempts = attempts;
    DeployedTo phone({}, limits);
    phone.asks_for(logo);
    phone.fetched({true});
    phone.last = phone.phone.handle(NotAnswered{false, "refused"});
    EXPECT_EQ(phone.phone.idle(), attempts == 0);
    if (attempts == 0) continue;
    ASSERT_NE(effect<SetTimer>(phone.last), nullptr);
    phone.last = phone.phone.handle(TimerFired{effect<SetTimer>(phone.last)->timer});
    ASSERT_NE(effect<Send>(phone.last), nullptr);
    EXPECT_EQ(effect<Send>(phone.last)->said->reason(), Reason::start_up) << "the interaction that broke off";
    phone.answer_last("<Action>CleanUp</Action>");
    ASSERT_NE(effect<Send>(phone.last), nullptr);
    EXPECT_EQ(effect<Send>(phone.last)->said->reason(), Reason::status);
    EXPECT_THAT(results_in(*effect<Send>(phone.last)->said), ::testing::Contains("name=logo.png"));
    phone.answer_last("<Action>CleanUp</Action>");
    EXPECT_TRUE(phone.phone.idle());
  }
}

TEST(Status, ThatMeetsAnOverloadedServiceIsSaidAgain) {  // field
  Limits limits;
  limits.retry.attempts = 1;
  DeployedTo phone({}, limits);
  phone.asks_for(logo);
  phone.fetched({true});
  phone.answer_last("<Action>CleanUp</Action><ItemList>" + element("cleanup-reason", "overload") + "</ItemList>");
  ASSERT_NE(effect<SetTimer>(phone.last), nullptr);
  phone.last = phone.phone.handle(TimerFired{effect<SetTimer>(phone.last)->timer});
  ASSERT_NE(effect<Send>(phone.last), nullptr);
  EXPECT_THAT(results_in(*effect<Send>(phone.last)->said), ::testing::Contains("name=logo.png"));
  // And once more where that is lost.
  phone.last = phone.phone.handle(NotAnswered{false, "refused"});
  phone.last = phone.phone.handle(TimerFired{effect<SetTimer>(phone.last)->timer});
  phone.answer_last("<Action>CleanUp</Action>");
  ASSERT_NE(effect<Send>(phone.last), nullptr);
  EXPECT_THAT(results_in(*effect<Send>(phone.last)->said), ::testing::Contains("name=logo.png"));
}

// ---- What the phone keeps

TEST(StoredFiles, AreListedOncePerNameAndTypeWithTheirLastOutcome) {  // guide p.55, p.245
  DeployedTo phone;
  const auto orders = [&](const std::string& items, std::vector<bool> went_well) {
    phone.asks_for(items);
    phone.fetched(std::move(went_well));
  };
  orders(two, {true, true});
  orders(by_https("https://h/logo.png", "PIC"), {true});
  EXPECT_THAT(phone.listed(), ElementsAre("logo.png LOGO ok", "bell.mp3 RINGTONE ok", "logo.png PIC ok"));
  orders(logo, {false});
  EXPECT_THAT(phone.listed(), ElementsAre("logo.png LOGO failed", "bell.mp3 RINGTONE ok", "logo.png PIC ok"));
  EXPECT_EQ(phone.phone.store().last_change("file-deployment-name", 1)->who, items::Who::service);
}

TEST(StoredFiles, GoWhereTheyAreDeletedAndTheOthersMoveUp) {  // guide p.55
  DeployedTo phone;
  phone.asks_for(two + by_https("https://h/c.txt", "LDAP", 3));
  phone.fetched({true, true, true});
  const Send said = phone.answer(order_of(deletes("logo.png", "LOGO", 1) + deletes("bell.mp3", "MOH", 2)));
  EXPECT_THAT(results_in(*said.said), ::testing::IsSupersetOf({"name[1]=logo.png", "status[1]=ok", "status[2]=failed"}));
  EXPECT_THAT(phone.listed(), ElementsAre("bell.mp3 RINGTONE ok", "c.txt LDAP ok"));
  phone.answer(order_of(deletes("bell.mp3", "RINGTONE", 1) + deletes("c.txt", "LDAP", 2)));
  EXPECT_THAT(phone.phone.store().instances("file-deployment-name"), IsEmpty());
  EXPECT_EQ(phone.phone.store().find("file-deployment-date", 1), nullptr);
}

TEST(StoredFiles, OfAMixedOrderAreDeletedAndFetchedByIndex) {  // guide p.55
  DeployedTo phone;
  phone.asks_for(logo);
  phone.fetched({true});
  ASSERT_THAT(phone.asks_for(deletes("logo.png", "LOGO", 1) + by_https("https://h/new.png", "LOGO", 2)), SizeIs(1));
  EXPECT_THAT(phone.listed(), ElementsAre("logo.png LOGO ok")) << "all happens when the downloads are there";
  phone.fetched({true});
  EXPECT_THAT(phone.listed(), ElementsAre("new.png LOGO ok"));
}

TEST(StoredFiles, FindAnEnd) {
  items::Store store;
  for (int n = 0; n < most_files; ++n) EXPECT_TRUE(list_file(store, {{}, std::to_string(n), "PIC", true, {}}));
  EXPECT_FALSE(list_file(store, {{}, "one more", "PIC", true, {}}));
  EXPECT_TRUE(list_file(store, {{}, "7", "PIC", false, {}})) << "it is there already";
}

TEST(StoredFiles, OutlastARestartAndNoFactoryReset) {  // inferred
  DeployedTo phone;
  phone.asks_for(logo);
  phone.fetched({true});
  phone.answer_last("<Action>CleanUp</Action>");
  phone.power_on();
  EXPECT_THAT(phone.listed(), SizeIs(1));
  phone.answer_last("<Action>CleanUp</Action>");
  phone.phone.handle(PowerOn{.from_factory = true});
  EXPECT_THAT(phone.listed(), IsEmpty());
}

// ---- Phones that do it otherwise

TEST(NoStatusForSeveral, LetsTheServiceLookItUp) {  // guide p.55
  DeployedTo phone({Quirk::no_status_for_several});
  phone.asks_for(two);
  EXPECT_EQ(phone.fetched({true, true}), nullptr);
  ASSERT_NE(effect<Finish>(phone.last), nullptr);
  EXPECT_EQ(effect<Finish>(phone.last)->end, End::broke_off);
  EXPECT_THAT(phone.listed(), SizeIs(2));
  EXPECT_TRUE(phone.phone.idle());
  phone.power_on();
  phone.asks_for(logo);
  EXPECT_NE(phone.fetched({true}), nullptr) << "of one file there is a status";
  EXPECT_EQ(phone.answer_last(order_of(deletes("logo.png", "LOGO", 1))), End::broke_off);
}

TEST(ReplyInsteadOfStatus, SaysWhetherAllWentWell) {  // field
  DeployedTo phone({Quirk::reply_instead_of_status});
  phone.asks_for(two);
  phone.fetched({true, true});
  EXPECT_THAT(effect<Send>(phone.last)->request.body, HasSubstr("action=\"FileDeployment\" status=\"accepted\">reply-to"));
  phone.asks_for(two);
  phone.fetched({true, false});
  EXPECT_THAT(effect<Send>(phone.last)->request.body, HasSubstr("action=\"FileDeployment\" status=\"failed\">reply-to"));
}

TEST(ReplyAndStatus, AnswersAtOnceAndTellsTheOutcomeLater) {  // field
  for (const bool ends_before : {false, true}) {
    DeployedTo phone({Quirk::reply_and_status});
    EXPECT_THAT(phone.answer(order_of(logo)).request.body, HasSubstr("status=\"accepted\">reply-to"));
    ASSERT_NE(effect<Fetch>(phone.last), nullptr);
    phone.number = effect<Fetch>(phone.last)->fetch;
    if (ends_before) phone.answer_last("<Action>CleanUp</Action>");
    EXPECT_FALSE(phone.phone.idle());
    EXPECT_EQ(phone.fetched({true}) != nullptr, ends_before) << "not into another interaction";
    if (!ends_before) phone.answer_last("<Action>CleanUp</Action>");
    const Send* said = effect<Send>(phone.last);
    ASSERT_NE(said, nullptr);
    EXPECT_EQ(said->said->reason(), Reason::status);
    EXPECT_EQ(said->interaction, 2u);
    EXPECT_THAT(results_in(*said->said), ::testing::Contains("name=logo.png"));
    phone.answer_last("<Action>CleanUp</Action>");
    EXPECT_TRUE(phone.phone.idle());
  }
}

TEST(ReplyAndStatus, HasAnInteractionForEachOrder) {
  DeployedTo phone({Quirk::reply_and_status});
  std::vector<std::uint32_t> numbers;
  for (const char* url : {"https://h/a.png", "https://h/b.png"}) {
    phone.answer(order_of(by_https(url, "LOGO")));
    numbers.push_back(effect<Fetch>(phone.last)->fetch);
  }
  for (const std::uint32_t number : {numbers[1], numbers[0]}) {
    phone.number = number;
    phone.fetched({true});
  }
  for (const char* name : {"name=b.png", "name=a.png"}) {
    phone.answer_last("<Action>CleanUp</Action>");
    ASSERT_NE(effect<Send>(phone.last), nullptr);
    EXPECT_THAT(results_in(*effect<Send>(phone.last)->said), ::testing::Contains(name));
  }
  phone.answer_last("<Action>CleanUp</Action>");
  EXPECT_TRUE(phone.phone.idle());
}

TEST(ReplyAndStatus, ForgetsItsDownloadsWhenItRestarts) {
  DeployedTo phone({Quirk::reply_and_status});
  phone.answer(order_of(logo));
  phone.number = effect<Fetch>(phone.last)->fetch;
  phone.answer_last("<Action>Restart</Action>");
  ASSERT_NE(effect<SetTimer>(phone.last), nullptr);
  const std::uint64_t comes_up = effect<SetTimer>(phone.last)->timer;
  EXPECT_EQ(phone.fetched({true}), nullptr);
  EXPECT_THAT(phone.listed(), IsEmpty());
  phone.last = phone.phone.handle(TimerFired{comes_up});
  phone.answer_last("<Action>CleanUp</Action>");
  EXPECT_TRUE(phone.phone.idle());
}

TEST(LiteralNull, ClearsUnlessThePhoneKeepsTheWord) {  // field
  for (const bool keeps : {false, true}) {
    DeployedTo phone(keeps ? Quirks{Quirk::literal_null} : Quirks{});
    phone.answer("<Action>WriteItems</Action><ItemList>" + element("sntp-addr", "NULL") + element("snmp-trap-addr", "0.0.0.0") +
                 element("brand-new-item", "NULL") + "</ItemList>");
    EXPECT_EQ(*phone.phone.store().find("sntp-addr"), keeps ? "NULL" : "");
    EXPECT_EQ(*phone.phone.store().find("brand-new-item"), keeps ? "NULL" : "");
    EXPECT_EQ(*phone.phone.store().find("snmp-trap-addr"), "") << "that is no word";
  }
}

// ---- What goes

std::vector<std::string> forgotten(const Effects& effects) {
  std::vector<std::string> out;
  for (const Effect& each : effects)
    if (const Forget* file = std::get_if<Forget>(&each)) out.push_back(file->type + " " + file->name);
  return out;
}

TEST(StoredFiles, ThatAreDeletedAreForgotten) {
  DeployedTo phone;
  phone.respond(200, service_message(order_of(deletes("logo.png", "LOGO", 1))));
  EXPECT_THAT(forgotten(phone.last), ElementsAre("LOGO logo.png"));
}

TEST(StoredFiles, ThatAreDeletedAndComeAnewInOneOrderAreNot) {
  DeployedTo phone;
  phone.asks_for(logo);
  phone.fetched({true});
  phone.asks_for(deletes("logo.png", "LOGO", 1) + by_https("https://192.0.2.10/logo.png", "LOGO", 2));
  phone.fetched({true});
  EXPECT_THAT(forgotten(phone.last), IsEmpty());
}

TEST(StoredFiles, GoWithAFactoryReset) {
  DeployedTo phone;
  EXPECT_THAT(forgotten(phone.phone.handle(PowerCut{true})), ElementsAre(" "));
  EXPECT_THAT(forgotten(phone.phone.handle(PowerCut{false})), IsEmpty());
}

TEST(Downloads, ThatNobodyWaitsForAreGivenUp) {
  DeployedTo phone;
  phone.asks_for(logo);
  const std::uint32_t number = phone.number;
  const Effects effects = phone.phone.handle(CutShort{"test"});
  const GiveUp* gone = effect<GiveUp>(effects);
  ASSERT_NE(gone, nullptr);
  EXPECT_EQ(gone->fetch, number);
}

}  // namespace
}  // namespace understudy::phone
