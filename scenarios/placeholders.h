// What stands for a phone in a text of the user's: {mac}, {number} and others, filled in as the place wants it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "phone/phone.h"

namespace understudy::scenarios {

// The phone, and what else a text can name.
struct Subject {
  Subject(phone::Identity its_identity, std::string its_pin = {}) : who(std::move(its_identity)), pin(std::move(its_pin)) {}  // NOLINT: mostly a phone
  phone::Identity who;
  std::string pin;  // that its user will enter; empty but for bootstrap-pin
};

// The first placeholder in the text that there is none of: a word of small letters and - in braces. In a command ${name} is
// the shell's own.
struct UnknownPlaceholder {
  std::string part;  // "{macc}", as it is written
  std::string text;  // what is wrong, in one line
};
std::optional<UnknownPlaceholder> unknown_placeholder(std::string_view text, bool in_command);

// The text with its placeholders filled in; all of them must be known. What a phone says of itself, a soft client's name for
// instance, may hold anything.
std::string filled_url(std::string_view text, const Subject& subject);
// Escaped as JSON, form and XML have it, by the content type; as it is in any other.
std::string filled_body(std::string_view text, const Subject& subject, std::string_view content_type);

// A command for /bin/sh in which each placeholder is a variable of command_environment(), quoted as the place wants it:
// outside of quotes and in either kind. The shell sees no value as a part of the command.
std::string shell_command(std::string_view text);
// "UNDERSTUDY_MAC=00:1A:E8:FF:00:01" and the others.
std::vector<std::string> command_environment(const Subject& subject);

}  // namespace understudy::scenarios
