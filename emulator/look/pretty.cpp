#include "look/pretty.h"

#include <algorithm>

#include "wpi/utf8.h"

namespace understudy::look {

namespace {

constexpr std::size_t npos = std::string_view::npos;
constexpr std::string_view cdata = "<![CDATA[";

bool ends_name(char c) {
  return wpi::is_xml_space(c) || c == '/' || c == '>';
}

// Lays a text out in one pass over its markup.
class LayingOut {
 public:
  explicit LayingOut(std::string_view xml) : xml_(xml) {}

  std::optional<std::vector<Row>> rows() {
    while (at_ < xml_.size())
      if (!step()) return std::nullopt;
    if (!open_.empty() || !root_ || !flush()) return std::nullopt;
    return std::move(rows_);
  }

 private:
  bool starts(std::string_view what) const { return xml_.substr(at_, what.size()) == what; }

  bool step() {
    if (starts(cdata)) return skip("]]>");
    if (xml_[at_] != '<') {
      at_ = std::min(xml_.find('<', at_), xml_.size());
      return true;
    }
    if (starts("<!--")) return alone("-->");
    if (starts("<?")) return alone("?>");
    if (starts("<!")) return alone(">");
    return starts("</") ? end_tag() : start_tag();
  }

  // Text goes from the last tag to the next; CDATA is text.
  bool skip(std::string_view end) {
    const std::size_t found = xml_.find(end, at_);
    if (found == npos) return false;
    at_ = found + end.size();
    return true;
  }

  // Without white space at its ends where that holds line ends: those were somebody else's layout.
  Range text() const {
    std::size_t from = text_from_, to = mark_;
    const std::string_view whole = xml_.substr(from, to - from);
    const std::string_view inner = wpi::trimmed(whole);
    if (inner.empty()) return whole.find('\n') == npos ? Range{from, to} : Range{from, from};
    const auto before = static_cast<std::size_t>(inner.data() - whole.data());
    if (whole.substr(0, before).find('\n') != npos) from += before;
    if (whole.substr(before + inner.size()).find('\n') != npos) to = text_from_ + before + inner.size();
    return {from, to};
  }
  // Text beside elements gets a row of its own.
  bool flush() {
    mark_ = std::max(text_from_, at_);
    const std::string_view whole = xml_.substr(text_from_, mark_ - text_from_);
    if (wpi::trimmed(whole).empty()) return true;
    if (open_.empty()) return false;
    rows_.push_back({open_.size(), {text()}});
    return true;
  }

  void add_row(std::size_t from) {
    rows_.push_back({open_.size(), {{from, at_}}});
    text_from_ = at_;
    alone_ = false;
  }

  void add_piece(Range piece) {
    std::vector<Range>& pieces = rows_.back().pieces;
    if (pieces.back().to == piece.from)
      pieces.back().to = piece.to;
    else
      pieces.push_back(piece);
  }

  bool alone(std::string_view end) {
    if (!flush()) return false;
    const std::size_t from = at_;
    if (!skip(end)) return false;
    add_row(from);
    return true;
  }

  // Offset behind the '>' of the tag at at_; npos where it has none, or a '<' comes first.
  std::size_t tag_end() const {
    char quote = '\0';
    for (std::size_t i = at_ + 1; i < xml_.size(); ++i) {
      const char c = xml_[i];
      if (c == '<') return npos;
      if (quote != '\0') {
        if (c == quote) quote = '\0';
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == '>') {
        return i + 1;
      }
    }
    return npos;
  }

  std::string_view name_at(std::size_t from) const {
    std::size_t to = from;
    while (to < xml_.size() && !ends_name(xml_[to])) ++to;
    return xml_.substr(from, to - from);
  }

  bool start_tag() {
    if (!flush()) return false;
    const std::size_t from = at_, end = tag_end();
    const std::string_view name = name_at(at_ + 1);
    if (end == npos || name.empty() || (open_.empty() && root_)) return false;
    at_ = end;
    root_ = true;
    add_row(from);
    if (xml_[end - 2] == '/') return true;
    open_.push_back(name);
    alone_ = true;
    return true;
  }

  bool end_tag() {
    const std::size_t from = at_, end = tag_end();
    if (end == npos || open_.empty() || name_at(at_ + 2) != open_.back()) return false;
    if (alone_) {  // an element without others in it: all on the line of its start tag
      mark_ = at_;
      const Range inside = text();
      if (inside.from != inside.to) add_piece(inside);
      add_piece({from, end});
      open_.pop_back();
      at_ = text_from_ = end;
      alone_ = false;
      return true;
    }
    if (!flush()) return false;
    open_.pop_back();
    at_ = end;
    add_row(from);
    return true;
  }

  std::string_view xml_;
  std::size_t at_ = 0;
  std::size_t text_from_ = 0;  // behind the last tag
  std::size_t mark_ = 0;       // where the text that is looked at ends
  bool alone_ = false;         // nothing but text since the innermost start tag
  bool root_ = false;          // its start tag was met
  std::vector<std::string_view> open_;
  std::vector<Row> rows_;
};

}  // namespace

std::optional<std::vector<Row>> laid_out(std::string_view xml) {
  return LayingOut(xml).rows();
}

}  // namespace understudy::look
