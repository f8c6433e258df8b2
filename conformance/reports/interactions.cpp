#include "reports/interactions.h"

#include <algorithm>

#include "look/shown.h"

namespace understudy::conformance {

namespace {

constexpr std::size_t window = 64;  // ladders that may still change

look::Remark remark_of(const Finding& finding, const Spot& spot) {
  look::Remark remark;
  remark.rule = finding.rule;
  remark.level = name_of(finding.level);
  remark.message = finding.message;
  remark.expected = finding.expected;
  remark.came = finding.came;
  remark.phone = finding.phone;
  remark.interaction = finding.interaction;
  remark.exchange = finding.exchange;
  if (spot.in == Spot::In::head) remark.in = look::Remark::In::head;
  if (spot.in == Spot::In::body) remark.in = look::Remark::In::body;
  remark.offset = spot.offset;
  remark.length = spot.length;
  return remark;
}

std::string phone_of(const transcript::Entry& entry) {
  if (const auto* mark = std::get_if<transcript::Mark>(&entry)) return mark->phone;
  if (const auto* exchange = std::get_if<transcript::Exchange>(&entry)) return exchange->phone;
  if (const auto* contact = std::get_if<transcript::Contact>(&entry)) return contact->phone;
  return {};
}

const transcript::Exchange* exchange_in(const look::Rung& rung) {
  const auto* exchange = std::get_if<std::shared_ptr<const transcript::Exchange>>(&rung.what);
  return exchange ? exchange->get() : nullptr;
}

std::size_t bytes_of(const look::Ladder& ladder) {
  constexpr std::size_t parsed_for_each = 6;  // an item's texts beside its bytes
  std::size_t bytes = sizeof ladder;
  for (const look::Rung& rung : ladder.rungs)
    if (const auto* exchange = exchange_in(rung))
      bytes +=
          sizeof *exchange + parsed_for_each * (exchange->request.body.size() +
                                                (exchange->response ? exchange->response->body.size() : 0));
  return bytes;
}

void note(KeptInteraction& interaction, const look::Remark& remark) {
  interaction.broken.insert(remark.level + " " + remark.rule);
}

}  // namespace

Interactions::Interactions(transcript::Masker* masker, Bounds bounds) : masker_(masker), bounds_(bounds) {}

void Interactions::take(const transcript::Entry& entry) {
  const bool says_something = std::holds_alternative<transcript::Mark>(entry) ||
                              std::holds_alternative<transcript::Exchange>(entry) ||
                              std::holds_alternative<transcript::Contact>(entry);
  if (!says_something) return;
  if (const auto* exchange = std::get_if<transcript::Exchange>(&entry); exchange && masker_) {
    // Secrets that were met once are covered in what is said in words, too.
    masker_->masked(exchange->request);
    if (exchange->response) masker_->masked(*exchange->response);
  }
  const std::string phone = phone_of(entry);
  OfPhone& of = phones_[phone];
  if (!of.ladders)
    of.ladders = std::make_unique<look::Ladders>(
        look::Ladders::Bounds{.ladders_a_phone = 4 * window + 2, .bytes = 128 * 1024 * 1024});
  of.ladders->take(entry);
  const std::uint64_t newest = of.ladders->gone(phone) + of.ladders->of(phone).size();
  for (; of.seen < newest; ++of.waiting) waiting_.emplace_back(phone, ++of.seen);
  // One that goes on for long is let wait, but not without end.
  for (std::size_t tries = waiting_.size(); waiting_.size() > window && tries > 0; --tries)
    settle_oldest(waiting_.size() > 4 * window);
}

void Interactions::take(const Finding& finding, const Spot& spot) {
  const look::Remark remark = remark_of(finding, spot);
  if (found_.insert(finding.rule + '\n' + finding.message + '\n' + finding.where).second) {
    if (finding.interaction != 0)
      wanted_.emplace(finding.phone, finding.interaction);
    else
      wanted_exchanges_.insert(finding.exchange);
  }
  if (places_.contains({finding.phone, finding.interaction})) return remark_late(remark);
  const auto of = phones_.find(finding.phone);
  if (of != phones_.end() && of->second.ladders) of->second.ladders->take(remark);
}

// The ladder has settled: it gets another, with the remark at its place.
void Interactions::remark_late(const look::Remark& remark) {
  KeptInteraction& interaction = all_[places_.at({remark.phone, remark.interaction})];
  note(interaction, remark);
  if (!interaction.ladder) return;
  look::Ladder changed = *interaction.ladder;
  const auto rung = std::find_if(changed.rungs.begin(), changed.rungs.end(), [&](const look::Rung& each) {
    const auto* exchange = exchange_in(each);
    return remark.exchange != 0 && exchange && exchange->number == remark.exchange;
  });
  (rung == changed.rungs.end() ? changed.remarks : rung->remarks).push_back(remark);
  interaction.ladder = std::make_shared<const look::Ladder>(std::move(changed));
}

void Interactions::settle_oldest(bool also_open) {
  const auto [phone, number] = waiting_.front();
  waiting_.pop_front();
  OfPhone& of = phones_.at(phone);
  const auto ladder = of.ladders->find(phone, number);
  if (ladder && ladder->open && !also_open) {
    waiting_.emplace_back(phone, number);
    return;
  }
  if (ladder)
    keep(ladder);
  else
    ++left_out_;
  if (--of.waiting == 0) phones_.erase(phone);  // with all that its ladders hold
}

void Interactions::keep(const std::shared_ptr<const look::Ladder>& ladder) {
  if (all_.size() >= bounds_.most) {
    ++left_out_;
    return;
  }
  const auto words = [&](const std::string& text) { return masker_ ? masker_->words(text) : text; };
  KeptInteraction out;
  out.phone = ladder->phone;
  out.title = words(look::title_of(*ladder));
  out.orders = words(look::orders_of(*ladder));
  out.ending = words(look::clipped(look::ending_of(*ladder), 60));
  out.like = out.title + '\n' + out.orders + '\n' + out.ending;
  out.begun = ladder->begun;
  out.taken = ladder->ended - ladder->begun;
  bool wanted = ladder->interaction != 0 && wanted_.contains({ladder->phone, ladder->interaction});
  for (const look::Remark& remark : ladder->remarks) note(out, remark);
  for (const look::Rung& rung : ladder->rungs) {
    const auto* exchange = exchange_in(rung);
    out.messages += exchange ? 1 : 0;
    wanted = wanted || (ladder->interaction == 0 && exchange && wanted_exchanges_.contains(exchange->number));
    for (const look::Remark& remark : rung.remarks) note(out, remark);
  }
  if (ladder->interaction == 0 && ladder->rungs.size() == 1)
    if (const auto* mark = std::get_if<transcript::Mark>(&ladder->rungs.front().what)) {
      out.happened = true;
      out.orders = words(look::clipped(look::happening(*mark), 200));
      all_.push_back(std::move(out));
      return;
    }
  out.shows_finding = wanted;
  bool in_full = of_a_kind_[out.like]++ < bounds_.of_a_kind;
  for (const std::string& rule : out.broken)
    if (of_a_rule_[rule]++ < bounds_.with_remarks) in_full = true;
  const std::size_t bytes = bytes_of(*ladder);
  if (wanted || (in_full && bytes_ + bytes <= bounds_.bytes)) {
    out.ladder = ladder;
    bytes_ += bytes;
  }
  if (ladder->interaction != 0) places_.emplace(std::pair(ladder->phone, ladder->interaction), all_.size());
  all_.push_back(std::move(out));
}

void Interactions::finish() {
  while (!waiting_.empty()) settle_oldest(true);
  phones_.clear();
  std::stable_sort(all_.begin(), all_.end(),
                   [](const KeptInteraction& a, const KeptInteraction& b) { return a.begun < b.begun; });
  places_.clear();
}

}  // namespace understudy::conformance
