#include "download_support.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <optional>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace understudy::net {

// Others hold duplicates of it: it has to be shut down.
Line::~Line() {
  ::shutdown(socket_, SHUT_RDWR);
  ::close(socket_);
}

bool Line::say(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

std::string Line::hear() {
  for (;;) {
    if (const std::size_t end = heard_.find("\r\n"); end != std::string::npos) {
      std::string line = heard_.substr(0, end);
      heard_.erase(0, end + 2);
      return line;
    }
    std::array<char, 4096> piece;
    const ssize_t n = ::recv(socket_, piece.data(), piece.size(), 0);
    if (n <= 0) return {};
    heard_.append(piece.data(), static_cast<std::size_t>(n));
  }
}

void Line::wait_for_end() {
  std::array<char, 4096> piece;
  while (::recv(socket_, piece.data(), piece.size(), 0) > 0) continue;
}

void Line::reset() {
  sockaddr nobody{};
  nobody.sa_family = AF_UNSPEC;
  ::connect(socket_, &nobody, sizeof nobody);
}

Rude::Rude(std::function<void(Line&)> with_each) {
  listens_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  if (::bind(listens_, reinterpret_cast<sockaddr*>(&at), size) != 0 || ::listen(listens_, 128) != 0)
    throw std::runtime_error("no port");
  ::getsockname(listens_, reinterpret_cast<sockaddr*>(&at), &size);
  port_ = ntohs(at.sin_port);
  accepts_ = std::thread([this, with_each = std::move(with_each)] {
    for (;;) {
      const int socket = ::accept4(listens_, nullptr, nullptr, SOCK_CLOEXEC);
      if (socket < 0) return;
      ++connections_;
      const std::scoped_lock lock(mutex_);
      open_.push_back(::dup(socket));
      threads_.emplace_back([with_each, socket] {
        Line line(socket);
        with_each(line);
      });
    }
  });
}

Rude::~Rude() {
  ::shutdown(listens_, SHUT_RDWR);
  accepts_.join();
  for (const int socket : open_) ::shutdown(socket, SHUT_RDWR);
  for (std::thread& thread : threads_) thread.join();
  for (const int socket : open_) ::close(socket);
  ::close(listens_);
}

FtpServer::FtpServer(FtpScript script) : script_(std::move(script)) {
  data_ = std::make_unique<Rude>([this](Line& line) { script_.data(line); });
  control_ = std::make_unique<Rude>([this](Line& line) { talk(line); });
}

std::vector<std::string> FtpServer::heard() {
  const std::scoped_lock lock(mutex_);
  return heard_;
}

void FtpServer::talk(Line& line) {
  const std::uint16_t port = data_->port();
  const auto said = [&](std::string reply, const std::string& number) {
    if (const std::size_t at = reply.find('%'); at != std::string::npos) reply.replace(at, 1, number);
    return reply + "\r\n";
  };
  line.say(script_.greeting + "\r\n");
  for (std::string command = line.hear(); !command.empty(); command = line.hear()) {
    {
      const std::scoped_lock lock(mutex_);
      heard_.push_back(command);
    }
    const std::string word = command.substr(0, command.find(' '));
    std::string reply = "200 ok\r\n";
    if (word == "USER") reply = script_.user + "\r\n";
    if (word == "PASS") reply = script_.pass + "\r\n";
    if (word == "SIZE") reply = script_.size + "\r\n";
    if (word == "CWD") reply = script_.cwd + "\r\n";
    if (word == "EPSV") reply = said(script_.epsv, std::to_string(port));
    if (word == "PASV")
      reply = said(script_.pasv, std::to_string(port / 256) + "," + std::to_string(port % 256));
    if (word == "RETR") {
      line.say(script_.retr + "\r\n");
      if (script_.last == "close") return;
      if (!script_.retr.starts_with('1') || script_.last.empty()) continue;
      reply = script_.last + "\r\n";
    }
    if (word == "QUIT") reply = "221 bye\r\n";
    line.say(reply);
    if (word == "QUIT") return;
  }
}

DownloadOrder Fetched::by_ftp(std::uint16_t port, const std::string& name, const std::string& path) {
  DownloadOrder order;
  order.source.server = "127.0.0.1";
  order.source.port = port;
  order.source.path = path;
  order.source.username = "ftpuser";
  order.source.password = "secret";
  order.name = name;
  order.most_bytes = 100'000;
  return order;
}

DownloadOrder Fetched::by_https(std::uint16_t port, const std::string& path) {
  DownloadOrder order;
  order.source.url = "https://127.0.0.1:" + std::to_string(port) + path;
  order.name = "logo.png";
  order.most_bytes = 100'000;
  return order;
}

Downloaded Fetched::fetch(DownloadOrder order) {
  if (!pool_) pool_ = std::make_unique<DownloadPool>(loop_, allowed_);
  std::optional<Downloaded> result;
  pool_->fetch(std::move(order), [&](Downloaded downloaded) {
    EXPECT_FALSE(result) << "done was called twice";
    result = std::move(downloaded);
  });
  EXPECT_TRUE(loop_.run([&] { return result.has_value(); }, seconds(20))) << "done was not called";
  return result.value_or(Downloaded{});
}

std::string Fetched::outcome(DownloadOrder order) {
  std::string port = ":" + std::to_string(order.source.port);
  if (const std::size_t colon = order.source.url.rfind(':'); colon != std::string::npos)
    port = order.source.url.substr(colon, order.source.url.find('/', colon) - colon);
  const Downloaded came = fetch(std::move(order));
  if (came.bytes) return *came.bytes;
  std::string why = "failed: " + came.why;
  if (const std::size_t at = why.find(port); at != std::string::npos) why.replace(at, port.size(), ":PORT");
  return why;
}

}  // namespace understudy::net
