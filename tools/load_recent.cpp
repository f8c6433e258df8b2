#include "load_recent.h"

#include <cstdio>

#include "scenarios/run/compare.h"

namespace understudy::tools {

namespace {

using transcript::Exchange;

constexpr std::size_t longest = 100;  // bytes of a line: a service may say anything

std::string moment(std::chrono::microseconds time) {
  char text[32];
  std::snprintf(text, sizeof text, "%8.3f s  ", std::chrono::duration<double>(time).count());
  return text;
}

std::string cut(std::string text) {
  if (text.size() > longest) text = text.substr(0, longest) + "...";
  return text;
}

}  // namespace

void LoadRecent::take(const Exchange& x) {
  if (x.phone.empty()) return;
  Phone& phone = phones_[x.phone];
  Line& line = phone.ring[phone.next];
  phone.next = (phone.next + 1) % exchanges_kept;
  line.number = x.number;
  line.begun = x.begun;
  line.ended = x.ended;
  if (x.poll) {
    line.said = "a poll";
    line.heard = x.response ? "status " + std::to_string(x.response->status) : cut("no answer: " + x.failure);
    return;
  }
  const std::string_view said = x.said ? x.said->nonce_or_empty() : std::string_view();
  if (!said.empty() && phone.nonce != said) {
    phone.nonce = said;
    ++phone.nonces;
  }
  const std::string own = "nonce " + std::to_string(phone.nonces);
  line.said = cut(scenarios::said_by_phone(x.said.get(), x.request.body.size()));
  if (!said.empty()) line.said += " (" + own + ")";
  line.heard = cut(scenarios::said_by_service(x));
  if (!x.answer) return;
  const std::string_view heard = x.answer->nonce_or_empty();
  line.heard += heard.empty() ? " (no nonce)" : heard == said ? " (" + own + ")" : " (another nonce)";
}

std::vector<std::string> LoadRecent::lines(const std::string& phone, std::uint64_t before) const {
  std::vector<std::string> out;
  const auto found = phones_.find(phone);
  if (found == phones_.end()) return out;
  for (std::size_t n = 0; n < exchanges_kept; ++n) {
    const Line& line = found->second.ring[(found->second.next + n) % exchanges_kept];
    if (line.number == 0 || (before != 0 && line.number >= before)) continue;
    out.push_back(moment(line.begun) + "\u2192 " + line.said);
    out.push_back(moment(line.ended) + "\u2190 " + line.heard);
  }
  return out;
}

}  // namespace understudy::tools
