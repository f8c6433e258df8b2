// Carries requests over real TLS: OpenSSL on a non-blocking socket of the event loop.
#pragma once

#include <memory>

#include "net/carrier.h"
#include "net/event_loop.h"

namespace understudy::net {

struct CarrierSettings {
  bool validate = false;             // parse answers against the schema too
  std::size_t max_head = 64 * 1024;  // bytes of an answer's head
  std::size_t max_body = 1024 * 1024;  // bytes of a body; the rest is not read
};

class HttpsCarrier : public Carrier {
 public:
  explicit HttpsCarrier(EventLoop& loop, CarrierSettings settings = {});
  ~HttpsCarrier() override;
  void carry(Order order, std::function<void(transcript::Exchange)> done) override;
  void close(const std::string& phone) override;

  // Asked with every numeric address before a connection to it; false refuses (the exchange fails with no_connection).
  std::function<bool(const std::string& address)> may_connect;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace understudy::net
