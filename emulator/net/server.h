// A small HTTP(S) server on the event loop that sends exactly the bytes that it is given, right or wrong.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "net/event_loop.h"
#include "wpi/http.h"

namespace understudy::net {

struct Caller {
  std::string remote;            // "127.0.0.1:43212"
  std::uint64_t connection = 0;  // counts from 1
  bool encrypted = true;
  std::string local = {};  // the address that was called: "127.0.0.11:8085"
  std::string certificate = {};  // PEM, of a client that showed one and was asked for it
  microseconds took{};  // from this request's first byte to its last
};

// What goes onto the connection in answer to a request.
struct Served {
  std::string bytes;      // exactly these; none, with `close`: closed unanswered
  microseconds after{};   // waits so long first
  std::size_t piece = 0;  // if not 0: so many bytes at a time ...
  microseconds every{};   // ... and so long between them
  bool close = false;     // closes the connection afterwards
};
// Called on the loop, once a request; it may stop or destroy the server.
using Handler = std::function<Served(const wpi::HttpRequest&, const Caller&)>;

struct ServerTls {
  std::string certificate_pem;  // the chain, own certificate first
  std::string key_pem;
  std::string min_version = "TLSv1";  // "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"
  std::string max_version = "TLSv1.3";
  // Who may have signed the certificates of clients, PEM each; empty: none is asked for. One that is not valid by them is
  // refused in the handshake; so is a client without, where it is required.
  std::vector<std::string> client_cas_pem = {};
  bool client_required = true;
  bool client_may_renegotiate = false;  // up to TLS 1.2
  bool resumes = false;                 // gives clients tickets, with which they may resume their session
};

class Server;

struct ServerSettings {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;                     // 0: a free one
  std::string device;                         // the network device that it is reached by, "lo"; empty: any
  std::optional<ServerTls> tls;               // none: plain HTTP
  std::size_t max_request = 8 * 1024 * 1024;  // bytes; a larger one is answered 413 and closed
  // Open at once; 0: no bound but the process's descriptors. When full, the connection that has waited
  // longest for a whole request gives way to a new one. One that is being answered does not: where all are,
  // the new one is closed.
  std::size_t max_connections = 0;
  // Keep-alive (guide p.12). It is also the time that a whole request may take to come, and a whole piece of
  // an answer to be taken: a byte now and then gains nothing.
  microseconds idle = std::chrono::seconds(10);
  // Asked once a connection, before anything is read; false closes it unanswered. Empty: everybody may call.
  // It must not stop the server.
  std::function<bool(const Caller&)> admits;
  // Asked once a connection: the branch that takes it; nullptr: this server does. Empty: it always does.
  std::function<Server*(const Caller&)> branch_of = {};
  // Told why a client's certificate was refused in the handshake, one sentence. May be empty.
  std::function<void(const Caller&, const std::string& why)> refused;
};

class Server {
 public:
  static tl::expected<std::unique_ptr<Server>, std::string> listen(EventLoop& loop, ServerSettings settings,
                                                                   Handler handler);
  // Listens nowhere: serves what another server hands to it, on a loop that another thread may run. Of the settings those of the
  // place where it would listen do not count. It must outlive the other's loop, or its loop this one's.
  static std::unique_ptr<Server> branch(EventLoop& loop, ServerSettings settings, Handler handler);
  ~Server();
  std::uint16_t port() const;
  // Stops listening and closes every connection.
  void stop();

 private:
  Server();
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

// Reads requests from a stream of bytes, as many as come; used by the server and by services in process.
class RequestReader {
 public:
  explicit RequestReader(std::size_t max_bytes) : max_bytes_(max_bytes) {}
  void take(std::string_view bytes) { bytes_.append(bytes); }
  enum class State { incomplete, request, malformed, too_large };
  // `request` is filled where State::request is returned; its bytes are taken out. After malformed and
  // too_large nothing more can be read.
  State next(wpi::HttpRequest& request);

 private:
  State read_head();
  bool parse_head(std::string_view head);
  bool parse_framing();
  State read_body(wpi::HttpRequest& request);

  std::size_t max_bytes_;
  std::string bytes_;
  std::size_t searched_ = 0;              // no end of the head before here
  State failed_ = State::incomplete;      // malformed or too_large, for good
  std::optional<wpi::HttpRequest> open_;  // its head was read, its body is not all there
  std::size_t head_size_ = 0;
  std::uint64_t length_ = 0;
  bool chunked_ = false;
};

}  // namespace understudy::net
