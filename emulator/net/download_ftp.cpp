// By FTP (guide p.53): log in, ask for the size, fetch in binary over a passive data connection.
#include <Poco/Net/DialogSocket.h>
#include <Poco/Net/FTPClientSession.h>
#include <Poco/Net/NetException.h>
#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "net/download_parts.h"
#include "net/target.h"
#include "net/words.h"

namespace understudy::net {

namespace {

using Poco::Net::FTPException;
using Poco::Net::StreamSocket;

constexpr std::uint64_t most_dialog = 64 * 1024;  // bytes that a server may say on the control connection
constexpr auto farewell = std::chrono::seconds(1);
constexpr int no_such_file = 550, not_logged_in = 530;

std::string first_line(const std::string& reply) {
  return quoted(reply.substr(0, reply.find_first_of("\r\n")), 100);
}

// Poco puts its own words before the server's.
std::string reply_in(const FTPException& error) {
  const std::string& text = error.message();
  const std::size_t colon = text.find(": ");
  return first_line(colon == std::string::npos ? text : text.substr(colon + 2));
}

// A reply without a number is none: the connection ended.
[[noreturn]] void refused(const Fetching& fetching, const std::string& what, const FTPException& error) {
  if (error.code() < 100 || fetching.leash.cut_by() != Leash::Cut::none) fetching.lost();
  throw DownloadFailure{what + ": " + reply_in(error)};
}

// Makes the data connection itself, so that the address that the server names is asked about, and hangs on the leash.
class Session : public Poco::Net::FTPClientSession {
 public:
  Session(const Fetching& fetching, const StreamSocket& control)
      : FTPClientSession(control, false), fetching_(fetching) {
    setTimeout(Poco::Timespan(fetching.leash.total().count() + 10'000'000));
  }
  // Poco would read it in its constructor, where nothing can be set yet.
  void greet() {
    std::string reply;
    const int status = _pControlSocket->receiveStatusMessage(reply);
    if (!isPositiveCompletion(status)) throw FTPException("greeting", reply, status);
  }
  StreamSocket open(const std::string& path) {
    beginDownload(path);
    return std::exchange(data_, StreamSocket());
  }

 protected:
  StreamSocket establishDataConnection(const std::string& command, const std::string& argument) override {
    const Poco::Net::SocketAddress where = sendPassiveCommand();
    // What is allowed for the server holds for its own address, and for no other that it names.
    const bool same = where.host() == _pControlSocket->peerAddress().host();
    data_ = fetching_.connect_to(where, same ? fetching_.order.source.server : where.host().toString());
    std::string reply;
    const int status = sendCommand(command, argument, reply);
    if (!isPositivePreliminary(status)) throw FTPException(command, reply, status);
    fetching_.leash.goes_on();
    return data_;
  }

 private:
  const Fetching& fetching_;
  StreamSocket data_;
};

// A server that is in the middle of something is not waited for.
struct Goodbye {
  Leash& leash;
  bool politely = false;
  ~Goodbye() {
    if (politely)
      leash.has_only(farewell);
    else
      leash.drop();
  }
};

// Where the folder is given without a slash at its front, it counts from where the user is put (inferred).
std::string path_of(const DownloadOrder& order) {
  const std::string& folder = order.source.path;
  if (folder.empty()) return order.name;
  return folder + (folder.ends_with('/') ? "" : "/") + order.name;
}

void log_in(Session& session, const Fetching& fetching) {
  const phone::FileSource& source = fetching.order.source;
  try {
    session.greet();
  } catch (const FTPException& error) {
    refused(fetching, "the server does not greet as FTP servers do", error);
  }
  try {
    session.login(source.username.empty() ? "anonymous" : source.username, source.password);
  } catch (const FTPException& error) {
    if (error.code() == not_logged_in)
      refused(fetching, "the server does not take user and password", error);
    refused(fetching, "the log-in failed", error);
  }
}

// Not every server says it.
void ask_size(Session& session, const std::string& path, Fetching& fetching) {
  std::string reply;
  if (session.sendCommand("SIZE", path, reply) != 213 || reply.size() < 5) return;
  std::uint64_t size = 0;
  const char* digits = reply.data() + 4;
  const auto [end, error] = std::from_chars(digits, reply.data() + reply.size(), size);
  if (error == std::errc() && end != digits) fetching.announce(size);
}

StreamSocket open(Session& session, const std::string& path, const Fetching& fetching) {
  try {
    return session.open(path);
  } catch (const FTPException& error) {
    if (error.code() != no_such_file)
      refused(fetching, "the server does not send it", error);
    std::string ignored;
    if (session.sendCommand("CWD", path, ignored) / 100 == 2)
      refused(fetching, "it is a directory", error);
    refused(fetching, "the server does not have it", error);
  }
}

void read_all(StreamSocket& data, Fetching& fetching) {
  std::array<char, 16 * 1024> piece{};
  try {
    while (const int n = data.receiveBytes(piece.data(), static_cast<int>(piece.size()))) {
      if (n < 0) break;
      fetching.take({piece.data(), static_cast<std::size_t>(n)});
    }
  } catch (const Poco::Exception&) {
    fetching.lost();
  }
  if (fetching.leash.cut_by() != Leash::Cut::none || fetching.bytes.size() < fetching.leash.announced)
    fetching.lost();
}

// The server has the last word: without a size nothing else says that the file is whole.
void finish(Session& session, Fetching& fetching) {
  const bool all_there = fetching.leash.announced > 0;
  try {
    session.endDownload();
  } catch (const FTPException& error) {
    if (all_there && error.code() < 100) return;
    refused(fetching, "the server broke off " + fetching.so_far(), error);
  } catch (const Poco::Exception&) {
    if (!all_there) fetching.lost();
  }
}

}  // namespace

void fetch_by_ftp(Fetching& fetching) {
  const phone::FileSource& source = fetching.order.source;
  if (!is_host(source.server)) throw DownloadFailure{"its server is neither an address nor a name"};
  const StreamSocket control = fetching.connect(source.server, source.port, most_dialog);
  Session session(fetching, control);
  Goodbye goodbye{fetching.leash};
  try {
    log_in(session, fetching);
    fetching.leash.goes_on();
    const std::string path = path_of(fetching.order);
    ask_size(session, path, fetching);
    StreamSocket data = open(session, path, fetching);
    read_all(data, fetching);
    data = StreamSocket();
    fetching.leash.goes_on();
    finish(session, fetching);
  } catch (const FTPException& error) {
    refused(fetching, "the server refuses", error);
  } catch (const Poco::Net::NetException&) {
    fetching.lost();
  } catch (const Poco::TimeoutException&) {
    fetching.lost();
  } catch (const Poco::IOException& error) {
    throw DownloadFailure{"what the server says is no FTP: " + error.message()};
  }
  goodbye.politely = true;
}

}  // namespace understudy::net
