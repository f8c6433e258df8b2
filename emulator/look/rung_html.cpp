#include "look/rung_html.h"

#include <algorithm>

#include "look/bytes.h"
#include "look/html.h"
#include "look/shown.h"

namespace understudy::look {

namespace {

using transcript::Contact;
using transcript::Exchange;
using transcript::Mark;

std::string text_bytes(std::size_t count) {
  return counted(count, "byte");
}

std::string label_html(const Arrow& arrow, const std::vector<Remark>& remarks, const LadderStyle& style) {
  std::string out = "<span class=\"label\"><span class=\"what\">" + worded(style, arrow.what) + "</span>";
  if (!arrow.status.empty()) out += "<span class=\"n\">" + worded(style, arrow.status) + "</span>";
  if (!arrow.lost.empty()) out += "<span class=\"word\">" + escaped(arrow.lost) + "</span>";
  if (arrow.items) out += "<span class=\"n\">" + counted(*arrow.items, "item") + "</span>";
  if (arrow.took && arrow.lost.empty())
    out += "<span class=\"n\">" + escaped(duration(*arrow.took)) + "</span>";
  for (const Remark& remark : remarks)
    out += chip(class_of(remark), std::string(class_of(remark)) + " " + remark.rule);
  return out + "</span><span class=\"shaft\"></span>";
}

std::string arrow_html(const Arrow& arrow, const std::vector<Remark>& remarks, const std::string& inside,
                       const LadderStyle& style) {
  std::string css = arrow.from_phone ? "arrow right" : "arrow left";
  if (const std::string_view worst = worst_of(remarks); !worst.empty()) css += " " + std::string(worst);
  if (!arrow.lost.empty()) css += " lost";
  const std::string label = "<span class=\"hidden\">" +
                            std::string(arrow.from_phone ? "to the service: " : "to the phone: ") + "</span>";
  return "<details class=\"" + css + "\"><summary>" + label + label_html(arrow, remarks, style) +
         "</summary><div class=\"inside\">" + inside + "</div></details>";
}

std::string names_html(const std::vector<std::string>& names) {
  constexpr std::size_t most = 200;
  if (names.empty()) return {};
  std::string out = "<details class=\"more\"><summary>" + counted(names.size(), "item") +
                    ", by name</summary><ul class=\"names\">";
  for (std::size_t i = 0; i < names.size() && i < most; ++i)
    out += "<li>" + escaped(clipped(names[i], 80)) + "</li>";
  out += "</ul>";
  if (names.size() > most)
    out += "<p class=\"quiet\">" + grouped(names.size() - most) + " more are left out here.</p>";
  return out + "</details>";
}

std::vector<Range> places_in(const std::vector<Remark>& remarks, Remark::In where) {
  std::vector<Range> out;
  for (const Remark& remark : remarks)
    if (remark.in == where)
      out.push_back(
          {remark.offset, remark.offset + std::min(remark.length, std::string::npos - remark.offset)});
  return out;
}

std::string head_of(const wpi::HttpRequest& request, const LadderStyle& style) {
  std::string out = request.method + " " + request.target + " HTTP/1.1\n";
  for (const wpi::Header& line : request.headers)
    out +=
        line.name + ": " + (style.masker ? style.masker->header(line.name, line.value) : line.value) + "\n";
  return style.masker ? style.masker->words(out) : out;
}

std::string request_inside(const wpi::HttpRequest& request, const wpi::Document* said,
                           const LadderStyle& style) {
  const bool by_hand = request.method.empty();  // then the head stands in the body, if there is one
  std::string out = by_hand ? "" : raw_html(head_of(request, style), {}, "head of the request");
  if (request.body.empty()) return out + "<p class=\"quiet\">No body.</p>";
  const std::string body = style.masker ? style.masker->body(request.body) : request.body;
  return out + "<h4>" + (by_hand ? "By hand, " : "Body, ") + text_bytes(request.body.size()) + "</h4>" +
         names_html(item_names(said, request.body)) + body_html(body, {}, "body of the request", style.most_of_a_body);
}

std::string problems_html(const wpi::HttpResponse& response, const LadderStyle& style) {
  if (response.problems.empty()) return {};
  std::string out = "<p>Of its HTTP:</p><ul class=\"small\">";
  for (const wpi::HttpProblem& problem : response.problems)
    out += "<li><code>" + escaped(wpi::name_of(problem.flaw)) + "</code> " + worded(style, problem.detail) +
           "</li>";
  return out + "</ul>";
}

std::string broken_xml(const Exchange& exchange, const LadderStyle& style) {
  if (!exchange.answer || exchange.answer->well_formed || exchange.answer->empty) return {};
  const wpi::Place& place = exchange.answer->error_place;
  return "<p>Not well-formed, line " + grouped(place.line) + ", column " + grouped(place.column) + ": " +
         worded(style, exchange.answer->error) + "</p>";
}

std::string answer_inside(const Exchange& exchange, const std::vector<Remark>& remarks,
                          const LadderStyle& style) {
  std::string out;
  if (!exchange.failure.empty()) out += "<p>" + worded(style, exchange.failure) + "</p>";
  if (!exchange.response) return out + "<p class=\"quiet\">Nothing came.</p>";
  const wpi::HttpResponse& response = *exchange.response;
  std::string head = style.masker ? style.masker->head(response.head) : response.head;
  while (head.size() > 2 && head.ends_with("\n\r\n"))
    head.resize(head.size() - 2);  // the blank line shows nothing
  out += raw_html(head, places_in(remarks, Remark::In::head), "head of the answer") +
         problems_html(response, style);
  if (response.body.empty()) return out + "<p class=\"quiet\">No body.</p>";
  const std::string body = style.masker ? style.masker->body(response.body) : response.body;
  out += "<h4>Body, " + text_bytes(response.body.size()) +
         (response.framing == wpi::Framing::chunked ? ", in chunks" : "") + "</h4>" +
         broken_xml(exchange, style) + names_html(item_names(exchange.answer.get(), response.body));
  return out + body_html(body, places_in(remarks, Remark::In::body), "body of the answer", style.most_of_a_body);
}

std::string beside(std::string_view text) {
  return "<span>" + escaped(text) + "</span>";
}

std::string tls_margin(const Exchange& exchange) {
  if (!exchange.encrypted) return exchange.fresh_connection ? beside("plain HTTP") : std::string();
  if (!exchange.tls || !exchange.fresh_connection) return {};
  std::string out =
      beside(exchange.tls->version + (exchange.tls->resumed ? ", resumed" : ", full handshake"));
  for (const transcript::CertificateProblem problem : exchange.tls->problems) {
    std::string words(name_of(problem));
    std::replace(words.begin(), words.end(), '_', ' ');
    out += beside("certificate: " + words);
  }
  return out;
}

std::string margin_of(const Exchange& exchange) {
  std::string out;
  if (exchange.connection != 0) {
    std::string connection =
        "connection " + grouped(exchange.connection) + (exchange.fresh_connection ? ", fresh" : ", kept");
    if (exchange.fresh_connection && exchange.connected > exchange.begun)
      connection += ", in " + duration(std::max(exchange.connected, exchange.secured) - exchange.begun);
    out += beside(connection);
  }
  out += tls_margin(exchange);
  if (exchange.secure) out += beside("Secure Mode, to " + exchange.remote);
  if (exchange.trial != transcript::Trial::none) {
    std::string what(name_of(exchange.trial));
    std::replace(what.begin(), what.end(), '_', ' ');
    out += beside("to be refused: " + what);
  }
  if (exchange.attempt > 1) out += beside("attempt " + grouped(exchange.attempt));
  if (exchange.poll) out += beside("poll");
  if (exchange.response && exchange.response->complete && !exchange.response->keeps_open)
    out += beside("the connection ends with it");
  return out;
}

std::string rung_item(const LadderStyle& style, microseconds at, std::string_view css_class,
                      std::string_view id, const std::string& lane, const std::string& margin) {
  std::string out = "<li class=\"" + std::string(css_class) + "\"";
  if (!id.empty()) out += " id=\"" + std::string(id) + "\"";
  out += "><div class=\"at\">" + when(style, at) + "</div><div class=\"lane\">" + lane + "</div>";
  return out + "<div class=\"margin\">" + margin + "</div></li>";
}

std::string exchange_html(const Exchange& exchange, const std::vector<Remark>& remarks,
                          const LadderStyle& style) {
  const Arrow request = request_of(exchange);
  const auto answer = answer_of(exchange);
  std::string inside = request_inside(exchange.request, exchange.said.get(), style);
  // What could not be sent has one arrow: all that is to be said stands at it.
  if (!answer && !exchange.failure.empty())
    inside = "<p>" + worded(style, exchange.failure) + "</p>" + inside;
  std::string lane = arrow_html(request, answer ? std::vector<Remark>{} : remarks, inside, style);
  if (answer) {
    if (answer->took && *answer->took >= long_gap)
      lane += "<p class=\"gap\">" + escaped(duration(*answer->took)) + " later</p>";
    lane += arrow_html(*answer, remarks, answer_inside(exchange, remarks, style), style);
  } else if (!exchange.failure.empty()) {
    lane += "<p class=\"why\">" + worded(style, exchange.failure) + "</p>";
  }
  lane += remarks_html(style, remarks);
  return rung_item(style, exchange.begun, "rung", "exchange-" + std::to_string(exchange.number), lane,
                   margin_of(exchange));
}

std::string contact_html(const Contact& contact, const std::vector<Remark>& remarks,
                         const LadderStyle& style) {
  const Arrow arrow{.at = contact.at, .from_phone = false, .what = asked(contact)};
  std::string lane = arrow_html(arrow, remarks, request_inside(contact.request, nullptr, style), style);
  lane += "<div class=\"arrow right" + std::string(contact.status == 0 ? " lost" : "") +
          "\"><span class=\"hidden\">from the phone: </span>";
  lane += "<span class=\"label\"><span class=\"what\">" + escaped(heeded(contact.heed)) + "</span>";
  lane += contact.status == 0 ? "<span class=\"word\">closed without an answer</span>"
                              : "<span class=\"n\">" + std::to_string(contact.status) + "</span>";
  lane += "</span><span class=\"shaft\"></span></div>" + remarks_html(style, remarks);
  std::string margin = beside("from " + contact.remote) +
                       beside(contact.encrypted ? "TLS, the phone's web port" : "plain HTTP");
  if (!contact.elsewhere.empty()) margin += beside("asked to call " + contact.elsewhere);
  if (!contact.problem.empty()) margin += "<span>" + worded(style, contact.problem) + "</span>";
  return rung_item(style, contact.at, "rung", "", lane, margin);
}

std::string_view sign_of(transcript::Event event) {
  switch (event) {
    case transcript::Event::restart:
      return "\u21BB ";
    case transcript::Event::call:
      return "\u260E\uFE0E ";
    case transcript::Event::trigger:
    case transcript::Event::job:
      return "\u2691\uFE0E ";
    case transcript::Event::download:
      return "\u21E3 ";
    case transcript::Event::hostile:
    case transcript::Event::fetched:
    case transcript::Event::fault:
      return "\u26A0\uFE0E ";
    case transcript::Event::trigger_failed:
      return "\u2715 ";
    default:
      return "\u00B7 ";
  }
}

std::string mark_html(const Mark& mark, const std::vector<Remark>& remarks, const LadderStyle& style) {
  const std::string text =
      "<span>" + std::string(sign_of(mark.event)) + worded(style, happening(mark)) + "</span>";
  return rung_item(style, mark.at, "rung happening", "", remarks_html(style, remarks), text);
}

}  // namespace

std::string rung_html(const Rung& rung, const LadderStyle& style) {
  if (const auto* exchange = std::get_if<std::shared_ptr<const Exchange>>(&rung.what))
    return exchange_html(**exchange, rung.remarks, style);
  if (const auto* contact = std::get_if<std::shared_ptr<const Contact>>(&rung.what))
    return contact_html(**contact, rung.remarks, style);
  return mark_html(std::get<Mark>(rung.what), rung.remarks, style);
}

}  // namespace understudy::look
