#include "recorder.h"

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

#include "net/contact_call.h"
#include "net/local_address.h"
#include "net/overheard.h"
#include "reports/plain.h"

namespace understudy::tools {

namespace {

using transcript::Exchange;

constexpr std::size_t most_notes = 1000;
constexpr std::size_t most_held = 64U << 20U;  // bytes that wait for the judge

// Items by which a service sends a phone, or those who call it, to another place than the recorder.
constexpr std::array<std::string_view, 8> places = {"contact-me-uri",  "dls_ip_addr",     "dls-ip-addr",
                                                    "dls-server-addr", "dls-server-port", "dls-secure-port",
                                                    "dcmp-url",        "secure-mode-data"};

std::string host_of(const std::string& place) {
  return place.substr(0, place.rfind(':'));
}

std::string in_brackets(const std::string& host) {
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

// The phone stays with the recorder, whatever it is told there.
bool is_here(const wpi::Item& item, const std::string& called) {
  if (item.name == "dls-server-port") return called.ends_with(":" + item.value);
  return in_brackets(item.value) == host_of(called);
}

std::string in_words(net::RelayTrouble kind, const std::string& client, const std::string& why) {
  switch (kind) {
    case net::RelayTrouble::not_tls:
      return client + " does not speak TLS: its bytes are passed on, and not recorded";
    case net::RelayTrouble::refused:
      return client + " refuses the recorder's certificate (" + why +
             "): it is in Secure Mode, pass it its own service's key with --certificate and --key";
    case net::RelayTrouble::stranger:
      return client + " does not take the recorder's certificate, or shows one whose key is not known" + (why.empty() ? "" : " (" + why + ")") +
             ": from its next call on it is passed through as it is";
    case net::RelayTrouble::sealed:
      return client + " is in Secure Mode, and its keys are not known: it is passed through as it is, and not recorded";
    case net::RelayTrouble::halting:
      return "a message of or for " + client + " did not come to its end for long: it is passed on as it came, and so is the rest of its connection";
    case net::RelayTrouble::client_tls:
      return "no TLS with " + client + ": " + why;
    case net::RelayTrouble::unreachable:
      return "the service cannot be reached: " + why;
    case net::RelayTrouble::service_tls:
      return "no TLS with the service: " + why;
    case net::RelayTrouble::deaf:
      return "what " + client + " says is passed on, and on some connections not recorded: " + why;
  }
  return why;
}

}  // namespace

// Reads what goes by on one connection.
class Recorder::Ear : public net::RelayEar {
 public:
  Ear(Recorder& recorder, net::Relayed connection, Door door)
      : recorder_(recorder),
        connection_(std::move(connection)),
        door_(door),
        hearing_(line_of(connection_, door), [this](transcript::RecordedExchange one) {
          one.exchange.fresh_connection = std::exchange(fresh_, false);
          const std::size_t bytes = one.exchange.request.body.size() +
                                    (one.exchange.response ? one.exchange.response->body.size() : 0);
          const auto held = std::make_shared<transcript::RecordedExchange>(std::move(one));
          recorder_.later(bytes, [&recorder = recorder_, line = connection_, held] {
            recorder.take(line, std::move(*held));
          });
        }) {}

  std::optional<net::HttpEdit> edit(bool from_client, std::string_view start_line, std::string_view body) override {
    if (!recorder_.rewriting_ || (body.empty() && door_ == Door::of_service)) return std::nullopt;
    const bool to_phone = door_ == Door::of_phone;
    const std::string client = net::address_in(connection_.client), server = net::address_in(connection_.service);
    const net::Between between{net::address_in(connection_.client_calls), to_phone ? server : client, to_phone ? client : server};
    net::Rewriting& rewriting = *recorder_.rewriting_;
    std::vector<net::Rewritten> done;
    std::optional<net::HttpEdit> out;
    if (!to_phone)
      out = from_client ? rewriting.phone_says(body, between, done) : rewriting.service_says(body, between, done);
    else if (from_client)
      out = rewriting.service_calls(start_line, body, between, done);
    if (done.empty()) return std::nullopt;
    recorder_.later(0, [&recorder = recorder_, number = connection_.number, done = std::move(done)] {
      auto& all = recorder.rewritten_[number];
      all.insert(all.end(), done.begin(), done.end());
    });
    return out;
  }
  void hears(bool from_client, std::string_view bytes) override {
    hearing_.take({.from_client = from_client, .at = recorder_.loop_.now(), .bytes = std::string(bytes)});
  }
  void rests() override { hearing_.rest(); }
  void ended(bool client) override {
    using Closed = net::Overheard::Closed;
    if (closed_ == Closed::not_seen) closed_ = client ? Closed::by_client : Closed::by_server;
    if (client) client_left_ = recorder_.loop_.now();
    if (!client) hearing_.end(closed_, client_left_);
    if (++ends_ < 2) return;
    if (client) hearing_.end(closed_, client_left_);
    recorder_.later(0, [&recorder = recorder_, number = connection_.number, unread = hearing_.unread()] {
      recorder.weaver_.forget(number);
      recorder.rewritten_.erase(number);
      recorder.unread_connections_ += unread == 0 ? 0 : 1;
      recorder.unread_bytes_ += unread;
    });
  }

 private:
  // Contact-me is said at the place that the service was told.
  static net::Overheard line_of(const net::Relayed& connection, Door door) {
    net::Overheard line;
    line.client = connection.client;
    line.server = door == Door::of_phone ? connection.client_calls : connection.service;
    line.connection = connection.number;
    line.encrypted = connection.tls.has_value();
    return line;
  }

  Recorder& recorder_;
  net::Relayed connection_;
  Door door_;
  net::Overheard::Closed closed_ = net::Overheard::Closed::not_seen;
  std::chrono::microseconds client_left_{};
  int ends_ = 0;
  bool fresh_ = true;
  net::Hearing hearing_;
};

Recorder::Recorder(net::EventLoop& loop, Live& live, transcript::Sink& session, std::function<std::optional<std::string>()> problem)
    : loop_(loop),
      live_(live),
      session_(session),
      problem_(std::move(problem)),
      weaver_([this](const transcript::Entry& entry) { show(entry); }),
      thread_([this] { work(); }) {}

Recorder::~Recorder() {
  end_work();
}

void Recorder::later(std::size_t bytes, std::function<void()> act) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return held_ < most_held; });
  jobs_.push_back({bytes, std::move(act)});
  held_ += bytes;
  changed_.notify_all();
}

void Recorder::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return ends_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    try {
      job.act();
      if (const auto problem = problem_()) note(*problem + "; phones are served all the same");
    } catch (const std::exception& failure) {
      try {
        note(std::string("something was passed on and not recorded: ") + failure.what());
      } catch (const std::exception&) {  // no memory even for that: phones are served all the same
      }
    }
    job.act = nullptr;
    lock.lock();
    held_ -= job.bytes;
    changed_.notify_all();
  }
}

// What waits is done first.
void Recorder::end_work() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

std::unique_ptr<net::RelayEar> Recorder::listens(const net::Relayed& connection, Door door) {
  net::Relayed numbered = connection;
  numbered.number = ++connections_;  // over all doors
  return std::make_unique<Ear>(*this, std::move(numbered), door);
}

void Recorder::take(const net::Relayed& connection, transcript::RecordedExchange one) {
  Exchange& exchange = one.exchange;
  one.entry = ++exchanges_;
  exchange.tls = connection.tls;
  exchange.secure = connection.secure;
  if (exchange.fresh_connection) {
    exchange.begun = connection.begun;
    exchange.connected = connection.connected;
    exchange.secured = connection.secured;
  } else {
    exchange.connected = exchange.secured = exchange.begun;
  }
  called_ = connection.client_calls;
  connection_ = connection.number;
  weaver_.take(std::move(one));
  note_rewritten("", 0);
}

void Recorder::show(const transcript::Entry& entry) {
  if (const auto* contact = std::get_if<transcript::Contact>(&entry)) {
    transcript::Contact known = *contact;
    for (const std::string& problem : net::read_contact(contact->request).problems)
      known.problem += (known.problem.empty() ? "" : "; ") + problem;
    live_.take(known);
    return note_rewritten(known.phone, 0);
  }
  const auto* exchange = std::get_if<Exchange>(&entry);
  if (exchange && !exchange->poll) live_.says(*exchange);  // a poll is shown with its answer
  live_.take(entry);
  if (!exchange) return;
  note_places(*exchange, rewritten_[connection_]);
  note_rewritten(exchange->phone, exchange->interaction);
}

// Each in the transcript; on the screen a value once.
void Recorder::note_rewritten(const std::string& phone, std::uint32_t interaction) {
  const auto found = rewritten_.extract(connection_);
  if (found.empty()) return;
  for (const net::Rewritten& each : found.mapped()) {
    const std::string text = "rewritten: " + each.item + ", was " + each.was + ", became " + each.became;
    transcript::Mark mark{loop_.now(), transcript::Event::note, phone, interaction, text};
    const bool shown = noted_.size() < most_notes && noted_.insert(text).second;
    shown ? live_.take(mark) : session_.take(mark);
  }
}

void Recorder::note_places(const Exchange& exchange, const std::vector<net::Rewritten>& rewritten) {
  if (!exchange.answer || exchange.answer->action() != wpi::Action::write_items) return;
  for (const wpi::Item& item : exchange.answer->items) {
    if (std::find(places.begin(), places.end(), item.name) == places.end() || item.value.empty()) continue;
    if (is_here(item, called_)) continue;
    if (std::any_of(rewritten.begin(), rewritten.end(), [&](const auto& each) { return each.item.starts_with(item.name); })) continue;
    constexpr std::size_t most = 200;  // bytes of a value that may be of any length
    const std::string value = item.name == "secure-mode-data" ? "items that a PIN opens (--pin)" : item.value.substr(0, most);
    note("the service writes " + item.name + " = " + value + ": what is said there is not recorded");
  }
}

void Recorder::note(const std::string& text) {
  if (noted_.size() >= most_notes || !noted_.insert(text).second) return;
  transcript::Mark mark;
  mark.at = loop_.now();
  mark.text = text;
  live_.take(mark);
}

void Recorder::troubled(const net::Relayed& connection, net::RelayTrouble kind, const std::string& why) {
  later(0, [this, text = in_words(kind, host_of(connection.client), why)] { note(text); });
}

void Recorder::finish() {
  end_work();
  weaver_.finish();
  for (const transcript::LeftOut::Kind& kind : weaver_.left_out().kinds())
    note("passed on, and not judged: " + transcript::in_words(kind, kind.example, "exchange"));
  if (unread_connections_ > 0)
    note("passed on, and not recorded: " + conformance::counted(unread_bytes_, "byte") + " on " +
         conformance::counted(unread_connections_, "connection") + ", which are no HTTP that can be read");
}

}  // namespace understudy::tools
