// What a phone keeps over a power cut, as text and back: a line that says of what phone, a line each for what is pending and
// who is logged on, then its items.
#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <optional>
#include <utility>

#include "items/fields.h"
#include "phone/phone.h"

namespace understudy::phone {

using items::next_part;
using wpi::Item;

namespace {

constexpr std::string_view format = "understudy.phone/1";
constexpr std::string_view changed = "changed", logged_on = "user", pending = "pending", loaded = "loaded", in_secure_mode = "secure",
                           last_line = "items";

void append_line(std::string& out, std::initializer_list<std::string_view> fields) {
  for (std::string_view field : fields) {
    items::append_field(out, field);
    out += '\t';
  }
  out.back() = '\n';
}

void append_changes(std::string& out, const std::vector<Item>& changes) {
  for (const Item& item : changes)
    if (item.index)
      append_line(out, {pending, item.name, item.value, *item.index});
    else
      append_line(out, {pending, item.name, item.value});
}

// Nothing where an escape is none.
std::optional<std::vector<std::string>> fields_of(std::string_view line) {
  std::vector<std::string> fields;
  for (auto left = std::count(line.begin(), line.end(), '\t') + 1; left > 0; --left) {
    auto value = items::value_of_field(next_part(line, '\t'));
    if (!value) return std::nullopt;
    fields.push_back(std::move(*value));
  }
  return fields;
}

// What stands between the first line and the items.
struct BesideItems {
  bool changed = false;
  std::string user, user_password;
  std::vector<Item> changes;
  bool loaded = false;                      // its firmware came from a service
  std::optional<SecureMode> secure = {};    // without credentials

  bool take(const std::vector<std::string>& fields) {
    const std::string& what = fields.front();
    if (what == phone::changed && fields.size() == 2 && (fields[1] == "true" || fields[1] == "false")) {
      changed = fields[1] == "true";
    } else if (what == logged_on && fields.size() == 3) {
      user = fields[1];
      user_password = fields[2];
    } else if (what == pending && (fields.size() == 3 || fields.size() == 4)) {
      Item& item = changes.emplace_back();
      item.name = fields[1];
      item.value = fields[2];
      if (fields.size() == 4) item.index = fields[3];
    } else if (what == phone::loaded && fields.size() == 1) {
      loaded = true;
    } else if (what == in_secure_mode && fields.size() == 4 && (fields[1] == "on" || fields[1] == "pin")) {
      secure.emplace();
      secure->stage = fields[1] == "on" ? SecureMode::Stage::on : SecureMode::Stage::wants_pin;
      secure->by_pin = fields[1] == "pin";
      const auto [end, error] = std::from_chars(fields[2].data(), fields[2].data() + fields[2].size(), secure->tries_left);
      if (error != std::errc() || end != fields[2].data() + fields[2].size()) return false;
      secure->tan = fields[3];
    } else {
      return false;
    }
    return true;
  }
};

}  // namespace

// The service says anew where to poll each time that the phone starts up (wiki).
void forget_poll_target(items::Store& store) {
  for (std::string_view name : {"dcmp-url", "dcmp-poll-interval"})
    if (store.find(name)) store.put(name, std::nullopt, "");
}

void give_back(items::Store& store, const std::vector<Item>& supplied) {
  for (const Item& item : supplied) {
    const auto last = store.last_change(item.name, items::index_of(item));
    if (last && last->who == items::Who::dhcp) store.put(item.name, items::index_of(item), "");
  }
}

std::string Phone::user_and_pending() const {
  std::string out;
  if (!user_.empty()) append_line(out, {logged_on, user_, user_password_});
  if (secure_ && secure_->stage != SecureMode::Stage::prepared)
    append_line(out, {in_secure_mode, secure() ? "on" : "pin", std::to_string(secure_->tries_left), secure_->tan});
  // The service has not yet taken what is under way: it comes again, in front of what changed later.
  if (again_) append_changes(out, again_->reported);
  if (open_) append_changes(out, open_->reported);
  append_changes(out, changes_);
  return out;
}

std::string Phone::memory() const {
  std::string out;
  append_line(out, {format, model_.device_type, firmware_->version});
  append_line(out, {changed, changed_ ? "true" : "false"});
  if (loaded_) append_line(out, {loaded});
  out += user_and_pending();
  append_line(out, {last_line});
  items::Store kept = store_;
  forget_poll_target(kept);
  give_back(kept, supplied_);
  return out += kept.snapshot();
}

tl::expected<void, std::string> Phone::remember(std::string_view memory) {
  const auto wrong = [](std::size_t line, std::string_view why) {
    return tl::unexpected("line " + std::to_string(line) + ": " + std::string(why));
  };
  std::string_view rest = memory;
  const auto head = fields_of(next_part(rest, '\n'));
  if (!head || head->size() != 3 || head->front() != format) return wrong(1, "no memory of a phone (" + std::string(format) + ")");
  const std::string& model = (*head)[1];
  const std::string& firmware = (*head)[2];
  if (model != model_.device_type) return wrong(1, "it is of model " + model + ", not " + model_.device_type);

  BesideItems beside;
  for (std::size_t number = 2;; ++number) {
    const auto fields = fields_of(next_part(rest, '\n'));
    if (fields && fields->size() == 1 && fields->front() == last_line) break;
    if (!fields || !beside.take(*fields)) return wrong(number, "nothing that a phone remembers");
  }
  if (beside.loaded && firmware != firmware_->version)
    if (auto same = firmware_for(firmware)) become(std::move(*same));
  const auto firmware_has = [&](const items::Key& key) {
    return !missing_item(model_, *firmware_, key.name, key.index == items::Key::none ? std::nullopt : std::optional(key.index));
  };
  std::string address = *store_.find("contact-me-uri");  // where it is now, which may be elsewhere
  const bool same_firmware = firmware == firmware_->version;
  if (auto done = store_.restore(rest, same_firmware ? nullptr : std::function<bool(const items::Key&)>(firmware_has)); !done)
    return tl::unexpected("in its items, " + done.error());
  put("contact-me-uri", std::move(address));
  take_supplied();
  changed_ = beside.changed;
  user_ = std::move(beside.user);
  user_password_ = std::move(beside.user_password);
  changes_ = std::move(beside.changes);
  if (beside.secure) {
    secure_ = std::make_unique<SecureMode>(std::move(*beside.secure));
    // Without the certificates that it had there is no Secure Mode: then it is where it was before.
    if (auto credentials = this->credentials(); credentials)
      secure_->credentials = std::move(*credentials);
    else if (secure_->stage == SecureMode::Stage::on)
      secure_.reset();
  }
  other_changes_ = (this->memory() == memory ? 0U : 1U) - store_.changes();  // together 0 or 1
  return {};
}

}  // namespace understudy::phone
