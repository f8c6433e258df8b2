#include "load_acts.h"

#include <algorithm>
#include <utility>

#include "fleet/load/crew.h"
#include "reports/plain.h"
#include "scenarios/language/walk.h"
#include "scenarios/run/staging.h"

namespace understudy::tools {

namespace {

using How = scenarios::PlayOutcome::How;
using scenarios::language::EventStep;
using scenarios::language::Scenario;
using scenarios::language::Step;
using scenarios::language::TextPart;

// Why phones of a load cannot be those of the scenario; empty: they can.
std::string wants_others(const Scenario& scenario) {
  if (scenario.phones.size() != 1)
    return "it has " + conformance::counted(scenario.phones.size(), "phone") + ", and phones of a load play alone";
  const auto& kind = scenario.kinds[scenario.phones[0].kind];
  if (kind.model || kind.firmware || kind.quirks != phone::Quirks{} || kind.message_limit || kind.max_items || !kind.faults.empty() ||
      !scenario.phones[0].mac.empty() || !scenario.phones[0].number.empty())
    return "it says which phone plays it, and a load has its own (--model, --firmware, --quirk, --fault, or <population>)";
  return "";
}

// One play, and what it has that others have not.
class Playing : public std::enable_shared_from_this<Playing> {
 public:
  Playing(const scenarios::Means& means, std::optional<MobileUserOption> user) : means_(means) {
    means_.directs = false;
    if (user) {
      means_.user = std::move(user->e164);
      means_.user_password = std::move(user->password);
    }
  }
  std::shared_ptr<fleet::Director> start(const SharedScenario& scenario, const std::string& phone, std::uint64_t seed,
                                         std::function<void(fleet::load::Acts::End)> over) {
    means_.start_job = [this, start = means_.start_job](const phone::Identity& who, const std::string& kind,
                                                        const std::string& pin, const auto& done) {
      start(who, kind, pin, [weak = weak_from_this(), done](scenarios::Means::Started started) {
        if (const auto here = weak.lock(); here && started && !here->queued_) here->queued_ = here->means_.clock.now();
        done(std::move(started));
      });
    };
    play_ = scenarios::Play::make(means_, scenario, {phone}, seed);
    play_->start([weak = weak_from_this(), over = std::move(over)] {
      if (const auto here = weak.lock()) over(here->end());
    });
    return {shared_from_this(), play_.get()};
  }

 private:
  fleet::load::Acts::End end() const {
    const scenarios::PlayOutcome& outcome = play_->outcome();
    fleet::load::Acts::End out;
    out.done = outcome.how == How::passed;
    out.queued = queued_;
    if (out.done) return out;
    out.cause = outcome.how == How::failed          ? "the scenario failed"
                : outcome.how == How::not_exercised ? "the scenario could not be played"
                                                    : "the scenario was broken off";
    const Scenario& scenario = play_->scenario();
    out.example = scenario.name + ": " + outcome.failure.message;
    if (!outcome.failure.came.empty()) out.example += "; came " + outcome.failure.came;
    return out;
  }

  scenarios::Means means_;
  std::optional<microseconds> queued_;
  std::shared_ptr<scenarios::Play> play_;
};

}  // namespace

tl::expected<std::vector<SharedScenario>, Refusal> scenarios_of(const fleet::load::Plan& plan) {
  std::vector<SharedScenario> out;
  for (const fleet::load::Share& share : plan.behaviours) {
    if (share.scenario.empty()) {
      out.push_back(nullptr);
      continue;
    }
    auto read = load_scenarios({share.scenario});
    if (!read) return tl::unexpected(std::move(read.error()));
    const std::string why = wants_others(*read->front());
    if (!why.empty())
      return tl::unexpected(
          Refusal{exit_wrong_command_line, "no load can play the scenario " + share.name() + ": " + why});
    out.push_back(std::move(read->front()));
  }
  return out;
}

std::string cannot_play(const std::vector<SharedScenario>& scenarios, bool user,
                        const std::function<bool(const std::string& kind)>& can_start) {
  std::string why;
  for (const SharedScenario& scenario : scenarios) {
    if (!scenario) continue;
    scenarios::language::each_step(scenario->steps, [&](const Step& step) {
      if (!why.empty()) return;
      const auto* event = std::get_if<EventStep>(&step.what);
      const auto* trigger = event ? std::get_if<scenarios::language::Trigger>(&event->event) : nullptr;
      if (trigger && !can_start(trigger->job))
        why = "the scenario " + scenario->name + " wants jobs of the kind " + trigger->job +
              ": --triggers FILE says how your service is given one (docs/triggers.md)";
      for (const scenarios::language::Text* text : scenarios::language::texts_of(step))
        for (const TextPart& part : text->parts)
          if (!user && part.kind == TextPart::Kind::fact && part.text == "user")
            why = "the scenario " + scenario->name +
                  " wants mobile users whom the service knows: --mobile-user FIRST-LAST:PASSWORD";
    });
  }
  return why;
}

std::vector<wpi::Item> settings_of(const std::vector<SharedScenario>& scenarios, const phone::Identity& phone) {
  std::vector<wpi::Item> out;
  for (const SharedScenario& scenario : scenarios) {
    if (!scenario) continue;
    const auto& entry = scenario->phones.front();
    const auto items = scenarios::settings_of(scenario->kinds[entry.kind], phone, entry.name);
    out.insert(out.end(), items.begin(), items.end());
  }
  return out;
}

LoadActs::LoadActs(std::vector<SharedScenario> scenarios, const scenarios::Means& means, UserOf user_of,
                   std::uint64_t seed)
    : scenarios_(std::move(scenarios)), means_(means), user_of_(std::move(user_of)), seed_(seed) {}

std::shared_ptr<fleet::Director> LoadActs::begin(std::size_t share, std::uint64_t phone, std::uint64_t turn,
                                                 std::function<void(End)> over) {
  const auto playing = std::make_shared<Playing>(means_, user_of_(phone));
  return playing->start(scenarios_[share], fleet::load::id_of(phone), seed_ + turn, std::move(over));
}

}  // namespace understudy::tools
