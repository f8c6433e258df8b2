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

using Ends = std::pair<std::string, std::string>;  // "10.0.0.7:43212", in the order of the text

struct Stream {
  bool tls = false;
  std::uint64_t packet = 0;  // its first
  Ends ends;
  std::string closer;  // the end that closed it first
};

Ends ends_of(const std::string& a, const std::string& b) {
  return {std::min(a, b), std::max(a, b)};
}

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
tl::expected<std::map<std::uint32_t, Stream>, std::string> streams_of(const std::vector<std::string>& file) {
  std::map<std::uint32_t, Stream> streams;
  std::vector<std::string> arguments = file;
  for (const char* word :
       {"-Y", "tcp",        "-T", "fields",        "-E", "separator=/t",    "-E", "occurrence=f",
        "-e", "tcp.stream", "-e", "tcp.flags.fin", "-e", "tcp.flags.reset", "-e", "tls.record.content_type",
        "-e", "ip.src",     "-e", "ipv6.src",      "-e", "tcp.srcport",     "-e", "ip.dst",
        "-e", "ipv6.dst",   "-e", "tcp.dstport",   "-e", "frame.number"})
    arguments.emplace_back(word);
  const auto read = run_tshark(arguments, [&](std::string_view line) {
    const auto columns = columns_of(line);
    if (columns.size() < 11) return true;
    const auto number = number_of<std::uint32_t>(columns[0]);
    if (!number) return true;
    Stream& stream = streams[*number];
    stream.tls = stream.tls || !columns[3].empty();
    const std::string from = place(columns[4].empty() ? columns[5] : columns[4], columns[6]);
    if (stream.packet == 0) {
      stream.packet = number_of<std::uint64_t>(columns[10]).value_or(0);
      stream.ends = ends_of(from, place(columns[7].empty() ? columns[8] : columns[7], columns[9]));
    }
    if (stream.closer.empty() && (is_set(columns[1]) || is_set(columns[2]))) stream.closer = from;
    return streams.size() <= most_streams;
  });
  // A capture that was cut short is read as far as it goes.
  if (!read && streams.empty()) return tl::unexpected(read.error());
  if (streams.size() > most_streams)
    return tl::unexpected("holds more than " + std::to_string(most_streams) +
                          " connections, which is the limit: divide it");
  return streams;
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

// Reads what `-z follow,...,yaml` prints, stream after stream.
class FollowReader {
 public:
  explicit FollowReader(std::function<void(Overheard)> take) : take_(std::move(take)) {}
  void line(std::string_view line);
  void end();
  std::uint64_t kept() const { return kept_; }

 private:
  void end_piece();

  std::function<void(Overheard)> take_;
  std::array<std::string, 2> hosts_, ports_;
  std::vector<std::pair<unsigned, Piece>> pieces_;  // by the number of the peer
  std::string base64_;
  unsigned peer_ = 0;
  bool packets_ = false, open_ = false;
  std::uint64_t kept_ = 0;
};

void FollowReader::end_piece() {
  if (pieces_.empty() || base64_.empty()) return;
  Piece& piece = pieces_.back().second;
  piece.bytes = decoded(base64_);
  base64_.clear();
  kept_ += piece.bytes.size() + sizeof(Piece);
  // tshark's own words in the place of bytes.
  piece.gap = piece.bytes.starts_with('[') && piece.bytes.ends_with(" bytes missing in capture file]");
}

void FollowReader::end() {
  end_piece();
  if (!open_) return;
  open_ = false;
  const auto asks = [&](unsigned peer) {
    const auto first =
        std::find_if(pieces_.begin(), pieces_.end(), [&](const auto& p) { return p.first == peer; });
    return first != pieces_.end() && !first->second.bytes.starts_with("HTTP/");
  };
  const unsigned client = asks(0) || !asks(1) ? 0 : 1;
  Overheard connection;
  connection.client = place(hosts_[client], ports_[client]);
  connection.server = place(hosts_[1 - client], ports_[1 - client]);
  for (auto& [peer, piece] : pieces_) {
    piece.from_client = peer == client;
    connection.pieces.push_back(std::move(piece));
  }
  pieces_.clear();
  take_(std::move(connection));
}

void FollowReader::line(std::string_view line) {
  if (line.starts_with("peers:")) {
    end();
    open_ = true;
    packets_ = false;
    hosts_ = ports_ = {};
    return;
  }
  if (line.starts_with("packets:")) {
    packets_ = true;
    return;
  }
  if (line.starts_with("      ")) {
    if (packets_) base64_.append(line.substr(6));
    return;
  }
  const std::size_t colon = line.find(": ");
  if (!open_ || line.size() < 4 || colon == std::string_view::npos) return;
  const std::string_view name = line.substr(4, colon - 4), value = line.substr(colon + 2);
  if (packets_ && line.starts_with("  - packet")) {
    end_piece();
    pieces_.emplace_back();
    pieces_.back().second.packet = number_of<std::uint64_t>(value).value_or(0);
  } else if (name == "peer") {
    const unsigned peer = number_of<unsigned>(value).value_or(0) == 0 ? 0 : 1;
    (packets_ && !pieces_.empty() ? pieces_.back().first : peer_) = peer;
  } else if (!packets_ && name == "host") {
    hosts_[peer_] = value;
  } else if (!packets_ && name == "port") {
    ports_[peer_] = value;
  } else if (packets_ && name == "timestamp" && !pieces_.empty()) {
    pieces_.back().second.at = time_of(value);
  }
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
      return reader.kept() <= most_kept;
    });
    reader.end();
    if (!read && !any) return read;
    if (reader.kept() > most_kept)
      return tl::unexpected("holds more than " + std::to_string(most_kept >> 20U) +
                            " MB of messages, which is the limit: divide it");
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
  const auto streams = streams_of(file);
  if (!streams) return tl::unexpected(streams.error());
  std::vector<std::uint32_t> plain, tls;
  std::map<Ends, std::vector<const Stream*>> by_ends;  // the same two ports may meet again
  for (const auto& [number, stream] : *streams) {
    (stream.tls ? tls : plain).push_back(number);
    by_ends[stream.ends].push_back(&stream);
  }
  transcript::Recording recording;
  recording.program = "a capture";
  std::uint64_t connections = 0;
  bool encrypted = false;
  FollowReader reader([&](Overheard connection) {
    if (connection.pieces.empty()) return;
    connection.connection = ++connections;
    connection.encrypted = encrypted;
    std::vector<const Stream*>& same = by_ends[ends_of(connection.client, connection.server)];
    if (same.size() == 1 && !same.front()->closer.empty())
      connection.closed = same.front()->closer == connection.client ? Overheard::Closed::by_client
                                                                    : Overheard::Closed::by_server;
    if (encrypted) same.clear();  // it could be read
    auto exchanges = net::exchanges_of(connection);
    recording.recorded += exchanges.size();
    std::move(exchanges.begin(), exchanges.end(), std::back_inserter(recording.exchanges));
  });
  for (const bool sealed : {false, true}) {
    encrypted = sealed;
    if (const auto read = follow(file, sealed ? "tls" : "tcp", sealed ? tls : plain, reader); !read)
      return tl::unexpected(read.error());
  }
  for (const auto& [ends, same] : by_ends)
    for (const Stream* stream : same)
      if (stream->tls) {
        ++recording.recorded;
        recording.left_out.add({transcript::Lack::sealed, 1, stream->packet, ""});
      }
  transcript::Transcript transcript = transcript::transcript_of(std::move(recording));
  transcript.of_packets = true;
  return transcript;
}

}  // namespace understudy::tools
