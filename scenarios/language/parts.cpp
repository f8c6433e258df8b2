// What a step says itself: its texts, and the variables that it gives a value.
#include <optional>

#include "scenarios/language/walk.h"

namespace understudy::scenarios::language {

namespace {

// Gathers from each kind of step and event; what is not mentioned has nothing.
struct Gathering {
  std::vector<const Text*> texts, item_names;
  std::vector<Given> given;
  Place place;  // of the step

  void take(const Text& text) { texts.push_back(&text); }
  void take(const std::optional<Text>& text) {
    if (text) take(*text);
  }
  void take_item(const Text& name, const std::optional<Text>& index) {
    take(name);
    take(index);
    item_names.push_back(&name);
  }
  void gives(const std::string& name, const Place& where) {
    if (!name.empty()) given.push_back({name, where});
  }
  void take(const ExpectedItem& item) {
    take_item(item.name, item.index);
    take(item.match.text);
    gives(item.capture, item.place);
  }
  void take(const Answer& answer) {
    for (const auto* text : {&answer.status, &answer.reason, &answer.action, &answer.raw}) take(*text);
    take(answer.literal_nonce);
    for (const Answer::Item& item : answer.items) {
      take_item(item.name, item.index);
      take(item.status);
      take(item.value);
    }
  }
  void take(const Expect& expect) {
    for (const ExpectedItem& item : expect.items) take(item);
    for (const ExpectedHeader& header : expect.headers) {
      take(header.match.text);
      gives(header.capture, header.place);
    }
    gives(expect.nonce_capture, expect.place);
    if (expect.answer) take(*expect.answer);
  }

  void operator()(const LocalChange& change) {
    take(change.texts);
    for (const Setting& item : change.items) {
      take_item(item.name, item.index);
      take(item.value);
    }
  }
  void operator()(const LogOn& log_on) { take(log_on.number), take(log_on.password); }
  void operator()(const EnterPin& entered) { take(entered.pin); }
  void operator()(const ContactMe& contact) { take(contact.host), take(contact.port); }
  void operator()(const Trigger& trigger) {
    take(trigger.pin);
    gives(trigger.capture, place);
  }
  void operator()(const EventStep& step) {
    std::visit([this](const auto& event) { (*this)(event); }, step.event);
  }
  void operator()(const Expect& expect) { take(expect); }
  void operator()(const OneOf& several) {
    for (const Expect& expect : several.expected) take(expect);
  }
  void operator()(const AnyOrder& several) {
    for (const Expect& expect : several.expected) take(expect);
  }
  void operator()(const Never& never) {
    for (const ExpectedItem& item : never.items) take(item);
  }
  void operator()(const Say& say) {
    for (const Say::Part& part : say.parts) take(part.bytes);
    gives(say.capture_status, place);
    gives(say.capture_body, place);
  }
  void operator()(const Set& set) {
    take(set.value);
    gives(set.name, place);
  }
  void operator()(const CaptureItem& capture) {
    take_item(capture.name, capture.index);
    gives(capture.into, place);
  }
  void operator()(const AssertItem& assertion) {
    take_item(assertion.name, assertion.index);
    take(assertion.match.text);
  }
  template <typename Other>
  void operator()(const Other&) {}
};

Gathering gathered(const Step& step) {
  Gathering out;
  out.place = step.place;
  std::visit([&](const auto& what) { out(what); }, step.what);
  return out;
}

}  // namespace

std::vector<const Text*> texts_of(const Step& step) {
  return gathered(step).texts;
}

std::vector<const Text*> item_names_of(const Step& step) {
  return gathered(step).item_names;
}

std::vector<Given> variables_given_by(const Step& step) {
  return gathered(step).given;
}

}  // namespace understudy::scenarios::language
