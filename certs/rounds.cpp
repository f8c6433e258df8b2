#include <memory>
#include <openssl/asn1t.h>
#include <openssl/objects.h>
#include <openssl/x509.h>

#include "certs/found.h"

namespace understudy::certs {

namespace {

template <auto type>
struct FreeItem {
  template <typename T>
  void operator()(T* value) const {
    ASN1_item_free(reinterpret_cast<ASN1_VALUE*>(value), type());
  }
};

// The value of this ASN.1 type that an algorithm has as its parameter, or none.
template <typename T, auto type>
std::unique_ptr<T, FreeItem<type>> parameter(const X509_ALGOR* algorithm) {
  int kind = V_ASN1_UNDEF;
  const void* value = nullptr;
  X509_ALGOR_get0(nullptr, &kind, &value, algorithm);
  if (kind != V_ASN1_SEQUENCE || value == nullptr) return nullptr;
  return std::unique_ptr<T, FreeItem<type>>(
      static_cast<T*>(ASN1_item_unpack(static_cast<const ASN1_STRING*>(value), type())));
}

int kind_of(const X509_ALGOR* algorithm) {
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
  return OBJ_obj2nid(object);
}

// UINT64_MAX where the number is none.
std::uint64_t number_of(const ASN1_INTEGER* number) {
  std::uint64_t value = 0;
  return ASN1_INTEGER_get_uint64(&value, number) == 1 ? value : UINT64_MAX;
}

// UINT64_MAX where that is not known.
std::uint64_t rounds_of(const X509_ALGOR* encryption) {
  if (kind_of(encryption) != NID_pbes2) {
    const auto pbe = parameter<PBEPARAM, PBEPARAM_it>(encryption);
    return pbe ? number_of(pbe->iter) : UINT64_MAX;
  }
  const auto pbes2 = parameter<PBE2PARAM, PBE2PARAM_it>(encryption);
  if (!pbes2 || kind_of(pbes2->keyfunc) != NID_id_pbkdf2) return UINT64_MAX;
  const auto pbkdf2 = parameter<PBKDF2PARAM, PBKDF2PARAM_it>(pbes2->keyfunc);
  return pbkdf2 ? number_of(pbkdf2->iter) : UINT64_MAX;
}

}  // namespace

bool Rounds::take(std::uint64_t rounds) {
  if (rounds > left_) return false;
  left_ -= rounds;
  return true;
}

tl::expected<void, BundleError> Rounds::take(const X509_ALGOR* encryption) {
  if (encryption == nullptr || !take(rounds_of(encryption)))
    return tl::unexpected(BundleError::not_supported);
  return {};
}

}  // namespace understudy::certs
