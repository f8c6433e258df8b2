#include "scenarios/check.h"

#include <array>
#include <cstdio>
#include <memory>
#include <utility>

#include "phone/random.h"

namespace understudy::scenarios {

namespace {

wpi::Item item(std::string name, std::string value) {
  wpi::Item out;
  out.name = std::move(name);
  out.value = std::move(value);
  return out;
}

// What a person changes first: the clock's server, and a name on the display.
phone::ItemsChanged local_change() { return {{item("sntp-addr", "192.0.2.123"), item("display-id-unicode", "Reception")}}; }

// Bytes of a message, for a phone whose answers shall come in several: a real one has 50 kB.
constexpr std::size_t short_message = 9'000;

// A start-up of a phone that prints its messages otherwise, for the rules reads.*.
struct Reading {
  const char* step;
  phone::Quirks quirks;
};

std::array<Reading, 11> readings() {
  using enum phone::Quirk;
  return {{
      {"reads.attribute-order", {reordered_attributes, index_first, single_quotes}},
      {"reads.white-space", {indented, reason_line_before, reason_line_after, items_on_lines}},
      {"reads.nonce-any", {short_nonce}},
      {"reads.nonce-fresh", {fresh_nonce}},
      {"reads.empty-forms", {empty_as_one_tag}},
      {"reads.no-fragment", {no_fragment}},
      {"reads.item-order", {identity_last}},
      {"reads.cookie-verbatim", {verbatim_cookie}},
      {"reads.entities", {numeric_references}},
      {"reads.statuses, busy", {busy_when_read}},
      {"reads.statuses, failed", {failed_when_written}},
  }};
}

}  // namespace

std::string mac_of(std::uint64_t seed, std::size_t k) {
  const auto last = static_cast<unsigned>(phone::Random(seed).next() + k) & 0xFFFF;
  std::array<char, 32> text{};
  // 00:1A:E8 is one of the makers' prefixes that services accept (field); FF keeps clear of phones that were sold.
  std::snprintf(text.data(), text.size(), "00:1A:E8:FF:%02X:%02X", last >> 8, last & 0xFF);
  return text.data();
}

std::string loopback_address(std::size_t n) {
  return "127.0." + std::to_string(n >> 8 & 0xFF) + "." + std::to_string(n & 0xFF);
}

namespace {

// Phone k of a check.
Cast member(std::size_t k, const net::Target& target, bool on_loopback, std::uint64_t seed, const phone::Model* model,
            const phone::Firmware* firmware, Part part) {
  Cast who;
  who.id = "phone-" + std::to_string(k);
  who.model = model;
  who.firmware = firmware;
  who.part = part;
  who.mac = mac_of(seed, k);
  who.e164 = std::to_string(4930'000'0000 + k);
  // A service reached at another loopback address than IPv4's cannot be called from 127.x.y.z.
  if (on_loopback && target.host.find(':') == std::string::npos) who.source_address = "127.0.0." + std::to_string(10 + k);
  who.address = who.source_address.empty() ? "192.0.2." + std::to_string(10 + k) : who.source_address;
  return who;
}

}  // namespace

std::vector<Cast> usual_cast(const net::Target& target, bool on_loopback, std::uint64_t seed, const phone::Model* model,
                             const phone::Firmware* firmware, std::string_view mac, std::string_view e164) {
  const auto model_or = [&](std::string_view name) { return model ? model : *phone::model_named(name); };
  std::vector<Cast> cast;
  const auto add = [&](const phone::Model* its_model, const phone::Firmware* its_firmware, Part part) {
    cast.push_back(member(cast.size() + 1, target, on_loopback, seed, its_model, its_firmware, part));
  };
  if (firmware) {
    add(model_or(usual_model), firmware, Part::whole);
  } else {
    add(model_or(usual_model), *phone::firmware_named(usual_firmware), Part::whole);
    add(model_or("OpenStage 40"), *phone::firmware_named("V2 R2"), Part::older);
    add(model_or("OpenStage 20"), *phone::firmware_named("V1 R4"), Part::older);
    add(model_or("OpenStage 80"), *phone::firmware_named("V3 R5"), Part::talkative);
    add(model_or(usual_model), *phone::firmware_named(usual_firmware), Part::reluctant);
  }
  if (!mac.empty()) cast.front().mac = mac;
  if (!e164.empty()) cast.front().e164 = e164;
  return cast;
}

void add_for_jobs(std::vector<Cast>& cast, const net::Target& target, bool on_loopback, std::uint64_t seed, const std::vector<std::string>& kinds) {
  const phone::Model* model = cast.front().model;
  const phone::Firmware* firmware = cast.front().firmware;
  const auto add = [&](Part part, const std::string& job) {
    cast.push_back(member(cast.size() + 1, target, on_loopback, seed, model, firmware, part));
    cast.back().job = job;
  };
  for (const std::string& kind : kinds) {
    if (kind == "bootstrap") {
      add(Part::bootstrapped, kind);
    } else if (kind == "bootstrap-pin") {
      add(Part::with_pin, kind);
      add(Part::wrong_tan, kind);
    } else {
      add(Part::with_job, kind);
    }
  }
}

Check::Check(CheckSettings settings, net::Carrier& carrier, net::Clock& clock, transcript::Sink& sink)
    : settings_(std::move(settings)), clock_(clock), stage_(carrier, clock, sink, nullptr, settings_.downloads) {
  std::uint64_t seed = settings_.seed;
  const auto service = std::make_shared<const phone::Service>(phone::Service{settings_.target.host_header(), settings_.target.path, settings_.keys});
  for (const Cast& who : settings_.cast) {
    phone::Limits limits = settings_.limits;
    if (who.part == Part::talkative) limits.message = short_message;
    phone::Phone phone({who.mac, who.e164, who.address, who.door}, *who.model, *who.firmware, service, phone::Random(seed++).next(),
                       settings_.quirks, limits, settings_.switches);
    phone.set_up(who.settings);
    fleet::Place place;
    place.target = settings_.target;
    place.source_address = who.source_address;
    place.profile = who.firmware->major < 3 ? net::TlsProfile::old : net::TlsProfile::current;
    place.waits = settings_.waits;
    stage_.add(who.id, std::move(phone), std::move(place));
  }
}

void Check::play(const std::function<bool()>& interrupted) {
  for (const Cast& who : settings_.cast) {
    if (&who != &settings_.cast.front() && !stage_.spoke()) return;
    play_phone(who, interrupted);
    if (interrupted()) return;
  }
}

void Check::play_phone(const Cast& who, const std::function<bool()>& interrupted) {
  const auto play = [&](std::string name, const phone::Event& event) { return step(who, std::move(name), event, interrupted); };
  switch (who.part) {
    case Part::whole:
      if (!play("start-up", phone::PowerOn{}) || !play("local change", local_change())) return;
      if (!play("start-up, unchanged", phone::PowerOn{}) || !play("inventory change", phone::ModulesChanged{1})) return;
      if (settings_.user && !mobile_user(who, interrupted)) return;
      polls(who, interrupted);
      if (!settings_.job.empty()) {
        job_waits(who, "a job waits", {settings_.job, {}}, interrupted);
        if (settings_.second_job) job_waits(who, "another job waits", {settings_.job, {}}, interrupted);
      }
      get_probe(who, interrupted);
      if (stage_.spoke() && !interrupted()) read_otherwise(who, interrupted);
      return;
    case Part::older:
      if (who.firmware->attached_changes && !in_a_call(who, interrupted)) return;
      if (play("start-up", phone::PowerOn{})) play("local change", local_change());
      return;
    case Part::talkative:
      in_a_call(who, interrupted);
      return;
    case Part::reluctant: return play_reluctant(who, interrupted);
    case Part::bootstrapped:
    case Part::with_pin:
    case Part::wrong_tan: return play_bootstrapped(who, interrupted);
    case Part::with_job: return play_with_job(who, interrupted);
  }
}

bool Check::in_a_call(const Cast& who, const std::function<bool()>& interrupted) {
  stage_.post(who.id, phone::CallBegins{});
  return step(who, "start-up in a call", phone::PowerOn{}, interrupted) &&
         step(who, "the call ends", phone::CallEnds{}, interrupted);
}

bool Check::mobile_user(const Cast& who, const std::function<bool()>& interrupted) {
  const phone::ItemsChanged mobile{{item("mobility-enabled", "true")}};
  return step(who, "mobility is switched on", mobile, interrupted) &&
         step(who, "a mobile user logs on", phone::LogOn{settings_.user->e164, settings_.user->password}, interrupted) &&
         step(who, "the mobile user logs off", phone::LogOff{}, interrupted);
}

void Check::polls(const Cast& who, const std::function<bool()>& interrupted) {
  if (stage_.phone(who.id).poll_url().empty() || interrupted()) return;
  stage_.mark(transcript::Event::step, who.id, "poll");
  stage_.post(who.id, phone::PollNow{});
  stage_.poll_as_stranger(who.id, "00:1A:E8:FE:00:00");  // no seed gives that
  const std::uint32_t before = stage_.interactions(who.id);
  clock_.run([&] { return stage_.rests(who.id) || interrupted() || loops(who, before); }, settings_.step_limit);
  come_to_rest(who, before, interrupted);
}

void Check::play_reluctant(const Cast& who, const std::function<bool()>& interrupted) {
  const auto starts_up = [&](std::string name, const std::function<void(phone::Switches&)>& manner) {
    phone::Switches switches = settings_.switches;
    manner(switches);
    stage_.post(who.id, phone::Behave{switches});
    return step(who, std::move(name), phone::PowerOn{}, interrupted);
  };
  // Fewer than services write, and enough for a key with what it needs.
  constexpr std::size_t few = 5;
  if (!starts_up("start-up, broken off", [](phone::Switches& on) { on.ends = true; })) return;
  if (!starts_up("start-up, all fails", [](phone::Switches& on) { on.fails = true; })) return;
  if (!starts_up("start-up, few items", [&](phone::Switches& on) {
        on.max_items = few;
        on.refuses_first = true;
      }))
    return;
  starts_up("start-up, after refusal", [](phone::Switches& on) { on.refuses_first = true; });
}

// The usual form comes first, and twice: what a service does only once is not held against it. A service that does not
// get along with that is not asked for more; after a reading that ended badly it may think otherwise of the phone, so
// that the usual form comes once more.
void Check::read_otherwise(const Cast& who, const std::function<bool()>& interrupted) {
  constexpr const char *usual = "factory reset", *usual_again = "factory reset, again";
  const auto in_usual_form = [&](const char* name) { return comes_fresh(who, name, {}, interrupted); };
  bool good = in_usual_form(usual) && in_usual_form(usual_again);
  for (const Reading& reading : readings()) {
    if (!good || interrupted()) return;
    good = comes_fresh(who, reading.step, reading.quirks, interrupted) || (!interrupted() && in_usual_form(usual_again));
  }
}

bool Check::comes_fresh(const Cast& who, const char* name, phone::Quirks quirks, const std::function<bool()>& interrupted) {
  stage_.post(who.id, phone::QuirksSet{settings_.quirks | quirks});
  return step(who, name, phone::PowerOn{.from_factory = true}, interrupted) && stage_.last_end(who.id) == phone::End::clean_up;
}

bool Check::step(const Cast& who, std::string name, const phone::Event& event, const std::function<bool()>& interrupted) {
  stage_.mark(transcript::Event::step, who.id, std::move(name));
  const std::uint32_t before = stage_.interactions(who.id);
  stage_.post(who.id, event);
  come_to_rest(who, before, interrupted);
  return stage_.spoke() && !interrupted();
}

bool Check::loops(const Cast& who, std::uint32_t before) const {
  return stage_.interactions(who.id) - before > settings_.interactions_a_step;
}

void Check::come_to_rest(const Cast& who, std::uint32_t before, const std::function<bool()>& interrupted) {
  clock_.run([&] { return stage_.phone(who.id).idle() || interrupted() || loops(who, before); }, settings_.step_limit);

  std::string ended = "idle";
  if (!stage_.phone(who.id).idle()) {
    if (interrupted())
      ended = "interrupted";
    else if (loops(who, before))
      ended = "more than " + std::to_string(settings_.interactions_a_step) + " interactions in one step";
    else
      ended = "not idle in time";
    stage_.post(who.id, phone::CutShort{ended});
  }
  stage_.mark(transcript::Event::step_ended, who.id, ended);
}

// What a browser, or a monitoring tool, would do to the URL.
void Check::get_probe(const Cast& who, const std::function<bool()>& interrupted) {
  wpi::HttpRequest request{"GET", settings_.target.path, {{"Host", settings_.target.host_header()}}, ""};
  const auto done = std::make_shared<bool>(false);  // may outlive this call, if that is interrupted
  stage_.mark(transcript::Event::step, who.id, "GET on the service URL");
  stage_.probe(who.id, std::move(request), [done](const transcript::Exchange&) { *done = true; });
  clock_.run([&] { return *done || interrupted(); }, settings_.step_limit);
  stage_.mark(transcript::Event::step_ended, who.id, *done ? "idle" : "interrupted");
}

}  // namespace understudy::scenarios
