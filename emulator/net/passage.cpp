#include "net/passage.h"

#include <array>
#include <exception>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace understudy::net {

using Step = Connection::Step;

namespace {

constexpr std::size_t piece = 16'384;  // a TLS record
constexpr int most_pieces = 64;        // passed on in one turn of the loop

}  // namespace

void Passage::when(const std::shared_ptr<Connection>& connection, Step want, std::function<void()> then) {
  connection->when(want, [self = shared_from_this(), then = std::move(then)] {
    if (!self->over_) then();
  });
}

void Passage::limit(microseconds time, std::function<void()> then) {
  if (timer_) house_->loop.cancel(*timer_);
  timer_ = house_->loop.after(time, [self = shared_from_this(), then = std::move(then)] {
    self->timer_.reset();
    if (!self->over_) then();
  });
}

// Once one side has gone: from then on silence ends the rest.
void Passage::linger() {
  if (clients_.ended || services_.ended) limit(house_->settings.lingers, [this] { over(); });
}

void Passage::trouble(RelayTrouble kind, const std::string& why) {
  if (house_->settings.troubled) house_->settings.troubled(facts_, kind, why);
}

void Passage::fail(RelayTrouble kind, const std::string& why) {
  trouble(kind, why);
  over();
}

void Passage::tell(const std::function<void(RelayEar&)>& what) {
  if (!ear_) return;
  try {
    what(*ear_);
  } catch (const std::exception& failure) {
    ear_.reset();
    trouble(RelayTrouble::deaf, failure.what());
  }
}

// ---- Bytes are passed on

void Passage::count(Way& way, std::size_t bytes) {
  way.spoke = true;
  RelayCounts& counts = house_->counts;
  (way.of_client ? counts.from_clients : counts.from_service) += bytes;
  if (facts_.opaque) counts.undecoded += bytes;
}

// False: the other side does not take it now.
bool Passage::flush(Way& way) {
  std::size_t written = 0;
  while (written < way.held.size()) {
    std::size_t n = 0;
    const Step step = way.to->write(std::string_view(way.held).substr(written), n);
    written += n;
    if (step == Step::done) continue;
    way.held.erase(0, written);
    if (step != Step::wants_read && step != Step::wants_write) {
      lost(way.of_client ? services_ : clients_);
    } else if (!std::exchange(way.writes_later, true)) {
      when(way.to, step, [this, &way] {
        way.writes_later = false;
        way.ended ? pass_end_on(way) : pump(way);
      });
    }
    return false;
  }
  way.held = {};  // its memory too: most connections rest
  return true;
}

// One piece. False: there is none now.
bool Passage::take(Way& way) {
  std::array<char, piece> bytes;
  std::size_t n = 0;
  const Step step = way.from->read(bytes, n);
  if (step == Step::wants_read || step == Step::wants_write) {
    if (!way.of_client) tell([](RelayEar& ear) { ear.rests(); });
    read_later(way, step);
    return false;
  }
  if (step != Step::done) {
    step == Step::ended ? end(way) : lost(way);
    return false;
  }
  count(way, n);
  const std::string_view came(bytes.data(), n);
  if (!way.filter) {
    way.held = came;
    const bool taken = flush(way);
    tell([&](RelayEar& ear) { ear.hears(way.of_client, came); });
    if (!over_) linger();
    return taken;
  }
  const std::string goes_on = edited(way, came);
  way.held = goes_on;
  const bool taken = flush(way);
  const std::string_view heard = speaks_to_service(way) ? std::string_view(goes_on) : came;
  if (!heard.empty()) tell([&](RelayEar& ear) { ear.hears(way.of_client, heard); });
  if (over_) return taken;
  linger();
  wait_for_rest(way);
  return taken;
}

void Passage::read_later(Way& way, Step step) {
  if (std::exchange(way.reads_later, true)) return;
  when(way.from, step, [this, &way] {
    way.reads_later = false;
    pump(way);
  });
}

// ---- Messages that are changed on their way

void Passage::edit() {
  filter(clients_);
  filter(services_);
}

void Passage::filter(Way& way) {
  const auto speaker = way.of_client ? HttpFilter::Speaker::client : HttpFilter::Speaker::service;
  way.filter.emplace(speaker, [this, &way](std::string_view start_line, std::string_view body) {
    std::optional<HttpEdit> edit;
    tell([&](RelayEar& ear) { edit = ear.edit(way.of_client, start_line, body); });
    return edit;
  });
}

std::string Passage::edited(Way& way, std::string_view bytes) {
  std::string out = way.filter->take(bytes);
  if (way.filter->asked_for_head() && services_.filter) let_go(services_, services_.filter->give_up());
  return out;
}

// A side that waits for what is held here shall not wait for long.
void Passage::wait_for_rest(Way& way) {
  if (way.filter->holds() == way.patience.has_value()) return;
  if (way.patience) {
    house_->loop.cancel(*std::exchange(way.patience, std::nullopt));
    return;
  }
  way.patience = house_->loop.after(house_->settings.halts, [self = shared_from_this(), &way] {
    way.patience.reset();
    if (self->over_ || way.ended) return;
    self->trouble(RelayTrouble::halting, "");
    self->let_go(way, way.filter->give_up());
  });
}

// Goes on behind what is on its way already.
void Passage::let_go(Way& way, std::string bytes) {
  if (bytes.empty()) return;
  way.held += bytes;
  if (speaks_to_service(way)) tell([&](RelayEar& ear) { ear.hears(way.of_client, bytes); });
  flush(way);
}

void Passage::pump(Way& way) {
  if (over_ || way.ended || !flush(way)) return;
  for (int n = 0; n < most_pieces; ++n)
    if (!take(way) || over_) return;
  house_->loop.post([self = shared_from_this(), &way] { self->pump(way); });  // others have their turn
}

void Passage::end(Way& way) {
  way.ended = true;
  if (way.filter) let_go(way, way.filter->end());
  if (over_) return;
  left(way);
  linger();
  // Not at once: where the socket is full, the goodbye of TLS would be lost.
  when(way.to, Step::wants_write, [this, &way] { pass_end_on(way); });
}

// Many a phone looks at its service's certificate only when the handshake is done, and then says nothing.
void Passage::left(Way& way) {
  tell([&](RelayEar& ear) { ear.ended(way.of_client); });
  if (way.of_client && !way.spoke && house_->settings.keys && !facts_.opaque) trouble(RelayTrouble::refused, "it closed without a word");
}

void Passage::pass_end_on(Way& way) {
  if (way.passed_on || !flush(way)) return;
  way.to->finish_writing();
  way.passed_on = true;
  if (clients_.passed_on && services_.passed_on) over();
}

// That side is gone without a goodbye: the other learns it in the same way, but for what is still on its way there.
void Passage::lost(Way& way) {
  if (way.filter && !way.ended) let_go(way, way.filter->give_up());
  if (over_) return;
  if (!std::exchange(way.ended, true)) left(way);
  int queued = 1;
  if (way.held.empty() && ::ioctl(way.to->socket().native_handle(), SIOCOUTQ, &queued) == 0 && queued == 0)
    way.to->reset();
  over();
}

void Passage::over() {
  if (std::exchange(over_, true)) return;
  const std::shared_ptr<Passage> alive = shared_from_this();
  if (timer_) house_->loop.cancel(*timer_);
  timer_.reset();
  for (Way* way : {&clients_, &services_})
    if (way->patience) house_->loop.cancel(*std::exchange(way->patience, std::nullopt));
  if (resolver_) resolver_->cancel();
  // Where it is we who end it, the service is not said to have closed first.
  for (Way* way : {&clients_, &services_})
    if (!std::exchange(way->ended, true)) tell([&](RelayEar& ear) { ear.ended(way->of_client); });
  ear_.reset();
  if (clients_.from) clients_.from->close();
  if (clients_.to) clients_.to->close();
  --house_->counts.open;
  house_->passages.erase(facts_.number);
}

}  // namespace understudy::net
