#include "crew_support.h"

#include "scenarios/usual.h"

namespace understudy::fleet::load {

using namespace std::chrono_literals;

namespace {

InProcessCarrier::Settings over_tls() {
  InProcessCarrier::Settings out;
  out.tls = transcript::Tls{
      "TLSv1.3", "TLS_AES_256_GCM_SHA384", false, "CN=Understudy", "CN=Understudy", "", "", {}};
  return out;
}

}  // namespace

Site::Site(const Plan& plan, InProcessService service, Keeps keeps, Part part)
    : carrier(clock, std::move(service), over_tls()) {
  Place place;
  place.target = *net::target_of("https://127.0.0.1:18443");
  place.keeps_connections = keeps == Keeps::yes;
  phone::Limits limits;
  limits.gathers_changes = 0s;
  wpi::Item gap;
  gap.name = "dls-contact-interval";
  gap.value = "0";
  for (std::uint64_t k = 0; k < plan.phones; ++k) {
    if (!part.has(k)) continue;
    phone::Phone phone({scenarios::mac_of(plan.seed, k), scenarios::number_of(k), "127.0.0.1"},
                       **phone::model_named("OpenStage 60"), **phone::firmware_named("V3 R5"),
                       place.target.host_header(), place.target.path, k, {}, limits);
    phone.set_up({gap});
    stage.add(id_of(k), std::move(phone), place);
  }
}

Played::Played(Plan plan, InProcessService service, Crew::Settings settings, Keeps keeps, Part part)
    : Site(plan, std::move(service), keeps, part) {
  crew = std::make_unique<Crew>(stage, clock, Arrivals(std::move(plan), part), std::move(settings));
  crew->told = [this](const Slice& slice) { slices.push_back(slice); };
}

void Played::play() {
  crew->start();
  clock.run([this] { return crew->over(); }, 24h);
}

void Played::play(microseconds time) {
  crew->start();
  clock.run([] { return false; }, time);
}

Tally sum_of(const std::vector<Slice>& slices) {
  Tally out;
  for (const Slice& slice : slices) out.merge(slice.tally);
  return out;
}

InProcessService good_service(const std::string& poll_url) {
  reference::Options options;
  options.simulated = true;
  options.poll_url = poll_url;
  auto service = std::make_shared<reference::Service>(options);
  return [service](const wpi::HttpRequest& request, const net::Caller& caller, microseconds now) {
    return service->answer(request, caller, now);
  };
}

Phase steady(double rate, microseconds length) {
  Phase out;
  out.name = "steady";
  out.from = out.to = rate;
  out.length = length;
  return out;
}

Plan start_ups(std::uint64_t phones, double rate, microseconds length) {
  Plan plan;
  plan.phones = phones;
  plan.phases = {steady(rate, length)};
  return plan;
}

}  // namespace understudy::fleet::load
