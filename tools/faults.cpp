// understudy faults: what can go wrong inside phones.
#include "faults.h"

#include <cstdio>
#include <string_view>
#include <vector>

#include "commands.h"
#include "reports/plain.h"

namespace understudy::tools {

namespace {

constexpr std::size_t width = 100, name_width = 24;

void print(std::string_view name, std::string_view text) {
  bool first = true;
  for (const std::string& line : conformance::wrapped(std::string(text), width - 2 - name_width)) {
    std::printf("  %s%s\n", conformance::padded(first ? name : "", name_width).c_str(), line.c_str());
    first = false;
  }
}

tl::expected<const fleet::KnownFault*, std::string> known_fault(const std::string& name) {
  if (const fleet::KnownFault* known = fleet::find_fault(name)) return known;
  std::vector<std::string_view> names;
  for (const fleet::KnownFault& each : fleet::known_faults()) names.push_back(net::name_of(each.kind));
  return tl::unexpected("there is no fault \"" + conformance::shown(name) + "\"" + or_nearest(name, names, "understudy faults list"));
}

}  // namespace

tl::expected<fleet::Chance, std::string> chance_of(const std::string& text) {
  const std::size_t sign = text.find('=');
  const std::string name = text.substr(0, sign);
  const auto known = known_fault(name);
  if (!known) return tl::unexpected(known.error());
  if (sign == std::string::npos) return tl::unexpected("--fault " + name + " has no chance: write " + name + "=1%");
  const auto share = fleet::share_of(text.substr(sign + 1));
  if (!share) return tl::unexpected("--fault " + name + ": " + conformance::shown(share.error()));
  return fleet::Chance{(*known)->kind, *share};
}

int run(const FaultsOptions& options) {
  if (options.explain.empty()) {
    for (const fleet::KnownFault& each : fleet::known_faults()) print(net::name_of(each.kind), each.text);
    std::puts("\n  Each continues \"A phone ...\"; `understudy faults explain KIND` says what a service owes it then.");
    return exit_conforming;
  }
  const auto known = known_fault(options.explain);
  if (!known) return refuse(exit_wrong_command_line, known.error());
  std::printf("%s\n\n", options.explain.c_str());
  std::printf("  A phone %s.\n\n", std::string((*known)->text).c_str());
  print("a service owes it", (*known)->owes);
  print("by chance", "--fault " + options.explain + "=1% of run, load and phone; <fault kind=\"" + options.explain +
                         "\" chance=\"1%\"/> in a plan, or at a <phone>");
  print("in a step", "<fault kind=\"" + options.explain + "\"/>: the phone's next message (docs/scenarios.md)");
  return exit_conforming;
}

}  // namespace understudy::tools
