// What a request at a phone's contact-me door asks for. No I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wpi/http.h"

namespace understudy::net {

inline constexpr std::string_view contact_path = "/contact_dls.html/ContactDLS";  // guide p.14
inline constexpr std::string_view push_path = "/server_push.html/ServerPush";     // field

enum class Asked {
  contact_me,    // GET or POST on contact_path
  push,          // of an XML application: GET or POST on push_path
  other_method,  // on either path
  other_path,
};

struct ContactCall {
  Asked asked = Asked::other_path;
  std::string method;
  std::string path;  // without the query, percent-decoded

  // The rest is filled for contact_me alone. The parameters stand in the form that a POST carries (guide
  // p.14) or in the query (field); of one that is given twice the first counts.

  // "true" is true, and nothing else (guide p.14); none: not given (field: some call without any parameter).
  std::optional<bool> contact_me;
  // Whom the phone shall call back; none: not given, or no use. The port never comes without the address.
  std::optional<std::string> dls_ip_addr;    // numeric or a host's name, IPv6 without brackets
  std::optional<std::uint16_t> dls_ip_port;  // never 0
  bool authorization = false;                // was given; whatever it says, nobody checks it (field)
  std::string user_agent;
  // What was passed over, in words: `dls_ip_port "0" is no port from 1 to 65535`.
  std::vector<std::string> problems;

  // False where ContactMe is given and not true, and where this is no contact-me at all. That a call without
  // ContactMe is a wish to be called is field behaviour where it has no parameters, inferred where it has
  // others.
  bool wants_call_back() const { return asked == Asked::contact_me && contact_me.value_or(true); }
};

// Takes any request: `asked` says whether it is a contact-me. Names of parameters are read as they are
// written, "contactme" is none of them. Host, and the type that the form claims to have, are not looked at
// (the guide's own example has another port in Host, p.15).
ContactCall read_contact(const wpi::HttpRequest& request);

}  // namespace understudy::net
