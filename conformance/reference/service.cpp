#include "reference/service.h"

#include <algorithm>
#include <array>
#include <functional>
#include <unordered_map>
#include <utility>

#include "net/words.h"
#include "reference/answer.h"
#include "reference/api.h"
#include "reference/asking.h"
#include "reference/bootstrap.h"
#include "reference/conversation.h"
#include "reference/cookies.h"
#include "reference/fault.h"
#include "reference/files.h"
#include "reference/plan.h"
#include "reference/record.h"
#include "wpi/reader.h"

namespace understudy::reference {

namespace {

constexpr std::array<std::string_view, 9> kinds = {"read",         "write",           "read-all",  "restart",      "factory-reset",
                                                    "deploy-files", "deploy-software", "bootstrap", "bootstrap-pin"};
constexpr std::string_view xml_type = "text/xml", text_type = "text/plain; charset=utf-8",
                           json_type = "application/json";

// Where phones poll; they append their mac-addr (guide p.15).
constexpr std::string_view poll_prefix = "/dcmp/contact-me?device-id=";

constexpr std::size_t most_nonce = 1'000;  // bytes; phones use 32 (guide p.33)

bool asks_to_close(const wpi::HttpRequest& request) {
  const std::string* connection = wpi::find_header(request.headers, "Connection");
  return connection && wpi::same_ignoring_case(*connection, "close");
}

// Unlimited where it is absent, -1 or no number (guide p.28).
std::optional<std::size_t> max_items_of(const wpi::Document& message) {
  if (!message.max_items) return std::nullopt;
  wpi::Item as_item;
  as_item.index = message.max_items->text;
  const auto number = index_number(as_item);
  if (!number || *number < 1) return std::nullopt;
  return static_cast<std::size_t>(*number);
}

}  // namespace

std::string_view spelling(JobKind kind) {
  return kinds[static_cast<std::size_t>(kind)];
}

std::optional<JobKind> job_kind_spelled(std::string_view text) {
  const auto found = std::find(kinds.begin(), kinds.end(), text);
  if (found == kinds.end()) return std::nullopt;
  return static_cast<JobKind>(found - kinds.begin());
}

struct Service::Impl {
  explicit Impl(Options given) : options(std::move(given)), cookies(options) {
    for (const std::string& name : options.defects)
      if (const auto defect = defect_named(name)) faults.push_back(find_fault((*defect)->name));
    book.at_start_up = poll_items(options);
    book.secure = options.secure;
    // What gives nothing back cannot change it.
    const auto of_markup = [](const Fault* fault) { return fault->defect.rule() == "robust.markup"; };
    book.gives_back = options.gives_back || std::any_of(faults.begin(), faults.end(), of_markup);
    for (const UserOption& user : options.users) book.users[user.e164] = {user.password, settings_of_user(user.e164), {}};
  }

  net::Served answer(const wpi::HttpRequest& request, const net::Caller& caller, microseconds now);
  HttpAnswer answer_text(int status, std::string_view text, bool close) const;
  net::Served answer_poll(const wpi::HttpRequest& request);
  net::Served answer_download(const wpi::HttpRequest& request, std::string_view path, const net::Caller& caller);
  std::optional<ContactRequest> next_contact(microseconds now);
  net::Served answer_phone(wpi::HttpRequest request, const Door& door, microseconds now, microseconds took);
  net::Served answer_message(wpi::HttpRequest& request, wpi::Document& message, const Door& door, microseconds now);
  std::string refusal(const wpi::HttpRequest& request, const wpi::Document& message, const Door& door);
  Order decide(Turn& turn, const wpi::HttpRequest& request, const wpi::Document& message, const Door& door, microseconds now,
               std::string& new_cookie);
  void hear_of_pin(const wpi::Document& message, const Door& door);
  Phone* phone_in_session(const wpi::HttpRequest& request, const wpi::Document& message);
  void look_around(Turn& turn, const wpi::HttpRequest& request, const Door& door);
  bool remembers_openings() const;
  bool tells_of_files(const Phone& phone, const wpi::HttpRequest& request, const wpi::Document& message);
  net::Served say(Turn& turn, const std::string& new_cookie, bool close);

  Options options;
  CookieMaker cookies;
  std::vector<const Fault*> faults;
  Wound wound;
  wpi::Reader reader;
  PhoneBook book;
  std::unordered_map<std::string, std::string> sessions;  // phones by cookies that they were given; for defects alone
  std::vector<wpi::Item> shown;  // what items_of() gave out last
};

HttpAnswer Service::Impl::answer_text(int status, std::string_view text, bool close) const {
  return http_answer(status, text_type, std::string(text) + "\n", close, options.name);
}

net::Served Service::Impl::answer_poll(const wpi::HttpRequest& request) {
  const Phone* phone = book.find(std::string_view(request.target).substr(poll_prefix.size()));
  HttpAnswer answer = poll_answer(phone, asks_to_close(request), options.name);
  for (const Fault* fault : faults)
    if (fault->poll) fault->poll(phone, answer);
  return served(answer);
}

// What gets nothing is told to the job that it must be for: the phone will say no more than that it failed.
net::Served Service::Impl::answer_download(const wpi::HttpRequest& request, std::string_view path, const net::Caller& caller) {
  const HttpAnswer answer = file_answer(request, path, options.files, asks_to_close(request), options.name);
  const bool is_question = answer.status == 401 && !wpi::find_header(request.headers, "Authorization");  // and it will be answered
  if ((answer.status != 401 && answer.status != 404) || is_question) return served(answer);
  const auto is_loading = [](const Job& job) {
    return job.state == JobState::sent && (job.kind == JobKind::deploy_files || job.kind == JobKind::deploy_software);
  };
  Phone* phone = book.only_one_from(host_in(caller.remote), [&](const Phone& one) {
    return std::any_of(one.jobs.begin(), one.jobs.end(), is_loading);
  });
  if (!phone) return served(answer);
  Job& job = *std::find_if(phone->jobs.begin(), phone->jobs.end(), is_loading);
  const std::string why = answer.status == 401 ? "wrong user or password" : "there is no such file";
  job.not_served = "its download of " + net::quoted(path, 100) + " was answered " + std::to_string(answer.status) + ", " + why;
  return served(answer);
}

std::optional<ContactRequest> Service::Impl::next_contact(microseconds now) {
  while (!book.to_ask().empty() && book.to_ask().begin()->first <= now) {
    Phone* phone = book.next_to_ask();
    auto contact = phone ? contact_for(book, *phone, options, now) : std::nullopt;
    for (const Fault* fault : faults)
      if (fault->contact && phone) fault->contact(book, *phone, contact, now);
    if (contact) return contact;
  }
  return std::nullopt;
}

net::Served Service::Impl::answer(const wpi::HttpRequest& request, const net::Caller& caller, microseconds now) {
  if (request.method == "GET" && request.target.starts_with(poll_prefix)) return answer_poll(request);
  const bool close = asks_to_close(request);
  const std::string_view path = std::string_view(request.target).substr(0, request.target.find('?'));
  if (path.starts_with(api_prefix)) {
    ApiAnswer said = api_answer(book, options, request, path, now);
    HttpAnswer answer = http_answer(said.status, json_type, std::move(said.json), close, options.name);
    if (!said.allow.empty()) set_header(answer, "Allow", said.allow);
    return served(answer);
  }
  if (is_of_files(path) && caller.encrypted) return answer_download(request, path, caller);
  if (path != wpi::default_path) return served(answer_text(404, "There is nothing here.", close));
  const Door door{options.secure.port != 0 && caller.local.ends_with(":" + std::to_string(options.secure.port)), caller.certificate,
                  host_in(caller.remote), host_in(caller.local)};
  if (request.method == "POST") return answer_phone(request, door, now, caller.took);

  HttpAnswer refusal = answer_text(405, "Phones POST their messages here.", close);
  set_header(refusal, "Allow", "POST");
  if (request.method == "GET")
    for (const Fault* fault : faults)
      if (fault->get) fault->get(refusal);
  return served(refusal);
}

// Four steps, and a defect may take a hand in each: what is read, what is decided, how it is said, how it is sent.
net::Served Service::Impl::answer_phone(wpi::HttpRequest request, const Door& door, microseconds now, microseconds took) {
  const net::Served unanswered{.bytes = "", .close = true};
  wound.dead_until = std::max(wound.dead_until, std::exchange(wound.dead_from_next, {}));
  if (now < wound.dead_until) return unanswered;
  wpi::Document message = reader.read(request.body, wpi::Sender::phone);
  const microseconds waits = std::max(microseconds{}, wound.busy_until - now);  // for those before it
  wound.takes = {};
  wound.fetches.clear();
  for (const Fault* fault : faults) {
    if (!fault->hurt) continue;
    const Pain pain = fault->hurt(Blow{request, message, now, took}, wound);
    if (pain == Pain::silent) return unanswered;
    if (pain == Pain::server_error) return served(answer_text(500, "Something went wrong.", asks_to_close(request)));
  }
  if (!wound.fetches.empty() && options.fetch) options.fetch(wound.fetches);
  net::Served out = answer_message(request, message, door, now);
  out.after += std::max(waits, wound.busy_until - now) + wound.takes;
  return out;
}

net::Served Service::Impl::answer_message(wpi::HttpRequest& request, wpi::Document& message, const Door& door, microseconds now) {
  const bool close = asks_to_close(request);
  for (const Fault* fault : faults)
    if (fault->misread) fault->misread(request, message);
  if (message.empty) return served(answer_text(400, "There is no message in the request.", close));
  if (!message.well_formed)
    return served(answer_text(400, "The message cannot be read: " + message.error, close));
  if (message.nonce_or_empty().empty()) return served(answer_text(400, "The message has no nonce.", close));
  if (message.nonce_or_empty().size() > most_nonce)
    return served(answer_text(400, "The message's nonce is too long to be echoed.", close));

  if (const std::string why = refusal(request, message, door); !why.empty()) return served(answer_text(403, why, true));

  Turn turn;
  turn.secure = door.secure;
  turn.own_url = "https://" + options.host + ":" + std::to_string(options.port);
  turn.reason = message.reason();
  turn.nonce = message.nonce_or_empty();
  turn.brought_cookie = wpi::find_header(request.headers, "Cookie") != nullptr;
  turn.busy = !message.reasons.empty() && message.reasons.front().status &&
              wpi::same_ignoring_case(message.reasons.front().status->text, wpi::spelling(wpi::ReplyStatus::busy));
  turn.requests_user_data = message.find("requested-items") != nullptr;
  turn.says_final = message.fragment && message.fragment->text == spelling(wpi::Fragment::final_);
  std::string new_cookie;
  turn.order = decide(turn, request, message, door, now, new_cookie);
  if (!faults.empty()) look_around(turn, request, door);
  for (const Fault* fault : faults)
    if (fault->decide) fault->decide(turn, turn.order);

  // A session ends where CleanUp is said (guide p.13, p.41); one that goes on is handed out with its first
  // answer (p.34).
  if (turn.phone && turn.phone->open) {
    if (turn.says(wpi::Action::clean_up)) {
      wound.begun_in_a_row = 0;
      turn.phone->last_opening = turn.phone->open->opening;
      book.close(*turn.phone);
      // One that is in a call, and does not know how to call back: it is asked again after a while (guide p.46).
      if (turn.phone->is_wanted()) book.ask(*turn.phone, now + contact_gap(*turn.phone));
      new_cookie.clear();
    } else {
      Conversation(book, *turn.phone).said(turn.order, std::hash<std::string>{}(request.body));
    }
  }
  return say(turn, new_cookie, close);
}

// Who else there is, for a service that mixes phones up.
void Service::Impl::look_around(Turn& turn, const wpi::HttpRequest& request, const Door& door) {
  constexpr std::size_t most_sessions = 10'000;
  turn.book = &book;
  for (const std::string& session : sessions_of(request)) {
    const auto known = sessions.find(session);
    if (known == sessions.end()) continue;
    turn.stale = turn.stale || !book.by_cookie(session);
    if (turn.opens && turn.phone && turn.phone->open && known->second != turn.phone->mac) turn.phone->open->came_as = known->second;
  }
  if (turn.phone && turn.phone->open) {
    if (sessions.size() >= most_sessions) sessions.clear();
    sessions[turn.phone->open->cookie] = turn.phone->mac;
    if (!turn.phone->open->came_as.empty()) turn.cookie_of = book.find(turn.phone->open->came_as);
  }
  for (const Phone& each : book.all()) {
    if (&each == turn.phone || !each.seen) continue;
    Phone* other = book.find(each.mac);
    if (!turn.last_other || other->last_contact > turn.last_other->last_contact) turn.last_other = other;
    if (other->open && (!turn.open_other || other->last_contact > turn.open_other->last_contact)) turn.open_other = other;
    if (other->host == door.from && (!turn.neighbour || other->last_contact > turn.neighbour->last_contact)) turn.neighbour = other;
  }
}

bool Service::Impl::remembers_openings() const {
  return std::all_of(faults.begin(), faults.end(), [](const Fault* fault) { return fault->remembers_openings; });
}

// Why nobody with that message is served at that door (guide p.65); empty: he is.
std::string Service::Impl::refusal(const wpi::HttpRequest& request, const wpi::Document& message, const Door& door) {
  const wpi::Item* mac = message.find("mac-addr");
  const Phone* phone = mac ? book.find(mac->value) : phone_in_session(request, message);
  std::string why = refusal_of(phone, door);
  for (const Fault* fault : faults)
    if (fault->lets_in && fault->lets_in(door)) why.clear();
  return why;
}

// The guide's phone says that in an interaction of its own, and not who it is (p.83): the host that it calls from tells.
void Service::Impl::hear_of_pin(const wpi::Document& message, const Door& door) {
  const wpi::Item* why = message.find("cleanup-reason");
  if (!why || !wpi::same_ignoring_case(why->value, no_more_tries)) return;
  if (Phone* phone = book.only_one_from(door.from, awaits_pin)) pin_was_given_up(*phone);
}

Order Service::Impl::decide(Turn& turn, const wpi::HttpRequest& request, const wpi::Document& message, const Door& door,
                            microseconds now, std::string& new_cookie) {
  const bool answers = turn.reason == wpi::Reason::reply_to || turn.reason == wpi::Reason::clean_up;
  if (answers) {
    turn.phone = phone_in_session(request, message);
  } else if (const wpi::Item* mac = message.find("mac-addr"); mac && turn.reason) {
    turn.phone = book.meet(mac->value);
  }
  if (!turn.phone && turn.reason == wpi::Reason::clean_up) hear_of_pin(message, door);
  if (!turn.phone) return Order{};  // nobody whom we know, or nothing that we understand: nothing to be done

  Phone& phone = *turn.phone;
  phone.seen = true;
  phone.last_contact = now;
  phone.asked_times = 0;
  phone.host = door.from;
  phone.our_host = door.host;
  if (phone.nonce != turn.nonce) phone.nonce_before = std::exchange(phone.nonce, turn.nonce);
  turn.nonce_before = phone.nonce_before;

  // The very message of an interaction that is over: our CleanUp was lost, or somebody has listened. All was done then.
  const std::size_t digest = std::hash<std::string>{}(request.body);
  turn.replayed = !answers && !phone.open && phone.last_opening == digest && remembers_openings();
  if (turn.replayed) return Order{};

  Order order;
  if (!answers && tells_of_files(phone, request, message)) {
    order = Conversation(book, phone).status(message);
  } else if (!answers) {
    turn.opens = true;
    new_cookie = cookies.make();
    if (new_cookie.empty()) return Order{};
    Interaction& open = book.open(phone, new_cookie);
    open.nonce = turn.nonce;
    open.opening = digest;
    phone.last_opening = 0;
    open.secure = door.secure;
    open.max_items = max_items_of(message);
    order = Conversation(book, phone).begin(*turn.reason, message);
  } else {
    const auto& status = message.reasons.front().status;
    turn.failed = turn.reason == wpi::Reason::reply_to && status &&
                  wpi::same_ignoring_case(status->text, wpi::spelling(wpi::ReplyStatus::failed));
    turn.restarting = phone.open->asked && phone.open->asked->action == wpi::Action::restart;
    Conversation conversation(book, phone);
    order = turn.reason == wpi::Reason::reply_to
                ? conversation.reply(message, std::hash<std::string>{}(request.body))
                : conversation.phone_ends(message);
  }
  turn.firmware = phone.version;
  return order;
}

// Whose interaction a reply belongs to: its cookie says so, and it must not name another phone.
Phone* Service::Impl::phone_in_session(const wpi::HttpRequest& request, const wpi::Document& message) {
  const wpi::Item* mac = message.find("mac-addr");
  for (const std::string& session : sessions_of(request)) {
    Phone* phone = book.by_cookie(session);
    if (phone && (!mac || mac->value.empty() || filed_as(mac->value) == phone->mac)) return phone;
  }
  return nullptr;
}

// A status in the interaction in which the files were ordered (guide p.52). One without the session begins anew, as any other
// first message.
bool Service::Impl::tells_of_files(const Phone& phone, const wpi::HttpRequest& request, const wpi::Document& message) {
  return message.reason() == wpi::Reason::status && phone.open && phone.open->asked &&
         phone.open->asked->action == wpi::Action::file_deployment && phone_in_session(request, message) == &phone;
}

net::Served Service::Impl::say(Turn& turn, const std::string& new_cookie, bool close) {
  std::string xml = xml_of(turn.order, turn.nonce, turn.firmware);
  for (const Fault* fault : faults)
    if (fault->message) fault->message(turn, xml);

  HttpAnswer answer = http_answer(200, xml_type, std::move(xml), close, options.name);
  if (!options.simulated) set_header(answer, "Date", http_date());
  if (!new_cookie.empty()) set_header(answer, "Set-Cookie", set_cookie_value(new_cookie));
  for (const Fault* fault : faults)
    if (fault->wire) fault->wire(turn, answer);

  net::Served out = served(answer);
  for (const Fault* fault : faults)
    if (fault->bytes) fault->bytes(turn, out);
  return out;
}

Service::Service(Options options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Service::~Service() = default;

net::Served Service::answer(const wpi::HttpRequest& request, const net::Caller& caller, microseconds now) {
  return impl_->answer(request, caller, now);
}

std::optional<ContactRequest> Service::next_contact(microseconds now) { return impl_->next_contact(now); }

std::optional<microseconds> Service::contact_due() const {
  const auto& to_ask = impl_->book.to_ask();
  if (to_ask.empty()) return std::nullopt;
  return to_ask.begin()->first;
}

std::uint64_t Service::add_job(const std::string& mac, Job job) {
  Phone* phone = impl_->book.meet(mac);
  return phone ? impl_->book.add(*phone, std::move(job)) : 0;
}

const Job* Service::find_job(const std::string& mac, std::uint64_t id) const {
  Phone* phone = impl_->book.find(mac);
  return phone ? phone->find_job(id) : nullptr;
}

const std::vector<wpi::Item>* Service::items_of(const std::string& mac) const {
  const Phone* phone = impl_->book.find(mac);
  if (!phone || !phone->seen) return nullptr;
  impl_->shown = phone->items.all();
  return &impl_->shown;
}

}  // namespace understudy::reference
