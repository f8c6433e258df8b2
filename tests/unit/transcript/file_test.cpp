#include "transcript/file.h"

#include <algorithm>
#include <cstdio>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>
#include <sstream>
#include <sys/stat.h>

#include "support/folder.h"
#include "unit/transcript/transcript_support.h"

namespace understudy::transcript {

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr std::string_view first_line = R"({"format":"understudy.transcript/1","entry":"start"})";

std::string with_first_line(std::string_view rest) {
  return std::string(first_line) + "\n" + std::string(rest);
}

FileProblem problem_of(std::string_view bytes) {
  const auto transcript = read(bytes);
  if (transcript) {
    ADD_FAILURE() << "was read: " << bytes.substr(0, 200);
    return {};
  }
  EXPECT_EQ(transcript.error().text.find('\n'), std::string::npos) << "not one line";
  return transcript.error();
}

void expect_same(const wpi::HttpResponse& a, const wpi::HttpResponse& b) {
  EXPECT_EQ(a.head, b.head);
  EXPECT_EQ(a.version, b.version);
  EXPECT_EQ(a.status, b.status);
  EXPECT_EQ(a.reason, b.reason);
  EXPECT_EQ(a.headers, b.headers);
  EXPECT_EQ(a.framing, b.framing);
  EXPECT_EQ(a.declared_length, b.declared_length);
  EXPECT_EQ(a.body, b.body);
  EXPECT_EQ(a.coded_body, b.coded_body);
  EXPECT_EQ(a.interim, b.interim);
  EXPECT_EQ(a.complete, b.complete);
  EXPECT_EQ(a.keeps_open, b.keeps_open);
  ASSERT_EQ(a.problems.size(), b.problems.size());
  for (std::size_t i = 0; i < a.problems.size(); ++i) {
    EXPECT_EQ(a.problems[i].flaw, b.problems[i].flaw);
    EXPECT_EQ(a.problems[i].detail, b.problems[i].detail);
    EXPECT_EQ(a.problems[i].offset, b.problems[i].offset);
  }
}

void expect_same(const Exchange& a, const Exchange& b) {
  EXPECT_EQ(a.number, b.number);
  EXPECT_EQ(a.phone, b.phone);
  EXPECT_EQ(a.interaction, b.interaction);
  EXPECT_EQ(a.message, b.message);
  EXPECT_EQ(a.connection, b.connection);
  EXPECT_EQ(a.fresh_connection, b.fresh_connection);
  EXPECT_EQ(a.encrypted, b.encrypted);
  EXPECT_EQ(a.poll, b.poll);
  EXPECT_EQ(a.attempt, b.attempt);
  EXPECT_EQ(a.local, b.local);
  EXPECT_EQ(a.remote, b.remote);
  EXPECT_EQ(a.begun, b.begun);
  EXPECT_EQ(a.connected, b.connected);
  EXPECT_EQ(a.secured, b.secured);
  EXPECT_EQ(a.sent, b.sent);
  EXPECT_EQ(a.first_byte, b.first_byte);
  EXPECT_EQ(a.ended, b.ended);
  EXPECT_EQ(a.limit, b.limit);
  EXPECT_EQ(a.outcome, b.outcome);
  EXPECT_EQ(a.phase, b.phase);
  EXPECT_EQ(a.failure, b.failure);
  EXPECT_EQ(to_bytes(a.request), to_bytes(b.request));
  ASSERT_EQ(a.tls.has_value(), b.tls.has_value());
  if (a.tls) {
    EXPECT_EQ(a.tls->version, b.tls->version);
    EXPECT_EQ(a.tls->cipher, b.tls->cipher);
    EXPECT_EQ(a.tls->resumed, b.tls->resumed);
    EXPECT_EQ(a.tls->subject, b.tls->subject);
    EXPECT_EQ(a.tls->issuer, b.tls->issuer);
    EXPECT_EQ(a.tls->not_before, b.tls->not_before);
    EXPECT_EQ(a.tls->not_after, b.tls->not_after);
    EXPECT_EQ(a.tls->problems, b.tls->problems);
  }
  ASSERT_EQ(a.response.has_value(), b.response.has_value());
  if (a.response) expect_same(*a.response, *b.response);
}

TEST(Transcript, ComesBackAsItWasWritten) {
  const std::vector<Entry> written = all_kinds();
  const auto transcript = read(whole_file(written));
  ASSERT_TRUE(transcript) << transcript.error().text;
  EXPECT_EQ(transcript->cut_off, "");
  ASSERT_EQ(transcript->entries.size(), written.size());

  const auto& start = std::get<Start>(transcript->entries[0]);
  EXPECT_EQ(start.program, "understudy 0.1.0");
  EXPECT_EQ(start.service, "https://service:18443");
  EXPECT_EQ(start.time, "2026-11-21T03:00:00Z");
  EXPECT_EQ(start.seed, UINT64_MAX);
  EXPECT_TRUE(start.masked);
  const auto& phone = std::get<PhoneMark>(transcript->entries[1]);
  EXPECT_EQ(phone.phone, "phone-1");
  EXPECT_EQ(phone.model, "OpenStage 60");
  EXPECT_EQ(phone.firmware, "V3 R5.12.0");
  EXPECT_EQ(phone.mac, "00:1A:E8:FF:00:01");
  EXPECT_EQ(phone.e164, "4241");
  for (const std::size_t i : {2U, 3U, 6U, 7U}) {
    const auto& before = std::get<Mark>(written[i]);
    const auto& after = std::get<Mark>(transcript->entries[i]);
    EXPECT_EQ(before.at, after.at);
    EXPECT_EQ(before.event, after.event);
    EXPECT_EQ(before.phone, after.phone);
    EXPECT_EQ(before.interaction, after.interaction);
    EXPECT_EQ(before.text, after.text);
  }
  for (const std::size_t i : {4U, 5U})
    expect_same(std::get<Exchange>(written[i]), std::get<Exchange>(transcript->entries[i]));
}

TEST(Transcript, KeepsWhatWasTriedAndWhoseAddressAPhoneShares) {
  PhoneMark second{"phone-2", "OpenStage 60", "V3 R5.12.0", "00:1A:E8:FF:00:02", "4242"};
  second.address_of = "phone-1";
  std::vector<Entry> written = {Start{}, second, Mark{{}, Event::planted, "phone-1", 0, "Only 4241"}};
  for (const Trial trial : {Trial::stale_cookie, Trial::replay, Trial::others_cookie, Trial::renegotiation}) {
    Exchange exchange;
    exchange.trial = trial;
    exchange.tls = Tls{"TLSv1.2", "", false, "", "", "", "", {}};
    if (trial == Trial::renegotiation) exchange.tls->renegotiation = Renegotiation::granted;
    written.push_back(exchange);
  }
  const auto transcript = read(whole_file(written));
  ASSERT_TRUE(transcript) << transcript.error().text;
  ASSERT_EQ(transcript->entries.size(), written.size());
  EXPECT_EQ(std::get<PhoneMark>(transcript->entries[1]).address_of, "phone-1");
  EXPECT_EQ(std::get<Mark>(transcript->entries[2]).event, Event::planted);
  for (std::size_t i = 3; i < written.size(); ++i) {
    const auto &before = std::get<Exchange>(written[i]), &after = std::get<Exchange>(transcript->entries[i]);
    EXPECT_EQ(before.trial, after.trial);
    EXPECT_EQ(before.tls->renegotiation, after.tls->renegotiation);
  }
}

TEST(Transcript, KeepsEveryByteOfABody) {
  Exchange exchange;
  for (int byte = 0; byte < 256; ++byte) exchange.request.body.push_back(static_cast<char>(byte));
  const auto transcript = read(with_first_line(to_line(exchange, nullptr)));
  ASSERT_TRUE(transcript) << transcript.error().text;
  EXPECT_EQ(std::get<Exchange>(transcript->entries[1]).request.body, exchange.request.body);
}

TEST(Transcript, ParsesMessagesAsTheyWereHeardLive) {
  std::string bytes = with_first_line("");
  const std::vector<Exchange> recorded = recorded_exchanges();
  for (const Exchange& exchange : recorded) bytes += to_line(exchange, nullptr) + "\n";
  const auto transcript = read(bytes);
  ASSERT_TRUE(transcript) << transcript.error().text;
  ASSERT_EQ(transcript->entries.size(), recorded.size() + 1);
  std::size_t actions = 0;
  for (std::size_t i = 0; i < recorded.size(); ++i) {
    const auto& exchange = std::get<Exchange>(transcript->entries[i + 1]);
    EXPECT_EQ(exchange.said == nullptr, recorded[i].request.body.empty()) << i;
    EXPECT_EQ(exchange.answer == nullptr, recorded[i].response->body.empty()) << i;
    if (exchange.answer) actions += exchange.answer->actions.size();
  }
  EXPECT_GT(actions, 10U);
  EXPECT_EQ(std::get<Exchange>(transcript->entries[1]).said->reason(), wpi::Reason::start_up);
}

TEST(Transcript, CutAtAnyByteIsReadUpToItsLastWholeLine) {
  const std::string bytes = whole_file(all_kinds());
  const std::size_t first_end = bytes.find('\n');
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    const std::string_view kept = std::string_view(bytes).substr(0, cut);
    const auto transcript = read(kept);
    if (cut < first_end) {
      ASSERT_FALSE(transcript) << cut;
      ASSERT_EQ(transcript.error().error, FileError::not_a_transcript) << cut;
      continue;
    }
    ASSERT_TRUE(transcript) << cut << ": " << transcript.error().text;
    // A line is whole once its last brace is there, with or without its line end.
    const auto whole_lines = static_cast<std::size_t>(std::count(kept.begin(), kept.end(), '\n'));
    const bool ends_line = bytes[cut] == '\n';
    const bool between = kept.empty() || kept.back() == '\n';
    ASSERT_EQ(transcript->entries.size(), whole_lines + (ends_line ? 1 : 0)) << cut;
    const std::string within = "it is cut off within line " + std::to_string(whole_lines + 1) + ", which is left out";
    ASSERT_EQ(transcript->cut_off, ends_line || between ? "" : within) << cut;
  }
}

Exchange message(std::uint64_t number, std::uint32_t interaction, std::uint32_t message) {
  Exchange exchange;
  exchange.number = number;
  exchange.phone = "phone-1";
  exchange.interaction = interaction;
  exchange.message = message;
  exchange.request = {"POST", "/x", {}, ""};
  return exchange;
}

TEST(Transcript, WithoutAMessageTellsNothingOfWhatFollowsItInItsInteraction) {
  const auto untold = [](const std::vector<Entry>& entries) {
    std::vector<std::uint64_t> out;
    const auto transcript = read(whole_file(entries));
    for (const Entry& entry : transcript->entries)
      if (const auto* exchange = std::get_if<Exchange>(&entry); exchange && exchange->untold.has(Fact::content))
        out.push_back(exchange->number);
    EXPECT_EQ(transcript->left_out.count(), out.size());
    return out;
  };
  EXPECT_THAT(untold({Start{}, message(1, 1, 1), message(2, 1, 2), message(3, 1, 2), message(4, 1, 3), message(5, 2, 1)}), IsEmpty());
  EXPECT_THAT(untold({Start{}, message(1, 1, 1), message(3, 1, 3), message(4, 1, 4), message(5, 2, 1)}), ElementsAre(3, 4));
  EXPECT_THAT(untold({Start{}, message(2, 1, 2), message(3, 2, 1)}), ElementsAre(2));
}

TEST(Transcript, IsHandedOverEntryByEntryAsFarAsItIsWanted) {
  std::istringstream in(whole_file(all_kinds()) + "this is no JSON\n");
  std::size_t taken = 0;
  const auto extent = read_each(in, [&](const Entry&) { return ++taken < 2; });
  EXPECT_TRUE(extent) << extent.error().text;
  EXPECT_EQ(taken, 2U);
}

TEST(Transcript, DamagedAnywhereIsReadOrRefusedInOneLine) {
  const std::string bytes = whole_file(all_kinds());
  std::minstd_rand chance(7);
  std::size_t refused = 0;
  for (int round = 0; round < 500; ++round) {
    std::string damaged = bytes;
    damaged[chance() % damaged.size()] = static_cast<char>(chance());
    const auto transcript = read(damaged);
    if (transcript) continue;
    ++refused;
    ASSERT_FALSE(transcript.error().text.empty());
    ASSERT_EQ(transcript.error().text.find('\n'), std::string::npos);
    ASSERT_TRUE(transcript.error().error != FileError::bad_line ||
                (transcript.error().line > 0 && transcript.error().column > 0));
  }
  EXPECT_GT(refused, 20U);
}

TEST(Transcript, TakesWindowsLineEndsABlankLineAndAByteOrderMark) {
  const auto transcript = read("\xEF\xBB\xBF" + std::string(first_line) + "\r\n\r\n" +
                               R"({"entry":"mark","event":"note","text":"x"})" + "\r\n");
  ASSERT_TRUE(transcript) << transcript.error().text;
  EXPECT_EQ(transcript->entries.size(), 2U);
  EXPECT_EQ(transcript->cut_off, "");
}

TEST(Transcript, LeavesOutWhatALaterVersionMayAdd) {
  const auto transcript = read(with_first_line(R"({"entry":"weather","sun":[1,{"x":null}]}
{"entry":"mark","event":"eclipse"}
{"entry":"mark","event":"note","text":"x","colour":{"red":1}}
)"));
  ASSERT_TRUE(transcript) << transcript.error().text;
  ASSERT_EQ(transcript->entries.size(), 2U);
  EXPECT_EQ(std::get<Mark>(transcript->entries[1]).text, "x");
}

TEST(Transcript, SaysLineAndColumnOfWhatIsNoJson) {
  const FileProblem problem =
      problem_of(with_first_line("{\"entry\":\"phone\"}\n{\"entry\":\"m\xC3\xA4rk\",]\n"));
  EXPECT_EQ(problem.error, FileError::bad_line);
  EXPECT_EQ(problem.line, 3U);
  EXPECT_EQ(problem.column, 17U);
  EXPECT_THAT(problem.text, StartsWith("is no JSON: "));
}

TEST(Transcript, SaysLineAndColumnOfAMemberOfTheWrongKind) {
  const struct {
    const char* line;
    std::size_t column;
    const char* text;
  } cases[] = {
      {R"({"entry":"exchange","request":{"body":"\"status\":"},"response":{"status":"200"}})", 66,
       "response.status must be a whole number"},
      {R"({"entry":"exchange","response":{"status":1000}})", 33,
       "response.status must be a whole number from 0 to"},
      {R"({"entry":"exchange","response":{"status":-200}})", 33,
       "response.status must be a whole number from 0 to"},
      {R"({"entry":"exchange","response":{"interim":-1}})", 33, "response.interim must be a whole number"},
      {R"({"entry":"exchange","number":-1})", 21, "number must be a whole number"},
      {R"({"entry":"exchange","interaction":4294967296})", 21, "interaction must be a whole number"},
      {R"({"entry":"exchange","number":1.5})", 21, "number must be a whole number"},
      {R"({"entry":"exchange","number":true})", 21, "number must be a whole number"},
      {R"({"entry":"exchange","times":{"ended":18446744073709551615}})", 30,
       "times.ended must be a number of microseconds"},
      {R"({"entry":"exchange","outcome":"eaten"})", 21, "outcome is \"eaten\", which is not known here"},
      {R"({"entry":"exchange","request":[]})", 21, "request must be an object"},
      {R"({"entry":"exchange","request":{"headers":{}}})", 32, "request.headers must be a list"},
      {R"({"entry":"exchange","request":{"headers":[1]}})", 32, "request.headers must be a list of objects"},
      {R"({"entry":"exchange","request":{"headers":[{"name":1}]}})", 44, "request.headers.name must be text"},
      {R"({"entry":"exchange","request":{"body64":"?"}})", 32, "request.body64 must be base64"},
      {R"({"entry":"exchange","encrypted":0})", 21, "encrypted must be true or false"},
      {R"({"entry":"exchange","tls":{"problems":[1]}})", 28, "tls.problems must be a list of texts"},
      {R"({"what":"mark"})", 1, "entry is missing"},
      {R"([1])", 1, "is no JSON object"},
  };
  for (const auto& wrong : cases) {
    const FileProblem problem = problem_of(with_first_line(std::string(wrong.line) + "\n"));
    EXPECT_EQ(problem.error, FileError::bad_line) << wrong.line;
    EXPECT_EQ(problem.line, 2U) << wrong.line;
    EXPECT_EQ(problem.column, wrong.column) << wrong.line;
    EXPECT_THAT(problem.text, StartsWith(wrong.text)) << wrong.line;
  }
}

TEST(Transcript, SaysInOneLineWhatIsNone) {
  using namespace std::string_view_literals;
  const std::pair<std::string_view, const char*> cases[] = {
      {""sv, "is empty"},
      {" \n\t\r\n"sv, "nothing but white space"},
      {"\x89PNG\r\n\x1A\n\0\0\0\rIHDR"sv, "a PNG image"},
      {"\x1F\x8B\x08\0abc"sv, "gzip"},
      {"\xD4\xC3\xB2\xA1\x02\0"sv, "packet capture"},
      {R"({"format":"understudy.result/1"})"sv, "a result of --json"},
      {"<?xml version=\"1.0\"?>\n<a/>"sv, "XML or HTML"},
      {"\0\0\0\0\0\0"sv, "binary"},
      {"hello\n"sv, "first line"},
      {"{}\n"sv, "first line"},
      {"[]\n"sv, "first line"},
      {R"({"format":7})"sv, "first line"},
      {R"({"service":"a","request":{}})"sv, "first line"},
  };
  for (const auto& [bytes, text] : cases) {
    const FileProblem problem = problem_of(bytes);
    EXPECT_EQ(problem.error, FileError::not_a_transcript) << bytes;
    EXPECT_EQ(problem.line, 0U) << bytes;
    EXPECT_THAT(problem.text, HasSubstr(text));
    EXPECT_THAT(problem.text, HasSubstr("not a transcript"));
  }
}

TEST(Transcript, OfAnotherVersionIsSaidToBeSo) {
  const FileProblem problem = problem_of(R"({"format":"understudy.transcript/2","entry":"start"})");
  EXPECT_EQ(problem.error, FileError::other_version);
  EXPECT_EQ(problem.line, 1U);
  EXPECT_EQ(problem.column, 2U);
  EXPECT_EQ(problem.text,
            "is written as understudy.transcript/2; this program reads understudy.transcript/1");
}

TEST(Transcript, LinesCarryNoControlCharacter) {
  for (const Entry& entry : all_kinds()) {
    const std::string line = to_line(entry, nullptr);
    for (const char c : line) EXPECT_GE(static_cast<unsigned char>(c), 0x20) << line;
    EXPECT_EQ(line.find("\x7F"), std::string::npos) << line;
    EXPECT_EQ(line.find("\xC2\x9B"), std::string::npos) << line;
    EXPECT_EQ(line.find("\xE2\x80\xA8"), std::string::npos) << line;
  }
}

TEST(TranscriptFile, HoldsEachEntryAsSoonAsItIsTaken) {
  const Folder folder;
  const std::string path = folder / "t.jsonl";
  auto sink = FileSink::open(path, nullptr);
  ASSERT_TRUE(sink);
  std::string expected;
  for (const Entry& entry : all_kinds()) {
    (*sink)->take(entry);
    expected += to_line(entry, nullptr) + "\n";
    ASSERT_EQ(contents(path), expected);
  }
  EXPECT_FALSE((*sink)->problem());
  const auto transcript = read_file(path);
  ASSERT_TRUE(transcript) << transcript.error().text;
  EXPECT_EQ(transcript->entries.size(), all_kinds().size());
}

TEST(TranscriptFile, BeginsWithItsFormatEvenWhereNoStartCame) {
  const Folder folder;
  const std::string path = folder / "t.jsonl";
  auto sink = FileSink::open(path, nullptr);
  ASSERT_TRUE(sink);
  (*sink)->take(Mark{});
  const auto transcript = read_file(path);
  ASSERT_TRUE(transcript) << transcript.error().text;
  ASSERT_EQ(transcript->entries.size(), 2U);
  EXPECT_FALSE(std::get<Start>(transcript->entries[0]).masked);
}

TEST(TranscriptFile, SaysItIsMaskedWheneverItIs) {
  Start start;
  start.masked = false;
  Masker masker([](std::string_view) { return false; });
  EXPECT_THAT(to_line(start, &masker), HasSubstr("\"masked\":true"));
  EXPECT_THAT(to_line(start, nullptr), HasSubstr("\"masked\":false"));
}

TEST(TranscriptFile, WithSecretsInClearIsItsOwnersAlone) {
  const Folder folder;
  const std::string path = folder / "clear.jsonl";
  ASSERT_TRUE(FileSink::open(path, nullptr));
  struct ::stat facts {};
  ASSERT_EQ(::stat(path.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0600U);
}

TEST(TranscriptFile, WithSecretsInClearIsItsOwnersAloneAlsoWhereItWasThere) {
  const Folder folder;
  const std::string path = folder / "t.jsonl";
  struct ::stat facts {};
  Masker masker([](std::string_view) { return false; });
  ASSERT_TRUE(FileSink::open(path, &masker));
  ASSERT_EQ(::chmod(path.c_str(), 0644), 0);
  ASSERT_TRUE(FileSink::open(path, nullptr, true));
  ASSERT_EQ(::stat(path.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0644U);
  ASSERT_TRUE(FileSink::open(path, nullptr));
  ASSERT_EQ(::stat(path.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0600U);
}

TEST(TranscriptFile, RemembersThatTheDiskWasFull) {
  auto sink = FileSink::open("/dev/full", nullptr);
  ASSERT_TRUE(sink) << sink.error().text;
  EXPECT_FALSE((*sink)->problem());
  (*sink)->take(Start{});
  ASSERT_TRUE((*sink)->problem());
  EXPECT_EQ((*sink)->problem()->error, FileError::cannot_write);
  EXPECT_EQ((*sink)->problem()->text, "cannot be written: No space left on device");
  (*sink)->take(Mark{});
  EXPECT_EQ((*sink)->problem()->error, FileError::cannot_write);
}

TEST(TranscriptFile, ThatCannotBeOpenedSaysWhy) {
  EXPECT_EQ(FileSink::open("/nowhere/at/all", nullptr).error().text,
            "cannot be opened: No such file or directory");
  EXPECT_EQ(read_file("/nowhere/at/all").error().text, "cannot be opened: No such file or directory");
  const auto folder = read_file("/tmp");
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().error, FileError::cannot_open);
  EXPECT_EQ(folder.error().text, "cannot be read: Is a directory");
}

}  // namespace

}  // namespace understudy::transcript
