#include "scenarios/from/scenario_from.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "scenarios/from/anything.h"
#include "scenarios/from/narrator.h"
#include "scenarios/from/values.h"

namespace understudy::scenarios::from {

namespace {

constexpr std::size_t width = 118;

// "start-up, local-change, call-ends": each kind of event once, in the order in which they come.
std::string course_of(const Element& steps) {
  std::string out;
  std::set<std::string> seen;
  for (const Element& step : steps.children) {
    const bool is_event = step.name != "wait" && step.name != "expect" && step.name != "expect-rest" &&
                          step.name != "expect-contact" && step.name != "set" && step.name != "repeat" &&
                          !step.name.empty();
    if (!is_event || !seen.insert(step.name).second) continue;
    out += (out.empty() ? "" : ", ") + (step.name == "expect-interaction" ? "a call-back" : step.name);
  }
  return out;
}

std::string wrapped(std::string_view text, const std::string& margin) {
  std::string out, line = margin;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (line.size() + end > width && line != margin) {
      out += line + "\n";
      line = margin;
    }
    line.append(line == margin ? "" : " ").append(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out + line + "\n";
}

struct Parts {
  transcript::Start start;
  RecordedPhone phone;
  Element phones, steps;
};

Parts parts_of(const std::vector<transcript::Entry>& entries, const RecordedPhone& phone, bool as_a_new_one,
               std::optional<double> speed, std::vector<std::string>& unsaid) {
  Parts out;
  out.phone = phone;
  for (const transcript::Entry& entry : entries)
    if (const auto* found = std::get_if<transcript::Start>(&entry)) out.start = *found;
  out.phones.name = "phones";
  Element desk = phone_element(entries, phone, "phone", out.start.masked, unsaid);
  if (as_a_new_one)
    std::erase_if(desk.attributes, [](const auto& attribute) {
      return attribute.first == "mac" || attribute.first == "number";
    });
  else if (!phone.mac.empty())
    out.phones.add(
        comment("Its mac-addr and number are those of the recording. Without them each play is by a phone "
                "that the service has not seen."));
  out.phones.add(std::move(desk));
  const Values values(phone, out.start.service, out.start.masked);
  Narrator narrator(entries, values);
  if (speed) narrator.waits_at(*speed);
  out.steps = narrator.steps();
  unsaid.insert(unsaid.end(), narrator.unsaid().begin(), narrator.unsaid().end());
  return out;
}

std::string printed(const Parts& parts) {
  const auto& [start, phone, phones, steps] = parts;
  const std::string course = course_of(steps);
  const std::string who =
      phone.model.empty() ? "A phone"
                          : plain(phone.model) + (phone.firmware.empty() ? "" : ", " + plain(phone.firmware));
  Element head{"scenario",
               {{"xmlns", "urn:understudy:scenario:1"},
                {"summary", who + ": " + (course.empty() ? "what a recording holds" : course)}},
               "",
               {}};
  // The root alone is broken into two lines, as in the scenarios that ship.
  std::string opening = printed(head, 0);
  const std::size_t summary = opening.find(" summary=");
  opening.replace(summary, 1, "\n          ");
  opening.replace(opening.rfind("/>"), 2, ">");

  std::string about = "Made of a recording";
  if (!start.time.empty()) about += " of " + plain(start.time);
  if (!start.service.empty()) about += " with " + plain(start.service);
  about += ": what " + (phone.mac.empty() ? plain(phone.id) : plain(phone.mac)) + " did and heard.";
  std::string escaped;
  Element text{"about", {}, about, {}};
  escaped = printed(text, 0);
  escaped = escaped.substr(7, escaped.rfind("</about>") - 7);

  std::string xml = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" + opening + "  <about>\n" +
                    wrapped(escaped, "    ") + "  </about>\n\n" + printed(phones, 2) + "\n  <steps>\n";
  for (std::size_t n = 0; n < steps.children.size(); ++n) {
    const Element& step = steps.children[n];
    // A blank line before an event that has something in it, and what leads to it; and before a call at the door.
    const std::string before = n > 0 ? steps.children[n - 1].name : "";
    const bool leads = n > 0 && (before.empty() || before == "wait" || before == "set");
    const bool goes_on = step.name.starts_with("expect") && step.name != "expect-contact";
    const bool begins =
        !step.children.empty() || step.name == "wait" || step.name.empty() || step.name == "expect-contact";
    if (n > 0 && !leads && !goes_on && begins) xml += '\n';
    xml += printed(step, 4);
  }
  return xml + "  </steps>\n</scenario>\n";
}

// Where it stands in the recording; none: it is not about a phone.
const std::string* phone_of(const transcript::Entry& entry) {
  if (const auto* exchange = std::get_if<transcript::Exchange>(&entry)) return &exchange->phone;
  if (const auto* contact = std::get_if<transcript::Contact>(&entry)) return &contact->phone;
  if (const auto* mark = std::get_if<transcript::Mark>(&entry)) return &mark->phone;
  if (const auto* phone = std::get_if<transcript::PhoneMark>(&entry)) return &phone->phone;
  return nullptr;
}

// When something first happens; none: nothing does.
std::optional<microseconds> begins_at(const std::vector<transcript::Entry>& entries) {
  std::optional<microseconds> first;
  const auto note = [&](microseconds at) { first = first ? std::min(*first, at) : at; };
  for (const transcript::Entry& entry : entries) {
    if (const auto* exchange = std::get_if<transcript::Exchange>(&entry)) note(exchange->begun);
    if (const auto* contact = std::get_if<transcript::Contact>(&entry)) note(contact->at);
    if (const auto* mark = std::get_if<transcript::Mark>(&entry)) note(mark->at);
  }
  return first;
}

// A phone that begins with a flag that it has been changed, and with no settings of its own, comes from the factory: a service may ask
// it for more for that flag's sake.
void say_it_is_new(Parts& parts, const std::vector<transcript::Entry>& entries) {
  const std::vector<Element>& settings = parts.phones.children.back().children;
  if (std::any_of(settings.begin(), settings.end(), [](const Element& each) { return each.name == "item"; }))
    return;
  if (parts.steps.children.empty()) return;
  Element& first = parts.steps.children.front();
  if (first.name != "start-up" || !first.attributes.empty()) return;
  for (const transcript::Entry& entry : entries) {
    const auto* exchange = std::get_if<transcript::Exchange>(&entry);
    if (!exchange || !exchange->said || exchange->interaction == 0) continue;
    const wpi::Item* flag = exchange->said->find("configuration-changed-flag");
    if (flag && flag->value == "true") first.attributes.emplace_back("from-factory", "true");
    return;
  }
}

}  // namespace

MadeScenario scenario_from(const std::vector<transcript::Entry>& entries, const RecordedPhone& phone,
                           bool as_a_new_one) {
  MadeScenario out;
  out.xml = printed(parts_of(entries, phone, as_a_new_one, std::nullopt, out.unsaid));
  return out;
}

std::vector<MadeScenario> replays_of(const std::vector<transcript::Entry>& entries, const std::vector<RecordedPhone>& phones,
                                     const Pace& pace, std::size_t first_new_one) {
  // Each is told from its own entries alone: of a thousand phones nobody reads all of them a thousand times.
  struct Own {
    std::vector<transcript::Entry> entries;
    std::optional<microseconds> begins;
  };
  Own nobodys;
  for (const transcript::Entry& entry : entries)
    if (!phone_of(entry)) nobodys.entries.push_back(entry);
  std::map<std::string, Own> own;
  for (const RecordedPhone& phone : phones) own.emplace(phone.id, nobodys);
  for (const transcript::Entry& entry : entries)
    if (const std::string* id = phone_of(entry))
      if (const auto found = own.find(*id); found != own.end()) found->second.entries.push_back(entry);
  std::optional<microseconds> first;
  for (auto& [id, its] : own)
    if ((its.begins = begins_at(its.entries))) first = first ? std::min(*first, *its.begins) : *its.begins;

  std::vector<MadeScenario> out;
  for (std::size_t n = 0; n < phones.size(); ++n) {
    const Own& its = own[phones[n].id];
    MadeScenario& made = out.emplace_back();
    Parts parts = parts_of(its.entries, phones[n], n >= first_new_one, pace.speed, made.unsaid);
    expect_anything(parts.steps);
    say_it_is_new(parts, its.entries);
    const std::string time = pace.starts > 0 ? exact(std::chrono::seconds(n), pace.starts)
                             : its.begins    ? exact(*its.begins - *first, pace.speed)
                                             : std::string();
    if (!time.empty()) parts.steps.children.insert(parts.steps.children.begin(), {"wait", {{"time", time}}, "", {}});
    made.xml = printed(parts);
  }
  return out;
}

}  // namespace understudy::scenarios::from
