#include "one_play.h"

#include "interrupt.h"
#include "net/local_address.h"
#include "reach.h"
#include "rules/judge.h"
#include "wpi/reader.h"

namespace understudy::tools {

namespace {

class Bench : public transcript::Sink {
 public:
  void take(const transcript::Entry& entry) override { judge.take(entry); }
  conformance::Judge judge{conformance::Selection{}, nullptr};
};

}  // namespace

OnePlay play_once(const PlayOptions& options, const Production& production, House& house,
                  const SharedScenario& scenario, std::size_t phones_before, microseconds most) {
  Bench bench;
  bench.take(transcript::Start{"understudy " UNDERSTUDY_VERSION, production.target.url(), "",
                               options.phones.seed, true});
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

  OnePlay out;
  const auto phones = scenarios::put_on_stage(stage, *scenario, staging, phones_before, "");
  const auto play = scenarios::Play::make(means, scenario, phones, options.phones.seed);
  const microseconds begun = house.clock().now();
  play->start();
  house.clock().run([&] { return play->over() || interrupted(); }, most);
  if (!play->over()) play->interrupt();
  out.taken = house.clock().now() - begun;
  out.played.outcome = play->outcome();
  out.spoke = stage.spoke();
  house.end_jobs();
  house.stage = nullptr;
  for (const conformance::Finding& finding : bench.judge.finish().findings)
    out.played.deviated.insert(finding.rule);
  return out;
}

}  // namespace understudy::tools
