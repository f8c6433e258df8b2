// What a job comes to: the orders that do it, split so that a phone can take each.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "reference/record.h"

namespace understudy::reference {

// The settings that every phone gets when it is first met, as far as it has others.
std::vector<wpi::Item> profile_items();

// What makes a phone a mobile user's (field: his profile also says that he is logged on).
std::vector<wpi::Item> settings_of_user(const std::string& e164);

// Splits items over messages: at most so many in one (guide p.28), each well below 50 kB (guide p.69), and
// together what belongs together: a key or a file with its companions of the same index, and what goes into
// secure mode (guide p.71). What belongs together is only torn where a message cannot hold it.
std::vector<std::vector<wpi::Item>> split(std::vector<wpi::Item> items, std::optional<std::size_t> max_items);

// The phone has read back this very value in the interaction that is open.
bool has_just_said(const Phone& phone, const wpi::Item& item);

// The orders of a job for that phone as it is now. Empty where nothing is left to be done: the phone refused
// all of it before, or has just said that it has it.
std::vector<Order> orders_of(const Job& job, const Phone& phone, std::optional<std::size_t> max_items);

// Reads what was written, as far as it can be read.
std::vector<Order> verifying(const std::vector<wpi::Item>& written, std::uint64_t job,
                             std::optional<std::size_t> max_items);

// The phone said of this item before that it does not take it (or not this value), and there is no reason to
// ask again.
bool refused_before(const Phone& phone, const wpi::Item& item);

wpi::Item make_item(std::string name, std::string value);

}  // namespace understudy::reference
