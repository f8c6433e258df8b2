// A test PKI, made in memory and anew at each run: a root, an intermediate CA, and certificates for services and phones, right
// and wrong ones.
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

// Who signs: the authority that issues, a key that nobody knows in that authority's name (so that the signature is wrong), or a
// root that nobody trusts.
enum class Signer { authority, forger, stranger };

// What certificates of both kinds are told. The window counts from the `now` that the authority was made with.
struct Terms {
  seconds not_before = -std::chrono::hours(1);
  seconds not_after = std::chrono::hours(24 * 30);
  KeyType key = KeyType::ec_p256;
  Signer signer = Signer::authority;
};

// What stands in a service's certificate (serverAuth). Its CN is the first name.
struct ServiceProfile : Terms {
  std::vector<std::string> names;      // DNS names
  std::vector<std::string> addresses;  // numeric, IPv4 or IPv6
};

// What stands in a phone's certificate (clientAuth), as a service gives one to each phone for Secure Mode (guide p.62).
struct PhoneProfile : Terms {
  std::string
      name;  // the CN: MAC address or number, at most 64 characters. That it is one of these is inferred
};

// A phone in default mode takes all of these from a service (guide p.12, p.62), and a judge notes it. In Secure Mode each side
// is to take the valid one alone (guide p.62).
enum class Ready { valid, expired, not_yet_valid, wrong_name, bad_signature, stranger };
std::string_view name_of(Ready ready);  // "not_yet_valid"
std::optional<Ready> ready_named(std::string_view name);

// A profile for a service reached as any of `hosts`, names and addresses mixed. wrong_name leaves them out.
ServiceProfile profile_of(Ready ready, const std::vector<std::string>& hosts, KeyType key = KeyType::ec_p256);
// The same for a phone. wrong_name is another one's.
PhoneProfile phone_profile_of(Ready ready, std::string_view name, KeyType key = KeyType::ec_p256);

// How far up a chain goes. Who checks it has the root; many a server sends it all the same.
enum class Chain { with_root, without_root };

// Errors are one line that says which step OpenSSL refused.
class Authority {
 public:
  // A root. It and what it makes is valid from a year before `now`, so that an expired certificate still lay inside it, until
  // `lifetime` after it.
  static tl::expected<Authority, std::string> make(Time now, KeyType key = KeyType::ec_p256,
                                                   seconds lifetime = std::chrono::hours(24 * 365));
  // One that this root vouches for, with a key of its own and the root's terms. It may issue, but vouch for no other.
  tl::expected<Authority, std::string> intermediate() const;
  Authority(Authority&&) noexcept;
  Authority& operator=(Authority&&) noexcept;
  ~Authority();

  // Its certificate alone. The key never leaves the object.
  const std::string& certificate() const;
  // Its certificate, and the root's behind it where it is none itself.
  const std::string& chain() const;
  // A new key and its certificate; the chain holds those of the authorities above it, and of a stranger's the stranger's root.
  tl::expected<Pem, std::string> issue(const ServiceProfile& profile, Chain chain = Chain::with_root) const;
  tl::expected<Pem, std::string> issue(const PhoneProfile& profile, Chain chain = Chain::with_root) const;

 private:
  struct Impl;
  Authority();
  static tl::expected<Authority, std::string> make_named(const std::string& name, Time now, KeyType key,
                                                         seconds lifetime, const Impl* above);
  template <typename Profile>
  tl::expected<Pem, std::string> sign(const Profile& profile, Chain chain) const;
  std::unique_ptr<Impl> impl_;
};

// A certificate that vouches for itself, as many a service in the field has one.
tl::expected<Pem, std::string> self_signed(const ServiceProfile& profile, Time now);

// Writes both files, the key's with mode 0600; files that are there are overwritten.
tl::expected<void, std::string> write_pem(const Pem& pem, const std::string& certificate_path,
                                          const std::string& key_path);

}  // namespace understudy::certs
