#include "transcript/file.h"

#include <array>
#include <cstring>
#include <unistd.h>

#include "transcript/format.h"
#include "transcript/json.h"
#include "transcript/written_file.h"

namespace understudy::transcript {

namespace {

void write_headers(JsonWriter& json, const wpi::Headers& headers) {
  json.key("headers").array();
  for (const wpi::Header& header : headers) {
    json.object();
    json.bytes("name", header.name);
    json.bytes("value", header.value);
    json.end();
  }
  json.end();
}

void write_tls(JsonWriter& json, const Tls& tls) {
  json.key("tls").object();
  json.member("version", tls.version);
  json.member("cipher", tls.cipher);
  json.member("resumed", tls.resumed);
  json.bytes("subject", tls.subject);
  json.bytes("issuer", tls.issuer);
  json.member("not_before", tls.not_before);
  json.member("not_after", tls.not_after);
  if (tls.renegotiation != Renegotiation::untried) json.member("renegotiation", name_of(tls.renegotiation));
  json.key("problems").array();
  for (const CertificateProblem problem : tls.problems) json.value(name_of(problem));
  json.end();
  json.end();
}

void write_times(JsonWriter& json, const Exchange& exchange) {
  json.key("times").object();
  json.member("begun", exchange.begun.count());
  const auto if_it_came = [&](std::string_view name, microseconds time) {
    if (time != microseconds{}) json.member(name, time.count());
  };
  if_it_came("connected", exchange.connected);
  if_it_came("secured", exchange.secured);
  if_it_came("sent", exchange.sent);
  if_it_came("first_byte", exchange.first_byte);
  json.member("ended", exchange.ended.count());
  if_it_came("limit", exchange.limit);
  json.end();
}

void write_request(JsonWriter& json, const wpi::HttpRequest& request) {
  json.key("request").object();
  json.bytes("method", request.method);
  json.bytes("target", request.target);
  write_headers(json, request.headers);
  json.bytes("body", request.body);
  json.end();
}

void write_response(JsonWriter& json, const wpi::HttpResponse& response) {
  json.key("response").object();
  json.bytes("version", response.version);
  json.member("status", response.status);
  json.bytes("reason", response.reason);
  json.bytes("head", response.head);
  write_headers(json, response.headers);
  json.member("framing", name_of(response.framing));
  if (response.declared_length) json.member("declared_length", *response.declared_length);
  json.bytes("body", response.body);
  if (!response.coded_body.empty()) json.bytes("coded_body", response.coded_body);
  if (response.interim != 0) json.member("interim", response.interim);
  json.member("complete", response.complete);
  json.member("keeps_open", response.keeps_open);
  if (!response.problems.empty()) {
    json.key("problems").array();
    for (const wpi::HttpProblem& problem : response.problems) {
      json.object();
      json.member("flaw", name_of(problem.flaw));
      json.bytes("detail", problem.detail);
      json.member("offset", problem.offset);
      json.end();
    }
    json.end();
  }
  json.end();
}

// Writes an entry's members into an object that is open.
struct EntryWriter {
  JsonWriter& json;
  Masker* masker;

  void operator()(const Start& start) const {
    json.member("format", format_name);
    json.member("entry", "start");
    json.bytes("program", start.program);
    json.bytes("service", start.service);
    json.bytes("time", start.time);
    json.member("seed", start.seed);
    json.member("masked", masker != nullptr || start.masked);
  }

  void operator()(const PhoneMark& mark) const {
    const auto item = [&](std::string_view member, std::string_view name, const std::string& text) {
      json.bytes(member, masker ? masker->value(name, text) : text);
    };
    json.member("entry", "phone");
    json.bytes("phone", mark.phone);
    json.bytes("model", mark.model);
    json.bytes("firmware", mark.firmware);
    item("mac", "mac-addr", mark.mac);
    item("e164", "e164", mark.e164);
    if (!mark.certificate_password.empty())
      json.bytes("certificate_password", masker ? masker->secret(mark.certificate_password) : mark.certificate_password);
    if (!mark.address_of.empty()) json.bytes("address_of", mark.address_of);
  }

  void operator()(const Mark& mark) const {
    json.member("entry", "mark");
    json.member("at", mark.at.count());
    json.member("event", name_of(mark.event));
    if (!mark.phone.empty()) json.bytes("phone", mark.phone);
    if (mark.interaction != 0) json.member("interaction", mark.interaction);
    json.bytes("text", mark.text);
  }

  void operator()(const Exchange& exchange) const {
    json.member("entry", "exchange");
    json.member("number", exchange.number);
    json.bytes("phone", exchange.phone);
    json.member("interaction", exchange.interaction);
    json.member("message", exchange.message);
    json.member("attempt", exchange.attempt);
    json.member("connection", exchange.connection);
    json.member("fresh_connection", exchange.fresh_connection);
    json.member("encrypted", exchange.encrypted);
    if (exchange.secure) json.member("secure", true);
    if (exchange.trial != Trial::none) json.member("trial", name_of(exchange.trial));
    if (exchange.scripted != Scripted::none) json.member("scripted", name_of(exchange.scripted));
    if (exchange.poll) json.member("poll", true);
    if (!exchange.untold.none()) {
      json.key("untold").array();
      for (std::uint8_t i = 0; i < facts_known; ++i)
        if (exchange.untold.has(static_cast<Fact>(i))) json.value(name_of(static_cast<Fact>(i)));
      json.end();
    }
    json.bytes("local", exchange.local);
    json.bytes("remote", exchange.remote);
    if (exchange.tls) write_tls(json, *exchange.tls);
    write_times(json, exchange);
    json.member("outcome", name_of(exchange.outcome));
    json.member("phase", name_of(exchange.phase));
    if (masker)
      write_request(json, masker->masked(exchange.request));
    else
      write_request(json, exchange.request);
    if (exchange.response && masker)
      write_response(json, masker->masked(*exchange.response));
    else if (exchange.response)
      write_response(json, *exchange.response);
    // Last: what it quotes of the answer has its stand-ins by now.
    if (!exchange.failure.empty())
      json.bytes("failure", masker ? masker->words(exchange.failure) : exchange.failure);
  }

  void operator()(const Contact& contact) const {
    json.member("entry", "contact");
    json.member("at", contact.at.count());
    if (!contact.phone.empty()) json.bytes("phone", contact.phone);
    json.bytes("local", contact.local);
    json.bytes("remote", contact.remote);
    if (contact.encrypted) json.member("encrypted", true);
    if (contact.scripted) json.member("scripted", true);
    write_request(json, masker ? masker->masked(contact.request) : contact.request);
    if (contact.status != 0) json.member("status", contact.status);
    json.member("heed", name_of(contact.heed));
    if (!contact.elsewhere.empty()) json.bytes("elsewhere", contact.elsewhere);
    if (!contact.problem.empty()) json.bytes("problem", contact.problem);
  }
};

}  // namespace

std::string to_line(const Entry& entry, Masker* masker) {
  std::string line;
  line.reserve(2'000);  // bytes; more than a line without a message has
  JsonWriter json(line);
  json.object();
  std::visit(EntryWriter{json, masker}, entry);
  json.end();
  return line;
}

struct FileSink::Impl {
  int file = -1;
  Masker* masker = nullptr;
  bool begun = false;
  std::optional<FileProblem> problem;

  ~Impl() {
    if (file >= 0) ::close(file);
  }

  void write(std::string line) {
    line.push_back('\n');
    if (const auto written = write_all(file, line); !written)
      problem = FileProblem{FileError::cannot_write, 0, 0,
                            std::string("cannot be written: ") + std::strerror(written.error())};
  }
};

FileSink::FileSink() : impl_(std::make_unique<Impl>()) {}
FileSink::~FileSink() = default;

tl::expected<std::unique_ptr<FileSink>, FileProblem> FileSink::open(const std::string& path, Masker* masker,
                                                                    bool masked_before) {
  const auto file = open_written(path, !masker && !masked_before);
  if (!file)
    return tl::unexpected(FileProblem{FileError::cannot_open, 0, 0,
                                      std::string("cannot be opened: ") + std::strerror(file.error())});
  std::unique_ptr<FileSink> sink(new FileSink);
  sink->impl_->file = *file;
  sink->impl_->masker = masker;
  return sink;
}

void FileSink::take(const Entry& entry) {
  if (!impl_->begun && !std::holds_alternative<Start>(entry)) {
    Start start;
    start.masked = impl_->masker != nullptr;
    impl_->begun = true;
    impl_->write(to_line(start, impl_->masker));
  }
  impl_->begun = true;
  if (!impl_->problem) impl_->write(to_line(entry, impl_->masker));
}

const std::optional<FileProblem>& FileSink::problem() const {
  return impl_->problem;
}

}  // namespace understudy::transcript
