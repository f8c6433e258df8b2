#include "capture.h"

#include <Poco/Base64Decoder.h>
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <sstream>
#include <utility>
#include <vector>

#include "net/overheard.h"
#include "transcript/woven.h"
#include "tshark.h"

namespace understudy::tools {

namespace {

using net::Overheard;
using net::Piece;

constexpr std::size_t streams_a_run = 250;  // that tshark keeps in memory at once
constexpr std::size_t most_streams = 100'000;
constexpr std::uint64_t most_kept = 128U << 20U;  // bytes of all that was said

constexpr std::size_t most_packets = 20'000'000;

struct Stream {
  bool tls = false, heard = false, lossy = false;
  std::uint64_t packet = 0;         // its first
  std::string source, destination;  // of the first packet: "10.0.0.7:43212"
  enum class Closed { not_seen, by_source, by_destination };
  Closed closed = Closed::not_seen;  // first
};

struct Survey {
  std::map<std::uint32_t, Stream> streams;
  // By the number of a packet: twice the number of its stream, and one more where it went the way of the first.
  std::vector<std::uint32_t> packets;
  std::string cut_off;  // as transcript::Extent has it; what comes behind a limit is left out, too
};

std::string place(std::string_view host, std::string_view port) {
  const bool v6 = host.find(':') != std::string_view::npos;
  return (v6 ? "[" : "") + std::string(host) + (v6 ? "]:" : ":") + std::string(port);
}

std::vector<std::string_view> columns_of(std::string_view line) {
  std::vector<std::string_view> columns;
  for (std::size_t at = 0; at <= line.size();) {
    const std::size_t end = std::min(line.find('\t', at), line.size());
    columns.push_back(line.substr(at, end - at));
    at = end + 1;
  }
  return columns;
}

// "1" and "True" of different versions.
bool is_set(std::string_view flag) {
  return flag.starts_with('1') || flag.starts_with('T');
}

template <typename Number>
std::optional<Number> number_of(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

// Which TCP streams there are, and how each goes.
tl::expected<Survey, std::string> survey_of(const std::vector<std::string>& file) {
  Survey survey;
  std::vector<std::string> arguments = file;
  for (const char* word : {"-Y", "tcp", "-T", "fields", "-E", "separator=/t", "-E", "occurrence=f"})
    arguments.emplace_back(word);
  for (const char* field :
       {"tcp.stream", "tcp.flags.fin", "tcp.flags.reset", "tls.record.content_type", "ip.src", "ipv6.src",
        "tcp.srcport", "ip.dst", "ipv6.dst", "tcp.dstport", "frame.number", "frame.len", "frame.cap_len",
        "tcp.analysis.lost_segment", "tcp.analysis.ack_lost_segment"}) {
    arguments.emplace_back("-e");
    arguments.emplace_back(field);
  }
  bool beyond = false;
  const auto read = run_tshark(arguments, [&](std::string_view line) {
    const auto columns = columns_of(line);
    if (columns.size() < 15) return true;
    const auto number = number_of<std::uint32_t>(columns[0]);
    const auto packet = number_of<std::size_t>(columns[10]);
    if (!number || !packet) return true;
    beyond = *number >= most_streams || *packet > most_packets;
    if (beyond) return false;
    Stream& stream = survey.streams[*number];
    const std::string source = place(columns[4].empty() ? columns[5] : columns[4], columns[6]);
    if (stream.packet == 0) {
      stream.packet = *packet;
      stream.source = source;
      stream.destination = place(columns[7].empty() ? columns[8] : columns[7], columns[9]);
    }
    const bool forth = source == stream.source;
    stream.lossy = stream.lossy || columns[11] != columns[12] || !columns[13].empty() || !columns[14].empty();
    stream.tls = stream.tls || !columns[3].empty();
    if (stream.closed == Stream::Closed::not_seen && (is_set(columns[1]) || is_set(columns[2])))
      stream.closed = forth ? Stream::Closed::by_source : Stream::Closed::by_destination;
    survey.packets.resize(std::max(survey.packets.size(), *packet + 1));
    survey.packets[*packet] = 2 * *number + (forth ? 1 : 0);
    return true;
  });
  // A capture that was cut short is read as far as it goes.
  if (!read && survey.streams.empty()) return tl::unexpected(read.error());
  if (!read) survey.cut_off = "it is read as far as it goes: " + read.error();
  if (beyond)
    survey.cut_off = "it is read as far as " + std::to_string(most_streams) + " connections or " + std::to_string(most_packets) +
                     " packets go, and the rest is left out: divide it";
  return survey;
}

std::string decoded(const std::string& base64) {
  std::istringstream in(base64);
  Poco::Base64Decoder decoder(in);
  return {std::istreambuf_iterator<char>(decoder), {}};
}

// Seconds with a fraction of nine digits.
std::chrono::microseconds time_of(std::string_view text) {
  const std::size_t dot = std::min(text.find('.'), text.size());
  std::string fraction(text.substr(std::min(dot + 1, text.size()), 6));
  fraction.resize(6, '0');
  return std::chrono::seconds(number_of<std::int64_t>(text.substr(0, dot)).value_or(0)) +
         std::chrono::microseconds(number_of<std::int64_t>(fraction).value_or(0));
}

// Reads what `-z follow,...,yaml` prints, stream after stream. Who its peers are is not taken from it: of TLS it does not say.
class FollowReader {
 public:
  explicit FollowReader(std::function<void(std::vector<Piece>)> take) : take_(std::move(take)) {}
  void line(std::string_view line);
  void end();
  // Streams of which nothing was handed over: with them it would have been more than is kept.
  std::uint64_t left_out() const { return left_out_; }

 private:
  void end_piece();
  void leave_out();

  std::function<void(std::vector<Piece>)> take_;
  std::vector<Piece> pieces_;
  std::string base64_;
  std::uint64_t kept_ = 0, here_ = 0, left_out_ = 0;  // bytes in all, and of this stream; streams
  bool leaves_out_ = false;                           // the rest of this stream
};

void FollowReader::leave_out() {
  kept_ -= std::exchange(here_, 0);
  pieces_.clear();
  leaves_out_ = true;
  ++left_out_;
}

void FollowReader::end_piece() {
  if (pieces_.empty() || base64_.empty()) return;
  Piece& piece = pieces_.back();
  piece.bytes = decoded(base64_);
  base64_.clear();
  kept_ += piece.bytes.size() + sizeof(Piece);
  here_ += piece.bytes.size() + sizeof(Piece);
  // tshark's own words in the place of bytes.
  piece.gap = piece.bytes.starts_with('[') && piece.bytes.ends_with(" bytes missing in capture file]");
  if (kept_ > most_kept) leave_out();
}

void FollowReader::end() {
  end_piece();
  if (!pieces_.empty()) take_(std::exchange(pieces_, {}));
  here_ = 0;
  leaves_out_ = false;
}

void FollowReader::line(std::string_view line) {
  constexpr std::string_view packet = "  - packet: ", timestamp = "    timestamp: ", data = "      ";
  if (line.starts_with("peers:")) {
    end();
  } else if (leaves_out_) {
    return;
  } else if (line.starts_with(packet)) {
    end_piece();
    if (leaves_out_) return;
    pieces_.emplace_back().packet = number_of<std::uint64_t>(line.substr(packet.size())).value_or(0);
  } else if (pieces_.empty()) {
    return;
  } else if (line.starts_with(timestamp)) {
    pieces_.back().at = time_of(line.substr(timestamp.size()));
  } else if (line.starts_with(data)) {
    base64_.append(line.substr(data.size()));
  }
}

bool is_answer(const Piece& piece) {
  return piece.bytes.starts_with("HTTP/");
}

// What was said on a stream, with the ways it went. nullopt where the survey has no such packet.
std::optional<Overheard> overheard(std::vector<Piece> pieces, Survey& survey) {
  const std::uint64_t first = pieces.front().packet;
  const auto way_of = [&](const Piece& piece) {
    return piece.packet < survey.packets.size() && survey.packets[piece.packet] % 2 == 1;
  };
  if (first >= survey.packets.size()) return std::nullopt;
  const auto found = survey.streams.find(survey.packets[first] / 2);
  if (found == survey.streams.end()) return std::nullopt;
  Stream& stream = found->second;
  stream.heard = true;
  Overheard connection;
  // Who answers is no client. Where the capture began in the middle, the first packet may be the service's.
  const bool forth_asks = way_of(pieces.front()) != is_answer(pieces.front());
  connection.client = forth_asks ? stream.source : stream.destination;
  connection.server = forth_asks ? stream.destination : stream.source;
  connection.lossy = stream.lossy;
  if (stream.closed != Stream::Closed::not_seen)
    connection.closed = (stream.closed == Stream::Closed::by_source) == forth_asks
                            ? Overheard::Closed::by_client
                            : Overheard::Closed::by_server;
  for (Piece& piece : pieces) piece.from_client = way_of(piece) == forth_asks;
  connection.pieces = std::move(pieces);
  return connection;
}

// What was said on these streams, which tshark follows as `kind`: tcp or tls.
tl::expected<void, std::string> follow(const std::vector<std::string>& file, const std::string& kind,
                                       const std::vector<std::uint32_t>& streams, FollowReader& reader) {
  for (std::size_t at = 0; at < streams.size(); at += streams_a_run) {
    std::vector<std::string> arguments = file;
    arguments.emplace_back("-q");
    for (std::size_t i = at; i < std::min(at + streams_a_run, streams.size()); ++i) {
      arguments.emplace_back("-z");
      arguments.push_back("follow," + kind + ",yaml," + std::to_string(streams[i]));
    }
    bool any = false;
    const auto read = run_tshark(arguments, [&](std::string_view line) {
      any = true;
      reader.line(line);
      return true;
    });
    reader.end();
    if (!read && !any) return read;
  }
  return {};
}

}  // namespace

bool is_capture(std::string_view beginning) {
  using namespace std::string_view_literals;
  // pcap in either order of bytes, with micro- or nanoseconds; pcapng.
  constexpr std::array marks = {"\xD4\xC3\xB2\xA1"sv, "\xA1\xB2\xC3\xD4"sv, "\x4D\x3C\xB2\xA1"sv,
                                "\xA1\xB2\x3C\x4D"sv, "\x0A\x0D\x0D\x0A"sv};
  return std::any_of(marks.begin(), marks.end(),
                     [&](std::string_view mark) { return beginning.starts_with(mark); });
}

tl::expected<transcript::Transcript, std::string> read_capture(const std::string& path,
                                                               const std::string& key_log) {
  std::vector<std::string> file = {"-r", path};
  if (!key_log.empty()) file.insert(file.end(), {"-o", "tls.keylog_file:" + key_log});
  auto survey = survey_of(file);
  if (!survey) return tl::unexpected(survey.error());
  std::vector<std::uint32_t> plain, tls;
  for (const auto& [number, stream] : survey->streams) (stream.tls ? tls : plain).push_back(number);
  transcript::Recording recording;
  recording.program = "a capture";
  std::uint64_t connections = 0;
  bool encrypted = false;
  FollowReader reader([&](std::vector<Piece> pieces) {
    auto connection = overheard(std::move(pieces), *survey);
    if (!connection) return;
    connection->connection = ++connections;
    connection->encrypted = encrypted;
    auto exchanges = net::exchanges_of(*connection);
    recording.recorded += std::max<std::size_t>(exchanges.size(), 1);
    if (exchanges.empty())
      recording.left_out.add(transcript::Lack::no_http, connection->pieces.front().packet, "");
    std::move(exchanges.begin(), exchanges.end(), std::back_inserter(recording.exchanges));
  });
  for (const bool sealed : {false, true}) {
    encrypted = sealed;
    if (const auto read = follow(file, sealed ? "tls" : "tcp", sealed ? tls : plain, reader); !read)
      return tl::unexpected(read.error());
  }
  if (reader.left_out() > 0)
    survey->cut_off = std::to_string(reader.left_out()) + (reader.left_out() == 1 ? " connection is" : " connections are") +
                      " left out: more than " + std::to_string(most_kept >> 20U) + " MB of what was said is not kept";
  for (const auto& [number, stream] : survey->streams)
    if (reader.left_out() == 0 && stream.tls && !stream.heard) {
      ++recording.recorded;
      recording.left_out.add({transcript::Lack::sealed, 1, stream.packet, ""});
    }
  transcript::Transcript transcript = transcript::transcript_of(std::move(recording));
  transcript.counted = "exchange";
  transcript.found_by = "packet";
  transcript.cut_off = survey->cut_off;
  return transcript;
}

}  // namespace understudy::tools
