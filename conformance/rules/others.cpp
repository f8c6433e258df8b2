#include "rules/others.h"

#include <algorithm>
#include <utility>

namespace understudy::conformance {

namespace {

constexpr std::size_t shortest_planted = 6;  // bytes; less may be anybody's by chance

}  // namespace

void Others::introduce(const transcript::PhoneMark& mark) {
  if (mark.address_of.empty()) return;
  for (const std::string& phone : {mark.address_of, mark.phone}) {
    State& state = phones_[phone];
    if (!state.address_of.empty()) continue;
    state.address_of = mark.address_of;
    sharing_[mark.address_of].push_back(phone);
  }
}

void Others::begins(const std::string& phone) {
  State& state = phones_[phone];
  if (!state.speaks) ++speaking_;
  if (state.speaks) state.last_nonces = std::move(state.nonces);
  state.speaks = true;
  state.nonces.clear();
}

void Others::ends(const std::string& phone, transcript::microseconds at, bool cleanly) {
  const auto found = phones_.find(phone);
  if (found == phones_.end() || !found->second.speaks) return;
  State& state = found->second;
  state.speaks = false;
  state.last_nonces = std::exchange(state.nonces, {});
  state.last_ended = cleanly ? at : transcript::microseconds::max();
  --speaking_;
}

void Others::hears(const transcript::Exchange& exchange) {
  if (exchange.interaction == 0) return;
  State& state = phones_[exchange.phone];
  // What was broken off may belong to an interaction that is over, and has been said all the same.
  if (!state.speaks && exchange.outcome != transcript::Outcome::interrupted) {
    state.speaks = true;
    ++speaking_;
  }
  const std::string_view nonce = exchange.said ? exchange.said->nonce_or_empty() : std::string_view();
  auto& nonces = state.speaks ? state.nonces : state.last_nonces;
  if (nonce.empty() || std::find(nonces.begin(), nonces.end(), nonce) != nonces.end()) return;
  if (nonces.size() == most_nonces) nonces.erase(nonces.begin());
  nonces.emplace_back(nonce);
}

void Others::plant(const std::string& phone, const std::string& value) {
  if (value.size() >= shortest_planted && planted_.size() < most_planted) planted_.push_back({phone, value});
}

bool Others::speaks(const std::string& phone) const {
  const auto found = phones_.find(phone);
  return found != phones_.end() && found->second.speaks;
}

bool Others::speak(const std::string& phone) const {
  return speaking_ > (speaks(phone) ? 1U : 0U);
}

bool Others::neighbour_speaks(const std::string& phone) const {
  if (sharing_.empty()) return false;
  const auto found = phones_.find(phone);
  if (found == phones_.end() || found->second.address_of.empty()) return false;
  const auto& group = sharing_.at(found->second.address_of);
  return std::any_of(group.begin(), group.end(),
                     [&](const std::string& other) { return other != phone && speaks(other); });
}

bool Others::are_neighbours(const std::string& phone, const std::string& other) const {
  const auto a = phones_.find(phone), b = phones_.find(other);
  return a != phones_.end() && b != phones_.end() && !a->second.address_of.empty() &&
         a->second.address_of == b->second.address_of;
}

// Gone through only for a nonce that is wrong.
Others::Whose Others::whose(std::string_view nonce, const std::string& phone,
                            transcript::microseconds begun) const {
  const auto among = [&](const std::vector<std::string>& nonces) {
    return std::find(nonces.begin(), nonces.end(), nonce) != nonces.end();
  };
  const auto has = [&](const auto& each) {
    const auto& [other, state] = each;
    return other != phone &&
           ((state.speaks && among(state.nonces)) || (state.last_ended >= begun && among(state.last_nonces)));
  };
  if (std::any_of(phones_.begin(), phones_.end(), has)) return Whose::another;
  return speak(phone) ? Whose::unknown : Whose::nobody;
}

bool Others::have_planted(const std::string& phone) const {
  return std::any_of(planted_.begin(), planted_.end(),
                     [&](const Planted& planted) { return planted.phone != phone; });
}

Others::Given Others::given_to(const std::string& phone, const wpi::Document& answer) const {
  for (const Planted& planted : planted_) {
    if (planted.phone == phone) continue;
    for (const wpi::Item& item : answer.items)
      if (item.value.find(planted.value) != std::string::npos) return {&item, &planted};
  }
  return {};
}

}  // namespace understudy::conformance
