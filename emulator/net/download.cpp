#include "net/download.h"

#include <Poco/Exception.h>
#include <Poco/URI.h>
#include <exception>
#include <utility>

#include "net/download_parts.h"
#include "net/target.h"
#include "net/words.h"

namespace understudy::net {

namespace {

std::string with_port(const std::string& host, std::uint16_t port) {
  return (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" + std::to_string(port);
}

std::string of_leash(const Leash& leash, const std::string& so_far) {
  switch (leash.cut_by()) {
    case Leash::Cut::cancelled:
      return "it was given up";
    case Leash::Cut::stalled:
      return "timed out: nothing came for " + in_words(leash.stall()) + so_far;
    case Leash::Cut::out_of_time:
      return "timed out: it was not there after " + in_words(leash.total()) + so_far;
    case Leash::Cut::none:
      break;
  }
  return {};
}

// A server may say it back.
void cover(std::string& text, const std::string& secret) {
  if (secret.size() < 3) return;
  for (std::size_t at = 0; (at = text.find(secret, at)) != std::string::npos; at += 3) text.replace(at, secret.size(), "***");
}

}  // namespace

std::string too_large(std::uint64_t most) {
  return "larger than the " + bytes_in_words(most) + " that a phone takes";
}

std::string Url::host_header() const {
  return with_port(host, port);
}

tl::expected<Url, std::string> url_of(const std::string& text) {
  Url url;
  try {
    const Poco::URI uri(text);
    if (uri.getScheme() != "https") return tl::unexpected(std::string("its URL is none of HTTPS"));
    url.host = uri.getHost();
    url.port = uri.getPort();
    Poco::URI::encode(uri.getPath(), "?#", url.path);
    if (url.path.empty()) url.path = "/";
    if (!uri.getRawQuery().empty()) url.query = "?" + uri.getRawQuery();
    const std::string& who = uri.getUserInfo();
    const std::size_t colon = who.find(':');
    url.user = who.substr(0, colon);
    if (colon != std::string::npos) url.password = who.substr(colon + 1);
  } catch (const Poco::Exception&) {
    return tl::unexpected(std::string("its URL cannot be read"));
  }
  if (url.host.starts_with('[') && url.host.ends_with(']'))
    url.host = url.host.substr(1, url.host.size() - 2);
  if (url.port == 0 || !is_host(url.host)) return tl::unexpected(std::string("its URL names no host"));
  return url;
}

std::string server_of(const DownloadOrder& order) {
  if (order.source.url.empty()) return with_port(order.source.server, order.source.port);
  const auto url = url_of(order.source.url);
  return url ? url->host_header() : "";
}

std::string place_of(const DownloadOrder& order) {
  if (!order.source.url.empty()) {
    const auto url = url_of(order.source.url);
    return url ? "https://" + url->host_header() + url->path : "a URL that cannot be read";
  }
  if (!is_host(order.source.server)) return "a server that cannot be read";
  std::string path = order.source.path;
  if (!path.starts_with('/')) path.insert(0, "/");
  if (!path.ends_with('/')) path += '/';
  return "ftp://" + server_of(order) + path + order.name;
}

void Fetching::announce(std::uint64_t size) {
  leash.announced = size;
  leash.goes_on();
  if (size == 0) throw DownloadFailure{"the file is empty"};
  if (size > order.most_bytes)
    throw DownloadFailure{"the server announces " + bytes_in_words(size) + ": " +
                          too_large(order.most_bytes)};
}

void Fetching::take(std::string_view piece) {
  bytes += piece;
  leash.received = bytes.size();
  leash.goes_on();
  if (bytes.size() > order.most_bytes)
    throw DownloadFailure{"the server sends on and on: it is " + too_large(order.most_bytes)};
}

std::string Fetching::so_far() const {
  const std::uint64_t all = leash.announced;
  if (all > 0) return "after " + std::to_string(bytes.size()) + " of " + bytes_in_words(all);
  return "after " + bytes_in_words(bytes.size());
}

void Fetching::lost() const {
  const bool began = !bytes.empty() || leash.announced > 0;
  std::string why = of_leash(leash, began ? ", " + so_far() : "");
  if (why.empty()) why = began ? "the connection was lost " + so_far() : "the server closed the connection";
  throw DownloadFailure{std::move(why)};
}

Downloaded download(const DownloadOrder& order, Leash& leash, const MayConnect& may_connect) {
  Downloaded out;
  const auto begun = Leash::Clock::now();
  leash.begin();
  Fetching fetching{order, leash, may_connect, out};
  try {
    order.source.url.empty() ? fetch_by_ftp(fetching) : fetch_by_https(fetching);
    if (fetching.bytes.empty()) throw DownloadFailure{"the file is empty"};
    out.bytes = std::make_shared<const std::string>(std::move(fetching.bytes));
  } catch (const DownloadFailure& failure) {
    out.why = failure.why;
  } catch (const Poco::Exception& error) {
    out.why = of_leash(leash, "");
    if (out.why.empty()) out.why = "the connection failed: " + error.displayText();
  } catch (const std::exception& error) {
    out.why = std::string("no room for it: ") + error.what();
  }
  const Url url = url_of(order.source.url).value_or(Url{});
  for (const std::string& secret : {order.source.password, order.source.username, url.password, url.user}) cover(out.why, secret);
  out.took = std::chrono::duration_cast<microseconds>(Leash::Clock::now() - begun);
  return out;
}

}  // namespace understudy::net
