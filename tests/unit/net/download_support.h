// Servers of files that misbehave, and what is made of them.
#pragma once

#include <atomic>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "net/download_pool.h"
#include "net_support.h"

namespace understudy::net {

// One connection that a server has, blocking.
class Line {
 public:
  explicit Line(int socket) : socket_(socket) {}
  ~Line();
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;
  bool say(std::string_view bytes);  // false: the other side has gone
  std::string hear();                // a line without its end; empty: it has gone
  void wait_for_end();               // until the other side closes
  void reset();                      // closes rudely

 private:
  int socket_;
  std::string heard_;
};

// Listens on a port of 127.0.0.1; each connection is dealt with on a thread of its own.
class Rude {
 public:
  explicit Rude(std::function<void(Line&)> with_each);
  ~Rude();
  Rude(const Rude&) = delete;
  Rude& operator=(const Rude&) = delete;
  std::uint16_t port() const { return port_; }
  int connections() const { return connections_; }

 private:
  int listens_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_ = 0;
  std::mutex mutex_;
  std::vector<int> open_;
  std::vector<std::thread> threads_;
  std::thread accepts_;
};

// What an FTP server says to commands; those that are not named get 200. `last` follows a RETR that was answered by 1xx;
// with "close" it closes instead.
struct FtpScript {
  std::string greeting = "220 ready";
  std::string user = "331 password?", pass = "230 welcome", size = "213 5", epsv = "229 (|||%|)",
              pasv = "227 (127,0,0,1,%)", retr = "150 here it comes", last = "226 done", cwd = "550 no";
  std::function<void(Line&)> data = [](Line& line) { line.say("hello"); };
};
class FtpServer {
 public:
  explicit FtpServer(FtpScript script);
  std::uint16_t port() const { return control_->port(); }
  int data_connections() const { return data_->connections(); }
  std::vector<std::string> heard();

 private:
  void talk(Line& line);
  FtpScript script_;
  std::mutex mutex_;
  std::vector<std::string> heard_;
  std::unique_ptr<Rude> data_, control_;
};

// Fetches on a loop of its own.
class Fetched : public ::testing::Test {
 protected:
  static DownloadOrder by_ftp(std::uint16_t port, const std::string& name = "logo.png",
                              const std::string& path = "");
  static DownloadOrder by_https(std::uint16_t port, const std::string& path = "/logo.png");
  Downloaded fetch(DownloadOrder order);
  // What came, or "failed: " and why, with the ports of these tests as PORT.
  std::string outcome(DownloadOrder order);

  EventLoop loop_;
  MayConnect allowed_;
  std::unique_ptr<DownloadPool> pool_;
};

}  // namespace understudy::net
