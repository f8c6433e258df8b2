// Secure Mode at the service's end (guide p.62-68): the certificates that it gives to phones, and who may call on which port.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "reference/record.h"
#include "reference/service.h"

namespace understudy::reference {

// What a bootstrap writes to a phone, and what the service has to remember of it.
struct Bootstrap {
  std::vector<wpi::Item> items;  // of one message (guide p.71)
  std::string certificate;       // that the phone will show, PEM
  std::string tan;               // that it will have to say; empty: without PIN
};

// A new certificate for the phone, and what else takes it into Secure Mode. The error is one line.
tl::expected<Bootstrap, std::string> bootstrap_of(const Job& job, const std::string& mac,
                                                  const SecureOptions& options);

// The first of the certificates in that text, by which two of them are compared.
std::string_view first_certificate(std::string_view pem);

// A PIN long enough for a password and a TAN behind it (guide p.67).
bool is_pin(std::string_view text);

// Has taken a bootstrap with PIN, and its user has yet to enter that.
bool awaits_pin(const Phone& phone);
// What a phone says whose user has entered a wrong PIN too often (guide p.83).
inline constexpr std::string_view no_more_tries = "password retries exceeded";
// Such a phone has said so: its job has failed.
void pin_was_given_up(Phone& phone);

// Takes the item that says what became of a written certificate, where there is one (guide p.60).
std::string info_item_of(std::string_view certificate_item);

// Where a phone calls, and what it shows there.
struct Door {
  bool secure = false;      // the port for Secure Mode
  std::string certificate;  // PEM; empty: none
  std::string from;         // the host that calls
  std::string host;         // of ours that it calls
};
// Why it must not be served there; empty: it may. nullptr: nobody that is known.
std::string refusal_of(const Phone* phone, const Door& door);

}  // namespace understudy::reference
