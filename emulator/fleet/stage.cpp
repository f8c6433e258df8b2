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
  cast_.emplace(id, Player{std::move(phone), std::move(place)});
}

void Stage::mark(transcript::Event event, const std::string& id, std::string text) {
  sink_.take(Mark{clock_.now(), event, id, 0, std::move(text)});
}

void Stage::post(const std::string& id, const phone::Event& event) {
  carry_out(id, cast_.at(id).phone.handle(event));
}

void Stage::carry_out(const std::string& id, phone::Effects effects) {
  Player& player = cast_.at(id);
  for (phone::Effect& effect : effects) {
    if (const auto* begin = std::get_if<phone::Begin>(&effect)) {
      player.interactions = begin->interaction;
      sink_.take(Mark{clock_.now(), transcript::Event::interaction, id, begin->interaction, std::string(spelling(begin->reason))});
    } else if (auto* send = std::get_if<phone::Send>(&effect)) {
      say(id, std::move(*send));
    } else if (const auto* finish = std::get_if<phone::Finish>(&effect)) {
      ++player.conversation;
      player.ended = finish->end;
      carrier_.close(id);
      std::string text(name_of(ending_of(finish->end)));
      if (!finish->why.empty()) text += ": " + finish->why;
      sink_.take(Mark{clock_.now(), transcript::Event::interaction_ended, id, finish->interaction, std::move(text)});
    } else if (const auto* timer = std::get_if<phone::SetTimer>(&effect)) {
      clock_.after(timer->after, [this, id, fired = phone::TimerFired{timer->timer}] { post(id, fired); });
    } else if (std::holds_alternative<phone::Restarting>(effect)) {
      mark(transcript::Event::restart, id, "");
    } else if (const auto* note = std::get_if<phone::Note>(&effect)) {
      mark(transcript::Event::note, id, note->text);
    }
  }
}

net::Order Stage::order(const std::string& id, const Player& player, wpi::HttpRequest request) const {
  net::Order order;
  order.phone = id;
  order.target = player.place.target;
  order.source_address = player.place.source_address;
  order.profile = player.place.profile;
  order.waits = player.place.waits;
  order.request = std::move(request);
  return order;
}

void Stage::say(const std::string& id, phone::Send send) {
  Player& player = cast_.at(id);
  net::Order order = this->order(id, player, std::move(send.request));
  order.fresh_connection = send.fresh_connection;
  carrier_.carry(std::move(order), [this, id, conversation = player.conversation, interaction = send.interaction,
                                    message = send.message, attempt = send.attempt, said = send.said](Exchange x) {
    x.interaction = interaction;
    x.message = message;
    x.attempt = attempt;
    x.said = said;
    heard(id, conversation, std::move(x));
  });
}

void Stage::heard(const std::string& id, std::uint64_t conversation, Exchange x) {
  Player& player = cast_.at(id);
  x.number = ++exchanges_;
  x.phone = id;
  const bool late = conversation != player.conversation;  // the phone was cut short meanwhile
  if (late) x.outcome = Outcome::interrupted;
  spoke_ = spoke_ || transcript::service_spoke(x);
  if (!spoke_ && first_failure_.empty()) first_failure_ = x.failure;

  const transcript::Entry entry = std::move(x);
  sink_.take(entry);
  if (late) return;
  const Exchange& said = std::get<Exchange>(entry);
  if (said.outcome == Outcome::answered && said.response)
    post(id, phone::Answered{*said.response, said.answer});
  else
    post(id, phone::NotAnswered{said.outcome == Outcome::closed && !said.fresh_connection, said.failure});
}

void Stage::probe(const std::string& id, wpi::HttpRequest request, std::function<void(const Exchange&)> done) {
  net::Order order = this->order(id, cast_.at(id), std::move(request));
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
