#include "scenarios/language/claims.h"

#include <algorithm>
#include <array>

#include "scenarios/language/walk.h"

namespace understudy::scenarios::language {

namespace {

using phone::Quirk;

bool any_step(const Scenario& scenario, const std::function<bool(const Step&)>& wanted) {
  bool found = false;
  each_step(scenario.steps, [&](const Step& step) { found = found || wanted(step); });
  return found;
}

template <typename Kind>
const Kind* event_of(const Step& step) {
  const auto* event = std::get_if<EventStep>(&step.what);
  return event ? std::get_if<Kind>(&event->event) : nullptr;
}

template <typename Kind>
bool happens(const Scenario& scenario) {
  return any_step(scenario, [](const Step& step) { return event_of<Kind>(step) != nullptr; });
}

bool behaves(const Scenario& scenario, const std::function<bool(const Behave&)>& so) {
  return any_step(scenario, [&](const Step& step) {
    const auto* behave = event_of<Behave>(step);
    return behave && so(*behave);
  });
}

bool has_quirk(const Scenario& scenario, std::initializer_list<Quirk> quirks) {
  const auto has = [&](phone::Quirks some) {
    return quirks.size() == 0
               ? !some.none()
               : std::any_of(quirks.begin(), quirks.end(), [&](Quirk one) { return some.has(one); });
  };
  return std::any_of(scenario.kinds.begin(), scenario.kinds.end(),
                     [&](const PhoneKind& kind) { return has(kind.quirks); }) ||
         behaves(scenario, [&](const Behave& behave) { return behave.quirks && has(*behave.quirks); });
}

bool answers(const Scenario& scenario, const std::function<bool(const Answer&)>& so) {
  const auto fits = [&](const Expect& expect) { return expect.answer && so(*expect.answer); };
  return any_step(scenario, [&](const Step& step) {
    if (const auto* one = std::get_if<Expect>(&step.what)) return fits(*one);
    if (const auto* some = std::get_if<OneOf>(&step.what))
      return std::any_of(some->expected.begin(), some->expected.end(), fits);
    if (const auto* all = std::get_if<AnyOrder>(&step.what))
      return std::any_of(all->expected.begin(), all->expected.end(), fits);
    return false;
  });
}

// Its words may also stand in a raw body, or be filled in only when it is said.
bool answers_with(const Scenario& scenario, std::string_view status) {
  return answers(scenario, [&](const Answer& answer) {
    return answer.raw ||
           (answer.status && (!answer.status->constant() || answer.status->literal() == status));
  });
}

bool starts(const Scenario& scenario, std::initializer_list<std::string_view> jobs) {
  return any_step(scenario, [&](const Step& step) {
    const auto* trigger = event_of<Trigger>(step);
    return trigger && (jobs.size() == 0 || std::find(jobs.begin(), jobs.end(), trigger->job) != jobs.end());
  });
}

int starts_up(const Scenario& scenario) {
  int times = 0;
  each_step(scenario.steps, [&](const Step& step) {
    if (event_of<StartUp>(step) || event_of<Restart>(step) || event_of<PowerCut>(step)) ++times;
    if (std::holds_alternative<Repeat>(step.what) || std::holds_alternative<ForEach>(step.what)) ++times;
  });
  return times;
}

bool has_limit(const Scenario& scenario) {
  return std::any_of(scenario.kinds.begin(), scenario.kinds.end(),
                     [](const PhoneKind& kind) { return kind.message_limit.has_value(); });
}

bool counts_items(const Scenario& scenario) {
  return std::any_of(scenario.kinds.begin(), scenario.kinds.end(),
                     [](const PhoneKind& kind) { return kind.max_items.has_value(); }) ||
         behaves(scenario, [](const Behave& behave) { return behave.max_items.value_or(0) > 0; });
}

bool attempts(const Scenario& scenario, std::initializer_list<Attempt::Kind> kinds) {
  return any_step(scenario, [&](const Step& step) {
    const auto* attempt = std::get_if<Attempt>(&step.what);
    return attempt && std::find(kinds.begin(), kinds.end(), attempt->kind) != kinds.end();
  });
}

bool waits_for(const Scenario& scenario, WaitUntil::What what) {
  return any_step(scenario, [&](const Step& step) {
    const auto* wait = std::get_if<WaitUntil>(&step.what);
    return (wait && wait->what == what) || std::holds_alternative<WaitTime>(step.what);
  });
}

struct Need {
  std::string_view rules;  // a rule, or an area with its dot
  std::string_view words;  // "wants ..."
  bool (*met)(const Scenario& scenario);
};

// The first that fits counts.
constexpr std::array<Need, 30> needs = {{
    {"busy.last-plain", "nothing", [](const Scenario&) { return true; }},
    {"fragment.not-unasked", "nothing", [](const Scenario&) { return true; }},
    {"session.invalidated", "<attempt kind=\"stale-cookie\">",
     [](const Scenario& s) { return attempts(s, {Attempt::Kind::stale_cookie}); }},
    {"nonce.replay", "<attempt kind=\"replay\">",
     [](const Scenario& s) { return attempts(s, {Attempt::Kind::replay}); }},
    {"tls.renegotiation", "<attempt kind=\"renegotiation\">",
     [](const Scenario& s) { return attempts(s, {Attempt::Kind::renegotiation}); }},
    {"session.isolated", "a <local-change> that is unique",
     [](const Scenario& s) {
       return any_step(s, [](const Step& step) {
         const auto* change = event_of<LocalChange>(step);
         return change && change->unique;
       });
     }},
    {"session.address-independent", "a phone with address-of",
     [](const Scenario& s) {
       return std::any_of(s.kinds.begin(), s.kinds.end(), [](const PhoneKind& kind) { return kind.address_of.has_value(); });
     }},
    {"busy.", "<call-begins/>, or an <answer> with busy",
     [](const Scenario& s) {
       return happens<CallBegins>(s) || answers_with(s, "busy") || has_quirk(s, {Quirk::busy_when_read});
     }},
    {"contact.", "a <trigger>", [](const Scenario& s) { return starts(s, {}); }},
    {"poll.job-", "a <trigger>", [](const Scenario& s) { return starts(s, {}); }},
    {"poll.target", "nothing", [](const Scenario&) { return true; }},
    {"poll.unknown-device", "<attempt kind=\"poll-as-stranger\">",
     [](const Scenario& s) { return attempts(s, {Attempt::Kind::poll_as_stranger}); }},
    {"poll.", "<poll/>, or a <wait>",
     [](const Scenario& s) { return happens<Poll>(s) || waits_for(s, WaitUntil::What::poll); }},
    {"fragment.max-items", "max-items", counts_items},
    {"fragment.related-together", "max-items", counts_items},
    {"fragment.", "message-limit, or an <answer> with fragment",
     [](const Scenario& s) {
       return has_limit(s) || has_quirk(s, {Quirk::small_fragments}) ||
              answers(s, [](const Answer& a) { return a.fragment || a.raw; });
     }},
    {"secure.tan-", "<trigger job=\"bootstrap-pin\">",
     [](const Scenario& s) { return starts(s, {"bootstrap-pin"}); }},
    {"secure.pin-complete", "<trigger job=\"bootstrap-pin\">",
     [](const Scenario& s) { return starts(s, {"bootstrap-pin"}); }},
    {"secure.client-required", "<attempt kind=\"no-certificate\">, or others-certificate",
     [](const Scenario& s) { return attempts(s, {Attempt::Kind::no_certificate, Attempt::Kind::others_certificate}); }},
    {"secure.default-closed", "<attempt kind=\"default-port\">",
     [](const Scenario& s) { return attempts(s, {Attempt::Kind::default_port}); }},
    {"secure.", "<trigger job=\"bootstrap\">, or bootstrap-pin",
     [](const Scenario& s) {
       return starts(s, {"bootstrap", "bootstrap-pin"});
     }},
    {"file.", "<trigger job=\"deploy-files\">, or deploy-software",
     [](const Scenario& s) {
       return starts(s, {"deploy-files", "deploy-software"});
     }},
    {"software.", "<trigger job=\"deploy-software\">",
     [](const Scenario& s) { return starts(s, {"deploy-software"}); }},
    {"mobility.logoff", "<log-off/>", happens<LogOff>},
    {"mobility.", "<log-on>", happens<LogOn>},
    {"reads.", "quirks, or an <answer>",
     [](const Scenario& s) {
       return has_quirk(s, {}) || answers(s, [](const Answer&) { return true; }) || happens<CallBegins>(s);
     }},
    {"flow.local-changes-taken", "<local-change>", happens<LocalChange>},
    {"flow.unchanged-not-read", "two start-ups", [](const Scenario& s) { return starts_up(s) > 1; }},
    {"robust.", "a <hostile>",
     [](const Scenario& s) {
       return any_step(s, [](const Step& step) { return std::holds_alternative<Hostile>(step.what); });
     }},
    {"http.get-refused", "<attempt kind=\"get\">",
     [](const Scenario& s) { return attempts(s, {Attempt::Kind::get}); }},
}};

}  // namespace

std::string cannot_exercise(const Scenario& scenario, std::string_view rule) {
  const auto need =
      std::find_if(needs.begin(), needs.end(), [&](const Need& one) { return rule.starts_with(one.rules); });
  if (need == needs.end() || need->met(scenario)) return {};
  return std::string(rule) + " wants " + std::string(need->words) + ", and there is none";
}

}  // namespace understudy::scenarios::language
