#include "certs/pki.h"

#include <algorithm>

#include "certs/pkcs12.h"

namespace understudy::certs {

namespace {

using std::chrono::hours;
using Files = std::vector<PkiFile>;
using Done = tl::expected<void, std::string>;

constexpr Ready wrong_ones[] = {Ready::expired, Ready::not_yet_valid, Ready::stranger, Ready::wrong_name,
                                Ready::bad_signature};

std::string file_name(Ready ready) {
  std::string name(name_of(ready));
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

seconds lasts(const PkiOrder& order) {
  return hours(24) * order.days;
}

// Files are kept: what is not yet valid must not become so before the rest has expired.
template <typename Profile>
Profile for_files(Profile profile, Ready ready, const PkiOrder& order) {
  if (ready == Ready::expired) return profile;
  if (ready == Ready::not_yet_valid) profile.not_before = lasts(order);
  profile.not_after = ready == Ready::not_yet_valid ? 2 * lasts(order) : lasts(order);
  return profile;
}

void add(Files& files, const std::string& path, const Pem& pem) {
  files.push_back({path + ".pem", pem.certificate});
  files.push_back({path + ".key", pem.key, true});
}

Done add_service(Files& files, const Authority& authority, const PkiOrder& order, Ready ready,
                 const std::string& path) {
  const auto profile = for_files(profile_of(ready, order.hosts, order.key), ready, order);
  const auto pem = authority.issue(profile, Chain::without_root);
  if (!pem) return tl::unexpected(pem.error());
  add(files, path, *pem);
  return {};
}

Done add_phone(Files& files, const Authority& authority, const PkiOrder& order, Ready ready,
               const std::string& name, const std::string& path) {
  const auto profile = for_files(phone_profile_of(ready, name, order.key), ready, order);
  const auto pem = authority.issue(profile, Chain::without_root);
  if (!pem) return tl::unexpected(pem.error());
  auto pkcs12 = to_pkcs12(*pem, order.password, name);
  if (!pkcs12) return tl::unexpected(std::move(pkcs12.error()));
  files.push_back({path + ".p12", std::move(*pkcs12), true});
  add(files, path, *pem);
  return {};
}

}  // namespace

tl::expected<Files, std::string> make_pki(const PkiOrder& order, Time now) {
  const auto root = Authority::make(now, order.key, 2 * lasts(order) + hours(24));
  if (!root) return tl::unexpected(root.error());
  const auto authority = root->intermediate();
  if (!authority) return tl::unexpected(authority.error());
  Files files{{"root.pem", root->certificate()},
              {"intermediate.pem", authority->certificate()},
              {"ca-chain.pem", authority->chain()},
              {"README.txt", pki_readme(order, now), !order.password.empty()}};
  Done done = add_service(files, *authority, order, Ready::valid, "service");
  for (const std::string& phone : order.phones)
    if (done) done = add_phone(files, *authority, order, Ready::valid, phone, "phones/" + phone);
  for (const Ready ready : wrong_ones) {
    if (done) done = add_service(files, *authority, order, ready, "bad/" + file_name(ready));
    if (done)
      done =
          add_phone(files, *authority, order, ready, order.phones.front(), "bad/phone-" + file_name(ready));
  }
  if (!done) return tl::unexpected(std::move(done.error()));
  return files;
}

}  // namespace understudy::certs
