// What somebody tries whom the service answers in a way of its own: <attempt>.
#include <array>
#include <memory>
#include <utility>

#include "phone/random.h"
#include "phone/speech.h"
#include "scenarios/run/play.h"

namespace understudy::scenarios {

using Kind = language::Attempt::Kind;
using transcript::Trial;

namespace {

// What a phone needs to say to be known by.
constexpr std::array<const char*, 6> identity = {"device-type",    "software-type", "software-version",
                                                 "contact-me-uri", "mac-addr",      "e164"};
constexpr const char* strange_mac = "00:1A:E8:FE:00:00";  // no seed gives that

std::string nonce_of(phone::Random& random) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string nonce;
  while (nonce.size() < 32) nonce += digits[random.next() % digits.size()];
  return nonce;
}

std::string_view words(Kind kind) {
  switch (kind) {
    case Kind::get: return "GET on the service URL";
    case Kind::poll_as_stranger: return "a stranger polls";
    case Kind::no_certificate: return "without a certificate";
    case Kind::others_certificate: return "another phone's certificate";
    case Kind::default_port: return "on the default port";
    case Kind::stale_cookie: return "a reply with a cookie that is over";
    case Kind::replay: return "an old start-up";
    case Kind::renegotiation: return "a TLS handshake anew";
  }
  return "";
}

bool takes_up_the_past(Kind kind) { return kind == Kind::stale_cookie || kind == Kind::replay || kind == Kind::renegotiation; }

}  // namespace

// On a connection of its own, where the phone itself would call.
std::optional<fleet::Stage::Attempt> Play::past_of(const Strand& strand, const language::Step& step, const language::Attempt& it) {
  const Desk& desk = desks_[strand.phone];
  const bool lacks = (it.kind == Kind::stale_cookie && !desk.last_words.reply) || (it.kind == Kind::replay && !desk.last_words.opening);
  if (lacks) {
    fail(How::not_exercised, {step.place, scenario_->phones[strand.phone].name,
                              it.kind == Kind::replay ? "it wants an interaction that CleanUp has ended"
                                                      : "it wants an interaction of several messages with a cookie, which CleanUp has ended",
                              "", "", {}});
    return std::nullopt;
  }
  fleet::Stage::Attempt out;
  out.trial = it.kind == Kind::stale_cookie ? Trial::stale_cookie : it.kind == Kind::replay ? Trial::replay : Trial::renegotiation;
  out.renegotiates = it.kind == Kind::renegotiation;
  out.credentials = means_.stage.phone(desk.id).shows();
  if (out.credentials) out.port = out.credentials->port;
  return out;
}

std::optional<fleet::Stage::Attempt> Play::trial_of(const Strand& strand, const language::Step& step,
                                                    const language::Attempt& it) {
  fleet::Stage::Attempt out;
  if (it.kind == Kind::get) return out;
  if (takes_up_the_past(it.kind)) return past_of(strand, step, it);
  const auto lacks = [&](const std::string& what) {
    fail(How::not_exercised, {step.place, scenario_->phones[strand.phone].name, what, "", "", {}});
    return std::nullopt;
  };
  const auto own = means_.stage.phone(desks_[strand.phone].id).shows();
  if (!own) return lacks("it wants a phone in Secure Mode, and this one is not");
  // Who was not served there need not be refused elsewhere.
  if (means_.stage.last_end(desks_[strand.phone].id) != phone::End::clean_up)
    return lacks("it wants a phone that is served in Secure Mode, and this one was not");
  switch (it.kind) {
    case Kind::no_certificate: out.trial = Trial::no_certificate; break;
    case Kind::default_port: out.trial = Trial::default_port; return out;
    case Kind::others_certificate:
      out.trial = Trial::others_certificate;
      out.credentials = means_.stage.phone(desks_[it.shows].id).shows();
      if (!out.credentials) return lacks("it wants another phone in Secure Mode, and that one is not");
      break;
    default: break;
  }
  out.port = own->port;
  return out;
}

void Play::begin(Strand& strand, const language::Step& step, const language::Attempt& it) {
  const std::uint32_t n = strand.phone;
  const std::string& id = desks_[n].id;
  const phone::Phone& phone = means_.stage.phone(id);
  const bool polls = it.kind == Kind::poll_as_stranger;
  if (polls && phone.poll_url().empty())
    return fail(How::not_exercised, {step.place, scenario_->phones[n].name,
                                     "it wants a service that has phones poll; it was not told where", "", "", {}});
  auto attempt = polls ? std::optional<fleet::Stage::Attempt>(std::in_place) : trial_of(strand, step, it);
  if (!attempt) return;
  if (desks_[n].marked == 0)
    means_.stage.mark(transcript::Event::step, id, (title_.empty() ? "" : title_ + ": ") + std::string(words(it.kind)));
  tell(n, false, std::string(words(it.kind)));
  wait(strand, {Waiting::Said{&step}}, means_.step_limit);
  const auto ended = [weak = weak_from_this(), &strand, n, waits = strand.wait] {
    const auto play = weak.lock();
    if (!play || play->over()) return;
    if (play->desks_[n].marked == 0) play->means_.stage.mark(transcript::Event::step_ended, play->desks_[n].id, "idle");
    if (strand.wait != waits) return;
    strand.came = true;
    play->wake();
  };
  if (polls) return means_.stage.poll_as_stranger(id, strange_mac, ended);

  net::Target target = means_.stage.target(id);
  if (attempt->port != 0) target.port = attempt->port;
  wpi::HttpRequest request{"GET", target.path, {{"Host", target.host_header()}}, ""};
  if (it.kind == Kind::stale_cookie) {
    request = *desks_[n].last_words.reply;
  } else if (it.kind == Kind::replay) {
    request = *desks_[n].last_words.opening;
  } else if (it.kind != Kind::get) {
    wpi::PhoneMessage message;
    message.reason = wpi::Reason::start_up;
    message.nonce = nonce_of(random_);
    for (const char* what : identity) {
      const std::string* value = phone.store().find(what);
      wpi::Item& item = message.items.emplace_back();
      item.name = what;
      item.value = value ? *value : "";
    }
    request = phone::request_of(message, {}, target.path, target.host_header(), {});
  }
  means_.stage.attempt(id, std::move(*attempt), std::move(request),
                       [weak = weak_from_this(), n, ended](const transcript::Exchange& x) {
                         if (const auto play = weak.lock(); play && !play->over()) play->tell(n, true, said_by_service(x));
                         ended();
                       });
}

}  // namespace understudy::scenarios
