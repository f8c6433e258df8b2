// By HTTPS (guide p.53): one GET, with Basic authentication where the order has a user.
#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPBasicCredentials.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/NetSSL.h>
#include <Poco/Net/SSLException.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "net/download_parts.h"
#include "net/target.h"
#include "net/tls_profile.h"
#include "net/words.h"

namespace understudy::net {

namespace {

using Poco::Net::HTTPResponse;
using Poco::Net::SecureStreamSocket;

// What is noted of a certificate while it is taken.
struct Seen {
  std::string host;
  bool certificate = false;
  std::vector<transcript::CertificateProblem> problems = {};
};

int look_at_certificate(X509_STORE_CTX* store, void* seen_by) {
  auto& seen = *static_cast<Seen*>(seen_by);
  seen.certificate = true;
  seen.problems =
      CertificateBook::problems_of(X509_STORE_CTX_get0_cert(store), X509_STORE_CTX_get0_untrusted(store),
                                   seen.host, std::chrono::system_clock::now());
  return 1;
}

Poco::Net::Context::Ptr context_of(TlsProfile profile, Seen& seen) {
  Poco::Net::Context::Params none;
  none.verificationMode = Poco::Net::Context::VERIFY_NONE;
  none.loadDefaultCAs = false;
  Poco::Net::Context::Ptr context(new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, none));
  if (!make_phone_of(context->sslContext(), profile))
    throw DownloadFailure{"cannot prepare TLS: " + tls_trouble()};
  SSL_CTX_set_cert_verify_callback(context->sslContext(), look_at_certificate, &seen);
  return context;
}

// OpenSSL's words without its numbers: "wrong version number".
std::string reason_in(const std::string& text) {
  if (text.find("wrong version number") != std::string::npos ||
      text.find("packet length too long") != std::string::npos)
    return "what answers there does not speak TLS";
  const std::size_t colon = text.rfind(':');
  return colon == std::string::npos ? text : text.substr(text.find_first_not_of(' ', colon + 1));
}

SecureStreamSocket secured(Fetching& fetching, const Url& url, const Poco::Net::StreamSocket& plain,
                           Seen& seen) {
  const bool is_name = url.host.find(':') == std::string::npos &&
                       url.host.find_first_not_of("0123456789.") != std::string::npos;
  const auto context = context_of(fetching.order.profile, seen);
  const auto failed = [&](const std::string& why) {
    if (fetching.leash.cut_by() != Leash::Cut::none) fetching.lost();
    throw DownloadFailure{"TLS failed: " + why};
  };
  try {
    SecureStreamSocket socket = is_name ? SecureStreamSocket::attach(plain, url.host, context)
                                        : SecureStreamSocket::attach(plain, context);
    if (!seen.certificate) failed("the server closed the connection in the handshake");
    return socket;
  } catch (const Poco::Net::SSLConnectionUnexpectedlyClosedException&) {
    failed("the server closed the connection in the handshake");
  } catch (const Poco::Net::SSLException& error) {
    failed(reason_in(error.message()));
  } catch (const Poco::Exception&) {
    failed("the server closed the connection in the handshake");
  }
  throw DownloadFailure{};  // not reached
}

std::string_view in_words(transcript::CertificateProblem problem) {
  using transcript::CertificateProblem;
  switch (problem) {
    case CertificateProblem::expired:
      return "has expired";
    case CertificateProblem::not_yet_valid:
      return "is not yet valid";
    case CertificateProblem::wrong_name:
      return "is for another host";
    case CertificateProblem::self_signed:
      return "vouches for itself";
    case CertificateProblem::bad_signature:
      return "has a wrong signature";
    case CertificateProblem::unknown_issuer:
      break;  // to a phone in default mode every issuer is
  }
  return {};
}

// The bytes of the body are read here: Poco's streams do not tell an end from a loss.
class Session : public Poco::Net::HTTPSClientSession {
 public:
  // Given the socket later: Poco's own constructor for a connected one refuses it. Without a host it never connects anew.
  Session(Fetching& fetching, const SecureStreamSocket& socket)
      : HTTPSClientSession(socket.context()), fetching_(fetching) {
    attachSocket(socket);
    setKeepAlive(true);
    setTimeout(Poco::Timespan(fetching.leash.total().count() + 10'000'000));
  }

  void read_body(const HTTPResponse& response) {
    if (response.getChunkedTransferEncoding()) return read_chunks();
    if (!response.hasContentLength()) return read_until_close();
    const std::string& text = response.get("Content-Length");
    std::uint64_t size = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
    if (error == std::errc::result_out_of_range)
      size = UINT64_MAX;
    else if (error != std::errc() || end != text.data() + text.size())
      throw DownloadFailure{"its Content-Length is none: " + quoted(text)};
    fetching_.announce(size);
    read_exactly(size);
  }

 private:
  void read_exactly(std::uint64_t size) {
    while (size > 0) {
      const std::size_t n = read_piece(size);
      if (n == 0) fetching_.lost();
      size -= n;
    }
  }
  void read_until_close() {
    while (read_piece(UINT64_MAX) > 0) continue;
    if (fetching_.leash.cut_by() != Leash::Cut::none) fetching_.lost();
  }
  std::size_t read_piece(std::uint64_t most) {
    const auto wanted = static_cast<std::streamsize>(std::min<std::uint64_t>(most, piece_.size()));
    const int n = read(piece_.data(), wanted);
    if (n <= 0) return 0;
    fetching_.take({piece_.data(), static_cast<std::size_t>(n)});
    return static_cast<std::size_t>(n);
  }
  // One line without its end, of which little is needed.
  std::string line() {
    std::string out;
    for (int c = get(); c != '\n'; c = get()) {
      if (c == std::char_traits<char>::eof()) fetching_.lost();
      if (out.size() > 4096) throw DownloadFailure{"its chunks cannot be read"};
      if (c != '\r') out += static_cast<char>(c);
    }
    return out;
  }
  void read_chunks() {
    for (;;) {
      const std::string head = line();
      std::uint64_t size = 0;
      const auto [end, error] = std::from_chars(head.data(), head.data() + head.size(), size, 16);
      if (error != std::errc() || end == head.data()) throw DownloadFailure{"its chunks cannot be read"};
      if (size == 0) break;
      read_exactly(size);
      if (!line().empty()) throw DownloadFailure{"its chunks cannot be read"};
    }
    for (int lines = 0; !line().empty();)
      if (++lines > 100) throw DownloadFailure{"its chunks cannot be read"};
  }

  Fetching& fetching_;
  std::array<char, 16 * 1024> piece_{};
};

void ask(Session& session, const Fetching& fetching, const Url& url) {
  Poco::Net::HTTPRequest request("GET", url.path + url.query, "HTTP/1.1");
  request.set("Host", url.host_header());
  request.set("Accept", "*/*");
  request.set("Connection", "close");
  const phone::FileSource& source = fetching.order.source;
  if (!source.username.empty())
    Poco::Net::HTTPBasicCredentials(source.username, source.password).authenticate(request);
  else if (!url.user.empty())
    Poco::Net::HTTPBasicCredentials(url.user, url.password).authenticate(request);
  session.sendRequest(request);
}

}  // namespace

std::string refusal_of(int status, const std::string& reason) {
  const std::string said = std::to_string(status) + (reason.empty() ? "" : " " + quoted(reason, 60));
  if (status == 401) return "the server does not take user and password: " + said;
  if (status == 403) return "the server does not allow it: " + said;
  if (status == 404 || status == 410) return "the server does not have it: " + said;
  if (status >= 300 && status < 400)
    return "the server sends it elsewhere, where a phone does not follow: " + said;
  return "the server does not send it: " + said;
}

void fetch_by_https(Fetching& fetching) {
  const auto url = url_of(fetching.order.source.url);
  if (!url) throw DownloadFailure{url.error()};
  const Poco::Net::StreamSocket plain = fetching.connect(url->host, url->port, UINT64_MAX);
  Seen seen{url->host};
  Session session(fetching, secured(fetching, *url, plain, seen));
  for (const auto problem : seen.problems)
    if (const auto words = in_words(problem); !words.empty())
      fetching.out.notes.push_back("its certificate " + std::string(words));
  HTTPResponse response;
  try {
    fetching.leash.goes_on();
    ask(session, fetching, *url);
    session.receiveResponse(response);
    if (response.getStatus() != HTTPResponse::HTTP_OK) throw DownloadFailure{refusal_of(response.getStatus(), response.getReason())};
    fetching.leash.goes_on();
    session.read_body(response);
  } catch (const Poco::Net::NoMessageException&) {
    fetching.lost();
  } catch (const Poco::Net::MessageException&) {
    if (fetching.leash.cut_by() != Leash::Cut::none) fetching.lost();
    throw DownloadFailure{"what the server answers is no HTTP"};
  } catch (const Poco::SyntaxException&) {
    throw DownloadFailure{"its Content-Length is none: " + quoted(response.get("Content-Length", ""))};
  } catch (const Poco::Exception&) {
    fetching.lost();
  }
}

}  // namespace understudy::net
