// A place that nobody has a reason to call: whoever fetches one of its URLs has read it in a hostile phone's document, and done
// as it said.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "net/server.h"

namespace understudy::scenarios {

class Canary {
 public:
  static constexpr int most_fetches = 20;  // of a URL that are told; who fetches more is known by then

  // `host` is host:port of the URLs; `seed` keeps others from guessing what follows.
  Canary(std::string host, std::uint64_t seed) : host_(std::move(host)), seed_(seed) {}
  // One that listens on that address of ours, on a free port and without TLS. The loop must outlive it. The error is one line.
  static tl::expected<std::unique_ptr<Canary>, std::string> listen(net::EventLoop& loop, const std::string& address, std::uint64_t seed);

  // Another URL each time: "http://10.0.0.7:40123/c1-5fe1". `fetched` is told "GET /c1-5fe1 from 10.0.0.5:4711".
  std::string url(std::function<void(const std::string& how)> fetched);
  // Somebody asks for that target. False where it is none of its URLs.
  bool hear(const std::string& method, std::string_view target, const std::string& from);

 private:
  struct Watched {
    std::function<void(const std::string& how)> fetched;
    int times = 0;
  };
  std::string host_;
  std::uint64_t seed_;
  std::map<std::string, Watched, std::less<>> watched_;  // by target
  std::unique_ptr<net::Server> server_;
};

}  // namespace understudy::scenarios
