#include "wbm/passwords.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace understudy::wbm {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using Came = LogIn::Came;
using items::Who;

constexpr auto day = 24h;

// A phone's store, and the hands that make the changes that the passwords want.
struct Desk {
  items::Store store;
  Passwords passwords;
  microseconds now = 1h;

  void has(std::string_view item, std::string value, Who who = Who::service) {
    store.put(item, std::nullopt, std::move(value), {who, now});
  }
  std::string value(std::string_view item) const {
    const std::string* found = store.find(item);
    return found ? *found : "nothing";
  }
  std::vector<std::pair<std::string, std::string>> make(const std::vector<wpi::Item>& changes) {
    std::vector<std::pair<std::string, std::string>> made;
    for (const wpi::Item& item : changes) {
      has(item.name, item.value, Who::web_pages);
      made.emplace_back(item.name, item.value);
    }
    return made;
  }
  LogIn try_it(std::string_view password, Role role = Role::user) {
    LogIn tried = passwords.log_in(store, role, password, now);
    make(tried.changes);
    return tried;
  }
  Came comes(std::string_view password, Role role = Role::user) { return try_it(password, role).came; }
  // The reason why not; empty: changed.
  std::string change(std::string_view from, std::string_view to, Role role = Role::user) {
    const auto changed = passwords.change(store, role, from, to, now);
    if (!changed) return changed.error();
    make(*changed);
    return {};
  }
};

TEST(Passwords, AreTheFactorysWhereNoneIsHeldOrWasTakenAway) {
  Desk desk;
  EXPECT_EQ(desk.comes("123456", Role::administrator), Came::in);
  EXPECT_EQ(desk.comes("123456", Role::user), Came::wrong);
  EXPECT_EQ(desk.comes("000000", Role::user), Came::in);
  desk.has("admin-pwd", "");
  EXPECT_EQ(desk.comes("123456", Role::administrator), Came::in);
  EXPECT_EQ(desk.comes("", Role::administrator), Came::wrong);
  desk.has("admin-pwd", "secret1");
  EXPECT_EQ(desk.comes("123456", Role::administrator), Came::wrong);
  EXPECT_EQ(desk.comes("secret1", Role::administrator), Came::in);
}

TEST(Passwords, SixNoughtsAreNoneAndNothingTypedGetsIn) {
  Desk desk;
  EXPECT_EQ(desk.comes(""), Came::in);
  desk.has("user-pwd", "abcdef");
  EXPECT_EQ(desk.comes(""), Came::wrong);
  EXPECT_EQ(desk.comes("000000"), Came::wrong);
  desk.has("admin-pwd", "000000");
  EXPECT_EQ(desk.comes("", Role::administrator), Came::in);
}

TEST(Passwords, AreComparedToTheLastByte) {
  Desk desk;
  desk.has("user-pwd", std::string("abc\0def", 7));
  EXPECT_EQ(desk.comes("abc"), Came::wrong);
  EXPECT_EQ(desk.comes("Abcdef"), Came::wrong);
  EXPECT_EQ(desk.comes(std::string_view("abc\0def", 7)), Came::in);
  EXPECT_EQ(desk.comes(std::string(100'000, 'x')), Came::wrong);
}

TEST(Passwords, InUnicodeOpenTooWhereTheyWereNotWrittenBeforeThePlainOne) {
  Desk desk;
  desk.has("user-pwd", "plain1");
  desk.has("user-pwd-unicode", "größer");
  EXPECT_EQ(desk.comes("größer"), Came::in);
  EXPECT_EQ(desk.comes("plain1"), Came::in);
  desk.now += 1s;
  desk.has("user-pwd", "plain2");
  EXPECT_EQ(desk.comes("größer"), Came::wrong);
  EXPECT_EQ(desk.comes("plain2"), Came::in);
  desk.now += 1s;
  desk.has("user-pwd-unicode", "größer2");
  EXPECT_EQ(desk.comes("größer2"), Came::in);
  desk.has("user-pwd-unicode", "");
  EXPECT_EQ(desk.comes(""), Came::wrong);
}

TEST(Passwords, AreSuspendedByTheTryThatReachesTheLimit) {
  for (const int limit : {2, 3, 4, 5}) {
    Desk desk;
    desk.has("pwd-retries", std::to_string(limit));
    desk.has("pwd-suspended-duration", "5");
    for (int tried = 1; tried < limit; ++tried)
      EXPECT_EQ(desk.comes("x"), Came::wrong) << limit << ", " << tried;
    const LogIn last = desk.passwords.log_in(desk.store, Role::user, "x", desk.now);
    EXPECT_EQ(last.came, Came::suspended);
    EXPECT_THAT(last.text, HasSubstr("for 5 minutes"));
    EXPECT_THAT(desk.make(last.changes), ElementsAre(Pair("user-pwd-status", "1")));
    EXPECT_EQ(desk.comes("000000"), Came::suspended) << "the right one too";
    EXPECT_EQ(desk.comes("123456", Role::administrator), Came::in) << "counted per role";
  }
}

TEST(Passwords, CountAnewAfterARightTry) {
  Desk desk;
  desk.has("pwd-retries", "2");
  for (int round = 0; round < 5; ++round) {
    EXPECT_EQ(desk.comes("x"), Came::wrong);
    EXPECT_EQ(desk.comes("000000"), Came::in);
  }
}

TEST(Passwords, KnowNoLimitWhereThePolicyHasNoneOrIsGarbled) {
  for (const char* limit : {"0", "", "1", "6", "-2", "two", "2 "}) {
    Desk desk;
    desk.has("pwd-retries", limit);
    for (int tried = 0; tried < 20; ++tried) ASSERT_EQ(desk.comes("x"), Came::wrong) << limit;
  }
  Desk desk;
  for (int tried = 0; tried < 20; ++tried) ASSERT_EQ(desk.comes("x"), Came::wrong) << "no item at all";
}

TEST(Suspension, EndsWhenItsMinutesAreOver) {
  Desk desk;
  desk.has("pwd-retries", "2");
  desk.has("pwd-suspended-duration", "5");
  desk.comes("x");
  desk.comes("x");
  desk.now += 5min - 1us;
  EXPECT_THAT(desk.passwords.lapse(desk.store, desk.now), IsEmpty());
  EXPECT_THAT(desk.try_it("000000").text, HasSubstr("for 1 minute."));
  desk.now += 1us;
  EXPECT_THAT(desk.make(desk.passwords.lapse(desk.store, desk.now)),
              ElementsAre(Pair("user-pwd-status", "0")));
  EXPECT_THAT(desk.passwords.lapse(desk.store, desk.now), IsEmpty());
  EXPECT_EQ(desk.comes("x"), Came::wrong) << "the count starts over";
  EXPECT_EQ(desk.comes("000000"), Came::in);
}

TEST(Suspension, EndsWithATryToo) {
  Desk desk;
  desk.has("pwd-retries", "2");
  desk.has("pwd-suspended-duration", "1");
  desk.comes("x");
  desk.comes("x");
  desk.now += 1min;
  EXPECT_EQ(desk.comes("x"), Came::wrong);
  EXPECT_EQ(desk.value("user-pwd-status"), "0");
  EXPECT_EQ(desk.comes("x"), Came::suspended) << "the first wrong one was counted";
  desk.now += 1min;
  EXPECT_EQ(desk.comes("000000"), Came::in);
}

TEST(Suspension, WithoutMinutesLastsUntilTheServiceLiftsIt) {
  for (const char* minutes : {"0", "", "100", "soon"}) {
    Desk desk;
    desk.has("pwd-retries", "2");
    desk.has("pwd-suspended-duration", minutes);
    desk.comes("x");
    EXPECT_THAT(desk.try_it("x").text, HasSubstr("until the service lifts it"));
    desk.now += 1000 * day;
    EXPECT_THAT(desk.passwords.lapse(desk.store, desk.now), IsEmpty());
    EXPECT_EQ(desk.comes("000000"), Came::suspended);
    desk.has("user-pwd-status", "0");
    EXPECT_EQ(desk.comes("x"), Came::wrong) << "the count starts over";
    EXPECT_EQ(desk.comes("000000"), Came::in);
  }
}

TEST(Suspension, ByTheServiceEndsByTheServiceAlone) {
  Desk desk;
  desk.has("pwd-suspended-duration", "1");
  desk.has("admin-pwd-status", "1");
  desk.now += day;
  EXPECT_THAT(desk.passwords.lapse(desk.store, desk.now), IsEmpty());
  const LogIn tried = desk.try_it("123456", Role::administrator);
  EXPECT_EQ(tried.came, Came::suspended);
  EXPECT_THAT(tried.text, HasSubstr("until the service lifts it"));
  EXPECT_EQ(desk.comes("000000"), Came::in) << "the user's is another";
}

TEST(Suspension, IsLiftedByTheServiceAndTheCountStartsOver) {
  Desk desk;
  desk.has("pwd-retries", "3");
  desk.comes("x");
  desk.comes("x");
  desk.has("user-pwd-status", "0");
  EXPECT_EQ(desk.comes("x"), Came::wrong);
  EXPECT_EQ(desk.comes("x"), Came::wrong);
  EXPECT_EQ(desk.comes("x"), Came::suspended);
  desk.has("user-pwd-status", "0");
  EXPECT_EQ(desk.comes("000000"), Came::in) << "at the same moment as the suspension";
}

TEST(Suspension, OfAnEarlierRunCountsFromWhenItIsSeen) {
  Desk desk;
  desk.has("pwd-suspended-duration", "5");
  desk.now = 10h;
  desk.has("user-pwd-status", "1", Who::web_pages);
  desk.now = 2s;
  EXPECT_THAT(desk.passwords.lapse(desk.store, desk.now), IsEmpty());
  desk.now += 5min;
  EXPECT_THAT(desk.make(desk.passwords.lapse(desk.store, desk.now)),
              ElementsAre(Pair("user-pwd-status", "0")));
}

TEST(Passwords, ThatAreDisabledOpenNothing) {
  Desk desk;
  desk.has("user-pwd-status", "2");
  EXPECT_EQ(desk.comes("000000"), Came::disabled);
  EXPECT_THAT(desk.change("000000", "abcdef"), HasSubstr("disabled"));
  EXPECT_EQ(desk.comes("123456", Role::administrator), Came::in);
}

TEST(Passwords, HaveToBeChangedWhereTheServiceSaysSo) {
  Desk desk;
  desk.has("force-update", "true");
  const LogIn tried = desk.try_it("000000");
  EXPECT_EQ(tried.came, Came::must_change);
  EXPECT_THAT(tried.text, HasSubstr("has to be changed"));
  EXPECT_EQ(desk.comes("x"), Came::wrong);
  const auto changed = desk.passwords.change(desk.store, Role::user, "000000", "abcdef", desk.now);
  ASSERT_TRUE(changed);
  EXPECT_THAT(desk.make(*changed), ElementsAre(Pair("user-pwd", "abcdef"), Pair("force-update", "false")));
  EXPECT_EQ(desk.comes("abcdef"), Came::in);
}

TEST(Passwords, ExpireAfterTheirDaysAndWarnBefore) {
  Desk desk;
  desk.has("passw-expiry-days", "30");
  desk.has("passw-warn-days", "5");
  desk.now += 1000 * day;
  EXPECT_EQ(desk.try_it("000000").text, "") << "the factory's does not";
  desk.has("user-pwd", "abcdef");
  const microseconds given = desk.now;
  desk.now = given + 25 * day - 1us;
  EXPECT_EQ(desk.try_it("abcdef").text, "");
  desk.now = given + 25 * day;
  EXPECT_EQ(desk.try_it("abcdef").text, "The password expires in 5 days.");
  desk.now = given + 30 * day - 1us;
  EXPECT_EQ(desk.try_it("abcdef").text, "The password expires in 1 day.");
  EXPECT_EQ(desk.comes("abcdef"), Came::in);
  desk.now = given + 30 * day;
  EXPECT_EQ(desk.comes("abcdef"), Came::must_change);
  desk.has("pwd-min-reset-period", "24");
  EXPECT_EQ(desk.change("abcdef", "ghijkl"), "");
  EXPECT_EQ(desk.comes("ghijkl"), Came::in);
  desk.now -= 2 * day;
  EXPECT_EQ(desk.try_it("ghijkl").came, Came::in) << "written later than now, by an earlier run";
}

TEST(Passwords, ThatWereTakenAwayDoNotExpire) {
  Desk desk;
  desk.has("passw-expiry-days", "1");
  desk.has("user-pwd-unicode", "abcdef");
  desk.now += 1s;
  desk.has("user-pwd", "");
  desk.now += 10 * day;
  EXPECT_EQ(desk.comes("000000"), Came::in);
}

TEST(ChangingAPassword, WantsTheOldOneAndCountsWrongOnes) {
  Desk desk;
  desk.has("pwd-retries", "2");
  EXPECT_EQ(desk.change("x", "abcdef"), "The old password is wrong.");
  EXPECT_THAT(desk.change("x", "abcdef"), HasSubstr("suspended"));
  EXPECT_THAT(desk.change("000000", "abcdef"), HasSubstr("suspended"));
  EXPECT_THAT(desk.make(desk.passwords.lapse(desk.store, desk.now)),
              ElementsAre(Pair("user-pwd-status", "1")));
  EXPECT_EQ(desk.comes("000000"), Came::suspended);
}

TEST(ChangingAPassword, WaitsForItsPeriod) {
  Desk desk;
  desk.has("pwd-min-reset-period", "2");
  EXPECT_EQ(desk.change("000000", "abcdef"), "") << "the factory's may be changed at once";
  EXPECT_THAT(desk.change("abcdef", "ghijkl"), HasSubstr("in 2 hours"));
  desk.now += 2h - 1us;
  EXPECT_THAT(desk.change("abcdef", "ghijkl"), HasSubstr("in 1 hour."));
  desk.now += 1us;
  EXPECT_EQ(desk.change("abcdef", "ghijkl"), "");
  desk.has("force-update", "true");
  EXPECT_EQ(desk.change("ghijkl", "mnopqr"), "") << "who has to may";
}

TEST(ChangingAPassword, RefusesTheOnesBefore) {
  for (int history = 0; history <= 6; ++history) {
    Desk desk;
    desk.has("user-pwd-history", std::to_string(history));
    std::string current = "000000";
    for (int n = 1; n <= 8; ++n) {
      const std::string next = "secret" + std::to_string(n);
      ASSERT_EQ(desk.change(current, next), "");
      current = next;
    }
    EXPECT_THAT(desk.change(current, current), HasSubstr("the one that it has"));
    for (int n = 7; n > 7 - history; --n)
      EXPECT_NE(desk.change(current, "secret" + std::to_string(n)), "") << history << ", " << n;
    EXPECT_EQ(desk.change(current, "secret" + std::to_string(7 - history)), "") << history;
  }
}

TEST(ChangingAPassword, RemembersTheUsersAlone) {
  Desk desk;
  desk.has("user-pwd-history", "6");
  EXPECT_EQ(desk.change("123456", "abcdef", Role::administrator), "");
  EXPECT_EQ(desk.change("abcdef", "123456", Role::administrator), "");
}

TEST(ChangingAPassword, HoldsTheNewOneAgainstThePolicy) {
  struct Case {
    const char *item, *demand, *bad, *good;
  };
  for (const Case& c :
       {Case{"min-user-passw-length", "8", "abcdefg", "abcdefgh"},
        Case{"min-user-passw-length", "8", "äöüäöüä", "äöüäöüäö"}, Case{"pwd-upper", "2", "Abc", "AbC"},
        Case{"pwd-lower", "1", "ABC1", "ABc1"}, Case{"pwd-digit", "3", "a12", "a123"},
        Case{"pwd-punct", "2", "a b-", "a_b-"}, Case{"pwd-punct", "2", "ää£a", "£¬"},
        Case{"pwd-sequence-length", "2", "abbba", "abbabb"},
        Case{"pwd-sequence-length", "2", "äää", "ääbää"}}) {
    Desk desk;
    desk.has(c.item, c.demand);
    EXPECT_NE(desk.change("000000", c.bad), "") << c.item << ": " << c.bad;
    EXPECT_EQ(desk.change("000000", c.good), "") << c.item << ": " << c.good;
  }
}

TEST(ChangingAPassword, KnowsEachRolesOwnLength) {
  Desk desk;
  desk.has("min-admin-passw-length", "10");
  EXPECT_EQ(desk.change("000000", "abc"), "");
  EXPECT_EQ(desk.change("123456", "abcdef", Role::administrator),
            "The new password needs at least 10 characters.");
}

TEST(ChangingAPassword, HasNoDemandsWhereThePolicyIsMissingOrGarbled) {
  for (const char* garbled : {"", "x", "-1", "25", "99999999999999999999", "1.5"}) {
    Desk desk;
    for (const char* item : {"min-user-passw-length", "pwd-upper", "pwd-lower", "pwd-digit", "pwd-punct",
                             "pwd-sequence-length", "pwd-min-reset-period", "user-pwd-history"})
      desk.has(item, garbled);
    EXPECT_EQ(desk.change("000000", "#"), "") << garbled;
    EXPECT_EQ(desk.change("#", "##########"), "") << garbled;
  }
  Desk desk;
  desk.has("pwd-sequence-length", "1");
  EXPECT_EQ(desk.change("000000", "aa"), "") << "1 would make every password invalid";
}

TEST(ChangingAPassword, RefusesWhatNoItemCanHold) {
  Desk desk;
  for (const std::string& bad : {std::string(), std::string("NULL"), std::string("0.0.0.0"),
                                 std::string("abc\ndef"), std::string("abc\0def", 7), std::string("abc\xFF"),
                                 std::string("\xEF\xBF\xBF"), std::string(25, 'x')})
    EXPECT_NE(desk.change("000000", bad), "") << bad;
  EXPECT_EQ(desk.change("000000", "<&\"'> " + std::string(18, 'x')), "");
}

TEST(ChangingAPassword, LeavesNoOldOneOpenInUnicode) {
  Desk desk;
  desk.has("admin-pwd", "plain1");
  desk.has("admin-pwd-unicode", "größer");
  EXPECT_EQ(desk.change("größer", "plain2", Role::administrator), "") << "at the same moment";
  EXPECT_EQ(desk.comes("größer", Role::administrator), Came::wrong);
  EXPECT_EQ(desk.comes("plain1", Role::administrator), Came::wrong);
  EXPECT_EQ(desk.comes("plain2", Role::administrator), Came::in);
  EXPECT_EQ(desk.value("user-pwd"), "nothing");
}

TEST(Passwords, OfAResetPhoneAreTheFactorysAgain) {
  Desk desk;
  desk.has("pwd-retries", "2");
  desk.has("user-pwd", "abcdef");
  desk.comes("x");
  EXPECT_EQ(desk.comes("x"), Came::suspended);
  desk.store = items::Store();
  EXPECT_EQ(desk.comes("000000"), Came::in);
}

}  // namespace
}  // namespace understudy::wbm
