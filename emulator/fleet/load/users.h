// Users of classes that come and go, as a master of Locust has them: each is a phone that does what its class says, waits, and does it again.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "fleet/load/desks.h"
#include "phone/random.h"

namespace understudy::fleet::load {

class Users {
 public:
  // The classes are the behaviours of the plan, in their order. The phones of the arrivals' part are on the stage, under their ids; so many
  // users there are at most. All must outlive it.
  Users(Stage& stage, net::Clock& clock, Arrivals arrivals, Acts* acts);
  Users(const Users&) = delete;
  Users& operator=(const Users&) = delete;

  // May be empty; set before the first set().
  std::function<void(const Slice&)> told;               // each second
  std::function<void(const Desks::Settled&)> settled;

  // From now on there are so many of each class, as far as there are phones. The first phones that nobody has come, the last go: what one
  // is doing it does to its end. What one waits between is Share::wait, by chance from half of it to one and a half. With
  // the first users the first slice begins.
  void set(const std::vector<std::uint64_t>& by_class);
  // So many there are.
  std::vector<std::uint64_t> count() const;
  std::uint64_t phones() const { return arrivals_.phones(); }
  std::uint64_t at_work() const { return desks_.at_work(); }
  microseconds elapsed() const { return begin_ ? clock_.now() - *begin_ : microseconds(0); }  // since the first users came
  // What is under way has failed; the last slice.
  void stop();
  bool over() const { return over_; }

 private:
  struct User {
    std::optional<std::size_t> share;  // nothing: nobody has this phone
    std::uint64_t number = 0;          // a user that comes later to the phone has another
    std::uint64_t at_work = 0;         // the number of whose turn it is that the phone does
    bool prepared = false;             // the phone was switched on once
    std::uint64_t turns = 0;           // of the phone
    phone::Random chance{0};
  };
  void come(std::size_t share);
  void turn(std::uint64_t place, std::uint64_t number);
  void rests(std::uint64_t place);
  void heed(const Desks::Settled& what);
  void slices();
  void close_slice(microseconds until);
  void after(microseconds wait, std::function<void()> then);

  net::Clock& clock_;
  Arrivals arrivals_;
  Desks desks_;
  std::vector<User> users_;  // by place in the part
  std::uint64_t so_far_ = 0;  // users
  std::uint64_t begun_ = 0;   // turns, since the last slice
  std::optional<microseconds> begin_;
  microseconds slice_begin_{};
  bool over_ = false;
  std::shared_ptr<bool> here_ = std::make_shared<bool>(true);  // timers outlive it
};

}  // namespace understudy::fleet::load
