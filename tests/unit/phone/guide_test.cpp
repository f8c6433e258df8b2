// A phone with the quirk "guide" says what the guide's samples say. Text is compared trimmed and attributes in any order;
// what still differs is listed with its reason, and nothing else may differ. Values of the samples are invented.
#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

#include "phone_support.h"
#include "support/messages.h"

namespace understudy::phone {
namespace {

using ::testing::UnorderedElementsAre;

// What a message says, a line each: everything that a sample and a phone can have in common.
std::vector<std::string> facts(const std::string& bytes, wpi::Sender sender) {
  wpi::Reader reader;
  const wpi::Document document = reader.read(bytes, sender);
  EXPECT_TRUE(document.well_formed) << document.error << "\n" << bytes;
  std::vector<std::string> out = {"root " + document.root, "namespace " + document.root_namespace};
  const auto add = [&](const std::string& name, const std::optional<wpi::Text>& text) {
    if (text) out.push_back(name + " " + text->text);
  };
  if (!document.nonce) out.emplace_back("no nonce");
  add("maxItems", document.max_items);
  add("fragment", document.fragment);
  for (const wpi::ReasonText& reason : document.reasons) {
    add("reason", reason.reason);
    add("action", reason.action);
    add("status", reason.status);
  }
  for (const wpi::Text& action : document.actions) out.push_back("order " + action.text);
  out.push_back("lists " + std::to_string(document.item_lists));
  for (const wpi::Item& item : document.items)
    out.push_back(item.name + (item.index ? "[" + *item.index + "]" : "") +
                  (item.has_status ? " (" + item.status + ")" : "") +
                  (item.value.empty() ? "" : " = " + item.value));
  return out;
}

// "-" before what the sample says and the phone does not, "+" the other way round.
std::vector<std::string> differences(const std::string& sample, const std::string& said,
                                     wpi::Sender sender = wpi::Sender::phone) {
  auto wanted = facts(sample, sender), came = facts(said, sender);
  std::vector<std::string> out;
  for (const std::string& fact : came)
    if (const auto found = std::find(wanted.begin(), wanted.end(), fact); found != wanted.end())
      wanted.erase(found);
    else
      out.push_back("+" + fact);
  for (const std::string& fact : wanted) out.push_back("-" + fact);
  return out;
}

std::string phone_sample(const std::string& message) {
  return "<WorkpointMessage xsi:schemaLocation=\"http://www.siemens.com/DLS\"\n"
         "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"\nxmlns=\"http://www.siemens.com/DLS\">\n" +
         message + "\n</WorkpointMessage>";
}

std::string reply_sample(const std::string& attributes, const std::string& reason, const std::string& list) {
  return phone_sample("<Message nonce=\"N1\" maxItems=\"-1\" " + attributes + ">\n<ReasonForContact " +
                      reason + ">\nreply-to\n</ReasonForContact>\n" + list + "</Message>");
}

std::string items(const std::string& inside) {
  return "<ItemList>\n" + inside + "</ItemList>\n";
}

const Quirks guide = find_quirk("guide")->quirks;

// What a phone of firmware V1 says of itself, in the guide's order (p.33, p.38, p.43).
std::string identity_of_v1(const std::string& changed) {
  return "<Item name=\"device-type\">OpenStage 60</Item>\n"
         "<Item name=\"related-device-type\">OpenStage 60</Item>\n"
         "<Item name=\"gigabit-ethernet\" status=\"failed\"></Item>\n"
         "<Item name=\"software-type\">Siemens SIP</Item>\n"
         "<Item name=\"related-software-type\">Siemens SIP</Item>\n"
         "<Item name=\"software-version\">V1 R4.9.0</Item>\n"
         "<Item name=\"related-software-version\">V1 R4.9.0</Item>\n"
         "<Item name=\"contact-me-uri\">\nhttp://192.0.2.44:8085/contact_dls.html/ContactDLS\n</Item>\n"
         "<Item name=\"mac-addr\">00:1A:E8:FF:00:01</Item>\n"
         "<Item name=\"configuration-changed-flag\">" +
         changed +
         "</Item>\n"
         "<Item name=\"part-number\">Unknown</Item>\n"
         "<Item name=\"sip-mobility-state\">0</Item>\n"
         "<Item name=\"e164\">4241</Item>\n"
         "<Item name=\"user-pwd\">000000</Item>\n"
         "<Item status=\"failed\" name=\"user-pwd-unicode\"/>\n"
         "<Item name=\"basic-e164\">4241</Item>\n"
         "<Item name=\"mobility-enabled\">false</Item>\n";
}

// The guide's phones do not know their part number; ours do.
const std::string unknown_part_number = "-part-number = Unknown";
std::string part_number() {
  return "+part-number = " + (*model_named("OpenStage 60"))->part_number;
}

TEST(GuidesSample,
     OfAStartUp) {  // p.33, which lacks maxItems, the versions and the gigabit item that all later ones have
  Bench bench("V1 R4", guide);
  std::string inside = identity_of_v1("false");
  for (const std::string name : {"gigabit-ethernet", "software-version", "related-software-version"}) {
    const std::size_t at = inside.find("<Item name=\"" + name + "\"");
    inside.erase(at, inside.find('\n', at) + 1 - at);
  }
  const std::string sample =
      phone_sample("<Message nonce=\"N1\">\n<ReasonForContact>start-up</ReasonForContact>\n" + items(inside) +
                   "</Message>");
  EXPECT_THAT(
      differences(sample, bench.power_on().request.body),
      UnorderedElementsAre("+maxItems -1", "+gigabit-ethernet (failed)", "+software-version = V1 R4.9.0",
                           "+related-software-version = V1 R4.9.0", unknown_part_number, part_number()));
}

TEST(GuidesSample, OfLocalChangesOfOldFirmware) {  // p.38
  Bench bench("V1 R4", guide);
  bench.settle(bench.power_on());
  const std::string sample = phone_sample(
      "<Message maxItems=\"-1\" nonce=\"N1\">\n<ReasonForContact>local-changes</ReasonForContact>\n" +
      items(identity_of_v1("true")) + "</Message>");
  EXPECT_THAT(differences(sample, bench.change("sntp-addr", "192.0.2.7").request.body),
              UnorderedElementsAre(unknown_part_number, part_number()));
}

TEST(GuidesSample, OfLocalChangesThatAreAttached) {  // p.40
  Bench bench("V2 R2", guide);
  bench.settle(bench.power_on());
  bench.phone.handle(
      ItemsChanged{{item("country-iso", "DE"), item("language-iso", "de"), item("date-format", "1")}});
  const Effects gathered = bench.phone.handle(TimerFired{1});
  const Send* said = effect<Send>(gathered);
  ASSERT_NE(said, nullptr);
  const std::string sample = phone_sample(
      "<Message maxItems=\"-1\" nonce=\"N1\">\n<ReasonForContact>local-changes</ReasonForContact>\n" +
      items("<Item name=\"device-type\">OpenStage 60</Item>\n<Item name=\"related-device-type\">OpenStage "
            "60</Item>\n"
            "<Item name=\"gigabit-ethernet-enabled\">false</Item>\n<Item name=\"software-type\">Siemens "
            "SIP</Item>\n"
            "<Item name=\"related-software-type\">Siemens SIP</Item>\n<Item name=\"software-version\">V2 "
            "R2.30.0</Item>\n"
            "<Item name=\"related-software-version\">V2 R2.30.0</Item>\n"
            "<Item name=\"contact-me-uri\">http://192.0.2.44:8085/contact_dls.html/ContactDLS</Item>\n"
            "<Item name=\"mac-addr\">00:1A:E8:FF:00:01</Item>\n<Item "
            "name=\"configuration-changed-flag\">true</Item>\n"
            "<Item name=\"configuration-attached-flag\">true</Item>\n<Item "
            "name=\"configuration-attached-number\">2</Item>\n"
            "<Item name=\"part-number\">Unknown</Item>\n<Item name=\"backlight-type\">1</Item>\n"
            "<Item name=\"sip-mobility-state\">0</Item>\n<Item name=\"e164\">4241</Item>\n<Item "
            "name=\"user-pwd\">000000</Item>\n"
            "<Item name=\"mobility-enabled\">false</Item>\n<Item name=\"basic-e164\">4241</Item>\n"
            "<Item name=\"country-iso\">DE</Item>\n<Item name=\"language-iso\">de</Item>\n<Item "
            "name=\"date-format\">1</Item>\n") +
      "</Message>");
  // The sample's number is not that of the items that follow; ours is, since nobody knows what else it counts.
  EXPECT_THAT(differences(sample, said->request.body),
              UnorderedElementsAre("-configuration-attached-number = 2", "+configuration-attached-number = 3",
                                   unknown_part_number, part_number()));
}

// An order as the guide prints it: our writer of service messages says the same, and the phone understands the sample.
std::string order_sample(const std::string& inside) {
  return "<DLSMessage xsi:schemaLocation=\"http://www.siemens.com/DLS\"\n"
         "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"\nxmlns=\"http://www.siemens.com/DLS\">\n"
         "<Message nonce=\"N1\">\n" +
         inside + "</Message>\n</DLSMessage>";
}

void expect_written_alike(const std::string& inside, wpi::Action action, std::vector<wpi::Item> its_items) {
  std::string written;
  wpi::write(wpi::ServiceMessage{"N1", action, std::move(its_items)}, written);
  EXPECT_THAT(differences(order_sample(inside), written, wpi::Sender::service), ::testing::IsEmpty());
}

TEST(GuidesSample, OfAReading) {  // p.45, p.60
  const std::string order =
      "<Action>ReadItems</Action>\n<ItemList>\n<Item name=\"bootstrapping-tan\"></Item>\n</ItemList>\n";
  expect_written_alike(order, wpi::Action::read_items, {item("bootstrapping-tan", "")});
  Bench bench("V1 R4", guide);
  bench.power_on();
  EXPECT_THAT(differences(reply_sample("fragment=\"final\"", "status=\"accepted\" action=\"ReadItems\"",
                                       items("<Item name=\"bootstrapping-tan\"></Item>\n")),
                          bench.answer(order).request.body),
              ::testing::IsEmpty());
}

TEST(GuidesSample, OfAWrite) {  // p.48
  const std::string order =
      "<Action>WriteItems</Action>\n<ItemList>\n<Item "
      "name=\"sntp-addr\">ntp.example.net</Item>\n</ItemList>\n";
  expect_written_alike(order, wpi::Action::write_items, {item("sntp-addr", "ntp.example.net")});
  Bench bench("V1 R4", guide);
  bench.power_on();
  const Send said = bench.answer(order);
  EXPECT_THAT(differences(reply_sample("fragment=\"final\"", "status=\"accepted\" action=\"WriteItems\"",
                                       "<ItemList/>\n"),
                          said.request.body),
              ::testing::IsEmpty());
  // Of this one the layout is printed in full.
  EXPECT_EQ(
      said.request.body,
      "<WorkpointMessage\nxsi:schemaLocation=\"http://www.siemens.com/DLS\"\n"
      "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"\nxmlns=\"http://www.siemens.com/DLS\">\n"
      "<Message fragment=\"final\" maxItems=\"-1\" nonce=\"" +
          std::string(said.said->nonce_or_empty()) +
          "\">\n"
          "<ReasonForContact status=\"accepted\" action=\"WriteItems\">\nreply-to\n</ReasonForContact>\n"
          "<ItemList/>\n</Message>\n</WorkpointMessage>\n");
}

TEST(GuidesSample, OfRefusedItems) {  // p.78, p.81, p.83: one order of each of the examples 1 to 3
  const std::map<std::string, std::string> refused = {
      {"<Item status=\"unknown item\" name=\"no-such-item\"></Item>\n", "<Item name=\"\">1</Item>"},
      {"<Item status=\"failed\" name=\"forwarding-type\" index=\"6\"></Item>\n",
       "<Item index=\"6\" name=\"forwarding-type\">99</Item>"},
      {"<Item status=\"read only\" name=\"device-type\"></Item>\n",
       "<Item name=\"device-type\">OpenStage 80</Item>"},
  };
  for (const auto& [answer, written] : refused) {
    Bench bench("V1 R4", guide);
    bench.power_on();
    const bool unknown = answer.find("unknown") != std::string::npos;
    const auto differing = differences(
        reply_sample("fragment=\"final\"", "status=\"accepted\" action=\"WriteItems\"", items(answer)),
        bench.answer("<Action>WriteItems</Action>" + items(written)).request.body);
    // No item is unknown to our phone but one without a name: which ones real phones know is not known in full, so that
    // any name is stored.
    if (unknown)
      EXPECT_THAT(differing, UnorderedElementsAre("-no-such-item (unknown item)", "+ (unknown item)"));
    else
      EXPECT_THAT(differing, ::testing::IsEmpty()) << written;
  }
}

TEST(GuidesSample, OfAnInteractionThatThePhoneEnds) {  // p.83, example 4
  Bench bench("V1 R4", guide);
  bench.power_on();
  bench.respond(200, "<DLSMessage");
  const std::string sample = phone_sample(
      "<Message nonce=\"N1\" maxItems=\"-1\" "
      "fragment=\"final\">\n<ReasonForContact>clean-up</ReasonForContact>\n" +
      items("<Item name=\"cleanup-reason\">password retries exceeded</Item>\n") + "</Message>");
  // The sample is about a PIN, which our phone does not know yet; it ends an interaction over a message that it cannot read.
  EXPECT_THAT(differences(sample, effect<Send>(bench.last)->request.body),
              UnorderedElementsAre("-cleanup-reason = password retries exceeded",
                                   "+cleanup-reason = invalid message"));
}

TEST(GuidesSample, OfARestartAndAFactoryReset) {  // p.50, p.51: the phone says nothing to them
  const std::string restart = "<Action>Restart</Action>\n";
  const std::string reset =
      restart +
      items(
          "<Item name=\"restart-password\">124816</Item>\n<Item name=\"restart-type\">FactoryReset</Item>\n");
  expect_written_alike(restart, wpi::Action::restart, {});
  expect_written_alike(reset, wpi::Action::restart,
                       {item("restart-password", "124816"), item("restart-type", "FactoryReset")});
  for (const std::string& order : {restart, reset}) {
    Bench bench("V1 R4", guide);
    bench.power_on();
    EXPECT_EQ(bench.answer_last(order), End::restart);
  }
}

TEST(GuidesSample, OfAReplyInFragments) {  // p.70
  expect_written_alike("<Action>GetNextFragment</Action>\n", wpi::Action::get_next_fragment, {});
  Bench bench("V1 R4", guide | Quirks{Quirk::small_fragments});
  bench.power_on();
  Send part = bench.answer("<Action>ReadAllItems</Action>");
  std::vector<std::string> fragments;
  for (;; part = bench.answer("<Action>GetNextFragment</Action>")) {
    fragments.push_back(part.said->fragment->text);
    std::string inside;
    for (const wpi::Item& each : bench.reader.read(part.request.body, wpi::Sender::phone).items)
      wpi::append_item(inside, each);
    EXPECT_THAT(differences(reply_sample("fragment=\"" + fragments.back() + "\"",
                                         "action=\"ReadAllItems\" status=\"accepted\"", items(inside)),
                            part.request.body),
                ::testing::IsEmpty());
    if (fragments.back() == "final") break;
  }
  EXPECT_GE(fragments.size(), 3u);
  EXPECT_EQ(std::count(fragments.begin(), fragments.end(), "next"),
            static_cast<std::ptrdiff_t>(fragments.size()) - 1);
}

TEST(GuidesSample,
     OfOrdersThatAServiceSplits) {  // p.71: several writes in one interaction, each answered for itself
  Bench bench("V1 R4", guide);
  bench.power_on();
  for (const char* address : {"192.0.2.1", "192.0.2.2", "192.0.2.3"})
    EXPECT_THAT(
        differences(
            reply_sample("fragment=\"final\"", "status=\"accepted\" action=\"WriteItems\"", "<ItemList/>\n"),
            bench
                .answer("<Action>WriteItems</Action>\n" +
                        items("<Item name=\"sntp-addr\">" + std::string(address) + "</Item>\n"))
                .request.body),
        ::testing::IsEmpty());
  EXPECT_EQ(bench.answer_last("<Action>CleanUp</Action>\n"), End::clean_up);
}

// The order by FTP (p.53) and the status that tells its outcome (p.54).
TEST(GuidesSample, OfAFileDeployment) {
  const std::vector<wpi::Item> by_ftp = {item("file-server", "192.0.2.10"), item("file-pwd", "secret"),   item("file-path", "/media"),
                                         item("file-name", "bell.wav"),     item("file-type", "RINGTONE"), item("file-username", "ftpuser"),
                                         item("file-port", "21")};
  std::string inside;
  for (const wpi::Item& each : by_ftp) wpi::append_item(inside, each);
  const std::string order = "<Action>FileDeployment</Action>\n" + items(inside);
  expect_written_alike(order, wpi::Action::file_deployment, by_ftp);

  Bench bench("V1 R4", guide);
  bench.settle(bench.power_on());
  const Effects called = bench.phone.handle(Polled{202});
  ASSERT_NE(effect<Send>(called), nullptr);
  bench.respond(200, service_message(order));
  ASSERT_NE(effect<Fetch>(bench.last), nullptr);
  const Effects done =
      bench.phone.handle(Fetched{effect<Fetch>(bench.last)->fetch, {{true, ""}}}, std::chrono::hours(24 * 9) + std::chrono::seconds(30));
  ASSERT_NE(effect<Send>(done), nullptr);
  const std::string sample = phone_sample(
      "<Message maxItems=\"-1\" nonce=\"N1\">\n<ReasonForContact>status</ReasonForContact>\n" +
      items(identity_of_v1("false") +
            "<Item name=\"file-deployment-date\">10:01:2026</Item>\n<Item name=\"file-deployment-time\">00:00:30</Item>\n"
            "<Item name=\"file-deployment-name\">\nbell.wav\n</Item>\n<Item name=\"file-deployment-type\">RINGTONE</Item>\n"
            "<Item name=\"file-deployment-status\">ok</Item>\n") +
      "</Message>");
  EXPECT_THAT(differences(sample, effect<Send>(done)->request.body), UnorderedElementsAre(unknown_part_number, part_number()));
}

}  // namespace
}  // namespace understudy::phone
