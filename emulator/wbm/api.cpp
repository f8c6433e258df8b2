#include "wbm/api.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Parser.h>

#include <ctime>


#include "wbm/face.h"

namespace understudy::wbm {

using transcript::JsonWriter;

namespace {

std::string moment(const About& about, microseconds at) {
  const std::time_t time = std::chrono::system_clock::to_time_t(about.start + std::chrono::duration_cast<std::chrono::system_clock::duration>(at));
  std::tm utc{};
  ::gmtime_r(&time, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}



void write_phone(JsonWriter& json, const std::string& id, const phone::Phone& phone, const look::Ladders& ladders) {
  const Condition condition = condition_of(phone, ladders, id);
  json.object();
  json.member("id", id);
  json.member("model", phone.model().device_type);
  json.member("firmware", phone.firmware().version);
  json.member("mac", phone.identity().mac);
  json.member("number", phone.store().find("e164") ? *phone.store().find("e164") : phone.identity().e164);
  json.member("address", phone.identity().address);
  json.member("state", condition.word);
  json.member("idle", phone.idle());
  json.member("in_call", phone.in_call());
  json.member("polls", phone.poll_url());
  json.member("away", condition.away);
  json.end();
}

void write_remarks(JsonWriter& json, const std::vector<look::Remark>& remarks) {
  json.key("deviations").array();
  for (const look::Remark& remark : remarks) {
    json.object();
    json.member("rule", remark.rule);
    json.member("level", remark.level);
    json.member("message", remark.message);
    json.member("expected", remark.expected);
    json.member("came", remark.came);
    json.end();
  }
  json.end();
}

void write_head(JsonWriter& json, const look::Ladder& ladder, const About& about) {
  std::size_t messages = 0, deviations = ladder.remarks.size();
  for (const look::Rung& rung : ladder.rungs) {
    messages += std::holds_alternative<std::shared_ptr<const transcript::Exchange>>(rung.what) ? 1 : 0;
    deviations += rung.remarks.size();
  }
  json.member("number", ladder.number);
  json.member("interaction", ladder.interaction);
  json.member("reason", ladder.reason);
  json.member("begun", moment(about, ladder.begun));
  json.member("microseconds", (ladder.open ? microseconds{} : ladder.ended - ladder.begun).count());
  json.member("open", ladder.open);
  json.member("ending", ladder.ending);
  json.member("messages", messages);
  json.member("deviation_count", deviations);
}

void write_exchange(JsonWriter& json, const transcript::Exchange& exchange, transcript::Masker* masker) {
  json.member("kind", exchange.poll ? std::string_view("poll") : std::string_view("message"));
  json.member("outcome", name_of(exchange.outcome));
  json.member("microseconds", (exchange.ended - exchange.begun).count());
  json.member("secure", exchange.secure);
  if (!exchange.failure.empty()) json.member("failure", masker ? masker->words(exchange.failure) : exchange.failure);
  if (exchange.said) json.member("said", look::said_in(*exchange.said));
  if (exchange.answer) json.member("answered", look::said_in(*exchange.answer));
  const wpi::HttpRequest request = masker ? masker->masked(exchange.request) : exchange.request;
  json.key("request").object();
  json.member("method", request.method);
  json.member("target", request.target);
  json.key("headers").array();
  for (const wpi::Header& header : request.headers) json.value(header.name + ": " + header.value);
  json.end();
  json.bytes("body", request.body);
  json.end();
  if (!exchange.response) return;
  const wpi::HttpResponse response = masker ? masker->masked(*exchange.response) : *exchange.response;
  json.key("response").object();
  json.member("status", response.status);
  json.bytes("head", response.head);
  json.bytes("body", response.body);
  json.member("complete", response.complete);
  json.end();
}

void write_rung(JsonWriter& json, const look::Rung& rung, const About& about, transcript::Masker* masker) {
  json.object();
  json.member("at", moment(about, rung.at));
  if (const auto* exchange = std::get_if<std::shared_ptr<const transcript::Exchange>>(&rung.what)) {
    write_exchange(json, **exchange, masker);
  } else if (const auto* contact = std::get_if<std::shared_ptr<const transcript::Contact>>(&rung.what)) {
    json.member("kind", std::string_view("contact-me"));
    json.member("from", (*contact)->remote);
    json.member("status", (*contact)->status);
    json.member("heed", name_of((*contact)->heed));
  } else {
    const auto& mark = std::get<transcript::Mark>(rung.what);
    json.member("kind", name_of(mark.event));
    json.member("text", masker ? masker->words(mark.text) : mark.text);
  }
  write_remarks(json, rung.remarks);
  json.end();
}

}  // namespace

Answer json_answer(std::string body, int status) {
  Answer answer;
  answer.status = status;
  answer.type = "application/json; charset=utf-8";
  answer.body = std::move(body) + "\n";
  return answer;
}

Answer api_problem(int status, const std::string& text) {
  std::string body;
  JsonWriter json(body);
  json.object();
  json.member("error", text);
  json.end();
  return json_answer(std::move(body), status);
}

std::string phones_json(const House& house, const look::Ladders& ladders) {
  std::string body;
  JsonWriter json(body);
  json.array();
  for (const std::string& id : house.phones()) write_phone(json, id, house.phone(id), ladders);
  json.end();
  return body;
}

std::string phone_json(const std::string& id, const phone::Phone& phone, const look::Ladders& ladders) {
  std::string body;
  JsonWriter json(body);
  write_phone(json, id, phone, ladders);
  return body;
}

std::string sections_json(Role role) {
  std::string body;
  JsonWriter json(body);
  json.array();
  for (const Section& section : sections()) {
    if (section.role == Role::administrator && role != Role::administrator) continue;
    json.object();
    json.member("key", section.key);
    json.member("title", section.title);
    json.member("role", name_of(section.role));
    json.member("guide", section.guide);
    json.end();
  }
  json.end();
  return body;
}

void write_setting(JsonWriter& json, const About& about, const Setting& setting) {
  json.object();
  json.member("name", setting.name);
  if (setting.index) json.member("index", *setting.index);
  json.member("secret", setting.secret);
  if (!setting.secret) json.member("value", setting.value);
  json.member("set", setting.set);
  json.member("held", setting.held);
  json.member("set_by", name_of(setting.change.who));
  if (setting.change.who != items::Who::factory) {
    json.member("set_by_words", in_words(setting.change.who));
    json.member("set_at", moment(about, setting.change.when));
  }
  if (!setting.fixed.empty()) json.member("fixed", setting.fixed);
  json.member("section", section_of(setting.name).key);
  json.end();
}

std::string settings_json(const About& about, const std::vector<Setting>& settings) {
  std::string body;
  JsonWriter json(body);
  json.array();
  for (const Setting& setting : settings) write_setting(json, about, setting);
  json.end();
  return body;
}

std::string weighed_json(const std::vector<Wish>& wishes, const Weighed& weighed) {
  std::string body;
  JsonWriter json(body);
  json.object();
  json.key("changed").array();
  if (weighed.objections.empty())
    for (const wpi::Item& item : weighed.changes) json.value(item.index ? item.name + "[" + *item.index + "]" : item.name);
  json.end();
  json.key("errors").array();
  for (const Objection& objection : weighed.objections) {
    const Wish& wish = wishes[objection.wish];
    json.object();
    json.member("name", wish.name);
    if (wish.index) json.member("index", *wish.index);
    json.member("error", objection.text);
    json.end();
  }
  json.end();
  json.end();
  return body;
}

std::string files_json(const phone::Phone& phone) {
  std::string body;
  JsonWriter json(body);
  json.array();
  for (const wpi::Item& file : phone.store().instances("file-deployment-name")) {
    if (file.value.empty()) continue;
    json.object();
    json.member("name", file.value);
    for (const std::string_view name : {"type", "date", "time", "status"}) {
      const std::string* value = phone.store().find("file-deployment-" + std::string(name), items::index_of(file));
      json.member(name, value ? *value : std::string());
    }
    json.end();
  }
  json.end();
  return body;
}

std::string ladders_json(const look::Ladders& ladders, const About& about, const std::string& id, std::uint64_t after) {
  std::string body;
  JsonWriter json(body);
  json.array();
  for (const auto& ladder : ladders.of(id)) {
    if (ladder->number <= after) continue;
    json.object();
    write_head(json, *ladder, about);
    json.end();
  }
  json.end();
  return body;
}

std::string ladder_json(const look::Ladder& ladder, const About& about, transcript::Masker* masker) {
  std::string body;
  JsonWriter json(body);
  json.object();
  write_head(json, ladder, about);
  write_remarks(json, ladder.remarks);
  json.key("rungs").array();
  for (const look::Rung& rung : ladder.rungs) write_rung(json, rung, about, masker);
  json.end();
  json.end();
  return body;
}

namespace {

tl::unexpected<std::string> wrong(std::string text) { return tl::unexpected(std::move(text)); }

std::optional<std::string> text_in(const Poco::JSON::Object& object, const std::string& name) {
  if (!object.has(name) || object.isNull(name) || object.isObject(name) || object.isArray(name)) return std::nullopt;
  return object.get(name).convert<std::string>();
}

}  // namespace

tl::expected<std::vector<Wish>, std::string> wishes_in(const std::string& body) {
  try {
    const auto parsed = Poco::JSON::Parser().parse(body);
    if (parsed.type() != typeid(Poco::JSON::Array::Ptr)) return wrong("The body has to be a list: [{\"name\": ..., \"value\": ...}].");
    const auto list = parsed.extract<Poco::JSON::Array::Ptr>();
    std::vector<Wish> wishes;
    for (unsigned n = 0; n < list->size(); ++n) {
      const auto object = list->getObject(n);
      if (!object) return wrong("Entry " + std::to_string(n + 1) + " of the list is no object.");
      const auto name = text_in(*object, "name"), value = text_in(*object, "value");
      if (!name || !value) return wrong("Entry " + std::to_string(n + 1) + " needs a name and a value.");
      wishes.push_back({*name, text_in(*object, "index"), *value, text_in(*object, "was")});
    }
    return wishes;
  } catch (const Poco::Exception& error) {
    return wrong("The body is no JSON that can be read: " + error.displayText() + ".");
  }
}

tl::expected<std::string, std::string> member_in(const std::string& body, const std::string& name) {
  if (body.empty()) return std::string();
  try {
    const auto parsed = Poco::JSON::Parser().parse(body);
    if (parsed.type() != typeid(Poco::JSON::Object::Ptr)) return wrong("The body has to be an object.");
    return text_in(*parsed.extract<Poco::JSON::Object::Ptr>(), name).value_or("");
  } catch (const Poco::Exception& error) {
    return wrong("The body is no JSON that can be read: " + error.displayText() + ".");
  }
}

}  // namespace understudy::wbm
