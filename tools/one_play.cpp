#include "one_play.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "interrupt.h"
#include "net/local_address.h"
#include "reach.h"
#include "rules/judge.h"
#include "wpi/reader.h"

namespace understudy::tools {

namespace {

class Bench : public transcript::Sink {
 public:
  explicit Bench(bool keeps) : keeps_(keeps) {}
  void take(const transcript::Entry& entry) override {
    judge.take(entry);
    if (keeps_) entries.push_back(entry);
  }
  conformance::Judge judge{conformance::Selection{}, nullptr};
  std::vector<transcript::Entry> entries;

 private:
  bool keeps_;
};

}  // namespace

OnePlay play_once(const PlayOptions& options, const Production& production, House& house,
                  const SharedScenario& scenario, std::size_t phones_before, microseconds most) {
  const Billed all =
      play_all(options, production, house, {{{scenario, ""}}, true, most, false}, phones_before);
  OnePlay out;
  out.played.outcome = all.outcomes.front();
  out.played.deviated = all.deviated;
  out.spoke = all.spoke;
  out.taken = all.taken;
  return out;
}

Billed play_all(const PlayOptions& options, const Production& production, House& house, const Bill& bill,
                std::size_t phones_before) {
  Bench bench(bill.keeps);
  bench.take(transcript::Start{"understudy " UNDERSTUDY_VERSION, production.target.url(), "",
                               options.phones.seed, false});
  wpi::Reader reader;
  fleet::Stage stage(house.carrier(), house.clock(), bench, nullptr, house.downloads());
  house.stage = &stage;
  scenarios::Means means{
      .stage = stage, .clock = house.clock(), .reader = reader, .service = production.target.host_header()};
  means.path = production.target.path;
  means.switches = production.traits.switches;
  means.quirks = production.traits.quirks;
  if (options.mobile_user) {
    means.user = options.mobile_user->e164;
    means.user_password = options.mobile_user->password;
  }
  house.give_jobs(means);
  const std::string own =
      is_on_loopback(production.target) ? "" : net::local_address_towards(production.target);
  scenarios::Staging staging =
      staging_of(production.target, production.traits, options.bind, own, options.phones.seed);
  staging.door = house.door;
  staging.mac = options.mac;
  staging.e164 = options.e164;

  Billed out;
  std::vector<std::shared_ptr<scenarios::Play>> plays;
  const microseconds begun = house.clock().now();
  const auto run = [&](std::size_t from) {
    const auto over = [&] {
      return std::all_of(plays.begin() + static_cast<std::ptrdiff_t>(from), plays.end(),
                         [](const auto& play) { return play->over(); });
    };
    for (std::size_t n = from; n < plays.size(); ++n) plays[n]->start();
    house.clock().run([&] { return over() || interrupted(); }, bill.most);
    for (std::size_t n = from; n < plays.size(); ++n)
      if (!plays[n]->over()) plays[n]->interrupt();
  };
  for (const Bill::Entry& each : bill.plays) {
    if (interrupted()) break;
    out.phones.push_back(scenarios::put_on_stage(stage, *each.scenario, staging, phones_before, each.prefix));
    phones_before += each.scenario->phones.size();
    plays.push_back(scenarios::Play::make(means, each.scenario, out.phones.back(), options.phones.seed));
    if (!bill.at_once) run(plays.size() - 1);
    // What --mac and --e164 say is for one phone.
    staging.mac.clear();
    staging.e164.clear();
  }
  if (bill.at_once) run(0);
  out.taken = house.clock().now() - begun;
  for (const auto& play : plays) out.outcomes.push_back(play->outcome());
  out.phones.resize(bill.plays.size());
  out.outcomes.resize(bill.plays.size());
  out.spoke = stage.spoke();
  house.end_jobs();
  house.stage = nullptr;
  for (const conformance::Finding& finding : bench.judge.finish().findings) out.deviated.insert(finding.rule);
  out.entries = std::move(bench.entries);
  return out;
}

}  // namespace understudy::tools
