#include "fleet/load/users.h"

#include <algorithm>
#include <utility>

namespace understudy::fleet::load {

namespace {

using namespace std::chrono_literals;

constexpr microseconds a_slice = 1s;
// A phone that starts up first, or is at something that nobody told it, is asked again so soon.
constexpr microseconds asks_again = 100ms;

// It begins as it likes: others begin with a phone that is there.
bool starts_up_itself(const Share& share) {
  return share.behaviour == Behaviour::start_up || share.behaviour == Behaviour::scenario;
}

}  // namespace

Users::Users(Stage& stage, net::Clock& clock, Arrivals arrivals, Acts* acts)
    : clock_(clock), arrivals_(std::move(arrivals)), desks_(stage, clock, arrivals_, acts), users_(arrivals_.phones()) {
  for (std::uint64_t place = 0; place < users_.size(); ++place)
    users_[place].chance = phone::Random(arrivals_.plan().seed + arrivals_.part().phone(place));
  desks_.settled = [this](const Desks::Settled& what) { heed(what); };
}

void Users::after(microseconds wait, std::function<void()> then) {
  clock_.after(wait, [this, then = std::move(then), here = std::weak_ptr<bool>(here_)] {
    if (!here.expired() && !over_) then();
  });
}

// ---- Who there is

std::vector<std::uint64_t> Users::count() const {
  std::vector<std::uint64_t> out(arrivals_.plan().behaviours.size());
  for (const User& user : users_)
    if (user.share) ++out[*user.share];
  return out;
}

void Users::set(const std::vector<std::uint64_t>& by_class) {
  const bool wants_some = std::any_of(by_class.begin(), by_class.end(), [](std::uint64_t each) { return each > 0; });
  if (!begin_ && wants_some) {
    begin_ = clock_.now();
    desks_.afflict();
    after(a_slice, [this] { slices(); });
  }
  std::vector<std::uint64_t> there = count();
  for (std::uint64_t place = users_.size(); place-- > 0;) {
    User& user = users_[place];
    if (!user.share || there[*user.share] <= by_class[*user.share]) continue;
    --there[*user.share];
    user.share.reset();
  }
  for (std::size_t share = 0; share < by_class.size(); ++share)
    for (; there[share] < by_class[share]; ++there[share]) come(share);
}

void Users::come(std::size_t share) {
  for (std::uint64_t place = 0; place < users_.size(); ++place) {
    User& user = users_[place];
    if (user.share) continue;
    user.share = share;
    user.number = ++so_far_;
    return after({}, [this, place, number = user.number] { turn(place, number); });
  }
}

// ---- What they do

void Users::turn(std::uint64_t place, std::uint64_t number) {
  User& user = users_[place];
  if (!user.share || user.number != number) return;
  const Share& share = arrivals_.plan().behaviours[*user.share];
  const std::uint64_t phone = arrivals_.part().phone(place);
  const bool wants_start_up = !desks_.on(phone) && !starts_up_itself(share) && !std::exchange(user.prepared, true);
  if (wants_start_up) desks_.prepare(phone);
  if (!desks_.idle(phone)) return after(asks_again, [this, place, number] { turn(place, number); });
  user.at_work = number;
  ++begun_;
  desks_.begin({{}, *user.share, phone, user.turns++ * arrivals_.plan().phones + phone}, clock_.now());
}

void Users::heed(const Desks::Settled& what) {
  const std::uint64_t place = arrivals_.part().place_of(what.phone);
  if (settled) settled(what);
  const User& user = users_[place];
  if (user.share && user.at_work == user.number) rests(place);
}

void Users::rests(std::uint64_t place) {
  User& user = users_[place];
  const microseconds wait = arrivals_.plan().behaviours[*user.share].wait;
  const auto part = microseconds(user.chance.next() % (static_cast<std::uint64_t>(wait.count()) + 1));
  after(wait / 2 + part, [this, place, number = user.number] { turn(place, number); });
}

// ---- Slices, and the end

void Users::close_slice(microseconds until) {
  const Slice slice = desks_.take(slice_begin_, until, std::exchange(begun_, 0));
  slice_begin_ = until;
  if (told) told(slice);
}

void Users::slices() {
  while (!over_ && slice_begin_ + a_slice <= elapsed()) close_slice(slice_begin_ + a_slice);
  if (!over_) after(slice_begin_ + a_slice - elapsed(), [this] { slices(); });
}

void Users::stop() {
  if (std::exchange(over_, true)) return;
  desks_.break_off();
  if (begin_) close_slice(std::max(elapsed(), slice_begin_));
}

}  // namespace understudy::fleet::load
