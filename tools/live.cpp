#include "live.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <ctime>
#include <span>

#include "reports/plain.h"

namespace understudy::tools {

namespace {

using transcript::Outcome;

std::string time_of_day() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  ::localtime_r(&now, &local);
  char text[16];
  std::strftime(text, sizeof text, "%H:%M:%S", &local);
  return text;
}

std::string milliseconds_of(transcript::microseconds time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(time).count()) + " ms";
}

// "sntp-addr, key-label[1], ..."
std::string names_of(std::span<const wpi::Item> items) {
  constexpr std::size_t most = 3;
  std::string out;
  for (const wpi::Item& item : items.first(std::min(most, items.size())))
    out += (out.empty() ? "" : ", ") + item.name + (item.index ? "[" + *item.index + "]" : "") +
           (item.status.empty() ? "" : " (" + item.status + ")");
  return out + (items.size() > most ? ", ..." : "");
}

std::string items_of(const wpi::Document& message) {
  if (message.items.empty()) return "";
  return "   " + conformance::counted(message.items.size(), "item") + ": " + names_of(message.items);
}

// Who a phone is stands in each of its first messages; only what has changed is worth naming (guide p.40).
std::string opening_items(const wpi::Document& message) {
  std::string out = "   " + conformance::counted(message.items.size(), "item");
  std::size_t changed = 0;
  if (const wpi::Item* number = message.find("configuration-attached-number"))
    std::from_chars(number->value.data(), number->value.data() + number->value.size(), changed);
  if (changed == 0 || changed > message.items.size()) return out;
  return out + ", changed: " + names_of(std::span(message.items).last(changed));
}

// What a reply to ReadAllItems lists is written already, and not kept as items: its bytes tell how much it is.
std::string said_in(const wpi::Document& said, std::size_t bytes) {
  if (said.reasons.empty()) return "a message";
  const wpi::ReasonText& reason = said.reasons.front();
  std::string out = reason.reason.text;
  if (reason.action) out += " " + reason.action->text;
  if (reason.status) out += ", " + reason.status->text;
  if (said.fragment && said.fragment->text == "next") out += ", more to come";
  if (said.items_left_out) return out + "   " + std::to_string(bytes) + " bytes";
  return out + (reason.action ? items_of(said) : opening_items(said));
}

std::string answer_in(const transcript::Exchange& exchange) {
  if (exchange.outcome != Outcome::answered || !exchange.response) return "no answer: " + exchange.failure;
  const int status = exchange.response->status;
  if (exchange.poll) return std::to_string(status) + (status == 202 ? ": call" : status == 200 ? ": nothing" : "");
  if (exchange.answer && !exchange.answer->actions.empty()) {
    std::string out = exchange.answer->actions.front().text;
    out += items_of(*exchange.answer);
    return status == 200 ? out : out + " with status " + std::to_string(status);
  }
  return std::to_string(status) + (exchange.response->body.empty() ? ", without a body" : ", without an order");
}

// Whole characters, as many as fit with three dots behind them.
std::string cut(std::string text, std::size_t columns) {
  while (conformance::columns(text) + 3 > columns && !text.empty()) {
    do text.pop_back();
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0) == 0x80);
    if (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0) == 0xC0) text.pop_back();
  }
  return text + "...";
}

// In the words of the table of a transcript.
std::string heed_in(const transcript::Contact& contact) {
  switch (contact.heed) {
    case transcript::Heed::calls_back:
      return "calls back" + (contact.elsewhere.empty() ? std::string() : " to " + contact.elsewhere);
    case transcript::Heed::in_gap: return "ignored: inside the contact gap";
    case transcript::Heed::unheeded: return "not heeded";
    case transcript::Heed::not_asked: return "asks for nothing";
    case transcript::Heed::no_contact: return "is no contact-me: " + contact.request.method + " " + contact.request.target;
    case transcript::Heed::nobody: return "for " + contact.local + ", which is no phone's";
  }
  return "";
}

// What an ending of the transcript is for whoever looks on; empty where nothing went wrong.
std::string ended_badly(std::string_view ending) {
  const std::size_t colon = std::min(ending.find(": "), ending.size());
  const std::string_view kind = ending.substr(0, colon);
  if (kind == "clean_up" || kind == "restart" || kind == "phone_clean_up") return "";
  if (kind == "connection_lost") return "the connection is lost";  // why stands in the line before
  return colon < ending.size() ? std::string(ending.substr(colon + 2)) : "the service did not say CleanUp";
}

}  // namespace

void Live::take(const transcript::Entry& entry) {
  next_.take(entry);
  if (const auto* exchange = std::get_if<transcript::Exchange>(&entry))
    show(*exchange);
  else if (const auto* contact = std::get_if<transcript::Contact>(&entry))
    show(*contact);
  else if (const auto* mark = std::get_if<transcript::Mark>(&entry))
    show(*mark);
}

void Live::sends(const std::string& phone, const phone::Send& send) {
  line(phone, "\u2192", said_in(*send.said, send.request.body.size()) + (send.attempt > 1 ? "   once more" : ""));
}

void Live::says(const transcript::Exchange& exchange) {
  const wpi::HttpRequest& request = exchange.request;
  const std::string what = exchange.said ? said_in(*exchange.said, request.body.size()) : request.method + " " + request.target;
  line(exchange.phone, "\u2192", what + (exchange.attempt > 1 ? "   once more" : ""));
}

void Live::downloads(const std::string& phone, const std::string& text) { line(phone, "\u21E3", text); }

void Live::say(const std::string& text) { line("", " ", text); }

void Live::line(const std::string& phone, const char* sign, const std::string& text, const std::string& behind) {
  std::string out = time_of_day() + "  ";
  if (style_.name_phones) out += conformance::padded(phone, 12);
  out += std::string(sign) + " ";
  const std::size_t room = style_.width > out.size() + behind.size() + 2 ? style_.width - out.size() - behind.size() - 2 : 20;
  std::string shown = conformance::shown(text);
  if (style_.cuts && conformance::columns(shown) > room) shown = cut(std::move(shown), room);
  out += behind.empty() ? shown : conformance::padded(shown, room) + "  " + behind;
  if (style_.colour && *sign == '!') out = "\x1b[31m" + out + "\x1b[0m";
  std::fputs((out + "\n").c_str(), out_);
  std::fflush(out_);
}

void Live::show(const transcript::Exchange& exchange) {
  if (exchange.poll) line(exchange.phone, "\u2192", "poll " + exchange.request.target);
  const bool good = exchange.outcome == Outcome::answered && exchange.response;
  line(exchange.phone, good ? "\u2190" : "!", answer_in(exchange), milliseconds_of(exchange.ended - exchange.begun));
}

void Live::show(const transcript::Contact& contact) {
  std::string text = "contact-me from " + contact.remote + ": " + heed_in(contact);
  if (!contact.problem.empty()) text += " (" + contact.problem + ")";
  line(contact.phone, "\u25CF", text, contact.status == 0 ? "not answered" : std::to_string(contact.status));
}

void Live::show(const transcript::Mark& mark) {
  switch (mark.event) {
    case transcript::Event::interaction_ended:
      if (const std::string text = ended_badly(mark.text); !text.empty()) line(mark.phone, "!", "the interaction ends: " + text);
      return;
    case transcript::Event::restart: return line(mark.phone, "\u21BB", "restarts");
    case transcript::Event::call: return line(mark.phone, "\u260E", "a call " + mark.text);
    case transcript::Event::download: return line(mark.phone, "\u21E3", mark.text);
    case transcript::Event::fault: return line(mark.phone, "\u26A0", "a fault of the phone: " + mark.text);
    case transcript::Event::note: return line(mark.phone, "\u00B7", mark.text);
    case transcript::Event::interaction:
    case transcript::Event::step:
    case transcript::Event::step_ended:
    case transcript::Event::trigger:
    case transcript::Event::trigger_failed:
    case transcript::Event::planted:
    case transcript::Event::job:
    case transcript::Event::hostile:
    case transcript::Event::hostile_ended:
    case transcript::Event::guard:
    case transcript::Event::guard_ended:
    case transcript::Event::fetched: return;
  }
}

}  // namespace understudy::tools
