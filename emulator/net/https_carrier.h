// Carries requests over real TLS: OpenSSL on a non-blocking socket of the event loop.
#pragma once

#include <memory>

#include "net/carrier.h"
#include "net/event_loop.h"
#include "net/sample.h"

namespace understudy::net {

struct CarrierSettings {
  Sample validate = {};                     // of answers, that are parsed against the schema too
  std::size_t max_head = 64 * 1024;    // bytes of an answer's head
  std::size_t max_body = 1024 * 1024;  // bytes of a body; the rest is not read
};

// What it says of an exchange beside transcript/entry.h:
// - A kept connection counts as connected and secured at `begun`. If the service closed it meanwhile the
// outcome is
//   `closed` with fresh_connection false, and whoever ordered decides whether to say it again.
// - An answer that is cut off by a close is `answered` with response.complete false; one that is cut off by
// the
//   time-out is `timed_out`, with what came. One that is no HTTP is `closed`, with what came and what is
//   wrong with it.
class HttpsCarrier : public Carrier {
 public:
  // The loop must outlive it.
  explicit HttpsCarrier(EventLoop& loop, CarrierSettings settings = {});
  // What is under way is dropped: its `done` is not called.
  ~HttpsCarrier() override;
  HttpsCarrier(const HttpsCarrier&) = delete;
  HttpsCarrier& operator=(const HttpsCarrier&) = delete;

  // A phone that orders again before the answer came interrupts itself.
  void carry(Order order, std::function<void(transcript::Exchange)> done) override;
  // A request under way ends as interrupted.
  void close(const std::string& phone) override;

  // So many answers were parsed against the schema.
  std::uint64_t validated() const;

  // Asked with the order's host and every numeric address of it before a connection to that; false refuses (the exchange ends as
  // not_allowed).
  std::function<bool(const std::string& host, const std::string& address)> may_connect;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace understudy::net
