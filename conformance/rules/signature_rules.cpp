// xml.signature: an XML signature around the message, as the vendor's own service sends it (field).
#include <Poco/SHA1Engine.h>
#include <string>

#include "rules/area.h"
#include "rules/canonical.h"

namespace understudy::conformance {

namespace {

std::string base64(const Poco::DigestEngine::Digest& digest) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < digest.size(); i += 3) {
    const std::size_t left = std::min<std::size_t>(digest.size() - i, 3);
    unsigned bits = 0;
    for (std::size_t j = 0; j < 3; ++j) bits = bits << 8 | (j < left ? digest[i + j] : 0U);
    for (std::size_t j = 0; j < 4; ++j) out += j <= left ? alphabet[bits >> (18 - 6 * j) & 63U] : '=';
  }
  return out;
}

std::string sha1_base64(std::string_view bytes) {
  Poco::SHA1Engine engine;
  engine.update(bytes.data(), bytes.size());
  return base64(engine.digest());
}

std::string without_blanks(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r') out += c;
  return out;
}

// The Object that a message stands in, wherever below the Signature.
const XmlElement* object_of(const XmlElement& signature) {
  return signature.find("Object");
}

// The digest can be computed: plain Canonical XML 1.0 and SHA-1, and nothing else that changes what is
// digested.
bool computable(const XmlElement& reference) {
  const XmlElement* method = reference.find("DigestMethod");
  const std::string* algorithm = method ? method->attribute("Algorithm") : nullptr;
  if (algorithm && *algorithm != "http://www.w3.org/2000/09/xmldsig#sha1") return false;
  const XmlElement* transforms = reference.find("Transforms");
  if (!transforms) return true;
  for (const XmlElement::Content& part : transforms->content) {
    if (!part.element) continue;
    const std::string* name = part.element->attribute("Algorithm");
    if (!name || *name != "http://www.w3.org/TR/2001/REC-xml-c14n-20010315") return false;
  }
  return true;
}

void signature(const Heard& heard, Ruling& ruling) {
  const wpi::Document& answer = heard.answer();
  const wpi::OddText* envelope = answer.odd(wpi::Oddity::signature_envelope);
  if (!envelope || !answer.well_formed) return;
  const std::string_view body = heard.response().body;
  const auto root = parse_tree(body);
  if (!root || root->local != "Signature") return;

  const auto place_of = [&](std::string_view name) -> Spot {
    const std::size_t at = body.find(name);
    return at == std::string_view::npos ? spot_at(*envelope) : Spot{Spot::In::body, at, name.size()};
  };
  const XmlElement* signed_info = root->find("SignedInfo");
  const XmlElement* reference = signed_info ? signed_info->find("Reference") : nullptr;
  const XmlElement* digest = reference ? reference->find("DigestValue") : nullptr;
  for (const auto& [part, name] :
       {std::pair{signed_info, "SignedInfo"}, std::pair{reference, "Reference"},
        std::pair{digest, "DigestValue"}, std::pair{root->find("SignatureValue"), "SignatureValue"}}) {
    if (part && (std::string_view(name).find("Value") == std::string_view::npos ||
                 !without_blanks(part->text()).empty()))
      continue;
    ruling.deviates({std::string("the signature has no ") + name,
                     name,
                     part ? "an empty one" : "none",
                     spot_at(*envelope),
                     name,
                     {}});
    return;
  }
  const XmlElement* object = object_of(*root);
  const std::string* id = object ? object->attribute("Id") : nullptr;
  const std::string* uri = reference->attribute("URI");
  if (!id || !uri || *uri != "#" + *id) {
    ruling.deviates({"the signature's Reference does not name the Object that holds the message",
                     id ? quoted("#" + *id) : std::string("the Id of the Object"),
                     uri ? quoted(*uri) : std::string("none"),
                     place_of("URI="),
                     "reference",
                     {}});
    return;
  }
  if (!computable(*reference)) {
    ruling.held();  // as far as it can be told
    return;
  }
  const std::string wanted = sha1_base64(canonical(*object));
  const std::string came = without_blanks(digest->text());
  if (came == wanted) {
    ruling.held();
    return;
  }
  ruling.deviates({"the signature's digest does not match the message",
                   wanted,
                   quoted(came),
                   place_of("DigestValue"),
                   "digest",
                   {}});
}

constexpr Binding bindings[] = {{.id = "xml.signature", .message = signature}};

}  // namespace

std::span<const Binding> signature_rules() {
  return bindings;
}

}  // namespace understudy::conformance
