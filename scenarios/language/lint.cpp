#include "scenarios/language/lint.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "items/catalogue.h"
#include "rules/nearest.h"
#include "scenarios/language/claims.h"
#include "scenarios/language/walk.h"

namespace understudy::scenarios::language {

namespace {

struct Warning {
  Place place;
  std::string text;
};

class Lint {
 public:
  explicit Lint(const Scenario& scenario) : scenario_(scenario) {}

  std::vector<Warning> all() {
    variables();
    timers();
    phones_that_do_nothing();
    unknown_items();
    sequence(scenario_.steps, false);
    for (const Claim& claim : scenario_.claims)
      if (std::string why = cannot_exercise(scenario_, claim.rule); !why.empty())
        warn(claim.place, std::move(why));
    return std::move(warnings_);
  }

  std::vector<Warning> impossible() {
    std::set<std::string> has_value;
    used_too_early(scenario_.steps, has_value);
    sequence(scenario_.steps, false);
    return std::move(warnings_);
  }

 private:
  void warn(const Place& place, std::string text) { warnings_.push_back({place, std::move(text)}); }

  void variables() {
    std::set<std::string> used;
    const auto uses = [&](const Text& text) {
      for (const TextPart& part : text.parts)
        if (part.kind == TextPart::Kind::variable) used.insert(part.text);
    };
    for (const PhoneKind& kind : scenario_.kinds)
      for (const Setting& setting : kind.settings) {
        uses(setting.value);
        for (const TextPart& part : setting.value.parts)
          if (part.kind == TextPart::Kind::variable)
            warn(part.place, "{" + part.text + "} has no value yet when the phone is set up");
      }
    each_step(scenario_.steps, [&](const Step& step) {
      for (const Text* text : texts_of(step)) uses(*text);
    });
    each_step(scenario_.steps, [&](const Step& step) {
      for (const Given& given : variables_given_by(step))
        if (!used.contains(given.name)) warn(given.place, "{" + given.name + "} is never used");
    });
    std::set<std::string> has_value;
    used_too_early(scenario_.steps, has_value);
  }

  // Only where the steps are played in the order of the file.
  void used_too_early(const Steps& steps, std::set<std::string>& has_value) {
    for (const Step& step : steps) {
      for (const Text* text : texts_of(step))
        for (const TextPart& part : text->parts)
          if (part.kind == TextPart::Kind::variable && !has_value.contains(part.text) &&
              !given_in(step, part.text))
            warn(part.place, "{" + part.text + "} has no value yet when this is played");
      for (const Given& given : variables_given_by(step)) has_value.insert(given.name);
      const bool in_order = !std::holds_alternative<Together>(step.what) &&
                            !std::holds_alternative<Repeat>(step.what) &&
                            !std::holds_alternative<ForEach>(step.what);
      for (const Steps* part : parts_of(step)) {
        if (in_order) used_too_early(*part, has_value);
        each_step(*part, [&](const Step& inner) {
          for (const Given& given : variables_given_by(inner)) has_value.insert(given.name);
        });
      }
    }
  }
  static bool given_in(const Step& step, const std::string& name) {
    if (std::holds_alternative<Set>(step.what)) return false;  // its value is filled in before
    const auto given = variables_given_by(step);
    return std::any_of(given.begin(), given.end(), [&](const Given& one) { return one.name == name; });
  }

  void timers() {
    std::map<std::string, Place> started, stopped;
    each_step(scenario_.steps, [&](const Step& step) {
      if (const auto* start = std::get_if<StartTimer>(&step.what)) started.emplace(start->name, step.place);
      if (const auto* stop = std::get_if<StopTimer>(&step.what)) stopped.emplace(stop->name, step.place);
    });
    for (const auto& [name, place] : started)
      if (!stopped.contains(name)) warn(place, "the timer \"" + name + "\" is never stopped");
    for (const auto& [name, place] : stopped)
      if (!started.contains(name)) warn(place, "the timer \"" + name + "\" is never started");
  }

  void phones_that_do_nothing() {
    std::vector<bool> does(scenario_.phones.size(), false);
    mark_who_acts(scenario_.steps, {0, 1}, does);
    for (std::size_t i = 0; i < does.size(); ++i)
      if (!does[i])
        warn(scenario_.kinds[scenario_.phones[i].kind].place,
             "the phone \"" + scenario_.phones[i].name + "\" does nothing");
  }
  static bool is_of_a_phone(const Step& step) {
    const bool of_the_scenario =
        std::holds_alternative<Set>(step.what) || std::holds_alternative<WaitTime>(step.what) ||
        std::holds_alternative<Meet>(step.what) || std::holds_alternative<StartTimer>(step.what) ||
        std::holds_alternative<StopTimer>(step.what);
    return std::holds_alternative<EventStep>(step.what) || (!of_the_scenario && parts_of(step).empty());
  }
  void mark_who_acts(const Steps& steps, PhoneRange around, std::vector<bool>& does) {
    for (const Step& step : steps) {
      const PhoneRange whose = step.phones.value_or(around);
      const auto parts = parts_of(step);
      if (is_of_a_phone(step)) std::fill_n(does.begin() + whose.first, whose.count, true);
      for (const Steps* part : parts) mark_who_acts(*part, whose, does);
    }
  }

  void unknown_items() {
    const auto look_up = [&](const Text& name) {
      if (!name.constant() || items::find(name.literal())) return;
      std::vector<std::string_view> names;
      for (const items::Entry& entry : items::catalogue()) names.push_back(entry.name);
      const std::string_view near = conformance::nearest(name.literal(), names);
      warn(name.place, "the item \"" + std::string(name.literal()) + "\" is not known" +
                           (near.empty() ? "" : "; did you mean " + std::string(near) + "?"));
    };
    for (const PhoneKind& kind : scenario_.kinds)
      for (const Setting& setting : kind.settings) look_up(setting.name);
    each_step(scenario_.steps, [&](const Step& step) {
      for (const Text* name : item_names_of(step)) look_up(*name);
    });
  }

  static bool wants_a_message(const Step& step) {
    return std::holds_alternative<Expect>(step.what) || std::holds_alternative<OneOf>(step.what) ||
           std::holds_alternative<AnyOrder>(step.what);
  }
  static bool says_nothing_more(const Step& step) {
    const auto* expect = std::get_if<Expect>(&step.what);
    return expect && expect->answer && expect->answer->never && !expect->optional;
  }

  // Steps that follow each other, and what cannot come after another.
  void sequence(const Steps& steps, bool in_event) {
    const Step* before = nullptr;
    for (const Step& step : steps) {
      if (wants_a_message(step)) {
        const auto* event = before ? std::get_if<EventStep>(&before->what) : nullptr;
        if (!before && !in_event && &steps == &scenario_.steps)
          warn(step.place, "nothing has happened yet: no message can come");
        else if (event && event->rest && !in_event && step.phones == before->phones)
          warn(step.place, "the phone is at rest here, and no message can come; what <" + before->element +
                               "> causes is expected in it");
        else if (before && says_nothing_more(*before))
          warn(step.place, "never reached: the service waits for an answer that never comes");
      }
      if (const auto* choose = std::get_if<Choose>(&step.what))
        for (const Choose::Option& option : choose->options)
          if (option.weight == 0) warn(option.place, "never chosen: its weight is 0");
      if (const auto* include = std::get_if<Include>(&step.what); include && include->has_phones)
        warn(step.place, "the phones of the included scenario are not there: its steps are played by those of this one");
      if (const auto* meet = std::get_if<Meet>(&step.what); meet && meet->strands < 2)
        warn(step.place, "nobody else comes to <meet name=\"" + meet->name + "\">");
      for (const Steps* part : parts_of(step))
        sequence(*part, in_event || std::holds_alternative<EventStep>(step.what));
      before = &step;
    }
  }

  const Scenario& scenario_;
  std::vector<Warning> warnings_;
};

std::vector<FileError> in_order(const Scenario& scenario, std::vector<Warning> warnings) {
  const auto where = [](const Warning& one) { return std::pair(one.place.file, one.place.offset); };
  std::stable_sort(warnings.begin(), warnings.end(),
                   [&](const Warning& a, const Warning& b) { return where(a) < where(b); });
  std::vector<FileError> out;
  for (Warning& one : warnings) {
    FileError error = error_at(scenario, one.place, std::move(one.text));
    // What is included twice, or is said of each phone of many, is said once.
    if (out.empty() || out.back().one_line() != error.one_line()) out.push_back(std::move(error));
  }
  return out;
}

}  // namespace

std::vector<FileError> lint(const Scenario& scenario) {
  return in_order(scenario, Lint(scenario).all());
}

std::vector<FileError> impossible(const Scenario& scenario) {
  return in_order(scenario, Lint(scenario).impossible());
}

}  // namespace understudy::scenarios::language
