#include "live.h"

#include <algorithm>
#include <chrono>
#include <ctime>

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

// "3 items: sntp-addr, key-label[1], ..."
std::string items_of(const wpi::Document& message) {
  if (message.items.empty()) return "";
  constexpr std::size_t most = 3;
  std::string out = conformance::counted(message.items.size(), "item") + ": ";
  for (std::size_t i = 0; i < std::min(most, message.items.size()); ++i) {
    const wpi::Item& item = message.items[i];
    out += (i > 0 ? ", " : "") + item.name + (item.index ? "[" + *item.index + "]" : "");
  }
  return out + (message.items.size() > most ? ", ..." : "");
}

std::string said_in(const transcript::Exchange& exchange) {
  if (exchange.poll) return "poll " + exchange.request.target;
  if (!exchange.said || exchange.said->reasons.empty()) return exchange.request.method + " " + exchange.request.target;
  const wpi::ReasonText& reason = exchange.said->reasons.front();
  std::string out = reason.reason.text;
  if (reason.action) out += " " + reason.action->text;
  if (reason.status) out += ", " + reason.status->text;
  if (exchange.said->fragment && exchange.said->fragment->text == "next") out += ", more to come";
  // What a reply lists is often not kept as items, but written already.
  if (const std::string items = items_of(*exchange.said); !items.empty()) out += "   " + items;
  return out;
}

std::string answer_in(const transcript::Exchange& exchange) {
  if (exchange.outcome != Outcome::answered || !exchange.response) return "no answer: " + exchange.failure;
  const int status = exchange.response->status;
  if (exchange.poll) return std::to_string(status) + (status == 202 ? ": call" : status == 200 ? ": nothing" : "");
  if (exchange.answer && !exchange.answer->actions.empty()) {
    std::string out = exchange.answer->actions.front().text;
    if (const std::string items = items_of(*exchange.answer); !items.empty()) out += "   " + items;
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

void Live::say(const std::string& text) { line("", " ", text); }

void Live::line(const std::string& phone, const char* sign, const std::string& text, const std::string& behind) {
  std::string out = time_of_day() + "  ";
  if (style_.name_phones) out += conformance::padded(phone, 12);
  out += std::string(sign) + " ";
  const std::size_t room = style_.width > out.size() + behind.size() + 2 ? style_.width - out.size() - behind.size() - 2 : 20;
  std::string shown = conformance::shown(text);
  if (conformance::columns(shown) > room) shown = cut(std::move(shown), room);
  out += behind.empty() ? shown : conformance::padded(shown, room) + "  " + behind;
  if (style_.colour && *sign == '!') out = "\x1b[31m" + out + "\x1b[0m";
  std::fputs((out + "\n").c_str(), out_);
  std::fflush(out_);
}

void Live::show(const transcript::Exchange& exchange) {
  line(exchange.phone, "\u2192", said_in(exchange));
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
      if (mark.text != "clean_up" && mark.text != "restart") line(mark.phone, "!", "the interaction ends: " + mark.text);
      return;
    case transcript::Event::restart: return line(mark.phone, "\u21BB", "restarts");
    case transcript::Event::call: return line(mark.phone, "\u260E", "a call " + mark.text);
    case transcript::Event::note: return line(mark.phone, "\u00B7", mark.text);
    case transcript::Event::interaction: return line(mark.phone, "\u00B7", "calls its service: " + mark.text);
    case transcript::Event::step:
    case transcript::Event::step_ended:
    case transcript::Event::job: return;
  }
}

}  // namespace understudy::tools
