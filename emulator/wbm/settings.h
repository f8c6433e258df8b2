// A phone's items as settings: what a person sees of them, and whether a change is one that the phone takes.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "items/catalogue.h"
#include "phone/phone.h"
#include "wbm/sections.h"

namespace understudy::wbm {

// One item under one index.
struct Setting {
  std::string name;
  std::optional<int> index;
  const items::Entry* entry = nullptr;  // nullptr: the catalogue does not have it
  bool held = false;                    // the phone has it; else it could
  std::string value;                    // empty where it is secret
  bool secret = false;
  bool set = false;                     // it has a value
  items::Change change;                 // who gave it that, and when
  std::string fixed;                    // why it cannot be changed as the phone stands; empty: it can
};

// "key-label[3]"; in addresses and names of fields "key-label.3".
std::string label_of(const std::string& name, std::optional<int> index);
std::string field_of(const std::string& name, std::optional<int> index);
// "the service", "the user, at the phone", "its web pages": who gave an item its value.
std::string_view in_words(items::Who who);
// A word for the API: "service", "web-pages".
std::string_view name_of(items::Who who);

// All settings that the phone holds or can hold, by name and index, of those that are `wanted`. A family of which it holds
// nothing is there once, without index. What stands in orders and replies only is left out.
std::vector<Setting> settings_of(const phone::Phone& phone, const std::function<bool(const std::string& name)>& wanted);
Setting setting_of(const phone::Phone& phone, const std::string& name, std::optional<int> index);

// What a person wants an item to be.
struct Wish {
  std::string name;
  std::optional<std::string> index;  // as typed
  std::string value;
  std::optional<std::string> was = {};  // what it was when he began: another value by now is an objection
};
struct Objection {
  std::size_t wish = 0;  // which one
  std::string text;      // one sentence
};
// What would be changed, values as the phone holds them; nothing where all is as wished already.
struct Weighed {
  std::vector<wpi::Item> changes;
  std::vector<Objection> objections;
};
Weighed weigh(const phone::Phone& phone, Role role, const std::vector<Wish>& wishes);

}  // namespace understudy::wbm
