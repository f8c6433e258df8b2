#include "look/ladder.h"

#include <algorithm>
#include <utility>

namespace understudy::look {

namespace {

using transcript::Contact;
using transcript::Event;
using transcript::Exchange;
using transcript::Mark;

std::size_t bytes_of(const wpi::Headers& headers) {
  std::size_t bytes = 0;
  for (const wpi::Header& header : headers) bytes += sizeof header + header.name.size() + header.value.size();
  return bytes;
}

std::size_t bytes_of(const wpi::HttpRequest& request) {
  return request.target.size() + bytes_of(request.headers) + request.body.size();
}

std::size_t bytes_of(const std::shared_ptr<const wpi::Document>& document) {
  constexpr std::size_t texts_of_an_item = 64;
  if (!document) return 0;
  return sizeof *document + document->items.size() * (sizeof(wpi::Item) + texts_of_an_item);
}

std::size_t bytes_of(const Exchange& exchange) {
  std::size_t bytes =
      sizeof exchange + bytes_of(exchange.request) + bytes_of(exchange.said) + bytes_of(exchange.answer);
  if (const auto& response = exchange.response)
    bytes += response->head.size() + bytes_of(response->headers) + response->body.size() +
             response->coded_body.size();
  return bytes;
}

std::size_t bytes_of(const Rung& rung) {
  if (const auto* exchange = std::get_if<std::shared_ptr<const Exchange>>(&rung.what))
    return bytes_of(**exchange);
  if (const auto* contact = std::get_if<std::shared_ptr<const Contact>>(&rung.what))
    return sizeof(Contact) + bytes_of((*contact)->request);
  return sizeof(Rung) + std::get<Mark>(rung.what).text.size();
}

std::size_t bytes_of(const Remark& remark) {
  return sizeof remark + remark.message.size() + remark.expected.size() + remark.came.size();
}

bool is_exchange(const Rung& rung, std::uint64_t number) {
  const auto* exchange = std::get_if<std::shared_ptr<const Exchange>>(&rung.what);
  return exchange && (*exchange)->number == number;
}

bool is_contact(const Rung& rung) {
  return std::holds_alternative<std::shared_ptr<const Contact>>(rung.what);
}

std::string reason_in(const Exchange& exchange) {
  return exchange.said && !exchange.said->reasons.empty() ? exchange.said->reasons.front().reason.text
                                                          : std::string();
}

}  // namespace

void Ladders::take(const transcript::Entry& entry) {
  if (const auto* mark = std::get_if<Mark>(&entry)) return take_mark(*mark);
  if (const auto* exchange = std::get_if<Exchange>(&entry)) return take_exchange(*exchange);
  if (const auto* contact = std::get_if<Contact>(&entry)) return take_contact(*contact);
}

// The ladder of the interaction that goes on; nullptr if there is none.
const Ladder* Ladders::open_in(const OfPhone& of) {
  if (of.current <= of.gone) return nullptr;
  const Ladder& current = *of.ladders[of.current - of.gone - 1];
  return current.open ? &current : nullptr;
}

void Ladders::take_mark(const Mark& mark) {
  switch (mark.event) {
    case Event::step:
    case Event::step_ended:
      return;  // of the plan of a run, not of what was said
    case Event::interaction: {
      OfPhone& of = phones_[mark.phone];
      if (open_in(of)) end(of, mark.at, "");
      Ladder ladder{
          .phone = mark.phone, .interaction = mark.interaction, .reason = mark.text, .begun = mark.at};
      ladder.ended = mark.at;
      ladder.open = true;
      of.current = begin(of, std::move(ladder));
      return keep_bounds(of);
    }
    case Event::interaction_ended: {
      OfPhone& of = phones_[mark.phone];
      const Ladder* open = open_in(of);
      if (open && open->interaction == mark.interaction) end(of, mark.at, mark.text);
      return;
    }
    case Event::restart:
    case Event::call:
    case Event::trigger:
    case Event::trigger_failed:
    case Event::job:
    case Event::download:
    case Event::planted:
    case Event::hostile:
    case Event::hostile_ended:
    case Event::guard:
    case Event::guard_ended:
    case Event::fetched:
    case Event::fault:
    case Event::note: {
      OfPhone& of = phones_[mark.phone];
      Rung rung{mark.at, mark};
      const std::size_t bytes = bytes_of(rung);
      if (const Ladder* open = open_in(of)) return put(of, open->number, std::move(rung), mark.at, bytes);
      return put_beside(mark.phone, std::move(rung), mark.at, bytes);
    }
  }
}

void Ladders::take_exchange(const Exchange& exchange) {
  OfPhone& of = phones_[exchange.phone];
  const std::size_t bytes = bytes_of(exchange);
  Rung rung{exchange.begun, std::make_shared<const Exchange>(exchange)};
  const microseconds ended = std::max(exchange.begun, exchange.ended);
  if (exchange.interaction == 0) return put_beside(exchange.phone, std::move(rung), ended, bytes);
  const bool known =
      of.current > of.gone && of.ladders[of.current - of.gone - 1]->interaction == exchange.interaction;
  if (!known) {  // its mark is missing, or the ladder has gone
    if (open_in(of)) end(of, exchange.begun, "");
    Ladder ladder{
        .phone = exchange.phone, .interaction = exchange.interaction, .reason = reason_in(exchange)};
    ladder.begun = exchange.begun;
    ladder.open = true;
    of.current = begin(of, std::move(ladder));
  }
  put(of, of.current, std::move(rung), ended, bytes);
}

void Ladders::take_contact(const Contact& contact) {
  OfPhone& of = phones_[contact.phone];
  Rung rung{contact.at, std::make_shared<const Contact>(contact)};
  const std::size_t bytes = bytes_of(rung);
  if (const Ladder* open = open_in(of)) return put(of, open->number, std::move(rung), contact.at, bytes);
  put_beside(contact.phone, std::move(rung), contact.at, bytes);
}

void Ladders::take(Remark remark) {
  const auto found = phones_.find(remark.phone);
  if (found == phones_.end()) return;
  OfPhone& of = found->second;
  const bool of_contact = remark.interaction == 0 && remark.exchange == 0;
  const auto is_meant = [&](const Rung& rung) {
    return of_contact ? is_contact(rung) : remark.exchange != 0 && is_exchange(rung, remark.exchange);
  };
  for (std::size_t i = of.ladders.size(); i-- > 0;) {  // it is mostly about what came last
    const Ladder& ladder = *of.ladders[i];
    if (!of_contact && ladder.interaction != remark.interaction) continue;
    const auto rung = std::find_if(ladder.rungs.rbegin(), ladder.rungs.rend(), is_meant);
    if (rung == ladder.rungs.rend() && remark.interaction == 0) continue;
    const std::uint64_t number = ladder.number;
    const std::size_t bytes = bytes_of(remark);
    Ladder changed = ladder;
    if (rung == ladder.rungs.rend())
      changed.remarks.push_back(std::move(remark));
    else
      changed.rungs[static_cast<std::size_t>(ladder.rungs.rend() - rung) - 1].remarks.push_back(
          std::move(remark));
    set(of, number, std::move(changed));
    grow(of, number, bytes);
    return keep_bounds(of);
  }
}

std::uint64_t Ladders::begin(OfPhone& of, Ladder ladder) {
  const std::uint64_t number = of.gone + of.ladders.size() + 1;
  ladder.number = number;
  of.records.push_back({.serial = ++serial_});
  of.ladders.push_back(nullptr);
  by_age_.emplace(serial_, &of);
  set(of, number, std::move(ladder));
  grow(of, number, sizeof(Ladder));
  return number;
}

void Ladders::end(OfPhone& of, microseconds at, std::string ending) {
  Ladder ended = *open_in(of);
  ended.open = false;
  // Where nothing says when it ended, it was with its last message.
  if (!ending.empty()) ended.ended = std::max(ended.ended, at);
  ended.ending = std::move(ending);
  const std::uint64_t number = ended.number;
  set(of, number, std::move(ended));
}

void Ladders::put(OfPhone& of, std::uint64_t number, Rung rung, microseconds ended, std::size_t bytes) {
  Ladder ladder = *of.ladders[number - of.gone - 1];
  ladder.ended = std::max(ladder.ended, ended);
  // An exchange is told when it is over; what happened meanwhile was told before.
  const auto place = std::upper_bound(ladder.rungs.begin(), ladder.rungs.end(), rung.at,
                                      [](microseconds at, const Rung& other) { return at < other.at; });
  ladder.rungs.insert(place, std::move(rung));
  set(of, number, std::move(ladder));
  grow(of, number, bytes);
  keep_bounds(of);
}

void Ladders::put_beside(const std::string& phone, Rung rung, microseconds ended, std::size_t bytes) {
  OfPhone& of = phones_[phone];
  Ladder ladder{.phone = phone, .begun = rung.at};
  ladder.ended = ended;
  if (const auto* exchange = std::get_if<std::shared_ptr<const Exchange>>(&rung.what))
    ladder.reason = reason_in(**exchange);
  ladder.rungs.push_back(std::move(rung));
  const std::uint64_t number = begin(of, std::move(ladder));
  grow(of, number, bytes);
  keep_bounds(of);
}

void Ladders::grow(OfPhone& of, std::uint64_t number, std::size_t bytes) {
  of.records[number - of.gone - 1].bytes += bytes;
  bytes_ += bytes;
}

void Ladders::set(OfPhone& of, std::uint64_t number, Ladder ladder) {
  const std::size_t i = number - of.gone - 1;
  Record& record = of.records[i];
  of.changes.erase(record.changed);
  record.changed = ++version_;
  of.changes.emplace(version_, number);
  of.ladders[i] = std::make_shared<const Ladder>(std::move(ladder));
}

void Ladders::drop_oldest(OfPhone& of) {
  const Record& record = of.records.front();
  bytes_ -= record.bytes;
  of.changes.erase(record.changed);
  by_age_.erase(record.serial);
  of.records.pop_front();
  of.ladders.pop_front();
  ++of.gone;
  ++version_;
}

void Ladders::keep_bounds(OfPhone& of) {
  while (of.ladders.size() > std::max<std::size_t>(bounds_.ladders_a_phone, 1)) drop_oldest(of);
  while (bytes_ > bounds_.bytes && by_age_.size() > 1) drop_oldest(*by_age_.begin()->second);
  if (bytes_ > bounds_.bytes) shorten(*by_age_.begin()->second);
}

// The only ladder that is left, without its first rungs.
void Ladders::shorten(OfPhone& of) {
  const Ladder& whole = *of.ladders.front();
  std::size_t gone = 0, freed = 0;
  while (gone + 1 < whole.rungs.size() && bytes_ - freed > bounds_.bytes) {
    const Rung& rung = whole.rungs[gone++];
    freed += bytes_of(rung);
    for (const Remark& remark : rung.remarks) freed += bytes_of(remark);
  }
  if (gone == 0) return;
  Ladder shorter = whole;
  shorter.rungs.erase(shorter.rungs.begin(), shorter.rungs.begin() + static_cast<std::ptrdiff_t>(gone));
  shorter.left_out += gone;
  const std::uint64_t number = whole.number;
  set(of, number, std::move(shorter));
  of.records.front().bytes -= freed;
  bytes_ -= freed;
}

const std::deque<std::shared_ptr<const Ladder>>& Ladders::of(const std::string& phone) const {
  static const std::deque<std::shared_ptr<const Ladder>> none;
  const auto found = phones_.find(phone);
  return found == phones_.end() ? none : found->second.ladders;
}

std::shared_ptr<const Ladder> Ladders::find(const std::string& phone, std::uint64_t number) const {
  const auto found = phones_.find(phone);
  if (found == phones_.end()) return nullptr;
  const OfPhone& of = found->second;
  if (number <= of.gone || number - of.gone > of.ladders.size()) return nullptr;
  return of.ladders[number - of.gone - 1];
}

std::vector<std::shared_ptr<const Ladder>> Ladders::since(const std::string& phone,
                                                          std::uint64_t version) const {
  std::vector<std::shared_ptr<const Ladder>> out;
  const auto found = phones_.find(phone);
  if (found == phones_.end()) return out;
  const OfPhone& of = found->second;
  for (auto change = of.changes.upper_bound(version); change != of.changes.end(); ++change)
    out.push_back(of.ladders[change->second - of.gone - 1]);
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a->number < b->number; });
  return out;
}

std::uint64_t Ladders::gone(const std::string& phone) const {
  const auto found = phones_.find(phone);
  return found == phones_.end() ? 0 : found->second.gone;
}

}  // namespace understudy::look
