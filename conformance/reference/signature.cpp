#include "reference/signature.h"

#include <array>
#include <openssl/evp.h>

#include "reference/xml_edit.h"
#include "wpi/vocabulary.h"

namespace understudy::reference {

namespace {

constexpr std::string_view signature_namespace = "http://www.w3.org/2000/09/xmldsig#";

std::string base64(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(length));
  return out;
}

std::string sha1(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha1(), nullptr);
  return {digest.begin(), digest.begin() + length};
}

// The message as C14N has it: the namespaces first, one blank between attributes.
std::string canonical(std::string_view xml) {
  std::string message(xml);
  while (!message.empty() && message.back() == '\n') message.pop_back();
  cut(message, "<DLSMessage", ">");
  const std::string dls(wpi::dls_namespace);
  return "<DLSMessage xmlns=\"" + dls +
         "\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"" + dls + "\">" +
         message;
}

}  // namespace

std::string in_signature(std::string_view xml, const SignatureForm& form) {
  const std::string name(signature_namespace);
  const std::string message = canonical(xml);
  // The Object inherits its namespace; its canonical form says it.
  const std::string digested = "<Object xmlns=\"" + name + "\" Id=\"DLSMessage\">" + message + "</Object>";
  std::string out = "<Signature xmlns=\"" + name + "\"><SignedInfo>";
  out +=
      "<CanonicalizationMethod "
      "Algorithm=\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315\"></CanonicalizationMethod>";
  out += "<SignatureMethod Algorithm=\"" + name + "rsa-sha1\"></SignatureMethod>";
  out += "<Reference URI=\"" + std::string(form.reference) + "\">";
  out += "<DigestMethod Algorithm=\"" + name + "sha1\"></DigestMethod>";
  out += "<DigestValue>" + base64(sha1(form.right_digest ? digested : "")) +
         "</DigestValue></Reference></SignedInfo>";
  // As long as an RSA key of 1024 bits makes it, which the vendor's service was seen to use (field).
  out += "<SignatureValue>" + (form.with_value ? base64(std::string(128, 'U')) : std::string()) +
         "</SignatureValue>";
  return out + "<Object Id=\"DLSMessage\">" + message + "</Object></Signature>\n";
}

}  // namespace understudy::reference
