#include "items/store.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>
#include <utility>

#include "items/catalogue.h"
#include "items/domain.h"
#include "items/factory.h"
#include "support/messages.h"
#include "wpi/reader.h"
#include "wpi/writer.h"

namespace understudy::items {
namespace {

using wpi::ItemStatus;

std::string names(const std::vector<wpi::Item>& items) {
  std::string all;
  for (const wpi::Item& i : items)
    all += i.name + (i.index ? "[" + *i.index + "]" : "") + "=" + i.value + " ";
  return all;
}

TEST(Store, HoldsWhatIsWritten) {
  Store store;
  EXPECT_EQ(store.write(item("sntp-addr", "ntp.example.net")), std::nullopt);
  ASSERT_TRUE(store.find("sntp-addr"));
  EXPECT_EQ(*store.find("sntp-addr"), "ntp.example.net");
  EXPECT_EQ(store.write(item("sntp-addr", "other")), std::nullopt);
  EXPECT_EQ(*store.find("sntp-addr"), "other");
  EXPECT_EQ(store.size(), 1u);
}

TEST(Store, KeepsTheInstancesOfAnItemApart) {
  Store store;
  EXPECT_EQ(store.write(item("select-dial", "1", "1")), std::nullopt);
  EXPECT_EQ(store.write(item("select-dial", "1002", "1002")), std::nullopt);
  EXPECT_EQ(store.write(item("select-dial", "2", "02")), std::nullopt);
  EXPECT_FALSE(store.find("select-dial"));
  EXPECT_EQ(*store.find("select-dial", 2), "2");
  EXPECT_FALSE(store.find("select-dial", 3));
  EXPECT_EQ(names(store.instances("select-dial")),
            "select-dial[1]=1 select-dial[2]=2 select-dial[1002]=1002 ");
  EXPECT_TRUE(store.instances("select").empty());
}

TEST(Store, TakesAnIndexedItemWithoutIndexAndAnIndexOfNought) {
  Store store;
  EXPECT_EQ(store.write(item("feature-availability", "true")), std::nullopt);
  EXPECT_EQ(store.write(item("feature-availability", "false", "0")), std::nullopt);
  EXPECT_EQ(names(store.instances("feature-availability")),
            "feature-availability=true feature-availability[0]=false ");
}

TEST(Store, StoresNamesThatTheCatalogueDoesNotHave) {
  Store store;
  EXPECT_EQ(store.write(item("brand-new-item", "1", "7")), std::nullopt);
  EXPECT_EQ(*store.find("brand-new-item", 7), "1");
}

TEST(Store, RefusesWhatIsReadOnly) {
  Store store;
  store.put("device-type", std::nullopt, "OpenStage 60");
  EXPECT_EQ(store.write(item("device-type", "OpenStage 80")), ItemStatus::read_only);
  EXPECT_EQ(*store.find("device-type"), "OpenStage 60");
}

TEST(Store, RefusesWhatNoWriteHasAUseFor) {
  EXPECT_EQ(Store().write(item("cleanup-reason", "x")), ItemStatus::unexpected_item);
  EXPECT_EQ(Store().write(item("restart-type", "FactoryReset")), ItemStatus::unexpected_item);
  EXPECT_EQ(Store().write(item("", "x")), ItemStatus::unknown_item);
}

TEST(Store, RefusesAnIndexThatIsNoneOrIsNotWanted) {
  Store store;
  EXPECT_EQ(store.write(item("sntp-addr", "x", "1")), ItemStatus::invalid_index);
  for (const char* index : {"", "one", "-1", "1 ", "99999999999", "1.0"}) {
    EXPECT_EQ(store.write(item("select-dial", "x", index)), ItemStatus::invalid_index) << index;
    EXPECT_EQ(store.write(item("brand-new-item", "x", index)), ItemStatus::invalid_index) << index;
  }
  EXPECT_EQ(store.size(), 0u);
}

TEST(Store, RefusesValuesThatACompleteDomainDoesNotHave) {
  Store store;
  EXPECT_EQ(store.write(item("mobility-enabled", "yes")), ItemStatus::invalid_data);
  EXPECT_EQ(store.write(item("registration-backoff-timer", "soon")), ItemStatus::invalid_data);
  EXPECT_EQ(store.write(item("registration-backoff-timer", "59")), ItemStatus::failed);
  EXPECT_EQ(store.write(item("sip-transport-user", "3")), ItemStatus::failed);
  EXPECT_EQ(store.size(), 0u);
  EXPECT_EQ(store.write(item("registration-backoff-timer", "60")), std::nullopt);
}

TEST(Store, TakesAnyValueWhereTheDomainIsNotKnownToBeComplete) {
  Store store;
  EXPECT_EQ(store.write(item("dhcp", "perhaps")), std::nullopt);
  EXPECT_EQ(store.write(item("sntp-tz-offset", "x")), std::nullopt);
}

TEST(Store, ClearsWithNothingAndNullAndTheAddressOfNoughts) {
  for (const char* clear : {"", "NULL", "0.0.0.0"}) {
    Store store;
    store.put("registration-backoff-timer", std::nullopt, "60");
    EXPECT_EQ(store.write(item("registration-backoff-timer", clear)), std::nullopt);
    EXPECT_EQ(*store.find("registration-backoff-timer"), "");
  }
}

TEST(Store, AnswersTrueWhereTrueWasWrittenWithACapital) {
  Store store;
  EXPECT_EQ(store.write(item("dhcp", "True")), std::nullopt);
  EXPECT_EQ(*store.find("dhcp"), "true");
  EXPECT_EQ(store.write(item("display-id", "True")), std::nullopt);
  EXPECT_EQ(*store.find("display-id"), "True");
}

// ---- what a phone says of what it does not take, or cannot tell (guide p.26, p.78-83)

TEST(StoreStatus, UnknownNamesAreRefusedWhereTheSwitchSaysSo) {  // guide p.78
  Store store;
  EXPECT_EQ(store.write(item("no-such-item", "1"), UnknownItems::refuse), ItemStatus::unknown_item);
  EXPECT_EQ(store.write(item("sntp-addr", "x"), UnknownItems::refuse), std::nullopt);
  EXPECT_EQ(store.size(), 1u);
}

TEST(StoreStatus, AnIndexThatTheGuidesPhoneRefusedFails) {  // guide p.81
  Store store;
  EXPECT_EQ(store.write(item("Canonical-lookup-local-code", "89", "6")), ItemStatus::failed);
  EXPECT_EQ(store.write(item("Canonical-lookup-local-code", "89", "5")), std::nullopt);
}

TEST(StoreStatus, AnIndexOutOfRangeIsInvalid) {
  Store store;
  EXPECT_EQ(store.write(item("trace-level", "1", "42")), ItemStatus::invalid_index);
  EXPECT_EQ(store.write(item("key-label", "x", "10")), ItemStatus::invalid_index);
  EXPECT_EQ(store.write(item("trace-level", "1", "41")), std::nullopt);
  EXPECT_EQ(store.write(item("XML-app-name", "x", "33")), std::nullopt);
}

TEST(StoreStatus, ATextLongerThanTheGuideAllowsFails) {
  Store store;
  EXPECT_EQ(store.write(item("XML-app-name", std::string(20, 'x'), "1")), std::nullopt);
  EXPECT_EQ(store.write(item("XML-app-name", std::string(21, 'x'), "1")), ItemStatus::failed);
  EXPECT_EQ(store.write(item("display-id", std::string(30, 'x'))), std::nullopt) << "its length was told, not documented";
}

TEST(StoreStatus, WhatDhcpSuppliesIsReadOnlyWhileItIsOn) {  // guide p.16
  Store store;
  store.put("dhcp", std::nullopt, "true");
  store.put("sntp-addr", std::nullopt, "192.0.2.1", {Who::dhcp, {}});
  EXPECT_EQ(store.write(item("sntp-addr", "x")), ItemStatus::read_only);
  EXPECT_EQ(store.write(item("dls-server-addr", "x")), ItemStatus::read_only);
  EXPECT_EQ(store.write(item("sntp-addr-backup", "x")), std::nullopt);
  EXPECT_EQ(store.write(item("dhcp", "false")), std::nullopt);
  EXPECT_EQ(store.write(item("sntp-addr", "x")), std::nullopt);
  EXPECT_EQ(store.write(item("dls-server-addr", "x")), std::nullopt);
}

TEST(StoreStatus, ForwardingByTypeOfCallNeedsTheServersFeatures) {  // guide p.227
  Store store;
  EXPECT_EQ(store.write(item("cfu-ext-activated", "true")), ItemStatus::read_only);
  EXPECT_EQ(store.write(item("uaCSTA-enabled", "true")), std::nullopt);
  EXPECT_EQ(store.write(item("cfu-ext-activated", "true")), ItemStatus::read_only);
  EXPECT_EQ(store.write(item("server-based-features", "true")), std::nullopt);
  EXPECT_EQ(store.write(item("cfu-ext-activated", "true")), std::nullopt);
}

std::string read(const Store& store, const char* name, const char* index = nullptr) {
  wpi::Item wanted;
  wanted.name = name;
  if (index) wanted.index = index;
  std::string all;
  for (const wpi::Item& one : store.read(wanted))
    all += one.name + (one.index ? "[" + *one.index + "]" : "") + (one.status.empty() ? "=" + one.value : " " + one.status) + ";";
  return all;
}

TEST(StoreRead, GivesValuesAndFamiliesAndSaysWhyNot) {
  Store store;
  store.put("sntp-addr", std::nullopt, "ntp");
  store.put("admin-pwd", std::nullopt, "123456");
  store.put("trace-level", 0, "1");
  store.put("trace-level", 1, "2");
  store.put("brand-new-item", 3, "x");
  EXPECT_EQ(read(store, "sntp-addr"), "sntp-addr=ntp;");
  EXPECT_EQ(read(store, "trace-level"), "trace-level[0]=1;trace-level[1]=2;");
  EXPECT_EQ(read(store, "trace-level", "1"), "trace-level[1]=2;");
  EXPECT_EQ(read(store, "trace-level", "40"), "trace-level[40]=;") << "an index that it can have";
  EXPECT_EQ(read(store, "trace-level", "42"), "trace-level[42] invalid index;");
  EXPECT_EQ(read(store, "trace-level", "one"), "trace-level[one] invalid index;");
  EXPECT_EQ(read(store, "sntp-addr", "1"), "sntp-addr[1] invalid index;");
  EXPECT_EQ(read(store, "hostname"), "hostname=;") << "an item that was never given a value";
  EXPECT_EQ(read(store, "no-such-item"), "no-such-item unknown item;");
  EXPECT_EQ(read(store, "brand-new-item", "4"), "brand-new-item[4] invalid index;");
  EXPECT_EQ(read(store, "admin-pwd"), "admin-pwd failed;") << "can be written only";
  EXPECT_EQ(read(store, "dls-client-certificate"), "dls-client-certificate failed;");
  EXPECT_EQ(read(store, "restart-type"), "restart-type unexpected item;");
}

// ---- who, when, and once more

Store factory_like();

TEST(StoreChanges, KnowWhoChangedAnItemLastAndWhen) {
  Store store(factory_like().as_base());
  EXPECT_EQ(store.last_change("b"), Change{});
  EXPECT_EQ(store.last_change("none"), std::nullopt);
  store.put("b", std::nullopt, "1", {Who::user, microseconds(7)});
  EXPECT_EQ(store.last_change("b"), (Change{Who::user, microseconds(7)}));
  EXPECT_EQ(store.write(item("b", "2"), UnknownItems::store, microseconds(1'000'000'000'000'000)), std::nullopt);
  EXPECT_EQ(store.last_change("b"), (Change{Who::service, microseconds(1'000'000'000'000'000)}));
  store.put("b", std::nullopt, "2", {Who::web_pages, microseconds(9)});
  EXPECT_EQ(store.last_change("b")->who, Who::service) << "the same value is no change";
  for (const Who who : {Who::user, Who::web_pages, Who::administrator, Who::dhcp}) {
    store.put("d", 1, std::to_string(static_cast<int>(who)), {who, microseconds(1)});
    EXPECT_EQ(store.last_change("d", 1)->who, who);
  }
}

TEST(StoreSnapshot, BringsAllBack) {
  const auto base = factory_like().as_base({"e164"});
  Store store(base);
  store.put("b", std::nullopt, "new\tand\nmore \\ \u00e4", {Who::web_pages, microseconds(77)});
  store.put("d", 12, "", {Who::service, microseconds(78)});
  store.put("own\titem", 5, "x");
  store.put("f", std::nullopt, "new");
  store.put("f", std::nullopt, "old", {Who::user, microseconds(80)});
  const std::string kept = store.snapshot();
  Store other(base);
  other.put("f", std::nullopt, "gone");
  ASSERT_TRUE(other.restore(kept)) << other.restore(kept).error();
  EXPECT_EQ(other, store);
  EXPECT_EQ(other.snapshot(), kept);
  EXPECT_EQ(*other.find("b"), "new\tand\nmore \\ \u00e4");
  EXPECT_EQ(other.last_change("f"), (Change{Who::user, microseconds(80)}));
  EXPECT_EQ(other.last_change("d", 12), (Change{Who::service, microseconds(78)}));
  EXPECT_EQ(names(other.all()), names(store.all()));
}

TEST(StoreSnapshot, IsRefusedWhereItIsNone) {
  const auto base = factory_like().as_base();
  Store store(base);
  store.put("b", std::nullopt, "new");
  const std::string kept = store.snapshot();
  const std::string head = kept.substr(0, kept.find('\n') + 1);
  const std::pair<std::string, const char*> wrongs[] = {{"", "line 1: no snapshot"},
                                                        {"hello\n", "line 1: no snapshot"},
                                                        {"understudy.items/2\n", "line 1: no snapshot"},
                                                        {head + "b\t\t1\t0\n", "line 2: no item"},
                                                        {head + "b\t\t1\t0\tx\ty\n", "line 2: no item"},
                                                        {head + "b\tone\t1\t0\tx\n", "line 2: no item"},
                                                        {head + "b\t-1\t1\t0\tx\n", "line 2: no item"},
                                                        {head + "b\t\t9\t0\tx\n", "line 2: no item"},
                                                        {head + "b\t\t1\t-1\tx\n", "line 2: no item"},
                                                        {head + "b\t\t1\t0\tx\nb\t\t1\t0\t\\q\n", "line 3: no item"},
                                                        {head + "\t\t1\t0\tx\n", "line 2: no item"}};
  for (const auto& [text, says] : wrongs) {
    const auto restored = store.restore(text);
    ASSERT_FALSE(restored) << says;
    EXPECT_EQ(restored.error().rfind(says, 0), 0u) << restored.error();
    EXPECT_EQ(store.snapshot(), kept) << "unchanged";
  }
}

TEST(StoreSnapshot, IsLaidOnAnotherBaseAsFarAsThatHasTheItems) {
  Store store(factory_like().as_base());
  store.put("b", std::nullopt, "new", {Who::service, microseconds(1)});
  store.put("d", 12, "x");
  Store upgraded;
  upgraded.put("b", std::nullopt, "newer factory");
  upgraded.put("c", std::nullopt, "newer factory");
  Store other(upgraded.as_base());
  ASSERT_TRUE(other.restore(store.snapshot(), [](const Key& key) { return key.name != "d"; }));
  EXPECT_EQ(*other.find("b"), "new");
  EXPECT_EQ(other.last_change("b"), (Change{Who::service, microseconds(1)}));
  EXPECT_EQ(*other.find("c"), "newer factory") << "nobody had changed it";
  EXPECT_EQ(other.find("d", 12), nullptr);
}

TEST(Store, CountsEveryChangeAndNothingElse) {
  Store store(factory_like().as_base());
  std::uint32_t last = store.changes();
  const auto grows = [&] {
    const std::uint32_t before = std::exchange(last, store.changes());
    return last > before;
  };
  store.put("b", std::nullopt, "new");
  EXPECT_TRUE(grows());
  store.put("b", std::nullopt, "new");
  store.write(item("b", "new"));
  store.write(item("d", "x", "no index"));
  EXPECT_FALSE(grows());
  store.write(item("b", "newer"));
  EXPECT_TRUE(grows());
  store.put("own", 1, "x", {Who::dhcp, microseconds(1)});
  EXPECT_TRUE(grows());
  store.put("own", 1, "x", {Who::dhcp, microseconds(2)});
  EXPECT_FALSE(grows()) << "DHCP gives the same again";
  store.remove("own", 1);
  EXPECT_TRUE(grows());
  store.remove("own", 1);
  const std::string kept = store.snapshot();
  EXPECT_FALSE(grows());
  ASSERT_TRUE(store.restore(kept));
  EXPECT_TRUE(grows());
}

TEST(Store, KeepsTheWordNullWhereItIsText) {
  Store store;
  const auto writes = [&](const char* name, const char* value) { return store.write(item(name, value), UnknownItems::store, {}, Null::is_text); };
  for (const char* name : {"sntp-addr", "registration-backoff-timer", "brand-new-item"}) {
    EXPECT_EQ(writes(name, "NULL"), std::nullopt);
    EXPECT_EQ(*store.find(name), "NULL");
    EXPECT_EQ(store.write(item(name, "NULL")), std::nullopt);
    EXPECT_EQ(*store.find(name), "") << "which it is to others";
  }
  EXPECT_EQ(writes("sntp-addr", "0.0.0.0"), std::nullopt);
  EXPECT_EQ(*store.find("sntp-addr"), "");
}

TEST(Store, EqualsAnotherWithTheSameValues) {
  const Store plain = factory_like();
  Store based(factory_like().as_base());
  EXPECT_EQ(based, plain) << "whatever they stand on";
  based.put("b", std::nullopt, "new");
  EXPECT_FALSE(based == plain);
  based.put("b", std::nullopt, "old", {Who::user, microseconds(1)});
  EXPECT_EQ(based, plain);
  based.put("z", std::nullopt, "");
  EXPECT_FALSE(based == plain);
  EXPECT_FALSE(plain == based);
}

TEST(Store, ListsAllInOrderWithoutCertificatesAndWriteOnlyItems) {
  Store store;
  for (const char* name : {"sntp-addr", "admin-pwd", "dls-client-certificate", "wbm-server-certificate",
                           "wbm-server-certificate-info", "dls-secure-port", "goto-secure-mode",
                           "some-new-certificate", "8021x-ca", "e164", "user-pwd"})
    store.put(name, std::nullopt, "x");
  store.put("dls-server-ca", 0, "x");
  store.put("alert", 10, "x");
  store.put("alert", 2, "x");
  EXPECT_EQ(names(store.all()),
            "alert[2]=x alert[10]=x e164=x sntp-addr=x user-pwd=x wbm-server-certificate-info=x ");
  EXPECT_TRUE(store.find("admin-pwd")) << "stored all the same";
}

TEST(Store, OfNothingListsNothing) {
  EXPECT_TRUE(Store().all().empty());
  EXPECT_FALSE(Store().find("a"));
}

// "key-label[3]=Door service; "
std::string each_of(const Store& store) {
  static constexpr const char* words[] = {"factory", "service", "user", "web_pages", "administrator", "dhcp"};
  std::string out;
  store.each([&](const Key& key, const std::string& value, Change change) {
    out += key.name + (key.index == Key::none ? "" : "[" + std::to_string(key.index) + "]") + "=" + value + " " + words[static_cast<int>(change.who)] +
           "@" + std::to_string(change.when.count()) + "; ";
  });
  return out;
}

TEST(StoreEach, GivesEverythingInOrderWithWhoGaveIt) {
  Store store;
  store.put("b", 10, "ten");
  store.put("b", 2, "two", {Who::user, microseconds(5)});
  store.put("admin-pwd", std::nullopt, "secret", {Who::service, microseconds(7)});
  store.put("b", std::nullopt, "alone", {Who::dhcp, microseconds(9)});
  store.put("c", std::nullopt, "");
  EXPECT_EQ(each_of(store),
            "admin-pwd=secret service@7; b=alone dhcp@9; b[2]=two user@5; b[10]=ten factory@0; c= factory@0; ");
  EXPECT_EQ(each_of(Store()), "");
}

TEST(StoreEach, GivesAnItemOfTheBaseOnceAsItIsNow) {
  Store base;
  base.put("a", std::nullopt, "old");
  base.put("b", 1, "old");
  base.put("e164", std::nullopt, "100");
  Store store(base.as_base({"e164"}));
  EXPECT_EQ(each_of(store), "a=old factory@0; b[1]=old factory@0; e164=100 factory@0; ");
  store.put("a", std::nullopt, "new", {Who::administrator, microseconds(1)});
  store.put("b", 2, "more", {Who::web_pages, microseconds(2)});
  store.put("0", std::nullopt, "first");
  EXPECT_EQ(each_of(store),
            "0=first factory@0; a=new administrator@1; b[1]=old factory@0; b[2]=more web_pages@2; e164=100 factory@0; ");
  store.remove("b", 2);
  store.remove("0", std::nullopt);
  EXPECT_EQ(each_of(store), "a=new administrator@1; b[1]=old factory@0; e164=100 factory@0; ");
}

// ---- A base and what differs from it

std::string written(const Store& store) {
  std::string all;
  store.write_all([&](std::string_view elements) { all += elements; });
  return all;
}

std::string as_items(const std::vector<wpi::Item>& items) {
  std::string all;
  for (const wpi::Item& one : items) wpi::append_item(all, one);
  return all;
}

Store factory_like() {
  Store store;
  for (const char* name : {"b", "d", "e164", "f"}) store.put(name, std::nullopt, "old");
  store.put("d", 1, "one");
  store.put("d", 12, "twelve");
  return store;
}

TEST(StoreOnABase, ListsChangesInTheirPlacesWhateverTheOrderTheyCameIn) {
  const Store based(factory_like().as_base({"e164"}));
  const std::vector<std::pair<const char*, int>> keys = {{"a", Key::none}, {"b", Key::none}, {"c", 3},  {"d", Key::none},
                                                         {"d", 1},         {"d", 5},         {"d", 12}, {"d", 20},
                                                         {"e", Key::none}, {"f", Key::none}, {"g", 0},  {"g", 1}};
  std::vector<std::size_t> order(keys.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  for (int turn = 0; turn < 200; ++turn) {
    Store store = based;
    Store plain = factory_like();  // the same without a base
    for (std::size_t i : order) {
      const auto& [name, index] = keys[i];
      const auto at = index == Key::none ? std::nullopt : std::optional(index);
      store.put(name, at, "new <" + std::to_string(i));
      plain.put(name, at, "new <" + std::to_string(i));
      ASSERT_EQ(*store.find(name, at), "new <" + std::to_string(i));
    }
    store.put("e164", std::nullopt, "4711");
    ASSERT_EQ(*store.in_heading(0), "4711");
    ASSERT_EQ(store.size(), 13u);
    std::vector<wpi::Item> expected = plain.all();
    std::erase_if(expected, [](const wpi::Item& one) { return one.name == "e164"; });
    ASSERT_EQ(as_items(store.all()), as_items(expected));
    ASSERT_EQ(written(store), as_items(expected));
    ASSERT_EQ(names(store.instances("d")), names(plain.instances("d")));
    std::next_permutation(order.begin(), order.begin() + 6);
    std::rotate(order.begin(), order.begin() + 5, order.end());
  }
}

TEST(StoreOnABase, LeavesOthersOnTheSameBaseAlone) {
  const auto base = factory_like().as_base();
  Store one(base), other(base);
  one.put("b", std::nullopt, "new");
  EXPECT_EQ(*one.find("b"), "new");
  EXPECT_EQ(*other.find("b"), "old");
  EXPECT_EQ(written(other), as_items(factory_like().all()));
}

TEST(StoreOnABase, GivesUpWhatTheBaseDoesNotHave) {
  Store store(factory_like().as_base());
  store.put("a", 1, "new"), store.put("a", 2, "newer"), store.put("b", std::nullopt, "new");
  for (const auto& [name, index] : {std::pair("a", std::optional(1)), std::pair("b", std::optional<int>()), std::pair("no", std::optional(1))})
    store.remove(name, index);
  EXPECT_EQ(names(store.instances("a")), "a[2]=newer ");
  EXPECT_EQ(*store.find("b"), "new") << "the base has it";
  store.remove("a", 2);
  EXPECT_TRUE(store.instances("a").empty());
}

TEST(StoreOnABase, TakesAValueBackToWhatItWas) {
  Store store(factory_like().as_base());
  store.put("b", std::nullopt, "new");
  store.put("b", std::nullopt, "old");
  EXPECT_EQ(*store.find("b"), "old");
  EXPECT_EQ(written(store), as_items(factory_like().all()));
}

struct Keys {
  const char* device_type;
  std::size_t keys;
  bool shifts;
};

TEST(Factory, GivesEachModelItsKeysAndShiftsWithTheLastWhereThatIsKnown) {  // guide p.120, field
  for (const Keys& model : {Keys{"OpenStage 15", 8, false},
                            {"OpenStage 20", 0, false},
                            {"OpenStage 20E", 0, false},
                            {"OpenStage 40", 6, true},
                            {"OpenStage 60", 8, true},
                            {"OpenStage 80", 9, true},
                            {"OpenScape Desk Phone IP 35G", 3, false},
                            {"OpenScape Desk Phone IP 55G", 8, false}}) {
    Store store;
    fill(store, **model_named(model.device_type));
    const auto keys = store.instances("function-key-def");
    ASSERT_EQ(keys.size(), 2 * model.keys) << model.device_type;
    if (keys.empty()) continue;
    EXPECT_EQ(keys[model.keys - 1].value, model.shifts ? "18" : "0");
    EXPECT_EQ(keys[0].value, "0");
    EXPECT_EQ(keys.back().index, std::to_string(1000 + model.keys));
    EXPECT_EQ(store.instances("select-dial").size(), model.keys);
  }
}

TEST(Factory, HoldsAboutTwoHundredItemsAllOfTheCatalogueAndValid) {
  Store store;
  fill(store, **model_named("OpenStage 60"));
  std::set<std::string> distinct;
  for (const wpi::Item& one : store.all()) {
    distinct.insert(one.name);
    const Entry* entry = find(one.name);
    ASSERT_TRUE(entry) << one.name;
    EXPECT_EQ(fit(*entry, one.value), Fit::fits) << one.name << " = " << one.value;
    EXPECT_EQ(one.index.has_value(), entry->index != "no") << one.name;
  }
  EXPECT_GE(distinct.size(), 190u);
  EXPECT_LE(distinct.size(), 240u);
  EXPECT_EQ(store.all().size(), store.size()) << "nothing that is not reported";
  EXPECT_EQ(*store.find("feature-availability", 24), "false");
  EXPECT_EQ(*store.find("feature-availability", 0), "true");
  EXPECT_EQ(*store.find("trace-level", 41), "0");
}

TEST(Factory, LeavesWhoThePhoneIsToThePhone) {
  Store store;
  fill(store, **model_named("OpenStage 80"));
  for (const char* name :
       {"device-type", "mac-addr", "e164", "software-version", "contact-me-uri", "part-number", "user-pwd"})
    EXPECT_FALSE(store.find(name)) << name;
}

TEST(Factory, FitsOneMessageWithRoomForTheIdentity) {
  Store store;
  fill(store, **model_named("OpenStage 80"));
  wpi::PhoneMessage message;
  message.nonce = std::string(32, 'A');
  message.items = store.all();
  std::string bytes;
  write(message, bytes);
  EXPECT_LT(bytes.size(), 45'000u);
  const wpi::Document read = wpi::Reader().read(bytes, wpi::Sender::phone, {.validate = true});
  EXPECT_TRUE(read.oddities.empty());
  EXPECT_EQ(read.items.size(), store.size());
}

TEST(Factory, CanBeFilledAgainOverWhatWasWritten) {
  Store fresh, used;
  fill(fresh, **model_named("OpenStage 40"));
  fill(used, **model_named("OpenStage 40"));
  EXPECT_EQ(used.write(item("sntp-addr", "x")), std::nullopt);
  fill(used, **model_named("OpenStage 40"));
  EXPECT_EQ(names(used.all()), names(fresh.all()));
}

}  // namespace
}  // namespace understudy::items
