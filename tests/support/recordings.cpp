#include "support/recordings.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <fstream>
#include <stdexcept>

#include "net/http_reader.h"

namespace understudy {

namespace {

wpi::Headers headers_of(const Poco::JSON::Object& message) {
  wpi::Headers out;
  for (const auto& pair : *message.getArray("headers")) {
    const auto header = pair.extract<Poco::JSON::Array::Ptr>();
    out.push_back({header->getElement<std::string>(0), header->getElement<std::string>(1)});
  }
  return out;
}

}  // namespace

std::vector<Recorded> recorded_with(const std::string& service) {
  std::ifstream file(UNDERSTUDY_SOURCE_DIR "/tests/wire/" + service + ".jsonl");
  if (!file) throw std::runtime_error("no recordings of " + service);
  std::vector<Recorded> out;
  for (std::string line; std::getline(file, line);) {
    Poco::JSON::Parser parser;
    const auto object = parser.parse(line).extract<Poco::JSON::Object::Ptr>();
    const auto request = object->getObject("request");
    const auto response = object->getObject("response");
    Recorded recorded;
    recorded.title = object->getValue<std::string>("title");
    recorded.request = {request->getValue<std::string>("method"), request->getValue<std::string>("path"), headers_of(*request),
                        request->getValue<std::string>("body")};
    recorded.answer = response->getValue<std::string>("version") + " " + std::to_string(response->getValue<int>("status")) + " " +
                      response->getValue<std::string>("reason") + "\r\n";
    for (const wpi::Header& header : headers_of(*response)) recorded.answer += header.name + ": " + header.value + "\r\n";
    recorded.answer += "\r\n" + response->getValue<std::string>("body");
    net::HttpReader reader;
    if (!reader.take(recorded.answer)) reader.end(true);
    recorded.response = reader.response();
    out.push_back(std::move(recorded));
  }
  return out;
}

}  // namespace understudy
