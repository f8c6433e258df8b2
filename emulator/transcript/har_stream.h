// What reader and writer of HAR share, and how the entries are read one after the other. Not for others.
#pragma once

#include <Poco/JSON/Object.h>
#include <functional>
#include <istream>
#include <string>
#include <string_view>

namespace understudy::transcript {

inline constexpr std::string_view har_creator = "Understudy", har_masked = "secrets are masked";

// The text of a body stands for its bytes: not where a character could not be read, nor where it says that its bytes are
// of another encoding than the UTF-8 in which the file has it.
bool tells_bytes(std::string_view text);

struct HarParts {
  std::function<void(const Poco::JSON::Object::Ptr&)> creator, entry;
};
// What was found of the file's frame. `error` is empty if all of it was read: else it says what is wrong and where.
struct HarFrame {
  bool has_log = false, has_entries = false;
  std::string error;
  std::string cut_off;  // instead, where the file simply ends too early: where that is
};
// What a part throws (a Poco::Exception) ends the reading, and comes out as its error.
HarFrame read_har_parts(std::istream& in, const HarParts& parts);

// A member; null, and what is of another kind, counts as absent.
Poco::JSON::Object::Ptr object_in(const Poco::JSON::Object::Ptr& object, const std::string& name);
std::string text_in(const Poco::JSON::Object::Ptr& object, const std::string& name);
// Also of a number that is written as text. NaN where there is none.
double number_in(const Poco::JSON::Object::Ptr& object, const std::string& name);
bool flag_in(const Poco::JSON::Object::Ptr& object, const std::string& name);

}  // namespace understudy::transcript
