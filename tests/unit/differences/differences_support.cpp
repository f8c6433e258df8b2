#include "differences_support.h"

#include "items/catalogue.h"
#include "support/recordings.h"
#include "wpi/reader.h"

namespace understudy::conformance::differences {

using transcript::Event;
using transcript::Mark;

Tape::Tape(std::string service, std::string mac, bool masked) {
  entries_.emplace_back(transcript::Start{"test", std::move(service), "2026-01-01T00:00:00Z", 1, masked});
  entries_.emplace_back(transcript::PhoneMark{phone_, "OpenStage 60", "V3 R5.12.0", std::move(mac), "4711"});
}

transcript::Exchange Tape::exchange() {
  transcript::Exchange out;
  out.phone = phone_;
  out.interaction = interaction_;
  out.message = ++message_;
  // New in each transcript.
  nonce_ = "nonce" + std::to_string(reinterpret_cast<std::uintptr_t>(this) % 10'000) +
           std::to_string(entries_.size());
  const std::string reason = message_ == 1 ? ">" + reason_ : " status=\"accepted\">reply-to";
  out.request.body = "<WorkpointMessage xmlns=\"http://www.siemens.com/DLS\"><Message nonce=\"" + nonce_ +
                     "\"><ReasonForContact" + reason + "</ReasonForContact></Message></WorkpointMessage>";
  out.said = std::make_shared<wpi::Document>(wpi::Reader().read(out.request.body, wpi::Sender::phone));
  return out;
}

Tape& Tape::begins(const std::string& reason) {
  reason_ = reason;
  message_ = 0;
  entries_.emplace_back(Mark{{}, Event::interaction, phone_, ++interaction_, reason});
  return *this;
}

Tape& Tape::hears(const std::string& action, const std::vector<std::string>& items) {
  std::string list;
  for (const std::string& item : items) {
    const std::size_t equals = item.find('='), bracket = item.find('[');
    const std::string index =
        bracket < equals ? " index=\"" + item.substr(bracket + 1, item.find(']') - bracket - 1) + "\"" : "";
    list += "<Item name=\"" + item.substr(0, std::min(equals, bracket)) + "\"" + index + ">" +
            (equals == std::string::npos ? "" : item.substr(equals + 1)) + "</Item>";
  }
  transcript::Exchange heard = exchange();
  heard.response = wpi::HttpResponse{};
  heard.response->status = 200;
  heard.response->body =
      "<DLSMessage xmlns=\"http://www.siemens.com/DLS\"><Message nonce=\"" + nonce_ + "\"><Action>" + action +
      "</Action>" + (list.empty() ? "" : "<ItemList>" + list + "</ItemList>") + "</Message></DLSMessage>";
  heard.answer =
      std::make_shared<wpi::Document>(wpi::Reader().read(heard.response->body, wpi::Sender::service));
  entries_.emplace_back(std::move(heard));
  return *this;
}

Tape& Tape::hears_words(int status, const std::string& body) {
  transcript::Exchange heard = exchange();
  heard.response = wpi::HttpResponse{};
  heard.response->status = status;
  heard.response->body = body;
  if (!body.empty())
    heard.answer = std::make_shared<wpi::Document>(wpi::Reader().read(body, wpi::Sender::service));
  entries_.emplace_back(std::move(heard));
  return *this;
}

Tape& Tape::hears_nothing() {
  transcript::Exchange heard = exchange();
  heard.outcome = transcript::Outcome::timed_out;
  entries_.emplace_back(std::move(heard));
  return *this;
}

Tape& Tape::ends(const std::string& how) {
  entries_.emplace_back(Mark{{}, Event::interaction_ended, phone_, interaction_, how});
  return *this;
}

std::vector<transcript::Entry> recorded_entries(const std::string& service, bool changed) {
  std::vector<transcript::Entry> out = {
      transcript::Start{"recorder", "https://10.0.0.5:18443", "2026-01-01T00:00:00Z", 1, false}};
  wpi::Reader reader;
  std::uint32_t interaction = 0, message = 0;
  for (const Recorded& recorded : recorded_with(service)) {
    transcript::Exchange exchange;
    exchange.request = recorded.request;
    exchange.response = recorded.response;
    exchange.said = std::make_shared<wpi::Document>(reader.read(recorded.request.body, wpi::Sender::phone));
    const auto reason = exchange.said->reason();
    if (!reason) continue;
    if (reason != wpi::Reason::reply_to && reason != wpi::Reason::clean_up) ++interaction, message = 0;
    exchange.phone = "phone-1";
    exchange.interaction = interaction;
    exchange.message = ++message;
    if (!recorded.response.body.empty()) {
      auto answer =
          std::make_shared<wpi::Document>(reader.read(recorded.response.body, wpi::Sender::service));
      for (wpi::Item& item : answer->items)
        if (changed && interaction > 0 && answer->action() == wpi::Action::write_items &&
            !items::is_secret(item.name)) {
          item.value = "changed by the test";
          changed = false;
        }
      exchange.answer = std::move(answer);
    }
    out.emplace_back(std::move(exchange));
  }
  return out;
}

std::vector<std::string> lines_between(const std::vector<transcript::Entry>& then,
                                       const std::vector<transcript::Entry>& now, const Telling& telling) {
  std::vector<std::string> out;
  for (const Difference& each : grouped(differences_between(courses_of(then).at(0), courses_of(now).at(0))))
    out.push_back(told(each, telling));
  return out;
}

}  // namespace understudy::conformance::differences
