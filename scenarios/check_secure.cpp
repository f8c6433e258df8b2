// The phones of a check that are taken into Secure Mode, and what is tried there that a service must not let pass.
#include <memory>
#include <utility>

#include "phone/random.h"
#include "phone/speech.h"
#include "scenarios/check.h"

namespace understudy::scenarios {

namespace {

using transcript::Trial;

// What a phone needs to say to be known by.
constexpr const char* identity[] = {"device-type",    "software-type", "software-version",
                                    "contact-me-uri", "mac-addr",      "e164"};

wpi::Item item(std::string name, std::string value) {
  wpi::Item out;
  out.name = std::move(name);
  out.value = std::move(value);
  return out;
}

std::string nonce_of(phone::Random random) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string nonce;
  while (nonce.size() < 32) nonce += digits[random.next() % digits.size()];
  return nonce;
}

}  // namespace

// Ten digits: seven of them are the password, three the TAN (guide p.67).
std::string pin_of(std::uint64_t seed, const Cast& who) {
  std::uint64_t number = seed;
  for (const char c : who.mac) number = number * 31 + static_cast<unsigned char>(c);
  return std::to_string(1'000'000'000 + phone::Random(number).next() % 9'000'000'000);
}

void Check::play_bootstrapped(const Cast& who, const std::function<bool()>& interrupted) {
  const bool by_pin = who.part != Part::bootstrapped;
  const std::string pin = by_pin ? pin_of(settings_.seed, who) : std::string();
  const phone::Phone& phone = stage_.phone(who.id);
  if (who.part == Part::wrong_tan) {
    phone::Switches switches = settings_.switches;
    switches.wrong_tan = true;
    stage_.post(who.id, phone::Behave{switches});
  }
  if (!settings_.start_job || !step(who, "start-up", phone::PowerOn{}, interrupted)) return;
  job_waits(who, by_pin ? "a bootstrap with PIN waits" : "a bootstrap waits",
            {by_pin ? "bootstrap-pin" : "bootstrap", pin}, interrupted);
  if (interrupted()) return;
  // Nobody asked it to call, or it took nothing: when it next starts up the job may still wait.
  if (!phone.secure() && !phone.wants_pin() &&
      !step(who, "start-up, a bootstrap waits", phone::PowerOn{}, interrupted))
    return;
  if (phone.wants_pin() && !step(who, "the PIN is entered", phone::PinEntered{pin}, interrupted)) return;
  if (!phone.secure() || who.part == Part::wrong_tan) return;
  if (!step(who, "local change in Secure Mode", phone::ItemsChanged{{item("sntp-addr", "192.0.2.124")}},
            interrupted))
    return;
  // Who was not served in Secure Mode need not be refused elsewhere.
  if (phone.shows() == nullptr || stage_.last_end(who.id) != phone::End::clean_up) return;
  const std::uint16_t secure_port = phone.shows()->port;
  if (who.part == Part::bootstrapped) {
    shown_ = phone.shows();
    attempt(who, "without a certificate", {Trial::no_certificate, secure_port, nullptr}, interrupted);
    attempt(who, "on the default port", {Trial::default_port, 0, nullptr}, interrupted);
  } else if (shown_) {
    attempt(who, "another phone's certificate", {Trial::others_certificate, secure_port, shown_},
            interrupted);
  }
}

void Check::attempt(const Cast& who, std::string name, fleet::Stage::Attempt attempt,
                    const std::function<bool()>& interrupted) {
  if (interrupted()) return;
  const phone::Phone& phone = stage_.phone(who.id);
  wpi::PhoneMessage message;
  message.reason = wpi::Reason::start_up;
  message.nonce = nonce_of(phone::Random(settings_.seed + static_cast<unsigned>(attempt.trial)));
  for (const char* what : identity) {
    const std::string* value = phone.store().find(what);
    message.items.push_back(item(what, value ? *value : ""));
  }
  net::Target target = settings_.target;
  if (attempt.port != 0) target.port = attempt.port;
  wpi::HttpRequest request = phone::request_of(message, {}, target.path, target.host_header(), {});
  const auto done = std::make_shared<bool>(false);  // may outlive this call, if that is interrupted
  stage_.mark(transcript::Event::step, who.id, std::move(name));
  stage_.attempt(who.id, std::move(attempt), std::move(request),
                 [done](const transcript::Exchange&) { *done = true; });
  clock_.run([&] { return *done || interrupted(); }, settings_.step_limit);
  stage_.mark(transcript::Event::step_ended, who.id, *done ? "idle" : "interrupted");
}

}  // namespace understudy::scenarios
