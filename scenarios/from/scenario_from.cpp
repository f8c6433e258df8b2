#include "scenarios/from/scenario_from.h"

#include <algorithm>
#include <set>

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

}  // namespace

MadeScenario scenario_from(const std::vector<transcript::Entry>& entries, const RecordedPhone& phone,
                           bool as_a_new_one) {
  transcript::Start start;
  for (const transcript::Entry& entry : entries)
    if (const auto* found = std::get_if<transcript::Start>(&entry)) start = *found;
  MadeScenario out;
  Element phones{"phones", {}, "", {}};
  Element desk = phone_element(entries, phone, "phone", start.masked, out.unsaid);
  if (as_a_new_one)
    std::erase_if(desk.attributes, [](const auto& attribute) {
      return attribute.first == "mac" || attribute.first == "number";
    });
  else if (!phone.mac.empty())
    phones.add(
        comment("Its mac-addr and number are those of the recording. Without them each play is by a phone "
                "that the service has not seen."));
  phones.add(std::move(desk));
  const Values values(phone, start.service, start.masked);
  Narrator narrator(entries, values);
  const Element steps = narrator.steps();
  out.unsaid.insert(out.unsaid.end(), narrator.unsaid().begin(), narrator.unsaid().end());

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

  out.xml = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" + opening + "  <about>\n" +
            wrapped(escaped, "    ") + "  </about>\n\n" + printed(phones, 2) + "\n  <steps>\n";
  for (std::size_t n = 0; n < steps.children.size(); ++n) {
    const Element& step = steps.children[n];
    // A blank line before an event that has something in it, and what leads to it; and before a call at the door.
    const std::string before = n > 0 ? steps.children[n - 1].name : "";
    const bool leads = n > 0 && (before.empty() || before == "wait" || before == "set");
    const bool goes_on = step.name.starts_with("expect") && step.name != "expect-contact";
    const bool begins =
        !step.children.empty() || step.name == "wait" || step.name.empty() || step.name == "expect-contact";
    if (n > 0 && !leads && !goes_on && begins) out.xml += '\n';
    out.xml += printed(step, 4);
  }
  out.xml += "  </steps>\n</scenario>\n";
  return out;
}

}  // namespace understudy::scenarios::from
