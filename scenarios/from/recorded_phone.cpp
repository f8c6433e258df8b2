#include "scenarios/from/recorded_phone.h"

#include <algorithm>
#include <cctype>
#include <functional>
#include <map>
#include <optional>

#include "items/catalogue.h"
#include "phone/firmware.h"
#include "phone/phone.h"
#include "phone/setting.h"
#include "phone/speech.h"
#include "scenarios/from/values.h"

namespace understudy::scenarios::from {

using transcript::Exchange;

namespace {

constexpr std::size_t most_settings = 60;      // more of them nobody reads
constexpr std::size_t usual_message = 45'000;  // bytes: what is split below that has a limit of its own

bool same(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
  });
}

// What the phone said, message by message, but for what a scenario said in its place.
std::vector<const Exchange*> said_by(const std::vector<transcript::Entry>& entries,
                                     const std::string& phone) {
  std::vector<const Exchange*> out;
  for (const transcript::Entry& entry : entries)
    if (const auto* exchange = std::get_if<Exchange>(&entry))
      if (exchange->phone == phone && exchange->said && exchange->interaction > 0 &&
          exchange->scripted != transcript::Scripted::broken)
        out.push_back(exchange);
  return out;
}

void take(std::string& into, const wpi::Document& said, std::string_view name) {
  const wpi::Item* item = said.find(name);
  if (into.empty() && item) into = item->value;
}

// ---- Quirks

bool all_have(const std::vector<const Exchange*>& said, const std::function<bool(const Exchange&)>& so) {
  return !said.empty() &&
         std::all_of(said.begin(), said.end(), [&](const Exchange* each) { return so(*each); });
}
bool any_has(const std::vector<const Exchange*>& said, const std::function<bool(const Exchange&)>& so) {
  return std::any_of(said.begin(), said.end(), [&](const Exchange* each) { return so(*each); });
}

bool has_header(const Exchange& exchange, std::string_view name, std::string_view value) {
  return std::any_of(exchange.request.headers.begin(), exchange.request.headers.end(),
                     [&](const wpi::Header& header) {
                       return same(header.name, name) && header.value.find(value) != std::string::npos;
                     });
}

bool is_lower_hex(std::string_view nonce) {
  return nonce.find_first_of("abcdef") != std::string_view::npos &&
         nonce.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// Each message of an interaction has a nonce of its own.
bool takes_fresh_nonces(const std::vector<const Exchange*>& said) {
  bool seen = false;
  for (std::size_t n = 1; n < said.size(); ++n) {
    if (said[n]->interaction != said[n - 1]->interaction || said[n]->message == said[n - 1]->message)
      continue;
    if (said[n]->said->nonce_or_empty() == said[n - 1]->said->nonce_or_empty()) return false;
    seen = true;
  }
  return seen;
}

// It answers such an order, which phones obey without a word, or with status.
bool replies_to(const std::vector<const Exchange*>& said, wpi::Action action) {
  return any_has(said, [&](const Exchange& each) {
    if (each.said->reason() != wpi::Reason::reply_to || !each.said->reasons[0].action) return false;
    const auto& status = each.said->reasons[0].status;
    return each.said->reasons[0].action->text == spelling(action) && status &&
           (status->text == "accepted" || status->text == "Accepted");
  });
}

std::string quirks_of(const std::vector<const Exchange*>& said) {
  std::string out;
  const auto add = [&](std::string_view name, bool has) {
    if (has) out.append(out.empty() ? "" : " ").append(name);
  };
  const auto body_has = [](std::string_view part) {
    return [part](const Exchange& each) { return each.request.body.find(part) != std::string::npos; };
  };
  add("verbatim-cookie", any_has(said, [](const Exchange& each) {
        return has_header(each, "Cookie", "; Path=") || has_header(each, "Cookie", ";Path=");
      }));
  add("connection-close",
      all_have(said, [](const Exchange& each) { return has_header(each, "Connection", "close"); }));
  add("fresh-nonce", takes_fresh_nonces(said));
  add("lower-case-nonce", any_has(said, [](const Exchange& each) {
        return each.said->nonce_or_empty().size() == 32 && is_lower_hex(each.said->nonce_or_empty());
      }));
  add("short-nonce",
      all_have(said, [](const Exchange& each) { return each.said->nonce_or_empty().size() == 23; }));
  add("capital-status", any_has(said, [](const Exchange& each) {
        return !each.said->reasons.empty() && each.said->reasons[0].status &&
               each.said->reasons[0].status->text == "Accepted";
      }));
  add("index-first", any_has(said, body_has("<Item index=")));
  add("single-quotes", any_has(said, body_has("<Message nonce='")));
  add("no-declaration",
      all_have(said, [](const Exchange& each) { return !each.request.body.starts_with("<?xml"); }));
  add("reply-before-restart", replies_to(said, wpi::Action::restart));
  add("reply-before-software", replies_to(said, wpi::Action::software_deployment));
  return out;
}

// Where items begin and end in a body; both at its end where it has none.
std::pair<std::size_t, std::size_t> items_of(std::string_view body) {
  const std::size_t begin = std::min(body.find("<Item "), body.size());
  return {begin, std::max(begin, std::min(body.rfind("</ItemList>"), body.size()))};
}

// Where the phone splits its replies: the items of no part are larger, and none had room for the item with which the next begins. In
// the middle between, so that another phone, whose values are a little longer or shorter, splits them likewise.
std::optional<std::size_t> message_limit_of(const std::vector<const Exchange*>& said) {
  std::size_t largest = 0, too_large = usual_message;
  for (std::size_t n = 0; n < said.size(); ++n) {
    if (!said[n]->said->fragment || said[n]->said->fragment->text != "next") continue;
    const auto [begin, end] = items_of(said[n]->request.body);
    largest = std::max(largest, end - begin);
    if (n + 1 == said.size()) continue;
    const std::string_view next = said[n + 1]->request.body;
    const std::size_t first = items_of(next).first, second = next.find("<Item ", first + 1);
    if (second != std::string_view::npos) too_large = std::min(too_large, end - begin + second - first);
  }
  if (largest < 1'000 || largest > usual_message) return std::nullopt;
  return phone::ItemParts::envelope + (too_large > largest ? largest + (too_large - largest) / 2 : largest);
}

// ---- Settings

// Everything that the phone said when it was first asked for all, before anything was written to it.
std::vector<wpi::Item> first_dump(const std::vector<const Exchange*>& said) {
  std::vector<wpi::Item> out;
  for (const Exchange* each : said) {
    const auto reason = each->said->reason();
    const bool replies = reason == wpi::Reason::reply_to && each->said->reasons[0].action;
    const std::string to = replies ? each->said->reasons[0].action->text : "";
    if (to == spelling(wpi::Action::write_items)) return out;
    if (to != spelling(wpi::Action::read_all_items) && to != spelling(wpi::Action::get_next_fragment))
      continue;
    out.insert(out.end(), each->said->items.begin(), each->said->items.end());
    if (!each->said->fragment || each->said->fragment->text != "next") return out;
  }
  return out;
}

// Where the phone is and whom it calls is for the run to say.
bool is_of_its_place(const items::Entry& entry) {
  if (entry.name == "dls-contact-interval") return false;
  return entry.topic == "4.3 Network" || entry.topic == "6.1 Provisioning service" ||
         entry.topic.starts_with("3.6.10") || entry.topic == "software deployment";
}

// A stand-in has the length and the kinds of characters of what it stands for.
bool could_stand_for(std::string_view stand_in, std::string_view text) {
  const auto kind = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return std::isdigit(byte) ? 1 : std::isupper(byte) ? 2 : std::islower(byte) ? 3 : 0;
  };
  return std::equal(stand_in.begin(), stand_in.end(), text.begin(), text.end(),
                    [&](char a, char b) { return kind(a) == kind(b); });
}

void add_settings(Element& element, const std::vector<const Exchange*>& said, const phone::Model& model,
                  const phone::Firmware& firmware, const Values& values, std::vector<std::string>& unsaid) {
  std::vector<wpi::Item> dump = first_dump(said);
  if (dump.empty() && !said.empty())
    if (const wpi::Item* mobility = said.front()->said->find("mobility-enabled")) dump.push_back(*mobility);
  const phone::Phone fresh({values.phone().mac, values.phone().number, "127.0.0.1"}, model, firmware,
                           "127.0.0.1", "/", 1, {}, {}, {});
  std::size_t masked = 0, more = 0;
  for (const wpi::Item& item : dump) {
    const items::Entry* entry = items::find(item.name);
    const auto index = items::index_of(item);
    const bool identity = std::find(firmware.basic_items.begin(), firmware.basic_items.end(), item.name) !=
                          firmware.basic_items.end();
    if (!entry || !item.status.empty() || (identity && item.name != "mobility-enabled") ||
        is_of_its_place(*entry))
      continue;
    const std::string* usual = fresh.store().find(item.name, index);
    if (usual && *usual == item.value) continue;
    if (!phone::objection_to_item(*entry, model, firmware, index).empty()) continue;
    if (values.is_stand_in(item.name, item.value)) {
      masked += !usual || !could_stand_for(item.value, *usual);
      continue;
    }
    const auto value = values.value(item.name, item.value);
    if (!value || !phone::objection_to_value(*entry, item.value).empty()) {
      unsaid.push_back("the phone had a value of " + item.name + " that a scenario cannot give it");
      continue;
    }
    if (element.children.size() == most_settings) {
      ++more;
      continue;
    }
    Element& setting = element.add({"item", {{"name", item.name}}, *value, {}});
    if (index) setting.attributes.emplace_back("index", std::to_string(*index));
  }
  if (more > 0) unsaid.push_back("the phone had " + std::to_string(more) + " settings more than stand here");
  if (masked > 0)
    element.add(comment(std::to_string(masked) +
                        " more of its items were set; their values are masked in the recording. " +
                        "`understudy run` can give it those that matter."));
}

}  // namespace

std::vector<RecordedPhone> phones_in(const std::vector<transcript::Entry>& entries) {
  std::vector<RecordedPhone> out;
  const auto known = [&](const std::string& id) -> RecordedPhone& {
    const auto found =
        std::find_if(out.begin(), out.end(), [&](const RecordedPhone& each) { return each.id == id; });
    return found != out.end() ? *found : out.emplace_back(RecordedPhone{id, "", "", "", "", 0});
  };
  for (const transcript::Entry& entry : entries) {
    if (const auto* mark = std::get_if<transcript::PhoneMark>(&entry)) {
      RecordedPhone& phone = known(mark->phone);
      phone.model = mark->model, phone.firmware = mark->firmware, phone.mac = mark->mac,
      phone.number = mark->e164;
    } else if (const auto* exchange = std::get_if<Exchange>(&entry); exchange && !exchange->phone.empty()) {
      RecordedPhone& phone = known(exchange->phone);
      ++phone.messages;
      if (!exchange->said) continue;
      take(phone.model, *exchange->said, "device-type");
      take(phone.firmware, *exchange->said, "software-version");
      take(phone.mac, *exchange->said, "mac-addr");
    }
  }
  return out;
}

std::vector<RecordedPhone> phones_named(const std::vector<RecordedPhone>& phones, std::string_view who) {
  std::vector<RecordedPhone> out;
  for (const RecordedPhone& phone : phones)
    if (phone.id == who || same(phone.mac, who) || phone.number == who) out.push_back(phone);
  return out;
}

Element phone_element(const std::vector<transcript::Entry>& entries, const RecordedPhone& phone,
                      const std::string& name, bool masked, std::vector<std::string>& unsaid) {
  Element out{"phone", {{"name", name}}, "", {}};
  std::string service;
  for (const transcript::Entry& entry : entries)
    if (const auto* start = std::get_if<transcript::Start>(&entry)) service = start->service;
  const Values values(phone, service, masked);
  const auto model = phone::model_named(phone.model);
  const auto firmware = phone::firmware_for(phone.firmware);
  if (model)
    out.attributes.emplace_back("model", (*model)->device_type);
  else if (!phone.model.empty())
    unsaid.push_back("the phone's model, " + plain(phone.model) +
                     ", is not known here: it is played by the usual one");
  if (firmware && can_be_written(phone.firmware))
    out.attributes.emplace_back("firmware", phone.firmware);
  else if (!phone.firmware.empty())
    unsaid.push_back("the phone's firmware, " + plain(phone.firmware) +
                     ", is not known here: it is played with the usual one");
  constexpr std::string_view mac_characters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:.-_+";
  if (!phone.mac.empty() && can_be_written(phone.mac) &&
      phone.mac.find_first_not_of(mac_characters) == std::string::npos)
    out.attributes.emplace_back("mac", phone.mac);
  if (!phone.number.empty() && can_be_written(phone.number) &&
      phone.number.find_first_not_of("0123456789") == std::string::npos)
    out.attributes.emplace_back("number", phone.number);
  const auto said = said_by(entries, phone.id);
  if (const std::string quirks = quirks_of(said); !quirks.empty())
    out.attributes.emplace_back("quirks", quirks);
  if (const auto limit = message_limit_of(said))
    out.attributes.emplace_back("message-limit", std::to_string(*limit));
  if (!said.empty() && said.front()->said->max_items) {
    const std::string& most = said.front()->said->max_items->text;
    if (!most.empty() && most.size() < 5 && most.find_first_not_of("0123456789") == std::string::npos &&
        most != "0")
      out.attributes.emplace_back("max-items", most);
  }
  if (model && firmware) add_settings(out, said, **model, *firmware, values, unsaid);
  return out;
}

}  // namespace understudy::scenarios::from
