// Somebody at the phone's door: contact-me, and what comes of it.
#include <charconv>
#include <utility>

#include "phone/phone.h"

namespace understudy::phone {

namespace {

using namespace std::chrono_literals;

constexpr microseconds usual_gap = 300s;  // administration manuals
// Two calls at the door within this time end the web server of a fragile phone, for so long (field; the second inferred).
constexpr microseconds too_fast = 1s, dead_for = 60s;

}  // namespace

// At least so long between two call-backs (administration manuals).
microseconds Phone::contact_gap() const {
  const std::string* text = store_.find("dls-contact-interval");
  unsigned seconds = 0;
  if (!text || text->empty()) return usual_gap;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), seconds);
  return error == std::errc() && end == text->data() + text->size() ? std::chrono::seconds(seconds) : usual_gap;
}

Doorbell Phone::rung(const ContactMe& contact) {
  if (waits_for(Wait::restart)) return {Heed::unheeded, false};  // it is off
  if (!contacts_) contacts_ = std::make_unique<Contacts>();
  const std::optional<microseconds> asked = std::exchange(contacts_->asked, now_);
  if (quirks_.has(Quirk::fragile_door)) {
    if (asked && now_ - *asked < too_fast) contacts_->dead_until = now_ + dead_for;
    if (now_ < contacts_->dead_until) return {Heed::unheeded, false};
  }
  if (!contact.wanted) return {Heed::not_asked, true};
  if (quirks_.has(Quirk::contact_ignored)) return {Heed::unheeded, true};
  if (contacts_->called && now_ - *contacts_->called < contact_gap())
    return {Heed::in_gap, !quirks_.has(Quirk::silent_in_gap)};
  contacts_->called = now_;
  return {Heed::calls_back, true};
}

// Acknowledged first, and then called when the phone finds the time for it (guide p.41, p.74).
void Phone::happen(const ContactMe& contact, Effects& effects) {
  const Doorbell doorbell = rung(contact);
  effects.push_back(doorbell);
  if (doorbell.heed == Heed::calls_back) want(Due{wpi::Reason::solicited, Purpose::plain, contact.elsewhere});
}

}  // namespace understudy::phone
