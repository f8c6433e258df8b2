#include "reports/read_json.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>

#include "reports/load_json.h"
#include "reports/plain.h"
#include "transcript/members.h"

namespace understudy::conformance {

namespace {

using transcript::Members;

constexpr std::size_t most_bytes = 256 * 1024 * 1024;
constexpr int deepest = 64;  // the parser calls itself for each level

template <typename Value, std::size_t n>
auto named(const std::array<Value, n>& values) {
  return [values](std::string_view word) -> std::optional<Value> {
    for (const Value value : values)
      if (name_of(value) == word) return value;
    return std::nullopt;
  };
}
const auto level_named = named(std::array{Level::must, Level::should, Level::note});
const auto outcome_named = named(std::array{Outcome::held, Outcome::deviated, Outcome::not_exercised});
const auto state_named = named(std::array{EntryState::matched, EntryState::not_exercised, EntryState::held,
                                          EntryState::missed, EntryState::expired});
const auto ending_named =
    named(std::array{Ending::conforming, Ending::deviations, Ending::could_not_run, Ending::interrupted,
                     Ending::invalid, Ending::thresholds_missed});

void read_tls(const Members& from, RunSummary& run) {
  transcript::Tls tls;
  tls.version = from.text("version");
  tls.cipher = from.text("cipher");
  tls.subject = from.text("subject");
  tls.issuer = from.text("issuer");
  tls.not_before = from.text("not_before");
  tls.not_after = from.text("not_after");
  from.each_word("problems", [&](const std::string& word) {
    // One that a newer program knows is left out.
    if (const auto problem = transcript::certificate_problem_named(word)) tls.problems.push_back(*problem);
  });
  run.tls = tls;
}

void read_fingerprint(const Members& from, Fingerprint& print) {
  const auto values = [&](const std::string& name, Fingerprint::Values& out) {
    from.each(name, [&](const Members& each) { out.emplace_back(each.text("name"), each.text("value")); });
  };
  values("headers", print.headers);
  values("cookies", print.cookies);
  from.each_word("namespaces", [&](const std::string& word) { print.namespaces.push_back(word); });
  print.keeps_open = from.number("keeps_open");
  print.closes = from.number("closes");
  print.by_length = from.number("by_length");
  print.chunked = from.number("chunked");
  print.until_close = from.number("until_close");
  print.without_body = from.number("without_body");
  from.each("times", [&](const Members& each) {
    AnswerTime time{each.text("kind"), each.number("count"), each.time("p50"), each.time("p95"), each.time("max")};
    for (const std::uint64_t sample : each.numbers("samples")) time.samples.emplace_back(static_cast<std::int64_t>(sample));
    print.times.push_back(std::move(time));
  });
}

void read_service(const Members& from, Result& result) {
  result.run.start.service = from.text("url");
  result.run.peer = from.text("peer");
  result.run.spoke = from.flag("answered", false);
  result.run.first_failure = from.text("first_failure");
  if (const auto tls = from.child("tls")) read_tls(*tls, result.run);
  if (const auto print = from.child("fingerprint")) read_fingerprint(*print, result.fingerprint);
}

void read_run(const Members& from, Result& result) {
  RunSummary& run = result.run;
  run.start.program = from.text("program");
  run.start.time = from.text("time");
  run.start.seed = from.number("seed");
  result.transcript = from.text("transcript");
  run.exchanges = result.verdict.exchanges = from.number("exchanges");
  run.taken = from.time("microseconds");
  run.interrupted = from.flag("interrupted", false);
  result.strict = from.flag("strict", false);
  result.again = from.text("again");
  result.again_scenario = from.text("again_scenario");
  result.folds_scenarios = from.flag("folds_scenarios", false);
  from.each_word("required_not_exercised",
                 [&](const std::string& word) { result.required_not_exercised.push_back(word); });
  from.each_word("troubles", [&](const std::string& word) { result.troubles.push_back(word); });
  from.each("phones", [&](const Members& each) {
    run.phones.push_back(
        {each.text("phone"), each.text("model"), each.text("firmware"), each.text("mac"), each.text("e164")});
  });
}

Excerpt read_excerpt(const Members& from) {
  Excerpt out;
  bool first = true;
  from.each_word("lines", [&](const std::string& line) {
    out.text += (first ? "" : "\n") + line;
    first = false;
  });
  out.line = from.number<std::uint32_t>("line", 1);
  out.mark_line = from.number<std::uint32_t>("mark_line", 1);
  out.mark_column = from.number<std::uint32_t>("mark_column", 1);
  out.mark_length = from.number<std::uint32_t>("mark_length", 1);
  return out;
}

void read_finding(const Members& from, Result& result) {
  Finding out;
  out.rule = from.text("rule");
  out.level = from.word("level", level_named, Level::must);
  out.message = from.text("message");
  out.expected = from.text("expected");
  out.came = from.text("came");
  out.where = from.text("where");
  out.step = from.text("scenario");
  out.phone = from.text("phone");
  out.firmware = from.text("firmware");
  out.interaction = from.number<std::uint32_t>("interaction");
  out.exchange = from.number("exchange");
  out.count = std::max<std::uint64_t>(from.number("count", std::uint64_t{1}), 1);
  out.at = from.time("at");
  out.signature = from.text("signature");
  if (const auto excerpt = from.child("excerpt")) out.excerpt = read_excerpt(*excerpt);
  from.each_word("before", [&](const std::string& line) { out.before.push_back(line); });
  if (const auto known = from.child("baselined"))
    out.known = KnownDeviation{known->text("reason"), known->text("owner"), known->text("expires"), known->text("place")};
  result.verdict.findings.push_back(std::move(out));
}

void read_scenario(const Members& from, RunSummary& run) {
  Step step;
  step.name = from.text("name");
  step.phone = from.text("phone");
  step.messages = from.number("messages");
  step.begun = from.time("begun");
  step.taken = from.time("microseconds");
  step.cut_short = from.text("cut_short");
  from.each("said", [&](const Members& each) {
    step.said.push_back({each.text("word"), each.text("reply"), each.number<std::uint32_t>("interaction")});
  });
  run.steps.push_back(std::move(step));
}

void read_baseline(const Members& from, Result& result) {
  result.baseline = from.text("file");
  from.each("entries", [&](const Members& each) {
    EntryOutcome out;
    out.entry = {each.text("rule"), each.text("scenario"), each.text("reason"), each.text("owner"), each.text("expires"), each.text("place")};
    out.state = each.word("state", state_named, EntryState::not_exercised);
    out.times = each.number("count");
    out.text = each.text("text");
    result.entries.push_back(std::move(out));
  });
  // Of each rule what the baseline left of it.
  for (RuleResult& rule : result.verdict.rules) {
    if (rule.outcome != Outcome::deviated) continue;
    rule.known = true;
    for (const Finding& finding : result.verdict.findings) {
      if (finding.rule != rule.rule || finding.known) continue;
      rule.known = false;
      rule.open_level = std::min(rule.open_level.value_or(finding.level), finding.level);
    }
  }
}

StoredResult read_members(const Members& from) {
  StoredResult out;
  Result& result = out.result;
  out.verdict = from.text("verdict");
  out.sentence = from.text("sentence");
  result.ending = ending_named(out.verdict).value_or(Ending::could_not_run);
  result.exit = from.number<int>("exit");
  if (const auto service = from.child("service")) read_service(*service, result);
  if (const auto run = from.child("run")) read_run(*run, result);
  from.each("rules", [&](const Members& each) {
    RuleResult rule;
    rule.rule = each.text("id");
    rule.level = each.word("level", level_named, Level::must);
    rule.outcome = each.word("outcome", outcome_named, Outcome::not_exercised);
    rule.held = each.number("held");
    rule.deviated = each.number("deviated");
    rule.why = each.text("why");
    rule.taken = microseconds(each.number<std::int64_t>("microseconds"));
    result.verdict.rules.push_back(std::move(rule));
  });
  from.each("findings", [&](const Members& each) { read_finding(each, result); });
  if (const auto baseline = from.child("baseline")) read_baseline(*baseline, result);
  from.each("scenarios", [&](const Members& each) { read_scenario(each, result.run); });
  // Every result has the member; only that of a load says something in it.
  if (const auto load = from.child("load"); load && load->has("totals")) result.load = read_load(*load);
  return out;
}

// Too many brackets in each other, outside of texts.
bool too_deep(std::string_view bytes) {
  int depth = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char c = bytes[i];
    if (in_text) {
      if (c == '\\') ++i;
      if (c == '"') in_text = false;
    } else if (c == '"') {
      in_text = true;
    } else if (c == '{' || c == '[') {
      if (++depth > deepest) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

// Where the member stands that the path leads to, in a file of many lines.
ResultProblem located(std::string_view bytes, std::string text, const std::vector<std::string>& path) {
  std::size_t at = 0;
  for (const std::string& name : path) {
    const std::size_t found = bytes.find('"' + name + "\":", at);
    if (found == std::string_view::npos) break;
    at = found;
  }
  const std::string_view before = bytes.substr(0, at);
  const auto line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
  const std::size_t line_begin = before.rfind('\n');
  return {line, at - (line_begin == std::string_view::npos ? 0 : line_begin + 1) + 1, shown(text)};
}

// Poco counts characters from the start of what it reads.
ResultProblem located(std::string_view bytes, std::string text, std::size_t characters) {
  std::size_t line = 1, column = 1;
  for (std::size_t i = 0; i + 1 < characters && i < bytes.size(); ++i) {
    ++column;
    if (bytes[i] == '\n') ++line, column = 1;
  }
  return {line, column, shown(text)};
}

}  // namespace

tl::expected<StoredResult, ResultProblem> read_json(std::string_view bytes) {
  if (bytes.find_first_not_of(" \t\r\n") == std::string_view::npos)
    return tl::unexpected(ResultProblem{0, 0, "is empty: no result as --json writes it"});
  if (too_deep(bytes))
    return tl::unexpected(ResultProblem{0, 0, "is no result as --json writes it: its brackets are too deep"});
  const transcript::Parsed parsed = transcript::parse(bytes);
  if (!parsed.object) return tl::unexpected(located(bytes, parsed.error, parsed.column));
  std::optional<transcript::Wrong> wrong;
  const Members members(parsed.object, {}, wrong);
  const std::string format = members.text("format");
  constexpr std::string_view ours = "understudy.result/1";
  if (format.empty())
    return tl::unexpected(ResultProblem{
        1, 1, "is no result as --json writes it: it does not say \"format\": \"understudy.result/1\""});
  if (format != ours)
    return tl::unexpected(located(
        bytes, "is of the format \"" + format.substr(0, 60) + "\"; \"" + std::string(ours) + "\" can be read",
        {"format"}));
  for (const char* name : {"verdict", "exit", "service", "run", "rules", "findings"})
    if (!members.has(name))
      return tl::unexpected(
          ResultProblem{1, 1, "has no member \"" + std::string(name) + "\", which every result has"});
  StoredResult out = read_members(members);
  if (wrong) return tl::unexpected(located(bytes, wrong->text, wrong->path));
  return out;
}

tl::expected<StoredResult, ResultProblem> read_json_file(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return tl::unexpected(ResultProblem{0, 0, std::string("cannot be read: ") + std::strerror(errno)});
  std::string bytes;
  std::array<char, 65536> piece{};
  while (file.read(piece.data(), piece.size()) || file.gcount() > 0) {
    bytes.append(piece.data(), static_cast<std::size_t>(file.gcount()));
    if (bytes.size() > most_bytes)
      return tl::unexpected(ResultProblem{0, 0, "is too large for a result: over 256 MB"});
  }
  if (file.bad())
    return tl::unexpected(ResultProblem{0, 0, std::string("cannot be read: ") + std::strerror(errno)});
  return read_json(bytes);
}

}  // namespace understudy::conformance
