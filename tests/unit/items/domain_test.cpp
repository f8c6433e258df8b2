#include "items/domain.h"

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

TEST(Domain, AlwaysTakesWhatClears) {
  for (std::string_view value : {"", "NULL", "0.0.0.0"}) {
    EXPECT_TRUE(clears(value));
    EXPECT_EQ(fit_of(Type::integer, "1-3", value), Fit::fits);
    EXPECT_EQ(fit_of(Type::boolean, "true; false", value), Fit::fits);
  }
  EXPECT_FALSE(clears("null"));
  EXPECT_FALSE(clears("0"));
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
