#include <gtest/gtest.h>

#include "reading_support.h"
#include "wpi/reader.h"
#include "wpi/writer.h"

namespace understudy::wpi {
namespace {

std::string phone_message(std::string_view inside) {
  return std::string(
             "<WorkpointMessage xsi:schemaLocation=\"http://www.siemens.com/DLS\"\n"
             "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"\nxmlns=\"http://www.siemens.com/DLS\">")
      .append(inside)
      .append("</WorkpointMessage>");
}

// The messages of a phone as the guide prints them, with values made up (p.33, p.46, p.48, p.70, p.78, p.83).
TEST(Schema, TakesThePhonesMessagesOfTheGuide) {
  for (std::string_view message :
       {"<Message "
        "nonce=\"0123456789ABCDEF0123456789ABCDEF\">\n<ReasonForContact>start-up</ReasonForContact>\n"
        "<ItemList>\n<Item name=\"device-type\">OpenStage 60</Item>\n</ItemList>\n</Message>\n",
        "<Message fragment=\"final\" maxItems=\"-1\" nonce=\"0\">\n<ReasonForContact status=\"accepted\" "
        "action=\"WriteItems\">\n"
        "reply-to\n</ReasonForContact>\n<ItemList/>\n</Message>",
        "<Message nonce=\"N\" maxItems=\"-1\" fragment=\"final\">\n<ReasonForContact status=\"busy\" "
        "action=\"WriteItems\">\n"
        "reply-to</ReasonForContact>\n</Message>",
        "<Message maxItems=\"20\" nonce=\"N\" fragment=\"next\"><ReasonForContact action=\"ReadItems\" "
        "status=\"accepted\">"
        "reply-to\n</ReasonForContact><ItemList><Item name=\"a\" index=\"0\"/></ItemList></Message>",
        "<Message nonce=\"N\" maxItems=\"-1\"><ReasonForContact status=\"accepted\" "
        "action=\"WriteItems\">reply-to</ReasonForContact>"
        "<ItemList><Item status=\"unknown item\" name=\"no-such-item\"></Item><Item status=\"read only\" "
        "name=\"device-type\"/>"
        "<Item status=\"failed\" name=\"some-indexed-item\" index=\"6\"></Item></ItemList></Message>",
        "<Message nonce=\"N\" fragment=\"final\"><ReasonForContact>clean-up</ReasonForContact><ItemList>"
        "<Item name=\"cleanup-reason\">password retries exceeded</Item></ItemList></Message>"}) {
    const Document document = read_phone(phone_message(message), true);
    EXPECT_TRUE(document.well_formed) << document.error;
    EXPECT_EQ(oddities(document), "") << document.oddities[0].detail << "\n" << message;
  }
}

TEST(Schema, TakesTheServicesMessagesOfTheGuide) {
  for (std::string_view inside :
       {"<Action>ReadAllItems</Action>", "\n<Action>GetNextFragment</Action>\n",
        "<Action>CleanUp</Action><ItemList><Item name=\"send-solicited\">true</Item></ItemList>",
        "<Action>ReadItems</Action><ItemList><Item name=\"wbm-server-certificate-info\"></Item></ItemList>",
        "<Action>WriteItems</Action><ItemList><Item name=\"dls-server-ca\" index=\"0\">-----</Item>"
        "<Item name=\"sip-mobility-state\" status=\"secure\">0</Item></ItemList>",
        "<Action>Restart</Action>", "<Action>FileDeployment</Action><ItemList/>",
        "<Action>SoftwareDeployment</Action>"}) {
    const Document document = read_service(service_message(inside), true);
    EXPECT_EQ(oddities(document), "") << document.oddities[0].detail << "\n" << inside;
  }
}

TEST(Schema, TakesAllThatTheWritersWrite) {
  for (int reason = 0; reason <= static_cast<int>(Reason::clean_up); ++reason) {
    for (int status = 0; status <= static_cast<int>(ItemStatus::undefined_status); ++status) {
      PhoneMessage message;
      message.nonce = "AB";
      message.reason = static_cast<Reason>(reason);
      message.fragment = Fragment::next;
      message.action = "ReadAllItems";
      message.status = ReplyStatus::failed;
      Item item;
      item.name = "a";
      item.index = "12";
      item.status = spelling(static_cast<ItemStatus>(status));
      message.items = {item, item};
      std::string out;
      write(message, out);
      EXPECT_EQ(oddities(read_phone(out, true)), "") << out;
    }
  }
  for (int action = 0; action <= static_cast<int>(Action::get_next_fragment); ++action) {
    Item item;
    item.name = "a";
    std::string out;
    write(ServiceMessage{.nonce = "AB", .action = static_cast<Action>(action), .items = {item}}, out);
    EXPECT_EQ(oddities(read_service(out, true)), "") << out;
  }
}

TEST(Schema, ObjectsWhereNothingElseSaysWhy) {
  for (std::string_view inside :
       {"<Action>Reboot</Action>",
        "<Action>CleanUp</Action><ItemList><Item name=\"a\" index=\"one\"/></ItemList>",
        "<Action>CleanUp</Action><ItemList><Item>1</Item></ItemList>",
        "<Action>CleanUp</Action><ItemList><Item name=\"a\" status=\"failed\"/></ItemList>",
        "<Action>CleanUp</Action><Action>CleanUp</Action>", ""}) {
    const Document document = read_service(service_message(inside), true);
    EXPECT_TRUE(document.well_formed);
    ASSERT_TRUE(document.odd(Oddity::schema)) << inside;
    EXPECT_NE(document.odd(Oddity::schema)->detail, "");
    EXPECT_EQ(oddities(read_service(service_message(inside), false)), "") << "only where asked";
  }
}

TEST(Schema, ObjectsWithThePlace) {
  const std::string message = service_message("\n<Action>Reboot</Action>\n");
  const Document document = read_service(message, true);
  ASSERT_TRUE(document.odd(Oddity::schema));
  EXPECT_EQ(document.odd(Oddity::schema)->place.line, 2u);
}

TEST(Schema, ObjectsToAMissingNonce) {
  EXPECT_EQ(
      oddities(read_service(
          "<DLSMessage "
          "xmlns=\"http://www.siemens.com/DLS\"><Message><Action>CleanUp</Action></Message></DLSMessage>",
          true)),
      "schema");
}

TEST(Schema, SaysNothingOfWhatAnotherOddityExplains) {
  EXPECT_EQ(oddities(read_service(service_message("<Action>CleanUp</Action><Extra/>"), true)),
            "unknown_element");
}

TEST(Schema, NotesAPrefixThatWasNeverDeclared) {
  const std::string message =
      "<DLSMessage xmlns=\"http://www.siemens.com/DLS\" "
      "xsi:schemaLocation=\"http://www.siemens.com/DLS\"><Message nonce=\"1\">"
      "<Action>CleanUp</Action></Message></DLSMessage>";
  const Document document = read_service(message, true);
  EXPECT_TRUE(document.well_formed) << "a reader that knows no namespaces has no trouble";
  EXPECT_EQ(oddities(document), "schema");
  EXPECT_EQ(document.action(), Action::clean_up);
}

}  // namespace
}  // namespace understudy::wpi
