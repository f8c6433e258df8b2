#include "fleet/faults.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <utility>

#include "phone/random.h"

namespace understudy::fleet {

namespace {

using Kind = net::Fault::Kind;

constexpr KnownFault all[] = {
    {Kind::drop_before, "closes its connection before a byte of the message",
     "nothing; the next connection is served (robust.disconnect)"},
    {Kind::drop_within, "closes its connection within the message",
     "nothing of the message is acted upon; the next connection is served (robust.disconnect)"},
    {Kind::drop_after, "closes its connection when the message is sent, before an answer",
     "the phone comes again in an interaction of its own, and must be served then (session.isolated, robust.disconnect)"},
    {Kind::drop_answer, "closes its connection within the answer", "as for drop-after: what was ordered may not have been heard"},
    {Kind::reset, "resets its connection (RST) when the message is sent, before an answer", "as for drop-after"},
    {Kind::lost_answer, "hears nothing of an answer that came whole",
     "what was ordered is not done: it is ordered again when the phone comes again"},
    {Kind::slow, "sends the message slowly, 10,000 bytes a second", "the phone is answered as ever, and others meanwhile (robust.slow)"},
    {Kind::half_close, "closes its side of the connection when the message is sent", "an answer, or the end of the connection"},
    {Kind::new_session, "sends the message on a new connection, with a TLS session of its own",
     "the phone is answered as ever: a cookie or its identity says who it is (session.*)"},
    {Kind::old_cipher, "goes on with the TLS of old firmware, on a new connection, until the interaction ends",
     "a handshake, or its refusal; nobody else notices"},
    {Kind::short_length, "says a Content-Length that is too small",
     "an error, for that connection alone: what is left over is nobody's message (robust.malformed)"},
    {Kind::long_length, "says a Content-Length that is too large, and waits",
     "an end in some time, for that connection alone (robust.slow)"},
    {Kind::truncated_xml, "ends the message within an item", "an error, and nothing of the message is acted upon (robust.malformed)"},
    {Kind::stale_nonce, "says the nonce of its interaction before", "the nonce is echoed as it came, or the message refused (nonce.echo)"},
    {Kind::foreign_nonce, "says the nonce of another phone whose interaction is open",
     "as for stale-nonce; the other phone notices nothing (nonce.crosstalk, session.isolated)"},
    {Kind::unordered_fragments, "says that a part of a long answer is the last, and it is not",
     "the phone is told something that ends the interaction well, or an error (robust.order)"},
    {Kind::doubled_message, "says the message twice, byte for byte, with the same nonce, and hears the second answer",
     "the second is answered too, and nothing is done twice (nonce.replay)"},
    {Kind::clock_jump, "has its clock jump by minutes, forwards or backwards, and its timers with it",
     "all as ever: no time of a phone is a service's business"},
};

// What a number between 0 and 1 is drawn from, and what else a fault wants: each is another.
std::uint64_t drawn(std::uint64_t seed, std::uint64_t number, std::uint64_t of) {
  return phone::Random(phone::Random(seed + number * 0xD1342543DE82EF95ULL).next() + of).next();
}

constexpr std::uint64_t most_bytes = 1'200;  // of a message that go out, or are too many or too few
constexpr std::uint64_t most_heard = 200;    // of an answer
constexpr std::uint64_t most_minutes = 30;   // that a clock jumps

// Messages of every size end in a few seconds.
constexpr std::size_t slowly = 10'000;  // bytes a second

std::string number_of(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", number);
  return text;
}

}  // namespace

tl::expected<double, std::string> share_of(std::string_view text) {
  double percent = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, percent);
  if (error != std::errc() || std::string_view(rest, static_cast<std::size_t>(end - rest)) != "%" || !(percent > 0 && percent <= 100))
    return tl::unexpected("\"" + std::string(text) + "\" is no chance: write 1% or 0.5%, at most 100%");
  return percent / 100;
}

std::string percent_of(double share) { return number_of(share * 100) + "%"; }

bool add_up(const std::vector<Chance>& chances) {
  constexpr double rounding = 1e-9;
  double sum = 0;
  for (const Chance& each : chances) sum += each.share;
  return sum <= 1 + rounding;
}

std::span<const KnownFault> known_faults() { return all; }

const KnownFault* find_fault(std::string_view name) {
  const auto* found = std::find_if(std::begin(all), std::end(all), [&](const KnownFault& each) { return net::name_of(each.kind) == name; });
  return found == std::end(all) ? nullptr : found;
}

std::optional<net::Fault> Faults::of(std::uint64_t seed, std::uint64_t number) const {
  constexpr double whole = 1.0 / static_cast<double>(std::uint64_t{1} << 53);
  double at = static_cast<double>(drawn(seed, number, 0) >> 11) * whole;
  for (const Chance& each : chances_) {
    if (at >= each.share) {
      at -= each.share;
      continue;
    }
    const std::uint64_t amount = drawn(seed, number, 1);
    net::Fault out;
    out.kind = each.kind;
    out.rate = slowly;
    out.bytes = static_cast<std::size_t>(1 + amount % (each.kind == Kind::drop_answer ? most_heard : most_bytes));
    const std::chrono::minutes minutes(static_cast<int>(1 + amount % most_minutes));
    out.jump = amount >> 63 == 0 ? minutes : -minutes;
    return out;
  }
  return std::nullopt;
}

std::shared_ptr<const Faults> faults_of(std::vector<Chance> chances) {
  return chances.empty() ? nullptr : std::make_shared<const Faults>(std::move(chances));
}

std::uint64_t fault_seed(std::uint64_t seed, std::uint64_t phone) { return drawn(seed, phone, 2); }

std::string words_of(const net::Fault& fault) {
  const std::string name(net::name_of(fault.kind));
  switch (fault.kind) {
    case Kind::drop_within:
    case Kind::drop_answer:
    case Kind::short_length:
    case Kind::long_length:
    case Kind::truncated_xml: return name + " " + std::to_string(fault.bytes);
    case Kind::slow: return name + " " + std::to_string(fault.rate);
    case Kind::clock_jump: return name + " " + std::to_string(std::chrono::duration_cast<std::chrono::minutes>(fault.jump).count());
    default: return name;
  }
}

}  // namespace understudy::fleet
