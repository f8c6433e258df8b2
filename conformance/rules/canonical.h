// Canonical XML 1.0 without comments, for documents that were found well-formed and have no DTD.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::conformance {

// An element with its content, as far as its canonical form and a look into it need it.
struct XmlElement {
  struct Attribute {
    std::string prefix, local, value;  // decoded and normalised
  };
  struct Namespace {
    std::string prefix, uri;
  };
  // Text (decoded) or a processing instruction as it stands, where there is no element.
  struct Content {
    std::unique_ptr<XmlElement> element;
    std::string text;
    bool instruction = false;
  };
  std::string prefix, local;
  std::vector<Attribute> attributes;  // without namespace declarations
  std::vector<Namespace> scope;       // every namespace in scope
  std::vector<Content> content;

  const std::string* attribute(std::string_view local_name) const;
  // The first element below this one of that local name, in the order of the document; nullptr if there is
  // none.
  const XmlElement* find(std::string_view local_name) const;
  std::string text() const;  // all text directly inside
};

// nullptr for what it does not understand: a DTD, an entity of its own, more than 64 levels, or no
// well-formed XML.
std::unique_ptr<XmlElement> parse_tree(std::string_view xml);

// The canonical form of an element as the top of a document subset: with all namespaces in its scope.
// Attributes of the xml namespace on its ancestors are not taken over.
std::string canonical(const XmlElement& element);

}  // namespace understudy::conformance
