#include "transcript/anonymise.h"

#include <algorithm>
#include <array>
#include <utility>

#include "transcript/identity_forms.h"
#include "transcript/json.h"
#include "transcript/members.h"
#include "transcript/messages.h"
#include "transcript/notation.h"
#include "transcript/text.h"
#include "transcript/traces.h"

namespace understudy::transcript {

namespace {

constexpr std::size_t shortest_secret = 6;   // a shorter one would be found in any text
constexpr std::size_t shortest_base64 = 16;  // characters: a MAC address without separators

// Their numbers are no identities.
bool is_of_the_wire(std::string_view name) {
  constexpr std::array<std::string_view, 11> names = {
      "Content-Length", "Content-Type",  "Transfer-Encoding", "Connection", "Keep-Alive", "Date",
      "Expires",        "Last-Modified", "Cache-Control",     "Age",        "Retry-After"};
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view each) { return wpi::same_ignoring_case(each, name); });
}

// Text as people write it, and no number that happens to be readable in parts.
bool is_printed(std::string_view bytes) {
  return is_text(bytes) && std::all_of(bytes.begin(), bytes.end(), [](char c) {
           return static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\r' || c == '\n';
         });
}

bool is_of_base64(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' || c == '/';
}

}  // namespace

Anonymiser::Anonymiser(const Items& items)
    : secrets_(items.is_secret),
      identities_(items.is_common),
      named_([items](std::string_view item) { return items.identifies(item) && !items.is_secret(item); },
             [this](std::string_view value) { return identities_.stand_in(value); }) {}

void Anonymiser::learn(const Entry& entry) {
  Entry copy = entry;
  std::visit([this](auto& each) { rewrite(each); }, copy);
}

Entry Anonymiser::anonymised(Entry entry) {
  if (std::exchange(learning_, false))
    for (const auto& [secret, stand_in] : secrets_.stand_ins())
      if (secret.size() >= shortest_secret) identities_.learn(secret, stand_in);
  std::visit([this](auto& each) { rewrite(each); }, entry);
  if (auto* exchange = std::get_if<Exchange>(&entry)) read_messages(reader_, *exchange);
  return entry;
}

std::string Anonymiser::words(std::string_view text) {
  return bytes(text);
}

void Anonymiser::rewrite(Start& start) {
  masked_ = start.masked;
  start.masked = true;
  start.service = bytes(start.service);
}

void Anonymiser::rewrite(PhoneMark& mark) {
  if (!mark.mac.empty()) mark.mac = identities_.device(mark.mac);
  if (!mark.e164.empty()) mark.e164 = identities_.stand_in(mark.e164);
  if (!masked_) mark.certificate_password = secrets_.secret(mark.certificate_password);
  mark.phone = bytes(mark.phone);
  mark.address_of = bytes(mark.address_of);
}

void Anonymiser::rewrite(Mark& mark) {
  mark.phone = bytes(mark.phone);
  mark.text = bytes(mark.text);
}

void Anonymiser::rewrite(Exchange& exchange) {
  exchange.phone = bytes(exchange.phone);
  exchange.local = place(exchange.local);
  exchange.remote = place(exchange.remote);
  if (exchange.tls) {
    exchange.tls->subject = certified(exchange.tls->subject);
    exchange.tls->issuer = certified(exchange.tls->issuer);
  }
  exchange.request = rewritten(std::move(exchange.request));
  if (exchange.response) exchange.response = rewritten(std::move(*exchange.response));
  exchange.failure = bytes(exchange.failure);
}

void Anonymiser::rewrite(Contact& contact) {
  contact.phone = bytes(contact.phone);
  contact.local = place(contact.local);
  contact.remote = place(contact.remote);
  contact.elsewhere = place(contact.elsewhere);
  contact.request = rewritten(std::move(contact.request));
  contact.problem = bytes(contact.problem);
}

wpi::HttpRequest Anonymiser::rewritten(wpi::HttpRequest request) {
  if (!masked_) request = secrets_.masked(request);
  if (const std::size_t at = request.target.find("device-id=");
      at != std::string::npos) {  // as a poll says who asks
    const std::size_t from = at + std::string_view("device-id=").size();
    const std::size_t end = std::min(request.target.find('&', from), request.target.size());
    const Notation notation = percent_notation(request.target, from, end);
    notation.write(request.target, identities_.device(notation.plain));
    request.target = bytes(request.target.substr(0, from)) + request.target.substr(from, end - from) +
                     bytes(request.target.substr(end));
  } else {
    request.target = bytes(request.target);
  }
  for (wpi::Header& line : request.headers) line.value = header(line.name, line.value);
  request.body = body(request.body);
  return request;
}

wpi::HttpResponse Anonymiser::rewritten(wpi::HttpResponse response) {
  if (!masked_) response = secrets_.masked(response);
  const auto value = [this](std::string_view name, std::string_view text) { return header(name, text); };
  for (wpi::Header& line : response.headers) line.value = header(line.name, line.value);
  response.reason = bytes(response.reason);
  response.head = head_with(response.head, value);
  response.body = body(response.body);
  response.coded_body = coded_body_with(response.coded_body, response.body, value);
  for (wpi::HttpProblem& problem : response.problems) problem.detail = bytes(problem.detail);
  return response;
}

std::string Anonymiser::header(std::string_view name, std::string_view value) {
  if (is_of_the_wire(name)) return std::string(value);
  return wpi::same_ignoring_case(name, "Host") ? place(value) : bytes(value);
}

// Both are made of the original: a stand-in looks like what it stands for, and would be replaced again.
std::string Anonymiser::body(std::string_view text) {
  std::string out = bytes(text);
  const std::string named = named_.body(text);
  for (std::size_t i = 0; i < out.size(); ++i)
    if (named[i] != text[i]) out[i] = named[i];
  return out;
}

// In whatever notation something stands there.
std::string Anonymiser::bytes(std::string_view text) {
  std::string out = identities_.cover(text);
  const auto cover = [&](const Notation& notation) {
    if (const std::string covered = identities_.cover(notation.plain); covered != notation.plain)
      notation.write(out, covered);
  };
  if (out.find('&') != std::string::npos) {
    Notation notation;
    read_xml_notation(out, 0, out.size(), true, notation);
    cover(notation);
  }
  if (out.find('%') != std::string::npos) cover(percent_notation(out, 0, out.size()));
  cover_base64(out);
  return out;
}

void Anonymiser::cover_base64(std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && is_of_base64(text[end])) ++end;
    if (end - at < shortest_base64) {
      at = end + 1;
      continue;
    }
    while (end < text.size() && text[end] == '=' && (end - at) % 4 != 0) ++end;
    if (const auto decoded = (end - at) % 4 == 0 ? from_base64(text.substr(at, end - at)) : std::nullopt)
      if (const std::string covered =
              is_printed(*decoded) ? identities_.cover(*decoded) : identities_.cover_binary(*decoded);
          covered != *decoded)
        text.replace(at, end - at, to_base64(covered));
    at = end + 1;
  }
}

// "dls.example.net:18443"
std::string Anonymiser::place(std::string_view address) {
  const std::string host = host_of(address);
  const std::size_t at = address.find(host);
  if (host.empty() || at == std::string_view::npos) return bytes(address);
  const bool bracketed = host.front() == '[' && host.back() == ']';
  const std::string name = bracketed ? host.substr(1, host.size() - 2) : host;
  return bytes(address.substr(0, at)) +
         (bracketed ? "[" + identities_.host(name) + "]" : identities_.host(name)) +
         std::string(address.substr(at + host.size()));
}

// "CN=dls.example.net, O=Example": the values.
std::string Anonymiser::certified(std::string_view name) {
  std::string out;
  for (std::size_t at = 0; at < name.size();) {
    const std::size_t equals = name.find('=', at);
    if (equals == std::string_view::npos) return out + identities_.stand_in(name.substr(at));
    out += name.substr(at, equals + 1 - at);
    const std::size_t end = std::min(name.find_first_of(",/+=", equals + 1), name.size());
    out += identities_.stand_in(name.substr(equals + 1, end - equals - 1));
    at = end;
  }
  return out;
}

}  // namespace understudy::transcript
