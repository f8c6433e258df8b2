// Fetching one file as a phone does: by FTP, or by HTTPS where the order has a URL (guide p.52, p.53).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/carrier.h"
#include "net/leash.h"
#include "phone/files.h"

namespace understudy::net {

struct DownloadOrder {
  phone::FileSource source;
  std::string name;            // of the file in its FTP folder
  std::string source_address;  // the phone's; empty, or where there is no way from it: the system's choice
  TlsProfile profile = TlsProfile::current;
  std::uint64_t most_bytes = 1024 * 1024;         // more is not read
  microseconds stall = std::chrono::seconds(30);  // for each step, and between the pieces of the file
  microseconds total = std::chrono::minutes(10);
};

struct Downloaded {
  std::shared_ptr<const std::string> bytes = nullptr;  // nullptr: it failed
  std::string why = {};                                // it failed, as a sentence without full stop
  // What is odd with it, in words: of its certificate, of which a phone in default mode takes any.
  std::vector<std::string> notes = {};
  // For a thread, which is our doing; and from the first step to the last byte.
  microseconds waited{}, took{};
};

// Asked with the host of an order and each numeric address before a connection is made to that, from any thread. Of
// another address that an FTP server names for its data both are that address. False refuses. Empty: all are allowed.
using MayConnect = std::function<bool(const std::string& host, const std::string& address)>;

// "ftp://192.0.2.10:21/media/bell.wav": without user, password and query.
std::string place_of(const DownloadOrder& order);
// "192.0.2.10:21", which all downloads from there share.
std::string server_of(const DownloadOrder& order);

// Fetches it on the calling thread, until the leash is cut at the latest; begins the leash. `waited` is left alone.
//
// What fails, beside what a server refuses: a file that is empty, or larger than most_bytes (found before it is read where
// the server says so); fewer bytes than were announced; redirects, which are not followed (inferred); control connections
// that say more than 64 KB.
Downloaded download(const DownloadOrder& order, Leash& leash, const MayConnect& may_connect);

}  // namespace understudy::net
