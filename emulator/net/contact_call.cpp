#include "net/contact_call.h"

#include <utility>

#include "net/http_text.h"
#include "net/target.h"
#include "net/words.h"

namespace understudy::net {

namespace {

// What is no %XX stays as it is. In a form and in a query a plus is a blank.
std::string decoded(std::string_view text, bool plus_is_blank) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view hex = text.substr(i + 1, 2);
    const auto number = text[i] == '%' && hex.size() == 2 ? leading_number(hex, 16) : std::nullopt;
    if (number && number->digits == 2) {
      out += static_cast<char>(number->value);
      i += 2;
    } else {
      out += plus_is_blank && text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

// "http://host:8085/path" is a target too (RFC 9112, 3.2.2).
std::string_view without_authority(std::string_view target) {
  const std::size_t scheme_end = target.find("://");
  const std::string_view scheme = target.substr(0, scheme_end);
  if (scheme_end == std::string_view::npos ||
      (!wpi::same_ignoring_case(scheme, "http") && !wpi::same_ignoring_case(scheme, "https")))
    return target;
  const std::size_t path = target.find_first_of("/?", scheme_end + 3);
  return path == std::string_view::npos ? "/" : target.substr(path);
}

class Parameters {
 public:
  // "name=value&name=value"
  void add(std::string_view text) {
    while (!text.empty()) {
      const std::string_view pair = text.substr(0, text.find('&'));
      text.remove_prefix(pair.size() + (pair.size() < text.size() ? 1 : 0));
      const std::size_t equals = pair.find('=');
      const std::string_view value =
          equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
      if (!pair.empty()) all_.emplace_back(decoded(pair.substr(0, equals), true), decoded(value, true));
    }
  }

  const std::string* find(std::string_view name, std::vector<std::string>& problems) const {
    const std::string* first = nullptr;
    std::size_t count = 0;
    for (const auto& [given, value] : all_)
      if (given == name && count++ == 0) first = &value;
    if (count > 1)
      problems.push_back(std::string(name) + " is given " + std::to_string(count) +
                         " times, the first counts");
    return first;
  }

 private:
  std::vector<std::pair<std::string, std::string>> all_;
};

void read_contact_me(const Parameters& parameters, ContactCall& call) {
  const std::string* value = parameters.find("ContactMe", call.problems);
  if (!value) return;
  call.contact_me = *value == "true";
  if (*value != "true" && *value != "false")
    call.problems.push_back("ContactMe is " + quoted(*value) + ", neither true nor false");
}

void read_address(const Parameters& parameters, ContactCall& call) {
  const std::string* value = parameters.find("dls_ip_addr", call.problems);
  if (!value) return;
  std::string_view host = *value;
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (is_host(host) && (!bracketed || host.find(':') != std::string_view::npos))
    call.dls_ip_addr = host;
  else
    call.problems.push_back("dls_ip_addr " + quoted(*value) + " is no address and no host's name");
}

// "port belonging to dls_ip_addr" (guide p.14): alone it says nothing.
void read_port(const Parameters& parameters, ContactCall& call) {
  const std::string* value = parameters.find("dls_ip_port", call.problems);
  if (!value) return;
  const auto number = leading_number(*value);
  if (!number || number->digits != value->size() || number->value == 0 || number->value > 65535)
    call.problems.push_back("dls_ip_port " + quoted(*value) + " is no port from 1 to 65535");
  else if (!call.dls_ip_addr)
    call.problems.push_back("dls_ip_port " + *value + " has no dls_ip_addr that it could belong to");
  else
    call.dls_ip_port = static_cast<std::uint16_t>(number->value);
}

}  // namespace

ContactCall read_contact(const wpi::HttpRequest& request) {
  ContactCall call;
  call.method = request.method;
  const std::string_view target = without_authority(request.target);
  const std::size_t path_end = target.find('?');
  call.path = decoded(target.substr(0, path_end), false);
  const bool post = request.method == "POST";
  if (call.path != contact_path && call.path != push_path)
    call.asked = Asked::other_path;
  else if (!post && request.method != "GET")
    call.asked = Asked::other_method;
  else
    call.asked = call.path == push_path ? Asked::push : Asked::contact_me;
  if (call.asked != Asked::contact_me) return call;

  Parameters parameters;
  if (path_end != std::string_view::npos) parameters.add(target.substr(path_end + 1));
  if (post) parameters.add(request.body);
  read_contact_me(parameters, call);
  read_address(parameters, call);
  read_port(parameters, call);
  call.authorization = wpi::find_header(request.headers, "Authorization") != nullptr;
  if (const std::string* agent = wpi::find_header(request.headers, "User-Agent")) call.user_agent = *agent;
  return call;
}

}  // namespace understudy::net
