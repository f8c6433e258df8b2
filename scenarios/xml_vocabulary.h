// The words of a schema: which elements and attributes there are at a place, and which one was meant by another word.
// Not for others than the reader of files.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <xercesc/framework/psvi/XSElementDeclaration.hpp>
#include <xercesc/framework/psvi/XSModel.hpp>

namespace understudy::scenarios {

std::string utf8(const XMLCh* text);

struct Given {
  std::string name, value;
};

// The element that may be the root, or stand in `parent`; nullptr where there is none of that name.
xercesc::XSElementDeclaration* declared_root(xercesc::XSModel& model, std::string_view space, std::string_view name);
xercesc::XSElementDeclaration* declared_in(xercesc::XSElementDeclaration& parent, std::string_view space, std::string_view name);

// What is wrong with an element of that name, which is none: one line with what was meant, or what there is.
std::string unknown_root(xercesc::XSModel& model, std::string_view name);
std::string unknown_in(xercesc::XSElementDeclaration& parent, std::string_view name);

// "<trigger> takes <http> or <command>"
std::string takes(xercesc::XSElementDeclaration& element);

// What is wrong with an element's attributes, if anything is that this can tell.
struct WrongAttribute {
  std::string text;       // one line
  std::string attribute;  // empty: the element lacks one
  bool by_name = false;   // it is the name that is wrong, and not the value
};
std::optional<WrongAttribute> wrong_attribute(xercesc::XSElementDeclaration& element, const std::vector<Given>& given);

}  // namespace understudy::scenarios
