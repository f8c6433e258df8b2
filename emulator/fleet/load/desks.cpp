#include "fleet/load/desks.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace understudy::fleet::load {

namespace {

constexpr std::string_view prefix = "phone-";

std::uint64_t phone_of(const std::string& id) {
  std::uint64_t number = 1;
  std::from_chars(id.data() + prefix.size(), id.data() + id.size(), number);
  return number - 1;
}

wpi::Reason reason_of(Behaviour behaviour) {
  switch (behaviour) {
    case Behaviour::local_change:
      return wpi::Reason::local_changes;
    case Behaviour::call_back:
      return wpi::Reason::solicited;
    case Behaviour::start_up:
    case Behaviour::poll:
    case Behaviour::scenario:
      break;
  }
  return wpi::Reason::start_up;
}

}  // namespace

std::string id_of(std::uint64_t phone) {
  return std::string(prefix) + std::to_string(phone + 1);
}

Desks::Desks(Stage& stage, net::Clock& clock, const Arrivals& arrivals, Acts* acts) : stage_(stage), clock_(clock), arrivals_(arrivals), acts_(acts) {
  tally_.by_share.resize(arrivals_.plan().behaviours.size());
  desks_.resize(arrivals_.phones());
  for (std::uint64_t place = 0; place < desks_.size(); ++place) stage_.direct(id_of(arrivals_.part().phone(place)), this);
}

Desks::~Desks() {
  for (std::uint64_t place = 0; place < desks_.size(); ++place) {
    const std::string id = id_of(arrivals_.part().phone(place));
    stage_.direct(id, nullptr);
    if (arrivals_.plan().has_faults()) stage_.afflict(id, nullptr, 0);
  }
}

void Desks::afflict() {
  const Plan& plan = arrivals_.plan();
  if (!plan.has_faults()) return;
  std::vector<std::shared_ptr<const Faults>> by_population(plan.populations.size());
  for (std::size_t n = 0; n < by_population.size(); ++n) by_population[n] = faults_of(plan.faults_of(n));
  for (std::uint64_t place = 0; place < desks_.size(); ++place) {
    const std::uint64_t phone = arrivals_.part().phone(place);
    stage_.afflict(id_of(phone), by_population[arrivals_.population_of(phone)], fault_seed(plan.seed, phone));
  }
}

Desks::Desk& Desks::desk_of(const std::string& id) {
  return desk(phone_of(id));
}

bool Desks::idle(std::uint64_t phone) const {
  return !desk(phone).working && stage_.rests(id_of(phone));
}

// ---- What phones are told

void Desks::prepare(std::uint64_t phone) {
  desk(phone).preparing = true;
  ++preparing_;
  act(phone, Behaviour::start_up, 0);
}

void Desks::begin(const Arrival& arrival, microseconds planned) {
  const std::uint64_t phone = arrival.phone;
  Desk& desk = this->desk(phone);
  desk.working = true;
  desk.begun = desk.answered = false;
  desk.share = static_cast<std::uint32_t>(arrival.share);
  desk.behaviour = arrivals_.plan().behaviours[arrival.share].behaviour;
  desk.planned = planned;
  desk.posted = clock_.now();
  desk.cause.clear();
  desk.example.clear();
  desk.disturbed = net::Fault::Kind::none;
  ++working_;
  tally_.counts.lag.add(desk.posted - planned);
  if (desk.behaviour == Behaviour::scenario) {
    desk.actor = acts_->begin(
        arrival.share, phone, arrival.number,
        [this, phone, here = std::weak_ptr<bool>(here_)](const Acts::End& end) {
          if (!here.expired()) played(phone, end);
        });
    return;
  }
  if (desk.behaviour == Behaviour::poll && stage_.phone(id_of(phone)).poll_url().empty()) {
    desk.cause = "not told where to poll";
    return settle(phone, false);
  }
  act(phone, desk.behaviour, arrival.number);
}

void Desks::played(std::uint64_t phone, const Acts::End& end) {
  Desk& desk = this->desk(phone);
  if (over_ || !desk.working || !desk.actor) return;
  clock_.after({}, [actor = std::exchange(desk.actor, nullptr)] {});  // it is still at work: it says this
  desk.cause = end.cause;
  desk.example = end.example;
  if (end.done && end.queued) tally_.job.add(clock_.now() - *end.queued, clock_.now() - desk.planned);
  settle(phone, end.done);
}

void Desks::act(std::uint64_t phone, Behaviour behaviour, std::uint64_t turn) {
  const std::string id = id_of(phone);
  switch (behaviour) {
    case Behaviour::start_up:
    case Behaviour::scenario:
      return stage_.post(id, phone::PowerOn{});
    case Behaviour::poll:
      return stage_.post(id, phone::PollNow{});
    case Behaviour::local_change: {
      wpi::Item item;
      item.name = "display-id-unicode";
      item.value = "Desk " + std::to_string(turn + 1);
      return stage_.post(id, phone::ItemsChanged{{std::move(item)}});
    }
    case Behaviour::call_back:
      return stage_.call_at_door(id, true, "");
  }
}

void Desks::settle(std::uint64_t phone, bool good) {
  Desk& desk = this->desk(phone);
  desk.working = false;
  --working_;
  const microseconds now = clock_.now();
  Counts& counts = tally_.counts;
  counts.busy += now - desk.posted;
  if (good) {
    ++counts.done;
    counts.interaction.add(now - desk.posted, now - desk.planned);
    tally_.by_share[desk.share].add(now - desk.posted, now - desk.planned);
  } else {
    ++counts.failed;
    if (desk.behaviour == Behaviour::call_back && !desk.begun && desk.clock_went_back) desk.disturbed = net::Fault::Kind::clock_jump;
    if (desk.disturbed != net::Fault::Kind::none) {
      ++counts.disturbed;
      ++tally_.faults[std::string(net::name_of(desk.disturbed))].failed;
      desk.cause = cause_of(desk.disturbed);
    }
    counts.causes.add(desk.cause.empty() ? "wrong answer" : desk.cause, desk.example);
  }
  if (settled) settled({phone, desk.share, good, good ? "" : desk.cause.empty() ? "wrong answer" : desk.cause, now - desk.posted});
}

void Desks::break_off() {
  over_ = true;
  for (std::uint64_t place = 0; place < desks_.size(); ++place) {
    Desk& desk = desks_[place];
    if (!desk.working) continue;
    desk.cause = "under way at the end";
    desk.example.clear();
    desk.actor.reset();
    settle(arrivals_.part().phone(place), false);
  }
}

Slice Desks::take(microseconds start, microseconds end, std::uint64_t planned) {
  Slice out;
  out.start = start;
  out.length = end - start;
  out.tally = std::exchange(tally_, Tally());
  tally_.by_share.resize(arrivals_.plan().behaviours.size());
  out.tally.counts.planned = planned;
  out.at_work = working_;
  out.off = desks_.size() - on_;
  out.idle = desks_.size() - std::min<std::uint64_t>(desks_.size(), out.off + out.at_work);
  return out;
}

// ---- What the stage tells

void Desks::begins(const std::string& id, wpi::Reason reason) {
  Desk& desk = desk_of(id);
  if (!std::exchange(desk.on, true)) ++on_;
  if (desk.actor) return desk.actor->begins(id, reason);
  if (desk.working && !desk.begun && desk.behaviour != Behaviour::poll && reason == reason_of(desk.behaviour))
    desk.begun = true;
}

void Desks::ends(const std::string& id, phone::End end) {
  const std::uint64_t phone = phone_of(id);
  Desk& desk = this->desk(phone);
  desk.met = net::Fault::Kind::none;  // nobody hears any more what came of it
  const bool good =
      end == phone::End::clean_up || end == phone::End::restart || end == phone::End::phone_clean_up;
  if (desk.preparing) {
    desk.preparing = false;
    --preparing_;
    if (!good) ++unprepared_;
  }
  if (desk.actor) return desk.actor->ends(id, end);
  if (over_ || !desk.working || !desk.begun) return;
  if (end == phone::End::broke_off) desk.cause = "the phone broke off";
  settle(phone, good);
}

void Desks::count(const transcript::Exchange& x) {
  ++tally_.counts.messages;
  if (x.connection == 0) return;
  if (!x.fresh_connection) {
    const bool begins = x.poll || (x.message == 1 && x.attempt == 1 && x.outcome != transcript::Outcome::closed);
    if (begins) ++tally_.connections.kept;
    return;
  }
  ++tally_.connections.opened;
  if (x.connected.count() > 0) tally_.connect.add(x.connected - x.begun);
  if (!x.encrypted || x.secured.count() == 0) return;
  ++(x.tls && x.tls->resumed ? tally_.connections.resumed : tally_.connections.full_handshakes);
  tally_.tls.add(x.secured - x.connected);
}

void Desks::note_first(Desk& desk, const transcript::Exchange& x) {
  if (std::exchange(desk.answered, true) || x.first_byte.count() == 0) return;
  tally_.first_answer.add(x.first_byte - desk.posted, x.first_byte - desk.planned);
  if (desk.behaviour == Behaviour::call_back)
    tally_.call_back.add(x.begun - desk.posted, x.begun - desk.planned);
}

Delivery Desks::says(const std::string& id, const phone::Send& send) {
  Desk& desk = desk_of(id);
  return desk.actor ? desk.actor->says(id, send) : Delivery{};
}

void Desks::contacted(const std::string& id, const transcript::Contact& contact) {
  if (Desk& desk = desk_of(id); desk.actor) desk.actor->contacted(id, contact);
}

void Desks::changed(const std::string& id) {
  if (Desk& desk = desk_of(id); desk.actor) desk.actor->changed(id);
}

// A new connection and a clock that jumps are no reason to fail.
void Desks::meets(const std::string& id, const net::Fault& fault, bool by_chance) {
  Desk& desk = desk_of(id);
  if (desk.actor) desk.actor->meets(id, fault, by_chance);
  if (over_ || !by_chance) return;
  desk.met = fault.kind;
  desk.clock_went_back = desk.clock_went_back || (fault.kind == net::Fault::Kind::clock_jump && fault.jump.count() < 0);
  ++tally_.faults[std::string(net::name_of(fault.kind))].met;
  if (desk.working && fault.kind != net::Fault::Kind::new_session && fault.kind != net::Fault::Kind::clock_jump) desk.disturbed = fault.kind;
}

void Desks::count(net::Fault::Kind met, const transcript::Exchange& x) {
  using transcript::Outcome;
  FaultCounts& counts = tally_.faults[std::string(net::name_of(met))];
  switch (x.outcome) {
    case Outcome::answered: ++(x.response && x.response->status == 200 ? counts.answered : counts.refused); return;
    case Outcome::closed: ++counts.closed; return;
    case Outcome::timed_out: ++counts.silent; return;
    case Outcome::no_connection:
    case Outcome::tls_failed:
    case Outcome::interrupted:
    case Outcome::not_allowed: ++counts.cut; return;
  }
}

bool Desks::hears(const std::string& id, const transcript::Exchange& exchange) {
  if (over_) return false;
  count(exchange);
  Desk& desk = desk_of(id);
  if (desk.met != net::Fault::Kind::none) count(std::exchange(desk.met, net::Fault::Kind::none), exchange);
  if (desk.actor) return desk.actor->hears(id, exchange);
  if (!desk.working || !desk.begun) return false;
  note_first(desk, exchange);
  desk.cause = cause_of(exchange);
  desk.example = exchange.failure;
  return false;
}

void Desks::polled(const std::string& id, const transcript::Exchange& poll) {
  if (over_) return;
  count(poll);
  const std::uint64_t phone = phone_of(id);
  Desk& desk = this->desk(phone);
  if (desk.actor) return desk.actor->polled(id, poll);
  if (!desk.working || desk.behaviour != Behaviour::poll) return;
  note_first(desk, poll);
  const bool good = poll.outcome == transcript::Outcome::answered && poll.response &&
                    poll.response->complete && (poll.response->status == 200 || poll.response->status == 202);
  desk.cause = cause_of(poll);
  desk.example = poll.failure;
  settle(phone, good);
}

}  // namespace understudy::fleet::load
