#include "program_support.h"

#include <algorithm>
#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "certs/authority.h"
#include "support/messages.h"

namespace understudy::e2e {

namespace {

std::string program() { return UNDERSTUDY_PROGRAM; }

void read_some(int fd, std::string& into, bool& open) {
  char buffer[65536];
  const ssize_t n = ::read(fd, buffer, sizeof buffer);
  if (n > 0)
    into.append(buffer, static_cast<std::size_t>(n));
  else
    open = false;
}

bool has(const std::vector<std::string>& arguments, const char* option) {
  return std::find(arguments.begin(), arguments.end(), option) != arguments.end();
}

}  // namespace

Running::Running(std::vector<std::string> arguments, Program which) {
  // The library takes half a minute; it is for the tests that name a suite.
  if (which == Program::ours && arguments.size() > 1 && arguments[0] == "check" && !has(arguments, "--suite") && !has(arguments, "--help"))
    arguments.insert(arguments.begin() + 2, {"--suite", "quick"});
  int in[2], out[2], err[2];
  if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0 || ::pipe2(err, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  if (which == Program::ours) arguments.insert(arguments.begin(), program());
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  pid_ = ::fork();
  if (pid_ == 0) {
    ::dup2(in[0], 0);
    ::dup2(out[1], 1);
    ::dup2(err[1], 2);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  ::close(in[0]);
  ::close(out[1]);
  ::close(err[1]);
  in_ = in[1];
  out_ = out[0];
  err_ = err[0];
}

Running::~Running() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  if (in_ >= 0) ::close(in_);
  if (out_ >= 0) ::close(out_);
  if (err_ >= 0) ::close(err_);
}

std::string Running::wait_for(const std::string& text) {
  bool open = true;
  while (open && ran_.out.find(text) == std::string::npos) read_some(out_, ran_.out, open);
  EXPECT_NE(ran_.out.find(text), std::string::npos) << "no \"" << text << "\" in: " << ran_.out;
  return ran_.out;
}

void Running::type(const std::string& line) {
  const std::string bytes = line + "\n";
  EXPECT_EQ(::write(in_, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
}

void Running::signal(int number) { ::kill(pid_, number); }

Ran Running::finish() {
  bool out_open = true, err_open = true;
  while (out_open || err_open) {
    pollfd fds[2] = {{out_open ? out_ : -1, POLLIN, 0}, {err_open ? err_ : -1, POLLIN, 0}};
    if (::poll(fds, 2, -1) < 0) continue;
    if (fds[0].revents) read_some(out_, ran_.out, out_open);
    if (fds[1].revents) read_some(err_, ran_.err, err_open);
  }
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  ran_.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return ran_;
}

Ran run(std::vector<std::string> arguments) { return Running(std::move(arguments)).finish(); }

OurService::OurService(std::vector<std::string> arguments)
    : running_([&] {
        arguments.insert(arguments.begin(), {"service", "--port", "0"});
        return arguments;
      }()) {
  const std::string said = running_.wait_for("Ctrl-C");
  const std::size_t at = said.find("https://");
  url_ = said.substr(at, said.find('\n', at) - at);
}

Peer::Peer(Behaviour behaviour) : behaviour_(std::move(behaviour)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address);
  ::listen(listener_, 64);
  socklen_t length = sizeof address;
  ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] {
    for (;;) {
      const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (socket < 0) return;
      behaviour_(socket);
      ::close(socket);
    }
  });
}

Peer::~Peer() {
  ::shutdown(listener_, SHUT_RDWR);  // ends accept
  thread_.join();
  ::close(listener_);
}

struct TlsPeer::Impl {
  Answer answer;
  SSL_CTX* context = nullptr;
  std::unique_ptr<Peer> peer;
  ~Impl() {
    peer.reset();
    SSL_CTX_free(context);
  }

  void talk(int socket) const {
    SSL* ssl = SSL_new(context);
    SSL_set_fd(ssl, socket);
    if (SSL_accept(ssl) == 1) {
      const Say say = [&](std::string_view bytes) {
        return bytes.empty() || SSL_write(ssl, bytes.data(), static_cast<int>(bytes.size())) > 0;
      };
      std::string bytes;
      char buffer[65536];
      for (int n = 0; (n = SSL_read(ssl, buffer, sizeof buffer)) > 0;) {
        bytes.append(buffer, static_cast<std::size_t>(n));
        const std::size_t head = bytes.find("\r\n\r\n");
        if (head == std::string::npos) continue;
        const std::size_t length = bytes.find("Content-Length: ");
        const std::size_t whole = head + 4 + (length < head ? std::strtoul(bytes.c_str() + length + 16, nullptr, 10) : 0);
        if (bytes.size() < whole) continue;
        const std::string request = bytes.substr(0, whole);
        bytes.erase(0, whole);
        if (!answer(request, say)) break;
      }
      SSL_shutdown(ssl);
    }
    SSL_free(ssl);
  }
};

TlsPeer::TlsPeer(Answer answer) : impl_(std::make_unique<Impl>()) {
  std::signal(SIGPIPE, SIG_IGN);
  impl_->answer = std::move(answer);
  impl_->context = SSL_CTX_new(TLS_server_method());
  SSL_CTX_set_cipher_list(impl_->context, "ALL:@SECLEVEL=0");
  SSL_CTX_set_min_proto_version(impl_->context, TLS1_VERSION);
  const auto authority = certs::Authority::make(std::chrono::system_clock::now());
  const auto pem = authority->issue(certs::profile_of(certs::Ready::valid, {"127.0.0.1"}));
  BIO* bio = BIO_new_mem_buf(pem->certificate.data(), static_cast<int>(pem->certificate.size()));
  X509* certificate = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
  SSL_CTX_use_certificate(impl_->context, certificate);
  X509_free(certificate);
  BIO_free(bio);
  bio = BIO_new_mem_buf(pem->key.data(), static_cast<int>(pem->key.size()));
  EVP_PKEY* key = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
  SSL_CTX_use_PrivateKey(impl_->context, key);
  EVP_PKEY_free(key);
  BIO_free(bio);
  impl_->peer = std::make_unique<Peer>([impl = impl_.get()](int socket) { impl->talk(socket); });
  url_ = impl_->peer->url();
}

TlsPeer::~TlsPeer() = default;

std::string message_answer(const std::string& request, const std::string& inside) {
  const std::size_t at = request.find("nonce=");  // in either kind of quotes
  const std::string nonce = at == std::string::npos ? "" : request.substr(at + 7, request.find(request[at + 6], at + 7) - at - 7);
  const std::string body = service_message(inside, nonce);
  return "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nSet-Cookie: s=1; Secure; HttpOnly\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace understudy::e2e
