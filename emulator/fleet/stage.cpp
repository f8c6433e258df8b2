#include "fleet/stage.h"

#include <utility>
#include <variant>

namespace understudy::fleet {

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

}  // namespace

void Stage::add(const std::string& id, phone::Phone phone, Place place) {
  sink_.take(transcript::PhoneMark{id, phone.model().device_type, phone.firmware().version, phone.identity().mac,
                                   phone.identity().e164});
  cast_.emplace(id, Player{id, std::move(phone), std::move(place)});
}

void Stage::mark(transcript::Event event, const std::string& id, std::string text) {
  sink_.take(Mark{clock_.now(), event, id, 0, std::move(text)});
}

void Stage::post(const std::string& id, const phone::Event& event) { happen(cast_.at(id), event); }

void Stage::happen(Player& player, const phone::Event& event) {
  for (phone::Effect& effect : player.phone.handle(event, clock_.now())) {
    if (const auto* begin = std::get_if<phone::Begin>(&effect)) {
      player.interactions = begin->interaction;
      sink_.take(Mark{clock_.now(), transcript::Event::interaction, player.id, begin->interaction,
                      std::string(spelling(begin->reason))});
    } else if (auto* send = std::get_if<phone::Send>(&effect)) {
      say(player, std::move(*send));
    } else if (const auto* finish = std::get_if<phone::Finish>(&effect)) {
      ++player.conversation;
      player.ended = finish->end;
      carrier_.close(player.id);
      std::string text(name_of(ending_of(finish->end)));
      if (!finish->why.empty()) text += ": " + finish->why;
      sink_.take(Mark{clock_.now(), transcript::Event::interaction_ended, player.id, finish->interaction, std::move(text)});
    } else if (const auto* timer = std::get_if<phone::SetTimer>(&effect)) {
      clock_.after(timer->after, [this, &player, fired = phone::TimerFired{timer->timer}] { happen(player, fired); });
    } else if (const auto* poll = std::get_if<phone::Poll>(&effect)) {
      this->poll(player, poll->url);
    } else if (auto* files = std::get_if<phone::Fetch>(&effect)) {
      fetch(player, std::move(*files));
    } else if (const auto* call = std::get_if<phone::InCall>(&effect)) {
      mark(transcript::Event::call, player.id, call->now ? "begins" : "ends");
    } else if (std::holds_alternative<phone::Restarting>(effect)) {
      mark(transcript::Event::restart, player.id, "");
    } else if (const auto* note = std::get_if<phone::Note>(&effect)) {
      mark(transcript::Event::note, player.id, note->text);
    }
  }
}

net::Order Stage::order(const Player& player, wpi::HttpRequest request) const {
  net::Order order;
  order.phone = player.id;
  order.target = player.place.target;
  order.source_address = player.place.source_address;
  order.profile = player.place.profile;
  order.waits = player.place.waits;
  order.request = std::move(request);
  return order;
}

void Stage::say(Player& player, phone::Send send) {
  net::Order order = this->order(player, std::move(send.request));
  order.fresh_connection = send.fresh_connection;
  carrier_.carry(std::move(order), [this, &player, conversation = player.conversation, interaction = send.interaction,
                                    message = send.message, attempt = send.attempt, said = send.said](Exchange&& x) {
    x.interaction = interaction;
    x.message = message;
    x.attempt = attempt;
    x.said = said;
    heard(player, conversation, std::move(x));
  });
}

void Stage::heard(Player& player, std::uint64_t conversation, Exchange&& x) {
  x.number = ++exchanges_;
  x.phone = player.id;
  const bool late = conversation != player.conversation;  // the phone was cut short meanwhile
  if (late) x.outcome = Outcome::interrupted;
  spoke_ = spoke_ || transcript::service_spoke(x);
  if (!spoke_ && first_failure_.empty()) first_failure_ = x.failure;

  transcript::Entry entry = std::move(x);
  sink_.take(entry);
  if (late) return;
  Exchange& said = std::get<Exchange>(entry);
  if (said.outcome == Outcome::answered && said.response)
    happen(player, phone::Answered{std::move(*said.response), std::move(said.answer)});
  else
    happen(player, phone::NotAnswered{said.outcome == Outcome::closed && !said.fresh_connection, said.failure});
}

// On a connection of its own, closed with the answer: the phone's interactions go on meanwhile.
void Stage::poll(Player& player, const std::string& url) {
  const auto target = net::poll_target_of(url);
  if (!target) return mark(transcript::Event::note, player.id, "no poll: " + target.error());
  net::Order order = this->order(player, {"GET", target->path, {{"Host", target->host_header()}}, ""});
  order.target = *target;
  order.phone = player.id + " polls";
  order.fresh_connection = true;
  carrier_.carry(std::move(order), [this, &player](Exchange x) {
    x.number = ++exchanges_;
    x.phone = player.id;
    x.poll = true;
    carrier_.close(player.id + " polls");
    const int status = x.outcome == Outcome::answered && x.response ? x.response->status : 0;
    sink_.take(std::move(x));
    happen(player, phone::Polled{status});
  });
}

void Stage::fetch(Player& player, phone::Fetch fetch) {
  const std::size_t files = fetch.files.size();
  const auto done = [this, &player, number = fetch.fetch](std::vector<phone::Download> results) {
    happen(player, phone::Fetched{number, std::move(results)});
  };
  if (downloads_) return downloads_->fetch(player.id, std::move(fetch.files), done);
  clock_.after({}, [files, done] { done(std::vector<phone::Download>(files, {false, "downloads are not emulated yet"})); });
}

void Stage::probe(const std::string& id, wpi::HttpRequest request, std::function<void(const Exchange&)> done) {
  net::Order order = this->order(cast_.at(id), std::move(request));
  order.fresh_connection = true;
  carrier_.carry(std::move(order), [this, id, done = std::move(done)](Exchange x) {
    x.number = ++exchanges_;
    x.phone = id;
    spoke_ = spoke_ || transcript::service_spoke(x);
    if (!spoke_ && first_failure_.empty()) first_failure_ = x.failure;
    carrier_.close(id);
    const Exchange said = x;
    sink_.take(std::move(x));
    done(said);
  });
}

}  // namespace understudy::fleet
