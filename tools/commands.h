// What each command does. Every function returns the exit status.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "command_line.h"
#include "scenarios/file_error.h"

namespace understudy::tools {

int run(const CheckOptions& options);
int run(const RunOptions& options);
int run(const LoadOptions& options);
int run(const PhoneOptions& options);
int run(const RecordOptions& options);
int run(const JudgeOptions& options);
int run(const ReportCommandOptions& options);
int run(const ServiceOptions& options);
int run(const CertsOptions& options);
int run(const RulesOptions& options);
int run(const ItemsOptions& options);
int run(const ModelsOptions& options);
int run(const QuirksOptions& options);
int run(const FaultsOptions& options);
int run(const DefectsOptions& options);
int run(const ScenariosOptions& options);
int run(const ScenarioFromOptions& options);
int run(const ShrinkOptions& options);
int run(const ReplayOptions& options);
int run(const DiffOptions& options);

// The end of a sentence about a name that does not exist: "; did you mean X?", or where no name is near, the command that lists
// those there are. `names` are all of them.
std::string or_nearest(std::string_view wrong, std::span<const std::string_view> names, std::string_view list_command);

// A text of several lines that may quote anything, fit for a terminal.
std::string shown_lines(std::string_view text);

// Prints "understudy: TEXT" to standard error and returns the status.
int refuse(int exit, std::string_view text);
// The same of an input file, with its line.
int refuse(const scenarios::FileError& error);

}  // namespace understudy::tools
