// What goes wrong inside the phones of a stage, on purpose or by chance.
#include <algorithm>
#include <cstdio>
#include <utility>

#include "fleet/distort.h"
#include "fleet/stage.h"
#include "phone/random.h"

namespace understudy::fleet {

namespace {

using Kind = net::Fault::Kind;

std::string made_up_nonce(std::uint64_t from) {
  phone::Random random(from);
  char text[40];
  std::snprintf(text, sizeof text, "%016llX%016llX", static_cast<unsigned long long>(random.next()),
                static_cast<unsigned long long>(random.next()));
  return text;
}

}  // namespace

void Stage::afflict(const std::string& id, std::shared_ptr<const Faults> faults, std::uint64_t seed) {
  Player& player = cast_.at(id);
  player.affliction = faults ? std::make_unique<Affliction>(Affliction{std::move(faults), seed, 0, "", ""}) : nullptr;
}

void Stage::meet_by_chance(Player& player, const phone::Send& send, Delivery& delivery) {
  Affliction& of = *player.affliction;
  if (send.message == 1 && send.attempt == 1) of.old_nonce = std::exchange(of.nonce, "");
  if (send.said && !send.said->nonce_or_empty().empty()) of.nonce = send.said->nonce_or_empty();
  const std::uint64_t number = of.messages++;
  const bool by_script = delivery.fault.kind != Kind::none || delivery.times > 1 || delivery.never || delivery.after.count() > 0 ||
                         send.by_hand != phone::ByHand::no;
  if (!by_script) delivery.fault = of.faults->of(of.seed, number).value_or(net::Fault{});
  if (delivery.fault.kind == Kind::stale_nonce && delivery.fault.nonce.empty()) delivery.fault.nonce = of.old_nonce;
  if (delivery.fault.kind == Kind::foreign_nonce && delivery.fault.nonce.empty())
    delivery.fault.nonce = nonce_of_another(player, of.seed + number);
  delivery.by_chance = !by_script;
  Voice& last = voices_[(voice_ + voices_.size() - 1) % voices_.size()];
  if (last.player == &player && last.conversation == player.conversation) return;
  voices_[voice_] = {&player, player.conversation};
  voice_ = (voice_ + 1) % voices_.size();
}

// Of one that spoke last, and whose interaction is open; else of nobody.
std::string Stage::nonce_of_another(const Player& player, std::uint64_t made_up) const {
  for (std::size_t n = 1; n <= voices_.size(); ++n) {
    const Voice& voice = voices_[(voice_ + voices_.size() - n) % voices_.size()];
    if (voice.player && voice.player != &player && voice.player->conversation == voice.conversation && voice.player->affliction &&
        !voice.player->affliction->nonce.empty())
      return voice.player->affliction->nonce;
  }
  return made_up_nonce(made_up);
}

// False: the message has nothing that the fault could meet.
bool Stage::meet(Player& player, phone::Send& send, Delivery& delivery) {
  const net::Fault& fault = delivery.fault;
  if (!reader_) reader_ = std::make_unique<wpi::Reader>();
  if (!distort(send, fault, *reader_)) return false;
  if (fault.kind == Kind::old_cipher && (player.old_tls || player.place.profile == net::TlsProfile::old || !player.place.target.tls)) return false;
  if (fault.kind == Kind::old_cipher) player.old_tls = true;
  if (fault.kind == Kind::doubled_message) delivery.times = std::max(delivery.times, 2);
  if (fault.kind == Kind::clock_jump) jump(player, fault.jump);
  sink_.take(transcript::Mark{clock_.now(), transcript::Event::fault, player.id, send.interaction, words_of(fault)});
  if (player.director) player.director->meets(player.id, fault, delivery.by_chance);
  return true;
}

// ---- A phone's own time

void Stage::set_timer(Player& player, std::uint64_t timer, microseconds after) {
  const std::uint64_t on_clock = clock_.after(after, [this, &player, timer] {
    std::erase_if(player.pending, [&](const Pending& each) { return each.timer == timer; });
    happen(player, phone::TimerFired{timer});
  });
  player.pending.push_back({timer, on_clock, clock_.now() + after});
}

// Its timers wait for a moment of its clock (inferred): forwards they come sooner, back later.
void Stage::jump(Player& player, microseconds by) {
  player.ahead += by;
  const std::vector<Pending> pending = std::exchange(player.pending, {});
  for (const Pending& each : pending) {
    clock_.cancel(each.on_clock);
    set_timer(player, each.timer, std::max(each.due - by - clock_.now(), microseconds(0)));
  }
}

}  // namespace understudy::fleet
