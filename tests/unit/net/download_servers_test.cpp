// Files from servers that people really have: pyftpdlib and nginx, both Debian's, on loopback.
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <optional>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "download_support.h"
#include "support/folder.h"

namespace understudy::net {
namespace {

using namespace std::chrono_literals;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// A program that runs beside the test, and goes with the object.
class Daemon {
 public:
  explicit Daemon(std::vector<std::string> words) {
    int out[2];
    if (::pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(out[1], 1);
      ::execv(argv[0], argv.data());
      ::_exit(127);
    }
    ::close(out[1]);
    out_ = out[0];
  }
  ~Daemon() {
    end();
    ::close(out_);
  }
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;
  // Its first line.
  std::string line() {
    std::string text;
    for (char c = 0; ::read(out_, &c, 1) == 1 && c != '\n';) text += c;
    return text;
  }
  void end() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(std::exchange(pid_, -1), nullptr, 0);
  }
  bool runs() const { return ::waitpid(pid_, nullptr, WNOHANG) == 0; }

 private:
  pid_t pid_ = -1;
  int out_ = -1;
};

constexpr const char* ftp_server = R"(
import logging, sys
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler, DTPHandler, ThrottledDTPHandler, proto_cmds
from pyftpdlib.servers import FTPServer
logging.disable(logging.CRITICAL)
way = sys.argv[2]
authorizer = DummyAuthorizer()
authorizer.add_user('ftpuser', 'secret', sys.argv[1])
class Handler(FTPHandler):
    pass
Handler.authorizer = authorizer
if way in ('pasv', 'foreign'):
    Handler.proto_cmds = {k: v for k, v in proto_cmds.items() if k != 'EPSV'}
if way == 'foreign':
    Handler.masquerade_address = '192.0.2.1'
if way == 'slow':
    class Slow(ThrottledDTPHandler):
        write_limit = 1
    Handler.dtp_handler = Slow
if way == 'lost':
    Handler.use_sendfile = False
    class Lost(DTPHandler):
        def send(self, data):
            sent = DTPHandler.send(self, data[:1000])
            self.close()
            return sent
    Handler.dtp_handler = Lost
server = FTPServer(('127.0.0.1', 0), Handler)
print(server.address[1], flush=True)
server.serve_forever(handle_exit=False)
)";

class FromPyftpdlib : public Fetched {
 protected:
  void SetUp() override {
    folder_.put("logo.png", std::string(50'000, 'x'));
    folder_.put("empty.png", "");
    std::ofstream(folder_ / "huge.png").put('x');
    std::filesystem::resize_file(folder_ / "huge.png", std::uintmax_t{2} << 30);
    std::filesystem::create_directory(folder_ / "media");
    folder_.put("media/bell.wav", "bell");
  }
  std::uint16_t start(const std::string& way = "") {
    servers_.push_back(std::make_unique<Daemon>(
        std::vector<std::string>{"/usr/bin/python3", "-B", "-c", ftp_server, folder_ / "", way}));
    return static_cast<std::uint16_t>(std::stoi(servers_.back()->line()));
  }
  Folder folder_;
  std::vector<std::unique_ptr<Daemon>> servers_;
};

TEST_F(FromPyftpdlib, AFileComesFromItsFolder) {
  const std::uint16_t port = start();
  EXPECT_EQ(outcome(by_ftp(port, "bell.wav", "/media")), "bell");
  EXPECT_EQ(outcome(by_ftp(port, "bell.wav", "media")), "bell");
  EXPECT_EQ(outcome(by_ftp(port)), std::string(50'000, 'x'));
  EXPECT_EQ(outcome(by_ftp(start("pasv"))), std::string(50'000, 'x'));
}

TEST_F(FromPyftpdlib, WhatIsWrongIsSaid) {
  const std::uint16_t port = start();
  DownloadOrder wrong = by_ftp(port);
  wrong.source.password = "wrong";
  EXPECT_THAT(outcome(wrong), StartsWith("failed: the server does not take user and password: \"530"));
  EXPECT_THAT(outcome(by_ftp(port, "none.png")), StartsWith("failed: the server does not have it: \"550"));
  EXPECT_THAT(outcome(by_ftp(port, "media")), StartsWith("failed: it is a directory: \"550"));
  EXPECT_EQ(outcome(by_ftp(port, "empty.png")), "failed: the file is empty");
  EXPECT_EQ(outcome(by_ftp(port, "huge.png")),
            "failed: the server announces 2147483648 bytes: larger than the 100000 bytes that a phone takes");
}

TEST_F(FromPyftpdlib, AConnectionThatIsLostInTheMiddleIsSaid) {
  EXPECT_THAT(outcome(by_ftp(start("lost"))),
              AnyOf(HasSubstr("lost after 1000 of 50000 bytes"), HasSubstr("broke off after 1000")));
}

TEST_F(FromPyftpdlib, ADataConnectionToAForeignAddressIsRefused) {
  allowed_ = [](const std::string&, const std::string& address) { return is_near(address); };
  EXPECT_EQ(outcome(by_ftp(start("foreign"))), "failed: a connection to 192.0.2.1 is not allowed");
}

TEST_F(FromPyftpdlib, ASlowOneHoldsUpNoOther) {
  const std::uint16_t slow = start("slow"), fast = start();
  pool_ = std::make_unique<DownloadPool>(loop_, allowed_);
  int slow_ones = 0;
  for (int i = 0; i < 70; ++i) pool_->fetch(by_ftp(slow), [&](const Downloaded&) { ++slow_ones; });
  EXPECT_EQ(outcome(by_ftp(fast)), std::string(50'000, 'x'));
  EXPECT_EQ(slow_ones, 0);
}

class FromNginx : public Fetched {
 protected:
  void SetUp() override {
    folder_.put("logo.png", std::string(50'000, 'x'));
    folder_.put("empty.png", "");
    std::ofstream(folder_ / "huge.png").put('x');
    std::filesystem::resize_file(folder_ / "huge.png", std::uintmax_t{2} << 30);
    std::filesystem::create_directory(folder_ / "media");
    folder_.put("password", "webuser:{PLAIN}secret\n");
    const auto authority = certs::Authority::make(std::chrono::system_clock::now()).value();
    for (const auto ready : {certs::Ready::valid, certs::Ready::wrong_name}) {
      const std::string name(name_of(ready));
      ASSERT_TRUE(certs::write_pem(authority.issue(certs::profile_of(ready, {"127.0.0.1"})).value(),
                                   folder_ / (name + ".pem"), folder_ / (name + ".key")));
    }
  }
  std::string server(std::uint16_t port, const std::string& certificate) const {
    return "server { listen 127.0.0.1:" + std::to_string(port) + " ssl; ssl_certificate " +
           (folder_ / (certificate + ".pem")) + "; ssl_certificate_key " +
           (folder_ / (certificate + ".key")) + "; root " + (folder_ / "") +
           "; location /locked/ { auth_basic locked; auth_basic_user_file " + (folder_ / "password") +
           "; alias " + (folder_ / "") +
           "; } location /elsewhere { return 302 /logo.png; } location /slow/ { limit_rate 1000; alias " +
           (folder_ / "") + "; } }\n";
  }
  // On ports that are free when it starts; another one's luck is tried again.
  void start() {
    for (int tries = 0; tries < 5 && !nginx_; ++tries) {
      {
        const Rude one([](Line&) {}), other([](Line&) {});
        port_ = one.port();
        wrong_name_port_ = other.port();
      }
      folder_.put("nginx.conf",
                  "daemon off; master_process off; error_log stderr crit; pid " + (folder_ / "nginx.pid") +
                      "; events { worker_connections 200; } http { access_log off; client_body_temp_path " +
                      (folder_ / "t1") + "; proxy_temp_path " + (folder_ / "t2") + "; fastcgi_temp_path " +
                      (folder_ / "t3") + "; uwsgi_temp_path " + (folder_ / "t4") + "; scgi_temp_path " +
                      (folder_ / "t5") + ";\n" + server(port_, "valid") +
                      server(wrong_name_port_, "wrong_name") + "}\n");
      nginx_.emplace(std::vector<std::string>{"/usr/sbin/nginx", "-e", "stderr", "-p", folder_ / "", "-c",
                                              folder_ / "nginx.conf"});
      std::string came = "refused";
      while (nginx_->runs() && came.find("refused") != std::string::npos) came = outcome(by_https(port_));
      if (!nginx_->runs()) nginx_.reset();
    }
    ASSERT_TRUE(nginx_) << "no nginx";
  }
  Folder folder_;
  std::optional<Daemon> nginx_;
  std::uint16_t port_ = 0, wrong_name_port_ = 0;
};

TEST_F(FromNginx, AFileComesAndWhatIsWrongIsSaid) {
  start();
  EXPECT_EQ(outcome(by_https(port_)), std::string(50'000, 'x'));
  EXPECT_THAT(outcome(by_https(port_, "/none.png")), StartsWith("failed: the server does not have it: 404"));
  EXPECT_THAT(outcome(by_https(port_, "/media")),
              StartsWith("failed: the server sends it elsewhere, where a phone does not follow: 301"));
  EXPECT_THAT(outcome(by_https(port_, "/media/")), StartsWith("failed: the server does not allow it: 403"));
  EXPECT_THAT(outcome(by_https(port_, "/elsewhere")), HasSubstr("where a phone does not follow: 302"));
  EXPECT_EQ(outcome(by_https(port_, "/empty.png")), "failed: the file is empty");
  EXPECT_EQ(outcome(by_https(port_, "/huge.png")),
            "failed: the server announces 2147483648 bytes: larger than the 100000 bytes that a phone takes");
}

TEST_F(FromNginx, UserAndPasswordAreAskedFor) {
  start();
  DownloadOrder order = by_https(port_, "/locked/logo.png");
  EXPECT_THAT(outcome(order), StartsWith("failed: the server does not take user and password: 401"));
  order.source.username = "webuser";
  order.source.password = "secret";
  EXPECT_EQ(outcome(order), std::string(50'000, 'x'));
  order.source.password = "wrong";
  EXPECT_THAT(outcome(order), HasSubstr("401"));
}

TEST_F(FromNginx, ACertificateForAnotherHostIsTakenAndNoted) {
  start();
  const Downloaded came = fetch(by_https(wrong_name_port_));
  EXPECT_TRUE(came.bytes) << came.why;
  EXPECT_THAT(came.notes, ElementsAre("its certificate is for another host"));
}

TEST_F(FromNginx, AConnectionThatIsLostInTheMiddleIsSaid) {
  start();
  std::string why;
  const auto number = pool_->fetch(by_https(port_, "/slow/logo.png"),
                                   [&](const Downloaded& downloaded) { why = downloaded.why; });
  while (pool_->progress(number).received == 0 && why.empty()) loop_.run([] { return false; }, 1ms);
  EXPECT_EQ(outcome(by_https(port_)), std::string(50'000, 'x')) << "the slow one holds it up";
  nginx_->end();
  ASSERT_TRUE(loop_.run([&] { return !why.empty(); }, 20s));
  EXPECT_THAT(why, HasSubstr(" of 50000 bytes"));
  EXPECT_THAT(why, StartsWith("the connection was lost after "));
}

}  // namespace
}  // namespace understudy::net
