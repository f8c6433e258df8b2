// The check: what phones do to find out whether a service is conforming.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "fleet/stage.h"
#include "net/carrier.h"
#include "net/keys.h"
#include "phone/phone.h"
#include "transcript/entry.h"

namespace understudy::scenarios {

using std::chrono::microseconds;

// What a phone of a check is there for.
enum class Part {
  whole,    // the one under test: everything
  older,    // briefly, as an older phone, one of them in a call
  talkative,  // its answers come in many fragments, and it is in a call when it is first written to
  reluctant,  // does not do all that it is told: breaks off, fails, refuses
  bootstrapped,  // is taken into Secure Mode without a PIN; then it is seen whom the service serves there
  with_pin,      // with a PIN
  wrong_tan,     // with a PIN of which it says another end
  with_job,      // the service is given another kind of job for it
};

// A user who may log on at any phone.
struct MobileUser {
  std::string e164, password;
};

// The phones of a check: the one under test first, then briefly older ones, a talkative and a reluctant one.
struct Cast {
  std::string id;               // "phone-1"
  const phone::Model* model;
  const phone::Firmware* firmware;
  std::string mac, e164;
  std::string source_address;   // empty: the system's choice
  std::string address;          // what it says of itself in contact-me-uri
  std::uint16_t door = 8085;    // and the port there
  Part part = Part::whole;
  std::string job = {};         // that the service is given for it; of with_job alone
  std::vector<wpi::Item> settings = {};  // what it is set up with before it is switched on
};

// The phone under test where nothing else was asked for.
inline constexpr std::string_view usual_model = "OpenStage 60", usual_firmware = "V3 R5";

using Started = tl::expected<void, std::string>;

// What the service is to do for a phone that is idle.
struct Wanted {
  std::string kind;  // "read", as a file of triggers has it
  std::string pin;   // that the phone's user will enter; of bootstrap-pin alone
};

struct CheckSettings {
  net::Target target;
  std::uint64_t seed = 1;
  std::vector<Cast> cast;
  net::Waits waits;
  phone::Quirks quirks;
  phone::Switches switches;
  phone::Limits limits;
  std::shared_ptr<const phone::Keys> keys = std::make_shared<const net::CertificateKeys>();
  microseconds step_limit = std::chrono::minutes(5);  // for a step; what is not idle by then is cut short
  std::uint32_t interactions_a_step = 12;             // more are a loop, and cut short
  std::optional<MobileUser> user;                     // known to the service: logs on and off
  // Has the service start a job for a phone that is idle, and calls `done` once, at once or later: with why it could not, in
  // one line, or with nothing. Empty: nobody can.
  std::function<void(const phone::Identity& who, const Wanted& job, std::function<void(Started)> done)> start_job;
  std::string job = "read";                           // the kind that it starts for the first phone; empty: none
  microseconds job_limit = std::chrono::seconds(15);  // so long is waited until the service calls for it
  bool second_job = false;                            // later, as the contact gap has it (guide p.12): for simulated time
  fleet::Downloads* downloads = nullptr;              // of files that the service orders; without it each of them fails
};

// The phones of a check against `target`: as asked for, and where nothing was asked for, an OpenStage 60 with V3 R5,
// then one with V2 R2, one with V1 R4, a talkative and a reluctant one with V3 R5. MAC addresses are 00:1A:E8:FF:xx:xx from the
// seed. Towards a service on
// loopback each phone calls from an address of its own, as phones on desks do.
std::vector<Cast> usual_cast(const net::Target& target, bool on_loopback, std::uint64_t seed, const phone::Model* model,
                             const phone::Firmware* firmware, std::string_view mac, std::string_view e164);

// Adds those for whom the service is given jobs of these kinds, one for each: no phone is asked to call twice within its contact
// gap. Of those that are taken into Secure Mode with a PIN there are two.
void add_for_jobs(std::vector<Cast>& cast, const net::Target& target, bool on_loopback, std::uint64_t seed, const std::vector<std::string>& kinds);

// What the user of that phone enters.
std::string pin_of(std::uint64_t seed, const Cast& who);

// The mac-addr of phone k: 00:1A:E8:FF:xx:xx from the seed, another one for each k up to 65,535.
std::string mac_of(std::uint64_t seed, std::size_t k);
// 127.0.x.y, for phones that call a service on loopback.
std::string loopback_address(std::size_t n);

// Plays the whole check. It ends early where no HTTP answer ever came, or when `interrupted` says so.
class Check {
 public:
  Check(CheckSettings settings, net::Carrier& carrier, net::Clock& clock, transcript::Sink& sink);
  void play(const std::function<bool()>& interrupted);

  // Who calls at the doors of its phones: a net::DoorHandler.
  net::DoorAnswer knock(const std::string& address, const wpi::HttpRequest& request, const net::ContactCall& call,
                        const net::Caller& caller) {
    return stage_.knock(address, request, call, caller);
  }
  bool has_address(const std::string& address) const { return stage_.has_address(address); }

  // Where its phones are; others may be added.
  fleet::Stage& stage() { return stage_; }
  bool spoke() const { return stage_.spoke(); }
  const std::string& first_failure() const { return stage_.first_failure(); }

 private:
  void play_phone(const Cast& who, const std::function<bool()>& interrupted);
  // A write comes while the phone is in a call; then the call ends.
  bool in_a_call(const Cast& who, const std::function<bool()>& interrupted);
  bool mobile_user(const Cast& who, const std::function<bool()>& interrupted);
  // The phone polls at once, if it polls at all; and somebody polls whom nobody knows.
  void polls(const Cast& who, const std::function<bool()>& interrupted);
  // The service is given something to do for a phone that is idle: by contact-me or by a poll it hears of it.
  void job_waits(const Cast& who, std::string name, const Wanted& job, const std::function<bool()>& interrupted);
  // Of with_job: it starts up, then the service has something for it.
  void play_with_job(const Cast& who, const std::function<bool()>& interrupted);
  // False where the service could not be given a job.
  bool start_job(const Cast& who, const Wanted& job, const std::function<bool()>& interrupted);
  void play_bootstrapped(const Cast& who, const std::function<bool()>& interrupted);
  // Says a start-up in a way that the service is to refuse.
  void attempt(const Cast& who, std::string name, fleet::Stage::Attempt attempt, const std::function<bool()>& interrupted);
  // A phone that the service has not met, so that it has something to order.
  void play_reluctant(const Cast& who, const std::function<bool()>& interrupted);
  // Lets the phone act until it is idle again; false where the check should go no further.
  bool step(const Cast& who, std::string name, const phone::Event& event, const std::function<bool()>& interrupted);
  // The end of a step that began after so many interactions: the phone comes to rest, or is cut short.
  // Interactions since there were `before` of them: too many for one step.
  bool loops(const Cast& who, std::uint32_t before) const;
  void come_to_rest(const Cast& who, std::uint32_t before, const std::function<bool()>& interrupted);
  void read_otherwise(const Cast& who, const std::function<bool()>& interrupted);
  // A start-up after a factory reset; false where it came to no good end.
  bool comes_fresh(const Cast& who, const char* name, phone::Quirks quirks, const std::function<bool()>& interrupted);
  void get_probe(const Cast& who, const std::function<bool()>& interrupted);

  CheckSettings settings_;
  net::Clock& clock_;
  fleet::Stage stage_;
  bool nobody_calls_ = false;  // a phone for which a job was started was not asked to call, though it waited long
  std::shared_ptr<const phone::Credentials> shown_;  // of the first phone in Secure Mode, for others to try
};

}  // namespace understudy::scenarios
