// item.*: what is written, held against the catalogue, the model and the rest of the message.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "items/catalogue.h"
#include "rules/index_domain.h"
#include "rules_support.h"

namespace understudy::conformance {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// WriteItems with these, which the phone takes.
Verdict writes(const std::string& items) {
  auto turns = conversation();
  turns[0].answer.body = order("WriteItems", items);
  turns[1] = {reply_to("WriteItems"), {.body = order("CleanUp")}};
  turns.resize(2);
  return judged(turns);
}

std::string at(const std::string& index) {
  return " index=\"" + index + "\"";
}

Finding finding_in(const std::string& items, const std::string& rule) {
  const Verdict verdict = writes(items);
  EXPECT_THAT(deviating(verdict), ElementsAre(rule));
  return only_finding(verdict, rule);
}

TEST(ItemKnown, AsksWhatWasMeantByANameThatIsOneSlipAway) {
  for (const std::string wrong : {"sntp-adr", "sntp-addrr", "sntp-adrd", "snmp-addr", "SNTP-ADDR"}) {
    const Finding finding = finding_in(item("sntp-addr-backup") + item(wrong, "192.0.2.1"), "item.known");
    EXPECT_EQ(finding.level, Level::should) << wrong;
    EXPECT_EQ(finding.expected, "\"sntp-addr\"?") << wrong;
    EXPECT_EQ(marked(finding.excerpt), "<Item name=\"" + wrong + "\">");
  }
}

TEST(ItemKnown, NotesNamesThatAreNotListedOnceAMessage) {
  const Finding finding =
      finding_in(item("acme-1") + item("acme-2") + item("acme-3") + item("acme-4"), "item.known");
  EXPECT_EQ(finding.level, Level::note);
  EXPECT_EQ(finding.count, 1u);
  EXPECT_EQ(finding.came, "\"acme-1\", \"acme-2\", \"acme-3\" and others");
}

TEST(ItemKnown, TakesANameThatDiffersInADigitForANeighbour) {
  EXPECT_EQ(finding_in(item("map-special-ringer-3"), "item.known").level, Level::note);
}

TEST(ItemKnown, ReadsNoItemsOfOtherOrders) {
  auto turns =
      single(phone_says("start-up"), order("FileDeployment", item("acme-file") + item("device-type", "x")));
  const Verdict verdict = judged(turns, {.ending = "broke_off"});
  EXPECT_THAT(deviating(verdict), IsEmpty());
  for (const char* rule :
       {"item.known", "item.writable", "item.type", "item.range", "item.index", "item.unique"})
    EXPECT_EQ(result(verdict, rule).outcome, Outcome::not_exercised) << rule;
}

TEST(ItemWritable, IsDeviatedFromByWhatTheGuideSaysIsReadOnly) {
  EXPECT_EQ(finding_in(item("device-type", "OpenStage 80"), "item.writable").level, Level::must);
  EXPECT_EQ(finding_in(item("wbm-server-certificate-info", "x"), "item.writable").level, Level::must);
  EXPECT_EQ(result(writes(item("e164", "4711")), "item.writable").held, 1u);
  EXPECT_EQ(result(writes(item("dls-secure-port", "18444")), "item.writable").held, 1u);  // write-only
}

TEST(ItemWritable, NotesWhatIsNoSetting) {
  EXPECT_EQ(finding_in(item("cleanup-reason", "x"), "item.writable").level, Level::note);
}

TEST(ItemWritable, NotesWhatThePhoneSaysIsReadOnly) {
  auto turns = conversation();
  turns[0].answer.body = order("WriteItems", item("vlan-id", "7") + item("device-type", "OpenStage 80"));
  const std::string no = " status=\"read only\"";
  turns[1] = {with_items(reply_to("WriteItems"), item("vlan-id", "", no) + item("device-type", "", no)),
              {.body = order("CleanUp")}};
  turns.resize(2);
  const Verdict verdict = judged(turns);
  EXPECT_THAT(deviating(verdict), ElementsAre("item.writable"));
  EXPECT_THAT(levels(verdict, "item.writable"), ElementsAre(Level::must, Level::note));
  EXPECT_EQ(verdict.findings[1].came, "\"vlan-id\"");
  EXPECT_EQ(verdict.findings[1].where, "in the CleanUp that followed WriteItems");
}

TEST(ItemType, IsDeviatedFromWhereTheDomainIsCompleteAndElseNoted) {
  const Finding finding = finding_in(item("preview-mode-locked", "yes"), "item.type");
  EXPECT_EQ(finding.level, Level::must);
  EXPECT_EQ(finding.expected, "true or false");
  EXPECT_EQ(finding.came, "\"yes\"");
  EXPECT_EQ(finding_in(item("registration-backoff-timer", "2 min"), "item.type").expected, "a number");
  EXPECT_EQ(finding_in(item("session-timer", "on"), "item.type").level, Level::note);
  EXPECT_EQ(finding_in(item("sntp-tz-offset", "+01:00"), "item.type").level, Level::note);
}

TEST(ItemType, TakesWhatClearsAndBooleansInAnyCase) {
  for (const std::string value : {"", "NULL", "0.0.0.0", "True", "FALSE"})
    EXPECT_EQ(result(writes(item("preview-mode-locked", value)), "item.type").held, 1u) << value;
  EXPECT_EQ(result(writes(item("sip-name", "1")), "item.type").outcome, Outcome::not_exercised);
}

TEST(ItemRange, IsDeviatedFromWhereTheDomainIsCompleteAndElseNoted) {
  const Finding finding = finding_in(item("registration-backoff-timer", "30"), "item.range");
  EXPECT_EQ(finding.level, Level::must);
  EXPECT_EQ(finding.expected, "60-600");
  EXPECT_EQ(finding_in(item("sip-transport-user", "3"), "item.range").level, Level::must);
  EXPECT_EQ(finding_in(item("sntp-tz-offset", "3600"), "item.range").level, Level::note);
  EXPECT_EQ(result(writes(item("registration-backoff-timer", "60")), "item.range").held, 1u);
}

TEST(ItemRange, CountsCharactersAndNotBytes) {
  std::string name;
  for (int i = 0; i < 24; ++i) name += "ä";
  EXPECT_EQ(result(writes(item("display-id-unicode", name)), "item.range").held, 1u);
  const Finding finding = finding_in(item("display-id-unicode", name + "ö"), "item.range");
  EXPECT_EQ(finding.came, "25 characters");
  EXPECT_EQ(finding.level, Level::note);
}

TEST(ItemRange, TakesOneCodeThatWasSeenForNoList) {
  EXPECT_THAT(deviating(writes(item("date-format", "1") + item("trace-level", "4", at("0")))), IsEmpty());
}

TEST(ItemIndex, IsDeviatedFromByNoneWhereOneIsWantedAndByOneWhereNoneIs) {
  const Finding none = finding_in(item("function-key-def", "59"), "item.index");
  EXPECT_EQ(none.level, Level::must);
  EXPECT_EQ(none.came, "none");
  const Finding needless = finding_in(item("registration-backoff-timer", "60", at("1")), "item.index");
  EXPECT_EQ(needless.level, Level::must);
  EXPECT_EQ(needless.expected, "no index");
  EXPECT_EQ(finding_in(item("trace-level", "1"), "item.index").level, Level::note);
}

TEST(ItemIndex, IsDeviatedFromByOneOutsideOfItsRange) {
  EXPECT_EQ(finding_in(item("blf-popup", "true", at("313")), "item.index").level, Level::must);
  EXPECT_EQ(finding_in(item("feature-availability", "true", at("37")), "item.index").level, Level::note);
  // The upper bound is inferred.
  EXPECT_EQ(finding_in(item("Canonical-lookup-local-code", "4", at("6")), "item.index").level, Level::note);
  EXPECT_EQ(finding_in(item("alert", "x", at("0")), "item.index").level, Level::must);
}

TEST(ItemIndex, TakesWhatThereIs) {
  const Verdict verdict =
      writes(item("feature-availability", "true", at("0")) + item("alert", "x", at("900")) +
             item("blf-popup", "true", at("1408")) + item("key-functionality", "1", at("4003")) +
             item("file-name", "a.png") + item("file-name", "b.png", at("2")));
  EXPECT_THAT(deviating(verdict), IsEmpty());
  EXPECT_EQ(result(verdict, "item.index").held, 1u);
}

TEST(IndexDomain, CanBeReadOfEveryEntry) {
  int in_words = 0;
  for (const items::Entry& entry : items::catalogue()) {
    const IndexDomain domain = index_domain_of(entry);
    EXPECT_EQ(domain.indexed, entry.index != "no") << entry.name;
    if (domain.indexed && domain.ranges.empty()) ++in_words;
  }
  EXPECT_EQ(in_words, 1);  // "4002 and others"
}

TEST(ItemUnique, IsDeviatedFromByTwoValuesAndNotByTheSameTwice) {
  const Finding finding = finding_in(item("ringer-melody", "1") + item("ringer-melody", "2"), "item.unique");
  EXPECT_EQ(finding.level, Level::must);
  EXPECT_EQ(finding.came, "\"1\", then \"2\"");
  const std::string fine = item("ringer-melody", "1") + item("ringer-melody", "1") +
                           item("session-timer", "true") + item("session-timer", "True") +
                           item("locked-config-menus", "true", at("1")) +
                           item("locked-config-menus", "false", at("2"));
  EXPECT_EQ(result(writes(fine), "item.unique").held, 1u);
}

TEST(ItemUnique, DoesNotShowSecrets) {
  EXPECT_EQ(finding_in(item("sip-pwd", "geheim") + item("sip-pwd", "secret"), "item.unique").came,
            "a value that is not shown, then a value that is not shown");
}

TEST(ItemModel, IsDeviatedFromByKeysThatTheModelDoesNotHave) {
  const Finding finding =
      finding_in(item("function-key-def", "25", at("9")), "item.model");  // an OpenStage 60
  EXPECT_EQ(finding.level, Level::should);
  EXPECT_THAT(finding.expected, HasSubstr("OpenStage 60"));
  EXPECT_EQ(result(writes(item("function-key-def", "25", at("8"))), "item.model").held, 1u);
  EXPECT_EQ(result(writes(item("sntp-addr", "192.0.2.1")), "item.model").outcome, Outcome::not_exercised);
  EXPECT_THAT(deviating(writes(item("function-key-def", "25", at("313")))), ElementsAre("item.index"));
}

TEST(ItemModel, KnowsTheModelThatThePhoneNames) {
  Bench bench;
  auto turns = conversation();
  turns[0].said = with_items(phone_says("start-up"), item("device-type", "OpenStage 80"));
  turns[1].answer.body = order("WriteItems", item("function-key-def", "25", at("9")));
  bench.hear(turns, "clean_up");
  EXPECT_EQ(result(bench.finish(), "item.model").held, 1u);
}

TEST(ItemModel, SaysNothingOfAModelThatNobodyKnows) {
  auto turns = conversation();
  turns[0].said = with_items(phone_says("start-up"), item("device-type", "TeleDesk 9"));
  turns[1].answer.body = order("WriteItems", item("function-key-def", "25", at("9")));
  EXPECT_EQ(result(judged(turns), "item.model").outcome, Outcome::not_exercised);
}

// start-up, and these orders, each accepted; the reply to a reading says `said`.
std::vector<Turn> orders(const std::vector<std::pair<std::string, std::string>>& given,
                         const std::string& said) {
  auto turns = conversation();
  Answer answer = turns[0].answer;
  turns.clear();
  std::string message = with_items(phone_says("start-up"), item("configuration-changed-flag", "false"));
  for (const auto& [action, items] : given) {
    answer.body = order(action, items);
    turns.push_back({message, answer});
    answer.headers = {{"Content-Type", "text/xml"}};
    message = action.starts_with("Read") ? with_items(reply_to(action), said) : reply_to(action);
  }
  answer.body = order("CleanUp");
  turns.push_back({message, answer});
  return turns;
}

const std::string ours = item("sntp-addr", "192.0.2.1");

TEST(ItemReadBack, IsHeldByAServiceThatGoesOn) {
  const Verdict verdict = judged(orders({{"WriteItems", ours}, {"ReadItems", item("sntp-addr")}}, ours));
  EXPECT_THAT(deviating(verdict), IsEmpty());
  EXPECT_EQ(result(verdict, "item.read-back").held, 1u);
  // Nothing was written before it was read.
  EXPECT_EQ(
      result(judged(orders({{"ReadAllItems", ""}, {"WriteItems", ours}}, ours)), "item.read-back").outcome,
      Outcome::not_exercised);
}

TEST(ItemReadBack, IsDeviatedFromByWritingWhatThePhoneHasJustSaid) {
  const Verdict verdict =
      judged(orders({{"WriteItems", ours}, {"ReadItems", item("sntp-addr")}, {"WriteItems", ours}}, ours));
  EXPECT_THAT(deviating(verdict), ElementsAre("item.read-back"));
  EXPECT_EQ(only_finding(verdict, "item.read-back").message,
            "writes again what the phone has just said that it has");
}

TEST(ItemReadBack, IsDeviatedFromInAnotherInteractionTooAndSeesWhatIsInTheBytesAlone) {
  Bench bench;
  bench.hear(orders({{"WriteItems", ours}}, ours), "clean_up");
  auto turns = orders({{"ReadAllItems", ""}, {"WriteItems", ours}}, ours);
  turns[1].change = [](transcript::Exchange& x) {
    auto said = std::make_shared<wpi::Document>(*x.said);
    said->items.clear();
    said->items_left_out = true;
    x.said = said;
  };
  bench.hear(turns, "clean_up");
  EXPECT_THAT(deviating(bench.finish()), ElementsAre("item.read-back"));
}

TEST(ItemReadBack, IsDeviatedFromByInsistingOnWhatThePhoneDidNotKeep) {
  const std::string cut = item("sip-name", "0123456789"), whole = item("sip-name", "0123456789ABC");
  Bench bench;
  bench.hear(orders({{"WriteItems", whole}, {"ReadItems", item("sip-name")}}, cut), "clean_up");
  bench.hear(orders({{"WriteItems", whole}}, ""), "clean_up");
  const Verdict verdict = bench.finish();
  EXPECT_THAT(deviating(verdict), ElementsAre("item.read-back"));
  EXPECT_THAT(only_finding(verdict, "item.read-back").message, HasSubstr("otherwise"));
}

TEST(ItemReadBack, LetsAServiceWriteWhatTheUserHasChanged) {
  Bench bench;
  bench.hear(orders({{"WriteItems", ours}, {"ReadItems", item("sntp-addr")}}, item("sntp-addr", "192.0.2.9")),
             "clean_up");
  auto changed = orders({{"WriteItems", ours}}, "");
  changed[0].said = phone_says("local-changes");
  bench.hear(changed, "clean_up");
  EXPECT_THAT(deviating(bench.finish()), IsEmpty());
}

TEST(ItemReadBack, LetsAKeysItemsComeAgainWithThoseThatAreNew) {
  const std::string function = item("function-key-def", "59", at("1")),
                    popup = item("blf-popup", "true", at("1"));
  EXPECT_THAT(
      deviating(judged(orders(
          {{"WriteItems", function}, {"ReadItems", function}, {"WriteItems", function + popup}}, function))),
      ElementsAre("action.read-items-empty"));
  EXPECT_THAT(deviating(judged(orders({{"WriteItems", function},
                                       {"ReadItems", item("function-key-def", "", at("1"))},
                                       {"WriteItems", function}},
                                      function))),
              ElementsAre("item.read-back"));
}

TEST(ItemReadBack, SaysNothingOfSecrets) {
  const std::string secret = item("sip-pwd", "******");
  EXPECT_THAT(deviating(judged(orders(
                  {{"WriteItems", secret}, {"ReadItems", item("sip-pwd")}, {"WriteItems", secret}}, secret))),
              IsEmpty());
}

}  // namespace
}  // namespace understudy::conformance
