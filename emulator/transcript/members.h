// Reads a line of JSON member by member, and remembers the first that is not what it should be. Not for
// others.
#pragma once

#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "transcript/entry.h"

namespace understudy::transcript {

struct Parsed {
  Poco::JSON::Object::Ptr object;  // null: see the error
  std::string error;
  std::size_t column = 0;  // from 1, in characters
};
Parsed parse(std::string_view line);

// The first thing that is wrong with the members of a line: what, and the names that lead to it.
struct Wrong {
  std::string text;
  std::vector<std::string> path;
};
// The column of the member that the path leads to; 1 if it cannot be found.
std::size_t column_of(std::string_view line, const std::vector<std::string>& path);

// What is absent gives the fallback; what is of another kind is noted in `wrong`, which must outlive the
// object.
class Members {
 public:
  Members(Poco::JSON::Object::Ptr object, std::vector<std::string> path, std::optional<Wrong>& wrong)
      : object_(std::move(object)), path_(std::move(path)), wrong_(wrong) {}

  bool has(const std::string& name) const { return object_->has(name); }
  // Also of the member of that name with "64" behind it, which is base64.
  std::string text(const std::string& name) const;
  bool flag(const std::string& name, bool fallback) const;
  microseconds time(const std::string& name) const;
  template <typename Number = std::uint64_t>
  Number number(const std::string& name, Number fallback = 0) const;
  // Any finite number.
  double real(const std::string& name) const;
  // A list of whole numbers; empty where it is absent.
  std::vector<std::uint64_t> numbers(const std::string& name) const;
  // An object, as JSON on one line; "" where it is absent.
  std::string json(const std::string& name) const;
  // A word of a fixed set; `named` turns it into its value.
  template <typename Named, typename Value>
  Value word(const std::string& name, Named named, Value fallback) const;
  std::optional<Members> child(const std::string& name) const;
  // Calls `take` with the Members of each object of a list, with each text of a list.
  template <typename Take>
  void each(const std::string& name, Take take) const;
  template <typename Take>
  void each_word(const std::string& name, Take take) const;

  void complain(const std::string& name, std::string_view what) const;

 private:
  std::string string(const std::string& name) const;
  Poco::JSON::Array::Ptr list(const std::string& name) const;
  std::vector<std::string> joined(const std::string& name) const;

  Poco::JSON::Object::Ptr object_;
  std::vector<std::string> path_;
  std::optional<Wrong>& wrong_;
};

template <typename Number>
Number Members::number(const std::string& name, Number fallback) const {
  if (!object_->has(name)) return fallback;
  const auto value = object_->get(name);
  try {
    if (value.isInteger() && !value.isBoolean()) return value.convert<Number>();
  } catch (const Poco::Exception&) {  // out of range
  }
  complain(name, "must be a whole number, neither negative nor too large");
  return fallback;
}

template <typename Named, typename Value>
Value Members::word(const std::string& name, Named named, Value fallback) const {
  if (!object_->has(name)) return fallback;
  const std::string text = string(name);
  if (const auto value = named(text)) return *value;
  complain(name, "is \"" + text + "\", which is not known here");
  return fallback;
}

template <typename Take>
void Members::each(const std::string& name, Take take) const {
  const Poco::JSON::Array::Ptr array = list(name);
  for (unsigned i = 0; array && i < array->size(); ++i) {
    const Poco::JSON::Object::Ptr object = array->getObject(i);
    if (!object) return complain(name, "must be a list of objects");
    take(Members(object, joined(name), wrong_));
  }
}

template <typename Take>
void Members::each_word(const std::string& name, Take take) const {
  const Poco::JSON::Array::Ptr array = list(name);
  for (unsigned i = 0; array && i < array->size(); ++i) {
    if (!array->get(i).isString()) return complain(name, "must be a list of texts");
    take(array->getElement<std::string>(i));
  }
}

}  // namespace understudy::transcript
