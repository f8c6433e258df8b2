// Texts of a scenario: parsed once, with the places of what stands in braces, and filled in each time that they are said.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace understudy::scenarios::language {

// A part of a scenario's files; error_at() makes line, column and carets of it.
struct Place {
  std::uint32_t file = 0;  // of Scenario::sources
  std::size_t offset = 0;  // bytes from the start of the file
  std::size_t length = 0;  // bytes; 0: a point
};

struct TextPart {
  enum class Kind {
    literal,   // `text` as it is
    variable,  // that was set or captured: `text` is its name
    fact,      // what is known of the phone that says it: `text` is one of facts()
    column,    // of the row of the <for-each> whose `as` is `text`: `column` of its Table
  };
  Kind kind = Kind::literal;
  std::string text;
  std::size_t column = 0;
  Place place;  // with its braces
};

// What {…} can be without being set: "mac", "number", "address" (its IP address), "phone" (its name in the scenario),
// "service" (host:port), "pin" (what its user will enter after a bootstrap-pin), "user" and "user-password" (the mobile user
// whom the service was said to know; a scenario that names them is not exercised where there is none), "canary" (a URL of our own
// that nobody has a reason to fetch, another each time).
const std::vector<std::string_view>& facts();

struct Text {
  std::vector<TextPart> parts;  // none: the empty text
  Place place;                  // of the whole: an attribute's value between its quotes, or an element's text

  bool constant() const {
    return parts.empty() || (parts.size() == 1 && parts.front().kind == TextPart::Kind::literal);
  }
  // As it is, where it is constant; else empty.
  std::string_view literal() const {
    return constant() && !parts.empty() ? std::string_view(parts.front().text) : std::string_view();
  }
  // With all its parts. `value_of` is asked for each that is no literal; where it has nothing, the error is that part.
  using ValueOf = std::function<std::optional<std::string>(const TextPart& part)>;
  tl::expected<std::string, TextPart> filled(const ValueOf& value_of) const;
};

// A regular expression (PCRE) that is held against a whole value, safe to share between threads. A search that would take
// too long finds nothing.
class Pattern {
 public:
  // The error is one line.
  static tl::expected<std::shared_ptr<const Pattern>, std::string> of(const std::string& expression);
  bool matches(const std::string& value) const;
  ~Pattern();
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;

 private:
  struct Impl;
  explicit Pattern(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// What a value is to be.
struct Match {
  enum class Kind { any, value, matches, absent };  // any: it is there; absent: it is not
  Kind kind = Kind::any;
  Text text;                               // the value, or the regular expression
  std::shared_ptr<const Pattern> pattern;  // of a constant one; else to be made when it is filled in
};

// The rows of a TSV file below the scenario's folder.
struct Table {
  std::string path;
  std::vector<std::string> columns;            // from its first line
  std::vector<std::vector<std::string>> rows;  // each as long as columns
};

}  // namespace understudy::scenarios::language
