// The user's file of triggers (docs/triggers.md): by which HTTP call or command their service starts a job for a phone.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <tl/expected.hpp>

#include "net/target.h"
#include "scenarios/duration.h"
#include "scenarios/xml_file.h"

namespace understudy::scenarios {

struct Statuses {
  int least = 200, most = 299;
};

struct HttpCall {
  std::string method;
  net::Target target;  // its path, and the body, with placeholders
  std::string content_type, body;
  std::vector<Statuses> success;  // that say that the job was accepted
};

struct UserCommand {
  std::string text;    // with placeholders
  std::string folder;  // of the file
};

struct Trigger {
  std::string job;  // "read-all", as the schema lists them
  std::variant<HttpCall, UserCommand> how;
  microseconds timeout{};
};

struct Triggers {
  std::vector<Trigger> all;  // each kind of job at most once

  // nullptr where the file has none for that kind of job.
  const Trigger* find(std::string_view job) const;
  // What a check starts: the first of read, write and restart that there is.
  const Trigger* for_check() const;
};

// `may_call` says of a host, as a URL names it, why nobody may call there; empty: one may. The error is the first one of the
// file, also where a word is unknown; nothing is called or run.
using MayCall = std::function<std::string(const std::string& host)>;
tl::expected<Triggers, FileError> read_triggers(const std::string& path, const MayCall& may_call);
// The same of bytes that are already there.
tl::expected<Triggers, FileError> parse_triggers(std::string path, std::string bytes, const MayCall& may_call);

}  // namespace understudy::scenarios
