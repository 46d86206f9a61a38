// The cluster's shared secret, from the file that pilotlight.cluster.secretFile names. Called once, at start.
//
// What is wrong is said by the file's name, never by its content.
#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"

namespace pilotlight::system {

struct Secret {
  std::string text;
  std::optional<std::string> warning;  ///< others on this machine can read it
};

/// The first line without its end; at least 16 characters.
Result<Secret> read_secret(const std::string& path);

}  // namespace pilotlight::system
