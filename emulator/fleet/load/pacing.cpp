#include "fleet/load/pacing.h"

#include <cmath>

namespace understudy::fleet::load {

microseconds Pacing::plan_at(microseconds run) const {
  const Stretch* in = &stretches_.front();
  for (const Stretch& each : stretches_)
    if (each.start <= run) in = &each;
  if (in->pace == 1.0) return in->plan + (run - in->start);
  return in->plan + microseconds(std::llround(static_cast<double>((run - in->start).count()) * in->pace));
}

microseconds Pacing::when(microseconds plan) const {
  const Stretch* in = &stretches_.front();
  for (const Stretch& each : stretches_)
    if (each.plan < plan) in = &each;
  if (in->pace == 1.0 || in->pace == 0) return in->start + (plan - in->plan);
  return in->start + microseconds(std::llround(static_cast<double>((plan - in->plan).count()) / in->pace));
}

}  // namespace understudy::fleet::load
