// The commands, one file each. `arguments` are what stands behind the command's name. Each returns the exit code.
#pragma once

#include <string>
#include <vector>

namespace pilotlight::cli {

using Arguments = std::vector<std::string>;

constexpr int exit_ok = 0;
constexpr int exit_failed = 1;
constexpr int exit_usage = 2;
constexpr int exit_configuration = 78;  ///< EX_CONFIG of sysexits.h: a supervisor need not try again

int cmd_master(const Arguments& arguments);
int cmd_config(const Arguments& arguments);
int cmd_version(const Arguments& arguments);

}  // namespace pilotlight::cli
