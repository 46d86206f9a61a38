#include <netdb.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "config/load.hpp"

extern char** environ;  // NOLINT(readability-redundant-declaration)

namespace pilotlight::config {
namespace {

/// More than any configuration; keeps a wrong path (a log, a device) from being read to the end.
constexpr std::size_t largest_file = 1U << 20U;

Result<std::optional<std::string>> read_file(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) return std::optional<std::string>();
  if (error) return fatal("cannot be read: " + error.message());
  if (std::filesystem::is_directory(status)) return fatal("is a directory, not a file");
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text(largest_file + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file.eof() && file.gcount() == 0)
    return fatal(std::string("cannot be read: ") + std::strerror(errno) + "; check its permissions");
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > largest_file) return fatal("is larger than 1 MiB: this cannot be a configuration");
  return std::optional<std::string>(std::move(text));
}

std::string local_host() {
  char name[256] = "";
  if (gethostname(name, sizeof name - 1) != 0) return "localhost";
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_CANONNAME;
  addrinfo* found = nullptr;
  if (getaddrinfo(name, nullptr, &hints, &found) != 0) return name;
  std::string canonical = found->ai_canonname != nullptr ? found->ai_canonname : name;
  freeaddrinfo(found);
  return canonical;
}

std::map<std::string, std::string> environment() {
  std::map<std::string, std::string> result;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const auto equals = text.find('=');
    if (equals != std::string::npos) result.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return result;
}

}  // namespace

Inputs real_inputs(CommandLine command_line) { return {std::move(command_line), environment(), read_file, local_host}; }

}  // namespace pilotlight::config
