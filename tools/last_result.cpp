#include "last_result.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <algorithm>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sys/stat.h>
#include <unistd.h>

#include "reports/plain.h"
#include "transcript/json.h"

namespace understudy::tools {

namespace {

constexpr const char* format = "understudy.last-result/1";
constexpr std::size_t most_bytes = std::size_t{4} * 1024 * 1024;

std::string text_of(const conformance::Result& result) {
  std::string out;
  transcript::JsonWriter json(out, 1);
  json.object();
  json.member("format", std::string_view(format));
  json.member("time", conformance::shown(result.run.start.time));
  json.member("service", conformance::shown(result.run.start.service));
  json.member("verdict", name_of(result.ending));
  json.key("rules").array();
  for (const conformance::RuleResult& rule : result.verdict.rules) {
    json.object();
    json.member("id", conformance::shown(rule.rule));
    json.member("outcome", name_of(rule.outcome));
    json.member("held", rule.held);
    json.member("deviated", rule.deviated);
    json.member("known", rule.known);
    json.member("why", conformance::shown(rule.why));
    const auto finding =
        std::find_if(result.verdict.findings.begin(), result.verdict.findings.end(),
                     [&](const conformance::Finding& each) { return each.rule == rule.rule; });
    if (finding != result.verdict.findings.end()) {
      std::string line = finding->message;
      if (!finding->came.empty()) line += "; came " + finding->came;
      if (!finding->where.empty()) line += ", " + finding->where;
      json.member("finding", conformance::shown(line));
    }
    json.end();
  }
  json.end();
  json.end();
  return out + "\n";
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

std::string times(Poco::UInt64 count) {
  return count == 1 ? "once" : std::to_string(count) + " times";
}

std::string outcome_in_words(const Poco::JSON::Object& rule) {
  const auto held = rule.optValue<Poco::UInt64>("held", 0),
             deviated = rule.optValue<Poco::UInt64>("deviated", 0);
  const std::string outcome = rule.optValue<std::string>("outcome", "");
  if (outcome == "held") return "held " + times(held);
  if (outcome == "deviated")
    return "deviated " + times(deviated) + (held == 0 ? "" : ", held " + times(held)) +
           (rule.optValue("known", false) ? "; known, by the baseline" : "");
  const std::string why = rule.optValue<std::string>("why", "");
  return "not exercised" + (why.empty() ? "" : ": " + conformance::shown(why));
}

}  // namespace

std::string last_result_path() {
  const char* state = std::getenv("XDG_STATE_HOME");
  const char* home = std::getenv("HOME");
  if (state && *state == '/') return std::string(state) + "/understudy/last-result.json";
  return home && *home == '/' ? std::string(home) + "/.local/state/understudy/last-result.json" : "";
}

void remember(const conformance::Result& result, const std::string& path) {
  if (path.empty() || !result.run.spoke) return;
  std::error_code failed;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), failed);
  if (failed) return;
  // Another run may write at the same time: each writes a file of its own, and the last one stays.
  const std::string draft = path + "." + std::to_string(::getpid());
  const int file =
      ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
  if (file < 0) return;
  const bool whole = write_all(file, text_of(result));
  if (::close(file) != 0 || !whole || std::rename(draft.c_str(), path.c_str()) != 0) ::unlink(draft.c_str());
}

std::optional<std::string> last_result_of(std::string_view rule, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (path.empty() || !file) return std::nullopt;
  std::string text(most_bytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > most_bytes) return std::nullopt;
  try {
    Poco::JSON::Parser parser;
    parser.setDepth(8);
    const auto root = parser.parse(text).extract<Poco::JSON::Object::Ptr>();
    if (root->optValue<std::string>("format", "") != format || !root->isArray("rules")) return std::nullopt;
    const auto rules = root->getArray("rules");
    for (unsigned n = 0; n < rules->size(); ++n) {
      const auto each = rules->getObject(n);
      if (!each || each->optValue<std::string>("id", "") != rule) continue;
      std::string out;
      conformance::append_field(out, "last run",
                                conformance::shown(root->optValue<std::string>("time", "")) + ", " +
                                    conformance::shown(root->optValue<std::string>("service", "")));
      conformance::append_field(out, "", outcome_in_words(*each));
      conformance::append_field(out, "", conformance::shown(each->optValue<std::string>("finding", "")));
      return out;
    }
  } catch (const Poco::Exception&) {  // not ours, or of another version: as if there were none
  }
  return std::nullopt;
}

}  // namespace understudy::tools
