// A test PKI, made in memory and anew at each run: a root and certificates for services, right and wrong
// ones.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace understudy::certs {

using Time = std::chrono::system_clock::time_point;
using std::chrono::seconds;

struct Pem {
  std::string certificate;  // the chain, own certificate first
  std::string key;          // PKCS#8, not encrypted
};

enum class KeyType { ec_p256, rsa_2048 };

// What stands in a service's certificate. The window counts from the `now` that the authority was made with.
struct ServiceProfile {
  std::vector<std::string> names;      // DNS names
  std::vector<std::string> addresses;  // numeric, IPv4 or IPv6
  seconds not_before = -std::chrono::hours(1);
  seconds not_after = std::chrono::hours(24 * 30);
  KeyType key = KeyType::ec_p256;
  bool signed_by_root = true;  // else by a key that nobody knows, in the root's name
};

// Certificates that a phone in default mode takes all the same (guide p.12, p.62), and a judge notes.
enum class Ready { valid, expired, not_yet_valid, wrong_name, bad_signature };
std::string_view name_of(Ready ready);  // "not_yet_valid"
std::optional<Ready> ready_named(std::string_view name);

// A profile for a service reached as any of `hosts`, names and addresses mixed. wrong_name leaves them out.
ServiceProfile profile_of(Ready ready, const std::vector<std::string>& hosts, KeyType key = KeyType::ec_p256);

// Errors are one line that says which step OpenSSL refused.
class Authority {
 public:
  static tl::expected<Authority, std::string> make(Time now, KeyType key = KeyType::ec_p256);
  Authority(Authority&&) noexcept;
  Authority& operator=(Authority&&) noexcept;
  ~Authority();

  // The root's certificate alone, to trust; its key never leaves the object.
  const std::string& certificate() const;
  // Its chain holds the service's certificate and the root's.
  tl::expected<Pem, std::string> issue(const ServiceProfile& profile) const;

 private:
  Authority();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// A certificate that vouches for itself, as many a service in the field has one.
tl::expected<Pem, std::string> self_signed(const ServiceProfile& profile, Time now);

// Writes both files, the key's with mode 0600; files that are there are overwritten.
tl::expected<void, std::string> write_pem(const Pem& pem, const std::string& certificate_path,
                                          const std::string& key_path);

}  // namespace understudy::certs
