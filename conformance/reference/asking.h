// How a phone is asked to call: contact-me, and the answer to a poll.
#pragma once

#include <optional>
#include <string>

#include "reference/answer.h"
#include "reference/record.h"
#include "reference/service.h"

namespace understudy::reference {

// So long between two contact-me to one phone: a second more than its dls-contact-interval says, else than 300 s (administration
// manuals).
microseconds contact_gap(const Phone& phone);

// Where a phone reaches the service: the options' host, or where that is every address of this machine, the one that the phone
// called last. Empty: not known. `phone` may be nullptr.
std::string host_for(const Options& options, const Phone* phone);

// How often a phone is asked that does not call; then it is left alone until it calls by itself.
inline constexpr int most_asked = 3;

// Asks at the place that the phone named, as the guide has it (p.14); with the service's own place where the options have it.
ContactRequest contact_request(const Phone& phone, const std::string& uri, const Options& options);

// What to say at the door of a phone that is wanted; nothing where it need not be asked, or cannot be. A phone that is to be
// asked later is put down for it.
std::optional<ContactRequest> contact_for(PhoneBook& book, Phone& phone, const Options& options, microseconds now);

// 202 as long as there is something to be done with that phone, else 200 (guide p.24, wiki). One that is in a call will call
// by itself.
HttpAnswer poll_answer(const Phone* phone, bool close, const std::string& server);

// Where phones are to poll, as a job writes it; nothing where the options name no place.
std::vector<wpi::Item> poll_items(const Options& options);

}  // namespace understudy::reference
