// What is expected of the service, and what is answered by hand.
#include <algorithm>
#include <array>

#include "scenarios/language/reading.h"

namespace understudy::scenarios::language {

namespace {

constexpr std::string_view literal_nonce = "literal:";
constexpr std::array<std::string_view, 4> nonce_kinds = {"same", "wrong", "old", "none"};
constexpr int most_times = 1'000;

}  // namespace

Expect Reading::expect(const XmlElement& element) {
  Expect out;
  out.place = out.action_place = place_of(element);
  out.action = action(element);
  if (const XmlAttribute* named = element.find("action")) out.action_place = place_of(*named);
  out.status = statuses(element, "status");
  out.within = duration(element.attribute("within"));
  out.optional = is_true(element, "optional");
  out.skipping = is_true(element, "skipping");
  out.items_only = is_true(element, "items-only");
  out.nonce_capture = variable(element, "nonce-capture");
  for (const XmlElement& child : element.children) {
    if (error_) return out;
    if (child.name == "item") out.items.push_back(expected_item(child));
    if (child.name == "header") out.headers.push_back(expected_header(child));
    if (child.name == "answer") out.answer = answer(child);
  }
  if (out.optional && out.skipping && !error_)
    fail(element.attribute("skipping"),
         "optional and skipping exclude each other: another message would be both kept and skipped");
  return out;
}

std::vector<Expect> Reading::expects(const XmlElement& element) {
  std::vector<Expect> out;
  for (const XmlElement& child : element.children) {
    if (error_) break;
    out.push_back(expect(child));
    if (child.find("phone"))
      fail(child.attribute("phone"),
           "all of them are expected by one phone: it is named in <" + element.name + ">");
    if (out.back().optional) fail(child.attribute("optional"), "none of <" + element.name + "> is optional");
  }
  return out;
}

ExpectedItem Reading::expected_item(const XmlElement& element) {
  ExpectedItem out{text(element.attribute("name")), optional_text(element, "index"), match(element),
                   variable(element, "capture"), place_of(element)};
  if (out.match.kind == Match::Kind::absent && !out.capture.empty())
    fail(element.attribute("capture"), "what is absent cannot be captured");
  return out;
}

ExpectedHeader Reading::expected_header(const XmlElement& element) {
  const XmlAttribute& named = element.attribute("name");
  ExpectedHeader out{named.value, match(element), variable(element, "capture"), place_of(element)};
  if (named.value.empty() || named.value.find_first_of(" \t\r\n:") != std::string::npos)
    fail(named, in_quotes(named.value) + " is no name of a header");
  if (out.match.kind == Match::Kind::absent && !out.capture.empty())
    fail(element.attribute("capture"), "what is absent cannot be captured");
  return out;
}

Never Reading::never(const XmlElement& element) {
  Never out;
  out.action = action(element);
  const XmlAttribute* named = element.find("action");
  out.action_place = named ? place_of(*named) : place_of(element);
  for (const XmlElement& child : element.children)
    if (!error_) out.items.push_back(expected_item(child));
  return out;
}

Answer Reading::answer(const XmlElement& element) {
  Answer out;
  out.place = place_of(element);
  out.obeys = is_true(element, "obey");
  out.status = optional_text(element, "status");
  out.reason = optional_text(element, "reason");
  out.action = optional_text(element, "action");
  if (const XmlAttribute* fragment = element.find("fragment"))
    out.fragment = wpi::fragment_spelled(fragment->value);
  const XmlAttribute& nonce = element.attribute("nonce");
  const auto kind = std::find(nonce_kinds.begin(), nonce_kinds.end(), nonce.value);
  if (kind != nonce_kinds.end()) {
    out.nonce = static_cast<Answer::Nonce>(kind - nonce_kinds.begin());
  } else if (nonce.value.starts_with(literal_nonce)) {
    out.nonce = Answer::Nonce::literal;
    XmlAttribute rest = nonce;
    rest.value.erase(0, literal_nonce.size());
    rest.begin = std::min(rest.begin + literal_nonce.size(), rest.end);
    out.literal_nonce = text(rest);
  } else {
    fail(nonce,
         in_quotes(nonce.value) + " is no kind of nonce; it is same, wrong, old, none or literal:TEXT");
  }
  out.after = duration(element.attribute("after"), true);
  out.times = static_cast<int>(number(element.attribute("times"), 1, most_times));
  out.never = is_true(element, "never");
  for (const XmlElement& child : element.children) {
    if (error_) return out;
    if (child.name == "raw")
      out.raw = raw_content(child);
    else
      out.items.push_back({text(child.attribute("name")), optional_text(child, "index"),
                           optional_text(child, "status"), content(child)});
  }
  check_answer(element, out);
  return out;
}

// What cannot be both.
void Reading::check_answer(const XmlElement& element, const Answer& answer) {
  if (!answer.raw && !answer.never) return;
  const std::string which = answer.never ? "an answer that never comes" : "a raw answer";
  for (const char* name : {"status", "reason", "action", "fragment"})
    if (element.find(name)) fail(element.attribute(name), which + " has no " + name);
  if (answer.nonce != Answer::Nonce::same) fail(element.attribute("nonce"), which + " has no nonce");
  if (!answer.never) return;
  if (!element.children.empty())
    fail(element.children.front().begin, which + " has no <" + element.children.front().name + ">");
  if (answer.after.count() > 0) fail(element.attribute("after"), which + " is not late");
  if (answer.times > 1)
    fail(element.attribute("times"), which + " is not sent " + std::to_string(answer.times) + " times");
}

}  // namespace understudy::scenarios::language
