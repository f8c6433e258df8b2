#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>
#include <utility>

#include "transcript/entry_members.h"
#include "transcript/file.h"
#include "transcript/format.h"
#include "transcript/har.h"
#include "transcript/members.h"
#include "transcript/messages.h"
#include "wpi/reader.h"

namespace understudy::transcript {

namespace {

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
  if (starts_with(bytes, "{") && bytes.find("\"understudy.result/") != std::string_view::npos)
    return "is a result of --json";
  if (bytes.find('\0') != std::string_view::npos) return "is binary";
  return "its first line is none of a transcript's";
}

// The first line says what the file is.
tl::expected<void, FileProblem> check_format(std::string_view line, bool whole, std::string_view beginning) {
  constexpr std::string_view begins = R"({"format":"understudy.transcript/)";
  const Parsed parsed = parse(line);
  if (!parsed.object) {
    if (!whole && (starts_with(line, begins) || starts_with(begins, line)))
      return no_transcript("is cut off within its first line");
    return no_transcript(what_it_is(beginning) + ": not a transcript");
  }
  const auto format = parsed.object->get("format");
  if (!format.isString() || !starts_with(format.convert<std::string>(), format_family))
    return no_transcript(what_it_is(beginning) + ": not a transcript");
  const std::string name = format.convert<std::string>();
  if (name == format_name) return {};
  return tl::unexpected(
      FileProblem{FileError::other_version, 1, column_of(line, {"format"}),
                  "is written as " + name + "; this program reads " + std::string(format_name)});
}

constexpr std::size_t longest_line = 256U << 20U;  // bytes; no entry of ours comes near

// The line without its end, and whether it had one. False: it is longer than any entry.
bool read_line(std::istream& in, std::string& line, bool& whole) {
  line.clear();
  whole = false;
  std::streambuf& bytes = *in.rdbuf();
  constexpr auto end = std::char_traits<char>::eof();
  for (auto c = bytes.sbumpc(); c != end; c = bytes.sbumpc()) {
    if (c == '\n') {
      whole = true;
      return true;
    }
    if (line.size() == longest_line) return false;
    line.push_back(static_cast<char>(c));
  }
  return true;
}

bool at_end(std::istream& in) { return in.rdbuf()->sgetc() == std::char_traits<char>::eof(); }

// Notices messages that are missing between others of their interaction: what follows them there tells nothing.
class Gaps {
 public:
  void take(Exchange& exchange, Extent& extent) {
    ++extent.recorded;
    if (exchange.interaction == 0) return;
    Last& last = last_[exchange.phone];
    if (last.interaction != exchange.interaction) last = {exchange.interaction, 0, false};
    const bool goes_on = exchange.message <= last.message + 1;
    last.message = exchange.message;
    last.gap = last.gap || !goes_on;
    if (!last.gap) return;
    exchange.untold.add(Fact::content);
    extent.left_out.add(Lack::gap, exchange.number, exchange.request.method + " " + exchange.request.target.substr(0, most_shown));
  }

 private:
  static constexpr std::size_t most_shown = 80;
  struct Last {
    std::uint32_t interaction = 0, message = 0;
    bool gap = false;
  };
  std::map<std::string, Last> last_;  // by phone
};

tl::expected<Extent, FileProblem> read_lines(std::istream& in, std::string_view beginning, const TakeEntry& take) {
  Extent extent;
  wpi::Reader reader;
  Gaps gaps;
  bool checked = false;
  std::size_t number = 0;
  std::string line;
  while (!at_end(in)) {
    bool whole = false;
    ++number;
    if (!read_line(in, line, whole))
      return tl::unexpected(FileProblem{FileError::bad_line, number, 1, "the line is longer than " + std::to_string(longest_line >> 20U) +
                                                                            " MB, which no entry is"});
    if (number == 1 && starts_with(line, "\xEF\xBB\xBF")) line.erase(0, 3);
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    if (!checked) {
      if (auto right = check_format(line, whole, beginning); !right) return tl::unexpected(right.error());
      checked = true;
    }
    const Parsed parsed = parse(line);
    if (!parsed.object) {
      if (whole) return tl::unexpected(FileProblem{FileError::bad_line, number, parsed.column, parsed.error});
      extent.cut_off = "it is cut off within line " + std::to_string(number) + ", which is left out";
      break;
    }
    std::optional<Wrong> wrong;
    auto entry = read_entry(Members(parsed.object, {}, wrong));
    if (wrong)
      return tl::unexpected(
          FileProblem{FileError::bad_line, number, column_of(line, wrong->path), wrong->text});
    if (!entry) continue;
    if (auto* exchange = std::get_if<Exchange>(&*entry)) {
      gaps.take(*exchange, extent);
      read_messages(reader, *exchange);
    }
    if (!take(std::move(*entry))) break;
  }
  if (!checked)
    return no_transcript(number == 0 ? "is empty: not a transcript" : "holds nothing but white space: not a transcript");
  return extent;
}

}  // namespace

tl::expected<Extent, FileProblem> read_each(std::istream& in, const TakeEntry& take) {
  std::string beginning(4096, '\0');
  in.read(beginning.data(), static_cast<std::streamsize>(beginning.size()));
  beginning.resize(static_cast<std::size_t>(in.gcount()));
  in.clear();
  in.seekg(0);
  if (starts_with(beginning, "\xEF\xBB\xBF")) beginning.erase(0, 3);
  return looks_like_har(beginning) ? read_har(in, take) : read_lines(in, beginning, take);
}

tl::expected<Extent, FileProblem> read_each(const std::string& path, const TakeEntry& take) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  const auto failed = [](const char* how) {
    return tl::unexpected(FileProblem{FileError::cannot_open, 0, 0, std::string(how) + std::strerror(errno)});
  };
  if (!file) return failed("cannot be opened: ");
  if (file.get(); file.bad() || errno == EISDIR) return failed("cannot be read: ");
  file.clear();
  file.seekg(0);
  return read_each(file, take);
}

namespace {

// All of it, by whatever hands it over entry by entry.
template <typename From>
tl::expected<Transcript, FileProblem> kept(From&& from) {
  Transcript transcript;
  auto extent = read_each(std::forward<From>(from), [&](Entry entry) {
    transcript.entries.push_back(std::move(entry));
    return true;
  });
  if (!extent) return tl::unexpected(extent.error());
  static_cast<Extent&>(transcript) = std::move(*extent);
  return transcript;
}

}  // namespace

tl::expected<Transcript, FileProblem> read(std::string_view bytes) {
  std::istringstream in{std::string(bytes)};
  return kept(in);
}

tl::expected<Transcript, FileProblem> read_file(const std::string& path) { return kept(path); }

}  // namespace understudy::transcript
