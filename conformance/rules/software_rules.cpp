// software.*: firmware that a service orders (guide p.56, p.57).
#include <array>
#include <charconv>
#include <string>

#include "rules/area.h"
#include "rules/deployments.h"

namespace understudy::conformance {

namespace {

using wpi::Action;
using wpi::Item;

// The one image that an order of firmware names; nullopt for any other order, and one without items.
std::optional<OrderedFile> image_in(const Heard& heard) {
  if (heard.order() != Action::software_deployment) return std::nullopt;
  auto files = files_of(heard.answer());
  return files.empty() ? std::nullopt : std::optional(files.front());
}

const Item& item_of(const OrderedFile& image, std::string_view name) {
  for (const Item* item : image.items)
    if (item->name == name) return *item;
  return *image.items.front();
}

void complete(const Heard& heard, Ruling& ruling) {
  const auto image = image_in(heard);
  if (!image) return;
  for (std::string_view name : {"file-sw-type", "file-sw-version"})
    if (!image->has(name))
      return ruling.deviates({"an order of firmware does not say what it is", std::string(name), "none", spot_at(*image->items.front()), std::string(name), {}});
  const std::string_view priority = image->value_of("file-priority");
  if (priority == "0" || priority == "1") {
    ruling.deviates({"file-priority is a number", "normal or immediate", quoted(priority), spot_at(item_of(*image, "file-priority")), "number", Level::note});
  } else if (!priority.empty() && priority != "normal" && priority != "immediate") {
    ruling.deviates({"file-priority is none that a phone knows", "normal or immediate", quoted(priority), spot_at(item_of(*image, "file-priority")), "priority", {}});
  } else {
    ruling.held();
  }
}

void version_form(const Heard& heard, Ruling& ruling) {
  const auto image = image_in(heard);
  if (!image || !image->has("file-sw-version")) return;
  const std::string_view version = image->value_of("file-sw-version");
  if (version.find_first_not_of("0123456789.") == std::string_view::npos && version.find('.') != std::string_view::npos) return ruling.held();
  ruling.deviates({"the version of the firmware is not written with dots alone", "as in 3.5.12.0", quoted(version), spot_at(item_of(*image, "file-sw-version")), "", {}});
}

void not_again(const Heard& heard, Ruling& ruling) {
  if (!heard.deployments || heard.deployments->came_back_with().empty()) return;
  const auto image = image_in(heard);
  if (!image) return ruling.held();
  if (dotted_version(image->value_of("file-sw-version")) != heard.deployments->came_back_with()) return;
  ruling.deviates({"the firmware is ordered that the phone has come back with", "no second order of it", quoted(image->value_of("file-sw-version")) + " again",
                   spot_at(*image->items.front()), "", {}});
}

void failure_bounded(const Heard& heard, Ruling& ruling) {
  if (!heard.deployments) return;
  const auto image = image_in(heard);
  if (!image) {
    if (heard.deployments->failures() > 0) ruling.held();
    return;
  }
  const int failed = heard.deployments->failed(*image);
  if (failed < Deployments::patience) return;
  ruling.deviates({"firmware that could not be loaded is ordered again and again", "an end after some tries", "once more after " + std::to_string(failed) + " failures",
                   spot_at(*image->items.front()), "", {}});
}

// The numbers of two dotted versions, part by part.
bool is_older(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    const auto part = [](std::string_view& text) {
      int number = 0;
      const std::string_view one = text.substr(0, text.find('.'));
      std::from_chars(one.data(), one.data() + one.size(), number);
      text.remove_prefix(std::min(text.size(), one.size() + 1));
      return number;
    };
    const int left = part(a), right = part(b);
    if (left != right) return left < right;
  }
  return false;
}

void no_downgrade(const Heard& heard, Ruling& ruling) {
  const auto image = image_in(heard);
  if (!image) return;
  const std::string ordered = dotted_version(image->value_of("file-sw-version")), runs = dotted_version(heard.phone.version);
  if (ordered.empty() || runs.empty()) return;
  if (!is_older(ordered, runs)) return ruling.held();
  ruling.deviates({"the firmware that is ordered is older than what the phone runs", "no older one than " + quoted(heard.phone.version),
                   quoted(image->value_of("file-sw-version")), spot_at(item_of(*image, "file-sw-version")), "", Level::note});
}

constexpr Binding bindings[] = {
    {.id = "software.complete", .message = complete},
    {.id = "software.version-form", .message = version_form},
    {.id = "software.not-again", .message = not_again},
    {.id = "software.failure-bounded", .message = failure_bounded},
    {.id = "software.no-downgrade", .message = no_downgrade},
};

}  // namespace

std::span<const Binding> software_rules() { return bindings; }

}  // namespace understudy::conformance
