// http.*: how an answer is cut into bytes on a connection, and what becomes of the connection.
#include <algorithm>
#include <array>
#include <string>

#include "rules/area.h"
#include "wpi/http.h"

namespace understudy::conformance {

namespace {

using transcript::Fact;
using transcript::Outcome;
using wpi::Framing;
using wpi::HttpFlaw;

const wpi::HttpProblem* problem(const wpi::HttpResponse& response, HttpFlaw flaw) {
  const auto found = std::find_if(response.problems.begin(), response.problems.end(),
                                  [&](const wpi::HttpProblem& p) { return p.flaw == flaw; });
  return found == response.problems.end() ? nullptr : &*found;
}

// A body that ran out of time has too few bytes for certain only where its message is all there: otherwise
// the service is slow, which is for http.timely to say.
bool short_for_certain(const Heard& heard) {
  if (heard.exchange.outcome != Outcome::timed_out) return true;
  return heard.exchange.answer && heard.answer().well_formed;
}

void content_length(const Heard& heard, Ruling& ruling) {
  if (!heard.has_answer()) return;
  const wpi::HttpResponse& response = heard.response();
  if (response.framing != Framing::content_length || !response.declared_length) return;
  const Spot spot = header_spot(response.head, "Content-Length");
  const std::string expected = std::to_string(response.body.size()) + " bytes, as the body has";
  if (const auto* wrong = problem(response, HttpFlaw::body_short)) {
    if (short_for_certain(heard))
      ruling.deviates({"the body is shorter than its Content-Length",
                       expected,
                       std::to_string(*response.declared_length) + " bytes declared; " + wrong->detail,
                       spot,
                       "short",
                       {}});
    return;
  }
  if (const auto* wrong = problem(response, HttpFlaw::body_excess)) {
    ruling.deviates({"more bytes came than the Content-Length says",
                     "all of the body counted",
                     std::to_string(*response.declared_length) + " bytes declared; " + wrong->detail,
                     spot,
                     "excess",
                     {}});
    return;
  }
  if (response.complete) ruling.held();
}

void delimited(const Heard& heard, Ruling& ruling) {
  if (!heard.has_answer()) return;
  const wpi::HttpResponse& response = heard.response();
  const auto& firmware = heard.phone.firmware;
  switch (response.framing) {
    case Framing::none:
      return;
    case Framing::content_length:
      ruling.held();
      return;
    case Framing::chunked:
      if (!firmware || firmware->major >= 3)
        ruling.held();
      else if (*firmware > Firmware{2, 2})  // else http.no-chunked says it
        ruling.deviates({"sends chunks to a phone with firmware before V3",
                         "Content-Length",
                         "chunks",
                         header_spot(response.head, "Transfer-Encoding"),
                         "chunked",
                         {}});
      return;
    case Framing::until_close:
      if (wpi::find_header(response.headers, "Content-Length"))
        return;  // it cannot be used: http.framing says it
      ruling.deviates({"marks the end of the body by closing the connection",
                       "Content-Length",
                       "neither Content-Length nor chunks",
                       header_spot(response.head, ""),
                       "close",
                       {}});
      return;
  }
}

void no_chunked(const Heard& heard, Ruling& ruling) {
  if (!heard.has_answer() || !heard.phone.firmware || *heard.phone.firmware > Firmware{2, 2}) return;
  const wpi::HttpResponse& response = heard.response();
  if (response.framing == Framing::none) return;
  if (response.framing != Framing::chunked) {
    ruling.held();
    return;
  }
  ruling.deviates({"sends chunks to a phone that cannot read them",
                   "Content-Length",
                   "Transfer-Encoding: chunked",
                   header_spot(response.head, "Transfer-Encoding"),
                   "",
                   {}});
}

std::string_view in_words(HttpFlaw flaw) {
  switch (flaw) {
    case HttpFlaw::bad_status_line:
      return "the status line cannot be read";
    case HttpFlaw::bare_line_feed:
      return "a header line ends with a line feed alone";
    case HttpFlaw::bad_header_line:
      return "a header line cannot be read";
    case HttpFlaw::folded_header:
      return "a header goes on in the next line";
    case HttpFlaw::space_before_colon:
      return "white space stands before a header's colon";
    case HttpFlaw::control_character:
      return "a header holds a control character";
    case HttpFlaw::doubled_length:
      return "Content-Length stands there more than once";
    case HttpFlaw::conflicting_length:
      return "several Content-Length contradict each other";
    case HttpFlaw::length_and_chunked:
      return "Content-Length and Transfer-Encoding contradict each other";
    case HttpFlaw::bad_length:
      return "Content-Length is no number";
    case HttpFlaw::bad_coding:
      return "the transfer coding is unknown";
    case HttpFlaw::bad_chunk:
      return "a chunk cannot be read";
    case HttpFlaw::body_short:
      return "the connection was closed before the body's end";
    case HttpFlaw::body_excess:
      return "bytes came after the answer's end";
    case HttpFlaw::head_too_large:
      return "the headers have no end";
    case HttpFlaw::body_too_large:
      return "the body has no end";
    case HttpFlaw::too_many_interim:
      return "interim answers have no end";
  }
  return "HTTP cannot be read";
}

// The header that a flaw is about, for the excerpt.
Spot spot_of(const wpi::HttpResponse& response, const wpi::HttpProblem& wrong) {
  switch (wrong.flaw) {
    case HttpFlaw::doubled_length:
    case HttpFlaw::conflicting_length:
    case HttpFlaw::length_and_chunked:
    case HttpFlaw::bad_length:
      return header_spot(response.head, "Content-Length");
    case HttpFlaw::bad_coding:
      return header_spot(response.head, "Transfer-Encoding");
    case HttpFlaw::bad_status_line:
      return header_spot(response.head, "");
    case HttpFlaw::bare_line_feed:
    case HttpFlaw::bad_header_line:
    case HttpFlaw::folded_header:
    case HttpFlaw::space_before_colon:
    case HttpFlaw::control_character:
      // Offsets count from the answer's first byte; interim answers are no part of the head.
      if (response.interim == 0 && wrong.offset < response.head.size())
        return {Spot::In::head, static_cast<std::size_t>(wrong.offset), 1};
      return header_spot(response.head, "");
    default:
      return {};
  }
}

void framing(const Heard& heard, Ruling& ruling) {
  const auto& answer = heard.exchange.response;
  if (!answer) return;
  const bool counted = answer->framing == Framing::content_length;
  bool any = false;
  for (const wpi::HttpProblem& wrong : answer->problems) {
    switch (wrong.flaw) {
      case HttpFlaw::body_too_large:
        continue;  // xml.size
      case HttpFlaw::body_short:
        // http.status, http.content-length, http.timely
        if (!heard.has_answer() || counted || !short_for_certain(heard)) continue;
        break;
      case HttpFlaw::body_excess:
        if (counted) continue;
        break;
      default:
        break;
    }
    any = true;
    ruling.deviates({std::string(in_words(wrong.flaw)),
                     "HTTP that can be parsed",
                     wrong.detail,
                     spot_of(*answer, wrong),
                     std::string(wpi::name_of(wrong.flaw)),
                     {}});
  }
  if (!any && heard.exchange.outcome == Outcome::answered && answer->complete) ruling.held();
}

bool says_close(const wpi::Headers& headers) {
  return std::any_of(headers.begin(), headers.end(), [](const wpi::Header& header) {
    if (!wpi::same_ignoring_case(header.name, "Connection")) return false;
    for (std::size_t at = 0; at + 5 <= header.value.size(); ++at)
      if (wpi::same_ignoring_case(std::string_view(header.value).substr(at, 5), "close")) return true;
    return false;
  });
}

// The answer before left the connection open; now it shows whether it was.
void kept_open(const Heard& heard, Ruling& ruling) {
  const transcript::Exchange& exchange = heard.exchange;
  if (!heard.before.stays_open || exchange.attempt > 1) return;
  if (exchange.fresh_connection && exchange.scripted != transcript::Scripted::none) return;  // by the scenario's will
  // Nobody need keep it open for longer than the guide asks.
  if (exchange.begun - heard.before.last_ended > std::chrono::seconds(10)) return;
  const bool found_closed = exchange.outcome == Outcome::closed && !exchange.fresh_connection &&
                            !exchange.response && exchange.first_byte.count() == 0;
  // Nor wait for a message that takes so long to come.
  if (found_closed && exchange.phase == transcript::Phase::sending && exchange.ended - exchange.begun > std::chrono::seconds(10)) return;
  const bool known = exchange.connection != 0 && heard.before.last_connection != 0;
  const bool another = known && exchange.connection != heard.before.last_connection;
  if (!found_closed && !another) {
    if (known) ruling.held();
    return;
  }
  ruling.deviates({"closed the connection between two messages of an interaction, without having said so",
                   "an open connection",
                   "closed",
                   {},
                   "closed",
                   {}});
}

void keep_alive(const Heard& heard, Ruling& ruling) {
  kept_open(heard, ruling);
  if (!heard.has_answer() || !heard.response().complete || !heard.exchange.answer) return;
  if (says_close(heard.request().headers)) return;
  const auto order = heard.success() ? heard.order() : std::nullopt;
  if (!order || !brings_reply(*order)) return;  // the end of the interaction, as far as can be told
  const wpi::HttpResponse& response = heard.response();
  if (response.keeps_open && response.framing != Framing::until_close)
    return;  // the next message shows whether it is true
  const std::string* connection = wpi::find_header(response.headers, "Connection");
  const bool said = connection && says_close(response.headers);
  ruling.deviates({"closes the connection before the interaction is over",
                   "an open connection",
                   said                                            ? "Connection: close"
                   : response.framing == wpi::Framing::until_close ? "closed to end the body"
                                                                   : response.version + " without keep-alive",
                   header_spot(response.head, "Connection"),
                   said ? "said" : "version",
                   {}});
}

constexpr Binding bindings[] = {
    {.id = "http.content-length", .exchange = content_length, .rests_on = {Fact::framing}},
    {.id = "http.delimited", .exchange = delimited, .rests_on = {Fact::framing}},
    {.id = "http.framing", .exchange = framing, .rests_on = {Fact::framing}},
    {.id = "http.no-chunked", .exchange = no_chunked, .rests_on = {Fact::framing}},
    {.id = "http.keep-alive", .exchange = keep_alive, .rests_on = {Fact::connection}},
};

}  // namespace

std::span<const Binding> http_wire_rules() {
  return bindings;
}

}  // namespace understudy::conformance
