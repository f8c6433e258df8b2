// A phone that somebody asks to call its service.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "phone_support.h"
#include "support/messages.h"

namespace understudy::phone {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

const std::string clean_up = "<Action>CleanUp</Action>";

// A phone that has started up, and who comes to its door.
struct Desk : Bench {
  explicit Desk(Quirks quirks = {}) : Bench("V3 R5", quirks) { settle(power_on()); }
  Doorbell rings(microseconds at, ContactMe contact = {}) {
    last = phone.handle(contact, at);
    const Doorbell* doorbell = effect<Doorbell>(last);
    EXPECT_TRUE(doorbell);
    return doorbell ? *doorbell : Doorbell{Heed::unheeded, false};
  }
  const Send* called() const { return effect<Send>(last); }
  void hears_clean_up() { respond(200, service_message(clean_up, called()->said->nonce_or_empty())); }
  void has_gap(const std::string& seconds) { phone.set_up({item("dls-contact-interval", seconds)}); }
};

TEST(PhoneAtTheDoor, AcknowledgesAndCallsBackWithSolicited) {  // guide p.15, p.41
  Desk desk;
  const Doorbell doorbell = desk.rings(1s);
  EXPECT_EQ(doorbell.heed, Heed::calls_back);
  EXPECT_TRUE(doorbell.answers);
  ASSERT_TRUE(desk.called());
  EXPECT_EQ(desk.called()->said->reason(), wpi::Reason::solicited);
  EXPECT_TRUE(desk.called()->elsewhere.empty());
  EXPECT_TRUE(desk.called()->fresh_connection);
  EXPECT_TRUE(std::holds_alternative<Doorbell>(desk.last.front())) << "the acknowledgement goes before the call";
}

TEST(PhoneAtTheDoor, OfAnAddressOfIPv6NamesItInBrackets) {
  const Bench bench("V3 R5");
  const Phone six({"00:1A:E8:FF:00:01", "4241", "fd00:1::7"}, bench.phone.model(), bench.phone.firmware(), "[fd00:1::1]:18443", "/", 7, {}, {});
  EXPECT_EQ(*six.store().find("contact-me-uri"), "http://[fd00:1::7]:8085/contact_dls.html/ContactDLS");
}

TEST(PhoneAtTheDoor, IgnoresWhoComesInsideTheContactGapAndAcknowledgesAllTheSame) {  // adm; that it answers is the safe choice
  Desk desk;
  desk.rings(1s);
  desk.hears_clean_up();
  EXPECT_EQ(desk.rings(300s).heed, Heed::in_gap) << "299 s after the call-back";
  EXPECT_TRUE(effect<Doorbell>(desk.last)->answers);
  EXPECT_FALSE(desk.called());
  EXPECT_EQ(desk.rings(301s).heed, Heed::calls_back);
}

TEST(PhoneAtTheDoor, HasTheGapThatItsItemSaysAndTheUsualOneWhereThatSaysNothing) {
  for (const auto& [gap, heed] : {std::pair("0", Heed::calls_back), std::pair("10", Heed::calls_back), std::pair("12", Heed::in_gap),
                                  std::pair("", Heed::in_gap), std::pair("soon", Heed::in_gap)}) {
    Desk desk;
    desk.has_gap(gap);
    desk.rings(1s);
    desk.hears_clean_up();
    EXPECT_EQ(desk.rings(12s).heed, heed) << "a gap of \"" << gap << "\"";
  }
}

TEST(PhoneAtTheDoor, CallsAfterTheInteractionThatIsUnderWayAndOnceOnly) {
  Desk desk;
  desk.has_gap("0");
  desk.rings(1s);
  const std::string nonce(desk.called()->said->nonce_or_empty());
  desk.rings(2s);
  EXPECT_FALSE(desk.called());
  desk.rings(3s);
  desk.respond(200, service_message(clean_up, nonce));
  ASSERT_TRUE(desk.called());
  desk.hears_clean_up();
  EXPECT_FALSE(desk.called()) << "two wishes while it was busy are one call";
  EXPECT_TRUE(desk.phone.idle());
}

TEST(PhoneAtTheDoor, InACallAcknowledgesAndCallsBack) {  // guide p.74
  Desk desk;
  desk.phone.handle(CallBegins{});
  EXPECT_EQ(desk.rings(1s).heed, Heed::calls_back);
  EXPECT_TRUE(desk.called());
}

TEST(PhoneAtTheDoor, CallsElsewhereOnceWhereItIsAskedTo) {  // guide p.14
  Desk desk;
  desk.has_gap("0");
  desk.rings(1s, {true, "192.0.2.99:8443"});
  ASSERT_TRUE(desk.called());
  EXPECT_EQ(desk.called()->elsewhere, "192.0.2.99:8443");
  EXPECT_EQ(*wpi::find_header(desk.called()->request.headers, "Host"), "192.0.2.99:8443");
  const Send reply = desk.answer("<Action>ReadItems</Action><ItemList><Item name=\"e164\"/></ItemList>");
  EXPECT_EQ(reply.elsewhere, "192.0.2.99:8443") << "for the whole interaction";
  desk.answer_last(clean_up);
  desk.rings(2s);
  EXPECT_TRUE(desk.called()->elsewhere.empty());
}

TEST(PhoneAtTheDoor, KeepsTwoWishesForTwoServicesApart) {
  Desk desk;
  desk.has_gap("0");
  desk.rings(1s, {true, "192.0.2.99:8443"});
  const std::string nonce(desk.called()->said->nonce_or_empty());
  desk.rings(2s);
  desk.respond(200, service_message(clean_up, nonce));
  ASSERT_TRUE(desk.called());
  EXPECT_TRUE(desk.called()->elsewhere.empty());
}

TEST(PhoneAtTheDoor, DoesNothingWhereNothingIsWanted) {
  Desk desk;
  const Doorbell doorbell = desk.rings(1s, {false, ""});
  EXPECT_EQ(doorbell.heed, Heed::not_asked);
  EXPECT_TRUE(doorbell.answers);
  EXPECT_FALSE(desk.called());
  EXPECT_EQ(desk.rings(2s).heed, Heed::calls_back) << "and no gap begins";
}

TEST(PhoneAtTheDoor, IsNotThereWhileItRestartsAndForgetsTheGap) {
  Desk desk;
  desk.rings(1s);
  desk.respond(200, service_message("<Action>Restart</Action>", desk.called()->said->nonce_or_empty()));
  const auto timer = effect<SetTimer>(desk.last)->timer;
  const Doorbell doorbell = desk.rings(2s);
  EXPECT_EQ(doorbell.heed, Heed::unheeded);
  EXPECT_FALSE(doorbell.answers);
  desk.last = desk.phone.handle(TimerFired{timer}, 30s);
  desk.hears_clean_up();
  EXPECT_EQ(desk.rings(40s).heed, Heed::calls_back);
}

TEST(PhoneAtTheDoor, MayIgnoreItOrBeSilentInTheGapAsItsQuirksSay) {
  Desk ignores({Quirk::contact_ignored});
  EXPECT_EQ(ignores.rings(1s).heed, Heed::unheeded);
  EXPECT_TRUE(effect<Doorbell>(ignores.last)->answers);
  EXPECT_FALSE(ignores.called());

  Desk silent({Quirk::silent_in_gap});
  EXPECT_TRUE(silent.rings(1s).answers);
  silent.hears_clean_up();
  EXPECT_FALSE(silent.rings(2s).answers);
}

TEST(PhoneAtTheDoor, WhoseServerIsFragileIsDeadForAMinuteAfterTwoFastCalls) {  // field
  Desk desk({Quirk::fragile_door});
  desk.has_gap("0");
  EXPECT_TRUE(desk.rings(10s).answers);
  desk.hears_clean_up();
  EXPECT_TRUE(desk.rings(11s).answers) << "a second apart";
  desk.hears_clean_up();
  EXPECT_FALSE(desk.rings(11s + 999ms).answers);
  EXPECT_FALSE(desk.rings(70s).answers);
  EXPECT_TRUE(desk.rings(72s).answers);
}

}  // namespace
}  // namespace understudy::phone
