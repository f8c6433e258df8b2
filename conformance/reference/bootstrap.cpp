#include "reference/bootstrap.h"

#include <algorithm>

#include "certs/authority.h"
#include "certs/base64.h"
#include "certs/pkcs12.h"
#include "net/keys.h"
#include "reference/plan.h"

namespace understudy::reference {

using wpi::Item;

namespace {

constexpr std::size_t tan_length = 3, least_pin = 6,
                      most_pin = 64;       // characters; of a PIN's bounds the guide says nothing
constexpr std::string_view retries = "3";  // guide p.67
constexpr std::string_view begin = "-----BEGIN CERTIFICATE-----", end = "-----END CERTIFICATE-----";

// Who signs, from the root down: index 0 is the root's (guide p.64).
std::vector<std::string> authorities_in(std::string_view chain) {
  std::vector<std::string> out;
  for (std::string_view rest = chain; !first_certificate(rest).empty();) {
    const std::string_view one = first_certificate(rest);
    out.insert(out.begin(), std::string(one) + "\n");
    rest.remove_prefix(static_cast<std::size_t>(one.data() - rest.data()) + one.size());
  }
  return out;
}

Item indexed(std::string name, int index, std::string value) {
  Item item = make_item(std::move(name), std::move(value));
  item.index = std::to_string(index);
  return item;
}

}  // namespace

std::string_view first_certificate(std::string_view pem) {
  const std::size_t from = pem.find(begin);
  const std::size_t to = from == std::string_view::npos ? from : pem.find(end, from);
  return to == std::string_view::npos ? std::string_view() : pem.substr(from, to + end.size() - from);
}

bool is_pin(std::string_view text) {
  return text.size() >= least_pin && text.size() <= most_pin &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
         });
}

std::string info_item_of(std::string_view certificate_item) {
  return certificate_item == "wbm-server-certificate" ? std::string(certificate_item) + "-info"
                                                      : std::string();
}

tl::expected<Bootstrap, std::string> bootstrap_of(const Job& job, const std::string& mac,
                                                  const SecureOptions& options) {
  if (!options.authority)
    return tl::unexpected(std::string("the service has no authority that issues certificates"));
  const auto pem = options.authority->issue(certs::phone_profile_of(certs::Ready::valid, mac));
  if (!pem) return tl::unexpected(pem.error());
  const auto pkcs12 = certs::to_pkcs12(*pem, options.password, mac);
  if (!pkcs12) return tl::unexpected(pkcs12.error());

  std::vector<Item> given = {make_item("dls-client-certificate", certs::to_base64(*pkcs12))};
  int index = 0;
  for (std::string& ca : authorities_in(options.authority->chain()))
    given.push_back(indexed("dls-server-ca", index++, std::move(ca)));
  given.push_back(make_item("dls-secure-port", std::to_string(options.port)));

  Bootstrap out;
  out.certificate = pem->certificate;
  if (job.kind == JobKind::bootstrap) {
    out.items = std::move(given);
    out.items.insert(out.items.begin(), make_item("goto-secure-mode", "nopin"));
    return out;
  }
  if (!is_pin(job.pin)) return tl::unexpected(std::string("the PIN is none"));
  const std::size_t password = job.pin.size() - tan_length;
  const auto data = net::packed(given, std::string_view(job.pin).substr(0, password));
  if (!data) return tl::unexpected(data.error());
  out.tan = job.pin.substr(password);
  out.items = {make_item("goto-secure-mode", "pin"), make_item("secure-mode-data", *data),
               make_item("max-pin-retries", std::string(retries))};
  return out;
}

std::string refusal_of(const Phone* phone, const Door& door) {
  if (!door.secure)
    return phone && phone->secure.on && !phone->secure.reopened ? "This phone is in Secure Mode: it is served on the port for that."
                                     : "";
  if (door.certificate.empty()) return "Nobody is served here without a certificate.";
  if (!phone || phone->secure.certificate.empty()) return "This phone was given no certificate.";
  return first_certificate(door.certificate) == first_certificate(phone->secure.certificate)
             ? ""
             : "The certificate is another phone's.";
}

}  // namespace understudy::reference
