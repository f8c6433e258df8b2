#include "wbm/watch.h"

#include <utility>

#include "transcript/json.h"
#include "wbm/api.h"
#include "wbm/face.h"
#include "wbm/settings.h"

namespace understudy::wbm {

using transcript::JsonWriter;

Watch::Watch(const House& house, const About& about, const look::Ladders& ladders, look::LadderStyle style, std::string id)
    : house_(house), about_(about), ladders_(ladders), style_(std::move(style)), id_(std::move(id)) {
  const phone::Phone& phone = house_.phone(id_);
  phone.store().each([&](const items::Key& key, const std::string& value, items::Change change) { seen_[key] = {value, change}; });
  changes_ = phone.store().changes();
  wire_ = ladders_.version();
  const Condition condition = condition_of(phone, ladders_, id_);
  face_ = face(phone, condition);
  away_ = condition.away;
}

void Watch::look() {
  look_at_items();
  look_at_wire();
  look_at_face();
}

// An item may change and change back between two looks: then nothing has happened for the pages.
void Watch::look_at_items() {
  const phone::Phone& phone = house_.phone(id_);
  if (phone.store().changes() == changes_) return;
  changes_ = phone.store().changes();
  std::map<Role, std::string> changed;
  const auto tell = [&](const items::Key& key) {
    std::string& list = changed[section_of(key.name).role];
    list += list.empty() ? "[" : ",";
    JsonWriter json(list);
    write_setting(json, about_, setting_of(phone, key.name, key.index == items::Key::none ? std::nullopt : std::optional(key.index)));
  };
  std::map<items::Key, Seen> now;
  phone.store().each([&](const items::Key& key, const std::string& value, items::Change change) {
    const auto old = seen_.find(key);
    Seen is{value, change};
    if (old == seen_.end() || old->second != is) tell(key);
    now.emplace_hint(now.end(), key, std::move(is));
  });
  for (const auto& [key, old] : seen_)
    if (!now.contains(key)) tell(key);
  seen_ = std::move(now);
  for (const auto& [role, list] : changed) feed_->add("items", list + "]", role);
}

void Watch::look_at_wire() {
  if (ladders_.version() == wire_) return;
  const auto news = ladders_.since(id_, wire_);
  wire_ = ladders_.version();
  if (news.empty()) return;
  std::string list;
  JsonWriter json(list);
  json.array();
  for (const auto& ladder : news) {
    json.object();
    json.member("number", ladder->number);
    json.member("html", ladder_line(*ladder, style_));
    json.end();
  }
  json.end();
  feed_->add("wire", list, Role::user);
}

void Watch::look_at_face() {
  const phone::Phone& phone = house_.phone(id_);
  const Condition condition = condition_of(phone, ladders_, id_);
  if (std::string now = face(phone, condition); now != face_) {
    std::string data;
    transcript::append_json_string(data, now);
    feed_->add("face", data, Role::user);
    face_ = std::move(now);
  }
  if (condition.away == away_) return;
  std::string data;
  JsonWriter json(data);
  json.object();
  json.member("away", condition.away);
  json.end();
  feed_->add("service", data, Role::user);
  away_ = condition.away;
}

ListWatch::ListWatch(const House& house, const look::Ladders& ladders) : house_(house), ladders_(ladders) {
  for (const std::string& id : house_.phones()) seen_[id] = seen_of(id);
}

ListWatch::Seen ListWatch::seen_of(const std::string& id) const {
  const phone::Phone& phone = house_.phone(id);
  const auto& all = ladders_.of(id);
  return {all.empty() ? nullptr : all.back().get(), phone.store().changes(), phone.idle(), phone.in_call()};
}

void ListWatch::look() {
  for (const std::string& id : house_.phones()) {
    const Seen now = seen_of(id);
    if (now == seen_[id]) continue;
    seen_[id] = now;
    std::string data;
    JsonWriter json(data);
    json.object();
    json.member("id", id);
    json.member("html", phone_row(id, house_.phone(id), ladders_));
    json.end();
    feed_->add("row", data, Role::user);
  }
}

}  // namespace understudy::wbm
