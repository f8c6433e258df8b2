#include "transcript/har_stream.h"

#include <Poco/JSON/ParseHandler.h>
#include <Poco/JSON/Parser.h>
#include <Poco/NumberParser.h>
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "wpi/http.h"

namespace understudy::transcript {

using Poco::JSON::Object;

namespace {

// Builds values for log.creator and each of log.entries, and lets all else pass by.
class PartsHandler : public Poco::JSON::Handler {
 public:
  PartsHandler(const HarParts& parts, HarFrame& frame) : parts_(parts), frame_(frame) {}

  void reset() override {}
  void startObject() override { open(true); }
  void endObject() override { close(true); }
  void startArray() override { open(false); }
  void endArray() override { close(false); }
  void key(const std::string& name) override {
    if (part_) return part_->key(name);
    if (!levels_.empty()) levels_.back().key = name;
  }
  void null() override {
    if (part_) part_->null();
  }
  void value(int v) override { pass(v); }
  void value(unsigned v) override { pass(v); }
  void value(Poco::Int64 v) override { pass(v); }
  void value(Poco::UInt64 v) override { pass(v); }
  void value(const std::string& v) override { pass(v); }
  void value(double v) override { pass(v); }
  void value(bool v) override { pass(v); }

 private:
  struct Level {
    bool object;
    std::string key;
  };

  template <typename Value>
  void pass(const Value& value) {
    if (part_) part_->value(value);
  }

  bool in_log() const {
    return levels_.size() >= 2 && levels_[0].object && levels_[0].key == "log" && levels_[1].object;
  }
  bool is_entry() const {
    return in_log() && levels_.size() == 3 && levels_[1].key == "entries" && !levels_[2].object;
  }
  bool is_creator() const { return in_log() && levels_.size() == 2 && levels_[1].key == "creator"; }

  void open(bool object) {
    if (!part_ && object && (is_entry() || is_creator())) {
      part_ = new Poco::JSON::ParseHandler;
      part_from_ = levels_.size();
    }
    if (part_) object ? part_->startObject() : part_->startArray();
    levels_.push_back({object, {}});
    if (levels_.size() == 2 && in_log()) frame_.has_log = true;
    if (levels_.size() == 3 && in_log() && !object && levels_[1].key == "entries") frame_.has_entries = true;
  }

  void close(bool object) {
    if (part_) object ? part_->endObject() : part_->endArray();
    if (!levels_.empty()) levels_.pop_back();
    if (!part_ || levels_.size() != part_from_) return;
    const Poco::Dynamic::Var built = part_->asVar();
    part_ = nullptr;
    const auto& take = is_entry() ? parts_.entry : parts_.creator;
    if (built.type() == typeid(Object::Ptr)) take(built.extract<Object::Ptr>());
  }

  const HarParts& parts_;
  HarFrame& frame_;
  std::vector<Level> levels_;
  Poco::JSON::Handler::Ptr part_;
  std::size_t part_from_ = 0;
};

// Poco quotes the byte that it did not expect.
std::string printable(const std::string& text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7F)
      out.push_back(c);
    else
      out.append("\\x").append(1, digits[byte >> 4U]).append(1, digits[byte & 0xFU]);
  }
  return out;
}

}  // namespace

bool tells_bytes(std::string_view text) {
  constexpr std::string_view replacement =
      "\xEF\xBF\xBD";  // U+FFFD: what a decoder puts where it could not read
  if (text.find(replacement) != std::string_view::npos) return false;
  if (std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }))
    return true;
  constexpr std::string_view names = "encoding=";
  const std::string_view head = text.substr(0, 200);
  const std::size_t at = head.find(names);
  const std::size_t end = head.find("?>");
  return at == std::string_view::npos || end == std::string_view::npos || at > end ||
         wpi::same_ignoring_case(head.substr(std::min(at + names.size() + 1, head.size()), 5), "utf-8");
}

HarFrame read_har_parts(std::istream& in, const HarParts& parts) {
  HarFrame frame;
  Poco::JSON::Parser parser(new PartsHandler(parts, frame));
  try {
    parser.parse(in);
  } catch (const Poco::JSON::JSONException& error) {
    // Poco says only what is wrong; where is where its stream stands.
    in.clear();
    if (in.peek() == std::char_traits<char>::eof()) {
      in.clear();
      in.seekg(0, std::ios::end);
      frame.cut_off = "byte " + std::to_string(static_cast<std::streamoff>(in.tellg()));
      return frame;
    }
    const auto at = static_cast<std::streamoff>(in.tellg());
    frame.error = "is no JSON" + (at > 0 ? ", at byte " + std::to_string(at) : "") + ": " + printable(error.message());
  } catch (const Poco::Exception& error) {
    frame.error = printable(error.message());
  }
  return frame;
}

Object::Ptr object_in(const Object::Ptr& object, const std::string& name) {
  return object ? object->getObject(name) : Object::Ptr();
}

std::string text_in(const Object::Ptr& object, const std::string& name) {
  if (!object) return {};
  const auto value = object->get(name);
  return value.isString() ? value.extract<std::string>() : std::string();
}

double number_in(const Object::Ptr& object, const std::string& name) {
  const auto value = object ? object->get(name) : Poco::Dynamic::Var();
  double number = std::numeric_limits<double>::quiet_NaN();
  if (value.isNumeric() && !value.isBoolean()) number = value.convert<double>();
  if (value.isString() && !Poco::NumberParser::tryParseFloat(value.extract<std::string>(), number))
    number = std::numeric_limits<double>::quiet_NaN();
  return std::isfinite(number) ? number : std::numeric_limits<double>::quiet_NaN();
}

bool flag_in(const Object::Ptr& object, const std::string& name) {
  const auto value = object ? object->get(name) : Poco::Dynamic::Var();
  return value.isBoolean() && value.convert<bool>();
}

}  // namespace understudy::transcript
