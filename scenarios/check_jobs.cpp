// What a service does for phones that are idle, when it is given something to do for them.
#include <memory>
#include <utility>

#include "scenarios/check.h"
#include "scenarios/duration.h"

namespace understudy::scenarios {

// The phone may be called while the trigger still runs: then the job may be done before the trigger is.
bool Check::start_job(const Cast& who, const Wanted& job, const std::function<bool()>& interrupted) {
  const auto started = std::make_shared<std::optional<Started>>();  // may outlive this call
  const std::uint32_t before = stage_.interactions(who.id);
  stage_.mark(transcript::Event::trigger, who.id, job.kind);
  settings_.start_job(stage_.phone(who.id).identity(), job, [started](Started outcome) { *started = std::move(outcome); });
  clock_.run([&] { return started->has_value() || interrupted(); }, longest_duration);
  if (!*started) return false;
  if (!**started)
    stage_.mark(transcript::Event::trigger_failed, who.id, (*started)->error());
  else if (stage_.interactions(who.id) == before)
    stage_.mark(transcript::Event::job, who.id, job.kind);
  return (*started)->has_value();
}

// A service may take a moment until its polls know of a job: so that one that was told nothing asks once more.
void Check::job_waits(const Cast& who, std::string name, const Wanted& job, const std::function<bool()>& interrupted) {
  constexpr microseconds moment = std::chrono::seconds(6);  // of one that never calls no more is expected
  if (!settings_.start_job || interrupted()) return;
  const phone::Phone& phone = stage_.phone(who.id);
  stage_.mark(transcript::Event::step, who.id, std::move(name));
  const std::uint32_t before = stage_.interactions(who.id);
  const auto called = [&] {
    return (stage_.interactions(who.id) > before && stage_.rests(who.id)) || interrupted() || loops(who, before);
  };
  const auto poll = [&] {
    stage_.post(who.id, phone::PollNow{});
    clock_.run([&] { return stage_.rests(who.id) || interrupted() || loops(who, before); }, settings_.step_limit);
  };
  if (start_job(who, job, interrupted)) {
    for (int tries = 0; tries < 2 && !called() && !phone.poll_url().empty(); ++tries) {
      if (tries > 0) clock_.run(called, moment);
      poll();
    }
    if (!called()) clock_.run(called, nobody_calls_ ? moment : settings_.job_limit);
    if (!called()) nobody_calls_ = true;
    if (!phone.poll_url().empty()) poll();
  }
  if (interrupted() && phone.idle()) return stage_.mark(transcript::Event::step_ended, who.id, "interrupted");
  come_to_rest(who, before, interrupted);
}

void Check::play_with_job(const Cast& who, const std::function<bool()>& interrupted) {
  if (!settings_.start_job || !step(who, "start-up", phone::PowerOn{}, interrupted)) return;
  const std::uint32_t before = stage_.interactions(who.id);
  job_waits(who, "a job waits: " + who.job, {who.job, {}}, interrupted);
  // Nobody asked it to call: when it next starts up the job may still wait.
  if (!interrupted() && stage_.interactions(who.id) == before) step(who, "start-up, a job waits", phone::PowerOn{}, interrupted);
}

}  // namespace understudy::scenarios
