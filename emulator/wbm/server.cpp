#include "wbm/server.h"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/HTMLForm.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/NameValueCollection.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/Net/SSLManager.h>
#include <Poco/ThreadPool.h>
#include <Poco/URI.h>

#include <atomic>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <ostream>
#include <sstream>
#include <utility>

#include "wbm/certificate.h"

namespace understudy::wbm {

namespace {

using Poco::Net::HTTPServerRequest;
using Poco::Net::HTTPServerResponse;

constexpr std::chrono::seconds sign_of_life(15);
constexpr int most_fields = 20'000;  // of a form: a section has some 1,300

// One request on its way to the site's thread and back.
struct Call {
  std::mutex mutex;
  std::condition_variable came;
  std::optional<Answer> answer;
};

// What the threads share, and outlives them; `open` ends before the site does.
struct Desk {
  std::function<void(std::function<void()>)> post;
  std::function<Answer(const Asked&)> ask;
  ServerSettings settings;
  std::mutex mutex;  // of `open`: while it is held the server does not go
  bool open = true;
  std::atomic<bool> stops{false};
  std::atomic<int> streams{0};
};

Answer short_answer(int status, const std::string& text) {
  Answer answer;
  answer.status = status;
  answer.type = "text/plain; charset=utf-8";
  answer.body = text + "\n";
  return answer;
}

Answer answer_of_site(const std::shared_ptr<Desk>& desk, Asked asked) {
  const auto call = std::make_shared<Call>();
  desk->post([desk, call, asked = std::move(asked)] {
    const std::lock_guard open(desk->mutex);
    if (!desk->open) return;
    Answer answer = desk->ask(asked);
    const std::lock_guard lock(call->mutex);
    call->answer = std::move(answer);
    call->came.notify_all();
  });
  std::unique_lock lock(call->mutex);
  const auto limit = std::chrono::steady_clock::now() + desk->settings.answers_within;
  while (!call->answer && !desk->stops && std::chrono::steady_clock::now() < limit) call->came.wait_for(lock, std::chrono::milliseconds(100));
  if (!call->answer) return short_answer(503, "The phones are too busy to answer.");
  return std::move(*call->answer);
}

void set_headers(HTTPServerResponse& response, const Answer& answer) {
  response.setStatusAndReason(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(answer.status));
  response.setContentType(answer.type);
  response.set("Content-Security-Policy",
               "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
               "base-uri 'none'; frame-ancestors 'none'");
  response.set("X-Content-Type-Options", "nosniff");
  response.set("X-Frame-Options", "DENY");
  response.set("Referrer-Policy", "same-origin");  // with none browsers hide the origin of our own forms too
  response.set("Cross-Origin-Resource-Policy", "same-origin");
  response.set("Cache-Control", answer.type.starts_with("text/css") || answer.type.starts_with("text/javascript") ? "private, max-age=60" : "no-store");
  for (const auto& [name, value] : answer.headers) response.add(name, value);
}

void stream(Desk& desk, HTTPServerResponse& response, const Answer& answer) {
  struct Counted {
    std::atomic<int>& count;
    explicit Counted(std::atomic<int>& streams) : count(streams) { ++count; }
    ~Counted() { --count; }
  } const counted(desk.streams);
  const Feed::Reader reader(*answer.feed);
  response.setChunkedTransferEncoding(true);
  std::ostream& out = response.send();
  out << "retry: 1000\n\n" << std::flush;
  std::uint64_t after = answer.after;
  while (out && !desk.stops) {
    const Feed::News news = answer.feed->wait(after, answer.role, sign_of_life);
    if (news.ended || (answer.during && answer.during->expired())) return;
    out << (news.text.empty() ? ": still here\n\n" : news.text) << std::flush;
    after = news.last;
    // Pages that are looked at by people need no more; and what comes meanwhile is sent together.
  }
}

std::optional<std::string> body_of(HTTPServerRequest& request, std::size_t most) {
  // A request that says no length has no body (RFC 9112, 6.3); Poco would read on until the connection ends.
  if (!request.hasContentLength() && !request.getChunkedTransferEncoding()) return std::string();
  if (request.hasContentLength() && request.getContentLength64() > static_cast<Poco::Int64>(most)) return std::nullopt;
  std::string body;
  std::array<char, 16 * 1024> block;
  while (request.stream().read(block.data(), block.size()) || request.stream().gcount() > 0) {
    body.append(block.data(), static_cast<std::size_t>(request.stream().gcount()));
    if (body.size() > most) return std::nullopt;
  }
  return body;
}

Asked asked_in(HTTPServerRequest& request, std::string body) {
  Asked asked;
  asked.method = request.getMethod();
  const std::string& target = request.getURI();
  asked.path = target.substr(0, target.find('?'));
  for (auto& [name, value] : Poco::URI(target).getQueryParameters()) asked.query.insert_or_assign(name, value);
  asked.host = request.get("Host", "");
  asked.origin = request.get("Origin", "");
  asked.token = request.get("X-Token", "");
  asked.last_event = request.get("Last-Event-ID", "");
  Poco::Net::NameValueCollection cookies;
  request.getCookies(cookies);
  asked.session = cookies.get(std::string(session_cookie), "");
  if (request.getContentType().starts_with("application/x-www-form-urlencoded")) {
    Poco::Net::HTMLForm form;
    form.setFieldLimit(most_fields);
    std::istringstream in(body);
    form.read(in);
    for (const auto& [name, value] : form) asked.form.insert_or_assign(name, value);
  }
  asked.body = std::move(body);
  return asked;
}

class Handler : public Poco::Net::HTTPRequestHandler {
 public:
  explicit Handler(std::shared_ptr<Desk> desk) : desk_(std::move(desk)) {}

  void handleRequest(HTTPServerRequest& request, HTTPServerResponse& response) override {
    Answer answer = answer_to(request);
    if (answer.feed && desk_->streams >= desk_->settings.max_streams) answer = short_answer(503, "Too many pages are open.");
    if (answer.status == 413) response.setKeepAlive(false);
    set_headers(response, answer);
    if (answer.feed) return stream(*desk_, response, answer);
    response.setContentLength64(static_cast<Poco::Int64>(answer.body.size()));
    response.send() << answer.body;
  }

 private:
  Answer answer_to(HTTPServerRequest& request) {
    try {
      auto body = body_of(request, desk_->settings.max_body);
      if (!body) return short_answer(413, "That is too much to be sent at once.");
      return answer_of_site(desk_, asked_in(request, std::move(*body)));
    } catch (const Poco::SyntaxException& error) {
      return short_answer(400, "The request cannot be read: " + error.displayText());
    } catch (const Poco::Net::HTMLFormException& error) {
      return short_answer(400, "The form cannot be read: " + error.displayText());
    }
  }

  std::shared_ptr<Desk> desk_;
};

class Handlers : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  explicit Handlers(std::shared_ptr<Desk> desk) : desk_(std::move(desk)) {}
  Poco::Net::HTTPRequestHandler* createRequestHandler(const HTTPServerRequest&) override { return new Handler(desk_); }

 private:
  std::shared_ptr<Desk> desk_;
};

}  // namespace

struct Server::Impl {
  explicit Impl(int threads) : pool("pages", 4, threads, 60) {}
  std::shared_ptr<Desk> desk = std::make_shared<Desk>();
  ShownCertificate certificate;
  Poco::Net::Context::Ptr context;
  Poco::ThreadPool pool;
  std::unique_ptr<Poco::Net::HTTPServer> server;
};

Server::Server() = default;

Server::~Server() {
  if (!impl_) return;
  impl_->desk->stops = true;
  {
    const std::lock_guard lock(impl_->desk->mutex);
    impl_->desk->open = false;
  }
  if (impl_->server) impl_->server->stopAll(true);
  impl_->pool.joinAll();
}

std::uint16_t Server::port() const { return impl_->server->port(); }

bool Server::use_certificate(const std::string& certificate_pem, const std::string& key_pem) {
  return impl_->certificate.set(certificate_pem, key_pem);
}

tl::expected<std::unique_ptr<Server>, std::string> Server::open(ServerSettings settings, std::function<void(std::function<void()>)> post,
                                                                std::function<Answer(const Asked&)> ask) {
  try {
    Poco::Net::initializeSSL();
    Poco::Net::Context::Params none;
    none.verificationMode = Poco::Net::Context::VERIFY_NONE;
    none.loadDefaultCAs = false;
    std::unique_ptr<Server> out(new Server);
    out->impl_ = std::make_unique<Impl>(settings.max_threads);
    Poco::Net::Context::Ptr& context = out->impl_->context;
    context = new Poco::Net::Context(Poco::Net::Context::TLS_SERVER_USE, none);
    context->requireMinimumProtocol(Poco::Net::Context::PROTO_TLSV1_2);
    if (!out->use_certificate(settings.certificate_pem, settings.key_pem))
      return tl::unexpected(std::string("the certificate of the pages cannot be used"));
    out->impl_->certificate.attach(context->sslContext());

    Poco::Net::SecureServerSocket socket(context);
    socket.bind(Poco::Net::SocketAddress(settings.address, settings.port), true, false);  // not beside another that has the port
    socket.listen(128);
    Poco::Net::HTTPServerParams::Ptr params(new Poco::Net::HTTPServerParams);
    params->setMaxThreads(settings.max_threads);
    params->setMaxQueued(settings.max_threads);
    params->setTimeout(Poco::Timespan(10, 0));
    params->setKeepAlive(true);
    params->setKeepAliveTimeout(Poco::Timespan(5, 0));
    params->setMaxKeepAliveRequests(10'000);

    Desk& desk = *out->impl_->desk;
    desk.post = std::move(post);
    desk.ask = std::move(ask);
    desk.settings = std::move(settings);
    out->impl_->server = std::make_unique<Poco::Net::HTTPServer>(new Handlers(out->impl_->desk), out->impl_->pool, socket, params);
    out->impl_->server->start();
    return out;
  } catch (const Poco::Exception& error) {
    return tl::unexpected("the pages cannot be served at " + settings.address + ":" + std::to_string(settings.port) + ": " +
                          (error.code() != 0 ? std::string(std::strerror(error.code())) : error.displayText()));
  }
}

}  // namespace understudy::wbm
