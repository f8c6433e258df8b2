// The phone's pages: whatever is asked of them, by whom ever, they answer with a status that they have, and neither markup
// nor secrets come out of what went in. Each line of the input is a request: see asked_in().
#include <Poco/Exception.h>
#include <Poco/JSON/Parser.h>
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "unit/wbm/pages_support.h"
#include "wbm/api.h"
#include "wpi/reader.h"

namespace {

using namespace understudy;
using namespace understudy::wbm;

constexpr std::string_view secret = "Swordfish-4711";
constexpr std::size_t most_requests = 20;

void expect(bool holds) {
  if (!holds) std::abort();
}

std::string next_word(std::string_view& text) {
  const std::size_t end = std::min(text.find(' '), text.size());
  std::string word(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return word;
}

// "a=b&c=%20": the names and values as they are where they cannot be decoded.
std::map<std::string, std::string> pairs_in(std::string_view text) {
  std::map<std::string, std::string> out;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view value = pair.substr(std::min(equals + 1, pair.size()));
    out[std::string(pair.substr(0, equals))] = percent_decoded(value).value_or(std::string(value));
  }
  return out;
}

// "POST /phones/phone-1/settings/keys?saved=x v.key-label.3=a", "PATCH /api/phones/phone-1/items [...]": by an administrator,
// or, with "user " or "nobody " in front, by them.
Asked asked_in(std::string_view line, const Visitor& administrator, const Visitor& user) {
  Asked asked;
  const Visitor* who = &administrator;
  if (line.starts_with("user ")) who = &user;
  if (line.starts_with("user ") || line.starts_with("nobody ")) {
    if (line.starts_with("nobody ")) who = nullptr;
    next_word(line);
  }
  asked.method = next_word(line);
  const std::string target = next_word(line);
  asked.path = target.substr(0, target.find('?'));
  if (asked.path.size() < target.size())
    asked.query = pairs_in(std::string_view(target).substr(asked.path.size() + 1));
  asked.body = line;
  asked.form = pairs_in(line);
  if (who) {
    asked.session = who->session;
    asked.token = who->token;
    asked.form.emplace("token", who->token);
  } else {
    asked.session = asked.in_query("session");
  }
  return asked;
}

void check_text(std::string_view text) {
  expect(text.find(secret) == std::string_view::npos);
  expect(text.find("<script>alert") == std::string_view::npos);
  expect(text.find("<img src=x") == std::string_view::npos);
  expect(text.find("\"onload=") == std::string_view::npos);
}

void check(const Asked& asked, const Answer& answer) {
  constexpr std::array<int, 12> statuses = {200, 202, 204, 303, 400, 401, 403, 404, 405, 409, 421, 422};
  expect(std::find(statuses.begin(), statuses.end(), answer.status) != statuses.end());
  expect((answer.status == 303) == !location(answer).empty());
  for (const auto& [name, value] : answer.headers)
    expect(std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~'; }));
  if (answer.status == 303) expect(location(answer).starts_with('/') && !location(answer).starts_with("//"));
  expect(answer.type == "text/event-stream" ? answer.feed != nullptr : answer.feed == nullptr);
  if (answer.type.starts_with("application/json")) {
    Poco::JSON::Parser().parse(answer.body);  // which throws where it is none
    expect(asked.path == "/api/openapi.json" || answer.body.find(secret) == std::string::npos);
  }
  if (answer.type.starts_with("text/html")) check_text(answer.body);
}

// The readers alone, without the site around them.
void check_readers(const std::string& text) {
  if (const auto decoded = percent_decoded(text)) expect(decoded->size() <= text.size());
  const std::string encoded = percent_encoded(text);
  expect(std::all_of(encoded.begin(), encoded.end(), [](char c) {
    return c > ' ' && c <= '~' && c != '/' && c != '"' && c != '<' && c != '?' && c != '#';
  }));
  expect(percent_decoded(encoded) == text);
  const auto wishes = wishes_in(text);
  expect(wishes || !wishes.error().empty());
  const auto member = member_in(text, "password");
  expect(member || !member.error().empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const wpi::XmlRuntime runtime;
  std::string_view lines(reinterpret_cast<const char*>(data), size);
  check_readers(std::string(lines));
  Pages pages({"phone-1", "phone-2"});
  for (const char* name : {"sip-pwd", "user-pwd-unicode", "ldap-pwd", "invented-password"})
    pages.house.write(name, std::string(secret));
  pages.house.write("line-sip-pwd", std::string(secret), "1");
  Visitor administrator(pages.site), user(pages.site);
  administrator.log_in(Role::administrator);
  user.log_in(Role::user, "phone-1", std::string(secret));
  const std::shared_ptr<Feed> feed = administrator.get("/phones/phone-1/events").feed;
  for (std::size_t n = 0; n < most_requests && !lines.empty(); ++n) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    Asked asked = asked_in(line, administrator, user);
    asked.host = "127.0.0.1:8443";
    if (asked.form.contains("origin")) asked.origin = asked.in_form("origin");
    check(asked, pages.site.answer(asked));
    pages.house.time += std::chrono::seconds(1);
  }
  pages.site.tick();
  expect(feed->wait(0, Role::administrator, std::chrono::milliseconds(0)).text.find(secret) ==
         std::string::npos);
  return 0;
}
