// The desks: what the phones of a stage were told to do, and what came of it, counted.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "fleet/director.h"
#include "fleet/load/acts.h"
#include "fleet/load/arrivals.h"
#include "fleet/load/tally.h"
#include "fleet/stage.h"

namespace understudy::fleet::load {

// "phone-1" is phone 0. Phones of a load are named so on the stage.
std::string id_of(std::uint64_t phone);

// A second of a load, of which the last may be cut short: what was counted in it. Together they are all that was counted.
struct Slice {
  microseconds start{}, length{};                // start: since the load began
  Tally tally;                                   // planned: by the moment that the plan meant
  std::uint64_t off = 0, idle = 0, at_work = 0;  // phones, at its end
};

class Desks : public Director {
 public:
  // What a phone was told to do is over.
  struct Settled {
    std::uint64_t phone = 0;
    std::size_t share = 0;  // of the plan
    bool good = false;
    std::string cause;      // where it is not good
    microseconds took{};    // since we began
  };
  // The phones of the arrivals' part are on the stage, under their ids. All must outlive the desks, which direct the phones until they
  // go. `acts`: who plays the scenarios of the plan, if it has any.
  Desks(Stage& stage, net::Clock& clock, const Arrivals& arrivals, Acts* acts);
  ~Desks() override;
  Desks(const Desks&) = delete;
  Desks& operator=(const Desks&) = delete;

  // May be empty; set before anything begins.
  std::function<void(const Settled&)> settled;

  // The phone is switched on, which is counted nowhere.
  void prepare(std::uint64_t phone);
  // The phone, which is idle, does its arrival, which was meant for `planned`, on the clock.
  void begin(const Arrival& arrival, microseconds planned);
  // From now on phones meet the faults of the plan, made from the phone and the seed alone.
  void afflict();
  // What is under way has failed ("under way at the end"), and nothing is counted any more.
  void break_off();

  bool on(std::uint64_t phone) const { return desk(phone).on; }
  bool idle(std::uint64_t phone) const;  // without work, and at rest
  std::uint64_t switched_on() const { return on_; }
  std::uint64_t at_work() const { return working_; }
  std::uint64_t preparing() const { return preparing_; }
  std::uint64_t unprepared() const { return unprepared_; }  // did not come to a good end
  // Since it was taken last; who plays the plan adds what it planned, and dropped.
  Tally& tally() { return tally_; }
  // The slice that ends: with all counts but `planned`, and the phones.
  Slice take(microseconds start, microseconds end, std::uint64_t planned);

  // ---- Director
  void begins(const std::string& id, wpi::Reason reason) override;
  void ends(const std::string& id, phone::End end) override;
  Delivery says(const std::string& id, const phone::Send& send) override;
  void meets(const std::string& id, const net::Fault& fault, bool by_chance) override;
  bool hears(const std::string& id, const transcript::Exchange& exchange) override;
  void contacted(const std::string& id, const transcript::Contact& contact) override;
  void polled(const std::string& id, const transcript::Exchange& poll) override;
  void changed(const std::string& id) override;

 private:
  // A phone, and what it was told to do.
  struct Desk {
    bool on = false;
    bool working = false;  // for an arrival
    bool preparing = false;
    bool begun = false;  // the interaction that the arrival is about
    bool answered = false;
    Behaviour behaviour = Behaviour::start_up;
    std::uint32_t share = 0;  // of the plan, that says so
    microseconds planned{}, posted{};
    std::string cause, example;       // of what went wrong last; empty: nothing
    std::shared_ptr<Director> actor;  // who plays its scenario
    net::Fault::Kind met = net::Fault::Kind::none;        // by the message that is under way
    net::Fault::Kind disturbed = net::Fault::Kind::none;  // what it does may fail for this
    bool clock_went_back = false;                         // ever: it may take itself to be in its contact gap
  };
  void played(std::uint64_t phone, const Acts::End& end);
  void act(std::uint64_t phone, Behaviour behaviour, std::uint64_t turn);
  void settle(std::uint64_t phone, bool good);
  void count(const transcript::Exchange& exchange);
  void count(net::Fault::Kind met, const transcript::Exchange& exchange);
  void note_first(Desk& desk, const transcript::Exchange& exchange);
  Desk& desk(std::uint64_t phone) { return desks_[arrivals_.part().place_of(phone)]; }
  const Desk& desk(std::uint64_t phone) const { return desks_[arrivals_.part().place_of(phone)]; }
  Desk& desk_of(const std::string& id);

  Stage& stage_;
  net::Clock& clock_;
  const Arrivals& arrivals_;
  Acts* acts_;
  bool over_ = false;
  Tally tally_;
  std::vector<Desk> desks_;  // by place in the part
  std::uint64_t working_ = 0, on_ = 0, preparing_ = 0, unprepared_ = 0;
  std::shared_ptr<bool> here_ = std::make_shared<bool>(true);  // scenarios outlive the desks
};

}  // namespace understudy::fleet::load
