// Options that several commands have, and the checks of their values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "command_line.h"

namespace understudy::tools {

// Checks for CLI11: the empty string for a good value, else what is wrong with it.
std::string positive_duration_check(const std::string& text);
CLI::Validator whole_number(std::uint64_t most);
CLI::Validator made_of(std::string characters, std::string what);  // of these alone, and of one at least
CLI::Validator a_mac();
CLI::Validator numeric_address();
CLI::Validator a_mobile_user();
CLI::Validator mobile_users();                                           // also several: FIRST-LAST:PASSWORD
MobileUserOption mobile_user_of(const std::string& text);                // that a_mobile_user() takes
std::vector<MobileUserOption> mobile_users_of(const std::string& text);  // that mobile_users() takes

CLI::Option* add_duration(CLI::App& app, const std::string& name, microseconds& value, const std::string& text);
void add_door_port(CLI::App& app, std::uint16_t& port);
void add_report_options(CLI::App& app, ReportOptions& report);
void add_phone_options(CLI::App& app, PhoneTraits& phones, const std::string& firmware);
void add_fault_option(CLI::App& app, PhoneTraits& phones);
// Of commands that play phones against a service and judge it.
void add_play_options(CLI::App& app, PlayOptions& options);
void add_load_options(CLI::App& app, LoadOptions& load);

}  // namespace understudy::tools
