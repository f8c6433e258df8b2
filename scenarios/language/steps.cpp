// The steps of a scenario that are no event and no expectation, and how they stand in each other.
#include <algorithm>
#include <charconv>
#include <utility>

#include "scenarios/language/reading.h"
#include "wpi/utf8.h"

namespace understudy::scenarios::language {

namespace {

constexpr std::string_view blanks = " \t\r\n";
constexpr std::uint64_t most_repeats = 1'000'000;

// A value that is another for as long as this is there.
template <typename Value>
class For {
 public:
  For(Value& value, Value other) : value_(value), before_(std::exchange(value, other)) {}
  ~For() { value_ = before_; }
  For(const For&) = delete;
  For& operator=(const For&) = delete;

 private:
  Value& value_;
  Value before_;
};

WaitUntil::What awaited(std::string_view until) {
  if (until == "contact") return WaitUntil::What::contact;
  if (until == "message") return WaitUntil::What::message;
  return until == "poll" ? WaitUntil::What::poll : WaitUntil::What::rest;
}

}  // namespace

Steps Reading::steps(const std::vector<XmlElement>& elements) {
  Steps out;
  for (const XmlElement& element : elements) {
    if (error_) break;
    if (element.name == "item") continue;  // of the step around, which has read it
    if (++steps_ > most_steps) {
      fail(element.begin, "more than " + std::to_string(most_steps) + " steps");
      break;
    }
    out.push_back(step(element));
  }
  return out;
}

Step Reading::step(const XmlElement& element) {
  const auto phones = whose(element);
  const For here(here_, phones ? phones->first : here_);
  return {element.name, place_of(element), phones, what(element)};
}

What Reading::what(const XmlElement& element) {
  if (auto happens = event(element)) {
    EventStep out;
    out.event = std::move(*happens);
    const XmlAttribute* rest = element.find("rest");
    out.rest =
        rest ? rest->value == "yes" : events_around_ == 0 && !std::holds_alternative<Behave>(out.event);
    if (const XmlAttribute* label = element.find("label")) out.label = one_line(label->value);
    const For around(events_around_, events_around_ + 1);
    out.steps = steps(element.children);
    return out;
  }
  const std::string& name = element.name;
  if (name == "expect") return expect(element);
  if (name == "one-of") return OneOf{expects(element)};
  if (name == "any-order") return AnyOrder{expects(element)};
  if (name == "never") return never(element);
  if (name == "expect-contact") return ExpectContact{duration(element.attribute("within"))};
  if (name == "expect-interaction") {
    const XmlAttribute* reason = element.find("reason");
    return ExpectInteraction{reason ? wpi::reason_spelled(reason->value) : std::nullopt,
                             duration(element.attribute("within"))};
  }
  if (name == "expect-rest") return ExpectRest{duration(element.attribute("within"))};
  if (name == "wait") return wait(element);
  if (name == "say") return say(element);
  if (name == "hostile") return hostile(element);
  if (name == "attempt") return attempt(element);
  if (name == "set") return Set{variable(element, "name"), text(element.attribute("value"))};
  if (name == "capture")
    return CaptureItem{text(element.attribute("item")), optional_text(element, "index"),
                       variable(element, "into")};
  if (name == "assert")
    return AssertItem{text(element.attribute("item")), optional_text(element, "index"), match(element)};
  if (name == "fault") return fault(element);
  if (name == "together") return together(element);
  if (name == "branch") return Branch{steps(element.children)};
  if (name == "meet") return meet(element);
  if (name == "with") return With{steps(element.children)};
  if (name == "repeat")
    return Repeat{static_cast<int>(number(element.attribute("times"), 1, most_repeats)),
                  steps(element.children)};
  if (name == "for-each") return for_each(element);
  if (name == "choose") return choose(element);
  if (name == "include") return include(element);
  if (name == "start-timer") return StartTimer{this->name(element.attribute("name"))};
  return StopTimer{this->name(element.attribute("name")), optional_duration(element, "at-most")};
}

What Reading::wait(const XmlElement& element) {
  const XmlAttribute *time = element.find("time"), *until = element.find("until"),
                     *at_most = element.find("at-most");
  if (time && until) fail(*until, "time and until exclude each other");
  if (time && at_most) fail(*at_most, "a wait of a certain time needs no at-most");
  if (!time && !until) fail(element.begin, "<wait> lacks time, or until and at-most");
  if (until && !at_most)
    fail(element.begin, "<wait> until something happens lacks at-most: it might wait without end");
  if (error_) return WaitTime{};
  if (time) return WaitTime{duration(*time)};
  return WaitUntil{awaited(until->value), duration(*at_most)};
}

Say Reading::say(const XmlElement& element) {
  Say out;
  if (element.children.empty()) out.parts.push_back({content(element, Form::bytes), 1});
  for (const XmlElement& part : element.children)
    out.parts.push_back({content(part, Form::bytes), number(part.attribute("times"), 1, Say::most_bytes)});
  if (!element.children.empty() && !wpi::trimmed(element.text).empty())
    fail(element.begin, "<say> has a text beside its parts");
  out.fresh = is_true(element, "fresh");
  out.post = is_true(element, "post");
  out.utf16 = element.attribute("encoding").value == "utf-16";
  out.rate = optional_number(element, "rate", 1, 1'000'000'000).value_or(0);
  const std::string& then = element.attribute("then").value;
  out.then = then == "hang-up" ? Say::Then::hang_up : then == "nothing" ? Say::Then::nothing : Say::Then::answer;
  if (out.rate > 0 && out.then == Say::Then::hang_up)
    fail(element.attribute("then"), "what is sent at a rate cannot hang up: write what is sent, and end there");
  out.expect_status = statuses(element, "expect-status");
  out.within = duration(element.attribute("within"));
  out.capture_status = variable(element, "capture-status");
  out.capture_body = variable(element, "capture-body");
  const bool wants_answer = out.expect_status || !out.capture_status.empty() || !out.capture_body.empty();
  if (wants_answer && out.then != Say::Then::answer)
    fail(element.attribute("then"), "nobody waits for the answer that another attribute wants");
  if (!out.post && out.parts.front().bytes.parts.empty()) fail(element.begin, "<say> says nothing");
  return out;
}

Hostile Reading::hostile(const XmlElement& element) {
  Hostile out;
  const XmlAttribute &rule = element.attribute("rule"), &name = element.attribute("case"),
                     &guard = element.attribute("guard");
  out.rule = rule.value;
  if (!rules_.empty() && std::find(rules_.begin(), rules_.end(), out.rule) == rules_.end())
    fail(rule, "there is no rule " + in_quotes(out.rule) + or_near(out.rule, rules_, "`understudy rules list robust` has them"));
  if (!out.rule.starts_with("robust."))
    fail(rule, in_quotes(out.rule) + " is no rule about hostile phones; those are robust.malformed and so on");
  out.name = wpi::trimmed(name.value);
  if (out.name.empty()) fail(name, "the case has no name");
  const auto whose_it_is = whose(element, "guard");
  if (whose_it_is && whose_it_is->count != 1) fail(guard, in_quotes(guard.value) + " are several phones: one starts up");
  if (whose_it_is && whose_it_is->first == here_) fail(guard, in_quotes(guard.value) + " is the hostile phone itself");
  if (hostile_around_) fail(element.begin, "a <hostile> stands in another one");
  if (whose_it_is) out.guard = whose_it_is->first;
  out.within = duration(element.attribute("within"));
  const For around(hostile_around_, true);
  out.steps = steps(element.children);
  return out;
}

Fault Reading::fault(const XmlElement& element) {
  using Kind = net::Fault::Kind;
  Fault out;
  const XmlAttribute& kind = element.attribute("kind");
  net::Fault& fault = out.fault;
  fault.kind = net::fault_named(kind.value).value_or(Kind::none);
  out.times = static_cast<int>(number(element.attribute("times"), 1, most_repeats));
  if (const XmlAttribute* given = element.find("chance")) out.chance = chance(*given);
  // What it does not have it takes `otherwise`; nullopt: it must have it.
  const auto its_own = [&](std::string_view name, bool has_one, std::optional<std::size_t> otherwise) {
    const bool is_there = element.find(name) != nullptr;
    if (is_there ? !has_one : has_one && !otherwise)
      fail(kind, in_quotes(kind.value) + (has_one ? " wants " : " has no ") + std::string(name));
    return optional_number(element, name, 1, 1'000'000'000).value_or(otherwise.value_or(0));
  };
  const bool cuts = fault.kind == Kind::drop_within || fault.kind == Kind::drop_answer;
  const bool lies = fault.kind == Kind::short_length || fault.kind == Kind::long_length;
  fault.bytes = its_own("bytes", cuts || lies, lies ? std::optional<std::size_t>(100) : std::nullopt);
  fault.rate = std::max<std::size_t>(its_own("rate", fault.kind == Kind::slow, std::nullopt), 1);
  const std::size_t item = its_own("item", fault.kind == Kind::truncated_xml, 1);
  if (fault.kind == Kind::truncated_xml) fault.bytes = item - 1;
  if (const XmlAttribute* given = element.find("minutes")) {
    if (fault.kind != Kind::clock_jump) fail(kind, in_quotes(kind.value) + " has no minutes");
    fault.jump = minutes(*given);
  }
  if (const XmlAttribute* shows = element.find("shows")) {
    const auto whose_it_is = whose(element, "shows");
    if (fault.kind != Kind::certificate) fail(kind, in_quotes(kind.value) + " has no shows");
    if (whose_it_is && whose_it_is->count != 1) fail(*shows, in_quotes(shows->value) + " are several phones: one certificate is shown");
    if (whose_it_is) out.shows = whose_it_is->first;
  }
  return out;
}

double Reading::chance(const XmlAttribute& attribute) {
  const auto share = fleet::share_of(attribute.value);
  if (!share) fail(attribute, share.error());
  return share.value_or(1);
}

std::chrono::minutes Reading::minutes(const XmlAttribute& attribute) {
  constexpr int most = 24 * 60;
  int out = 0;
  const char* end = attribute.value.data() + attribute.value.size();
  const auto [rest, error] = std::from_chars(attribute.value.data(), end, out);
  if (error != std::errc() || rest != end || out == 0 || out < -most || out > most)
    fail(attribute, in_quotes(attribute.value) + " is no number of minutes; it takes -1440 to 1440, and not 0");
  return std::chrono::minutes(out);
}

Attempt Reading::attempt(const XmlElement& element) {
  using Kind = Attempt::Kind;
  constexpr std::pair<std::string_view, Kind> kinds[] = {{"get", Kind::get},
                                                         {"poll-as-stranger", Kind::poll_as_stranger},
                                                         {"no-certificate", Kind::no_certificate},
                                                         {"others-certificate", Kind::others_certificate},
                                                         {"default-port", Kind::default_port},
                                                         {"stale-cookie", Kind::stale_cookie},
                                                         {"replay", Kind::replay},
                                                         {"renegotiation", Kind::renegotiation}};
  Attempt out;
  const XmlAttribute& kind = element.attribute("kind");
  for (const auto& [name, known] : kinds)
    if (name == kind.value) out.kind = known;
  const bool shows_one = out.kind == Kind::others_certificate;
  if (shows_one != (element.find("shows") != nullptr))
    fail(kind, in_quotes(kind.value) + (shows_one ? " wants shows" : " has no shows"));
  if (const XmlAttribute* shows = shows_one && !error_ ? element.find("shows") : nullptr) {
    const auto whose_it_is = whose(element, "shows");
    if (whose_it_is && whose_it_is->count != 1) fail(*shows, in_quotes(shows->value) + " are several phones: one certificate is shown");
    if (whose_it_is) out.shows = whose_it_is->first;
  }
  return out;
}

Meet Reading::meet(const XmlElement& element) {
  if (together_around_ == 0)
    fail(element.begin, "<meet> stands in no <together>: there is nobody to wait for");
  return {name(element.attribute("name")), 0, duration(element.attribute("at-most"))};
}

Together Reading::together(const XmlElement& element) {
  Together out;
  const For around(together_around_, together_around_ + 1);
  out.branches = steps(element.children);
  if (!error_) check_meetings(out.branches);
  return out;
}

ForEach Reading::for_each(const XmlElement& element) {
  ForEach out;
  out.as = name(element.attribute("as"));
  if (out.as.find('.') != std::string::npos)
    fail(element.attribute("as"), in_quotes(out.as) + " has a dot, which stands between row and column");
  if (const Loaded* loaded = table(element.attribute("table"))) out.table = loaded->table;
  if (error_) return out;
  rows_.push_back({out.as, out.table});
  out.steps = steps(element.children);
  rows_.pop_back();
  return out;
}

Choose Reading::choose(const XmlElement& element) {
  Choose out;
  std::uint64_t weights = 0;
  for (const XmlElement& child : element.children) {
    if (error_) return out;
    Choose::Option option;
    option.place = place_of(child);
    option.weight = static_cast<std::uint32_t>(number(child.attribute("weight"), 0, 1'000'000));
    weights += option.weight;
    option.steps = steps(child.children);
    out.options.push_back(std::move(option));
  }
  if (weights == 0) fail(element.begin, "<choose> has no option with a weight above 0");
  return out;
}

}  // namespace understudy::scenarios::language
