// The commands, one file each: a row of the table (command.hpp) for each of them, and the exit codes that they share.
#pragma once

#include <string>
#include <vector>

namespace pilotlight::cli {

using Arguments = std::vector<std::string>;
struct CommandRow;

constexpr int exit_ok = 0;
constexpr int exit_failed = 1;
constexpr int exit_usage = 2;
constexpr int exit_not_found = 3;
constexpr int exit_no_leader = 4;       ///< nobody leads, or nobody answers
constexpr int exit_critical = 5;        ///< answered, and a critical finding stands
constexpr int exit_configuration = 78;  ///< EX_CONFIG of sysexits.h: a supervisor need not try again
constexpr int exit_timeout = 124;       ///< as timeout(1)

CommandRow master_command();
CommandRow config_command();
CommandRow version_command();
CommandRow status_command();
CommandRow leader_command();
CommandRow health_command();
CommandRow wait_command();
CommandRow workers_command();
CommandRow apps_command();
CommandRow drivers_command();
CommandRow failovers_command();
CommandRow kill_command();
CommandRow transfer_command();
CommandRow state_command();
CommandRow completion_command();
CommandRow man_command();
CommandRow complete_command();

}  // namespace pilotlight::cli
