#include "fleet/distort.h"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "phone/speech.h"

namespace understudy::fleet {

namespace {

using Kind = net::Fault::Kind;

// The value of the attribute in the first tag that has it: where it stands in the body, npos where it does not.
std::size_t place_of(std::string_view body, std::string_view attribute, std::string_view value) {
  for (std::size_t at = body.find(attribute); at != std::string_view::npos; at = body.find(attribute, at + 1)) {
    std::size_t quote = at + attribute.size();
    while (quote < body.size() && (body[quote] == ' ' || body[quote] == '=')) ++quote;
    if (quote < body.size() && (body[quote] == '"' || body[quote] == '\'') && body.substr(quote + 1).starts_with(value)) return quote + 1;
  }
  return std::string_view::npos;
}

bool say_instead(std::string& body, std::string_view attribute, std::string_view value, std::string_view other) {
  const std::size_t at = place_of(body, attribute, value);
  if (value.empty() || other.empty() || value == other || at == std::string::npos) return false;
  body.replace(at, value.size(), other);
  return true;
}

// Behind the start tag of an item: its value is missing, and all that follows.
bool cut_within_item(std::string& body, std::size_t number) {
  std::vector<std::size_t> items;
  for (std::size_t at = body.find("<Item"); at != std::string::npos; at = body.find("<Item", at + 1))
    if (const std::size_t behind = at + 5; behind < body.size() && std::string_view(" \t\r\n>/").find(body[behind]) != std::string_view::npos)
      items.push_back(at);
  if (items.empty()) return false;
  const std::size_t end = body.find('>', items[number % items.size()]);
  if (end == std::string::npos) return false;
  body.resize(end + 1);
  return true;
}

bool misstate_length(wpi::HttpRequest& request, const net::Fault& fault) {
  const std::size_t all = request.body.size();
  if (all < 2) return false;
  const std::size_t by = std::max<std::size_t>(fault.bytes, 1);
  for (wpi::Header& header : request.headers)
    if (wpi::same_ignoring_case(header.name, "Content-Length"))
      header.value = std::to_string(fault.kind == Kind::long_length ? all + by : all - 1 - (by - 1) % (all - 1));
  return true;
}

bool distort_body(std::string& body, const wpi::Document* said, const net::Fault& fault) {
  switch (fault.kind) {
    case Kind::truncated_xml: return cut_within_item(body, fault.bytes);
    case Kind::stale_nonce:
    case Kind::foreign_nonce: return said && say_instead(body, "nonce", said->nonce_or_empty(), fault.nonce);
    case Kind::unordered_fragments:
      return said && said->fragment && said->fragment->text == spelling(wpi::Fragment::next) &&
             say_instead(body, "fragment", said->fragment->text, spelling(wpi::Fragment::final_));
    default: return false;
  }
}

}  // namespace

bool distort(phone::Send& send, const net::Fault& fault, wpi::Reader& reader) {
  switch (fault.kind) {
    case Kind::short_length:
    case Kind::long_length: return misstate_length(send.request, fault);
    case Kind::truncated_xml:
    case Kind::stale_nonce:
    case Kind::foreign_nonce:
    case Kind::unordered_fragments: {
      std::string body = send.request.body;
      if (!distort_body(body, send.said.get(), fault)) return false;
      phone::set_body(send.request, std::move(body));
      send.said = std::make_shared<const wpi::Document>(reader.read(send.request.body, wpi::Sender::phone));
      return true;
    }
    default: return true;
  }
}

}  // namespace understudy::fleet
