#include "reference/asking.h"

#include <algorithm>
#include <charconv>

#include "items/domain.h"
#include "reference/plan.h"

namespace understudy::reference {

namespace {

using namespace std::chrono_literals;

constexpr microseconds usual_gap = 300s;
// A phone counts from when it was reached, and the next request may be faster on its way.
constexpr microseconds margin = 1s;

bool polls(const Phone& phone) {
  const std::string* url = phone.items.find("dcmp-url");
  return url && !items::clears(*url);
}

// "http://10.0.0.7:8085/contact_dls.html/ContactDLS" without what stands before the path.
std::string path_of(const std::string& uri) {
  const std::size_t scheme = uri.find("://");
  const std::size_t slash = scheme == std::string::npos ? scheme : uri.find('/', scheme + 3);
  return slash == std::string::npos ? "/" : uri.substr(slash);
}

}  // namespace

microseconds contact_gap(const Phone& phone) {
  const std::string* text = phone.items.find("dls-contact-interval");
  unsigned seconds = 0;
  if (!text) return usual_gap + margin;
  const char* end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, seconds);
  return margin + (error == std::errc() && stop == end ? microseconds(std::chrono::seconds(seconds)) : usual_gap);
}

std::string host_for(const Options& options, const Phone* phone) {
  if (!options.host.empty() && options.host != "0.0.0.0" && options.host != "::") return options.host;
  return phone ? phone->our_host : "";
}

ContactRequest contact_request(const Phone& phone, const std::string& uri, const Options& options) {
  ContactRequest contact;
  contact.mac = phone.mac;
  contact.uri = uri;
  contact.request.method = "POST";
  contact.request.target = path_of(uri);
  contact.request.body = "ContactMe=true";
  // Nobody knows in which mode one is that is to be bootstrapped anew: it calls where it would by itself.
  const bool names_us = !options.host.empty() && !(phone.secure.on && phone.secure.reopened);
  if (const std::string host = names_us ? host_for(options, &phone) : ""; !host.empty())
    contact.request.body +=
        "&dls_ip_addr=" + host + "&dls_ip_port=" + std::to_string(phone.secure.on ? options.secure.port : options.port);
  contact.request.headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"},
                             {"Content-Length", std::to_string(contact.request.body.size())}};
  return contact;
}

std::optional<ContactRequest> contact_for(PhoneBook& book, Phone& phone, const Options& options, microseconds now) {
  const std::string* uri = phone.items.find("contact-me-uri");
  if (!phone.is_wanted() || !uri || polls(phone) || phone.asked_times >= most_asked) return std::nullopt;
  const microseconds gap = contact_gap(phone);
  const microseconds free = phone.asked ? *phone.asked + gap : microseconds{};
  if (phone.open || now < free) {
    book.ask(phone, std::max(free, phone.open ? now + gap : now));
    return std::nullopt;
  }
  phone.asked = now;
  ++phone.asked_times;
  book.ask(phone, now + gap);  // should it not call

  return contact_request(phone, *uri, options);
}

HttpAnswer poll_answer(const Phone* phone, bool close, const std::string& server) {
  return http_answer(phone && phone->is_wanted() ? 202 : 200, "text/plain; charset=utf-8", "", close, server);
}

std::vector<wpi::Item> poll_items(const Options& options) {
  if (options.poll_url.empty()) return {};
  return {make_item("dcmp-url", options.poll_url), make_item("dcmp-poll-interval", std::to_string(options.poll_seconds))};
}

}  // namespace understudy::reference
