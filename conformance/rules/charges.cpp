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
  for (const Binding& binding : all_bindings()) {
    if (!selection.has(binding.id)) continue;
    const auto found =
        std::find_if(rules().begin(), rules().end(), [&](const RuleText& r) { return r.id == binding.id; });
    if (found == rules().end()) continue;
    const auto rule = static_cast<std::size_t>(found - rules().begin());
    const auto add = [&](auto& to, auto ask) {
      if (ask) to.push_back({rule, ask, binding.rests_on});
    };
    add(charges.exchange, binding.exchange);
    add(charges.message, binding.message);
    add(charges.probe, binding.probe);
    add(charges.connection, binding.connection);
    add(charges.poll, binding.poll);
    add(charges.elsewhere, binding.elsewhere);
    add(charges.trial, binding.trial);
    add(charges.contact, binding.contact);
    add(charges.end, binding.end);
    add(charges.late, binding.late);
    add(charges.endured, binding.endured);
  }
  return charges;
}

}  // namespace understudy::conformance
