// The XML signature that the vendor's service puts around its messages (field): the message is in an Object,
// whose canonical form has its digest in the signature.
#pragma once

#include <string>
#include <string_view>

namespace understudy::reference {

struct SignatureForm {
  bool right_digest = true;
  bool with_value = true;
  std::string_view reference = "#DLSMessage";  // "#DLSMessage" is right
};

// The signature value is not one: there is no key that anybody could verify it with.
std::string in_signature(std::string_view xml, const SignatureForm& form);

}  // namespace understudy::reference
