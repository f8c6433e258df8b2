// What each quirk changes on the wire.
#include "phone/quirks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

#include "phone_support.h"

namespace understudy::phone {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

std::string header(const Send& send, std::string_view name) {
  const std::string* value = wpi::find_header(send.request.headers, name);
  return value ? *value : "";
}

const wpi::Headers session = {{"Set-Cookie", "JSESSIONID=5F2C; Path=/; Secure"}};
const std::string read_all = "<Action>ReadAllItems</Action>";
const std::string write_one =
    "<Action>WriteItems</Action><ItemList><Item name=\"sntp-addr\">192.0.2.9</Item></ItemList>";

// What a phone with this quirk says to start up, and to ReadAllItems, in one text: heads and bodies.
std::string said_with(Quirks quirks) {
  Bench bench("V2 R2", quirks);
  std::string out;
  const auto keep = [&](const Send& send) {
    for (const wpi::Header& header : send.request.headers)
      if (header.name != "Content-Length") out += header.name + ": " + header.value + "\n";
    out += send.fresh_connection ? "new connection\n" : "same connection\n";
    out += send.request.body;
    // What the judge is told of the message is what stands in it.
    const wpi::Document read = bench.reader.read(send.request.body, wpi::Sender::phone);
    EXPECT_TRUE(read.well_formed);
    EXPECT_EQ(send.said->nonce_or_empty(), read.nonce_or_empty());
    EXPECT_EQ(send.said->reason(), read.reason());
    EXPECT_EQ(send.said->fragment.has_value(), read.fragment.has_value());
    if (read.reasons.at(0).status) {
      EXPECT_EQ(send.said->reasons.at(0).status->text, read.reasons.at(0).status->text);
    }
    if (!send.said->items_left_out) {
      EXPECT_EQ(send.said->items.size(), read.items.size());
    }
  };
  keep(bench.power_on());
  keep(bench.answer(read_all, session));
  return out;
}

TEST(Quirks, HaveNamesThatDifferATextAndASource) {
  std::set<std::string_view> names;
  for (const NamedQuirk& quirk : named_quirks()) {
    EXPECT_TRUE(names.insert(quirk.name).second) << quirk.name;
    EXPECT_EQ(find_quirk(quirk.name), &quirk);
    EXPECT_FALSE(quirk.quirks.none()) << quirk.name;
    EXPECT_GT(quirk.text.size(), 10u) << quirk.name;
    EXPECT_NE(quirk.text.back(), '.') << quirk.name;
    EXPECT_FALSE(quirk.source.empty()) << quirk.name;
  }
  EXPECT_EQ(find_quirk("no-such"), nullptr);
}

TEST(Quirks, ChangeWhatIsSaidUnlessTheyWaitForAnOccasion) {
  // These show in what the phone does, below; named references only where a value has quotes.
  const std::set<std::string_view> later = {"reply-before-restart",    "strict-nonce",          "undecoded-entities",
                                            "failed-when-written",     "bare-clean-up",         "vanishing",
                                            "named-references",        "literal-null",          "no-status-for-several",
                                            "reply-instead-of-status", "reply-and-status",      "contact-ignored",
                                            "silent-in-gap",           "fragile-door",          "reply-before-software"};
  const std::string usual = said_with({});
  for (const NamedQuirk& quirk : named_quirks())
    EXPECT_EQ(said_with(quirk.quirks) == usual, later.contains(quirk.name)) << quirk.name;
}

TEST(Cookies, ComeBackWithoutTheirAttributesUnlessVerbatim) {
  Bench clean("V3 R5"), verbatim("V3 R5", {Quirk::verbatim_cookie}), stale("V3 R5", {Quirk::stale_cookie});
  clean.power_on(), verbatim.power_on();
  EXPECT_EQ(header(clean.answer(read_all, session), "Cookie"), "JSESSIONID=5F2C");
  EXPECT_EQ(header(verbatim.answer(read_all, session), "Cookie"), "JSESSIONID=5F2C; Path=/; Secure");
  EXPECT_EQ(header(stale.power_on(), "Cookie"), "PHPSESSID=2f6c0d5b7e914a38; path=/");
}

TEST(ConnectionClose, IsSaidLastAndMeansANewConnectionForEachMessage) {
  Bench bench("V3 R5", {Quirk::connection_close});
  EXPECT_EQ(bench.power_on().request.headers.back(), (wpi::Header{"Connection", "close"}));
  EXPECT_TRUE(bench.answer(read_all).fresh_connection);
}

TEST(Nonces, AreInLowerCaseOrShort) {
  Bench lower("V3 R5", {Quirk::lower_case_nonce}), brief("V3 R5", {Quirk::short_nonce});
  EXPECT_THAT(lower.power_on().request.body, ContainsRegex("nonce=\"[0-9a-f]{32}\""));
  EXPECT_THAT(brief.power_on().request.body, ContainsRegex("nonce=\"[0-9a-f]{23}\""));
}

TEST(NoFragment, IsLeftOutOnlyWhereNothingIsSplit) {
  Bench bench("V3 R5", {Quirk::no_fragment}),
      small("V3 R5", Quirks{Quirk::no_fragment, Quirk::small_fragments});
  bench.power_on(), small.power_on();
  EXPECT_FALSE(bench.answer(read_all).said->fragment);
  EXPECT_EQ(small.answer(read_all).said->fragment->text, "next");
}

TEST(SmallFragments, AreNotMissedWhenNobodyAsksForTheRest) {
  Bench bench("V3 R5", {Quirk::small_fragments});
  bench.power_on();
  const Send first = bench.answer(read_all);
  EXPECT_LE(first.request.body.size(), 5'000u);
  EXPECT_THAT(bench.answer(write_one).request.body, HasSubstr("action=\"WriteItems\" status=\"accepted\""));
}

TEST(LaidOutReplies, AreSplitSoThatEachFits) {
  Quirks all;
  for (const Quirk quirk : {Quirk::indented, Quirk::items_on_lines, Quirk::numeric_references,
                            Quirk::empty_as_one_tag, Quirk::small_fragments})
    all |= {quirk};
  Bench bench("V3 R5", all);
  bench.power_on();
  std::size_t items = 0;
  for (Send part = bench.answer(read_all);; part = bench.answer("<Action>GetNextFragment</Action>")) {
    EXPECT_LE(part.request.body.size(), 5'000u);
    items += part.said->items.size();
    if (part.said->fragment->text == "final") break;
  }
  Bench usual("V3 R5");
  usual.power_on();
  EXPECT_EQ(items, usual.reader.read(usual.answer(read_all).request.body, wpi::Sender::phone).items.size());
}

TEST(IdentityLast, PutsWhoThePhoneIsBehindTheRest) {
  Bench bench("V3 R5", {Quirk::identity_last});
  EXPECT_EQ(names(bench.power_on()).back(), "e164");
  const auto all = names(bench.answer(read_all));
  EXPECT_EQ(all.back(), "e164");
  EXPECT_EQ(all.front().find("device"), std::string::npos);
}

TEST(ItemsReversed, HaveTheSameItems) {
  Bench usual("V3 R5"), reversed("V3 R5", {Quirk::items_reversed});
  auto names_there = names(reversed.power_on());
  std::reverse(names_there.begin(), names_there.end());
  EXPECT_EQ(names_there, names(usual.power_on()));
}

TEST(BusyWhenRead, IsSoOnceAfterEachStart) {
  Bench bench("V3 R5", {Quirk::busy_when_read});
  for (int start = 0; start < 2; ++start) {
    bench.power_on();
    EXPECT_THAT(bench.answer(read_all).request.body, HasSubstr("status=\"busy\""));
    EXPECT_THAT(bench.answer(read_all).request.body, HasSubstr("status=\"accepted\""));
    bench.answer_last("<Action>CleanUp</Action>");
  }
}

TEST(FailedWhenWritten, WritesNothingTheFirstTime) {
  Bench bench("V3 R5", {Quirk::failed_when_written});
  bench.power_on();
  EXPECT_THAT(bench.answer(write_one).request.body, HasSubstr("status=\"failed\""));
  EXPECT_EQ(*bench.phone.store().find("sntp-addr"), "0.0.0.0");
  EXPECT_THAT(bench.answer(write_one).request.body, HasSubstr("status=\"accepted\""));
}

TEST(Vanishing, WritesAndComesBackWithAStartUp) {
  Bench bench("V3 R5", {Quirk::vanishing});
  bench.power_on();
  EXPECT_EQ(bench.answer_last(write_one), End::broke_off);
  EXPECT_EQ(*bench.phone.store().find("sntp-addr"), "192.0.2.9");
  const SetTimer* timer = effect<SetTimer>(bench.last);
  ASSERT_NE(timer, nullptr);
  const Effects up = bench.phone.handle(TimerFired{timer->timer});
  ASSERT_NE(effect<Begin>(up), nullptr);
  EXPECT_EQ(effect<Begin>(up)->reason, wpi::Reason::start_up);
  bench.last = up;
}

TEST(UndecodedEntities, StayInWhatIsStored) {
  const std::string order =
      "<Action>WriteItems</Action><ItemList><Item name=\"display-id-unicode\">R&amp;D &#34;A&#x2D;B&quot; "
      "&lt;</Item></ItemList>";
  Bench undecoded("V3 R5", {Quirk::undecoded_entities}), usual("V3 R5");
  undecoded.power_on(), usual.power_on();
  undecoded.answer(order), usual.answer(order);
  EXPECT_EQ(*undecoded.phone.store().find("display-id-unicode"), "R&amp;D \"A-B\" &lt;");
  EXPECT_EQ(*usual.phone.store().find("display-id-unicode"), "R&D \"A-B\" <");
}

TEST(BareCleanUp, GivesNoReason) {
  for (const bool bare : {false, true}) {
    Bench bench("V3 R5", bare ? Quirks{Quirk::bare_clean_up} : Quirks{});
    bench.power_on();
    bench.respond(200, "<DLSMessage");
    ASSERT_NE(effect<Send>(bench.last), nullptr);
    const std::string body = effect<Send>(bench.last)->request.body;
    EXPECT_THAT(body, HasSubstr(">clean-up<"));
    EXPECT_EQ(body.find("ItemList") == std::string::npos, bare);
  }
}

TEST(SoftClient, IsNoMac) {
  Bench bench("V3 R5", {Quirk::soft_client});
  EXPECT_THAT(bench.power_on().request.body, HasSubstr("<Item name=\"mac-addr\">softclient-4241</Item>"));
  EXPECT_EQ(bench.phone.identity().mac, "softclient-4241");
}

TEST(WithheldUserPwd, IsNotSaid) {
  Bench bench("V1 R4", {Quirk::withheld_user_pwd});
  EXPECT_THAT(bench.power_on().request.body, Not(HasSubstr("\"user-pwd\"")));
}

TEST(QuirksSet, HoldFromTheNextMessageOn) {
  Bench bench("V3 R5");
  bench.power_on();
  bench.answer_last("<Action>CleanUp</Action>");
  bench.phone.handle(QuirksSet{{Quirk::single_quotes}});
  EXPECT_THAT(bench.power_on().request.body, HasSubstr("<Message nonce='"));
}

TEST(PowerOnFromFactory, ForgetsWhatWasSetAndSaysThatItChanged) {  // guide p.32
  Bench bench("V3 R5");
  bench.power_on();
  bench.answer(write_one);
  bench.answer_last("<Action>CleanUp</Action>");
  bench.last = bench.phone.handle(PowerOn{.from_factory = true});
  ASSERT_NE(effect<Send>(bench.last), nullptr);
  EXPECT_EQ(effect<Send>(bench.last)->said->find("configuration-changed-flag")->value, "true");
  EXPECT_EQ(*bench.phone.store().find("sntp-addr"), "0.0.0.0");
}

}  // namespace
}  // namespace understudy::phone
