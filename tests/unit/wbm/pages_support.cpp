#include "pages_support.h"

#include <Poco/URI.h>
#include <utility>

#include "items/catalogue.h"
#include "wpi/reader.h"

namespace understudy::wbm {

namespace {

constexpr std::string_view host = "127.0.0.1:8443";

wpi::Item item_of(std::string_view name, std::string value, std::optional<std::string> index) {
  wpi::Item item;
  item.name = name;
  item.value = std::move(value);
  item.index = std::move(index);
  return item;
}

void begin(look::Ladders& ladders, const std::string& phone, std::uint64_t exchange) {
  transcript::Mark begins;
  begins.at = std::chrono::seconds(exchange);
  begins.event = transcript::Event::interaction;
  begins.phone = phone;
  begins.interaction = static_cast<std::uint32_t>(exchange);
  begins.text = "start-up";
  ladders.take(transcript::Entry(begins));
}

void end(look::Ladders& ladders, const std::string& phone, std::uint64_t exchange, const std::string& how) {
  transcript::Mark ends;
  ends.at = std::chrono::seconds(exchange) + std::chrono::milliseconds(12);
  ends.event = transcript::Event::interaction_ended;
  ends.phone = phone;
  ends.interaction = static_cast<std::uint32_t>(exchange);
  ends.text = how;
  ladders.take(transcript::Entry(ends));
}

transcript::Exchange exchange_of(const std::string& phone, std::uint64_t number, const std::string& said) {
  transcript::Exchange exchange;
  exchange.number = number;
  exchange.phone = phone;
  exchange.interaction = static_cast<std::uint32_t>(number);
  exchange.message = 1;
  exchange.connection = number;
  exchange.begun = std::chrono::seconds(number);
  exchange.ended = exchange.begun + std::chrono::milliseconds(12);
  exchange.request = {"POST", "/DeploymentService/LoginService", {{"Host", "192.0.2.1:18443"}}, said};
  if (!said.empty())
    exchange.said = std::make_shared<wpi::Document>(wpi::Reader().read(said, wpi::Sender::phone));
  return exchange;
}

}  // namespace

FakeHouse::FakeHouse(std::vector<std::string> phones, const std::string& firmware) : ids_(std::move(phones)) {
  std::uint64_t number = 0;
  for (const std::string& id : ids_) {
    ++number;
    const std::string digit = std::to_string(number % 10);
    phones_[id] = std::make_unique<phone::Phone>(
        phone::Identity{"00:1A:E8:FF:00:0" + digit, "493000000" + digit, "192.0.2.4" + digit},
        **phone::model_named("OpenStage 60"), **phone::firmware_named(firmware), "192.0.2.1:18443", "/", number,
        phone::Quirks{}, phone::Limits{});
  }
}

void FakeHouse::post(const std::string& id, const phone::Event& event) {
  posted.push_back(event);
  phones_.at(id)->handle(event, time);
}

std::string FakeHouse::rule(std::string_view id) const {
  return id == "nonce.echo" ? "A service echoes <the nonce>." : "";
}

void FakeHouse::write(std::string_view name, std::string value, std::optional<std::string> index,
                      items::Who who) {
  phone().handle(phone::ItemsChanged{{item_of(name, std::move(value), std::move(index))}, who}, time);
}

std::string FakeHouse::value(std::string_view name, std::optional<int> index) {
  const std::string* found = phone().store().find(name, index);
  return found ? *found : "nothing";
}

void converse(look::Ladders& ladders, std::uint64_t exchange, const std::string& said,
              const std::string& answered, const std::string& phone) {
  begin(ladders, phone, exchange);
  transcript::Exchange one = exchange_of(phone, exchange, said);
  one.response.emplace();
  one.response->version = "HTTP/1.1";
  one.response->status = 200;
  one.response->head =
      "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: " + std::to_string(answered.size()) +
      "\r\n\r\n";
  one.response->body = answered;
  one.response->complete = true;
  if (!answered.empty())
    one.answer = std::make_shared<wpi::Document>(wpi::Reader().read(answered, wpi::Sender::service));
  ladders.take(transcript::Entry(one));
  end(ladders, phone, exchange, "clean_up");
}

void fail(look::Ladders& ladders, std::uint64_t exchange, const std::string& why, const std::string& phone) {
  begin(ladders, phone, exchange);
  transcript::Exchange one = exchange_of(phone, exchange, "");
  one.outcome = transcript::Outcome::no_connection;
  one.phase = transcript::Phase::connecting;
  one.failure = why;
  ladders.take(transcript::Entry(one));
  end(ladders, phone, exchange, "connection_lost");
}

Pages::Pages(std::vector<std::string> phones, bool masks)
    : house(std::move(phones)),
      masker(items::is_secret),
      about{"https://192.0.2.1:18443/", "understudy 0.0.0",
            std::chrono::system_clock::time_point(std::chrono::hours(24))},
      site(house, ladders, about, {std::string(host), "localhost:8443"}, masks ? &masker : nullptr) {}

Answer Visitor::ask(Asked asked) {
  if (asked.host.empty()) asked.host = host;
  if (asked.session.empty()) asked.session = session;
  Answer answer = site_.answer(asked);
  const std::string cookie = header(answer, "Set-Cookie"), name = std::string(session_cookie) + "=";
  if (cookie.starts_with(name)) session = cookie.substr(name.size(), cookie.find(';') - name.size());
  const std::string_view attribute = "data-token=\"";
  if (const std::size_t at = answer.body.find(attribute); at != std::string::npos)
    token = answer.body.substr(at + attribute.size(),
                               answer.body.find('"', at + attribute.size()) - at - attribute.size());
  return answer;
}

Answer Visitor::get(const std::string& target) {
  Asked asked;
  asked.path = target.substr(0, target.find('?'));
  for (const auto& [name, value] : Poco::URI(target).getQueryParameters()) asked.query[name] = value;
  return ask(std::move(asked));
}

Answer Visitor::post(const std::string& target, std::map<std::string, std::string> form) {
  Asked asked;
  asked.method = "POST";
  asked.path = target;
  asked.form = std::move(form);
  asked.form.emplace("token", token);
  return ask(std::move(asked));
}

Answer Visitor::api(const std::string& method, const std::string& target, const std::string& body) {
  Asked asked;
  asked.method = method;
  asked.path = target.substr(0, target.find('?'));
  for (const auto& [name, value] : Poco::URI(target).getQueryParameters()) asked.query[name] = value;
  asked.body = body;
  asked.token = token;
  return ask(std::move(asked));
}

Answer Visitor::log_in(Role role, const std::string& phone, const std::string& password) {
  const std::string usual = role == Role::user ? "000000" : "123456";
  Answer answer = post("/phones/" + phone + "/login", {{"role", std::string(name_of(role))},
                                                       {"password", password.empty() ? usual : password}});
  if (answer.status == 303) get("/phones/" + phone + "/");
  return answer;
}

std::string header(const Answer& answer, std::string_view name) {
  for (const auto& [its_name, value] : answer.headers)
    if (its_name == name) return value;
  return "";
}

std::string location(const Answer& answer) {
  return header(answer, "Location");
}

}  // namespace understudy::wbm
