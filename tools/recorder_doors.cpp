#include "recorder_doors.h"

#include <algorithm>
#include <utility>

#include "certs/facts.h"
#include "net/local_address.h"
#include "reach.h"

namespace understudy::tools {

namespace {

constexpr std::size_t most_doors = 10'000;

std::string secure_key(std::uint16_t port) {
  return "secure " + std::to_string(port);
}

}  // namespace

RecorderDoors::RecorderDoors(net::EventLoop& loop, Recorder& recorder, Settings settings)
    : loop_(loop), recorder_(recorder), settings_(std::move(settings)), keys_(settings_.certificate_password) {
  for (phone::Credentials& each : settings_.phones) keep(std::move(each));
}

tl::expected<std::unique_ptr<RecorderDoors>, std::string> RecorderDoors::open(net::EventLoop& loop, Recorder& recorder,
                                                                              Settings settings) {
  std::unique_ptr<RecorderDoors> doors(new RecorderDoors(loop, recorder, std::move(settings)));
  auto main = net::Relay::listen(loop, doors->door(Recorder::Door::of_service));
  if (!main) return tl::unexpected(main.error());
  doors->main_ = std::move(*main);
  RecorderDoors& self = *doors;
  if (self.settings_.rewrites) {
    net::Rewriting::Settings rewriting;
    rewriting.service = self.settings_.main.service;
    rewriting.port = self.port();
    rewriting.doors.service = [&self](const net::Target& place) { return self.to_service(place); };
    rewriting.doors.secure = [&self](std::uint16_t port) { return self.to_secure(port); };
    rewriting.doors.phone = [&self](const net::Target& place) { return self.to_phone(place); };
    rewriting.ca = self.settings_.ca;
    rewriting.pins = self.settings_.pins;
    rewriting.keys = &self.keys_;
    rewriting.bootstrapped = [&self](const std::string& address, phone::Credentials credentials) {
      self.keep(std::move(credentials));
      self.known_.insert(address);
      self.sealed_.erase(address);
    };
    recorder.rewrites(&self.rewriting_.emplace(std::move(rewriting)));
  }
  if (const std::uint16_t port = self.settings_.secure_port; port != 0 && !self.to_secure(port))
    return tl::unexpected(std::string("no port can be opened for Secure Mode"));
  return doors;
}

std::optional<std::uint16_t> RecorderDoors::secure_port() const {
  for (const auto& [key, relay] : doors_)
    if (key.starts_with("secure ")) return relay->port();
  return std::nullopt;
}

net::RelayCounts RecorderDoors::counts() const {
  net::RelayCounts sum = main_->counts();
  for (const auto& [key, relay] : doors_) {
    const net::RelayCounts& more = relay->counts();
    sum.connections += more.connections;
    sum.open += more.open;
    sum.opaque += more.opaque;
    sum.from_clients += more.from_clients;
    sum.from_service += more.from_service;
    sum.undecoded += more.undecoded;
  }
  return sum;
}

void RecorderDoors::stop() {
  main_->stop();
  for (const auto& [key, relay] : doors_) relay->stop();
}

net::RelaySettings RecorderDoors::door(Recorder::Door kind) const {
  net::RelaySettings settings = settings_.main;
  settings.edits = settings_.rewrites;
  settings.service_calls = kind == Recorder::Door::of_phone;
  settings.listens = [this, kind](const net::Relayed& connection) { return recorder_.listens(connection, kind); };
  settings.troubled = [this](const auto&... trouble) { recorder_.troubled(trouble...); };
  return settings;
}

std::optional<std::uint16_t> RecorderDoors::port_of(const std::string& key, net::RelaySettings settings, std::uint16_t wanted) {
  if (const auto open = doors_.find(key); open != doors_.end()) return open->second->port();
  const std::string& host = settings.service.host;
  if (doors_.size() >= most_doors || (is_numeric(host) && !settings.may_connect(host, host))) return std::nullopt;
  settings.port = wanted;
  auto relay = net::Relay::listen(loop_, settings);
  if (!relay && wanted != 0) {
    settings.port = 0;
    relay = net::Relay::listen(loop_, std::move(settings));
  }
  if (!relay) return std::nullopt;
  return doors_.emplace(key, std::move(*relay)).first->second->port();
}

std::optional<std::uint16_t> RecorderDoors::to_service(const net::Target& place) {
  const net::Target& main = settings_.main.service;
  if (place.tls && place.host == main.host) {
    if (place.port == main.port) return port();
    if (const auto secure = doors_.find(secure_key(place.port)); secure != doors_.end()) return secure->second->port();
  }
  net::RelaySettings settings = door(Recorder::Door::of_service);
  settings.service = place;
  settings.plain = !place.tls;
  return port_of((place.tls ? "https://" : "http://") + place.host_header(), std::move(settings));
}

// On the same number where that is free: phones that are in Secure Mode already call it.
std::optional<std::uint16_t> RecorderDoors::to_secure(std::uint16_t port) {
  net::RelaySettings settings = door(Recorder::Door::of_service);
  settings.service.port = port;
  settings.keys.emplace();
  settings.keys->decodes = [this](const net::Relayed& connection) {
    const std::string phone = net::address_in(connection.client);
    return !sealed_.contains(phone) && (known_.contains(phone) || !settings_.phones.empty());
  };
  settings.keys->credentials = [this](const std::string& certificate) -> std::shared_ptr<const phone::Credentials> {
    const auto facts = certs::facts_of(certificate);
    const auto phone = facts ? phones_.find(facts->sha256) : phones_.end();
    return phone == phones_.end() ? nullptr : phone->second;
  };
  settings.troubled = [this](const auto&... trouble) { troubled_in_secure_mode(trouble...); };
  return port_of(secure_key(port), std::move(settings), port);
}

std::optional<std::uint16_t> RecorderDoors::to_phone(const net::Target& place) {
  if (place.tls) return std::nullopt;
  net::RelaySettings settings = door(Recorder::Door::of_phone);
  settings.service = place;
  settings.plain = true;
  settings.source_address.clear();
  return port_of("phone " + place.host_header(), std::move(settings));
}

void RecorderDoors::keep(phone::Credentials credentials) {
  const auto facts = certs::facts_of(credentials.certificate_pem);
  if (facts) phones_[facts->sha256] = std::make_shared<const phone::Credentials>(std::move(credentials));
}

// A phone that will not speak with us speaks with its service, from its next try on.
void RecorderDoors::troubled_in_secure_mode(const net::Relayed& connection, net::RelayTrouble kind, const std::string& why) {
  if (kind == net::RelayTrouble::refused || kind == net::RelayTrouble::stranger) sealed_.insert(net::address_in(connection.client));
  recorder_.troubled(connection, kind == net::RelayTrouble::refused ? net::RelayTrouble::stranger : kind, why);
}

}  // namespace understudy::tools
