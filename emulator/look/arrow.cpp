// What stands on an arrow: taken from an exchange, for the drawing and for its table.
#include <algorithm>

#include "look/shown.h"
#include "wpi/utf8.h"

namespace understudy::look {

namespace {

using transcript::Exchange;
using transcript::Outcome;
using transcript::Phase;

constexpr std::size_t longest_word = 60;  // characters of what the other side may say at any length

std::string reasons_of(const wpi::Document& said) {
  std::string out;
  for (const wpi::ReasonText& reason : said.reasons) {
    if (!out.empty()) out += "; ";
    out += clipped(reason.reason.text, longest_word);
    if (reason.action) out += " " + clipped(reason.action->text, longest_word);
    if (reason.status) out += ", " + clipped(reason.status->text, longest_word);
  }
  return out;
}

std::string actions_of(const wpi::Document& said) {
  constexpr std::size_t most = 4;
  std::string out;
  for (std::size_t i = 0; i < said.actions.size() && i < most; ++i)
    out += (i == 0 ? "" : ", ") + clipped(said.actions[i].text, longest_word);
  if (said.actions.size() > most) out += ", \u2026";
  return out;
}

// Of one or more Items: what stands between the quotes of an attribute.
std::string attribute(std::string_view tag, std::string_view name) {
  for (std::size_t at = 0; (at = tag.find(name, at)) != std::string_view::npos; at += name.size()) {
    const std::size_t quote = at + name.size() + 1;
    const bool alone =
        tag[at - 1] == ' ' || tag[at - 1] == '\t' || tag[at - 1] == '\n' || tag[at - 1] == '\r';
    if (!alone || quote >= tag.size() || tag[quote - 1] != '=' || (tag[quote] != '"' && tag[quote] != '\''))
      continue;
    const std::size_t end = tag.find(tag[quote], quote + 1);
    return std::string(tag.substr(quote + 1, end == std::string_view::npos ? end : end - quote - 1));
  }
  return {};
}

std::string named(std::string name, const std::string& index) {
  if (name.empty()) name = "(no name)";
  return index.empty() ? name : name + "[" + index + "]";
}

std::size_t count_items(const wpi::Document* document, std::string_view body) {
  if (document && !document->items_left_out) return document->items.size();
  return item_names(document, body).size();
}

std::string status_of(const wpi::HttpResponse& response) {
  if (response.status == 0) return "no status line";
  if (response.status == 200) return {};
  std::string out = std::to_string(response.status);
  if (!response.reason.empty()) out += " " + clipped(response.reason, longest_word);
  return out;
}

bool was_sent(const Exchange& exchange) {
  return exchange.response || exchange.phase == Phase::waiting || exchange.phase == Phase::reading ||
         exchange.phase == Phase::done;
}

std::string loss_of(const Exchange& exchange, bool sent) {
  const microseconds waited = exchange.ended - (exchange.sent.count() != 0 ? exchange.sent : exchange.begun);
  switch (exchange.outcome) {
    case Outcome::answered:
      break;
    case Outcome::no_connection:
      return "no connection";
    case Outcome::tls_failed:
      return "TLS failed";
    case Outcome::closed:
      return sent ? "closed without an answer" : "closed before it was sent";
    case Outcome::timed_out:
      return std::string(sent ? "timed out, no answer in " : "timed out after ") + duration(waited);
    case Outcome::interrupted:
      return "broken off by the phone";
    case Outcome::not_allowed:
      return "not sent: not allowed";
  }
  return {};
}

}  // namespace

std::string said_in(const wpi::Document& said) {
  if (said.empty) return "nothing";
  std::string out = reasons_of(said);
  const std::string actions = actions_of(said);
  if (!out.empty() && !actions.empty()) out += "; ";
  out += actions;
  if (out.empty()) {
    if (said.messages == 0 && !said.well_formed) return "no readable message";
    if (said.messages == 0) return "no message, but " + clipped(said.root, longest_word);
    return "a message without action";
  }
  if (said.fragment) out += ", fragment " + clipped(said.fragment->text, longest_word);
  return out;
}

std::vector<std::string> item_names(const wpi::Document* document, std::string_view body) {
  std::vector<std::string> out;
  if (document && !document->items_left_out) {
    for (const wpi::Item& item : document->items) out.push_back(named(item.name, item.index.value_or("")));
    return out;
  }
  constexpr std::string_view start = "<Item";
  for (std::size_t at = 0; (at = body.find(start, at)) != std::string_view::npos;) {
    const std::size_t end = std::min(body.find('>', at), body.size());
    const std::string_view tag = body.substr(at, end - at);
    at = end;
    const char next = tag.size() > start.size() ? tag[start.size()] : '>';
    if (next != '>' && next != '/' && !wpi::is_xml_space(next)) continue;
    out.push_back(named(attribute(tag, "name"), attribute(tag, "index")));
  }
  return out;
}

Arrow request_of(const Exchange& exchange) {
  Arrow out{.at = exchange.begun};
  out.what = exchange.said ? said_in(*exchange.said)
             : exchange.request.method.empty()
                 ? "bytes by hand"
                 : exchange.request.method + " " + clipped(exchange.request.target, longest_word);
  const std::size_t items = count_items(exchange.said.get(), exchange.request.body);
  if (items != 0) out.items = items;
  if (!was_sent(exchange)) out.lost = loss_of(exchange, false);
  return out;
}

std::optional<Arrow> answer_of(const Exchange& exchange) {
  if (!was_sent(exchange)) return std::nullopt;
  Arrow out{.at = exchange.ended, .from_phone = false};
  out.took = exchange.ended - (exchange.sent.count() != 0 ? exchange.sent : exchange.begun);
  if (!exchange.response) {
    out.what = "no answer";
    out.lost = loss_of(exchange, true);
    return out;
  }
  const wpi::HttpResponse& response = *exchange.response;
  if (exchange.first_byte.count() != 0) out.at = exchange.first_byte;
  out.status = status_of(response);
  if (exchange.answer)
    out.what = said_in(*exchange.answer);
  else
    out.what = response.body.empty() ? "empty answer" : counted(response.body.size(), "byte");
  const std::size_t items = count_items(exchange.answer.get(), response.body);
  if (items != 0) out.items = items;
  if (exchange.outcome == Outcome::timed_out)
    out.lost = "not whole: the rest did not come in time";
  else if (exchange.outcome == Outcome::interrupted)
    out.lost = "not whole: broken off by the phone";
  else if (!response.complete)
    out.lost = "not whole";
  return out;
}

}  // namespace understudy::look
