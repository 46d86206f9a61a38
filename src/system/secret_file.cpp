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

}  // namespace pilotlight::system
