#include "scenarios/shrink/shrinker.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/duration.h"
#include "scenarios/language/lint.h"
#include "scenarios/shrink/cuttings.h"

namespace understudy::scenarios {

namespace data {
extern const std::string_view scenario_xsd;
}

namespace shrink {

namespace {

// What stands around steps, and does nothing for a single one of them.
constexpr std::array<std::string_view, 5> around = {"with", "repeat", "together", "branch", "any-order"};
// What an element says more than it must.
constexpr std::array<std::string_view, 27> removable = {
    "label",  "rest",     "from-factory", "skipping",      "optional",      "items-only", "within",
    "model",  "firmware", "mac",          "number",        "quirks",        "max-items",  "address-of",
    "unique", "texts",    "capture",      "nonce-capture", "message-limit", "host",       "port",
    "wanted", "count",    "after",        "phone",         "weight",        "by"};
constexpr std::array<std::string_view, 2> times = {"time", "after"};
constexpr std::array<std::string_view, 3> numbers = {"times", "count", "weight"};

template <std::size_t size>
bool is_one_of(const std::array<std::string_view, size>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class Shrinker {
 public:
  Shrinker(const language::Reader& reader, const Wish& wish, const XmlFile& file)
      : reader_(reader), wish_(wish), cuttings_(file), best_(cuttings_.nothing()) {
    tried_.insert(wish.bytes);
    if (const auto whole = reader.parse(wish.path, wish.bytes, wish.other))
      impossible_before_ = language::impossible(**whole).size();
  }

  Shrunk run() {
    Shrunk out;
    out.elements = cuttings_.count(best_);
    bool goes_on = true;
    while (goes_on && !stopped_) {
      goes_on = false;
      for (std::size_t depth = 1; depth <= deepest(); ++depth) goes_on |= elements(depth);
      goes_on |= wrappers();
      goes_on |= values();
      goes_on |= phones();
    }
    out.bytes = cuttings_.text(best_);
    out.kept = cuttings_.count(best_);
    out.plays = plays_;
    out.stopped = stopped_;
    return out;
  }

 private:
  // The candidate shows it too: it is the smallest now.
  bool take(Cut candidate) {
    if (stopped_) return false;
    std::string text = cuttings_.text(candidate);
    if (!tried_.insert(text).second) return false;
    const auto scenario = reader_.parse(wish_.path, std::move(text), wish_.other);
    if (!scenario || language::impossible(**scenario).size() > impossible_before_) return false;
    if ((stopped_ = wish_.stop())) return false;
    ++plays_;
    const bool shows = wish_.shows(*scenario);
    stopped_ = !shows && wish_.stop();  // what was interrupted shows nothing
    if (shows) best_ = std::move(candidate);
    wish_.tell(cuttings_.count(best_));
    return shows;
  }

  std::size_t deepest() const {
    std::size_t out = 0;
    for (Node node = 0; node < cuttings_.size(); ++node) out = std::max(out, cuttings_.depth(node));
    return out;
  }

  // All elements of that depth: first all of them at once, then halves, quarters, single ones. The later ones first, which need
  // those before them.
  bool elements(std::size_t depth) {
    std::vector<Node> left;
    for (Node node = 1; node < cuttings_.size(); ++node)
      if (cuttings_.depth(node) == depth && cuttings_.element(node).name != "steps" &&
          cuttings_.stands(best_, node))
        left.push_back(node);
    bool some = false;
    for (std::size_t chunk = left.size(); chunk > 0; chunk /= 2)
      for (std::size_t end = left.size(); end > 0;) {
        const std::size_t begin = end > chunk ? end - chunk : 0;
        Cut candidate = best_;
        for (std::size_t n = begin; n < end; ++n) candidate.gone[left[n]] = true;
        if (take(std::move(candidate))) {
          left.erase(left.begin() + static_cast<std::ptrdiff_t>(begin),
                     left.begin() + static_cast<std::ptrdiff_t>(end));
          some = true;
        }
        end = begin;
      }
    return some;
  }

  bool wrappers() {
    bool some = false;
    for (Node node = 1; node < cuttings_.size(); ++node) {
      if (!is_one_of(around, cuttings_.element(node).name) || !cuttings_.stands(best_, node)) continue;
      Cut candidate = best_;
      candidate.without[node] = true;
      some |= take(std::move(candidate));
    }
    for (Node node = 1; node < cuttings_.size(); ++node)
      if (cuttings_.element(node).name == "option" && cuttings_.stands(best_, node))
        some |= without_choice(node);
    return some;
  }

  // Only one option is left: nothing is chosen any more.
  bool without_choice(Node option) {
    const Node choose = cuttings_.parent(option);
    for (Node node = 1; node < cuttings_.size(); ++node)
      if (node != option && cuttings_.parent(node) == choose && cuttings_.stands(best_, node)) return false;
    Cut candidate = best_;
    candidate.without[choose] = candidate.without[option] = true;
    return take(std::move(candidate));
  }

  bool set(Node node, Attribute attribute, std::optional<std::string> value) {
    Cut candidate = best_;
    candidate.attributes[{node, attribute}] = std::move(value);
    return take(std::move(candidate));
  }
  std::optional<std::string> value_of(Node node, Attribute attribute) const {
    const auto edit = best_.attributes.find({node, attribute});
    if (edit != best_.attributes.end()) return edit->second;
    return cuttings_.element(node).attributes[attribute].value;
  }

  bool values() {
    bool some = false;
    for (Node node = 1; node < cuttings_.size(); ++node) {
      if (!cuttings_.stands(best_, node)) continue;
      const auto& attributes = cuttings_.element(node).attributes;
      for (Attribute n = 0; n < attributes.size(); ++n) {
        if (!cuttings_.is_written(node, n) || !value_of(node, n)) continue;
        const std::string& name = attributes[n].name;
        if (is_one_of(removable, name) && set(node, n, std::nullopt)) {
          some = true;
          continue;
        }
        if (is_one_of(times, name)) some |= shorter(node, n);
        if (is_one_of(numbers, name)) some |= fewer(node, n);
        if (name == "quirks") some |= fewer_words(node, n);
      }
    }
    return some;
  }

  bool shorter(Node node, Attribute attribute) {
    const auto time = duration_of(*value_of(node, attribute));
    if (!time || *time <= std::chrono::seconds(1)) return false;
    if (set(node, attribute, "1s")) return true;
    bool some = false;
    for (auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*time).count() / 2; seconds > 1;
         seconds /= 2) {
      if (!set(node, attribute, std::to_string(seconds) + "s")) break;
      some = true;
    }
    return some;
  }

  bool fewer(Node node, Attribute attribute) {
    const std::string text = *value_of(node, attribute);
    if (text.empty() || text.size() > 9 || text.find_first_not_of("0123456789") != std::string::npos)
      return false;
    const int number = std::stoi(text);
    if (number <= 1) return false;
    if (set(node, attribute, "1")) return true;
    bool some = false;
    for (int half = number / 2; half > 1; half /= 2) {
      if (!set(node, attribute, std::to_string(half))) break;
      some = true;
    }
    return some;
  }

  bool fewer_words(Node node, Attribute attribute) {
    bool some = false;
    const auto words = [&] {
      std::vector<std::string> out;
      const std::string text = *value_of(node, attribute);
      for (std::size_t at = 0; (at = text.find_first_not_of(' ', at)) != std::string::npos;) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        out.push_back(text.substr(at, end - at));
        at = end;
      }
      return out;
    };
    for (std::size_t n = words().size(); n > 0 && words().size() > 1; --n) {
      std::string left;
      const auto now = words();
      for (std::size_t i = 0; i < now.size(); ++i)
        if (i != n - 1) left += (left.empty() ? "" : " ") + now[i];
      some |= set(node, attribute, left);
    }
    return some;
  }

  // A phone with all that it does; and the list of them, where the only one could be the one that a scenario has by itself.
  bool phones() {
    bool some = false;
    std::vector<Node> left;
    for (Node node = cuttings_.size() - 1; node > 0; --node)
      if (cuttings_.element(node).name == "phone" && cuttings_.stands(best_, node)) left.push_back(node);
    for (const Node phone : left) {
      const XmlAttribute* name = cuttings_.element(phone).find("name");
      if (!name) continue;
      Cut candidate = best_;
      candidate.gone[phone] = true;
      for (Node node = 1; node < cuttings_.size(); ++node) {
        const XmlAttribute* whose = cuttings_.element(node).find("phone");
        if (whose && (whose->value == name->value || whose->value.starts_with(name->value + "-")))
          candidate.gone[node] = true;
      }
      some |= take(std::move(candidate));
    }
    left.erase(
        std::remove_if(left.begin(), left.end(), [&](Node node) { return !cuttings_.stands(best_, node); }),
        left.end());
    return some | (left.size() == 1 && nameless(left[0]));
  }

  bool nameless(Node phone) {
    Cut candidate = best_;
    candidate.gone[cuttings_.parent(phone)] = true;
    for (Node node = 1; node < cuttings_.size(); ++node) {
      const auto& attributes = cuttings_.element(node).attributes;
      for (Attribute n = 0; n < attributes.size(); ++n)
        if (attributes[n].name == "phone" && cuttings_.is_written(node, n)) {
          candidate.attributes[{node, n}] = std::nullopt;
          if (cuttings_.element(node).name == "with") candidate.without[node] = true;
        }
    }
    return take(std::move(candidate));
  }

  const language::Reader& reader_;
  const Wish& wish_;
  Cuttings cuttings_;
  Cut best_;
  std::set<std::string> tried_;
  std::size_t impossible_before_ = 0;
  std::size_t plays_ = 0;
  bool stopped_ = false;
};

}  // namespace

tl::expected<Shrunk, FileError> shrink(const language::Reader& reader, const Wish& wish) {
  const XmlSchema schema(data::scenario_xsd);
  const auto file = XmlFile::parse(wish.path, wish.bytes, schema);
  if (!file) return tl::unexpected(file.error());
  return Shrinker(reader, wish, *file).run();
}

}  // namespace shrink

}  // namespace understudy::scenarios
