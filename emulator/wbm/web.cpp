#include "wbm/web.h"

#include <Poco/Exception.h>
#include <Poco/URI.h>

#include <charconv>

namespace understudy::wbm {

namespace {

const std::string& value_in(const std::map<std::string, std::string>& values, const std::string& name) {
  static const std::string nothing;
  const auto found = values.find(name);
  return found == values.end() ? nothing : found->second;
}

}  // namespace

const std::string& Asked::in_query(const std::string& name) const { return value_in(query, name); }
const std::string& Asked::in_form(const std::string& name) const { return value_in(form, name); }

Answer redirect(std::string to) {
  Answer answer;
  answer.status = 303;
  answer.headers.emplace_back("Location", std::move(to));
  return answer;
}

std::optional<std::string> percent_decoded(std::string_view text) {
  try {
    std::string out;
    Poco::URI::decode(std::string(text), out);
    return out;
  } catch (const Poco::Exception&) {
    return std::nullopt;
  }
}

std::uint64_t number_in(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : 0;
}

std::string percent_encoded(std::string_view text) {
  std::string out;
  Poco::URI::encode(std::string(text), "!#$&'()*+,/:;=?@[]%", out);
  return out;
}

}  // namespace understudy::wbm
