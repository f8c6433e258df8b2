#include "transcript/members.h"

#include <Poco/Base64Decoder.h>
#include <Poco/JSON/Parser.h>
#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <sstream>

#include "transcript/text.h"

namespace understudy::transcript {

using Poco::JSON::Array;
using Poco::JSON::Object;

namespace {

std::optional<std::string> from_base64(const std::string& text) {
  std::istringstream in(text);
  Poco::Base64Decoder decoder(in);
  try {
    decoder.exceptions(std::ios::badbit);
    return std::string(std::istreambuf_iterator<char>(decoder), {});
  } catch (const std::exception&) {  // Poco's own, or the stream's
    return std::nullopt;
  }
}

}  // namespace

Parsed parse(std::string_view line) {
  std::istringstream in{std::string(line)};
  Poco::JSON::Parser parser;
  try {
    const Poco::Dynamic::Var value = parser.parse(in);
    if (value.type() == typeid(Object::Ptr)) return {value.extract<Object::Ptr>(), "", 0};
    return {nullptr, "is no JSON object", 1};
  } catch (const Poco::Exception& error) {
    // Poco says only what is wrong; where is where its stream stands.
    in.clear();
    const auto position = static_cast<std::streamoff>(in.tellg());
    const auto bytes = position > 0 ? std::min(static_cast<std::size_t>(position), line.size()) : line.size();
    return {nullptr, "is no JSON: " + error.message(),
            std::max<std::size_t>(count_characters(line.substr(0, bytes)), 1)};
  }
}

// In a text every quote has a backslash before it, so a name in quotes with a colon behind it is a member.
std::size_t column_of(std::string_view line, const std::vector<std::string>& path) {
  std::size_t at = 0;
  for (const std::string& name : path) {
    const std::size_t found = line.find('"' + name + "\":", at);
    if (found == std::string_view::npos) break;
    at = found;
  }
  return count_characters(line.substr(0, at)) + 1;
}

std::string Members::text(const std::string& name) const {
  if (object_->has(name) || !object_->has(name + "64")) return string(name);
  auto bytes = from_base64(string(name + "64"));
  if (!bytes) complain(name + "64", "must be base64");
  return bytes.value_or("");
}

bool Members::flag(const std::string& name, bool fallback) const {
  if (!object_->has(name)) return fallback;
  const auto value = object_->get(name);
  if (value.isBoolean()) return value.convert<bool>();
  complain(name, "must be true or false");
  return fallback;
}

microseconds Members::time(const std::string& name) const {
  const auto count = number(name);
  if (count <= static_cast<std::uint64_t>(std::numeric_limits<microseconds::rep>::max()))
    return microseconds(static_cast<microseconds::rep>(count));
  complain(name, "must be a number of microseconds");
  return {};
}

double Members::real(const std::string& name) const {
  if (!object_->has(name)) return 0.0;
  const auto value = object_->get(name);
  if (value.isNumeric() && !value.isBoolean())
    if (const double number = value.convert<double>(); std::isfinite(number)) return number;
  complain(name, "must be a number");
  return 0.0;
}

std::vector<std::uint64_t> Members::numbers(const std::string& name) const {
  std::vector<std::uint64_t> out;
  const Array::Ptr array = list(name);
  for (unsigned i = 0; array && i < array->size(); ++i) {
    const auto value = array->get(i);
    try {
      if (value.isInteger() && !value.isBoolean()) {
        out.push_back(value.convert<std::uint64_t>());
        continue;
      }
    } catch (const Poco::Exception&) {  // out of range
    }
    complain(name, "must be a list of whole numbers, none of them negative or too large");
    return {};
  }
  return out;
}

std::optional<Members> Members::child(const std::string& name) const {
  if (!object_->has(name)) return std::nullopt;
  const Object::Ptr object = object_->getObject(name);
  if (object) return Members(object, joined(name), wrong_);
  complain(name, "must be an object");
  return std::nullopt;
}

std::string Members::json(const std::string& name) const {
  const auto at = child(name);
  if (!at) return "";
  std::ostringstream out;
  at->object_->stringify(out);
  return out.str();
}

void Members::complain(const std::string& name, std::string_view what) const {
  if (wrong_) return;
  std::vector<std::string> path = joined(name);
  std::string dotted;
  for (const std::string& part : path) dotted.append(dotted.empty() ? "" : ".").append(part);
  wrong_ = Wrong{dotted + " " + std::string(what), std::move(path)};
}

std::string Members::string(const std::string& name) const {
  if (!object_->has(name)) return {};
  const auto value = object_->get(name);
  if (value.isString()) return value.convert<std::string>();
  complain(name, "must be text");
  return {};
}

Array::Ptr Members::list(const std::string& name) const {
  if (!object_->has(name)) return {};
  Array::Ptr array = object_->getArray(name);
  if (!array) complain(name, "must be a list");
  return array;
}

std::vector<std::string> Members::joined(const std::string& name) const {
  std::vector<std::string> path = path_;
  path.push_back(name);
  return path;
}

}  // namespace understudy::transcript
