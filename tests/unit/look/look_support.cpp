#include "unit/look/look_support.h"

#include "wpi/reader.h"

namespace understudy::look {

using namespace std::chrono_literals;

namespace {

std::shared_ptr<const wpi::Document> read(const std::string& bytes, wpi::Sender sender) {
  if (bytes.empty()) return nullptr;
  return std::make_shared<const wpi::Document>(wpi::Reader().read(bytes, sender));
}

}  // namespace

transcript::Exchange exchange_of(const Recorded& recorded, std::uint64_t number, std::uint32_t interaction,
                                 std::uint32_t message) {
  transcript::Exchange out;
  out.number = number;
  out.phone = "phone-1";
  out.interaction = interaction;
  out.message = message;
  out.connection = 3;
  out.fresh_connection = message == 1;
  out.begun = number * 100ms;
  out.sent = out.begun + 1ms;
  out.first_byte = out.begun + 30ms;
  out.ended = out.begun + 35ms;
  out.request = recorded.request;
  out.response = recorded.response;
  out.said = read(out.request.body, wpi::Sender::phone);
  out.answer = read(out.response->body, wpi::Sender::service);
  return out;
}

transcript::Exchange answered_with(const std::string& body, std::uint64_t number, std::uint32_t interaction) {
  Recorded recorded;
  recorded.request = {
      "POST",
      "/x",
      {{"Host", "a"}},
      "<WorkpointMessage><Message "
      "nonce=\"1\"><ReasonForContact>start-up</ReasonForContact></Message></WorkpointMessage>"};
  recorded.response.status = 200;
  recorded.response.complete = recorded.response.keeps_open = true;
  recorded.response.head = "HTTP/1.1 200 OK\r\nServer: it\r\n\r\n";
  recorded.response.body = body;
  return exchange_of(recorded, number, interaction);
}

transcript::Mark begins(std::uint32_t interaction, microseconds at, const std::string& reason) {
  return {at, transcript::Event::interaction, "phone-1", interaction, reason};
}

transcript::Mark ends(std::uint32_t interaction, microseconds at, const std::string& ending) {
  return {at, transcript::Event::interaction_ended, "phone-1", interaction, ending};
}

transcript::Mark happens(transcript::Event event, microseconds at, const std::string& text) {
  return {at, event, "phone-1", 0, text};
}

Remark remark_on(std::uint64_t exchange, std::uint32_t interaction) {
  Remark remark{"nonce.echo", "must", "the nonce is another", "\"1\"", "\"2\"", "phone-1"};
  remark.interaction = interaction;
  remark.exchange = exchange;
  return remark;
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++found;
  return found;
}

}  // namespace understudy::look
