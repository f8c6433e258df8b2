#include "fleet/stage.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace understudy::fleet {

using transcript::Entry;
using transcript::Exchange;
using transcript::Mark;
using transcript::Outcome;

namespace {

transcript::Ending ending_of(phone::End end) {
  switch (end) {
    case phone::End::clean_up: return transcript::Ending::clean_up;
    case phone::End::restart: return transcript::Ending::restart;
    case phone::End::phone_clean_up: return transcript::Ending::phone_clean_up;
    case phone::End::unclean: return transcript::Ending::unclean;
    case phone::End::broke_off: return transcript::Ending::broke_off;
    case phone::End::connection_lost: return transcript::Ending::connection_lost;
  }
  return transcript::Ending::unclean;
}

transcript::Heed heed_of(phone::Heed heed) {
  switch (heed) {
    case phone::Heed::calls_back: return transcript::Heed::calls_back;
    case phone::Heed::in_gap: return transcript::Heed::in_gap;
    case phone::Heed::unheeded: return transcript::Heed::unheeded;
    case phone::Heed::not_asked: return transcript::Heed::not_asked;
  }
  return transcript::Heed::unheeded;
}

bool ended_well(phone::End end) {
  return end == phone::End::clean_up || end == phone::End::restart || end == phone::End::phone_clean_up;
}

}  // namespace

void Stage::add(const std::string& id, phone::Phone phone, Place place) {
  sink_.take(transcript::PhoneMark{id, phone.model().device_type, phone.firmware().version, phone.identity().mac,
                                   phone.identity().e164, phone.keys() ? phone.keys()->password() : "", place.address_of});
  const auto [at, fresh] = cast_.emplace(id, Player{id, std::move(phone), std::move(place)});
  if (fresh) by_address_.emplace(at->second.phone.identity().address, &at->second);
}

void Stage::mark(transcript::Event event, const std::string& id, std::string text) {
  sink_.take(Mark{clock_.now(), event, id, 0, std::move(text)});
}

void Stage::post(const std::string& id, const phone::Event& event) { happen(cast_.at(id), event); }

// False: what the phone remembers is not where a power cut leaves it alone. A later event tries again.
bool Stage::keep(Player& player) {
  if (!memory_ || player.kept == player.phone.memory_version()) return true;
  const auto done = memory_->keep(player.phone);
  if (done) {
    player.kept = player.phone.memory_version();
  } else if (!player.unkept) {
    mark(transcript::Event::note, player.id, "its memory cannot be kept: " + done.error());
    if (memory_failure_.empty()) memory_failure_ = done.error();
  }
  player.unkept = !done;
  return done.has_value();
}

void Stage::happen(Player& player, const phone::Event& event) {
  phone::Effects effects = player.phone.handle(event, std::max(clock_.now() + player.ahead, microseconds(0)));
  const bool kept = keep(player);
  bool silenced = false;
  for (phone::Effect& effect : effects) {
    if (const auto* begin = std::get_if<phone::Begin>(&effect)) {
      player.interactions = begin->interaction;
      if (player.director) player.director->begins(player.id, begin->reason);
      sink_.take(Mark{clock_.now(), transcript::Event::interaction, player.id, begin->interaction,
                      std::string(spelling(begin->reason))});
    } else if (auto* send = std::get_if<phone::Send>(&effect)) {
      silenced = !kept;
      if (kept) say(player, std::move(*send));
    } else if (const auto* finish = std::get_if<phone::Finish>(&effect)) {
      ++player.conversation;
      player.ended = finish->end;
      player.held.reset();
      player.old_tls = false;
      if (player.director) player.director->ends(player.id, finish->end);
      if (!player.place.keeps_connections || !ended_well(finish->end)) carrier_.close(player.id);
      std::string text(name_of(ending_of(finish->end)));
      if (!finish->why.empty()) text += ": " + finish->why;
      sink_.take(Mark{clock_.now(), transcript::Event::interaction_ended, player.id, finish->interaction, std::move(text)});
    } else if (const auto* timer = std::get_if<phone::SetTimer>(&effect)) {
      set_timer(player, timer->timer, timer->after);
    } else if (const auto* poll = std::get_if<phone::Poll>(&effect)) {
      this->poll(player, poll->url);
    } else if (const auto* doorbell = std::get_if<phone::Doorbell>(&effect)) {
      heed(*doorbell);
    } else if (auto* files = std::get_if<phone::Fetch>(&effect)) {
      fetch(player, std::move(*files));
    } else if (const auto* gone = std::get_if<phone::GiveUp>(&effect)) {
      if (downloads_) downloads_->give_up(player.id, gone->fetch);
    } else if (const auto* file = std::get_if<phone::Forget>(&effect)) {
      if (downloads_) downloads_->forget(player.phone.identity().mac, file->type, file->name);
    } else if (const auto* call = std::get_if<phone::InCall>(&effect)) {
      mark(transcript::Event::call, player.id, call->now ? "begins" : "ends");
    } else if (std::holds_alternative<phone::Restarting>(effect)) {
      mark(transcript::Event::restart, player.id, "");
    } else if (const auto* note = std::get_if<phone::Note>(&effect)) {
      mark(transcript::Event::note, player.id, note->text);
    }
  }
  if (silenced) happen(player, phone::CutShort{"its memory cannot be kept"});  // after which it has nothing to say
  if (player.director) player.director->changed(player.id);
}

net::Order Stage::order(const Player& player, wpi::HttpRequest request) const {
  net::Order order;
  order.phone = player.id;
  order.target = player.place.target;
  order.source_address = player.place.source_address;
  order.profile = player.old_tls ? net::TlsProfile::old : player.place.profile;
  order.waits = player.place.waits;
  order.resumes = player.place.resumes;
  order.request = std::move(request);
  return order;
}

void Stage::say(Player& player, phone::Send send) {
  Delivery delivery = player.director ? player.director->says(player.id, send) : Delivery{};
  if (player.affliction) meet_by_chance(player, send, delivery);
  if (delivery.fault.kind != net::Fault::Kind::none && !meet(player, send, delivery)) delivery.fault = {};
  if (sending) sending(player.id, send);
  if (delivery.never) return keep_silent(player, std::move(send), delivery.after);
  if (delivery.after.count() == 0) return transmit(player, send, delivery, 1);
  clock_.after(delivery.after, [this, &player, conversation = player.conversation, send = std::move(send), delivery] {
    if (conversation == player.conversation) transmit(player, send, delivery, 1);
  });
}

void Stage::transmit(Player& player, const phone::Send& send, const Delivery& delivery, int copy) {
  net::Order order = this->order(player, send.request);
  order.fresh_connection = send.fresh_connection && copy == 1;
  // The first message takes the connection of the interaction before.
  order.reopens = player.place.keeps_connections && send.message == 1 && send.attempt == 1 && order.fresh_connection;
  if (order.reopens) order.fresh_connection = false;
  order.fault = delivery.fault;
  if (send.credentials) {
    order.credentials = send.credentials;
    order.target.port = send.credentials->port;
  }
  if (const auto elsewhere = net::target_of("https://" + send.elsewhere); elsewhere && !send.elsewhere.empty()) {
    order.target.host = elsewhere->host;
    order.target.port = elsewhere->port;
  }
  Exchange told;  // what the phone knows of it
  if (send.wrong_tan) told.trial = transcript::Trial::wrong_tan;
  if (send.by_hand != phone::ByHand::no) told.scripted = static_cast<transcript::Scripted>(send.by_hand);
  if (send.others_cookie) {
    told.trial = transcript::Trial::others_cookie;
    told.scripted = transcript::Scripted::broken;
  }
  if (copy > 1 || (player.misled && !send.elsewhere.empty())) told.scripted = transcript::Scripted::broken;
  told.interaction = send.interaction;
  told.message = send.message;
  told.attempt = send.attempt + static_cast<std::uint32_t>(copy) - 1;
  told.said = send.said;
  const bool again = copy < delivery.times;
  const bool lost = delivery.fault.kind == net::Fault::Kind::lost_answer;
  carrier_.carry(std::move(order), [this, &player, conversation = player.conversation, told, delivery, copy, lost,
                                    send = again ? std::make_shared<const phone::Send>(send) : nullptr](Exchange&& x) {
    x.trial = told.trial;
    x.scripted = std::max(x.scripted, told.scripted);
    x.interaction = told.interaction;
    x.message = told.message;
    x.attempt = told.attempt;
    x.said = told.said;
    if (!send || x.outcome != Outcome::answered || conversation != player.conversation)
      return heard(player, conversation, std::move(x), lost);
    record(player, x);
    sink_.take(std::move(x));
    transmit(player, *send, delivery, copy + 1);
  });
}

// To the phone it is as if no answer came.
void Stage::keep_silent(Player& player, phone::Send send, microseconds so_long) {
  const microseconds wait = so_long.count() == 0 ? player.place.waits.answer : so_long;
  Exchange x;
  x.scripted = transcript::Scripted::broken;
  x.outcome = Outcome::interrupted;
  x.phase = transcript::Phase::sending;
  x.failure = "the script has the phone say nothing";
  x.interaction = send.interaction;
  x.message = send.message;
  x.attempt = send.attempt;
  x.said = send.said;
  x.request = std::move(send.request);
  x.encrypted = player.place.target.tls;
  x.remote = player.place.target.host_header();
  x.fresh_connection = send.fresh_connection;
  x.limit = player.place.waits.answer;
  x.begun = clock_.now();
  clock_.after(wait, [this, &player, conversation = player.conversation, x = std::move(x)]() mutable {
    if (conversation != player.conversation) return;
    x.ended = clock_.now();
    carrier_.close(player.id);
    heard(player, conversation, std::move(x));
  });
}

void Stage::record(const Player& player, Exchange& x) {
  x.number = exchanges_ += exchange_step_;
  x.phone = player.id;
  spoke_ = spoke_ || transcript::service_spoke(x);
  if (!spoke_ && first_failure_.empty()) first_failure_ = x.failure;
}

void Stage::heard(Player& player, std::uint64_t conversation, Exchange&& x, bool lost) {
  const bool late = conversation != player.conversation;  // the phone was cut short meanwhile
  if (late) x.outcome = Outcome::interrupted;
  record(player, x);

  transcript::Entry entry = std::move(x);
  sink_.take(entry);
  if (late) return;
  Exchange& said = std::get<Exchange>(entry);
  const bool held = player.director && player.director->hears(player.id, said);
  // A kept connection may go at any time: that a script had it go is nothing else to the phone.
  const bool gone = said.outcome == Outcome::closed || (said.outcome == Outcome::interrupted && said.connection != 0);
  phone::Event event = phone::NotAnswered{gone && !said.fresh_connection, said.failure};
  if (lost)
    event = phone::NotAnswered{false, "the answer was lost"};
  else if (said.outcome == Outcome::answered && said.response)
    event = phone::Answered{std::move(*said.response), std::move(said.answer)};
  if (held)
    player.held = std::make_unique<phone::Event>(std::move(event));
  else
    happen(player, event);
}

void Stage::let_go(const std::string& id) {
  Player& player = cast_.at(id);
  if (const auto held = std::move(player.held)) happen(player, *held);
}

bool Stage::answer_by_hand(const std::string& id, phone::Words words, bool obeys, bool broken) {
  Player& player = cast_.at(id);
  if (!player.held || !std::holds_alternative<phone::Answered>(*player.held)) return false;
  const auto held = std::move(player.held);
  happen(player, phone::AnsweredByHand{std::get<phone::Answered>(std::move(*held)), std::move(words), obeys, broken});
  return true;
}

// On a connection of its own, closed with the answer unless the phone keeps its connections: the phone's interactions go on
// meanwhile. False where there is no such place.
bool Stage::get(Player& player, const std::string& url, const std::string& as, std::function<void(Exchange)> done) {
  const auto target = net::poll_target_of(url);
  if (!target) {
    mark(transcript::Event::note, player.id, "no poll: " + target.error());
    return false;
  }
  net::Order order = this->order(player, {"GET", target->path, {{"Host", target->host_header()}}, ""});
  order.target = *target;
  order.phone = as;
  order.reopens = player.place.keeps_connections;
  order.fresh_connection = !order.reopens;
  get(std::move(order), std::move(done));
  return true;
}

// A connection that was kept may go while the request is under way: then it is said once more, as with any other message.
void Stage::get(net::Order order, std::function<void(Exchange)> done) {
  std::optional<net::Order> again;
  if (!order.fresh_connection) {
    again = order;
    again->fresh_connection = true;
  }
  std::string as = order.phone;
  const bool keeps = order.reopens;
  carrier_.carry(std::move(order), [this, as = std::move(as), keeps, again = std::move(again), done = std::move(done)](Exchange x) mutable {
    if (again && !x.fresh_connection && x.outcome == Outcome::closed && !x.response) return get(std::move(*again), std::move(done));
    x.number = exchanges_ += exchange_step_;
    x.poll = true;
    if (!keeps) carrier_.close(as);
    done(std::move(x));
  });
}

void Stage::poll(Player& player, const std::string& url) {
  const bool under_way = get(player, url, player.id + " polls", [this, &player](Exchange x) {
    --player.polls;
    x.phone = player.id;
    const int status = x.outcome == Outcome::answered && x.response ? x.response->status : 0;
    const Entry entry = std::move(x);
    sink_.take(entry);
    if (player.director) player.director->polled(player.id, std::get<Exchange>(entry));
    happen(player, phone::Polled{status});
  });
  if (under_way) ++player.polls;
}

void Stage::poll_as_stranger(const std::string& id, const std::string& mac, std::function<void()> done) {
  Player& player = cast_.at(id);
  std::string url = player.phone.poll_url();
  const std::string& own = player.phone.identity().mac;
  if (url.ends_with(own)) url.replace(url.size() - own.size(), own.size(), mac);
  const bool under_way = get(player, url, player.id + " polls as a stranger", [this, &player, done](Exchange x) {
    --player.polls;
    sink_.take(std::move(x));
    done();
  });
  if (under_way)
    ++player.polls;
  else
    clock_.after({}, std::move(done));
}

transcript::Contact Stage::contact_of(const wpi::HttpRequest& request, const net::Caller& caller) const {
  transcript::Contact contact;
  contact.at = clock_.now();
  contact.local = caller.local;
  contact.remote = caller.remote;
  contact.encrypted = caller.encrypted;
  contact.request = request;
  return contact;
}

net::DoorAnswer Stage::knock_at(const std::string& id, const wpi::HttpRequest& request, const net::ContactCall& call,
                                const net::Caller& caller) {
  return knock(cast_.at(id), contact_of(request, caller), call);
}

net::DoorAnswer Stage::knock(const std::string& address, const wpi::HttpRequest& request, const net::ContactCall& call,
                             const net::Caller& caller) {
  transcript::Contact contact = contact_of(request, caller);
  const auto found = by_address_.find(address);
  if (found == by_address_.end()) {
    sink_.take(std::move(contact));
    return net::DoorAnswer::nobody;
  }
  return knock(*found->second, std::move(contact), call);
}

net::DoorAnswer Stage::knock(Player& player, transcript::Contact contact, const net::ContactCall& call) {
  contact.phone = player.id;
  for (const std::string& problem : call.problems) contact.problem += (contact.problem.empty() ? "" : "; ") + problem;
  if (call.asked != net::Asked::contact_me) {
    contact.heed = transcript::Heed::no_contact;
    contact.status = net::status_of(call.asked);
    sink_.take(std::move(contact));
    return net::DoorAnswer::acknowledged;
  }
  if (call.dls_ip_addr) {
    net::Target elsewhere = player.place.target;
    elsewhere.host = *call.dls_ip_addr;
    elsewhere.port = call.dls_ip_port.value_or(elsewhere.port);
    contact.elsewhere = elsewhere.host_header();
  }
  player.misled = contact.scripted && call.dls_ip_addr;
  contact_ = &contact;
  happen(player, phone::ContactMe{call.wants_call_back(), contact.elsewhere});
  contact_ = nullptr;
  if (player.director && !contact.scripted) player.director->contacted(player.id, contact);
  return contact.status != 0 ? net::DoorAnswer::acknowledged : net::DoorAnswer::silent;
}

// As a service would ask (guide p.14).
void Stage::call_at_door(const std::string& id, bool wanted, const std::string& elsewhere) {
  Player& player = cast_.at(id);
  const phone::Identity& identity = player.phone.identity();
  transcript::Contact contact;
  contact.at = clock_.now();
  const bool v6 = identity.address.find(':') != std::string::npos;
  contact.local = (v6 ? "[" + identity.address + "]" : identity.address) + ":" + std::to_string(identity.door);
  contact.scripted = true;
  contact.request = {"POST", std::string(net::contact_path), {{"Host", contact.local}, {"Content-Type", "application/x-www-form-urlencoded"}},
                     std::string("ContactMe=") + (wanted ? "true" : "false")};
  const std::size_t colon = elsewhere.rfind(':');
  if (!elsewhere.empty()) contact.request.body += "&dls_ip_addr=" + elsewhere.substr(0, colon);
  if (!elsewhere.empty() && colon != std::string::npos) contact.request.body += "&dls_ip_port=" + elsewhere.substr(colon + 1);
  contact.request.headers.push_back({"Content-Length", std::to_string(contact.request.body.size())});
  const net::ContactCall call = net::read_contact(contact.request);
  knock(player, std::move(contact), call);
}

// What the phone was asked stands in the record before what comes of it.
void Stage::heed(const phone::Doorbell& doorbell) {
  if (!contact_) return;
  contact_->heed = heed_of(doorbell.heed);
  if (doorbell.answers) contact_->status = net::status_of(net::Asked::contact_me);
  sink_.take(*contact_);
}

void Stage::fetch(Player& player, phone::Fetch fetch) {
  const std::size_t files = fetch.files.size();
  const auto done = [this, &player, number = fetch.fetch](std::vector<phone::Download> results) {
    happen(player, phone::Fetched{number, std::move(results)});
  };
  if (downloads_)
    return downloads_->fetch({player.id, player.phone.identity().mac, &player.phone.model(), player.place.source_address,
                              player.place.profile, fetch.fetch, std::move(fetch.files)},
                             done);
  clock_.after({}, [files, done] { done(std::vector<phone::Download>(files, {false, "nothing is fetched here"})); });
}

void Stage::attempt(const std::string& id, Attempt attempt, wpi::HttpRequest request, std::function<void(const Exchange&)> done) {
  const bool keeps_open = !attempt.as.empty();
  net::Order order = this->order(cast_.at(id), std::move(request));
  order.fresh_connection = attempt.fresh;
  if (keeps_open) order.phone = attempt.as;
  if (attempt.port != 0) order.target.port = attempt.port;
  order.credentials = std::move(attempt.credentials);
  order.fault = std::move(attempt.fault);
  if (attempt.answer_limit.count() > 0) order.waits.answer = attempt.answer_limit;
  order.stretches = std::move(attempt.stretches);
  order.renegotiates = attempt.renegotiates;
  carrier_.carry(std::move(order), [this, id, keeps_open, trial = attempt.trial, scripted = attempt.scripted,
                                    done = std::move(done)](Exchange x) {
    x.trial = trial;
    x.scripted = scripted;
    record(cast_.at(id), x);
    if (!keeps_open) carrier_.close(id);
    const Exchange said = x;
    sink_.take(std::move(x));
    done(said);
  });
}

}  // namespace understudy::fleet
