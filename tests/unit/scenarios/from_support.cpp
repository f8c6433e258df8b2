#include "from_support.h"

#include <gtest/gtest.h>

#include "items/catalogue.h"
#include "scenario_support.h"
#include "support/recordings.h"
#include "transcript/file.h"
#include "wpi/reader.h"

namespace understudy::scenarios {

language::SharedScenario shipped(const std::string& name) {
  auto scenario = language::Reader({}).read(UNDERSTUDY_SOURCE_DIR "/scenarios/library/" + name + ".xml");
  if (!scenario) throw std::runtime_error(scenario.error().with_source());
  return *scenario;
}

std::vector<transcript::Entry> as_kept(const std::vector<transcript::Entry>& entries, bool masked) {
  transcript::Masker masker(items::is_secret);
  std::string lines;
  for (const transcript::Entry& entry : entries)
    lines += transcript::to_line(entry, masked ? &masker : nullptr) + "\n";
  auto read = transcript::read(lines);
  if (!read) throw std::runtime_error(read.error().text);
  return read->entries;
}

language::SharedScenario read_made(const from::MadeScenario& made) {
  auto scenario = language::read_text(made.xml);
  if (!scenario) ADD_FAILURE() << scenario.error().one_line() << "\n" << made.xml.substr(0, 4'000);
  return scenario ? *scenario : nullptr;
}

std::vector<transcript::Entry> recorded_as_entries(const std::string& service) {
  std::vector<transcript::Entry> out = {
      transcript::Start{"recorder", "https://127.0.0.1:28444/DeploymentService/LoginService",
                        "2026-11-21T01:47:48Z", 0, false}};
  wpi::Reader reader;
  std::uint32_t interaction = 0, message = 0;
  microseconds at{};
  for (const Recorded& recorded : recorded_with(service)) {
    transcript::Exchange exchange;
    exchange.number = out.size();
    exchange.request = recorded.request;
    exchange.response = recorded.response;
    exchange.said = std::make_shared<wpi::Document>(reader.read(recorded.request.body, wpi::Sender::phone));
    if (!recorded.response.body.empty())
      exchange.answer =
          std::make_shared<wpi::Document>(reader.read(recorded.response.body, wpi::Sender::service));
    const auto reason = exchange.said->reason();
    if (reason) {
      const bool first = reason != wpi::Reason::reply_to && reason != wpi::Reason::clean_up;
      if (first) ++interaction, message = 0;
      exchange.phone = "phone-1";
      exchange.interaction = interaction;
      exchange.message = ++message;
    }
    exchange.begun = at, exchange.ended = at + std::chrono::milliseconds(20);
    at += std::chrono::seconds(12);
    out.emplace_back(std::move(exchange));
  }
  return out;
}

}  // namespace understudy::scenarios
