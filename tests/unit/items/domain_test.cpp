#include "items/domain.h"

#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace understudy::items {
namespace {

Entry entry(Type type, std::string values) {
  Entry made;
  made.type = type;
  made.values = std::move(values);
  return made;
}

Fit fit_of(Type type, std::string values, std::string_view value) {
  return fit(entry(type, std::move(values)), value);
}

TEST(Domain, TakesBooleansInAnyCaseAndNothingElse) {
  for (std::string_view value : {"true", "False", "TRUE"})
    EXPECT_EQ(fit_of(Type::boolean, "true; false", value), Fit::fits);
  for (std::string_view value : {"1", "yes", " true"})
    EXPECT_EQ(fit_of(Type::boolean, "true; false", value), Fit::wrong_type);
}

TEST(Domain, TakesIntegersWithinTheirRanges) {
  EXPECT_EQ(fit_of(Type::integer, "60-600", "60"), Fit::fits);
  EXPECT_EQ(fit_of(Type::integer, "60-600", "600"), Fit::fits);
  EXPECT_EQ(fit_of(Type::integer, "60-600", "601"), Fit::outside);
  EXPECT_EQ(fit_of(Type::integer, "0; 2-24 (1 excluded)", "0"), Fit::fits);
  EXPECT_EQ(fit_of(Type::integer, "0; 2-24 (1 excluded)", "24"), Fit::fits);
  EXPECT_EQ(fit_of(Type::integer, "0; 2-24 (1 excluded)", "1"), Fit::outside);
  EXPECT_EQ(fit_of(Type::integer, "-720..720", "-720"), Fit::fits);
  EXPECT_EQ(fit_of(Type::integer, "-720..720", "721"), Fit::outside);
  EXPECT_EQ(fit_of(Type::integer, "0-255 (0=never)", "-1"), Fit::outside);
}

TEST(Domain, WantsNumbersForIntegers) {
  for (std::string_view value : {"a", "1a", "1.5", " 1", "+1", "99999999999999999999"})
    EXPECT_EQ(fit_of(Type::integer, "", value), Fit::wrong_type) << value;
  EXPECT_EQ(fit_of(Type::integer, "", "-3"), Fit::fits);
}

TEST(Domain, DoesNotJudgeByWordsThatItCannotRead) {
  EXPECT_EQ(fit_of(Type::integer, "seconds", "7"), Fit::fits);
  EXPECT_EQ(fit_of(Type::integer, "1-n", "7"), Fit::fits);
  EXPECT_EQ(fit_of(Type::enumeration, "1 observed", "2"), Fit::fits);
  EXPECT_EQ(fit_of(Type::enumeration, "numeric, 1 in the example", "2"), Fit::fits);
  EXPECT_EQ(fit_of(Type::enumeration, "", "x"), Fit::fits);
}

TEST(Domain, TakesTheCodesAndWordsOfAList) {
  EXPECT_EQ(fit_of(Type::enumeration, "0=UDP; 1=TCP; 2=TLS", "2"), Fit::fits);
  EXPECT_EQ(fit_of(Type::enumeration, "0=UDP; 1=TCP; 2=TLS", "3"), Fit::outside);
  EXPECT_EQ(fit_of(Type::enumeration, "0=UDP; 1=TCP; 2=TLS", "UDP"), Fit::wrong_type);
  EXPECT_EQ(fit_of(Type::enumeration, "0; 2; 3; 4; 5", "1"), Fit::outside);
  EXPECT_EQ(fit_of(Type::enumeration, "1-3", "2"), Fit::fits);
  EXPECT_EQ(fit_of(Type::enumeration, "1-3", "4"), Fit::outside);
  EXPECT_EQ(fit_of(Type::enumeration, "MOH; APP (firmware); DONGLE (field)", "APP"), Fit::fits);
  EXPECT_EQ(fit_of(Type::enumeration, "MOH; APP (firmware); DONGLE (field)", "firmware"), Fit::outside);
  EXPECT_EQ(fit_of(Type::enumeration, "deploy; delete", "Deploy"), Fit::outside);
}

std::string choices_of(Type type, std::string values) {
  const Entry made = entry(type, std::move(values));
  std::string out;
  for (const Choice& choice : choices(made)) out += "[" + std::string(choice.value) + "|" + std::string(choice.meaning) + "]";
  return out;
}

TEST(Choices, AreThoseOfAListWithTheirMeanings) {
  EXPECT_EQ(choices_of(Type::enumeration, "0=active; 1=suspended; 2=disabled"), "[0|active][1|suspended][2|disabled]");
  EXPECT_EQ(choices_of(Type::enumeration, "0; 2; 3"), "[0|][2|][3|]");
  EXPECT_EQ(choices_of(Type::enumeration, "ok; failed"), "[ok|][failed|]");
  EXPECT_EQ(choices_of(Type::enumeration, "0=a b, or c; 1=1-3"), "[0|a b, or c][1|1-3]") << "a meaning is any words";
}

TEST(Choices, OfYesAndNoAreTheTwoWordsHoweverTheTablePutsIt) {
  for (const char* values : {"true; false", "", "1"}) EXPECT_EQ(choices_of(Type::boolean, values), "[true|][false|]");
}

TEST(Choices, AreNoneWhereTheListCannotBeReadAsAWhole) {
  for (const char* values : {"", "FactoryReset", "1-3", "0; 2-24", "1 observed", "numeric, 1 in the example", "0; a b"})
    EXPECT_EQ(choices_of(Type::enumeration, values), "") << values;
}

TEST(Choices, AreNoneOfOtherTypes) {
  for (const Type type : {Type::integer, Type::string, Type::password, Type::uri, Type::mac, Type::base64})
    EXPECT_EQ(choices_of(type, "0; 1"), "");
}

TEST(Choices, OfTheCatalogueFitTheirItem) {
  for (const Entry& item : catalogue())
    for (const Choice& choice : choices(item)) EXPECT_EQ(fit(item, choice.value), Fit::fits) << item.name << " " << choice.value;
}

TEST(Domain, AlwaysTakesWhatClears) {
  for (std::string_view value : {"", "NULL", "0.0.0.0"}) {
    EXPECT_TRUE(clears(value));
    EXPECT_EQ(fit_of(Type::integer, "1-3", value), Fit::fits);
    EXPECT_EQ(fit_of(Type::boolean, "true; false", value), Fit::fits);
  }
  EXPECT_FALSE(clears("null"));
  EXPECT_FALSE(clears("0"));
}

TEST(Domain, CountsCharactersNotBytes) {
  Entry made = entry(Type::string, "");
  EXPECT_FALSE(too_long(made, std::string(1000, 'x')));
  made.max_length = 3;
  EXPECT_FALSE(too_long(made, "\u00e4\u00f6\u20ac"));
  EXPECT_TRUE(too_long(made, "abcd"));
  EXPECT_FALSE(too_long(made, ""));
}

IndexFit index_fit(std::string indexes, std::optional<int> index) {
  Entry made;
  made.index = std::move(indexes);
  return fit_index(made, index);
}

TEST(Domain, WantsAnIndexOfItemsThatHaveInstancesAndOfNoOthers) {
  EXPECT_EQ(index_fit("no", std::nullopt), IndexFit::fits);
  EXPECT_EQ(index_fit("no", 0), IndexFit::unwanted);
  EXPECT_EQ(index_fit("0-41", std::nullopt), IndexFit::missing);
  EXPECT_EQ(index_fit("none or 1-n (one index per file)", std::nullopt), IndexFit::fits);
  EXPECT_EQ(index_fit("none or 1-n (one index per file)", 1), IndexFit::fits);
  EXPECT_EQ(index_fit("none or 1-n (one index per file)", 0), IndexFit::outside);
}

TEST(Domain, ReadsRangesOfIndexes) {
  EXPECT_EQ(index_fit("0-41", 0), IndexFit::fits);
  EXPECT_EQ(index_fit("0-41", 41), IndexFit::fits);
  EXPECT_EQ(index_fit("0-41", 42), IndexFit::outside);
  EXPECT_EQ(index_fit("1-?", 9999), IndexFit::fits);
  EXPECT_EQ(index_fit("1-?", 0), IndexFit::outside);
  EXPECT_EQ(index_fit("1-15 (seen for alert)", 15), IndexFit::fits);
  EXPECT_EQ(index_fit("1-15 (seen for alert)", 16), IndexFit::outside);
  EXPECT_EQ(index_fit("4002 and others", 7), IndexFit::fits) << "unreadable";
  const std::string keys = "1-9,1001-1009,301-312";
  for (int key : {1, 9, 1001, 1009, 301, 312}) EXPECT_EQ(index_fit(keys, key), IndexFit::fits) << key;
  for (int key : {0, 10, 1000, 1010, 300, 313}) EXPECT_EQ(index_fit(keys, key), IndexFit::outside) << key;
}

TEST(Domain, TellsAnIndexThatThePhoneOfTheGuideAnsweredFailed) {  // guide p.81
  EXPECT_EQ(index_fit("1-5?", 5), IndexFit::fits);
  EXPECT_EQ(index_fit("1-5?", 6), IndexFit::refused);
}

TEST(Domain, ReadsTheIndexesOfTheWholeCatalogue) {
  for (const Entry& item : catalogue()) {
    if (item.index == "no") continue;
    const IndexFit far = fit_index(item, 1'000'000);
    const bool unbounded = item.index.find('n') != std::string::npos || item.index == "1-?" || item.index == "1-15 (seen for alert)";
    EXPECT_TRUE(far != IndexFit::fits || unbounded) << item.name << " " << item.index;
    EXPECT_EQ(fit_index(item, item.index.front() == '4' ? 4002 : 1), IndexFit::fits) << item.name << " " << item.index;
  }
}

TEST(Domain, TakesTheDefaultsOfTheCatalogue) {
  for (const Entry& item : catalogue()) {
    // Of several defaults, or uncertain ones, the table speaks in words.
    if (item.default_value.find_first_of("?;= |") != std::string::npos) continue;
    EXPECT_EQ(fit(item, item.default_value), Fit::fits) << item.name << " = " << item.default_value;
  }
}

}  // namespace
}  // namespace understudy::items
