// Defects in the form of an HTTP answer: its lengths, its end, its lines.
#include <array>
#include <charconv>
#include <string>
#include <utility>

#include "reference/fault.h"

namespace understudy::reference {

using wpi::Action;

namespace {

constexpr Version first_with_chunks{3, 0};  // that phones can read (guide p.12)

std::string in_chunks(std::string_view body) {
  constexpr std::size_t longest = 2'000;
  std::string out;
  while (!body.empty()) {
    const std::string_view part = body.substr(0, longest);
    std::array<char, 16> size{};
    const auto end = std::to_chars(size.data(), size.data() + size.size(), part.size(), 16).ptr;
    out.append(size.data(), end).append("\r\n").append(part).append("\r\n");
    body.remove_prefix(part.size());
  }
  return out + "0\r\n\r\n";
}

void send_in_chunks(HttpAnswer& answer) {
  drop_header(answer, "Content-Length");
  set_header(answer, "Transfer-Encoding", "chunked");
  answer.body = in_chunks(answer.body);
}

bool reads_no_chunks(const Turn& turn) {
  return turn.firmware.major > 0 && turn.firmware < first_with_chunks;
}

void end_by_closing(HttpAnswer& answer) {
  drop_header(answer, "Content-Length");
  drop_header(answer, "Keep-Alive");
  set_header(answer, "Connection", "close");
  answer.close = true;
}

void insert_header_line(net::Served& served, std::string_view line) {
  const std::size_t at = served.bytes.find("\r\n");
  served.bytes.insert(at + 2, std::string(line) + "\r\n");
}

Faults length_faults() {
  return {
      {.defect = {"http.content-length/short",
                  "leaves the last line end out of Content-Length of CleanUp, but sends it"},
       .wire =
           [](const Turn& turn, HttpAnswer& answer) {
             if (!turn.says(Action::clean_up)) return;
             answer.body += "\r\n";
             set_header(answer, "Content-Length", std::to_string(answer.body.size() - 2));
           }},
      {.defect = {"http.content-length/long",
                  "announces ten bytes more for CleanUp than it sends, and closes"},
       .wire =
           [](const Turn& turn, HttpAnswer& answer) {
             if (!turn.says(Action::clean_up)) return;
             set_header(answer, "Content-Length", std::to_string(answer.body.size() + 10));
             answer.close = true;
           }},
      {.defect = {"http.delimited/clean-up", "ends CleanUp by closing the connection, without a length"},
       .wire =
           [](const Turn& turn, HttpAnswer& answer) {
             if (turn.says(Action::clean_up)) end_by_closing(answer);
           }},
      {.defect = {"http.delimited/always",
                  "ends every answer by closing the connection",
                  {"http.keep-alive"}},
       .wire = [](const Turn&, HttpAnswer& answer) { end_by_closing(answer); }},
      {.defect = {"http.no-chunked/clean-up",
                  "sends CleanUp in chunks to firmware up to V2R2"},
       .wire =
           [](const Turn& turn, HttpAnswer& answer) {
             if (reads_no_chunks(turn) && turn.says(Action::clean_up)) send_in_chunks(answer);
           }},
      {.defect = {"http.no-chunked/always",
                  "sends every answer in chunks, also to firmware up to V2R2",
                  {"flow.clean-up"}},
       .wire = [](const Turn&, HttpAnswer& answer) { send_in_chunks(answer); }},
      {.defect = {"http.no-chunked/large",
                  "sends what it writes in chunks, also to firmware up to V2R2",
                  {"flow.clean-up"}},
       .wire =
           [](const Turn& turn, HttpAnswer& answer) {
             if (turn.says(Action::write_items)) send_in_chunks(answer);
           }},
  };
}

// How long the answer is, said so that nobody can tell: in the last answer of an interaction.
Faults contradicting_faults() {
  return {
      {.defect = {"http.framing/two-lengths", "gives a second Content-Length that is another"},
       .wire =
           [](const Turn& turn, HttpAnswer& answer) {
             if (turn.last_reply()) answer.headers.push_back({"Content-Length", std::to_string(answer.body.size() + 1)});
           }},
      {.defect = {"http.framing/length-in-words", "gives a Content-Length that is no number, and closes"},
       .wire =
           [](const Turn& turn, HttpAnswer& answer) {
             if (!turn.last_reply()) return;
             set_header(answer, "Content-Length", "all");
             answer.close = true;
           }},
      {.defect = {"http.framing/coding", "names a transfer coding that it does not use, towards firmware V3"},
       .wire =
           [](const Turn& turn, HttpAnswer& answer) {
             if (turn.firmware < first_with_chunks || !turn.last_reply()) return;
             send_in_chunks(answer);
             set_header(answer, "Transfer-Encoding", "identity, chunked");
           }},
      {.defect = {"http.framing/chunks-cut", "closes before the last chunk has come, towards firmware V3"},
       .wire =
           [](const Turn& turn, HttpAnswer& answer) {
             if (turn.firmware < first_with_chunks || !turn.last_reply()) return;
             send_in_chunks(answer);
             answer.body.resize(answer.body.size() - 5);
             answer.close = true;
           }},
      {.defect = {"http.framing/after-chunks", "sends a line end too many behind the last chunk, towards firmware V3"},
       .wire =
           [](const Turn& turn, HttpAnswer& answer) {
             if (turn.firmware < first_with_chunks || !turn.last_reply()) return;
             send_in_chunks(answer);
             answer.body += "\r\n";
           }},
      {.defect = {"http.framing/endless-head", "sends headers without an end", {"flow.clean-up"}},
       .bytes =
           [](const Turn& turn, net::Served& served) {
             if (turn.last_reply()) insert_header_line(served, "X-Trace: " + std::string(70'000, '0'));
           }},
      {.defect = {"http.framing/interim", "asks for patience eleven times before it answers", {"http.status", "flow.clean-up"}},
       .bytes =
           [](const Turn& turn, net::Served& served) {
             if (!turn.last_reply()) return;
             for (int i = 0; i < 11; ++i) served.bytes.insert(0, "HTTP/1.1 102 Processing\r\n\r\n");
           }},
  };
}

Faults line_faults() {
  return {
      {.defect = {"http.framing/doubled-length", "gives Content-Length twice"},
       .wire =
           [](const Turn&, HttpAnswer& answer) {
             answer.headers.push_back({"Content-Length", std::to_string(answer.body.size())});
           }},
      {.defect = {"http.framing/bare-line-feed", "ends header lines with a line feed alone"},
       .bytes =
           [](const Turn&, net::Served& served) {
             const std::size_t head = served.bytes.find("\r\n\r\n");
             std::string out;
             for (std::size_t i = 0; i < served.bytes.size(); ++i)
               if (i > head + 3 || served.bytes[i] != '\r') out += served.bytes[i];
             served.bytes = std::move(out);
           }},
      {.defect = {"http.framing/length-and-chunks", "gives Content-Length beside chunks to firmware V3"},
       .wire =
           [](const Turn& turn, HttpAnswer& answer) {
             if (turn.firmware < first_with_chunks) return;
             const std::string length = std::to_string(answer.body.size());
             send_in_chunks(answer);
             set_header(answer, "Content-Length", length);
           }},
      {.defect = {"http.framing/broken-chunk", "leaves the end of a chunk out towards firmware V3"},
       .wire =
           [](const Turn& turn, HttpAnswer& answer) {
             if (turn.firmware < first_with_chunks || !turn.last_reply()) return;
             send_in_chunks(answer);
             answer.body.erase(answer.body.rfind("\r\n0\r\n"), 2);
           }},
      {.defect = {"http.framing/no-colon", "sends a header line without a colon"},
       .bytes = [](const Turn&,
                   net::Served& served) { insert_header_line(served, "X-Powered-By Understudy"); }},
      {.defect = {"http.framing/blank-before-colon", "sends a header with a blank before its colon"},
       .bytes = [](const Turn&,
                   net::Served& served) { insert_header_line(served, "X-Powered-By : Understudy"); }},
      {.defect = {"http.framing/folded", "continues a header on the next line"},
       .bytes =
           [](const Turn&, net::Served& served) {
             insert_header_line(served, "X-Powered-By: Understudy,\r\n  and others");
           }},
      {.defect = {"http.framing/control-character", "sends a header with a control character"},
       .bytes = [](const Turn&,
                   net::Served& served) { insert_header_line(served, "X-Powered-By: Under\x01study"); }},
      {.defect = {"http.framing/status-line", "puts two blanks before the status"},
       .bytes = [](const Turn&, net::Served& served) { served.bytes.insert(served.bytes.find(' '), " "); }},
      {.defect = {"http.framing/empty-line-first", "sends an empty line before the status line"},
       .bytes = [](const Turn&, net::Served& served) { served.bytes.insert(0, "\r\n"); }},
  };
}

}  // namespace

Faults framing_faults() {
  Faults all;
  for (Faults (*part)() : {length_faults, contradicting_faults, line_faults})
    for (Fault& fault : part()) all.push_back(std::move(fault));
  return all;
}

}  // namespace understudy::reference
