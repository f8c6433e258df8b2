// Who plays: the phones of a scenario, and whose a step is.
#include <algorithm>

#include "items/domain.h"
#include "items/store.h"
#include "phone/setting.h"
#include "scenarios/usual.h"
#include "scenarios/language/reading.h"

namespace understudy::scenarios::language {

namespace {

constexpr std::string_view mac_characters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:.-_+";
constexpr std::size_t longest_message = 1024 * 1024;

const phone::Model& model_of(const PhoneKind& kind) {
  return kind.model ? *kind.model : **phone::model_named(usual_model);
}
const phone::Firmware& firmware_of(const PhoneKind& kind) {
  return kind.firmware ? *kind.firmware : **phone::firmware_named(usual_firmware);
}

}  // namespace

void Reading::phones(const XmlElement* element) {
  if (!element) {
    add_phones("phone", 1, PhoneKind{}, {}, {}, Place{});
    return;
  }
  for (const XmlElement& child : element->children) {
    if (error_) return;
    child.name == "phone" ? one_phone(child) : phone_table(child);
  }
}

void Reading::one_phone(const XmlElement& element) {
  PhoneKind kind;
  kind.place = place_of(element);
  if (const XmlAttribute* named = element.find("model")) kind.model = model(named->value, place_of(*named));
  if (const XmlAttribute* named = element.find("firmware"))
    kind.firmware = firmware(named->value, place_of(*named));
  if (const XmlAttribute* named = element.find("quirks"))
    kind.quirks = quirks(named->value, place_of(*named));
  kind.message_limit = optional_number(element, "message-limit", 1'000, longest_message);
  kind.max_items = optional_number(element, "max-items", 1, 10'000);
  const auto count = static_cast<std::uint32_t>(number(element.attribute("count"), 1, most_phones));
  std::string mac, e164;
  if (const XmlAttribute* given = element.find("mac")) {
    check_mac(mac = given->value, place_of(*given));
    if (count > 1) fail(*given, "several phones cannot have one mac-addr");
  }
  if (const XmlAttribute* given = element.find("number")) {
    check_number(e164 = given->value, place_of(*given));
    if (count > 1) fail(*given, "several phones cannot have one number");
  }
  if (element.find("address-of")) kind.address_of = one_phone_of(element, "address-of");
  for (const XmlElement& child : element.children) {
    if (child.name == "item")
      kind.settings.push_back(setting(child, kind));
    else
      kind.faults.push_back(fault_by_chance(child));
    if (error_) return;
  }
  if (!fleet::add_up(kind.faults)) fail(element.begin, "the chances of its faults are more than 100% together");
  const std::string called = name(element.attribute("name"));
  add_phones(called, count, std::move(kind), std::move(mac), std::move(e164),
             place_of(element.attribute("name")));
}

fleet::Chance Reading::fault_by_chance(const XmlElement& element) {
  const XmlAttribute& kind = element.attribute("kind");
  const fleet::KnownFault* known = fleet::find_fault(kind.value);
  if (!known) fail(kind, in_quotes(kind.value) + " does not happen by chance: it is a step");
  return {known ? known->kind : net::Fault::Kind::none, chance(element.attribute("chance"))};
}

void Reading::phone_table(const XmlElement& element) {
  const Loaded* loaded = table(element.attribute("file"));
  if (!loaded) return;
  const std::string group = name(element.attribute("name"));
  const auto first = static_cast<std::uint32_t>(out_.phones.size());
  const Table& table = *loaded->table;
  for (std::size_t row = 0; row < table.rows.size() && !error_; ++row) {
    PhoneKind kind;
    std::string called = group + "-" + std::to_string(row + 1), mac, e164;
    Place named = {loaded->source, loaded->offsets[row + 1].front(), 0};
    kind.place = named;
    std::vector<Setting> settings;
    for (std::size_t i = 0; i < table.columns.size() && !error_; ++i) {
      const std::string &column = table.columns[i], &field = table.rows[row][i];
      const Place place = {loaded->source, loaded->offsets[row + 1][i], field.size()};
      const Place head = {loaded->source, loaded->offsets.front()[i], column.size()};
      if (field.empty()) continue;
      if (column == "name") {
        called = field, named = place;
      } else if (column == "model") {
        kind.model = model(field, place);
      } else if (column == "firmware") {
        kind.firmware = firmware(field, place);
      } else if (column == "mac") {
        check_mac(mac = field, place);
      } else if (column == "number") {
        check_number(e164 = field, place);
      } else if (column == "quirks") {
        kind.quirks = quirks(field, place);
      } else {
        const std::size_t bracket =
            column.ends_with(']') ? std::min(column.find('['), column.size()) : column.size();
        Setting setting;
        setting.place = place;
        setting.name = {{{TextPart::Kind::literal, column.substr(0, bracket), 0, head}}, head};
        if (bracket < column.size())
          setting.index = Text{
              {{TextPart::Kind::literal, column.substr(bracket + 1, column.size() - bracket - 2), 0, head}},
              head};
        setting.value = parsed(field, loaded->source, place.offset, place.offset + place.length, Form::plain);
        settings.push_back(std::move(setting));
      }
    }
    kind.settings = std::move(settings);  // held against model and firmware, which may stand behind them
    for (const Setting& setting : kind.settings) check_setting(setting, kind);
    add_phones(called, 1, std::move(kind), std::move(mac), std::move(e164), named);
  }
  add_group(group, {first, static_cast<std::uint32_t>(out_.phones.size()) - first},
            place_of(element.attribute("name")));
}

void Reading::add_phones(const std::string& name, std::uint32_t count, PhoneKind kind, std::string mac,
                         std::string number, const Place& place) {
  const auto first = static_cast<std::uint32_t>(out_.phones.size());
  if (first + count > most_phones) {
    fail(place, "more than " + std::to_string(most_phones) + " phones");
    return;
  }
  out_.kinds.push_back(std::move(kind));
  add_group(name, {first, count}, place);
  for (std::uint32_t i = 0; i < count && !error_; ++i) {
    const std::string own = count == 1 ? name : name + "-" + std::to_string(i + 1);
    if (count > 1) add_group(own, {first + i, 1}, place);
    out_.phones.push_back({own, out_.kinds.size() - 1, mac, number});
  }
}

void Reading::add_group(const std::string& name, PhoneRange range, const Place& place) {
  if (!groups_.emplace(name, range).second) fail(place, "a second phone " + in_quotes(name));
}

const phone::Model* Reading::model(std::string_view named, const Place& place) {
  const auto found = phone::model_named(named);
  if (found) return *found;
  std::vector<std::string_view> names;
  for (const phone::Model& model : phone::models()) names.push_back(model.device_type);
  const std::string near = or_near(named, names);
  fail(place, near.empty() ? found.error() : "there is no model " + in_quotes(named) + near);
  return nullptr;
}

std::shared_ptr<const phone::Firmware> Reading::firmware(std::string_view named, const Place& place) {
  if (const auto known = firmwares_.find(named); known != firmwares_.end()) return known->second;
  auto found = phone::firmware_for(named);
  if (!found) {
    fail(place, found.error());
    return nullptr;
  }
  return firmwares_.emplace(named, std::make_shared<phone::Firmware>(std::move(*found))).first->second;
}

void Reading::check_mac(std::string_view mac, const Place& place) {
  if (mac.empty() || mac.find_first_not_of(mac_characters) != std::string_view::npos)
    fail(place, in_quotes(mac) + " is no mac-addr: letters, digits and : . - _ + make one");
}

void Reading::check_number(std::string_view number, const Place& place) {
  if (number.empty() || number.find_first_not_of("0123456789") != std::string_view::npos)
    fail(place, in_quotes(number) + " is no number: digits make one");
}

Setting Reading::setting(const XmlElement& element, const PhoneKind& kind) {
  Setting out;
  out.place = place_of(element);
  out.name = text(element.attribute("name"));
  out.index = optional_text(element, "index");
  out.value = content(element);
  check_setting(out, kind);
  return out;
}

void Reading::check_setting(const Setting& setting, const PhoneKind& kind) {
  if (!setting.name.constant()) return;
  wpi::Item item;
  item.name = setting.name.literal();
  const bool index_is_known = !setting.index || setting.index->constant();
  if (setting.index && index_is_known) item.index = std::string(setting.index->literal());
  const auto index = items::index_of(item);
  if (item.index && !index)
    fail(setting.index->place, in_quotes(*item.index) + " is no index; write a number from 0 on");
  const items::Entry* entry = items::find(item.name);
  if (!entry) return;  // a phone may have it all the same: lint says so
  if (index_is_known) {
    const std::string wrong = phone::objection_to_item(*entry, model_of(kind), firmware_of(kind), index);
    const bool of_index = setting.index && (items::is_of_a_key(*entry) ||
                                            items::fit_index(*entry, index) != items::IndexFit::fits);
    if (!wrong.empty()) fail(of_index ? setting.index->place : setting.name.place, wrong);
  }
  if (!setting.value.constant()) return;
  const std::string wrong = phone::objection_to_value(*entry, setting.value.literal());
  if (!wrong.empty()) fail(setting.value.parts.empty() ? setting.place : setting.value.place, wrong);
}

std::optional<PhoneRange> Reading::whose(const XmlElement& element, std::string_view attribute) {
  const XmlAttribute* named = element.find(attribute);
  if (!named) return std::nullopt;
  if (const auto group = groups_.find(named->value); group != groups_.end()) return group->second;
  std::vector<std::string_view> names;
  for (const auto& [name, range] : groups_) names.push_back(name);
  fail(*named, "there is no phone " + in_quotes(named->value) + or_near(named->value, names));
  return std::nullopt;
}

std::optional<std::uint32_t> Reading::one_phone_of(const XmlElement& element, std::string_view attribute) {
  const auto range = whose(element, attribute);
  if (!range) return std::nullopt;
  if (range->count != 1) {
    const XmlAttribute& named = element.attribute(attribute);
    fail(named, in_quotes(named.value) + " are several phones: " + std::string(attribute) + " names one");
  }
  return range->first;
}

}  // namespace understudy::scenarios::language
