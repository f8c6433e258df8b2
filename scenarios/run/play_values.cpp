// What the words in braces stand for in a play.
#include <utility>

#include "scenarios/run/play.h"

namespace understudy::scenarios {

std::string Play::pin_of(std::uint32_t desk) const {
  if (!desks_[desk].pin.empty()) return desks_[desk].pin;
  return std::to_string(1'000'000'000 + mixed(seed_, 1'000 + desk) % 9'000'000'000);
}

std::optional<std::string> Play::value_of(const Strand& strand, const language::TextPart& part) const {
  if (part.kind == language::TextPart::Kind::literal) return part.text;
  if (part.kind == language::TextPart::Kind::variable) return values_.find(strand.phone, part.text);
  if (part.kind == language::TextPart::Kind::column) {
    for (const Strand* each = &strand; each; each = each->parent)
      for (auto frame = each->frames.rbegin(); frame != each->frames.rend(); ++frame) {
        if (frame->kind != Frame::Kind::rows || frame->next == 0) continue;
        const auto& it = std::get<language::ForEach>(frame->step->what);
        if (it.as == part.text) return it.table->rows[frame->next - 1][part.column];
      }
    return std::nullopt;
  }
  const phone::Identity& identity = means_.stage.phone(desks_[strand.phone].id).identity();
  if (part.text == "mac") return identity.mac;
  if (part.text == "number") return identity.e164;
  if (part.text == "address") return identity.address;
  if (part.text == "phone") return scenario_->phones[strand.phone].name;
  if (part.text == "service") return means_.service;
  if (part.text == "pin") return pin_of(strand.phone);
  if (part.text == "user") return means_.user;
  if (part.text == "user-password") return means_.user_password;
  if (part.text == "canary" && means_.canary) {
    const auto url = means_.canary([stage = &means_.stage, id = desks_[strand.phone].id](const std::string& how) {
      stage->mark(transcript::Event::fetched, id, how);
    });
    if (url) return *url;
  }
  return std::nullopt;
}

Fill Play::fill_for(const Strand& strand) const {
  return [this, &strand](const language::Text& text) {
    return text.filled([&](const language::TextPart& part) { return value_of(strand, part); });
  };
}

std::optional<std::string> Play::filled(const Strand& strand, const language::Text& text) {
  auto value = fill_for(strand)(text);
  if (value) return std::move(*value);
  const language::TextPart& part = value.error();
  const bool user = part.kind == language::TextPart::Kind::fact;
  fail(user ? How::not_exercised : How::could_not_run,
       {part.place,
        scenario_->phones[strand.phone].name,
        part.text == "canary" ? "it wants a place of ours that the service can reach, and there is none here"
        : user                ? "it wants a mobile user whom the service knows (--mobile-user NUMBER:PASSWORD)"
                              : "{" + part.text + "} has no value",
        "a value that was set or captured before",
        "none",
        {}});
  return std::nullopt;
}

}  // namespace understudy::scenarios
