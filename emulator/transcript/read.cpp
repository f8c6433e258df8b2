#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "transcript/file.h"
#include "transcript/format.h"
#include "transcript/har.h"
#include "transcript/members.h"
#include "transcript/messages.h"
#include "wpi/reader.h"

namespace understudy::transcript {

namespace {

Start read_start(const Members& members) {
  Start start;
  start.program = members.text("program");
  start.service = members.text("service");
  start.time = members.text("time");
  start.seed = members.number("seed");
  start.masked = members.flag("masked", true);
  return start;
}

PhoneMark read_phone(const Members& members) {
  PhoneMark mark;
  mark.phone = members.text("phone");
  mark.model = members.text("model");
  mark.firmware = members.text("firmware");
  mark.mac = members.text("mac");
  mark.e164 = members.text("e164");
  mark.certificate_password = members.text("certificate_password");
  mark.address_of = members.text("address_of");
  return mark;
}

Mark read_mark(const Members& members, Event event) {
  Mark mark;
  mark.at = members.time("at");
  mark.event = event;
  mark.phone = members.text("phone");
  mark.interaction = members.number<std::uint32_t>("interaction");
  mark.text = members.text("text");
  return mark;
}

Tls read_tls(const Members& members) {
  Tls tls;
  tls.version = members.text("version");
  tls.cipher = members.text("cipher");
  tls.resumed = members.flag("resumed", false);
  tls.subject = members.text("subject");
  tls.issuer = members.text("issuer");
  tls.not_before = members.text("not_before");
  tls.not_after = members.text("not_after");
  members.each_word("problems", [&](const std::string& name) {
    if (const auto problem = certificate_problem_named(name)) tls.problems.push_back(*problem);
  });
  tls.renegotiation = members.word("renegotiation", renegotiation_named, Renegotiation::untried);
  return tls;
}

wpi::Headers read_headers(const Members& members) {
  wpi::Headers headers;
  members.each("headers", [&](const Members& header) {
    headers.push_back({header.text("name"), header.text("value")});
  });
  return headers;
}

wpi::HttpRequest read_request(const Members& members) {
  return {members.text("method"), members.text("target"), read_headers(members), members.text("body")};
}

wpi::HttpResponse read_response(const Members& members) {
  wpi::HttpResponse response;
  response.version = members.text("version");
  response.status = members.number<int>("status");
  if (response.status < 0 || response.status > 999)
    members.complain("status", "must be a whole number from 0 to 999");
  response.reason = members.text("reason");
  response.head = members.text("head");
  response.headers = read_headers(members);
  response.framing = members.word("framing", framing_named, wpi::Framing::none);
  if (members.has("declared_length")) response.declared_length = members.number("declared_length");
  response.body = members.text("body");
  response.coded_body = members.text("coded_body");
  response.interim = members.number<int>("interim");
  if (response.interim < 0) members.complain("interim", "must be a whole number, not negative");
  response.complete = members.flag("complete", false);
  response.keeps_open = members.flag("keeps_open", false);
  members.each("problems", [&](const Members& problem) {
    if (const auto flaw = wpi::http_flaw_named(problem.text("flaw")))
      response.problems.push_back({*flaw, problem.text("detail"), problem.number("offset")});
  });
  return response;
}

Exchange read_exchange(const Members& members) {
  Exchange exchange;
  exchange.number = members.number("number");
  exchange.phone = members.text("phone");
  exchange.interaction = members.number<std::uint32_t>("interaction");
  exchange.message = members.number<std::uint32_t>("message");
  exchange.attempt = members.number<std::uint32_t>("attempt", 1);
  exchange.connection = members.number("connection");
  exchange.fresh_connection = members.flag("fresh_connection", true);
  exchange.encrypted = members.flag("encrypted", true);
  exchange.secure = members.flag("secure", false);
  exchange.trial = members.word("trial", trial_named, Trial::none);
  exchange.scripted = members.word("scripted", scripted_named, Scripted::none);
  exchange.poll = members.flag("poll", false);
  members.each_word("untold", [&](const std::string& name) {
    if (const auto fact = fact_named(name)) exchange.untold.add(*fact);
  });
  exchange.local = members.text("local");
  exchange.remote = members.text("remote");
  if (const auto tls = members.child("tls")) exchange.tls = read_tls(*tls);
  if (const auto times = members.child("times")) {
    exchange.begun = times->time("begun");
    exchange.connected = times->time("connected");
    exchange.secured = times->time("secured");
    exchange.sent = times->time("sent");
    exchange.first_byte = times->time("first_byte");
    exchange.ended = times->time("ended");
    exchange.limit = times->time("limit");
  }
  exchange.outcome = members.word("outcome", outcome_named, Outcome::answered);
  exchange.phase = members.word("phase", phase_named, Phase::done);
  exchange.failure = members.text("failure");
  if (const auto request = members.child("request")) exchange.request = read_request(*request);
  if (const auto response = members.child("response")) exchange.response = read_response(*response);
  return exchange;
}

Contact read_contact(const Members& members) {
  Contact contact;
  contact.at = members.time("at");
  contact.phone = members.text("phone");
  contact.local = members.text("local");
  contact.remote = members.text("remote");
  contact.encrypted = members.flag("encrypted", false);
  contact.scripted = members.flag("scripted", false);
  if (const auto request = members.child("request")) contact.request = read_request(*request);
  contact.status = members.number<int>("status");
  if (contact.status < 0 || contact.status > 999)
    members.complain("status", "must be a whole number from 0 to 999");
  contact.heed = members.word("heed", heed_named, Heed::nobody);
  contact.elsewhere = members.text("elsewhere");
  contact.problem = members.text("problem");
  return contact;
}

// nullopt for a kind of entry, or a mark's event, that a later version may have.
std::optional<Entry> read_entry(const Members& members) {
  if (!members.has("entry")) members.complain("entry", "is missing");
  const std::string kind = members.text("entry");
  if (kind == "start") return read_start(members);
  if (kind == "phone") return read_phone(members);
  if (kind == "exchange") return read_exchange(members);
  if (kind == "contact") return read_contact(members);
  if (kind == "mark")
    if (const auto event = event_named(members.text("event"))) return read_mark(members, *event);
  return std::nullopt;
}

tl::unexpected<FileProblem> no_transcript(std::string text) {
  return tl::unexpected(FileProblem{FileError::not_a_transcript, 0, 0, std::move(text)});
}

bool starts_with(std::string_view bytes, std::string_view start) {
  return bytes.substr(0, start.size()) == start;
}

// What else the bytes are, so that somebody who took the wrong file sees which.
std::string what_it_is(std::string_view bytes) {
  using namespace std::string_view_literals;
  constexpr std::array<std::pair<std::string_view, std::string_view>, 12> known = {{
      {"\x89PNG"sv, "a PNG image"},
      {"\x1F\x8B"sv, "compressed with gzip: unpack it first"},
      {"\x28\xB5\x2F\xFD"sv, "compressed with zstd: unpack it first"},
      {"PK\x03\x04"sv, "a ZIP archive"},
      {"\x7F"
       "ELF"sv,
       "a program"},
      {"%PDF"sv, "a PDF"},
      {"\xD4\xC3\xB2\xA1"sv, "a packet capture (pcap)"},
      {"\xA1\xB2\xC3\xD4"sv, "a packet capture (pcap)"},
      {"\x0A\x0D\x0D\x0A"sv, "a packet capture (pcapng)"},
      {"\xFF\xFE"sv, "text in UTF-16; a transcript is UTF-8"},
      {"\xFE\xFF"sv, "text in UTF-16; a transcript is UTF-8"},
      {"<"sv, "XML or HTML"},
  }};
  for (const auto& [start, name] : known)
    if (starts_with(bytes, start)) return "is " + std::string(name);
  const std::string_view head = bytes.substr(0, 4096);
  if (starts_with(head, "{") && head.find("\"understudy.result/") != std::string_view::npos)
    return "is a result of --json";
  if (head.find('\0') != std::string_view::npos) return "is binary";
  return "its first line is none of a transcript's";
}

// The first line says what the file is.
tl::expected<void, FileProblem> check_format(std::string_view line, bool whole, std::string_view bytes) {
  constexpr std::string_view begins = R"({"format":"understudy.transcript/)";
  const Parsed parsed = parse(line);
  if (!parsed.object) {
    if (!whole && (starts_with(line, begins) || starts_with(begins, line)))
      return no_transcript("is cut off within its first line");
    return no_transcript(what_it_is(bytes) + ": not a transcript");
  }
  const auto format = parsed.object->get("format");
  if (!format.isString() || !starts_with(format.convert<std::string>(), format_family))
    return no_transcript(what_it_is(bytes) + ": not a transcript");
  const std::string name = format.convert<std::string>();
  if (name == format_name) return {};
  return tl::unexpected(
      FileProblem{FileError::other_version, 1, column_of(line, {"format"}),
                  "is written as " + name + "; this program reads " + std::string(format_name)});
}

}  // namespace

tl::expected<Transcript, FileProblem> read(std::string_view bytes) {
  if (looks_like_har(bytes)) {
    std::istringstream in{std::string(bytes)};
    return read_har(in);
  }
  if (starts_with(bytes, "\xEF\xBB\xBF")) bytes.remove_prefix(3);
  if (bytes.find_first_not_of(" \t\r\n") == std::string_view::npos)
    return no_transcript(bytes.empty() ? "is empty: not a transcript"
                                       : "holds nothing but white space: not a transcript");
  Transcript transcript;
  wpi::Reader reader;
  bool checked = false;
  std::size_t number = 0;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t line_feed = bytes.find('\n', at);
    const bool whole = line_feed != std::string_view::npos;
    const std::string_view line = bytes.substr(at, whole ? line_feed - at : std::string_view::npos);
    at = whole ? line_feed + 1 : bytes.size();
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    if (!checked) {
      if (auto right = check_format(line, whole, bytes); !right) return tl::unexpected(right.error());
      checked = true;
    }
    const Parsed parsed = parse(line);
    if (!parsed.object) {
      if (!whole) {
        transcript.cut_off = true;
        break;
      }
      return tl::unexpected(FileProblem{FileError::bad_line, number, parsed.column, parsed.error});
    }
    std::optional<Wrong> wrong;
    auto entry = read_entry(Members(parsed.object, {}, wrong));
    if (wrong)
      return tl::unexpected(
          FileProblem{FileError::bad_line, number, column_of(line, wrong->path), wrong->text});
    if (!entry) continue;
    if (auto* exchange = std::get_if<Exchange>(&*entry)) read_messages(reader, *exchange);
    transcript.entries.push_back(std::move(*entry));
  }
  return transcript;
}

tl::expected<Transcript, FileProblem> read_file(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  const auto failed = [](const char* how) {
    return tl::unexpected(FileProblem{FileError::cannot_open, 0, 0, std::string(how) + std::strerror(errno)});
  };
  if (!file) return failed("cannot be opened: ");
  std::string bytes(4096, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  if (looks_like_har(bytes)) {
    file.clear();
    return read_har(file);
  }
  std::array<char, 65536> piece{};
  while (file) {
    file.read(piece.data(), piece.size());
    bytes.append(piece.data(), static_cast<std::size_t>(file.gcount()));
  }
  if (file.bad()) return failed("cannot be read: ");
  return read(bytes);
}

}  // namespace understudy::transcript
