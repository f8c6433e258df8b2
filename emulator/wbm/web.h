// What a browser asks and what it gets, without the wire: so that all pages can be tested without a socket.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wbm/feed.h"

namespace understudy::wbm {

struct Asked {
  std::string method = "GET";
  std::string path = "/";                    // as sent, without the query: "/phones/phone-1/"
  std::map<std::string, std::string> query;  // decoded
  std::map<std::string, std::string> form;   // of the body, decoded; empty where it is none
  std::string body;
  std::string host, origin;     // headers; empty where they are missing
  std::string session;          // the cookie's value
  std::string token;            // of the header X-Token; forms have it in a field
  std::string last_event;       // of the header Last-Event-ID
  bool has_json = false;        // its body says that it is JSON

  const std::string& in_query(const std::string& name) const;
  const std::string& in_form(const std::string& name) const;
};

struct Answer {
  int status = 200;
  std::string type = "text/html; charset=utf-8";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers = {};  // beside those that every answer has
  // Goes on: events follow until one side ends it.
  std::shared_ptr<Feed> feed = nullptr;
  std::uint64_t after = 0;  // the last event that the browser has
  Role role = Role::user;   // whose events
  std::optional<std::weak_ptr<const void>> during = std::nullopt;  // they end with it: a session
};

// The name of the session's cookie: only over HTTPS, for this host and all its pages.
inline constexpr std::string_view session_cookie = "__Host-understudy";

Answer redirect(std::string to);  // 303, to a page of ours

// "a%20b" is "a b"; nothing where that is no encoding.
std::optional<std::string> percent_decoded(std::string_view text);
// The number that a segment of a path or a value of a query is; 0 where it is none.
std::uint64_t number_in(std::string_view text);
// For a segment of a path or a value of a query.
std::string percent_encoded(std::string_view text);

}  // namespace understudy::wbm
