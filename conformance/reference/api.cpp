#include "reference/api.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <Poco/URI.h>
#include <algorithm>
#include <cctype>
#include <charconv>
#include <functional>
#include <sstream>
#include <stdexcept>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "items/catalogue.h"
#include "reference/bootstrap.h"
#include "reference/json_values.h"
#include "reference/short_jobs.h"
#include "wpi/user_info.h"

namespace understudy::reference {

using Poco::JSON::Array;
using Poco::JSON::Object;
using wpi::Item;

namespace {

constexpr std::size_t most_depth = 8;        // of a request's JSON
constexpr std::size_t most_items = 100'000;  // of a job

Object::Ptr object() {
  return new Object(Poco::JSON_PRESERVE_KEY_ORDER);
}

template <typename Json>
std::string text_of(const Json& json) {
  std::ostringstream out;
  json->stringify(out, 2);
  out << '\n';
  return out.str();
}

ApiAnswer error(int status, const std::string& text) {
  Object::Ptr json = object();
  json->set("error", text);
  return {status, text_of(json)};
}

ApiAnswer not_allowed(std::string allow) {
  ApiAnswer answer = error(405, "only " + allow + " can be asked of this");
  answer.allow = std::move(allow);
  return answer;
}

std::string_view name_of(JobState state) {
  switch (state) {
    case JobState::waiting:
      return "waiting";
    case JobState::sent:
      return "sent";
    case JobState::done:
      return "done";
    case JobState::failed:
      break;
  }
  return "failed";
}

// A sign a character: one sees that something is there.
std::string stars(std::string_view secret) {
  std::string mask;
  for (char c : secret)
    if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) mask += '*';
  return mask;
}

std::string shown_value(const Item& item) {
  if (items::is_secret(item.name)) return stars(item.value);
  const std::string_view who = wpi::user_info_in(item.value);
  if (who.empty()) return item.value;
  std::string shown = item.value;
  return shown.replace(static_cast<std::size_t>(who.data() - item.value.data()), who.size(), stars(who));
}

Array::Ptr items_json(const std::vector<Item>& items) {
  Array::Ptr list = new Array;
  for (const Item& item : items) {
    Object::Ptr json = object();
    json->set("name", item.name);
    if (const auto index = index_number(item); index && *index != ItemTable::no_index)
      json->set("index", *index);
    else if (item.index)
      json->set("index", *item.index);
    json->set("value", shown_value(item));
    if (!item.status.empty()) json->set("status", item.status);
    list->add(json);
  }
  return list;
}

Object::Ptr job_json(const Job& job, bool whole) {
  Object::Ptr json = object();
  json->set("id", job.id);
  json->set("kind", std::string(spelling(job.kind)));
  json->set("state", std::string(name_of(job.state)));
  json->set("outcome", job.outcome);
  json->set("profile", job.profile);
  if (!whole) return json;
  if (!job.pin.empty()) json->set("pin", std::string(job.pin.size(), '*'));
  json->set("items", items_json(job.items));
  json->set("answer", items_json(job.answer));
  return json;
}

Array::Ptr jobs_json(const Phone& phone) {
  Array::Ptr list = new Array;
  for (const Job& job : phone.jobs) list->add(job_json(job, false));
  return list;
}

Object::Ptr phone_json(const Phone& phone, microseconds now) {
  Object::Ptr json = object();
  json->set("mac", phone.mac);
  json->set("model", phone.model);
  json->set("firmware", phone.firmware);
  const std::string* number = phone.items.find("e164");
  json->set("number", number ? *number : std::string());
  if (phone.seen)
    json->set("lastContactSeconds",
              std::chrono::duration_cast<std::chrono::seconds>(now - phone.last_contact).count());
  else
    json->set("lastContactSeconds", Poco::Dynamic::Var());
  json->set("inInteraction", phone.open.has_value());
  json->set("items", phone.items.size());
  json->set("jobs", jobs_json(phone));
  return json;
}

// ---- What is asked

bool is_item_name(std::string_view name) {
  return std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_' || c == '.'; });
}

tl::expected<Item, std::string> item_of(const Poco::Dynamic::Var& json, const std::string& where) {
  if (json.type() != typeid(Object::Ptr)) return wrong(where + " is no object");
  Item item;
  const Object::Ptr& given = json.extract<Object::Ptr>();
  for (const auto& [name, value] : *given) {
    std::string place = where;
    place.append(".").append(name);
    auto text = scalar(value, place);
    if (!text) return wrong(std::move(text.error()));
    if (name == "name")
      item.name = std::move(*text);
    else if (name == "index")
      item.index = std::move(*text);
    else if (name == "value")
      item.value = std::move(*text);
    else
      return wrong(place + " is unknown; an item has name, index and value");
  }
  if (item.name.empty()) return wrong(where + " has no name");
  if (!is_item_name(item.name))
    return wrong(where + ".name is no item's name: letters, digits, - _ and . make one");
  if (!is_xml_text(item.value)) return wrong(where + ".value has a character that XML cannot carry");
  if (!index_number(item)) return wrong(where + ".index is no number from 0 on");
  return item;
}

bool takes_items(JobKind kind) {
  return kind != JobKind::read_all && kind != JobKind::restart && kind != JobKind::factory_reset && kind != JobKind::bootstrap &&
         kind != JobKind::bootstrap_pin;
}

bool is_short(JobKind kind, const Object& given) {
  return (kind == JobKind::deploy_files && given.has("files")) || (kind == JobKind::deploy_software && given.has("version"));
}

constexpr std::string_view all_kinds =
    "read, write, certificate, read-all, restart, factory-reset, deploy-files, deploy-software, bootstrap and bootstrap-pin";

// Short for a write: of a certificate for the phone's web pages that the service makes.
constexpr std::string_view certificate_kind = "certificate";

tl::expected<Job, std::string> job_of(const std::string& body, const ShortJobGround& ground) {
  Poco::JSON::Parser parser;
  parser.setDepth(most_depth);
  const Poco::Dynamic::Var json = parser.parse(body);
  if (json.type() != typeid(Object::Ptr)) return wrong("a job is an object");
  const Object::Ptr& given = json.extract<Object::Ptr>();
  for (const auto& [name, value] : *given)
    if (name != "kind" && name != "items" && name != "pin" && name != "files" && name != "version" && name != "priority")
      return wrong("unknown member \"" + name + "\"; a job has kind and items, bootstrap-pin a pin, deploy-files may have "
                   "files and deploy-software version and priority in place of items");

  if (!given->has("kind")) return wrong("kind is missing; there are " + std::string(all_kinds));
  const auto spelled = scalar(given->get("kind"), "kind");
  if (!spelled) return wrong(spelled.error());
  const bool certificate = *spelled == certificate_kind;
  const auto kind = certificate ? JobKind::write : job_kind_spelled(*spelled);
  if (!kind) return wrong("no kind is called \"" + *spelled + "\"; there are " + std::string(all_kinds));

  Job job;
  job.kind = *kind;
  if (given->has("items")) {
    const Array::Ptr items = given->getArray("items");
    if (!items) return wrong("items is no array");
    if (items->size() > most_items) return wrong("more than " + std::to_string(most_items) + " items");
    for (std::size_t i = 0; i < items->size(); ++i) {
      auto item = item_of(items->get(static_cast<unsigned>(i)), "items[" + std::to_string(i) + "]");
      if (!item) return wrong(std::move(item.error()));
      job.items.push_back(std::move(*item));
    }
  }
  if (given->has("pin")) {
    const auto pin = scalar(given->get("pin"), "pin");
    if (!pin) return wrong(pin.error());
    if (*kind != JobKind::bootstrap_pin) return wrong(*spelled + " takes no pin");
    if (!is_pin(*pin)) return wrong("pin is none: it has 6 to 64 letters and digits, the last three of them being the TAN");
    job.pin = *pin;
  } else if (*kind == JobKind::bootstrap_pin) {
    return wrong("bootstrap-pin needs a pin");
  }
  if (given->has("files") && *kind != JobKind::deploy_files) return wrong(*spelled + " takes no files");
  if (given->has("version") && *kind != JobKind::deploy_software) return wrong(*spelled + " takes no version");
  if (given->has("priority") && !given->has("version")) return wrong("priority goes with a version");
  if (is_short(*kind, *given)) {
    if (given->has("items")) return wrong(*spelled + " takes items, or what is short for them, but not both");
    auto items = *kind == JobKind::deploy_files ? items_of_files(*given, ground) : items_of_software(*given, ground);
    if (!items) return wrong(std::move(items.error()));
    job.items = std::move(*items);
  }
  if (certificate) {
    if (!job.items.empty()) return wrong(*spelled + " takes no items");
    auto items = items_of_certificate(ground);
    if (!items) return wrong(std::move(items.error()));
    job.items = std::move(*items);
  }
  if (takes_items(*kind) && job.items.empty()) return wrong(*spelled + " needs items");
  if (!takes_items(*kind) && !job.items.empty()) return wrong(*spelled + " takes no items");
  return job;
}

std::vector<std::string> segments(std::string_view path) {
  std::vector<std::string> out;
  while (!path.empty()) {
    const std::size_t end = path.find('/');
    std::string decoded;
    Poco::URI::decode(std::string(path.substr(0, end)), decoded);
    if (!decoded.empty() || end != std::string_view::npos) out.push_back(std::move(decoded));
    path = end == std::string_view::npos ? std::string_view() : path.substr(end + 1);
  }
  return out;
}

ApiAnswer add_job(PhoneBook& book, const Options& options, const std::string& mac, const std::string& body) {
  auto job = job_of(body, {options, book.find(mac)});
  if (!job) return error(400, job.error());
  Phone* phone = book.meet(mac);
  if (!phone) return error(400, "\"" + mac + "\" can be no phone's mac-addr");
  const std::uint64_t id = book.add(*phone, std::move(*job));
  if (id == 0) return error(409, "too many jobs wait for this phone");
  return {201, text_of(job_json(*phone->find_job(id), true))};
}

ApiAnswer jobs_answer(PhoneBook& book, const Options& options, const wpi::HttpRequest& request,
                      const std::vector<std::string>& path) {
  Phone* phone = book.find(path[1]);
  if (path.size() == 3) {
    if (request.method == "POST") return add_job(book, options, path[1], request.body);
    if (request.method != "GET") return not_allowed("GET, POST");
    return phone ? ApiAnswer{200, text_of(jobs_json(*phone))}
                 : error(404, "no phone \"" + path[1] + "\" is known");
  }
  if (request.method != "GET") return not_allowed("GET");
  std::uint64_t id = 0;
  const char* end = path[3].data() + path[3].size();
  const bool number = std::from_chars(path[3].data(), end, id).ptr == end;
  const Job* job = phone && number ? phone->find_job(id) : nullptr;
  if (!job) return error(404, "the phone has no job \"" + path[3] + "\"");
  return {200, text_of(job_json(*job, true))};
}

ApiAnswer routed(PhoneBook& book, const Options& options, const wpi::HttpRequest& request,
                 std::string_view api_path, microseconds now) {
  const std::vector<std::string> path = segments(api_path);
  const bool phones = !path.empty() && path[0] == "phones";
  if (phones && (path.size() == 3 || path.size() == 4) && path[2] == "jobs")
    return jobs_answer(book, options, request, path);

  const bool items = phones && path.size() == 3 && path[2] == "items";
  if (!phones || path.size() > 3 || (path.size() == 3 && !items))
    return error(404, "there is no such place; it begins with /api/phones");
  if (request.method != "GET") return not_allowed("GET");
  if (path.size() == 1) {
    Array::Ptr list = new Array;
    for (const Phone& phone : book.all()) list->add(phone_json(phone, now));
    return {200, text_of(list)};
  }
  const Phone* phone = book.find(path[1]);
  if (!phone) return error(404, "no phone \"" + path[1] + "\" is known");
  if (items) return {200, text_of(items_json(phone->items.all()))};
  return {200, text_of(phone_json(*phone, now))};
}

}  // namespace

ApiAnswer api_answer(PhoneBook& book, const Options& options, const wpi::HttpRequest& request,
                     std::string_view path, microseconds now) {
  try {
    return routed(book, options, request, path.substr(api_prefix.size()), now);
  } catch (const Poco::Exception& problem) {
    return error(400, "the request cannot be read: " + problem.displayText());
  } catch (const std::exception& problem) {
    return error(400, std::string("the request cannot be read: ") + problem.what());
  }
}

}  // namespace understudy::reference
