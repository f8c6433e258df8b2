#include "net/dhcp_conversation.h"

#include <algorithm>
#include <utility>

#include "net/words.h"

namespace understudy::net::dhcp {

using std::chrono::seconds;

namespace {

// RFC 2131, 4.1: 4, 8, 16, 32, 64 and again 64 s, each a second more or less.
constexpr microseconds first_wait = seconds(4), jitter = seconds(1);
constexpr int most_doublings = 4;
constexpr int most_requests = 3;                     // of an offer; then it asks anew
constexpr microseconds least_renewal = seconds(60);  // between requests to renew (RFC 2131, 4.4.5)
constexpr microseconds after_refusal = seconds(1);   // doubled with each: it may refuse always

microseconds later(microseconds from, microseconds wait) {
  return wait == without_end ? without_end : from + wait;
}

std::string server_in_words(const std::optional<Ipv4>& server) {
  return server ? "the DHCP server " + in_words(*server) : "a DHCP server";
}

}  // namespace

std::optional<microseconds> Conversation::wakes_at() const {
  if (!step_ || !limit_) return step_ ? step_ : limit_;
  return std::min(*step_, *limit_);
}

microseconds Conversation::back_off() {
  const microseconds wait = first_wait * (1 << std::min(sent_ - 1, most_doublings));
  const auto range = static_cast<std::uint64_t>(2 * jitter.count() + 1);
  return wait - jitter + microseconds(static_cast<std::int64_t>(random_.next() % range));
}

Effects Conversation::ask(microseconds now) {
  Effects effects;
  offer_.reset();
  lease_.reset();
  trouble_.clear();
  refusals_ = 0;
  sent_ = 0;
  began_ = now;
  limit_ = now + patience_.limit;
  discover(now, effects);
  return effects;
}

Effects Conversation::wake(microseconds now) {
  Effects effects;
  if (limit_ && now >= *limit_) {
    fail(effects);
  } else if (step_ && now >= *step_) {
    switch (state_) {
      case State::idle:
        break;
      case State::waiting:
        sent_ = 0;
        discover(now, effects);
        break;
      case State::selecting:
        if (offer_) {
          sent_ = 0;
          request(now, effects);
        } else {
          discover(now, effects);
        }
        break;
      case State::requesting:
        if (sent_ < most_requests) {
          request(now, effects);
        } else {
          trouble(server_in_words(offer_->server) + " offered " + in_words(offer_->address) +
                      ", and does not answer the request for it",
                  effects);
          offer_.reset();
          sent_ = 0;
          discover(now, effects);
        }
        break;
      case State::bound:
      case State::renewing:
      case State::rebinding:
        if (now >= ends_at_)
          lose("the lease ran out, and nobody renewed it", now, effects);
        else
          renew(now >= rebind_at_ ? State::rebinding : State::renewing, now, effects);
        break;
    }
  }
  return effects;
}

Effects Conversation::hear(std::string_view packet, microseconds now) {
  Effects effects;
  const bool listens = state_ == State::selecting || state_ == State::requesting ||
                       state_ == State::renewing || state_ == State::rebinding;
  if (!listens || !is_answer_to(packet, exchange_, client_.mac)) return effects;
  auto answer = read(packet);
  if (!answer) {
    trouble("an answer of a DHCP server is wrong: " + answer.error(), effects);
  } else if (!expected(*answer)) {
    // Another server's, or one that came too late.
  } else if (answer->kind == Kind::offer) {
    offered(std::move(answer->lease), now, effects);
  } else if (answer->kind == Kind::ack) {
    acknowledged(std::move(answer->lease), effects);
  } else {
    refused(*answer, now, effects);
  }
  return effects;
}

bool Conversation::expected(const Answer& answer) const {
  if (state_ == State::selecting) return answer.kind == Kind::offer;
  if (answer.kind == Kind::offer) return false;
  if (state_ == State::rebinding || !answer.lease.server) return true;
  const std::optional<Lease>& asked = state_ == State::requesting ? offer_ : lease_;
  return answer.lease.server == asked->server;
}

// ---- From nothing to a lease

Send Conversation::say(Kind kind, microseconds now) const {
  Question question;
  question.kind = kind;
  question.exchange = exchange_;
  question.seconds = static_cast<std::uint16_t>(
      std::min<std::int64_t>(std::chrono::duration_cast<seconds>(now - began_).count(), 0xFFFF));
  Send send;
  if (holds()) {
    question.own = send.from = lease_->address;
    if (state_ != State::rebinding && lease_->server) send.to = *lease_->server;
    if (kind == Kind::release) question.server = lease_->server;
  } else if (kind == Kind::request) {
    question.wanted = offer_->address;
    question.server = offer_->server;
  }
  send.packet = written(client_, question);
  return send;
}

void Conversation::discover(microseconds now, Effects& effects) {
  if (sent_ == 0) exchange_ = static_cast<std::uint32_t>(random_.next());
  ++sent_;
  enter(State::selecting, now + back_off());
  effects.push_back(say(Kind::discover, now));
}

void Conversation::offered(Lease lease, microseconds now, Effects& effects) {
  const bool serves = lease.service.has_value();
  if (offer_ && !serves) return;  // the first one is as good
  const bool first = !offer_;
  offer_ = std::move(lease);
  if (first) step_ = now + patience_.gathers;
  if (!serves) return;
  sent_ = 0;
  request(now, effects);
}

void Conversation::request(microseconds now, Effects& effects) {
  if (sent_ == 0) requested_ = now;
  ++sent_;
  enter(State::requesting, now + back_off());
  effects.push_back(say(Kind::request, now));
}

void Conversation::acknowledged(Lease lease, Effects& effects) {
  if (!lease.server) lease.server = offer_ ? offer_->server : lease_->server;
  const bool moved = lease_ && lease_->address != lease.address;
  if (moved)
    effects.push_back(
        Lost{server_in_words(lease.server) + " gives another address, " + in_words(lease.address)});
  renew_at_ = later(requested_, lease.renew);
  rebind_at_ = later(requested_, lease.rebind);
  ends_at_ = later(requested_, lease.lasts);
  offer_.reset();
  limit_.reset();
  lease_ = lease;
  state_ = State::bound;
  step_.reset();
  if (renew_at_ != without_end) step_ = renew_at_;
  effects.push_back(Bound{std::move(lease)});
}

void Conversation::refused(const Answer& answer, microseconds now, Effects& effects) {
  const std::string why = server_in_words(answer.lease.server ? answer.lease.server
                                          : offer_            ? offer_->server
                                                              : lease_->server) +
                          " refuses the address" +
                          (answer.message.empty() ? "" : ": " + quoted(answer.message));
  if (holds()) return lose(why, now, effects);
  trouble(why, effects);
  offer_.reset();
  enter(State::waiting, now + after_refusal * (1 << std::min(refusals_++, 6)));
}

// ---- Keeping it

// A request without an answer is said again when half of the time that is left has passed (RFC 2131, 4.4.5).
void Conversation::renew(State state, microseconds now, Effects& effects) {
  if (state != state_) {
    exchange_ = static_cast<std::uint32_t>(random_.next());
    began_ = now;
  }
  requested_ = now;
  const microseconds until = state == State::renewing ? rebind_at_ : ends_at_;
  enter(state, std::min(now + std::max((until - now) / 2, least_renewal), until));
  effects.push_back(say(Kind::request, now));
}

void Conversation::lose(std::string why, microseconds now, Effects& effects) {
  effects.push_back(Lost{std::move(why)});
  for (Effect& effect : ask(now)) effects.push_back(std::move(effect));
}

Effects Conversation::release(microseconds now) {
  Effects effects;
  if (holds()) {
    exchange_ = static_cast<std::uint32_t>(random_.next());
    began_ = now;
    state_ = State::bound;
    effects.push_back(say(Kind::release, now));
  }
  state_ = State::idle;
  offer_.reset();
  lease_.reset();
  step_.reset();
  limit_.reset();
  return effects;
}

// ---- When it does not go well

void Conversation::trouble(std::string what, Effects& effects) {
  if (what == trouble_) return;  // said once: a server may say it a thousand times
  trouble_ = std::move(what);
  effects.push_back(Note{trouble_});
}

void Conversation::fail(Effects& effects) {
  std::string why = "no DHCP server answered within " + in_words(patience_.limit);
  if (offer_)
    why = server_in_words(offer_->server) + " offered " + in_words(offer_->address) +
          ", and did not give it within " + in_words(patience_.limit);
  if (!trouble_.empty()) why = "no address by DHCP within " + in_words(patience_.limit) + ": " + trouble_;
  state_ = State::idle;
  offer_.reset();
  step_.reset();
  limit_.reset();
  effects.push_back(Failed{std::move(why)});
}

}  // namespace understudy::net::dhcp
