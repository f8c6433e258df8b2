#include "rules/charges.h"

#include <algorithm>

namespace understudy::conformance {

std::vector<Binding> all_bindings() {
  std::vector<Binding> all;
  for (const auto area : {http_rules(), http_wire_rules(), session_rules(), isolation_rules(), xml_rules(), xml_part_rules(),
                          signature_rules(), nonce_rules(), action_rules(), item_rules(), flow_rules(),
                          phone_word_rules(), fragment_rules(), busy_rules(), user_rules(), contact_rules(), poll_rules(), reads_rules(),
                          tls_rules(), file_rules(), software_rules(), certificate_rules(), secure_rules(), robust_rules()})
    all.insert(all.end(), area.begin(), area.end());
  return all;
}

Charges charges_of(const Selection& selection) {
  Charges charges;
  const auto add = [](auto& to, std::size_t rule, auto ask) {
    if (ask) to.push_back({rule, ask});
  };
  for (const Binding& binding : all_bindings()) {
    if (!selection.has(binding.id)) continue;
    const auto found =
        std::find_if(rules().begin(), rules().end(), [&](const RuleText& r) { return r.id == binding.id; });
    if (found == rules().end()) continue;
    const auto rule = static_cast<std::size_t>(found - rules().begin());
    add(charges.exchange, rule, binding.exchange);
    add(charges.message, rule, binding.message);
    add(charges.probe, rule, binding.probe);
    add(charges.connection, rule, binding.connection);
    add(charges.poll, rule, binding.poll);
    add(charges.elsewhere, rule, binding.elsewhere);
    add(charges.trial, rule, binding.trial);
    add(charges.contact, rule, binding.contact);
    add(charges.end, rule, binding.end);
    add(charges.late, rule, binding.late);
    add(charges.endured, rule, binding.endured);
  }
  return charges;
}

}  // namespace understudy::conformance
