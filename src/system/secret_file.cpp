#include "system/secret_file.hpp"

#include <sys/stat.h>

#include <fstream>

namespace pilotlight::system {
namespace {

constexpr std::size_t shortest = 16;

}  // namespace

Result<Secret> read_secret(const std::string& path) {
  const std::string key = "pilotlight.cluster.secretFile: ";
  std::ifstream file(path);
  Secret secret;
  if (!std::getline(file, secret.text)) return fatal(key + path + " cannot be read, or is empty");
  if (secret.text.ends_with('\r')) secret.text.pop_back();
  if (secret.text.size() < shortest)
    return fatal(key + "the first line of " + path + " has fewer than " + std::to_string(shortest) + " characters");
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && (status.st_mode & (S_IRGRP | S_IROTH)) != 0)
    secret.warning = key + path + " can be read by others on this machine; chmod 600 " + path;
  return secret;
}

Result<std::string> read_digest(const std::string& path) {
  if (path.empty()) return std::string();
  const std::string key = "pilotlight.zookeeper.digestFile: ";
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line)) return fatal(key + path + " cannot be read, or is empty");
  if (line.ends_with('\r')) line.pop_back();
  if (line.find(':') == std::string::npos || line.front() == ':')
    return fatal(key + "the first line of " + path + " is not user:password");
  return line;
}

}  // namespace pilotlight::system
