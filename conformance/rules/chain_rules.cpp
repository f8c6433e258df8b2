// fragment.next-requested and fragment.all-taken: replies that come in fragments.
#include <string>

#include "rules/area.h"
#include "rules/words.h"

namespace understudy::conformance {

namespace {

using wpi::Action;

bool said_fragment(const Heard& heard, std::string_view which) {
  return heard.said() && heard.said()->fragment && heard.said()->fragment->text == which;
}

void next_requested(const Heard& heard, Ruling& ruling) {
  const auto order = heard.order();
  if (!said_fragment(heard, "next") || !order) return;
  if (*order == Action::get_next_fragment || *order == Action::clean_up) return ruling.held();
  ruling.deviates({"there is more of the reply, and it is not asked for", "GetNextFragment (or CleanUp)",
                   std::string(wpi::spelling(*order)), spot_at(heard.answer().actions.front()), "", {}});
}

void all_taken(const Heard& heard, Ruling& ruling) {
  const auto order = heard.order();
  if (!order) return;
  const Spot spot = spot_at(heard.answer().actions.front());
  if (said_fragment(heard, "next")) {
    if (*order != Action::clean_up) return;
    ruling.deviates({"the interaction is ended before all fragments were taken", "GetNextFragment until the final one",
                     "CleanUp after " + counted(static_cast<std::uint64_t>(heard.before.fragments) + 1, "fragment"), spot, "left", {}});
  } else if (heard.before.fragments > 0) {
    if (!Interaction::is_read(*order) || digest_of(heard.answer(), *order) != heard.before.reading) return ruling.held();
    ruling.deviates({"what came in fragments is read once more", "no second reading of the same",
                     std::string(wpi::spelling(*order)) + " again", spot, "again", {}});
  }
}

constexpr Binding bindings[] = {
    {.id = "fragment.next-requested", .message = next_requested},
    {.id = "fragment.all-taken", .message = all_taken},
};

}  // namespace

std::span<const Binding> chain_rules() {
  return bindings;
}

}  // namespace understudy::conformance
