// Defects that are not in what the service says but in the door that it stands behind: the certificate, the
// TLS version.
#pragma once

#include <span>
#include <string>

namespace understudy::reference {

// For who opens the listener: the service itself has no I/O.
struct ListenerFaults {
  std::string certificate =
      "valid";               // a ready profile of certs/authority.h: "expired", "not_yet_valid", "wrong_name",
                             // "bad_signature"
  std::string secure_certificate = "valid";  // the same for the port for Secure Mode, and "stranger"
  bool client_required = true;               // there
  std::string max_tls = {};  // "TLSv1.1": the newest version offered; empty for no limit
  bool client_may_renegotiate = false;  // up to TLS 1.2
};

// What the defects of these names ask of the listener.
ListenerFaults listener_faults(std::span<const std::string> defects);

}  // namespace understudy::reference
