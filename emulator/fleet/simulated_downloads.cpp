#include "fleet/simulated_downloads.h"

#include <algorithm>
#include <memory>

#include "certs/base64.h"
#include "fleet/arrival.h"
#include "net/download_url.h"
#include "net/http_reader.h"
#include "net/words.h"

namespace understudy::fleet {

namespace {

net::Downloaded failed(std::string why) {
  net::Downloaded out;
  out.why = std::move(why);
  return out;
}

wpi::HttpRequest request_for(const net::DownloadOrder& order, const net::Url& url) {
  wpi::HttpRequest request{"GET",
                           url.path + url.query,
                           {{"Host", url.host_header()}, {"Accept", "*/*"}, {"Connection", "close"}},
                           ""};
  const phone::FileSource& source = order.source;
  const std::string who =
      source.username.empty() ? url.user + ":" + url.password : source.username + ":" + source.password;
  if (!who.starts_with(':')) request.headers.push_back({"Authorization", "Basic " + certs::to_base64(who)});
  return request;
}

// What came over the wire, through the same reader as a socket's bytes.
net::Downloaded file_in(const net::Served& served, std::uint64_t most) {
  net::HttpReader::Limits limits;
  limits.body = most + 1;
  net::HttpReader http(limits);
  if (!http.take(served.bytes)) http.end(true);
  if (!http.began()) return failed("the server closed the connection");
  wpi::HttpResponse& response = http.response();
  if (!http.head_complete()) return failed("what the server answers is no HTTP");
  if (response.status != 200) return failed(net::refusal_of(response.status, response.reason));
  const std::uint64_t size =
      std::max<std::uint64_t>(response.declared_length.value_or(0), response.body.size());
  if (size > most) return failed("it is " + net::too_large(most));
  if (!response.complete)
    return failed("the connection was lost after " + std::to_string(response.body.size()) + " of " +
                  net::bytes_in_words(size));
  if (response.body.empty()) return failed("the file is empty");
  net::Downloaded out;
  out.bytes = std::make_shared<const std::string>(std::move(response.body));
  return out;
}

}  // namespace

SimulatedDownloads::SimulatedDownloads(net::Clock& clock, InProcessService service, FileStore& store,
                                       Settings settings)
    : clock_(clock), service_(std::move(service)), store_(store), settings_(std::move(settings)) {}

SimulatedDownloads::~SimulatedDownloads() {
  for (const auto& [key, work] : under_way_) clock_.cancel(work.timer);
}

void SimulatedDownloads::fetch(FilesWanted wanted, std::function<void(std::vector<phone::Download>)> done) {
  const Key key{wanted.phone, wanted.number};
  give_up(wanted.phone, wanted.number);  // of a phone that was made anew
  under_way_.emplace(key, Work{std::move(wanted), std::move(done), {}});
  later(key, {}, [this, key] { next(key); });
}

void SimulatedDownloads::give_up(const std::string& phone, std::uint32_t number) {
  const auto found = under_way_.find({phone, number});
  if (found == under_way_.end()) return;
  clock_.cancel(found->second.timer);
  under_way_.erase(found);
}

void SimulatedDownloads::forget(const std::string& mac, const std::string& type, const std::string& name) {
  forget_in(store_, mac, type, name);
}

void SimulatedDownloads::later(const Key& key, microseconds wait, std::function<void()> then) {
  under_way_.at(key).timer = clock_.after(wait, std::move(then));
}

void SimulatedDownloads::next(const Key& key) {
  Work& work = under_way_.at(key);
  if (work.results.size() == work.wanted.files.size()) {
    const auto done = std::move(work.done);
    auto results = std::move(work.results);
    under_way_.erase(key);
    return done(std::move(results));
  }
  const net::DownloadOrder order = order_of(work.wanted, work.wanted.files[work.results.size()]);
  work.begun = clock_.now();
  const auto ends_with = [&](const std::string& why) {
    later(key, 2 * settings_.latency, [this, key, order, why] { came(key, order, failed(why)); });
  };
  if (order.source.url.empty()) return ends_with("in simulated time nothing is fetched by FTP");
  const auto url = net::url_of(order.source.url);
  if (!url) return ends_with(url.error());
  if (settings_.is_there && !settings_.is_there(url->host_header()))
    return ends_with("connection refused: nothing listens on " + url->host_header());
  // The connection and its handshake take two ways there and back, the request takes one way.
  later(key, 5 * settings_.latency, [this, key, order] { ask(key, order); });
}

void SimulatedDownloads::ask(const Key& key, const net::DownloadOrder& order) {
  const net::Url url = *net::url_of(order.source.url);
  const std::string& from = order.source_address;
  const net::Caller caller{(from.empty() ? "127.0.0.1" : from) + ":40000", ++connections_, true,
                           url.host_header()};
  const net::Served served = service_(request_for(order, url), caller, clock_.now());
  microseconds takes = served.after;
  if (served.piece > 0 && !served.bytes.empty())
    takes += served.every * static_cast<std::int64_t>((served.bytes.size() - 1) / served.piece);
  const bool stalls =
      std::max(served.after, served.piece > 0 ? served.every : microseconds{}) > settings_.stall ||
      (served.bytes.empty() && !served.close);
  if (stalls) takes = settings_.stall;
  net::Downloaded downloaded = stalls
                                   ? failed("timed out: nothing came for " + net::in_words(settings_.stall))
                                   : file_in(served, order.most_bytes);
  later(key, settings_.latency + takes,
        [this, key, order, downloaded = std::move(downloaded)] { came(key, order, downloaded); });
}

void SimulatedDownloads::came(const Key& key, const net::DownloadOrder& order, net::Downloaded downloaded) {
  Work& work = under_way_.at(key);
  const phone::File& file = work.wanted.files[work.results.size()];
  downloaded.took = clock_.now() - work.begun;
  phone::Download result = arrived(work.wanted, file, downloaded, store_);
  if (record) record(work.wanted.phone, line_of(file, order, result, downloaded));
  work.results.push_back(std::move(result));
  next(key);
}

}  // namespace understudy::fleet
