// What phones do for a Locust master, judged and counted.
#pragma once

#include <set>
#include <string>

#include "fleet/load/users.h"
#include "house.h"
#include "load_recent.h"
#include "load_record.h"
#include "load_screen.h"
#include "locust_worker.h"
#include "session.h"

namespace understudy::tools {

class LocustPlay : public transcript::Sink {
 public:
  // Both must outlive it.
  LocustPlay(Session& session, LocustWorker& worker);

  void take(const transcript::Entry& entry) override;
  // Until the master has had enough, or somebody interrupts. `plan`: in words, of this worker alone.
  conformance::LoadResult play(House& house, fleet::load::Users& users, const fleet::load::Plan& plan);

 private:
  Session& session_;
  LocustWorker& worker_;
  fleet::load::Users* users_ = nullptr;
  std::optional<LoadRecord> record_;
  LoadScreen screen_;
  LoadRecent recent_;
  std::set<std::string> found_;  // rules of which there is a finding already
};

}  // namespace understudy::tools
