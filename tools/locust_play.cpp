#include "locust_play.h"

#include "interrupt.h"
#include "load_limits.h"
#include "reports/findings.h"

namespace understudy::tools {

namespace {

constexpr microseconds forever = std::chrono::hours(24 * 365);

}  // namespace

LocustPlay::LocustPlay(Session& session, LocustWorker& worker) : session_(session), worker_(worker), screen_(stderr) {
  session_.tell([this](const conformance::Finding& finding) {
    if (!record_ || !users_) return;
    record_->take(finding, users_->elapsed());
    worker_.deviated(finding.rule, conformance::as_sentence(finding.message));
    if (found_.insert(finding.rule).second) session_.add_before(finding, recent_.lines(finding.phone, finding.exchange));
  });
}

void LocustPlay::take(const transcript::Entry& entry) {
  const auto* exchange = std::get_if<transcript::Exchange>(&entry);
  if (exchange && record_ && users_) record_->take(*exchange, users_->elapsed());
  session_.take(entry);
  if (exchange) recent_.take(*exchange);
}

conformance::LoadResult LocustPlay::play(House& house, fleet::load::Users& users, const fleet::load::Plan& plan) {
  record_.emplace(plan, false);
  users_ = &users;
  users.settled = [this](const fleet::load::Desks::Settled& what) { worker_.settled(what); };
  users.told = [this](const fleet::load::Slice& slice) {
    record_->take(slice);
    screen_.show(*record_);
  };
  const std::uint64_t validated = house.validated();
  worker_.play(*house.loop(), users);
  house.clock().run([this] { return worker_.over() || interrupted(); }, forever);
  worker_.leave();
  house.clock().run([this] { return worker_.over(); }, forever);
  screen_.done();
  record_->set_validated(house.validated() - validated);
  users_ = nullptr;
  const LoadSum sum = record_->sum();
  conformance::LoadResult out = result_of(sum);
  out.limits = limits_of(sum, out, 1);
  return out;
}

}  // namespace understudy::tools
