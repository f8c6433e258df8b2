// http.*: what an answer says by its status line and headers, and whether one came at all.
#include <string>

#include "rules/area.h"
#include "wpi/http.h"

namespace understudy::conformance {

namespace {

using transcript::Fact;
using transcript::Outcome;
using namespace std::chrono_literals;

Spot status_line(const wpi::HttpResponse& response) {
  return header_spot(response.head, "");
}

std::string status_in_words(const wpi::HttpResponse& response) {
  std::string text = std::to_string(response.status);
  if (!response.reason.empty()) text += " " + quoted(response.reason);
  return text;
}

// A connection that was kept from an earlier message and found closed before a byte came: the phone says the
// message again on a new one, so nothing is left unanswered.
bool found_closed(const transcript::Exchange& exchange) {
  return exchange.outcome == Outcome::closed && !exchange.fresh_connection && !exchange.response &&
         exchange.first_byte.count() == 0;
}

void status(const Heard& heard, Ruling& ruling) {
  const transcript::Exchange& exchange = heard.exchange;
  const std::string wanted = heard.expects_answer() ? "200" : "any 2xx";
  if (!heard.has_answer()) {
    if (exchange.response && !exchange.response->problems.empty()) return;  // http.framing
    switch (exchange.outcome) {
      case Outcome::closed:
        if (!found_closed(exchange))
          ruling.deviates(
              {"the connection was closed without an answer", wanted, "closed", {}, "closed", {}});
        return;
      case Outcome::no_connection:
        ruling.deviates(
            {"no connection could be made any more", wanted, "no connection", {}, "no connection", {}});
        return;
      case Outcome::tls_failed:
        ruling.deviates({"TLS could not be agreed on any more", wanted, "no TLS", {}, "no TLS", {}});
        return;
      case Outcome::answered:   // no status line: http.framing
      case Outcome::timed_out:  // http.timely
      case Outcome::interrupted:
      case Outcome::not_allowed:
        return;
    }
    return;
  }
  const wpi::HttpResponse& response = heard.response();
  if (response.status == 200 || (!heard.expects_answer() && heard.success())) {
    ruling.held();
    return;
  }
  const auto reason = heard.reason();
  const std::string said = reason ? std::string(wpi::spelling(*reason)) : "a message";
  const char first_digit = static_cast<char>('0' + response.status / 100 % 10);
  ruling.deviates({said + " is answered with status " + std::to_string(response.status),
                   wanted,
                   status_in_words(response),
                   status_line(response),
                   said + " " + first_digit + "xx",
                   {}});
}

void version(const Heard& heard, Ruling& ruling) {
  if (!heard.has_answer()) return;
  const wpi::HttpResponse& response = heard.response();
  if (response.version == "HTTP/1.1") {
    ruling.held();
    return;
  }
  ruling.deviates({"answers with another version of HTTP",
                   "HTTP/1.1",
                   quoted(response.version),
                   status_line(response),
                   response.version == "HTTP/1.0" ? "1.0" : "other",
                   {}});
}

void no_redirect(const Heard& heard, Ruling& ruling) {
  if (!heard.has_answer()) return;
  const wpi::HttpResponse& response = heard.response();
  if (response.status < 300 || response.status > 399) {
    ruling.held();
    return;
  }
  const std::string* location = wpi::find_header(response.headers, "Location");
  ruling.deviates({"redirects the phone",
                   "an answer of its own",
                   status_in_words(response) + (location ? " to " + quoted(*location) : ""),
                   header_spot(response.head, "Location"),
                   "",
                   {}});
}

void not_empty(const Heard& heard, Ruling& ruling) {
  // A body cut off is no empty one.
  if (!heard.success() || !heard.expects_answer() || !heard.response().complete) return;
  const wpi::HttpResponse& response = heard.response();
  const bool blank = response.body.find_first_not_of(" \t\r\n") == std::string::npos;
  if (!blank) {
    ruling.held();
    return;
  }
  const auto reason = heard.reason();
  const std::string said = reason ? std::string(wpi::spelling(*reason)) : "a message";
  ruling.deviates({said + " is answered with an empty body",
                   "a DLSMessage",
                   response.body.empty() ? "nothing" : "white space alone",
                   header_spot(response.head, "Content-Length"),
                   said,
                   {}});
}

void content_type(const Heard& heard, Ruling& ruling) {
  // What is no message of the service at all is for xml.root to say.
  if (!heard.exchange.answer || heard.answer().messages == 0) return;
  const wpi::HttpResponse& response = heard.response();
  const std::string* type = wpi::find_header(response.headers, "Content-Type");
  if (!type) {
    ruling.deviates({"gives no Content-Type", "text/xml", "none", status_line(response), "none", {}});
    return;
  }
  std::string_view media = std::string_view(*type).substr(0, type->find(';'));
  while (media.ends_with(' ') || media.ends_with('\t')) media.remove_suffix(1);
  if (wpi::same_ignoring_case(media, "text/xml")) {
    ruling.held();
  } else if (wpi::same_ignoring_case(media, "application/xml")) {
    ruling.deviates({"labels its message application/xml", "text/xml", quoted(*type),
                     header_spot(response.head, "Content-Type"), "application/xml", Level::note});
  } else {
    ruling.deviates({"labels its message as something else than XML",
                     "text/xml",
                     quoted(*type),
                     header_spot(response.head, "Content-Type"),
                     "other",
                     {}});
  }
}

std::string seconds(std::chrono::microseconds time) {
  const auto tenths = (time.count() + 50'000) / 100'000;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

std::string limit_in_words(std::chrono::microseconds limit) {
  return limit % 1s == 0s ? std::to_string(limit / 1s) + " s" : seconds(limit);
}

void timely(const Heard& heard, Ruling& ruling) {
  const transcript::Exchange& exchange = heard.exchange;
  if (exchange.outcome == Outcome::timed_out) {
    const bool sent = exchange.sent.count() != 0, some = exchange.first_byte.count() != 0;
    const std::string variant = some ? "only a part of the answer" : sent ? "no answer" : "no connection";
    const auto waited = exchange.ended - (sent ? exchange.sent : exchange.begun);
    const bool hurried = exchange.limit.count() > 0 && exchange.limit < 30s;
    ruling.deviates(
        {variant + " came in time",
         hurried ? "at most " + limit_in_words(exchange.limit) + ", the limit of this run" : "at most 30 s",
         "nothing more after " + seconds(waited),
         {},
         variant,
         {}});
    return;
  }
  // A record need not have times.
  if (exchange.outcome != Outcome::answered || !heard.has_answer() || exchange.ended < exchange.sent) return;
  const auto took = exchange.ended - exchange.sent;
  if (took <= 30s) {
    ruling.held();
    return;
  }
  ruling.deviates({"the answer took too long", "at most 30 s", seconds(took), {}, "late", {}});
}

void get_refused(const Heard& heard, Ruling& ruling) {
  // A poll for contact-me is a GET too, and answered otherwise (guide p.15).
  if (heard.request().method != "GET" || heard.request().target.find("device-id=") != std::string::npos)
    return;
  if (!heard.has_answer()) {
    if (heard.exchange.outcome == Outcome::closed)
      ruling.deviates({"a GET makes it close the connection", "4xx", "closed", {}, "closed", {}});
    return;
  }
  const wpi::HttpResponse& response = heard.response();
  if (response.status >= 400 && response.status < 500) {
    ruling.held();
    return;
  }
  const char first_digit = static_cast<char>('0' + response.status / 100 % 10);
  ruling.deviates({std::string("a GET is answered with ") + (response.status >= 500   ? "a server error"
                                                             : response.status >= 300 ? "a redirect"
                                                                                      : "success"),
                   "4xx",
                   status_in_words(response),
                   status_line(response),
                   std::string(1, first_digit),
                   {}});
}

constexpr Binding bindings[] = {
    {.id = "http.status", .exchange = status},
    {.id = "http.version", .exchange = version, .rests_on = {Fact::version}},
    {.id = "http.content-type", .message = content_type},
    {.id = "http.timely", .exchange = timely, .rests_on = {Fact::times}},
    {.id = "http.no-redirect", .exchange = no_redirect},
    {.id = "http.not-empty", .exchange = not_empty},
    {.id = "http.get-refused", .probe = get_refused},
};

}  // namespace

std::span<const Binding> http_rules() {
  return bindings;
}

}  // namespace understudy::conformance
