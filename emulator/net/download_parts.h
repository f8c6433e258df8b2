// What downloads by FTP and HTTPS share. Not for others.
#pragma once

#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <string>
#include <string_view>

#include "net/download.h"
#include "net/download_url.h"

namespace understudy::net {

// Thrown through Poco's classes, and caught in download(): why it failed.
struct DownloadFailure {
  std::string why;
};

// One download under way.
struct Fetching {
  const DownloadOrder& order;
  Leash& leash;
  const MayConnect& may_connect;
  Downloaded& out;
  std::string bytes = {};

  // Connects to an address of the host, the first that can be; the socket fails when more than so much came.
  Poco::Net::StreamSocket connect(const std::string& host, std::uint16_t port, std::uint64_t most_heard) const;
  // To that one; `host` is whom it is asked as.
  Poco::Net::StreamSocket connect_to(const Poco::Net::SocketAddress& to, const std::string& host,
                                     std::uint64_t most_heard = UINT64_MAX) const;
  // Before the file is read.
  void announce(std::uint64_t size);
  void take(std::string_view piece);
  // "after 12 of 300 bytes"
  std::string so_far() const;
  // The connection ended before the file did; or the leash was cut.
  [[noreturn]] void lost() const;
};

void fetch_by_ftp(Fetching& fetching);
void fetch_by_https(Fetching& fetching);

}  // namespace understudy::net
