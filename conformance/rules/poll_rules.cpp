// poll.*: what a service says to phones that poll, and where it has them poll.
#include <string>

#include "rules/area.h"
#include "rules/words.h"

namespace understudy::conformance {

namespace {

using transcript::Outcome;
using namespace std::chrono_literals;

// So long a service may take from the moment that a job was started to where its polls know of it (inferred).
constexpr transcript::microseconds takes_to_know = 5s;

Spot status_line(const wpi::HttpResponse& response) { return header_spot(response.head, ""); }

bool is_probe(const Heard& heard) { return heard.exchange.phone.empty(); }

void status(const Heard& heard, Ruling& ruling) {
  const transcript::Exchange& exchange = heard.exchange;
  if (is_probe(heard) || exchange.outcome == Outcome::interrupted || exchange.outcome == Outcome::not_allowed) return;
  if (!heard.has_answer())
    return ruling.deviates({"a poll is not answered", "200 or 202", exchange.failure, {}, "silent", {}});
  const int status = heard.response().status;
  if (status == 200 || status == 202) return ruling.held();
  ruling.deviates({"a poll is answered with status " + std::to_string(status), "200 (nothing), or 202 (call)",
                   std::to_string(status), status_line(heard.response()),
                   std::string(1, static_cast<char>('0' + status / 100 % 10)) + "xx", {}});
}

void target(const Heard& heard, Ruling& ruling) {
  if (heard.order() != wpi::Action::write_items) return;
  const wpi::Item* url = heard.answer().find("dcmp-url");
  if (!url || url->value.empty()) return;
  if (url->value.starts_with("http://")) return ruling.held();
  ruling.deviates({"has the phone poll at something else than a plain http URL", "http://host:port/prefix/", quoted(url->value),
                   spot_at(*url), "", {}});
}

void job_announced(const Heard& heard, Ruling& ruling) {
  const auto& since = heard.doorstep.job_waits();
  if (is_probe(heard) || !heard.has_answer() || !since) return;
  const int status = heard.response().status;
  if (status == 202) return ruling.held();
  if (status != 200 || heard.exchange.begun - *since < takes_to_know) return;
  ruling.deviates({"a job waits for the phone, and its poll is told that there is nothing", "202", "200",
                   status_line(heard.response()), "", {}});
}

// After a job that a poll had announced.
void cleared(const Heard& heard, Ruling& ruling) {
  if (!is_probe(heard) && heard.has_answer() && heard.response().status == 200 && heard.doorstep.job_done()) ruling.held();
}

void called_for_nothing(const Ended& ended, Ruling& ruling) {
  const Interaction& interaction = ended.interaction;
  if (!ended.doorstep.announced() || !interaction.clean_up || interaction.interrupted || interaction.actions > 0) return;
  ruling.deviates({"a poll is told to call, and then there is nothing to be done", "200 to the poll", "202, and CleanUp", {}, "", {}});
}

void unknown_device(const Heard& heard, Ruling& ruling) {
  if (!is_probe(heard) || !heard.has_answer()) return;
  const int status = heard.response().status;
  if (status < 500) return ruling.held();
  ruling.deviates({"a poll of a device that nobody knows is answered with a server error", "200, or a client error",
                   std::to_string(status), status_line(heard.response()), "", {}});
}

constexpr Binding bindings[] = {
    {.id = "poll.status", .poll = status},
    {.id = "poll.target", .message = target},
    {.id = "poll.job-announced", .poll = job_announced},
    {.id = "poll.job-cleared", .end = called_for_nothing, .poll = cleared},
    {.id = "poll.unknown-device", .poll = unknown_device},
};

}  // namespace

std::span<const Binding> poll_rules() {
  return bindings;
}

}  // namespace understudy::conformance
