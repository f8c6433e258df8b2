// understudy quirks: what a phone can do otherwise.
#include "quirks.h"

#include <algorithm>
#include <cstdio>
#include <string_view>
#include <vector>

#include "commands.h"
#include "reports/plain.h"

namespace understudy::tools {

namespace {

constexpr std::size_t width = 100, name_width = 24;

void print(std::string_view name, const std::string& text) {
  bool first = true;
  for (const std::string& line : conformance::wrapped(text, width - 2 - name_width)) {
    std::printf("  %s%s\n", conformance::padded(first ? name : "", name_width).c_str(), line.c_str());
    first = false;
  }
}

std::string members_of(const phone::NamedQuirk& named) {
  std::string members;
  for (const phone::NamedQuirk& quirk : phone::named_quirks())
    if (quirk.name != named.name && (quirk.quirks | named.quirks) == named.quirks)
      members.append(members.empty() ? "" : ", ").append(quirk.name);
  return members;
}

}  // namespace

tl::expected<const phone::NamedQuirk*, std::string> quirk_named(const std::string& name) {
  if (const phone::NamedQuirk* quirk = phone::find_quirk(name)) return quirk;
  std::vector<std::string_view> names;
  for (const phone::NamedQuirk& quirk : phone::named_quirks()) names.push_back(quirk.name);
  return tl::unexpected("there is no quirk \"" + name + "\"" + or_nearest(name, names, "understudy quirks list"));
}

int run(const QuirksOptions& options) {
  if (options.explain.empty()) {
    for (const phone::NamedQuirk& quirk : phone::named_quirks()) print(quirk.name, std::string(quirk.text));
    std::puts("\n  Each continues \"A phone ...\"; `understudy quirks explain NAME` says more.");
    return exit_conforming;
  }
  const auto quirk = quirk_named(options.explain);
  if (!quirk) return refuse(exit_wrong_command_line, quirk.error());
  std::printf("%s\n\n", options.explain.c_str());
  std::printf("  A phone %s.\n\n", std::string((*quirk)->text).c_str());
  print("source", std::string((*quirk)->source));
  if (const std::string members = members_of(**quirk); !members.empty()) print("all of", members);
  return exit_conforming;
}

}  // namespace understudy::tools
