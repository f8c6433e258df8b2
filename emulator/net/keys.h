// Keys and certificates for phones, read with OpenSSL.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "phone/keys.h"
#include "wpi/message.h"

namespace understudy::net {

// For all phones. Certificates are weighed against the time of the system.
class CertificateKeys : public phone::Keys {
 public:
  // What is not encrypted is read whatever the password is.
  explicit CertificateKeys(std::string password = {}) : password_(std::move(password)) {}
  std::string password() const override { return password_; }
  tl::expected<phone::Certificate, std::string> read(std::string_view value) const override;
  tl::expected<std::vector<wpi::Item>, std::string> unpack(std::string_view data, std::string_view password) const override;

 private:
  std::string password_;
};

// What a service puts into secure-mode-data (guide p.65): these items, a line each, sealed with the PIN without its last three
// characters. The packing is ours: the guide does not show it. The error is one line.
tl::expected<std::string, std::string> packed(const std::vector<wpi::Item>& items, std::string_view password);

}  // namespace understudy::net
