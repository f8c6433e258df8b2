// Elements of a scenario that is being made, and how they are printed: as the shipped ones are.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace understudy::scenarios::from {

struct Element {
  std::string name;  // empty: a comment, which is `text`
  std::vector<std::pair<std::string, std::string>> attributes;
  std::string text;  // what is in it; only where there are no children
  std::vector<Element> children;

  Element& add(Element child) { return children.emplace_back(std::move(child)); }
  // Has one that is no comment.
  bool says_something() const;
};

// One line for people. Whatever came from outside is fit for a comment and a terminal afterwards.
Element comment(std::string_view text);
// Bytes of a text from a recording; more of it nobody reads.
inline constexpr std::size_t longest_text = 300;
// The beginning of the text, without control characters, broken UTF-8 and what ends a comment.
std::string plain(std::string_view text);
// XML can carry it in an attribute as it is, and it is not longer than that.
bool can_be_written(std::string_view text);

// The element with everything in it, indented by so many blanks, with a line end.
std::string printed(const Element& element, std::size_t indent);

}  // namespace understudy::scenarios::from
