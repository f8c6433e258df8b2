#include "reference/short_jobs.h"

#include <Poco/JSON/Array.h>
#include <algorithm>
#include <array>
#include <utility>

#include "certs/base64.h"
#include "certs/pkcs12.h"
#include "net/target.h"
#include "phone/files.h"
#include "phone/image.h"
#include "phone/media.h"
#include "reference/asking.h"
#include "reference/files.h"
#include "reference/json_values.h"
#include "reference/plan.h"
#include "reference/samples.h"

namespace understudy::reference {

using Poco::JSON::Array;
using Poco::JSON::Object;
using wpi::Item;

namespace {

// A file as the job names it.
struct Wanted {
  std::string type, name, action, url, user, password;
  bool sample = false;
};

tl::expected<std::string, std::string> base_of(const ShortJobGround& ground) {
  const std::string host = host_for(ground.options, ground.phone);
  if (host.empty())
    return wrong(
        "the service does not know at which address phones reach it, as this one has not called yet");
  net::Target target;
  target.host = host;
  target.port = ground.options.port;
  return "https://" + target.host_header();
}

// What a URL carries as it stands: then its end is the file's name, and a phone need not guess (guide p.53).
bool is_plain(std::string_view path) {
  return std::all_of(path.begin(), path.end(), [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_.~/").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

std::string last_part(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));
}

tl::expected<Wanted, std::string> wanted_of(const Poco::Dynamic::Var& json, const std::string& where) {
  if (json.type() != typeid(Object::Ptr)) return wrong(where + " is no object");
  Wanted out;
  const std::array<std::pair<std::string_view, std::string*>, 6> members = {{{"type", &out.type},
                                                                             {"name", &out.name},
                                                                             {"action", &out.action},
                                                                             {"url", &out.url},
                                                                             {"user", &out.user},
                                                                             {"password", &out.password}}};
  for (const auto& [name, value] : *json.extract<Object::Ptr>()) {
    const std::string place = where + "." + name;
    const auto text = scalar(value, place);
    if (!text) return wrong(text.error());
    if (!is_xml_text(*text)) return wrong(place + " has a character that XML cannot carry");
    if (name == "sample") {
      if (!value.isBoolean()) return wrong(place + " is neither true nor false");
      out.sample = value.convert<bool>();
      continue;
    }
    const auto member =
        std::find_if(members.begin(), members.end(), [&](const auto& one) { return one.first == name; });
    if (member == members.end())
      return wrong(place + " is unknown; a file has type, name, action, sample, url, user and password");
    *member->second = *text;
  }
  return out;
}

std::string listed(const std::vector<std::string>& words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) out += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
  return out;
}

// What is wrong with it by itself; empty: nothing.
std::string flaw_of(const Wanted& file) {
  const std::vector<std::string>& types = phone::stored_types();
  if (file.type.empty()) return " has no type; there are " + listed(types);
  if (!std::binary_search(types.begin(), types.end(), file.type)) return ".type is none; there are " + listed(types);
  if (!file.action.empty() && file.action != "deploy" && file.action != "delete")
    return ".action is neither deploy nor delete";
  if (file.sample && (!file.name.empty() || !file.url.empty()))
    return " is a sample, which has a name and a place of its own";
  if (!file.url.empty() && !net::target_of(file.url)) return ".url is none; write https://host/path";
  if (!file.name.empty() && !phone::is_file_name(file.url.empty() ? last_part(file.name) : file.name))
    return ".name is none that a file can have on a phone";
  const bool ours = file.url.empty() && file.action != "delete";
  if (ours && !is_plain(file.name))
    return ".name has another character than letters, digits and - _ . ~ /; give it with url";
  return {};
}

// Its items without index; `single`: it is the only one of its order.
tl::expected<std::vector<Item>, std::string> items_of(Wanted file, bool single, const ShortJobGround& ground,
                                                      const std::string& where) {
  std::string path;  // at our own place
  if (file.url.empty() && file.name.empty()) {
    if (!ground.phone || ground.phone->model.empty())
      return wrong(where + " is a sample for the phone's model, and the phone has not called yet");
    const auto sample = sample_for(ground.phone->model, file.type);
    if (!sample) return wrong(where + ": " + sample.error());
    path = path_of_sample(*sample);
    file.name = *sample;
  } else if (file.url.empty()) {
    path = std::string(files_prefix) +
           file.name.substr(std::min(file.name.find_first_not_of('/'), file.name.size()));
    file.name = last_part(file.name);
  }
  const bool deletes = file.action == "delete";
  std::vector<Item> items;
  const auto add = [&](const char* name, std::string value) {
    items.push_back(make_item(name, std::move(value)));
  };
  if (deletes || !single) add("file-action", deletes ? "delete" : "deploy");
  add("file-type", file.type);
  if (deletes) {
    if (file.name.empty()) return wrong(where + " has no name, and is to be deleted by it");
    add("file-name", file.name);
    return items;
  }
  if (!path.empty()) {
    const auto base = base_of(ground);
    if (!base) return wrong(base.error());
    file.url = *base + path;
    if (file.user.empty()) file.user = ground.options.files.user;
    if (file.password.empty()) file.password = ground.options.files.password;
  }
  add("file-https-base-url", file.url);
  if (!file.name.empty()) add("file-name", file.name);
  if (!file.user.empty()) add("file-username", file.user);
  if (!file.password.empty()) add("file-pwd", file.password);
  return items;
}

}  // namespace

ItemsOrWhyNot items_of_files(const Object& job, const ShortJobGround& ground) {
  const Array::Ptr files = job.getArray("files");
  if (!files) return wrong("files is no array");
  if (files->size() == 0) return wrong("files is empty");
  if (files->size() > phone::most_files)
    return wrong("more than " + std::to_string(phone::most_files) + " files");
  std::vector<Item> out;
  for (unsigned i = 0; i < files->size(); ++i) {
    const std::string where = "files[" + std::to_string(i) + "]";
    auto wanted = wanted_of(files->get(i), where);
    if (!wanted) return wrong(wanted.error());
    if (const std::string flaw = flaw_of(*wanted); !flaw.empty()) return wrong(where + flaw);
    auto items = items_of(std::move(*wanted), files->size() == 1, ground, where);
    if (!items) return wrong(items.error());
    for (Item& item : *items) {
      if (files->size() > 1) item.index = std::to_string(i + 1);
      out.push_back(std::move(item));
    }
  }
  return out;
}

ItemsOrWhyNot items_of_software(const Object& job, const ShortJobGround& ground) {
  const auto version = scalar(job.get("version"), "version");
  if (!version) return wrong(version.error());
  const std::string whole = phone::version_of(*version);
  if (whole.empty()) return wrong("version is none; write it as in V3 R5.13.0");
  std::string priority = "normal";
  if (job.has("priority")) {
    const auto given = scalar(job.get("priority"), "priority");
    if (!given) return wrong(given.error());
    if (*given != "normal" && *given != "immediate") return wrong("priority is neither normal nor immediate");
    priority = *given;
  }
  if (!ground.phone || ground.phone->model.empty())
    return wrong("an image is for a model, and the phone has not called yet");
  const std::string path = path_of_image(ground.phone->model, whole);
  if (path.empty()) return wrong("there is no image for the model \"" + ground.phone->model + "\"");
  const auto base = base_of(ground);
  if (!base) return wrong(base.error());
  return std::vector<Item>{make_item("file-https-base-url", *base + path),
                           make_item("file-name", last_part(path)),
                           make_item("file-type", std::string(phone::firmware_type)),
                           make_item("file-sw-type", "Siemens SIP"),
                           make_item("file-sw-version", dotted(whole)),
                           make_item("file-priority", priority)};
}

ItemsOrWhyNot items_of_certificate(const ShortJobGround& ground) {
  const auto& authority = ground.options.secure.authority;
  if (!authority) return wrong("the service has no authority that issues certificates");
  const std::string host = ground.phone && !ground.phone->host.empty() ? ground.phone->host : "127.0.0.1";
  const auto pem = authority->issue(certs::profile_of(certs::Ready::valid, {host}));
  if (!pem) return wrong(pem.error());
  const auto pkcs12 = certs::to_pkcs12(*pem, ground.options.secure.password, host);
  if (!pkcs12) return wrong(pkcs12.error());
  return std::vector<Item>{make_item("wbm-server-certificate", certs::to_base64(*pkcs12))};
}

}  // namespace understudy::reference
