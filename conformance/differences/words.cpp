#include "differences/words.h"

#include <algorithm>

#include "reports/plain.h"
#include "transcript/json.h"

namespace understudy::conformance::differences {

namespace {

constexpr std::size_t longest_value = 80;  // bytes of it, as shown

// Fit for a terminal, and not longer than anybody reads.
std::string cut(const std::string& text) {
  std::string out = shown(text);
  if (out.size() <= longest_value) return out;
  std::size_t end = longest_value;
  while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xc0U) == 0x80U) --end;
  return out.substr(0, end) + "... (" + counted(text.size(), "byte") + ")";
}

std::string value_shown(const std::string& text) {
  return text.empty() ? "\"\"" : cut(text);
}

std::string where(const Difference& it) {
  if (it.phones.empty()) return "";
  // A start-up is an interaction; what the other reasons say is none.
  const std::string what = it.reason.empty()         ? "an interaction"
                           : it.reason == "start-up" ? "the start-up"
                                                     : "the " + cut(it.reason) + " interaction";
  std::string out = "in " + what + " of " + shown(it.phones.front());
  if (it.phones.size() > 1) out += " and " + counted(it.phones.size() - 1, "other phone");
  if (it.times > it.phones.size()) out += " (" + std::to_string(it.times) + " times)";
  return out;
}

// "ordered" an order, with the items of it, "gave" no answer, "answered with" anything else.
std::string verb(const Difference& it, bool past) {
  if (it.action.empty()) {
    const bool none = it.what.starts_with("no answer");
    return (none ? past ? "gave " : "give " : past ? "answered with " : "answer with ") + cut(it.what);
  }
  const std::string& items = it.was.empty() ? it.is : it.was;
  return (past ? "ordered " : "order ") + cut(it.what) + (items.empty() ? "" : " (" + shown(items) + ")");
}

// "wrote" or "asked for" an item.
std::string item_verb(const Difference& it, bool past) {
  if (it.asks) return (past ? "asked for " : "ask for ") + cut(it.what);
  const bool written = it.action.starts_with("WriteItems");
  return (written ? (past ? "wrote " : "write ")
          : past  ? "gave "
                  : "give ") +
         cut(it.what) + (written ? "" : " with " + cut(it.action));
}

// The sentence with the sides by name. `then_did`: how a sentence ends that says what was otherwise.
class Sentence {
 public:
  Sentence(const Difference& it, const Telling& telling)
      : it_(it), both_(telling.sides == Sides::a_and_b), hidden_(it.secret && !telling.show_secrets) {}

  std::string text() const {
    switch (it_.kind) {
      case Kind::interaction_missing:
        return both_ ? "A had this interaction, B did not come to it"
                     : "there was this interaction, and now there was none";
      case Kind::interaction_added:
        return both_ ? "B had this interaction, A did not come to it"
                     : "there was none, and now there is this interaction";
      case Kind::order_missing:
        return missing(verb(it_, true), verb(it_, false));
      case Kind::order_added:
        return added(verb(it_, true), verb(it_, false));
      case Kind::other_order:
        return both_ ? "A ordered " + shown(it_.was) + "; B ordered " + shown(it_.is)
                     : "the service ordered " + shown(it_.is) + "; then it was " + shown(it_.was);
      case Kind::item_missing:
        return missing(item_verb(it_, true), item_verb(it_, false)) + in_order();
      case Kind::item_added: {
        const std::string value = it_.asks || hidden_ ? "" : " = " + value_shown(it_.is);
        return added(item_verb(it_, true) + value, item_verb(it_, false)) + in_order();
      }
      case Kind::item_value:
        if (hidden_)
          return both_
                     ? "A and B " + item_verb(it_, true) + " with different values, which are secret"
                     : "the service " + item_verb(it_, true) + " with another value than then; it is secret";
        return values(item_verb(it_, true) + " = ", value_shown(it_.was), value_shown(it_.is));
      case Kind::item_times:
        return values(item_verb(it_, true) + " so often in one message: ", shown(it_.was), shown(it_.is));
      case Kind::nonce:
        return values("answered with a nonce that was ", it_.was, it_.is) + ", in " + cut(it_.action);
      case Kind::oddity_missing:
        return missing("said " + odd(), "say " + odd()) + ", in " + cut(it_.action);
      case Kind::oddity_added:
        return added("said " + odd(), "say " + odd()) + ", in " + cut(it_.action);
      case Kind::ending:
        return both_ ? "with A it ended with " + shown(it_.was) + ", with B with " + shown(it_.is)
                     : "it ended with " + shown(it_.is) + ", then with " + shown(it_.was);
      case Kind::rule_missing:
        return both_ ? "A deviates from " + cut(it_.what) + ", B does not"
                     : "the service keeps " + cut(it_.what) + ", from which it deviated";
      case Kind::rule_added:
        return both_ ? "B deviates from " + cut(it_.what) + ", A does not"
                     : "the service deviates from " + cut(it_.what) + ", as it did not";
      case Kind::outcome:
        return both_ ? "scenario " + cut(it_.what) + ": with A it " + shown(it_.was) + ", with B it " +
                           shown(it_.is)
                     : "scenario " + cut(it_.what) + ": it " + shown(it_.is) + ", then it " + shown(it_.was);
    }
    return "";
  }

 private:
  std::string odd() const { return "what is odd (" + cut(it_.what) + ")"; }
  // Which message, where the verb does not say it.
  std::string in_order() const {
    return it_.action == "WriteItems" || !it_.asks ? "" : ", in " + cut(it_.action);
  }
  std::string missing(const std::string& past, const std::string& present) const {
    return both_ ? "A " + past + ", B did not" : "the service did not " + present + ", as it did";
  }
  std::string added(const std::string& past, const std::string& present) const {
    (void)present;
    return both_ ? "B " + past + ", A did not" : "the service " + past + ", as it did not";
  }
  std::string values(const std::string& verb, const std::string& was, const std::string& is) const {
    return both_ ? "A " + verb + was + ", B " + is : "the service " + verb + is + ", then it was " + was;
  }

  const Difference& it_;
  bool both_, hidden_;
};

}  // namespace

std::string told(const Difference& difference, const Telling& telling) {
  const std::string place = where(difference);
  return (place.empty() ? "" : place + " ") + Sentence(difference, telling).text();
}

std::string text_of(const Report& report, const Telling& telling, std::size_t most) {
  std::string out;
  const std::size_t count = report.differences.size();
  for (std::size_t n = 0; n < std::min(count, most); ++n) out += told(report.differences[n], telling) + "\n";
  if (count > most) out += "and " + counted(count - most, "difference") + " more\n";
  for (const std::string& note : report.notes) out += "note: " + shown(note) + "\n";
  return out + (count == 0 ? "no difference" : counted(count, "difference")) + ", in " +
         counted(report.interactions, "interaction") + " of " + counted(report.phones, "phone") + "\n";
}

std::string json_of(const Report& report, const Telling& telling, int exit) {
  std::string out;
  transcript::JsonWriter json(out, 2);
  json.object();
  json.member("format", std::string_view("understudy.differences/1"));
  json.member("exit", exit);
  json.member("phones", report.phones);
  json.member("interactions", report.interactions);
  json.key("differences").array();
  for (const Difference& each : report.differences) {
    json.object();
    json.member("kind", name_of(each.kind));
    json.member("text", told(each, telling));
    if (!each.reason.empty()) json.member("reason", each.reason);
    if (!each.action.empty()) json.member("action", each.action);
    if (!each.what.empty()) json.member("what", each.what);
    if (!each.secret || telling.show_secrets) {
      if (!each.was.empty()) json.member("was", each.was);
      if (!each.is.empty()) json.member("is", each.is);
    } else {
      json.member("secret", true);
    }
    if (!each.phones.empty()) {
      json.key("phones").array();
      for (const std::string& phone : each.phones) json.value(phone);
      json.end();
    }
    json.member("times", static_cast<std::uint64_t>(each.times));
    json.end();
  }
  json.end();
  json.key("notes").array();
  for (const std::string& note : report.notes) json.value(note);
  json.end();
  json.end();
  return out + "\n";
}

}  // namespace understudy::conformance::differences
