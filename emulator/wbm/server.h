// Serves the site over HTTPS, with a thread a connection (Poco).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <tl/expected.hpp>

#include "wbm/web.h"

namespace understudy::wbm {

struct ServerSettings {
  std::string address = "127.0.0.1";  // numeric
  std::uint16_t port = 0;             // 0: a free one
  std::string certificate_pem;        // the chain, own certificate first
  std::string key_pem;
  std::size_t max_body = 1024 * 1024; // bytes of a request; more is answered 413
  std::chrono::milliseconds answers_within = std::chrono::seconds(10);  // of the site's thread; then 503
  int max_threads = 300;              // connections at once, also those that are kept open
  int max_streams = 200;              // of events among them; one more is answered 503
};

class Server {
 public:
  // `post` hands work to the thread that the site lives on, from any thread; `ask` is called there. Where that thread does
  // not come to it in time, the browser gets 503. The error is one line.
  static tl::expected<std::unique_ptr<Server>, std::string> open(ServerSettings settings,
                                                                 std::function<void(std::function<void()>)> post,
                                                                 std::function<Answer(const Asked&)> ask);
  // Ends every connection. The site's feeds have to be closed before; what was posted is not called any more.
  ~Server();
  std::uint16_t port() const;
  // From now on new connections see this certificate; those that are open stay. False where OpenSSL does not take it: then
  // nothing changes.
  bool use_certificate(const std::string& certificate_pem, const std::string& key_pem);

 private:
  Server();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace understudy::wbm
