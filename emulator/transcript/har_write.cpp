#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/DateTimeParser.h>
#include <algorithm>
#include <cstring>
#include <memory>
#include <unistd.h>
#include <utility>

#include "transcript/har.h"
#include "transcript/har_stream.h"
#include "transcript/json.h"
#include "transcript/text.h"
#include "transcript/written_file.h"

namespace understudy::transcript {

namespace {

void write_headers(JsonWriter& json, const wpi::Headers& headers) {
  json.key("cookies").array();
  json.end();
  json.key("headers").array();
  for (const wpi::Header& header : headers) {
    json.object();
    json.member("name", header.name);
    json.member("value", header.value);
    json.end();
  }
  json.end();
}

void write_body(JsonWriter& json, const std::string& body, const wpi::Headers& headers) {
  const std::string* const type = wpi::find_header(headers, "Content-Type");
  json.member("mimeType", type ? std::string_view(*type) : std::string_view("application/octet-stream"));
  if (is_text(body) && tells_bytes(body)) return json.member("text", body);
  json.member("text", to_base64(body));
  json.member("encoding", "base64");
}

void write_request(JsonWriter& json, const wpi::HttpRequest& request, const Exchange& exchange) {
  const std::string* const host = wpi::find_header(request.headers, "Host");
  json.key("request").object();
  json.member("method", request.method);
  json.member("url", (exchange.encrypted ? "https://" : "http://") + (host ? *host : exchange.remote) +
                         request.target);
  json.member("httpVersion", "HTTP/1.1");
  write_headers(json, request.headers);
  json.key("queryString").array();
  json.end();
  if (!request.body.empty()) {
    json.key("postData").object();
    write_body(json, request.body, request.headers);
    json.end();
  }
  json.member("headersSize", -1);
  json.member("bodySize", request.body.size());
  json.end();
}

void write_response(JsonWriter& json, const wpi::HttpResponse& response, const std::string& broken) {
  json.key("response").object();
  json.member("status", response.status);
  json.member("statusText", response.reason);
  json.member("httpVersion", response.version);
  write_headers(json, response.headers);
  json.key("content").object();
  json.member("size", response.body.size());
  write_body(json, response.body, response.headers);
  json.end();
  const std::string* const location = wpi::find_header(response.headers, "Location");
  json.member("redirectURL", location ? std::string_view(*location) : std::string_view());
  json.member("headersSize", response.head.empty() ? -1 : static_cast<std::int64_t>(response.head.size()));
  json.member("bodySize", response.coded_body.empty() ? response.body.size() : response.coded_body.size());
  if (!broken.empty()) json.member("_error", broken);
  json.end();
}

double milliseconds(microseconds time) {
  return static_cast<double>(std::max(time, microseconds{}).count()) / 1'000;
}

void write_times(JsonWriter& json, const Exchange& exchange) {
  const bool connects = exchange.connected.count() > 0, secures = exchange.secured.count() > 0;
  const microseconds ready = secures ? exchange.secured : connects ? exchange.connected : exchange.begun;
  const microseconds sent = std::max(exchange.sent, ready);
  const microseconds first = exchange.first_byte.count() > 0 ? exchange.first_byte : exchange.ended;
  json.member("time", milliseconds(exchange.ended - exchange.begun));
  json.key("timings").object();
  json.member("blocked", -1);
  json.member("dns", -1);
  json.member("connect", connects || secures ? milliseconds(ready - exchange.begun) : -1.0);
  json.member("ssl", secures ? milliseconds(exchange.secured - exchange.connected) : -1.0);
  json.member("send", milliseconds(sent - ready));
  json.member("wait", milliseconds(first - sent));
  json.member("receive", milliseconds(exchange.ended - first));
  json.end();
}

// Microseconds since 1970 at which the run started.
Poco::Timestamp::TimeVal started(const Start& start) {
  Poco::DateTime time(Poco::Timestamp(0));
  int zone = 0;
  if (Poco::DateTimeParser::tryParse(Poco::DateTimeFormat::ISO8601_FRAC_FORMAT, start.time, time, zone))
    time.makeUTC(zone);
  return time.timestamp().epochMicroseconds();
}

// As it was said by the service to the phone's door.
Exchange exchange_of(const Contact& contact) {
  Exchange exchange;
  exchange.phone = contact.phone;
  exchange.encrypted = contact.encrypted;
  exchange.local = contact.remote;
  exchange.remote = contact.local;
  exchange.begun = exchange.sent = exchange.first_byte = exchange.ended = contact.at;
  exchange.request = contact.request;
  if (contact.status == 0) {
    exchange.outcome = Outcome::closed;
    return exchange;
  }
  wpi::HttpResponse& response = exchange.response.emplace();
  response.version = "HTTP/1.1";
  response.status = contact.status;
  response.complete = true;
  return exchange;
}

std::string what_it_is(const Exchange& exchange) {
  if (exchange.poll) return "a poll";
  if (exchange.number == 0) return "asked to call";
  return "interaction " + std::to_string(exchange.interaction) + ", message " +
         std::to_string(exchange.message);
}

class HarWriter {
 public:
  HarWriter(JsonWriter& json, const Start& start, Masker* masker)
      : json_(json), start_(started(start)), masker_(masker) {}
  void write(const Exchange& exchange, bool apart);

 private:
  JsonWriter& json_;
  Poco::Timestamp::TimeVal start_;
  Masker* masker_;
};

void HarWriter::write(const Exchange& exchange, bool apart) {
  json_.object();
  json_.member("startedDateTime", Poco::DateTimeFormatter::format(
                                      Poco::Timestamp(start_ + exchange.begun.count()), "%Y-%m-%dT%H:%M:%s") +
                                      "Z");
  write_times(json_, exchange);
  write_request(json_, masker_ ? masker_->masked(exchange.request) : exchange.request, exchange);
  std::string failure = masker_ ? masker_->words(exchange.failure) : exchange.failure;
  if (failure.empty()) failure = name_of(exchange.outcome);
  if (exchange.response) {
    const bool whole = exchange.response->complete && exchange.outcome == Outcome::answered;
    write_response(json_, masker_ ? masker_->masked(*exchange.response) : *exchange.response,
                   whole ? "" : failure);
  } else {
    write_response(json_, {}, failure);
  }
  json_.key("cache").object();
  json_.end();
  const std::string& remote = exchange.remote;
  if (const std::size_t colon = remote.rfind(':'); colon != std::string::npos)
    json_.member("serverIPAddress", remote.substr(0, colon));
  if (exchange.connection != 0) json_.member("connection", std::to_string(exchange.connection));
  if (!exchange.phone.empty()) json_.member("comment", exchange.phone + ", " + what_it_is(exchange));
  if (apart) json_.member("_apart", true);
  json_.end();
}

}  // namespace

void Apart::look(const Entry& entry) {
  if (const auto* mark = std::get_if<Mark>(&entry)) {
    if (mark->event == Event::hostile) hostile_.insert(mark->phone);
    if (mark->event == Event::hostile_ended) hostile_.erase(mark->phone);
    return;
  }
  const auto* exchange = std::get_if<Exchange>(&entry);
  if (!exchange) return;
  if (exchange->interaction != 0 && exchange->scripted == Scripted::broken)
    spoiled_.insert({exchange->phone, exchange->interaction});
  if (hostile_.contains(exchange->phone) || exchange->scripted == Scripted::broken || exchange->secure ||
      exchange->trial != Trial::none || exchange->request.method.empty())
    numbers_.insert(exchange->number);
}

bool Apart::has(const Exchange& exchange) const {
  return numbers_.contains(exchange.number) || spoiled_.contains({exchange.phone, exchange.interaction});
}

// The archive as text, piece by piece.
struct HarText {
  HarText(const Start& start, Masker* masker) : json(out, 1), writer(json, start, masker) {
    json.object();
    json.key("log").object();
    json.member("version", "1.2");
    json.key("creator").object();
    json.member("name", har_creator);
    json.member("version", start.program.substr(std::min(start.program.rfind(' ') + 1, start.program.size())));
    if (masker || start.masked) json.member("comment", har_masked);
    json.end();
    json.key("entries").array();
  }
  void write(const Entry& entry, const Apart& apart) {
    if (const auto* contact = std::get_if<Contact>(&entry))
      writer.write(exchange_of(*contact), contact->scripted || contact->phone.empty());
    if (const auto* exchange = std::get_if<Exchange>(&entry)) writer.write(*exchange, apart.has(*exchange));
  }
  void end() {
    json.end();
    json.end();
    json.end();
    out.push_back('\n');
  }

  std::string out;
  JsonWriter json;
  HarWriter writer;
};

std::string to_har(const std::vector<Entry>& entries, Masker* masker) {
  Start start;
  if (!entries.empty())
    if (const auto* first = std::get_if<Start>(&entries.front())) start = *first;
  Apart apart;
  for (const Entry& entry : entries) apart.look(entry);
  HarText text(start, masker);
  for (const Entry& entry : entries) text.write(entry, apart);
  text.end();
  return text.out;
}

struct HarFile::Impl {
  Impl(const Start& start, Masker* masker) : text(start, masker) {}
  ~Impl() {
    if (file >= 0) ::close(file);
  }
  void flush() {
    if (error == 0)
      if (const auto written = write_all(file, text.out); !written) error = written.error();
    text.out.clear();
  }

  HarText text;
  int file = -1;
  int error = 0;  // an errno
};

HarFile::HarFile() = default;
HarFile::~HarFile() = default;

tl::expected<std::unique_ptr<HarFile>, FileProblem> HarFile::open(const std::string& path, const Start& start, Masker* masker) {
  const auto file = open_written(path, !masker && !start.masked);
  if (!file)
    return tl::unexpected(FileProblem{FileError::cannot_write, 0, 0,
                                      std::string("cannot be opened: ") + std::strerror(file.error())});
  std::unique_ptr<HarFile> har(new HarFile);
  har->impl_ = std::make_unique<Impl>(start, masker);
  har->impl_->file = *file;
  return har;
}

void HarFile::write(const Entry& entry, const Apart& apart) {
  impl_->text.write(entry, apart);
  impl_->flush();
}

tl::expected<void, FileProblem> HarFile::close() {
  impl_->text.end();
  impl_->flush();
  if (impl_->error == 0) return {};
  return tl::unexpected(FileProblem{FileError::cannot_write, 0, 0,
                                    std::string("cannot be written: ") + std::strerror(impl_->error)});
}

}  // namespace understudy::transcript
