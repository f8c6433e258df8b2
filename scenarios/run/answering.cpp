#include "scenarios/run/answering.h"

#include <memory>
#include <utility>

namespace understudy::scenarios {

using language::Answer;

namespace {

std::string other_nonce(phone::Random& random) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string nonce;
  while (nonce.size() < 32) nonce += digits[random.next() % digits.size()];
  return nonce;
}

// The words that a real phone's reply may have (guide p.29).
bool is_a_phones(std::string_view status) {
  return wpi::reply_status_spelled(status).has_value();
}

// It says that it did what it does not do: what a service then makes of the phone is no wonder.
bool is_a_lie(const phone::Words& words, const std::string& ordered) {
  if (words.reason && *words.reason != wpi::Reason::reply_to) return false;
  if (words.status && *words.status != wpi::spelling(wpi::ReplyStatus::accepted)) return false;
  const auto action = wpi::action_spelled(ordered);
  return action && *action != wpi::Action::read_items && *action != wpi::Action::read_all_items;
}

}  // namespace

tl::expected<ByHand, language::TextPart> by_hand(const Answer& answer, const std::string& ordered,
                                                 const std::string& old_nonce, const Fill& fill,
                                                 phone::Random& random, wpi::Reader& reader) {
  ByHand out;
  out.obeys = answer.obeys;
  out.delivery.after = answer.after;
  out.delivery.times = answer.times;
  out.delivery.never = answer.never;
  const language::TextPart* none = nullptr;
  tl::expected<std::string, language::TextPart> last;
  const auto filled = [&](const language::Text& text) -> std::string {
    if (none) return {};
    last = fill(text);
    if (last) return *last;
    none = &last.error();
    return {};
  };

  if (answer.raw) {
    out.words.body = filled(*answer.raw);
    out.words.said = std::make_shared<const wpi::Document>(reader.read(*out.words.body, wpi::Sender::phone));
    out.broken = true;
    if (none) return tl::unexpected(*none);
    return out;
  }
  if (answer.status) {
    out.words.status = filled(*answer.status);
    out.broken = out.broken || !is_a_phones(*out.words.status);
  }
  if (answer.reason) {
    const auto reason = wpi::reason_spelled(filled(*answer.reason));
    if (reason) out.words.reason = *reason;
    out.broken =
        out.broken || (reason && *reason != wpi::Reason::reply_to && *reason != wpi::Reason::clean_up);
  }
  if (answer.action) {
    out.words.action = filled(*answer.action);
    out.broken = out.broken || *out.words.action != ordered;
  }
  if (answer.fragment) {
    out.words.fragment = *answer.fragment;
    out.broken = out.broken || *answer.fragment != wpi::Fragment::final_;  // nothing stands behind it
  }
  switch (answer.nonce) {
    case Answer::Nonce::same:
      break;
    case Answer::Nonce::wrong:
      out.words.nonce = other_nonce(random);
      break;
    case Answer::Nonce::old:
      out.words.nonce = old_nonce.empty() ? other_nonce(random) : old_nonce;
      break;
    case Answer::Nonce::none:
      out.words.nonce = "";
      break;
    case Answer::Nonce::literal:
      out.words.nonce = filled(answer.literal_nonce);
      break;
  }
  out.broken = out.broken || out.words.nonce.has_value() || (!answer.obeys && is_a_lie(out.words, ordered));
  if (!answer.items.empty()) {
    std::vector<wpi::Item> items;
    for (const Answer::Item& each : answer.items) {
      wpi::Item& item = items.emplace_back();
      item.name = filled(each.name);
      if (each.index) item.index = filled(*each.index);
      if (each.status) item.status = filled(*each.status);
      item.value = filled(each.value);
    }
    out.words.items = std::move(items);
  }
  if (none) return tl::unexpected(*none);
  return out;
}

}  // namespace understudy::scenarios
