// A scenario's file with parts of it cut out: what stays is as it was written, with its comments.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/xml_file.h"

namespace understudy::scenarios::shrink {

using Node = std::size_t;       // an element, in the order of the file; 0 is the root
using Attribute = std::size_t;  // of an element, as XmlElement has them

// What is cut out of the file.
struct Cut {
  std::vector<bool>
      gone;  // with everything in it, and what stands between it and the element before: its comment
  std::vector<bool> without;  // its tags are gone, and what is in it stays
  std::map<std::pair<Node, Attribute>, std::optional<std::string>>
      attributes;  // another value; none: it is gone
};

class Cuttings {
 public:
  explicit Cuttings(const XmlFile& file);  // must outlive it

  std::size_t size() const { return nodes_.size(); }
  const XmlElement& element(Node node) const { return *nodes_[node].element; }
  Node parent(Node node) const { return nodes_[node].parent; }
  std::size_t depth(Node node) const { return nodes_[node].depth; }  // of the root: 0
  // The attribute stands in the file: it is no default.
  bool is_written(Node node, Attribute attribute) const;

  Cut nothing() const;  // is cut
  // It stands there still; so do all around it.
  bool stands(const Cut& cut, Node node) const;
  // Elements that stand, but for the root and <steps>.
  std::size_t count(const Cut& cut) const;
  std::string text(const Cut& cut) const;

 private:
  struct Piece {
    const XmlElement* element = nullptr;
    Node parent = 0;
    std::size_t depth = 0;
    std::size_t before = 0;       // where what stands between it and the element or tag before begins
    std::size_t tag_end = 0;      // of its start tag
    std::size_t content_end = 0;  // where its end tag begins
    std::vector<Node> children;
  };
  void add(const XmlElement& element, Node parent, std::size_t depth, std::size_t before);
  void write(std::string& out, const Cut& cut, Node node, bool first) const;
  void write_content(std::string& out, const Cut& cut, Node node) const;
  std::string start_tag(const Cut& cut, Node node) const;
  bool has_children(const Cut& cut, Node node) const;
  std::string_view between(std::size_t begin, std::size_t end) const;

  std::string_view bytes_;
  std::vector<Piece> nodes_;
};

}  // namespace understudy::scenarios::shrink
