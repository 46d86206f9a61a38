// The configuration of `pilotlight master` from all its sources: files, environment, command line.
//
// Called once at start by the command line, before there is any other thread. Everything outside comes in as data or
// functions (Inputs), so tests need neither files nor variables. Never throws; every mistake is in `errors`, all at
// once.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "config/master_settings.hpp"
#include "config/merge.hpp"

namespace pilotlight::config {

/// What the command line said (cli/master_options.hpp makes it).
struct CommandLine {
  std::vector<Setting> flags;                  ///< Source::flag, by the table's `flags`
  std::vector<std::string> keys;               ///< -c, each "key=value"
  std::optional<std::string> config_file;      ///< --config; else the variable PILOTLIGHT_CONFIG
  std::optional<std::string> properties_file;  ///< --properties-file
};

struct Inputs {
  CommandLine command_line;
  std::map<std::string, std::string> environment;
  /// The file's content; nullopt when there is none of that name; an error when it cannot be read.
  std::function<Result<std::optional<std::string>>(const std::string& path)> read_file;
  /// This machine's full name, as `hostname -f` prints it; asked only when nothing names the host.
  std::function<std::string()> local_host;
};

struct Loaded {
  Merged merged;                           ///< what was set, and by whom, for `config show`
  std::string default_host;                ///< of pilotlight.master.host, when nobody set it
  std::optional<MasterSettings> settings;  ///< there if and only if `errors` is empty
  std::vector<std::string> errors;
  std::vector<std::string> warnings;
};

Loaded load_master(const Inputs& inputs);

/// The real environment, file system and host name.
Inputs real_inputs(CommandLine command_line);

}  // namespace pilotlight::config
