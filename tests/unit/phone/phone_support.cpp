#include "phone_support.h"

#include <gtest/gtest.h>

#include "support/messages.h"

namespace understudy::phone {

Bench::Bench(const std::string& firmware, Quirks quirks, Limits limits, Switches switches, std::shared_ptr<const Keys> keys)
    : phone({"00:1A:E8:FF:00:01", "4241", "192.0.2.44"}, **model_named("OpenStage 60"), **firmware_named(firmware),
            std::make_shared<const Service>(Service{"192.0.2.1:18443", "/DeploymentService/LoginService", std::move(keys)}), 7, quirks,
            limits, switches) {}

Send Bench::the_send() {
  const Send* send = effect<Send>(last);
  if (!send) {
    ADD_FAILURE() << "the phone said nothing";
    return Send{};
  }
  nonce_ = send->said->nonce_or_empty();
  return *send;
}

Send Bench::power_on() {
  last = phone.handle(PowerOn{});
  return the_send();
}

Send Bench::change(const std::string& item, const std::string& value) {
  last = phone.handle(ItemsChanged{{understudy::item(item, value)}});
  if (const SetTimer* timer = effect<SetTimer>(last)) last = phone.handle(TimerFired{timer->timer});
  return the_send();
}

Effects Bench::respond(int status, const std::string& body, wpi::Headers headers) {
  wpi::HttpResponse response;
  response.version = "HTTP/1.1";
  response.status = status;
  response.headers = std::move(headers);
  response.framing = wpi::Framing::content_length;
  response.body = body;
  response.complete = response.keeps_open = true;
  std::shared_ptr<const wpi::Document> document;
  if (!body.empty()) document = std::make_shared<wpi::Document>(reader.read(body, wpi::Sender::service));
  last = phone.handle(Answered{response, document});
  return last;
}

Send Bench::answer(const std::string& inside, wpi::Headers headers) {
  respond(200, service_message(inside, nonce_), std::move(headers));
  return the_send();
}

End Bench::answer_last(const std::string& inside, wpi::Headers headers) {
  respond(200, service_message(inside, nonce_), std::move(headers));
  const Finish* finish = effect<Finish>(last);
  if (!finish) {
    ADD_FAILURE() << "the interaction did not end";
    return End::broke_off;
  }
  return finish->end;
}

void Bench::settle(const Send&) { answer_last("<Action>CleanUp</Action>"); }

std::vector<std::string> names(const Send& send) {
  std::vector<std::string> out;
  for (const wpi::Item& item : send.said->items) out.push_back(item.name);
  return out;
}

}  // namespace understudy::phone
