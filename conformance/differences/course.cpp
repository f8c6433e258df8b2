#include "differences/course.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

namespace understudy::conformance::differences {

using transcript::Exchange;
using transcript::Mark;

namespace {

// host:port and its halves.
struct Place {
  std::string whole, host, port;
};

Place place_of(const std::string& url) {
  Place out;
  const std::size_t begin = url.find("://");
  if (begin == std::string::npos) return out;
  const std::size_t end = std::min(url.find('/', begin + 3), url.size());
  out.whole = url.substr(begin + 3, end - begin - 3);
  const std::size_t colon = out.whole.rfind(':');
  const bool has_port = colon != std::string::npos && out.whole.find(']', colon) == std::string::npos;
  out.host = out.whole.substr(0, has_port ? colon : std::string::npos);
  if (has_port) out.port = out.whole.substr(colon + 1);
  return out;
}

constexpr std::string_view host_word = "{service host}";

bool goes_on(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-';
}

// Where `part` stands as a whole, not as the beginning of a longer name or number.
std::string replaced(std::string text, const std::string& part, std::string_view by) {
  if (part.empty()) return text;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos;) {
    const std::size_t end = at + part.size();
    const bool stands_alone =
        (at == 0 || !goes_on(text[at - 1])) && (end == text.size() || !goes_on(text[end]));
    if (stands_alone) text.replace(at, part.size(), by);
    at += stands_alone ? by.size() : part.size();
  }
  return text;
}

std::string in_words(std::string text, const Place& service, const Course& phone) {
  if (!service.port.empty() && text == service.port) return "{service port}";
  if (!phone.mac.empty() && text == phone.mac) return "{mac}";
  if (phone.number.size() > 2 && text == phone.number) return "{number}";
  text = replaced(replaced(std::move(text), service.whole, "{service}"), service.host, host_word);
  // Whatever port of it: where phones poll and fetch files may be any free one.
  for (std::size_t at = 0; (at = text.find(host_word, at)) != std::string::npos;) {
    at += host_word.size();
    if (at == text.size() || text[at] != ':') continue;
    const std::size_t end = text.find_first_not_of("0123456789", at + 1);
    text.erase(at, std::min(end, text.size()) - at);
  }
  return text;
}

Order order_of(const Exchange& exchange, const Place& service, const Course& phone) {
  Order out;
  if (exchange.outcome != transcript::Outcome::answered || !exchange.response) {
    out.what = "no answer (" + std::string(name_of(exchange.outcome)) + ")";
    return out;
  }
  const int status = exchange.response->status;
  const wpi::Document* answer = exchange.answer.get();
  for (std::size_t n = 0; answer && n < answer->actions.size(); ++n)
    out.what += (n == 0 ? "" : " and ") + answer->actions[n].text;
  out.is_order = !out.what.empty();
  if (!out.is_order)
    out.what = status != 200              ? "HTTP " + std::to_string(status)
               : !answer || answer->empty ? "an empty answer"
               : !answer->well_formed     ? "an answer that is not well-formed"
                                          : "an answer without an order";
  else if (status != 200)
    out.what += " (HTTP " + std::to_string(status) + ")";
  if (!answer || answer->empty) return out;
  const auto action = answer->action();
  out.asks = action == wpi::Action::read_items;
  out.right_nonce = !exchange.said || !exchange.said->nonce || !out.is_order ||
                    exchange.said->nonce->text == answer->nonce_or_empty();
  std::set<std::string> oddities;
  for (const wpi::OddText& odd : answer->oddities) oddities.emplace(name_of(odd.oddity));
  out.oddities.assign(oddities.begin(), oddities.end());
  for (const wpi::Item& item : answer->items)
    out.items.push_back({item.index ? item.name + "[" + *item.index + "]" : item.name, item.name,
                         out.asks ? "" : in_words(item.value, service, phone)});
  return out;
}

class Listener {
 public:
  explicit Listener(const std::vector<transcript::Entry>& entries) {
    for (const transcript::Entry& entry : entries) {
      if (const auto* start = std::get_if<transcript::Start>(&entry))
        service_ = place_of(start->service), masked_ = start->masked;
      if (const auto* phone = std::get_if<transcript::PhoneMark>(&entry)) {
        Course& course = known(phone->phone);
        course.mac = phone->mac, course.number = phone->e164;
      }
      if (const auto* exchange = std::get_if<Exchange>(&entry)) take(*exchange);
      if (const auto* mark = std::get_if<Mark>(&entry)) take(*mark);
    }
    for (Course& course : courses) course.masked = masked_;
  }
  std::vector<Course> courses;

 private:
  Course& known(const std::string& id) {
    const auto [found, is_new] = places_.emplace(id, courses.size());
    if (is_new) courses.push_back({id, "", "", false, {}});
    return courses[found->second];
  }
  Turn& turn(Course& course, std::uint32_t interaction) {
    const auto [found, is_new] = turns_.emplace(std::pair(course.phone, interaction), course.turns.size());
    if (is_new) course.turns.emplace_back();
    return course.turns[found->second];
  }
  void take(const Exchange& exchange) {
    if (exchange.phone.empty() || exchange.poll || exchange.interaction == 0) return;
    Course& course = known(exchange.phone);
    if (course.mac.empty() && exchange.said)
      if (const wpi::Item* mac = exchange.said->find("mac-addr")) course.mac = mac->value;
    Turn& here = turn(course, exchange.interaction);
    if (here.reason.empty() && exchange.message <= 1 && exchange.said)
      if (const auto reason = exchange.said->reason()) here.reason = spelling(*reason);
    if (exchange.outcome != transcript::Outcome::interrupted)
      here.orders.push_back(order_of(exchange, service_, course));
  }
  void take(const Mark& mark) {
    if (mark.phone.empty() || mark.interaction == 0) return;
    if (mark.event == transcript::Event::interaction)
      turn(known(mark.phone), mark.interaction).reason = mark.text;
    if (mark.event == transcript::Event::interaction_ended) {
      // What stands behind the word is in words for people.
      turn(known(mark.phone), mark.interaction).ending =
          mark.text.substr(0, std::min(mark.text.find_first_of(" :,;"), mark.text.size()));
    }
  }

  Place service_;
  bool masked_ = false;
  std::map<std::string, std::size_t> places_;
  std::map<std::pair<std::string, std::uint32_t>, std::size_t> turns_;
};

}  // namespace

std::vector<Course> courses_of(const std::vector<transcript::Entry>& entries) {
  return std::move(Listener(entries).courses);
}

}  // namespace understudy::conformance::differences
