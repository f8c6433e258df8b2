#include "rules/doorstep.h"

#include <charconv>

#include "rules/heard.h"

namespace understudy::conformance {

namespace {

constexpr std::string_view gap_item = "dls-contact-interval";

}  // namespace

std::optional<transcript::microseconds> seconds_of(const wpi::Item& item) {
  unsigned seconds = 0;
  const char* end = item.value.data() + item.value.size();
  const auto [stop, error] = std::from_chars(item.value.data(), end, seconds);
  if (error != std::errc() || stop != end) return std::nullopt;
  return std::chrono::seconds(seconds);
}

void Doorstep::take(const transcript::Contact& contact) {
  if (contact.heed == transcript::Heed::no_contact || contact.heed == transcript::Heed::nobody) return;
  asked_ = contact.at;
  if (contact.status == 204) acknowledged_ = contact.at;
  if (contact.heed == transcript::Heed::calls_back) elsewhere_ = contact.elsewhere;
}

void Doorstep::polled(const transcript::Exchange& poll) {
  if (!poll.response) return;
  said_202_ = poll.response->status == 202;
  if (poll.response->status == 200) job_done_ = false;
}

void Doorstep::hear(const Heard& heard) {
  if (!heard.said()) return;
  if (const wpi::Item* uri = heard.said()->find("contact-me-uri"); uri && uri->status.empty()) uri_ = uri->value;
  if (const wpi::Item* gap = heard.said_item(gap_item); gap && gap->status.empty()) gap_ = seconds_of(*gap).value_or(gap_);
  if (heard.before.messages > 0) return;
  announced_ = said_202_ && heard.reason() == wpi::Reason::solicited;
  said_202_ = false;
}

void Doorstep::answered(const Heard& heard) {
  elsewhere_.clear();
  if (!heard.success() || !heard.exchange.answer) return;
  const auto order = heard.order();
  if (!order || *order == wpi::Action::clean_up) return;
  job_waits_.reset();
  if (*order == wpi::Action::write_items)
    if (const wpi::Item* gap = heard.answer().find(gap_item)) gap_ = seconds_of(*gap).value_or(std::chrono::seconds(300));
}

void Doorstep::ended(const Ended& ended) {
  if (announced_ && ended.interaction.actions > 0 && ended.interaction.clean_up && !ended.interaction.busy) job_done_ = true;
  announced_ = false;
}

void Doorstep::forget_jobs() {
  job_waits_.reset();
  said_202_ = announced_ = job_done_ = false;
}

void Doorstep::job_starts(microseconds at) { job_waits_ = at; }

}  // namespace understudy::conformance
