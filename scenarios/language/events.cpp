// What happens to a phone.
#include <algorithm>

#include "scenarios/language/reading.h"

namespace understudy::scenarios::language {

namespace {

constexpr std::size_t pin_digits = 10;
constexpr std::uint64_t most_modules = 2;  // that any model is known to take

items::Who changer(std::string_view by) {
  if (by == "admin") return items::Who::administrator;
  return by == "web" ? items::Who::web_pages : items::Who::user;
}

bool all_digits(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::optional<Event> Reading::event(const XmlElement& element) {
  const std::string& name = element.name;
  if (name == "start-up") return StartUp{is_true(element, "from-factory")};
  if (name == "restart") return Restart{};
  if (name == "factory-reset") return FactoryReset{};
  if (name == "power-cut") return PowerCut{};
  if (name == "local-change") return local_change(element);
  if (name == "inventory-change") return inventory_change(element);
  if (name == "call-begins") return CallBegins{};
  if (name == "call-ends") return CallEnds{};
  if (name == "log-on") {
    LogOn out{text(element.attribute("number")), text(element.attribute("password"))};
    if (out.number.constant()) check_number(out.number.literal(), out.number.place);
    return out;
  }
  if (name == "log-off") return LogOff{};
  if (name == "poll") return Poll{};
  if (name == "enter-pin") return EnterPin{text(element.attribute("pin"))};
  if (name == "contact-me") return contact_me(element);
  if (name == "trigger") return trigger(element);
  if (name == "behave") return behave(element);
  return std::nullopt;
}

LocalChange Reading::local_change(const XmlElement& element) {
  LocalChange out;
  out.by = changer(element.attribute("by").value);
  out.unique = is_true(element, "unique");
  out.texts = optional_text(element, "texts");
  for (const XmlElement& child : element.children)
    if (child.name == "item" && !error_) out.items.push_back(setting(child, kind_here()));
  if (out.items.empty() && !out.texts) fail(element.begin, "<local-change> changes nothing: it lacks an <item>, or texts");
  return out;
}

InventoryChange Reading::inventory_change(const XmlElement& element) {
  return {static_cast<int>(number(element.attribute("modules"), 0, most_modules))};
}

ContactMe Reading::contact_me(const XmlElement& element) {
  ContactMe out;
  out.wanted = is_true(element, "wanted");
  if (const XmlAttribute* host = element.find("host")) out.host = text(*host);
  if (const XmlAttribute* port = element.find("port")) {
    out.port = text(*port);
    if (out.port.constant()) number(*port, 1, 65'535);
  }
  return out;
}

Trigger Reading::trigger(const XmlElement& element) {
  Trigger out;
  out.job = element.attribute("job").value;
  out.capture = variable(element, "capture");
  out.pin = optional_text(element, "pin");
  if (!out.pin) return out;
  const XmlAttribute& pin = element.attribute("pin");
  if (out.job != "bootstrap-pin") fail(pin, "only the job bootstrap-pin has a PIN");
  if (out.pin->constant() && (pin.value.size() != pin_digits || !all_digits(pin.value)))
    fail(pin, in_quotes(pin.value) + " is no PIN; it has ten digits");
  return out;
}

Behave Reading::behave(const XmlElement& element) {
  Behave out;
  if (const XmlAttribute* names = element.find("quirks")) out.quirks = quirks(names->value, place_of(*names));
  out.fails = optional_bool(element, "fails");
  out.ends = optional_bool(element, "ends");
  out.refuses_first = optional_bool(element, "refuses-first");
  out.wrong_tan = optional_bool(element, "wrong-tan");
  out.max_items = optional_number(element, "max-items", 0, 10'000);
  if (element.find("cookie-of")) out.cookie_of = one_phone_of(element, "cookie-of");
  if (!out.quirks && !out.fails && !out.ends && !out.refuses_first && !out.wrong_tan && !out.max_items && !out.cookie_of)
    fail(element.begin,
         "<behave> says nothing; it takes quirks, fails, ends, refuses-first, wrong-tan, max-items or cookie-of");
  return out;
}

}  // namespace understudy::scenarios::language
