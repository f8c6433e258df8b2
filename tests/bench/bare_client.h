// The yardstick: as little as a client can do that sends the same bytes over TLS. Blocking, one connection a call.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

struct ssl_ctx_st;

namespace understudy::bench {

class BareClient {
 public:
  explicit BareClient(std::uint16_t port);
  ~BareClient();
  BareClient(const BareClient&) = delete;
  BareClient& operator=(const BareClient&) = delete;

  // Connects to 127.0.0.1, shakes hands in full, sends each request and reads its answer by Content-Length, closes.
  // False if anything failed.
  bool talk(const std::vector<std::string>& requests);

 private:
  std::uint16_t port_;
  ssl_ctx_st* context_;
};

}  // namespace understudy::bench
