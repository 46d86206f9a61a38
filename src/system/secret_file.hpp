// What stands in files because nobody else may know it: the cluster's shared secret, and the user that ZooKeeper knows.
//
// Called once, at start, by masters and by the command line. What is wrong is said by the file's name, never by its
// content.
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
/// pilotlight.zookeeper.digestFile: "user:password", the first line without its end; "" when `path` is empty.
Result<std::string> read_digest(const std::string& path);

}  // namespace pilotlight::system
