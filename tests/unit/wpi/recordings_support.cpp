#include "recordings_support.h"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <fstream>
#include <stdexcept>

namespace understudy::tests {

namespace {

std::string head_of(const Poco::JSON::Object& response) {
  std::string head = response.getValue<std::string>("version") + " " +
                     response.getValue<std::string>("status") + " " +
                     response.getValue<std::string>("reason") + "\r\n";
  const auto headers = response.getArray("headers");
  for (unsigned i = 0; i < headers->size(); ++i) {
    const auto header = headers->getArray(i);
    head += header->getElement<std::string>(0) + ": " + header->getElement<std::string>(1) + "\r\n";
  }
  return head + "\r\n";
}

}  // namespace

std::vector<Recorded> read_recordings(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::vector<Recorded> all;
  for (std::string line; std::getline(file, line);) {
    const auto exchange = Poco::JSON::Parser().parse(line).extract<Poco::JSON::Object::Ptr>();
    const auto request = exchange->getObject("request");
    const auto response = exchange->getObject("response");
    all.push_back({exchange->getValue<std::string>("title"), request->getValue<std::string>("body"),
                   head_of(*response), response->getValue<std::string>("body")});
  }
  return all;
}

}  // namespace understudy::tests
