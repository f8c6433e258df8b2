// file.*: the files that a service orders (guide p.52-55). What belongs to firmware alone stands in software_rules.cpp.
#include <algorithm>
#include <array>
#include <string>

#include "rules/area.h"
#include "rules/deployments.h"

namespace understudy::conformance {

namespace {

using wpi::Action;

// What a phone stores (guide p.245); DONGLE was seen (field).
constexpr std::array<std::string_view, 7> media = {"MOH", "PIC", "LDAP", "LOGO", "SCREENSAVER", "RINGTONE", "DONGLE"};

bool orders_files(const Heard& heard) {
  const auto order = heard.order();
  return (order == Action::file_deployment || order == Action::software_deployment) && !heard.answer().items.empty();
}

std::string_view action_name(const Heard& heard) { return wpi::spelling(*heard.order()); }

Spot spot_of(const OrderedFile& file) { return spot_at(*file.items.front()); }

std::string shown_file(const OrderedFile& file) {
  std::string out = "the file";
  if (file.has("file-name")) out += " " + quoted(file.value_of("file-name"));
  if (file.index) out += " of index " + *file.index;
  return out;
}

// The first thing that a download, or a deletion, needs and that is not there; empty: nothing.
std::string_view missing_in(const OrderedFile& file, bool software) {
  const bool https = file.has("file-https-base-url");
  if (file.deletes()) {
    for (std::string_view name : {"file-name", "file-type"})
      if (!file.has(name)) return name;
    return {};
  }
  if (!file.has("file-type")) return "file-type";
  if (https || software) return https || file.has("file-server") ? (https || file.has("file-name") ? "" : "file-name") : "file-server";
  for (std::string_view name : {"file-server", "file-path", "file-name"})
    if (!file.has(name)) return name;
  return {};
}

void complete(const Heard& heard, Ruling& ruling) {
  if (!orders_files(heard)) return;
  bool right = true;
  for (const OrderedFile& file : files_of(heard.answer())) {
    const std::string_view missing = missing_in(file, heard.order() == Action::software_deployment);
    if (missing.empty()) continue;
    right = false;
    ruling.deviates({"an order of files lacks what the phone needs", std::string(missing), shown_file(file) + " without it", spot_of(file),
                     std::string(missing), {}});
  }
  if (right) ruling.held();
}

void indexed(const Heard& heard, Ruling& ruling) {
  if (heard.order() != Action::file_deployment) return;
  const auto files = files_of(heard.answer());
  if (files.size() < 2) return;
  for (const OrderedFile& file : files) {
    if (!file.index)
      return ruling.deviates({"of several files one has items without an index", "an index at every item of every file",
                              quoted(file.items.front()->name) + " without index", spot_of(file), "index", {}});
    const std::string_view action = file.value_of("file-action");
    if (action != "deploy" && action != "delete")
      return ruling.deviates({"of several files one does not say what is to be done with it", "file-action deploy or delete",
                              action.empty() ? "no file-action" : quoted(action), spot_of(file), "action", {}});
  }
  ruling.held();
}

void type(const Heard& heard, Ruling& ruling) {
  if (!orders_files(heard)) return;
  const bool software = heard.order() == Action::software_deployment;
  bool right = true, any = false;
  for (const OrderedFile& file : files_of(heard.answer())) {
    const std::string_view given = file.value_of("file-type");
    if (given.empty()) continue;
    any = true;
    if (software ? given == "APP" : std::find(media.begin(), media.end(), given) != media.end()) continue;
    right = false;
    ruling.deviates({"the file's type is none of " + std::string(action_name(heard)), software ? "APP" : "MOH, PIC, LDAP, LOGO, SCREENSAVER or RINGTONE",
                     quoted(given), spot_of(file), software ? "software" : "media", {}});
  }
  if (any && right) ruling.held();
}

// Guide p.53: its example has the whole URL, with the file.
void base_url(const Heard& heard, Ruling& ruling) {
  if (!orders_files(heard)) return;
  bool right = true, any = false;
  for (const OrderedFile& file : files_of(heard.answer())) {
    const std::string_view url = file.value_of("file-https-base-url");
    if (url.empty()) continue;
    any = true;
    const std::size_t host = url.find("://");
    const bool whole = host != std::string_view::npos && url.find('/', host + 3) != std::string_view::npos && !url.ends_with('/');
    if (whole) continue;
    right = false;
    ruling.deviates({"file-https-base-url is no complete URL", "https://host/path/file", quoted(url), spot_of(file), "", Level::note});
  }
  if (any && right) ruling.held();
}

void not_again(const Heard& heard, Ruling& ruling) {
  if (heard.order() != Action::file_deployment || !heard.deployments) return;
  // A phone that was asked to call was wanted: somebody may have given the file another content.
  const auto opened_by = heard.before.messages == 0 ? heard.reason() : heard.before.opened_by;
  if (opened_by == wpi::Reason::solicited) return;
  bool right = true, any = false;
  for (const OrderedFile& file : files_of(heard.answer())) {
    if (file.deletes()) continue;
    any = true;
    if (!heard.deployments->stored(file)) continue;
    right = false;
    ruling.deviates({"a file is ordered that the phone has just reported as stored", "no second order of the same", shown_file(file) + " again", spot_of(file), "", {}});
  }
  if (any && right) ruling.held();
}

bool looks(const Heard& heard) {
  const auto order = heard.order();
  if (order == Action::read_all_items) return true;
  return order == Action::read_items && std::any_of(heard.answer().items.begin(), heard.answer().items.end(), [](const wpi::Item& item) {
           return item.name.starts_with("file-deployment-");
         });
}

void verified(const Heard& heard, Ruling& ruling) {
  if (heard.deployments && heard.deployments->unverified() && looks(heard)) ruling.held();
}

// The phone came again, and was let go without having been asked (guide p.55).
void left_unverified(const Ended& ended, Ruling& ruling) {
  if (!ended.deployments || ended.deployments->unverified() != 1) return;
  if (!ended.interaction.clean_up || ended.interaction.interrupted || ended.interaction.busy) return;
  ruling.deviates({"nobody looks what became of several files", "ReadAllItems, or ReadItems of file-deployment-*", "CleanUp", {}, "", {}});
}

void fetchable(const Heard& heard, Ruling& ruling) {
  if (!heard.deployments) return;
  for (const Deployments::Fetched& file : heard.deployments->fetched()) {
    if (file.came)
      ruling.held();
    else
      ruling.deviates({"a file is ordered that the phone cannot fetch", "a file where the order says it is", quoted(file.text, 160), {}, "", {}});
  }
}

constexpr Binding bindings[] = {
    {.id = "file.complete", .message = complete},
    {.id = "file.fetchable", .exchange = fetchable},
    {.id = "file.indexed", .message = indexed},
    {.id = "file.type", .message = type},
    {.id = "file.several-verified", .message = verified, .end = left_unverified},
    {.id = "file.base-url", .message = base_url},
    {.id = "file.not-again", .message = not_again},
};

}  // namespace

std::span<const Binding> file_rules() { return bindings; }

}  // namespace understudy::conformance
