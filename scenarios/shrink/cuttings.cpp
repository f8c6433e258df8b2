#include "scenarios/shrink/cuttings.h"

#include <algorithm>

namespace understudy::scenarios::shrink {

namespace {

constexpr std::string_view blanks = " \t\r\n";

// White space in these is part of what they say.
bool is_to_the_byte(const XmlElement& element) {
  return element.name == "raw" || element.name == "say" || element.name == "part" ||
         std::any_of(element.children.begin(), element.children.end(), is_to_the_byte);
}

// How far right an element stands, where its line has nothing before it.
std::size_t column_of(std::string_view bytes, std::size_t place) {
  const std::size_t line = bytes.substr(0, place).rfind('\n');
  const std::string_view before = bytes.substr(line + 1, place - line - 1);
  return line == std::string_view::npos || before.find_first_not_of(' ') != std::string_view::npos
             ? 0
             : before.size();
}

// Each line further left by so much.
std::string moved_left(std::string_view text, std::size_t by) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    out += text[at];
    if (text[at] != '\n') continue;
    for (std::size_t n = 0; n < by && at + 1 < text.size() && text[at + 1] == ' '; ++n) ++at;
  }
  return out;
}

// Without the blank lines that it begins with.
std::string_view without_first_blank_lines(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(blanks), text.size());
  const std::size_t first = text.substr(0, begin).find('\n');
  const std::size_t last = text.substr(0, begin).rfind('\n');
  return first == std::string_view::npos || first == last ? text : text.substr(last);
}

}  // namespace

Cuttings::Cuttings(const XmlFile& file) : bytes_(file.bytes()) {
  add(file.root(), 0, 0, file.root().begin);
}

void Cuttings::add(const XmlElement& element, Node parent, std::size_t depth, std::size_t before) {
  const Node node = nodes_.size();
  Piece piece{&element, parent, depth, before, 0, 0, {}};
  // No value behind the last attribute could hold a >.
  std::size_t at = element.begin;
  for (const XmlAttribute& attribute : element.attributes)
    if (attribute.begin != element.begin) at = std::max(at, attribute.end + 1);
  piece.tag_end = std::min(bytes_.find('>', at), bytes_.size() - 1) + 1;
  piece.content_end = std::max(piece.tag_end, bytes_.substr(0, element.end).rfind("</"));
  if (bytes_.substr(piece.tag_end - 2, 2) == "/>") piece.content_end = piece.tag_end;
  nodes_.push_back(piece);
  std::size_t from = piece.tag_end;
  for (const XmlElement& child : element.children) {
    nodes_[node].children.push_back(nodes_.size());
    add(child, node, depth + 1, from);
    from = child.end;
  }
}

bool Cuttings::is_written(Node node, Attribute attribute) const {
  return element(node).attributes[attribute].begin != element(node).begin;
}

Cut Cuttings::nothing() const {
  return {std::vector<bool>(size()), std::vector<bool>(size()), {}};
}

bool Cuttings::stands(const Cut& cut, Node node) const {
  if (cut.without[node]) return false;
  for (;; node = parent(node)) {
    if (cut.gone[node]) return false;
    if (node == 0) return true;
  }
}

std::size_t Cuttings::count(const Cut& cut) const {
  std::size_t out = 0;
  for (Node node = 1; node < size(); ++node) out += element(node).name != "steps" && stands(cut, node);
  return out;
}

std::string_view Cuttings::between(std::size_t begin, std::size_t end) const {
  return bytes_.substr(begin, end - begin);
}

std::string Cuttings::text(const Cut& cut) const {
  std::string out(bytes_.substr(0, nodes_[0].element->begin));
  write(out, cut, 0, true);
  out += bytes_.substr(nodes_[0].element->end);
  return out;
}

bool Cuttings::has_children(const Cut& cut, Node node) const {
  return std::any_of(nodes_[node].children.begin(), nodes_[node].children.end(), [&](Node child) {
    return !cut.gone[child] && (!cut.without[child] || has_children(cut, child));
  });
}

// `first`: nothing that stays comes before it in the element around it.
void Cuttings::write(std::string& out, const Cut& cut, Node node, bool first) const {
  const Piece& piece = nodes_[node];
  const std::string_view gap = between(piece.before, piece.element->begin);
  if (cut.without[node]) {
    if (!has_children(cut, node)) return;
    const std::string_view its_comment = gap.substr(0, gap.find_last_not_of(blanks) + 1);
    out += first ? without_first_blank_lines(its_comment) : its_comment;
    std::string inside;
    write_content(inside, cut, node);
    const std::size_t here = column_of(bytes_, piece.element->begin);
    const std::size_t there = column_of(bytes_, element(piece.children.front()).begin);
    out += there > here && !is_to_the_byte(*piece.element) ? moved_left(inside, there - here) : inside;
    return;
  }
  out += first ? without_first_blank_lines(gap) : gap;
  std::string tag = start_tag(cut, node);
  if (piece.children.empty()) {
    out += tag;
    out += between(piece.tag_end, piece.element->end);
    return;
  }
  if (!has_children(cut, node) && piece.element->name != "steps") {
    out += tag.substr(0, tag.size() - 1) + "/>";
    return;
  }
  out += tag;
  write_content(out, cut, node);
  out += without_first_blank_lines(between(nodes_[piece.children.back()].element->end, piece.content_end));
  out += between(piece.content_end, piece.element->end);
}

void Cuttings::write_content(std::string& out, const Cut& cut, Node node) const {
  bool first = true;
  for (const Node child : nodes_[node].children) {
    if (cut.gone[child] || (cut.without[child] && !has_children(cut, child))) continue;
    write(out, cut, child, first);
    first = false;
  }
}

std::string Cuttings::start_tag(const Cut& cut, Node node) const {
  const Piece& piece = nodes_[node];
  std::string out(between(piece.element->begin, piece.tag_end));
  // From the back, so that places before stay where they are.
  std::vector<std::pair<std::size_t, std::pair<std::size_t, std::optional<std::string>>>> edits;
  for (Attribute n = 0; n < piece.element->attributes.size(); ++n) {
    const auto edit = cut.attributes.find({node, n});
    if (edit == cut.attributes.end() || !is_written(node, n)) continue;
    const XmlAttribute& attribute = piece.element->attributes[n];
    edits.push_back(
        {attribute.begin - piece.element->begin, {attribute.end - piece.element->begin, edit->second}});
  }
  std::sort(edits.rbegin(), edits.rend(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [begin, edit] : edits) {
    const auto& [end, value] = edit;
    if (value) {
      out.replace(begin, end - begin, *value);
      continue;
    }
    const std::size_t equals = out.rfind('=', begin);
    const std::size_t name_end = out.find_last_not_of(" \t\r\n", equals - 1) + 1;
    const std::size_t name = out.find_last_of(" \t\r\n", name_end - 1);
    const std::size_t from = out.find_last_not_of(" \t\r\n", name) + 1;
    out.erase(from, end + 1 - from);
  }
  return out;
}

}  // namespace understudy::scenarios::shrink
