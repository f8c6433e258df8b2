// A whole test PKI as files, for a service under test and the phones that call it.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "certs/authority.h"

namespace understudy::certs {

struct PkiOrder {
  std::vector<std::string> hosts;   // names and addresses of the service, the first one its CN
  std::vector<std::string> phones;  // a name each: its CN, and its files' name, so without "/"; at least one
  std::string password;             // of the PKCS#12; empty: none
  KeyType key = KeyType::ec_p256;
  int days = 365;  // 1 to 36,500: so long is valid what is valid
};

struct PkiFile {
  std::string path;  // below the folder: "phones/00:1A:E8:FF:5C:C2.p12"
  std::string bytes;
  bool secret = false;  // it holds a key, or the password
};

// The folders below the PKI's, and what stands beside them: there is a PKI already where one of these is.
constexpr std::string_view pki_folders[] = {"phones", "bad"};
constexpr std::string_view pki_files[] = {"root.pem",    "intermediate.pem", "ca-chain.pem",
                                          "service.pem", "service.key",      "README.txt"};

// All files, each with keys of its own that are new at every call; those of the authorities are in none of them. An error is one
// line.
tl::expected<std::vector<PkiFile>, std::string> make_pki(const PkiOrder& order, Time now);

// README.txt: what each file is for, and commands of OpenSSL that show it. `now` as with make_pki.
std::string pki_readme(const PkiOrder& order, Time now);

}  // namespace understudy::certs
