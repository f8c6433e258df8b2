#include "rules/docket.h"

#include <algorithm>
#include <set>
#include <utility>

#include "rules/excerpt.h"

namespace understudy::conformance {

namespace {

// Deviations of a message are different in different orders; those of what carries it are not.
bool depends_on_order(const RuleText& rule) {
  const std::string_view area = rule.area();
  return area != "http" && area != "session" && area != "tls";
}

std::string signature(const RuleText& rule, const Deviation& deviation, const Scene& scene) {
  std::string out(name_of(deviation.level.value_or(rule.level)));
  out.append("|").append(deviation.variant).append("|");
  if (depends_on_order(rule) && scene.heard && scene.heard->success() && scene.heard->exchange.answer)
    if (const auto order = scene.heard->order()) out += wpi::spelling(*order);
  // Cases are told apart: what a service cannot stand is what its people want to know.
  if (scene.endured) out += scene.endured->name;
  return out;
}

std::optional<Excerpt> excerpt_in(const Spot& spot, const wpi::HttpResponse& response,
                                  transcript::Masker* masker) {
  // Masked before it is cut: half a secret would not be recognised. Masking keeps places.
  switch (spot.in) {
    case Spot::In::nowhere:
      return std::nullopt;
    case Spot::In::head: {
      const std::string head = masker ? masker->head(response.head) : response.head;
      return excerpt_of(head, spot.offset, spot.length);
    }
    case Spot::In::body: {
      const std::string body = masker ? masker->body(response.body) : response.body;
      return excerpt_of(body, spot.offset, spot.length);
    }
  }
  return std::nullopt;
}

// A phone of a scenario among many is "NAME/phone".
void count_scenario(Finding& finding, std::string_view phone) {
  const std::size_t slash = phone.find('/');
  const std::string_view scenario = slash == std::string_view::npos ? std::string_view() : phone.substr(0, slash);
  const auto known = finding.scenarios.find(scenario);
  if (known != finding.scenarios.end())
    ++known->second;
  else
    ++finding.scenarios[std::string(finding.scenarios.size() < scenarios_a_finding ? scenario : "")];
}

}  // namespace

Spot header_spot(std::string_view head, std::string_view name) {
  std::size_t begin = 0;
  while (begin < head.size()) {
    std::size_t end = std::min(head.find('\n', begin), head.size());
    std::string_view line = head.substr(begin, end - begin);
    if (line.ends_with('\r')) line.remove_suffix(1);
    std::string_view label = line.substr(0, line.find(':'));
    while (label.ends_with(' ')) label.remove_suffix(1);
    if (!name.empty() && wpi::same_ignoring_case(label, name)) return {Spot::In::head, begin, line.size()};
    begin = end + 1;
  }
  const std::size_t first = std::min({head.find('\r'), head.find('\n'), head.size()});
  return first == 0 ? Spot{} : Spot{Spot::In::head, 0, first};
}

void Docket::deviated(std::size_t rule, Deviation deviation, const Scene& scene) {
  Tally& tally = tallies_[rule];
  ++tally.deviated;
  const RuleText& text = rules()[rule];
  // The larger is the milder: no deviation weighs more than its rule.
  const Level level = std::max(text.level, deviation.level.value_or(text.level));
  deviation.level = level;
  tally.worst = std::min(tally.worst, level);
  if (deviates) deviates(finding_of(text, deviation, scene), deviation.spot);
  const std::string key = signature(text, deviation, scene);
  if (const auto known = tally.places.find(key); known != tally.places.end()) {
    Finding& finding = tally.findings[known->second];
    ++finding.count;
    count_scenario(finding, scene.phone().id);
    return;
  }
  if (tally.findings.size() == findings_a_rule) return;
  tally.places.emplace(key, tally.findings.size());
  tally.findings.push_back(finding_of(text, std::move(deviation), scene));
  tally.findings.back().signature = key;
  count_scenario(tally.findings.back(), scene.phone().id);
}

Docket::Prepared Docket::prepared(std::size_t rule, Deviation deviation, const Scene& scene) {
  const RuleText& text = rules()[rule];
  deviation.level = std::max(text.level, deviation.level.value_or(text.level));
  Prepared out{rule, signature(text, deviation, scene), {}, deviation.spot};
  out.finding = finding_of(text, std::move(deviation), scene);
  return out;
}

void Docket::deviated(Prepared deviation) {
  Tally& tally = tallies_[deviation.rule];
  ++tally.deviated;
  tally.worst = std::min(tally.worst, deviation.finding.level);
  if (deviates) deviates(deviation.finding, deviation.spot);
  if (const auto known = tally.places.find(deviation.key); known != tally.places.end()) {
    ++tally.findings[known->second].count;
    return;
  }
  if (tally.findings.size() == findings_a_rule) return;
  deviation.finding.signature = deviation.key;
  tally.places.emplace(std::move(deviation.key), tally.findings.size());
  tally.findings.push_back(std::move(deviation.finding));
}

Finding Docket::finding_of(const RuleText& rule, Deviation deviation, const Scene& scene) {
  Finding out;
  out.at = now;
  out.rule = rule.id;
  out.level = deviation.level.value_or(rule.level);
  out.message = std::move(deviation.message);
  out.expected = std::move(deviation.expected);
  out.came = std::move(deviation.came);
  const Speaker& phone = scene.phone();
  out.phone = phone.id;
  out.firmware = phone.version;
  out.step = phone.step;
  if (scene.heard) {
    const transcript::Exchange& exchange = scene.heard->exchange;
    out.where = where_in(*scene.heard);
    out.interaction = exchange.interaction;
    out.exchange = exchange.number;
    if (exchange.response) out.excerpt = excerpt_in(deviation.spot, *exchange.response, masker_);
    if (masker_) {
      // What both sides said makes its secrets known: a service may have put one where none is looked for.
      masker_->masked(exchange.request);
      if (exchange.response) masker_->masked(*exchange.response);
      for (std::string* words : {&out.message, &out.expected, &out.came}) *words = masker_->words(*words);
    }
  } else if (scene.knocked) {
    out.where = where_in(*scene.knocked);
  } else if (scene.endured) {
    out.where = where_in(*scene.endured);
    out.exchange = deviation.exchange;
    if (masker_)
      for (std::string* words : {&out.message, &out.expected, &out.came}) *words = masker_->words(*words);
  } else {
    out.where = where_in(*scene.ended);
    out.interaction = scene.ended->interaction.number;
  }
  return out;
}

void Docket::trigger(const std::string& kind) {
  ++triggers_[""].started;
  if (!kind.empty()) ++triggers_[kind].started;
  last_kind_ = kind;
}

void Docket::trigger_failed(const std::string& why) {
  for (const std::string& kind : std::set<std::string>{"", last_kind_})
    if (Triggers& triggers = triggers_[kind]; triggers.failed++ == 0) triggers.failure = why;
}

// Where a job was started, it is not a trigger that is missing.
std::string Docket::why_not_exercised(const RuleText& rule) const {
  std::string occasion = rule.occasion;
  const auto triggers = triggers_.find(rule.trigger_kind());
  if (rule.takes_trigger() && triggers != triggers_.end() && triggers->second.started > 0) {
    if (triggers->second.started <= triggers->second.failed) return "a job could not be started: " + triggers->second.failure;
    occasion.erase(occasion.find(wants_trigger));
  }
  return "no occasion: " + occasion;
}

Verdict Docket::verdict(const Selection& selection, std::uint64_t exchanges) {
  Verdict out;
  out.exchanges = exchanges;
  for (std::size_t i = 0; i < tallies_.size(); ++i) {
    const RuleText& rule = rules()[i];
    Tally& tally = tallies_[i];
    RuleResult result{rule.id, rule.level, Outcome::not_exercised, held_[i], tally.deviated, {}};
    if (tally.deviated > 0) {
      result.outcome = Outcome::deviated;
      result.level = tally.worst;
    } else if (held_[i] > 0) {
      result.outcome = Outcome::held;
    } else {
      result.why = selection.has(rule.id) ? why_not_exercised(rule) : std::string(not_selected);
    }
    out.rules.push_back(std::move(result));
    std::move(tally.findings.begin(), tally.findings.end(), std::back_inserter(out.findings));
  }
  return out;
}

}  // namespace understudy::conformance
