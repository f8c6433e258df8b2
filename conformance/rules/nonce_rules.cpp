// nonce.*: the answer belongs to the message that it answers.
#include <algorithm>
#include <string>
#include <utility>

#include "rules/area.h"
#include "wpi/http.h"

namespace understudy::conformance {

namespace {

Spot message_tag(const wpi::Document& answer) {
  return {Spot::In::body, answer.message_place.offset, answer.message_length};
}

void present(const Heard& heard, Ruling& ruling) {
  const wpi::Document& answer = heard.answer();
  if (answer.messages == 0) return;  // xml.one-message
  if (answer.nonce && !answer.nonce->text.empty()) {
    ruling.held();
    return;
  }
  if (answer.nonce) {
    ruling.deviates({"the nonce is empty",
                     "the nonce of the phone's message",
                     "an empty one",
                     message_tag(answer),
                     "empty",
                     {}});
  } else if (ruling.sound()) {
    ruling.deviates({"Message carries no nonce",
                     "the nonce of the phone's message",
                     "none",
                     message_tag(answer),
                     "missing",
                     {}});
  }
}

void echo(const Heard& heard, Ruling& ruling) {
  const std::string_view came = heard.answer().nonce_or_empty();
  const std::string_view wanted = heard.said() ? heard.said()->nonce_or_empty() : std::string_view();
  if (came.empty() || wanted.empty()) return;
  if (came == wanted) {
    ruling.held();
    return;
  }
  std::string message = "the nonce is none that the phone sent", variant = "foreign";
  const auto& earlier = heard.before.nonces;
  if (std::find(earlier.begin(), earlier.end(), came) != earlier.end()) {
    message = "the nonce is that of an earlier message";
    variant = "earlier";
  } else if (wpi::same_ignoring_case(came, wanted)) {
    message = "the nonce differs in case";
    variant = "case";
  } else if (wanted.starts_with(came)) {
    message = "the nonce is cut off";
    variant = "cut";
  }
  Deviation deviation{message, quoted(wanted), quoted(came), spot_at(*heard.answer().nonce), variant, {}};
  if (variant != "foreign" || !heard.others) return ruling.deviates(std::move(deviation));
  switch (heard.others->whose(came, heard.exchange.phone, heard.exchange.begun)) {
    case Others::Whose::another: return;  // nonce.crosstalk
    case Others::Whose::unknown: return ruling.suspects(came, false, std::move(deviation));
    case Others::Whose::nobody: return ruling.deviates(std::move(deviation));
  }
}

void crosstalk(const Heard& heard, Ruling& ruling) {
  const std::string_view came = heard.answer().nonce_or_empty();
  const std::string_view wanted = heard.said() ? heard.said()->nonce_or_empty() : std::string_view();
  if (came.empty() || wanted.empty() || !heard.others) return;
  if (came == wanted) return heard.others->speak(heard.exchange.phone) ? ruling.held() : void();
  const auto& earlier = heard.before.nonces;
  if (std::find(earlier.begin(), earlier.end(), came) != earlier.end()) return;
  Deviation deviation{"the nonce is that of another phone's open message", quoted(wanted), quoted(came),
                      spot_at(*heard.answer().nonce), "", {}};
  const Others::Whose whose = heard.others->whose(came, heard.exchange.phone, heard.exchange.begun);
  if (whose == Others::Whose::another) return ruling.deviates(std::move(deviation));
  if (whose == Others::Whose::unknown) ruling.suspects(came, true, std::move(deviation));
}

constexpr Binding bindings[] = {
    {.id = "nonce.present", .message = present},
    {.id = "nonce.echo", .message = echo},
    {.id = "nonce.crosstalk", .message = crosstalk},
};

}  // namespace

std::span<const Binding> nonce_rules() {
  return bindings;
}

}  // namespace understudy::conformance
