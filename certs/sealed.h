// Bytes that only a password opens: what secure-mode-data is made of (guide p.65). The guide does not say how a service packs it;
// this is our own way, and docs/secure.md describes it.
#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace understudy::certs {

// Base64 of: "USM1", 16 bytes of salt, 12 of nonce, 16 of tag, and the text in AES-256-GCM. The key is PBKDF2-HMAC-SHA256 of the
// password, 100,000 rounds. The error is one line that says which step OpenSSL refused.
tl::expected<std::string, std::string> sealed(std::string_view text, std::string_view password);
// The error is one sentence: what is no such data, was changed, or has another password (which cannot be told apart).
tl::expected<std::string, std::string> opened(std::string_view data, std::string_view password);

}  // namespace understudy::certs
