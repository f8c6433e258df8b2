// Certificates and Secure Mode (guide p.59-68): what a service gives a phone, and how the phone changes over to mutual
// authentication, with a PIN or without.
#include <charconv>
#include <utility>

#include "phone/keys.h"
#include "phone/phone.h"

namespace understudy::phone {

using wpi::Document;
using wpi::Item;
using wpi::ReplyStatus;

namespace {

constexpr std::size_t tan_length = 3;  // the last characters of the PIN (guide p.67)
constexpr int usual_tries = 3;         // guide p.67
constexpr std::string_view own_certificate = "dls-client-certificate", server_ca = "dls-server-ca", secure_port = "dls-secure-port",
                           web_certificate = "wbm-server-certificate", web_certificate_info = "wbm-server-certificate-info";

int number_in(const std::string* text, int otherwise) {
  int number = otherwise;
  if (text) std::from_chars(text->data(), text->data() + text->size(), number);
  return number;
}

std::string tries_in_words(int tries) { return std::to_string(tries) + (tries == 1 ? " try" : " tries"); }

}  // namespace

Holds holds(std::string_view item) {
  if (item == own_certificate || item == web_certificate) return Holds::certificate_and_key;
  return item == server_ca ? Holds::certificate : Holds::nothing;
}

// Why a written certificate is none that can be used; empty: it is, or there is nobody who could read it. What clears is none.
std::string Phone::objection_to_certificate(const Item& item) {
  const Holds wanted = holds(item.name);
  if (wanted == Holds::nothing || !service_->keys) return {};
  if (item.value.empty() || item.value == "NULL") {
    if (item.name == web_certificate) put(web_certificate_info, "");
    return {};
  }
  const auto certificate = service_->keys->read(item.value);
  if (!certificate) return certificate.error();
  if (wanted == Holds::certificate_and_key && certificate->key.empty()) return "the certificate came without its key";
  if (item.name == web_certificate) put(web_certificate_info, certificate->info);
  return {};
}

// Of what the store holds; the error is one sentence.
tl::expected<std::shared_ptr<const Credentials>, std::string> Phone::credentials() const {
  const auto wrong = [](std::string text) { return tl::unexpected(std::move(text)); };
  if (!service_->keys) return wrong("it has nobody who reads certificates");
  const std::string* own = store_.find(own_certificate);
  if (!own || own->empty()) return wrong("there is no " + std::string(own_certificate));
  const auto certificate = service_->keys->read(*own);
  if (!certificate) return wrong(std::string(own_certificate) + ": " + certificate.error());
  if (certificate->key.empty()) return wrong(std::string(own_certificate) + ": the certificate came without its key");
  auto out = std::make_shared<Credentials>();
  out->certificate_pem = certificate->pem;
  out->key_pem = certificate->key;
  for (const Item& ca : store_.instances(server_ca)) {
    if (ca.value.empty()) continue;
    const auto issuer = service_->keys->read(ca.value);
    if (!issuer) return wrong(std::string(server_ca) + ": " + issuer.error());
    out->server_cas.push_back(issuer->pem);
  }
  if (out->server_cas.empty()) return wrong("there is no " + std::string(server_ca));
  const int port = number_in(store_.find(secure_port), 0);
  if (port < 1 || port > 65535) return wrong("there is no " + std::string(secure_port));
  out->port = static_cast<std::uint16_t>(port);
  return out;
}

// A write with goto-secure-mode: the phone changes over when the service has said CleanUp (guide p.64, p.67). The item that
// asks for it is refused where the phone cannot (inferred).
void Phone::prepare_secure_mode(const Document& order, ItemParts& refused, Effects& effects) {
  const Item* mode = order.find("goto-secure-mode");
  if (!mode || mode->value.empty() || !says(mode->name, mode->value)) return;  // what was not stored is refused already
  const auto refuse = [&](const std::string& why) {
    effects.push_back(Note{"it does not change over to Secure Mode: " + why});
    refused.add(items::rejected(*mode, wpi::ItemStatus::failed));
  };
  put(mode->name, "");  // an order, not a setting
  if (secure()) return refuse("it is in it already");
  for (const Item& item : order.items) {  // an older one in the store is not what was meant
    const std::string* stored = holds(item.name) == Holds::nothing ? &item.value : store_.find(item.name, items::index_of(item));
    if (!stored || *stored != item.value) return refuse(item.name + " was refused");
  }
  auto prepared = std::make_unique<SecureMode>();
  if (mode->value == "pin") {
    const std::string* data = store_.find("secure-mode-data");
    if (!data || data->empty()) return refuse("there is no secure-mode-data");
    prepared->by_pin = true;
    prepared->tries_left = std::max(1, number_in(store_.find("max-pin-retries"), usual_tries));
  } else if (mode->value == "nopin") {
    auto credentials = this->credentials();
    if (!credentials) return refuse(credentials.error());
    prepared->credentials = std::move(*credentials);
  } else {
    return refuse("goto-secure-mode is neither pin nor nopin");
  }
  secure_ = std::move(prepared);
}

// After an interaction that ended so.
void Phone::change_over(End end, Effects& effects) {
  if (!secure_ || secure_->stage != SecureMode::Stage::prepared) return;
  if (end != End::clean_up) {
    secure_.reset();
    effects.push_back(Note{"it does not change over to Secure Mode: the interaction did not end with CleanUp"});
  } else if (secure_->by_pin) {
    secure_->stage = SecureMode::Stage::wants_pin;
    effects.push_back(Note{"asks for the PIN of Secure Mode: " + tries_in_words(secure_->tries_left)});
  } else {
    go_secure(effects);
  }
}

void Phone::go_secure(Effects& effects) {
  secure_->stage = SecureMode::Stage::on;
  effects.push_back(Note{"is in Secure Mode: it talks to port " + std::to_string(secure_->credentials->port) + ", with its own certificate"});
  want(wpi::Reason::start_up);
}

void Phone::happen(const PinEntered& entered, Effects& effects) {
  if (!wants_pin()) return effects.push_back(Note{"no PIN is asked for"});
  const std::string& pin = entered.pin;
  const std::string* data = store_.find("secure-mode-data");
  if (pin.size() <= tan_length || !service_->keys || !data) return wrong_pin("it is too short", effects);
  auto items = service_->keys->unpack(*data, std::string_view(pin).substr(0, pin.size() - tan_length));
  if (!items) return wrong_pin(items.error(), effects);
  for (const Item& item : *items) store_.put(item.name, items::index_of(item), item.value, {items::Who::service, now_});
  auto credentials = this->credentials();
  if (!credentials) return wrong_pin("what it unlocks is of no use: " + credentials.error(), effects);
  put("secure-mode-data", "");
  secure_->credentials = std::move(*credentials);
  secure_->tan = pin.substr(pin.size() - tan_length);
  go_secure(effects);
}

void Phone::wrong_pin(const std::string& why, Effects& effects) {
  if (--secure_->tries_left > 0)
    return effects.push_back(Note{"the PIN is refused (" + why + "): " + tries_in_words(secure_->tries_left) + " left"});
  effects.push_back(Note{"the PIN is refused (" + why + "), and there is no try left"});
  secure_.reset();
  put("secure-mode-data", "");
  want(wpi::Reason::clean_up);  // guide p.83
}

// The service found the TAN wrong (guide p.31): the phone goes back to default mode, and needs another bootstrap (inferred).
void Phone::tan_was_answered(const Item* why, Effects& effects) {
  if (!secure() || secure_->tan.empty()) return;
  secure_->tan.clear();
  if (!why || why->value.empty()) return;
  secure_.reset();
  effects.push_back(Note{"the service refuses its TAN (" + why->value + "): it goes back to default mode"});
}

}  // namespace understudy::phone
