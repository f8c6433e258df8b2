// Certificates and Secure Mode (guide p.59-68): what the phone takes, when it changes over, and what it says of its PIN.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "phone_support.h"
#include "support/messages.h"

namespace understudy::phone {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// Reads "pair NAME" as a certificate with its key and "alone NAME" as one without; opens "sealed PASSWORD".
class PlainKeys : public Keys {
 public:
  tl::expected<Certificate, std::string> read(std::string_view value) const override {
    const bool pair = value.starts_with("pair ");
    if (!pair && !value.starts_with("alone "))
      return tl::unexpected(std::string("it is neither PKCS#12 nor PEM"));
    const std::string name(value.substr(value.find(' ') + 1));
    return Certificate{"pem of " + name, pair ? "key of " + name : "", "subject " + name};
  }
  tl::expected<std::vector<wpi::Item>, std::string> unpack(std::string_view data,
                                                           std::string_view password) const override {
    if (data != "sealed " + std::string(password))
      return tl::unexpected(std::string("the password does not open it"));
    return std::vector<wpi::Item>{item("dls-client-certificate", "pair P"),
                                  item("dls-server-ca", "alone root", "0"), item("dls-secure-port", "20444")};
  }
};

std::string write(const std::string& items) {
  return "<Action>WriteItems</Action><ItemList>" + items + "</ItemList>";
}
std::string one(const std::string& name, const std::string& value) {
  return "<Item name=\"" + name + "\">" + value + "</Item>";
}

const std::string own = one("dls-client-certificate", "pair P"), port = one("dls-secure-port", "20444"),
                  root = "<Item name=\"dls-server-ca\" index=\"0\">alone root</Item>",
                  middle = "<Item name=\"dls-server-ca\" index=\"1\">alone middle</Item>";
const std::string without_pin = one("goto-secure-mode", "nopin") + own + root + middle + port;
const std::string with_pin =
    one("goto-secure-mode", "pin") + one("secure-mode-data", "sealed 1234") + one("max-pin-retries", "2");
const std::string ends = "<Action>CleanUp</Action>";
const std::string asks_tan =
    "<Action>ReadItems</Action><ItemList><Item name=\"bootstrapping-tan\"></Item></ItemList>";

// A phone that has said its start-up.
class Bootstrapped : public Bench {
 public:
  explicit Bootstrapped(Switches switches = {})
      : Bench("V3 R5", {}, {}, switches, std::make_shared<PlainKeys>()) {
    power_on();
  }
  std::vector<std::string> notes() const {
    std::vector<std::string> out;
    for (const Effect& each : last)
      if (const Note* note = std::get_if<Note>(&each)) out.push_back(note->text);
    return out;
  }
  const Send* said() const { return effect<Send>(last); }
  void enter(const std::string& pin) { last = phone.handle(PinEntered{pin}); }
  // What it refused of a write, as "name status".
  std::vector<std::string> refused(const std::string& items) {
    std::vector<std::string> out;
    for (const wpi::Item& item : answer(write(items)).said->items)
      out.push_back(item.name + " " + item.status);
    return out;
  }
};

// ---- Certificates

TEST(Certificate, IsTakenAndItsInfoCanBeRead) {  // guide p.60
  Bootstrapped phone;
  EXPECT_THAT(phone.refused(one("wbm-server-certificate", "pair web")), IsEmpty());
  const Send info = phone.answer(
      "<Action>ReadItems</Action><ItemList><Item name=\"wbm-server-certificate-info\"></Item></ItemList>");
  EXPECT_EQ(info.said->find("wbm-server-certificate-info")->value, "subject web");
}

TEST(Certificate, ThatCannotBeReadOrCameWithoutItsKeyIsRefusedWithAReason) {
  Bootstrapped phone;
  EXPECT_THAT(phone.refused(one("wbm-server-certificate", "nonsense")),
              ElementsAre("wbm-server-certificate failed"));
  EXPECT_THAT(phone.notes(), ElementsAre("wbm-server-certificate is refused: it is neither PKCS#12 nor PEM"));
  EXPECT_THAT(phone.refused(one("wbm-server-certificate", "alone web")),
              ElementsAre("wbm-server-certificate failed"));
  EXPECT_THAT(phone.notes(),
              ElementsAre("wbm-server-certificate is refused: the certificate came without its key"));
  EXPECT_THAT(phone.refused(root), IsEmpty()) << "of who signs others the key is nobody's business";
}

TEST(Certificate, ThatIsClearedLeavesNoInfo) {
  Bootstrapped phone;
  phone.refused(one("wbm-server-certificate", "pair web"));
  EXPECT_THAT(phone.refused(one("wbm-server-certificate", "")), IsEmpty());
  const Send info = phone.answer(
      "<Action>ReadItems</Action><ItemList><Item name=\"wbm-server-certificate-info\"></Item></ItemList>");
  EXPECT_EQ(info.said->find("wbm-server-certificate-info")->value, "");
}

TEST(Certificate, OfWhichThereAreSeveralIsRefusedWithItsIndex) {
  Bootstrapped phone;
  phone.refused("<Item name=\"dls-server-ca\" index=\"1\">nonsense</Item>");
  EXPECT_THAT(phone.notes(), ElementsAre("dls-server-ca[1] is refused: it is neither PKCS#12 nor PEM"));
}

TEST(Certificate, StandsInNoReadAllItems) {  // guide p.30
  Bootstrapped phone;
  phone.refused(own + one("wbm-server-certificate", "pair web"));
  EXPECT_THAT(phone.answer("<Action>ReadAllItems</Action>").request.body, Not(HasSubstr("pair ")));
}

// ---- Without PIN

TEST(SecureMode, WithoutPinBeginsAfterTheCleanUpWithAStartUpOnTheSecurePort) {  // guide p.64, p.65
  Bootstrapped phone;
  const Send accepted = phone.answer(write(without_pin));
  EXPECT_THAT(accepted.request.body, HasSubstr("<ItemList/>"));
  EXPECT_EQ(accepted.credentials, nullptr) << "still on the default port";
  EXPECT_FALSE(phone.phone.secure());
  phone.answer_last(ends);
  EXPECT_TRUE(phone.phone.secure());
  const Send* start = phone.said();
  ASSERT_NE(start, nullptr);
  EXPECT_EQ(start->said->reason(), wpi::Reason::start_up);
  EXPECT_TRUE(start->fresh_connection);
  ASSERT_NE(start->credentials, nullptr);
  EXPECT_EQ(start->credentials->certificate_pem, "pem of P");
  EXPECT_EQ(start->credentials->key_pem, "key of P");
  EXPECT_THAT(start->credentials->server_cas, ElementsAre("pem of root", "pem of middle"));
  EXPECT_EQ(start->credentials->port, 20444);
  EXPECT_EQ(*wpi::find_header(start->request.headers, "Host"), "192.0.2.1:20444");
  phone.answer_last(ends);
  EXPECT_NE(phone.change("realm", "mine").credentials, nullptr) << "all that follows goes there too";
}

TEST(SecureMode, IsRefusedWhereSomethingIsMissingOrOfNoUse) {
  struct Case {
    std::string items, why;
  };
  const std::string go = one("goto-secure-mode", "nopin");
  for (const Case& each :
       {Case{go + root + port, "there is no dls-client-certificate"},
        Case{go + own + port, "there is no dls-server-ca"},
        Case{go + one("dls-client-certificate", "nonsense") + root + port,
             "dls-client-certificate was refused"},
        Case{go + own + "<Item name=\"dls-server-ca\" index=\"0\">nonsense</Item>" + port,
             "dls-server-ca was refused"},
        Case{one("goto-secure-mode", "pin") + one("max-pin-retries", "3"), "there is no secure-mode-data"}}) {
    Bootstrapped phone;
    EXPECT_THAT(phone.refused(each.items), ::testing::Contains("goto-secure-mode failed")) << each.why;
    EXPECT_THAT(phone.notes(), ::testing::Contains("it does not change over to Secure Mode: " + each.why));
    phone.answer_last(ends);
    EXPECT_FALSE(phone.phone.secure());
    EXPECT_FALSE(phone.phone.wants_pin());
    EXPECT_TRUE(phone.phone.idle());
  }
}

TEST(SecureMode, IsNotTakenByAnOlderCertificateThanTheOneThatWasRefused) {
  Bootstrapped phone;
  phone.answer(write(own + root + port));
  EXPECT_THAT(phone.refused(one("goto-secure-mode", "nopin") + one("dls-client-certificate", "nonsense")),
              ElementsAre("dls-client-certificate failed", "goto-secure-mode failed"));
}

TEST(SecureMode, OfAnotherNameIsRefusedOnce) {
  Bootstrapped phone;
  EXPECT_THAT(phone.refused(one("goto-secure-mode", "perhaps") + own + root + port),
              ElementsAre("goto-secure-mode failed"));
}

TEST(SecureMode, IsNotEnteredTwice) {
  Bootstrapped phone;
  phone.answer(write(without_pin));
  phone.answer_last(ends);
  EXPECT_THAT(phone.refused(without_pin), ElementsAre("goto-secure-mode failed"));
  EXPECT_TRUE(phone.phone.secure());
}

TEST(SecureMode, IsNotEnteredWhereTheInteractionBreaksOff) {
  Bootstrapped phone;
  phone.answer(write(without_pin));
  phone.last = phone.phone.handle(NotAnswered{false, "closed"});
  EXPECT_FALSE(phone.phone.secure());
  EXPECT_THAT(
      phone.notes(),
      ElementsAre("it does not change over to Secure Mode: the interaction did not end with CleanUp"));
}

TEST(SecureMode, WaitsForAPhoneInACallAsAnyWriteDoes) {  // guide p.62
  Bootstrapped phone;
  phone.phone.handle(CallBegins{});
  EXPECT_THAT(phone.answer(write(without_pin)).request.body, HasSubstr("status=\"busy\""));
  phone.answer_last(ends);
  EXPECT_FALSE(phone.phone.secure());
}

TEST(SecureMode, EndsWithAFactoryReset) {  // inferred
  Bootstrapped phone;
  phone.answer(write(without_pin));
  phone.answer_last(ends);
  phone.answer_last(ends);
  phone.last = phone.phone.handle(PowerOn{.from_factory = true});
  EXPECT_FALSE(phone.phone.secure());
  ASSERT_NE(phone.said(), nullptr);
  EXPECT_EQ(phone.said()->credentials, nullptr);
  EXPECT_EQ(*wpi::find_header(phone.said()->request.headers, "Host"), "192.0.2.1:18443");
}

TEST(SecureMode, OutlastsAPowerCut) {
  Bootstrapped phone;
  phone.answer(write(without_pin));
  phone.answer_last(ends);
  phone.answer_last(ends);
  Bench back("V3 R5", {}, {}, {}, std::make_shared<PlainKeys>());
  ASSERT_TRUE(back.phone.remember(phone.phone.memory()));
  EXPECT_EQ(back.phone.memory(), phone.phone.memory());
  const Send start = back.power_on();
  ASSERT_NE(start.credentials, nullptr);
  EXPECT_EQ(start.credentials->certificate_pem, "pem of P");
  EXPECT_EQ(start.credentials->port, 20444);
}

// ---- With PIN

TEST(SecureMode, WithPinWaitsForThePinAndThenHasItsEndForATan) {  // guide p.67, p.68
  Bootstrapped phone;
  EXPECT_THAT(phone.refused(with_pin), IsEmpty());
  EXPECT_FALSE(phone.phone.wants_pin());
  phone.answer_last(ends);
  EXPECT_TRUE(phone.phone.wants_pin());
  EXPECT_THAT(phone.notes(), ElementsAre("asks for the PIN of Secure Mode: 2 tries"));
  phone.enter("1234567");
  ASSERT_TRUE(phone.phone.secure());
  ASSERT_NE(phone.said(), nullptr);
  EXPECT_EQ(phone.said()->said->reason(), wpi::Reason::start_up);
  EXPECT_EQ(phone.said()->credentials->port, 20444);
  EXPECT_EQ(phone.answer(asks_tan).said->find("bootstrapping-tan")->value, "567");
  phone.answer_last(ends);
  EXPECT_TRUE(phone.phone.secure());
  EXPECT_THAT(*phone.phone.store().find("secure-mode-data"), IsEmpty()) << "it is used up";
}

TEST(SecureMode, HasNoTanWhereThereWasNoPin) {
  Bootstrapped phone;
  EXPECT_EQ(phone.answer(asks_tan).said->find("bootstrapping-tan")->value, "");
}

TEST(Pin, ThatIsWrongCostsATryAndTheLastOneEndsWithCleanUp) {  // guide p.83
  Bootstrapped phone;
  phone.answer(write(with_pin));
  phone.answer_last(ends);
  phone.enter("9999567");
  EXPECT_THAT(phone.notes(), ElementsAre("the PIN is refused (the password does not open it): 1 try left"));
  EXPECT_TRUE(phone.phone.wants_pin());
  phone.enter("567");
  EXPECT_THAT(phone.notes(), ::testing::Contains(HasSubstr("it is too short), and there is no try left")));
  EXPECT_FALSE(phone.phone.wants_pin());
  ASSERT_NE(phone.said(), nullptr);
  EXPECT_EQ(phone.said()->said->reason(), wpi::Reason::clean_up);
  EXPECT_EQ(phone.said()->credentials, nullptr) << "it says so in default mode";
  EXPECT_EQ(phone.said()->said->find("cleanup-reason")->value, "password retries exceeded");
  EXPECT_EQ(phone.answer_last(ends), End::phone_clean_up);
  phone.enter("1234567");
  EXPECT_THAT(phone.notes(), ElementsAre("no PIN is asked for"));
}

TEST(Pin, IsStillAskedForAfterAPowerCut) {
  Bootstrapped phone;
  phone.answer(write(with_pin));
  phone.answer_last(ends);
  phone.enter("9999567");
  Bench back("V3 R5", {}, {}, {}, std::make_shared<PlainKeys>());
  ASSERT_TRUE(back.phone.remember(phone.phone.memory()));
  EXPECT_TRUE(back.phone.wants_pin());
  EXPECT_EQ(back.power_on().credentials, nullptr);
  back.answer_last(ends);
  back.last = back.phone.handle(PinEntered{"1234567"});
  EXPECT_TRUE(back.phone.secure());
}

TEST(Tan, ThatTheServiceFindsWrongTakesThePhoneBackToDefaultMode) {  // guide p.31
  Switches wrong;
  wrong.wrong_tan = true;
  Bootstrapped phone(wrong);
  phone.answer(write(with_pin));
  phone.answer_last(ends);
  phone.enter("1234567");
  EXPECT_THAT(phone.answer(asks_tan).said->find("bootstrapping-tan")->value, Not("567"));
  phone.answer_last(ends + "<ItemList>" + one("cleanup-reason", "wrong TAN from device") + "</ItemList>");
  EXPECT_FALSE(phone.phone.secure());
  EXPECT_TRUE(phone.phone.idle());
  EXPECT_THAT(
      phone.notes(),
      ElementsAre("the service refuses its TAN (wrong TAN from device): it goes back to default mode"));
}

}  // namespace
}  // namespace understudy::phone
