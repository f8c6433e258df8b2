#include "net/rewriting.h"

#include <algorithm>

#include "net/contact_call.h"
#include "net/http_text.h"
#include "net/keys.h"

namespace understudy::net {

namespace {

using wpi::Item;

constexpr std::string_view client_certificate_item = "dls-client-certificate", server_ca = "dls-server-ca", secure_port = "dls-secure-port",
                           server_addr = "dls-server-addr", server_port = "dls-server-port", poll_url = "dcmp-url",
                           sealed_items = "secure-mode-data", contact_uri = "contact-me-uri";
constexpr std::size_t tan_length = 3;         // the last characters of the PIN (guide p.67)
constexpr std::size_t most_given = 100'000;   // values that are remembered
constexpr std::size_t most_of_a_value = 300;  // bytes, that are remembered

std::optional<std::uint16_t> port_in(std::string_view text) {
  const auto number = leading_number(text);
  if (!number || number->digits != text.size() || number->value == 0 || number->value > 65535) return std::nullopt;
  return static_cast<std::uint16_t>(number->value);
}

std::string in_brackets(const std::string& host) { return host.find(':') == std::string::npos ? host : "[" + host + "]"; }

const Item* find(const std::vector<Item>& items, std::string_view name) {
  const auto found = std::find_if(items.begin(), items.end(), [&](const Item& item) { return item.name == name && !item.value.empty(); });
  return found == items.end() ? nullptr : &*found;
}

std::string name_of(const Item& item) { return item.name + (item.index ? "[" + *item.index + "]" : ""); }

Rewritten noted(const Item& item, const std::string& became) {
  if (item.name == server_ca) return {name_of(item), "a certificate", "the recorder's"};
  if (item.name == sealed_items) return {name_of(item), "sealed items", "the same with the recorder's places"};
  return {name_of(item), item.value, became};
}

std::optional<HttpEdit> edited(std::string_view body, const wpi::Document& said, const std::vector<wpi::NewValue>& values,
                               std::vector<Rewritten>& done) {
  if (values.empty()) return std::nullopt;
  std::string out = with_values(body, said, values);
  if (out != body) return HttpEdit{std::nullopt, std::move(out)};
  done.clear();  // not in UTF-8: it stays
  return std::nullopt;
}

// The value of a parameter where it stands in a form or a query; empty where it does not.
std::string_view parameter_in(std::string_view text, std::string_view name) {
  for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const std::size_t begin = at + name.size();
    if ((at != 0 && text[at - 1] != '&' && text[at - 1] != '?') || begin >= text.size() || text[begin] != '=') continue;
    return text.substr(begin + 1, text.find_first_of("& ", begin) - begin - 1);
  }
  return {};
}

bool replace_parameter(std::string& text, std::string_view name, const std::string& value) {
  const std::string_view old = parameter_in(text, name);
  if (old.empty()) return false;
  text.replace(static_cast<std::size_t>(old.data() - text.data()), old.size(), value);
  return true;
}

}  // namespace

bool Rewriting::is_service(std::string_view host, const Between& between) const {
  return host == settings_.service.host || host == between.service;
}

// The URI with our own place in it.
std::optional<std::string> Rewriting::moved(const std::string& uri, const std::function<std::optional<std::uint16_t>(const Target&)>& door,
                                            const std::string& own) const {
  const auto target = poll_target_of(uri);
  const auto port = target ? door(*target) : std::nullopt;
  if (!port) return std::nullopt;
  const std::size_t begin = uri.find("://") + 3;
  const std::size_t end = std::min(uri.find('/', begin), uri.size());
  return uri.substr(0, begin) + in_brackets(own) + ":" + std::to_string(*port) + uri.substr(end);
}

// Address and port of a service belong together: another's is only ours to stand for where both are written.
std::optional<std::string> Rewriting::server(const std::vector<Item>& items, const Item& item, const Between& between) {
  const Item* const address = find(items, server_addr);
  const Item* const number = find(items, server_port);
  Target place = settings_.service;
  const bool elsewhere = address && !is_service(address->value, between);
  if (elsewhere) place.host = address->value;
  if (elsewhere && !number) return std::nullopt;
  std::optional<std::uint16_t> door = settings_.port;
  if (number) {
    const auto port = port_in(number->value);
    if (!port) return std::nullopt;
    place.port = *port;
    door = settings_.doors.service(place);
    if (!door) return std::nullopt;
  }
  return item.name == server_addr ? between.own : std::to_string(*door);
}

// The phone's certificate with its key, and who may have signed its service's: all that is needed to speak for it. What is not given anew
// is as it was.
bool Rewriting::learn(const std::vector<Item>& items, const std::string& phone) {
  const Item* const own = find(items, client_certificate_item);
  if ((!own && !find(items, server_ca)) || settings_.ca.empty() || !settings_.keys) return false;
  phone::Credentials& known = known_[phone];
  phone::Credentials credentials = known;
  if (own) {
    const auto certificate = settings_.keys->read(own->value);
    if (!certificate || certificate->key.empty()) return false;
    credentials.certificate_pem = certificate->pem;
    credentials.key_pem = certificate->key;
  }
  std::vector<std::string> cas;
  for (const Item& item : items) {
    if (item.name != server_ca || item.value.empty()) continue;
    const auto ca = settings_.keys->read(item.value);
    if (!ca) return false;
    cas.push_back(ca->pem);
  }
  if (!cas.empty()) credentials.server_cas = std::move(cas);
  if (credentials.key_pem.empty() || credentials.server_cas.empty()) return false;
  known = credentials;
  settings_.bootstrapped(phone, std::move(credentials));
  return true;
}

std::optional<std::string> Rewriting::unsealed(const Item& item, const Between& between) {
  if (!settings_.keys) return std::nullopt;
  for (const std::string& pin : settings_.pins) {
    if (pin.size() <= tan_length) continue;
    const std::string_view password = std::string_view(pin).substr(0, pin.size() - tan_length);
    auto items = settings_.keys->unpack(item.value, password);
    if (!items) continue;
    const bool has_keys = learn(*items, between.phone);
    std::vector<Item> rewritten = *items;
    for (Item& each : rewritten)
      if (const auto became = order(*items, each, between, has_keys)) each.value = *became;
    const auto sealed = packed(rewritten, password);
    return sealed ? std::optional(*sealed) : std::nullopt;
  }
  return std::nullopt;
}

std::optional<std::string> Rewriting::order(const std::vector<Item>& items, const Item& item, const Between& between, bool has_keys) {
  if (item.value.empty()) return std::nullopt;
  if (item.name == server_addr || item.name == server_port) return server(items, item, between);
  if (item.name == poll_url) return moved(item.value, settings_.doors.service, between.own);
  if (item.name == sealed_items) return unsealed(item, between);
  if (item.name == server_ca) return has_keys ? std::optional(settings_.ca) : std::nullopt;
  if (item.name != secure_port) return std::nullopt;
  const auto port = port_in(item.value);
  const auto door = port ? settings_.doors.secure(*port) : std::nullopt;
  return door ? std::optional(std::to_string(*door)) : std::nullopt;
}

// What the phone has from its service, as that wrote it.
std::optional<std::string> Rewriting::report(const Item& item, const Between& between) {
  if (item.value.empty()) return std::nullopt;
  if (item.name == contact_uri) return moved(item.value, settings_.doors.phone, between.own);
  if (item.name != server_addr && item.name != server_port && item.name != secure_port && item.name != poll_url) return std::nullopt;
  if (const auto given = given_.find({between.phone, name_of(item)}); given != given_.end() && given->second.first == item.value)
    return given->second.second;
  if (item.name == server_addr && item.value == between.own) return settings_.service.host;
  if (item.name == server_port && port_in(item.value) == settings_.port) return std::to_string(settings_.service.port);
  return std::nullopt;
}

std::optional<HttpEdit> Rewriting::service_says(std::string_view body, const Between& between, std::vector<Rewritten>& done) {
  const wpi::Document said = reader_.read(body, wpi::Sender::service);
  if (!said.well_formed || said.action() != wpi::Action::write_items) return std::nullopt;
  const bool has_keys = learn(said.items, between.phone);
  std::vector<wpi::NewValue> values;
  for (std::size_t n = 0; n < said.items.size(); ++n) {
    const Item& item = said.items[n];
    const auto became = order(said.items, item, between, has_keys);
    if (!became || *became == item.value) continue;
    if (item.value.size() <= most_of_a_value && given_.size() < most_given)
      given_[{between.phone, name_of(item)}] = {*became, item.value};
    done.push_back(noted(item, *became));
    values.push_back({n, *became});
  }
  return edited(body, said, values, done);
}

std::optional<HttpEdit> Rewriting::phone_says(std::string_view body, const Between& between, std::vector<Rewritten>& done) {
  const wpi::Document said = reader_.read(body, wpi::Sender::phone);
  if (!said.well_formed || !said.reason()) return std::nullopt;
  std::vector<wpi::NewValue> values;
  for (std::size_t n = 0; n < said.items.size(); ++n) {
    const auto became = report(said.items[n], between);
    if (!became || *became == said.items[n].value) continue;
    done.push_back(noted(said.items[n], *became));
    values.push_back({n, *became});
  }
  return edited(body, said, values, done);
}

std::optional<HttpEdit> Rewriting::service_calls(std::string_view start_line, std::string_view body, const Between& between,
                                                 std::vector<Rewritten>& done) {
  const std::size_t method = start_line.find(' '), target = start_line.rfind(' ');
  if (method == std::string_view::npos || target <= method) return std::nullopt;
  wpi::HttpRequest request;
  request.method = start_line.substr(0, method);
  request.target = start_line.substr(method + 1, target - method - 1);
  request.body = body;
  const ContactCall call = read_contact(request);
  if (!call.dls_ip_addr) return std::nullopt;
  const bool elsewhere = !is_service(*call.dls_ip_addr, between);
  if (elsewhere && !call.dls_ip_port) return std::nullopt;
  Target place = settings_.service;
  if (elsewhere) place.host = *call.dls_ip_addr;
  std::optional<std::uint16_t> door;
  if (call.dls_ip_port) {
    place.port = *call.dls_ip_port;
    door = settings_.doors.service(place);
    if (!door) return std::nullopt;
  }
  HttpEdit edit{std::string(start_line), std::string(body)};
  const auto replace = [&](std::string_view name, const std::string& was, const std::string& became) {
    if (was == became) return;
    const bool in_query = replace_parameter(*edit.start_line, name, became);
    if (in_query || replace_parameter(*edit.body, name, became)) done.push_back({std::string(name), was, became});
  };
  replace("dls_ip_addr", *call.dls_ip_addr, between.own);
  if (door) replace("dls_ip_port", std::to_string(*call.dls_ip_port), std::to_string(*door));
  return edit;
}

}  // namespace understudy::net
