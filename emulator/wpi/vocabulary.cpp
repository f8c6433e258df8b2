#include "wpi/vocabulary.h"

#include <array>
#include <cstddef>

namespace understudy::wpi {

namespace {

// Spellings in the order of the enum.
constexpr std::array<std::string_view, 7> reasons = {"start-up",  "local-changes", "inventory-changes", "status",
                                                     "solicited", "reply-to",      "clean-up"};
constexpr std::array<std::string_view, 8> actions = {"ReadAllItems",   "WriteItems",         "ReadItems", "Restart",
                                                     "FileDeployment", "SoftwareDeployment", "CleanUp",   "GetNextFragment"};
constexpr std::array<std::string_view, 3> reply_statuses = {"accepted", "failed", "busy"};
constexpr std::array<std::string_view, 2> fragments = {"next", "final"};
constexpr std::array<std::string_view, 8> item_statuses = {"failed",          "unknown item",  "read only",    "invalid index",
                                                           "unexpected item", "not supported", "invalid data", "undefined status"};

template <typename Enum, std::size_t N>
std::optional<Enum> spelled(const std::array<std::string_view, N>& spellings, std::string_view text) {
  for (std::size_t i = 0; i < N; ++i)
    if (spellings[i] == text) return static_cast<Enum>(i);
  return std::nullopt;
}

}  // namespace

std::string_view spelling(Reason reason) { return reasons[static_cast<std::size_t>(reason)]; }
std::string_view spelling(Action action) { return actions[static_cast<std::size_t>(action)]; }
std::string_view spelling(ReplyStatus status) { return reply_statuses[static_cast<std::size_t>(status)]; }
std::string_view spelling(Fragment fragment) { return fragments[static_cast<std::size_t>(fragment)]; }
std::string_view spelling(ItemStatus status) { return item_statuses[static_cast<std::size_t>(status)]; }

std::optional<Reason> reason_spelled(std::string_view text) { return spelled<Reason>(reasons, text); }
std::optional<Action> action_spelled(std::string_view text) { return spelled<Action>(actions, text); }
std::optional<ReplyStatus> reply_status_spelled(std::string_view text) { return spelled<ReplyStatus>(reply_statuses, text); }
std::optional<Fragment> fragment_spelled(std::string_view text) { return spelled<Fragment>(fragments, text); }
std::optional<ItemStatus> item_status_spelled(std::string_view text) { return spelled<ItemStatus>(item_statuses, text); }

}  // namespace understudy::wpi
