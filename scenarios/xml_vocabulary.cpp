#include "scenarios/xml_vocabulary.h"

#include <algorithm>
#include <functional>
#include <xercesc/framework/psvi/XSAttributeDeclaration.hpp>
#include <xercesc/framework/psvi/XSAttributeUse.hpp>
#include <xercesc/framework/psvi/XSComplexTypeDefinition.hpp>
#include <xercesc/framework/psvi/XSModelGroup.hpp>
#include <xercesc/framework/psvi/XSNamedMap.hpp>
#include <xercesc/framework/psvi/XSParticle.hpp>
#include <xercesc/framework/psvi/XSSimpleTypeDefinition.hpp>

#include "rules/nearest.h"
#include "wpi/utf8.h"

namespace understudy::scenarios {

using xercesc::XSComplexTypeDefinition;
using xercesc::XSElementDeclaration;
using xercesc::XSModel;
using xercesc::XSParticle;

namespace {

constexpr std::size_t most_listed = 12;  // more names than these say nothing

std::string in_brackets(std::string_view name) { return "<" + std::string(name) + ">"; }

// "; did you mean <http>?", or where no name is near "; there is <http> or <command>".
std::string or_nearest(std::string_view wrong, const std::vector<std::string>& names, std::string_view there_is,
                       const std::function<std::string(std::string_view)>& shown) {
  const std::vector<std::string_view> views(names.begin(), names.end());
  if (const std::string_view near = conformance::nearest(wrong, views); !near.empty())
    return "; did you mean " + shown(near) + "?";
  if (names.empty() || names.size() > most_listed) return "";
  std::string out = "; " + std::string(there_is) + " ";
  for (std::size_t i = 0; i < names.size(); ++i)
    out += (i == 0 ? "" : i + 1 == names.size() ? " or " : ", ") + shown(names[i]);
  return out;
}

void gather(XSParticle* particle, std::vector<XSElementDeclaration*>& out) {
  if (!particle) return;
  if (particle->getTermType() == XSParticle::TERM_ELEMENT) out.push_back(particle->getElementTerm());
  if (particle->getTermType() != XSParticle::TERM_MODELGROUP) return;
  auto* parts = particle->getModelGroupTerm()->getParticles();
  for (XMLSize_t i = 0; parts && i < parts->size(); ++i) gather(parts->elementAt(i), out);
}

// "<http> or <command>", "<trigger> once or more"
std::string in_words(XSParticle* particle) {
  std::string out;
  if (particle->getTermType() == XSParticle::TERM_ELEMENT) {
    out = in_brackets(utf8(particle->getElementTerm()->getName()));
  } else if (particle->getTermType() == XSParticle::TERM_MODELGROUP) {
    const bool choice = particle->getModelGroupTerm()->getCompositor() == xercesc::XSModelGroup::COMPOSITOR_CHOICE;
    auto* parts = particle->getModelGroupTerm()->getParticles();
    const XMLSize_t size = parts ? parts->size() : 0;
    const bool too_many = choice && size > most_listed;
    if (too_many) out = "one of " + std::to_string(size) + " elements";
    for (XMLSize_t i = 0; i < size && !too_many; ++i) out += (i == 0 ? "" : choice ? " or " : ", then ") + in_words(parts->elementAt(i));
  }
  const bool often = particle->getMaxOccursUnbounded() || particle->getMaxOccurs() > 1;
  if (particle->getMinOccurs() == 0) return out + (often ? " as often as wanted" : " or nothing");
  return out + (often ? " once or more" : "");
}

XSComplexTypeDefinition* complex_type(XSElementDeclaration& element) {
  xercesc::XSTypeDefinition* type = element.getTypeDefinition();
  if (!type || type->getTypeCategory() != xercesc::XSTypeDefinition::COMPLEX_TYPE) return nullptr;
  return static_cast<XSComplexTypeDefinition*>(type);
}

std::vector<XSElementDeclaration*> children(XSElementDeclaration& element) {
  std::vector<XSElementDeclaration*> out;
  if (XSComplexTypeDefinition* type = complex_type(element)) gather(type->getParticle(), out);
  return out;
}

std::vector<XSElementDeclaration*> roots(XSModel& model) {
  std::vector<XSElementDeclaration*> out;
  auto* all = model.getComponents(xercesc::XSConstants::ELEMENT_DECLARATION);
  for (XMLSize_t i = 0; all && i < all->getLength(); ++i) out.push_back(static_cast<XSElementDeclaration*>(all->item(i)));
  return out;
}

XSElementDeclaration* among(const std::vector<XSElementDeclaration*>& elements, std::string_view space, std::string_view name) {
  const auto same = [&](XSElementDeclaration* one) { return utf8(one->getName()) == name && utf8(one->getNamespace()) == space; };
  const auto at = std::find_if(elements.begin(), elements.end(), same);
  return at == elements.end() ? nullptr : *at;
}

std::vector<xercesc::XSAttributeUse*> uses_of(XSElementDeclaration& element) {
  std::vector<xercesc::XSAttributeUse*> out;
  XSComplexTypeDefinition* type = complex_type(element);
  auto* all = type ? type->getAttributeUses() : nullptr;
  for (XMLSize_t i = 0; all && i < all->size(); ++i) out.push_back(all->elementAt(i));
  return out;
}

std::string name_of(xercesc::XSAttributeUse* use) { return utf8(use->getAttrDeclaration()->getName()); }

// Empty where the schema does not list them.
std::vector<std::string> values_of(xercesc::XSAttributeUse* use) {
  std::vector<std::string> out;
  xercesc::XSSimpleTypeDefinition* type = use->getAttrDeclaration()->getTypeDefinition();
  auto* all = type ? type->getLexicalEnumeration() : nullptr;
  for (XMLSize_t i = 0; all && i < all->size(); ++i) out.push_back(utf8(all->elementAt(i)));
  return out;
}

}  // namespace

std::string utf8(const XMLCh* text) {
  std::string out;
  if (text) wpi::append_utf8(out, std::u16string_view(text));
  return out;
}

XSElementDeclaration* declared_root(XSModel& model, std::string_view space, std::string_view name) {
  return among(roots(model), space, name);
}

XSElementDeclaration* declared_in(XSElementDeclaration& parent, std::string_view space, std::string_view name) {
  return among(children(parent), space, name);
}

std::string unknown_root(XSModel& model, std::string_view name) {
  std::string out = "the root is " + in_brackets(name) + ", and should be";
  for (XSElementDeclaration* root : roots(model))
    out += " <" + utf8(root->getName()) + " xmlns=\"" + utf8(root->getNamespace()) + "\">";
  return out;
}

std::string unknown_in(XSElementDeclaration& parent, std::string_view name) {
  std::vector<std::string> names;
  for (XSElementDeclaration* child : children(parent)) names.push_back(utf8(child->getName()));
  return "in " + in_brackets(utf8(parent.getName())) + " there is no " + in_brackets(name) +
         or_nearest(name, names, "it takes", in_brackets);
}

std::string takes(XSElementDeclaration& element) {
  XSComplexTypeDefinition* type = complex_type(element);
  XSParticle* content = type ? type->getParticle() : nullptr;
  return in_brackets(utf8(element.getName())) + " takes " + (content ? in_words(content) : "no elements");
}

std::optional<WrongAttribute> wrong_attribute(XSElementDeclaration& element, const std::vector<Given>& given) {
  const std::vector<xercesc::XSAttributeUse*> uses = uses_of(element);
  const std::string tag = in_brackets(utf8(element.getName()));
  const auto as_it_is = [](std::string_view text) { return std::string(text); };
  for (const Given& one : given) {
    const auto use = std::find_if(uses.begin(), uses.end(), [&](auto* known) { return name_of(known) == one.name; });
    if (use == uses.end()) {
      std::vector<std::string> names;
      for (auto* known : uses) names.push_back(name_of(known));
      return WrongAttribute{tag + " has no attribute " + one.name + or_nearest(one.name, names, "it takes", as_it_is), one.name, true};
    }
    const std::vector<std::string> values = values_of(*use);
    if (!values.empty() && std::find(values.begin(), values.end(), one.value) == values.end())
      return WrongAttribute{"\"" + one.value + "\" is no value of " + one.name + or_nearest(one.value, values, "it is", as_it_is), one.name};
  }
  for (auto* use : uses)
    if (use->getRequired() && std::none_of(given.begin(), given.end(), [&](const Given& one) { return one.name == name_of(use); }))
      return WrongAttribute{tag + " lacks the attribute " + name_of(use), ""};
  return std::nullopt;
}

}  // namespace understudy::scenarios
