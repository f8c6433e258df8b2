#include "reference/defects.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <numeric>

#include "reference/fault.h"

namespace understudy::reference {

namespace {

// How many single characters are to be added, dropped or changed to make one text the other.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, changed});
    }
  }
  return row.back();
}

std::string_view nearest(std::string_view name) {
  std::string_view best;
  std::size_t least = name.size() / 3 + 2;
  const bool variant = name.find('/') != std::string_view::npos;
  for (const Defect& defect : defects()) {
    const std::string_view other = variant ? defect.name : defect.rule();
    const std::size_t far = distance(name, other);
    if (far < least) {
      least = far;
      best = other;
    }
  }
  return best;
}

}  // namespace

const Faults& all_faults() {
  static const Faults faults = [] {
    Faults all;
    for (Faults (*area)() :
         {http_faults, framing_faults, session_faults, isolation_faults, xml_faults, markup_faults, nonce_faults, action_faults, item_faults,
          flow_faults, phone_word_faults, fragment_faults, busy_faults, user_faults, contact_faults, reads_faults, tls_faults,
          file_faults, software_faults, certificate_faults, secure_faults, robust_faults}) {
      Faults some = area();
      std::move(some.begin(), some.end(), std::back_inserter(all));
    }
    return all;
  }();
  return faults;
}

const Fault* find_fault(std::string_view name) {
  const Faults& all = all_faults();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Fault& fault) { return fault.defect.name == name; });
  return found == all.end() ? nullptr : &*found;
}

std::span<const Defect> defects() {
  static const std::vector<Defect> list = [] {
    std::vector<Defect> some;
    for (const Fault& fault : all_faults()) some.push_back(fault.defect);
    return some;
  }();
  return list;
}

const Defect* find_defect(std::string_view name) {
  const auto all = defects();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Defect& defect) { return defect.name == name; });
  return found == all.end() ? nullptr : &*found;
}

tl::expected<const Defect*, std::string> defect_named(std::string_view name) {
  if (const Defect* defect = find_defect(name)) return defect;
  const auto all = defects();
  const auto first =
      std::find_if(all.begin(), all.end(), [&](const Defect& defect) { return defect.rule() == name; });
  if (first != all.end()) return &*first;

  std::string error = "no defect is called \"" + std::string(name) + "\"";
  if (const std::string_view near = nearest(name); !near.empty())
    error += "; did you mean " + std::string(near) + "?";
  else
    error += "; --list-defects shows them all";
  return tl::unexpected(std::move(error));
}

ListenerFaults listener_faults(std::span<const std::string> names) {
  ListenerFaults all;
  for (const std::string& name : names) {
    const auto defect = defect_named(name);
    if (!defect) continue;
    const ListenerFaults& one = find_fault((*defect)->name)->listener;
    if (one.certificate != ListenerFaults{}.certificate) all.certificate = one.certificate;
    if (one.secure_certificate != ListenerFaults{}.secure_certificate) all.secure_certificate = one.secure_certificate;
    all.client_required = all.client_required && one.client_required;
    if (!one.max_tls.empty()) all.max_tls = one.max_tls;
    all.client_may_renegotiate = all.client_may_renegotiate || one.client_may_renegotiate;
  }
  return all;
}

}  // namespace understudy::reference
