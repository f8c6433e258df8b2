// What was said on the wire, when, by whom: all that the judge reads, live or from a file.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "transcript/facts.h"
#include "wpi/http.h"
#include "wpi/message.h"

namespace understudy::transcript {

using std::chrono::microseconds;  // every time is counted from the start of the run

// What the judge may find wrong with a certificate. A phone in default mode takes it all the same (guide
// p.12, p.62).
enum class CertificateProblem {
  expired,
  not_yet_valid,
  wrong_name,
  self_signed,
  unknown_issuer,
  bad_signature
};
std::string_view name_of(CertificateProblem problem);  // "not_yet_valid"
std::optional<CertificateProblem> certificate_problem_named(std::string_view name);

// Whether the service lets a client begin the handshake anew on an open connection, where that was tried.
enum class Renegotiation { untried, refused, granted };
std::string_view name_of(Renegotiation renegotiation);  // "refused"
std::optional<Renegotiation> renegotiation_named(std::string_view name);

struct Tls {
  std::string version;  // "TLSv1.3"
  std::string cipher;
  bool resumed = false;
  std::string subject, issuer;        // of the service's certificate, one line each
  std::string not_before, not_after;  // ISO 8601, UTC
  std::vector<CertificateProblem> problems;
  Renegotiation renegotiation = Renegotiation::untried;
};

// How far an exchange came, and what ended it.
enum class Phase { resolving, connecting, handshake, sending, waiting, reading, done };
std::string_view name_of(Phase phase);
std::optional<Phase> phase_named(std::string_view name);
enum class Outcome {
  answered,       // an answer came; whether it was whole says response.complete
  no_connection,  // refused, unreachable, not resolved: no byte could be sent
  tls_failed,     // the handshake did not come to an end
  closed,         // the service closed before an answer's head was whole
  timed_out,      // nothing, or not all, came in time
  interrupted,    // we broke off
  not_allowed,    // we do not send there: neither loopback nor private, and nobody allowed it
};
std::string_view name_of(Outcome outcome);  // "timed_out"
std::optional<Outcome> outcome_named(std::string_view name);

// What is tried on purpose, to see whether the service notices: each is to be refused (guide p.31, p.65, p.68), or
// at least not to be acted upon.
enum class Trial {
  none,
  no_certificate,      // a phone that shows none, on the port for Secure Mode
  others_certificate,  // a phone that shows another phone's, on that port
  default_port,        // a phone in Secure Mode, where phones in default mode call
  wrong_tan,           // a phone whose user had the end of the PIN wrong
  stale_cookie,        // a reply-to with the cookie of an interaction that CleanUp has ended (guide p.41)
  replay,              // the message that opened such an interaction, byte for byte (guide p.28)
  others_cookie,       // a phone that comes into its own interaction with a cookie that another was given
  renegotiation,       // a handshake anew, asked for by the client; nothing is said
};
std::string_view name_of(Trial trial);  // "no_certificate"
std::optional<Trial> trial_named(std::string_view name);

// What a scenario had a hand in. What it did is nobody's deviation.
enum class Scripted {
  none,
  words,   // its words in the phone's place, or a connection anew, as a phone may: the answer is judged as any other
  broken,  // a message that no phone says, or a connection that it disturbed: neither the answer nor what comes of it
           // in the interaction is judged
};
std::string_view name_of(Scripted scripted);  // "words"
std::optional<Scripted> scripted_named(std::string_view name);

// One request and what came back.
struct Exchange {
  std::uint64_t number = 0;       // counts from 1 in the run
  std::string phone;              // the phone's id, see PhoneMark; empty for a probe of no phone
  std::uint32_t interaction = 0;  // counts from 1 for each phone; 0 for a probe outside any interaction
  std::uint32_t message = 0;      // counts from 1 in the interaction
  std::uint64_t connection = 0;   // counts from 1 in the run; 0 where it is not known
  bool fresh_connection = true;   // the first exchange on its connection
  bool encrypted = true;
  bool secure = false;        // in Secure Mode: the phone showed its own certificate, and checked the service's (guide p.65)
  Trial trial = Trial::none;  // but for wrong_tan and others_cookie a probe: interaction is 0
  Scripted scripted = Scripted::none;
  bool poll = false;          // the phone asks whether there is anything for it (guide p.24); interaction is 0
  std::uint32_t attempt = 1;  // 2 and more: the same message once more after the connection was lost
  std::string local, remote;  // "127.0.0.1:43212"
  std::optional<Tls> tls;
  microseconds begun{}, connected{}, secured{}, sent{}, first_byte{},
      ended{};           // zero where it did not come so far
  microseconds limit{};  // how long the phone would have waited for the answer
  wpi::HttpRequest request;
  std::optional<wpi::HttpResponse> response;  // also a partial one
  Outcome outcome = Outcome::answered;
  Phase phase = Phase::done;
  std::string failure;  // in words, where outcome is not answered
  Facts untold;         // that this record leaves out: rules that rest on them are not asked

  // The messages in request and response, parsed. Filled live and by the transcript's reader; absent for an
  // empty body.
  std::shared_ptr<const wpi::Document> said;
  std::shared_ptr<const wpi::Document> answer;
};

// What a phone makes of somebody who calls at its door (guide p.14).
enum class Heed {
  calls_back,   // it will call its service, with `solicited`
  in_gap,       // the contact gap since the last call-back has not passed: ignored
  unheeded,     // it does not listen: it restarts, or ignores what it is asked
  not_asked,    // ContactMe is not true: nothing is wanted
  no_contact,   // something else than contact-me
  nobody,       // no phone has that address
};
std::string_view name_of(Heed heed);  // "calls_back"
std::optional<Heed> heed_named(std::string_view name);

// Somebody called at the door of the phones: contact-me, or what else came there.
struct Contact {
  microseconds at{};
  std::string phone;          // whose address was called; empty: nobody's
  std::string local, remote;  // "127.0.0.11:8085" is the door
  bool encrypted = false;     // at the phone's web port (field)
  bool scripted = false;      // by a scenario, not by the service: nothing of it is judged
  wpi::HttpRequest request;
  int status = 0;             // answered; 0: closed without an answer
  Heed heed = Heed::nobody;
  std::string elsewhere;      // "10.0.0.5:18443": where the phone was asked to call instead of its service
  std::string problem;        // in words: what of the request cannot be used
};

// The service said something that is HTTP, or the beginning of it. Before that its silence is no finding: the run could
// not be made.
bool service_spoke(const Exchange& exchange);

// Opens the run.
struct Start {
  std::string program;  // "understudy 0.1.0"
  std::string service;  // URL
  std::string time;     // ISO 8601, UTC
  std::uint64_t seed = 0;
  bool masked = true;
};

// Introduces a phone.
struct PhoneMark {
  std::string phone;     // id: "phone-1"
  std::string model;     // "OpenStage 60"
  std::string firmware;  // "V3 R5.12.0"
  std::string mac, e164;
  std::string certificate_password = {};  // that it opens certificates with; empty: none
  std::string address_of = {};            // the phone whose address it shares; empty: none
};

// Something that happened between the messages.
enum class Event {
  step,               // a step of the plan begins; text is its name ("start-up, unchanged")
  step_ended,         // text: "idle", or why it was cut short
  interaction,        // an interaction begins; text is its reason
  interaction_ended,  // text: why, one of the Ending names
  restart,            // the phone restarts
  call,               // text: "begins" with the first of the phone's calls, "ends" with the last
  trigger,            // somebody has the service start a job for this phone; text: which
  trigger_failed,     // it could not be started; text: why
  job,                // it was started, and the phone has not called since the trigger: it waits; text: which
  download,           // a file that was ordered has come, or failed; text: which, from where, and what became of it
  planted,            // the phone's user gave an item a value that no other phone has; text: the value
  note,               // anything worth reading, for people
  hostile,            // the phone does what no phone should, until hostile_ended; text: rule and case ("robust.malformed: an unclosed
                      // element"). What is answered to it meanwhile is held against that rule alone
  hostile_ended,      // text: empty, or why it was cut short
  guard,              // a healthy phone starts up, to see whether it is served; text: the id of the phone that was hostile
  guard_ended,        // text: "idle", or why it was cut short
  fetched,            // somebody fetched what a hostile phone's document named; text: what, and who
  fault,              // the phone's next message meets a fault inside the phone, on purpose; text: its kind, and how large it is where
                      // that is not plain ("drop-within 300")
};
std::string_view name_of(Event event);
std::optional<Event> event_named(std::string_view name);

// How an interaction came to its end, as the phone sees it.
enum class Ending {
  clean_up,         // the service said CleanUp
  restart,          // the phone restarts, as it was told
  phone_clean_up,   // the phone itself said clean-up
  unclean,          // what came was no order: an empty answer, an error, nothing
  broke_off,        // the phone stopped: too many actions, or it was cut short from outside
  connection_lost,  // no answer and no further try
};
std::string_view name_of(Ending ending);
std::optional<Ending> ending_named(std::string_view name);

struct Mark {
  microseconds at{};
  Event event = Event::note;
  std::string phone;              // may be empty
  std::uint32_t interaction = 0;  // 0 where it does not belong to one
  std::string text;
};

using Entry = std::variant<Start, PhoneMark, Mark, Exchange, Contact>;

// Takes entries in the order in which they happened. The judge, the transcript file and the summary are
// sinks.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void take(const Entry& entry) = 0;
};

}  // namespace understudy::transcript
