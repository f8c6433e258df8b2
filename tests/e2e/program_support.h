// Runs the built program as a user does, and peers that are no good service.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "support/folder.h"

namespace understudy::e2e {

struct Ran {
  int status = -1;           // exit status; 128 + n where signal n ended it
  std::string out, err;
  std::string all() const { return out + err; }
};

// A program that runs beside the test. Ended, if it still runs, when the object goes.
class Running {
 public:
  enum class Program { ours, any };  // any: the first argument is its path
  explicit Running(std::vector<std::string> arguments, Program program = Program::ours);
  ~Running();
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  // Reads standard output until it contains `text`, and gives what came so far; gives up when the output ends.
  std::string wait_for(const std::string& text);
  void signal(int number);
  // Writes a line to the program's standard input.
  void type(const std::string& line);
  // Reads the rest and waits for the end.
  Ran finish();

 private:
  pid_t pid_ = -1;
  int in_ = -1, out_ = -1, err_ = -1;
  Ran ran_;
};

Ran run(std::vector<std::string> arguments);

// Our own service in a process of its own.
class OurService {
 public:
  explicit OurService(std::vector<std::string> arguments = {});
  const std::string& url() const { return url_; }

 private:
  Running running_;
  std::string url_;
};

// A TCP port of 127.0.0.1 that does with each connection what it is told, on a thread of its own; the socket is closed
// behind it. Ends with the object.
class Peer {
 public:
  using Behaviour = std::function<void(int socket)>;
  explicit Peer(Behaviour behaviour);
  ~Peer();
  std::uint16_t port() const { return port_; }
  std::string url() const { return "https://127.0.0.1:" + std::to_string(port_); }

 private:
  int listener_ = -1;
  std::uint16_t port_ = 0;
  Behaviour behaviour_;
  std::thread thread_;
};

// The same behind a TLS handshake with a certificate made for it: `answer` gets each request's bytes and writes with
// `say`; false closes.
class TlsPeer {
 public:
  using Say = std::function<bool(std::string_view bytes)>;
  using Answer = std::function<bool(const std::string& request, const Say& say)>;
  explicit TlsPeer(Answer answer);
  ~TlsPeer();
  const std::string& url() const { return url_; }

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  std::string url_;
};

// An HTTP answer with a DLSMessage that carries the nonce of `request` and has this inside Message.
std::string message_answer(const std::string& request, const std::string& inside);

}  // namespace understudy::e2e
