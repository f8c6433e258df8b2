#include "support/recordings.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <fstream>
#include <stdexcept>

namespace understudy {

namespace {

using Poco::JSON::Object;

wpi::Headers headers_of(const Object& message) {
  wpi::Headers out;
  const auto headers = message.getArray("headers");
  for (unsigned i = 0; i < headers->size(); ++i) {
    const auto header = headers->getArray(i);
    out.push_back({header->getElement<std::string>(0), header->getElement<std::string>(1)});
  }
  return out;
}

wpi::HttpRequest request_of(const Object& message) {
  return {message.getValue<std::string>("method"), message.getValue<std::string>("path"), headers_of(message),
          message.getValue<std::string>("body")};
}

wpi::HttpResponse response_of(const Object& message) {
  wpi::HttpResponse out;
  out.version = message.getValue<std::string>("version");
  out.status = message.getValue<int>("status");
  out.reason = message.getValue<std::string>("reason");
  out.headers = headers_of(message);
  out.body = message.getValue<std::string>("body");
  out.complete = true;
  out.head = out.version + " " + std::to_string(out.status) + " " + out.reason + "\r\n";
  for (const wpi::Header& header : out.headers) out.head += header.name + ": " + header.value + "\r\n";
  out.head += "\r\n";
  return out;
}

}  // namespace

std::vector<Recorded> recorded_with(const std::string& service) {
  return read_recordings(UNDERSTUDY_SOURCE_DIR "/tests/wire/" + service + ".jsonl");
}

std::vector<Recorded> read_recordings(const std::string& path) {
  std::ifstream file(path);
  std::vector<Recorded> out;
  for (std::string line; std::getline(file, line);) {
    const auto exchange = Poco::JSON::Parser().parse(line).extract<Object::Ptr>();
    out.push_back({exchange->getValue<std::string>("title"), request_of(*exchange->getObject("request")),
                   response_of(*exchange->getObject("response"))});
  }
  if (out.empty()) throw std::runtime_error("no recordings in " + path);
  return out;
}

}  // namespace understudy
