// The words of WPI: reasons, actions and statuses, spelled as the guide spells them.
#pragma once

#include <optional>
#include <string_view>

namespace understudy::wpi {

inline constexpr std::string_view dls_namespace = "http://www.siemens.com/DLS";
inline constexpr std::string_view default_path = "/DeploymentService/LoginService";  // real phones post there (observed)
inline constexpr std::size_t message_limit = 51'200;      // bytes: "50 kB" (guide p.69), read generously
inline constexpr std::size_t message_limit_strict = 50'000;  // bytes: "50 kB", read strictly

// Why a phone contacts the service (guide p.28, clean-up p.83).
enum class Reason { start_up, local_changes, inventory_changes, status, solicited, reply_to, clean_up };
std::string_view spelling(Reason reason);                    // "start-up"
std::optional<Reason> reason_spelled(std::string_view text);  // exact; nullopt for any other text

// What a service orders (guide p.30, p.31).
enum class Action {
  read_all_items, write_items, read_items, restart, file_deployment, software_deployment, clean_up, get_next_fragment
};
std::string_view spelling(Action action);                    // "ReadAllItems"
std::optional<Action> action_spelled(std::string_view text);

// A phone's answer to an action (guide p.29).
enum class ReplyStatus { accepted, failed, busy };
std::string_view spelling(ReplyStatus status);               // "accepted"
std::optional<ReplyStatus> reply_status_spelled(std::string_view text);

// Where a message stands in a split item list (guide p.29).
enum class Fragment { next, final_ };
std::string_view spelling(Fragment fragment);                // "final"
std::optional<Fragment> fragment_spelled(std::string_view text);

// What a phone says of a single item (guide p.26). `secure` is sent by the vendor's service (observed).
enum class ItemStatus {
  failed, unknown_item, read_only, invalid_index, unexpected_item, not_supported, invalid_data, undefined_status
};
std::string_view spelling(ItemStatus status);                // "unknown item"
std::optional<ItemStatus> item_status_spelled(std::string_view text);

}  // namespace understudy::wpi
