#include "transcript/messages.h"

namespace understudy::transcript {

namespace {

std::shared_ptr<const wpi::Document> document(wpi::Reader& reader, const std::string& body,
                                              wpi::Sender sender) {
  if (body.empty()) return nullptr;
  wpi::ReadOptions options;
  options.validate = sender == wpi::Sender::service;
  return std::make_shared<const wpi::Document>(reader.read(body, sender, options));
}

}  // namespace

void read_messages(wpi::Reader& reader, Exchange& exchange) {
  exchange.said = document(reader, exchange.request.body, wpi::Sender::phone);
  if (exchange.response) exchange.answer = document(reader, exchange.response->body, wpi::Sender::service);
}

}  // namespace understudy::transcript
