// Which cluster a command is about: --master, else a named configuration, else PILOTLIGHT_MASTER, SPARK_MASTER_URL,
// else the configuration of this node.
//
// Called once by a command, before anything is asked. Everything outside comes in as config::Inputs. The configuration
// is read as `pilotlight master` would read it; where even $PILOTLIGHT_CONFIG names no file, the package's
// /etc/pilotlight/pilotlight.yaml counts when it is there. Errors say which source is wrong and how.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "client/place.hpp"
#include "config/load.hpp"

namespace pilotlight::client {

inline constexpr const char* packaged_configuration = "/etc/pilotlight/pilotlight.yaml";

struct Wanted {
  std::optional<std::string> master;           ///< --master
  std::optional<std::string> config_file;      ///< --config
  std::optional<std::string> properties_file;  ///< --properties-file
};

struct Located {
  Place place;
  std::string origin;  ///< for messages: "--master", "PILOTLIGHT_MASTER", "the configuration of this node"
};

Result<Located> locate(const Wanted& wanted, const config::Inputs& inputs);

/// The master that runs, or would run, on this node, whatever cluster the environment names; for the probe.
Result<Address> this_node(const Wanted& wanted, const config::Inputs& inputs);

/// pilotlight.cluster.secretFile of the configuration; "" when it names none.
Result<std::string> secret_file(const Wanted& wanted, const config::Inputs& inputs);

}  // namespace pilotlight::client
