#include "zk/connect_string.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "zk/path.hpp"

namespace pilotlight::zk {
namespace {

constexpr std::string_view blanks = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

Result<std::uint16_t> parse_port(std::string_view text, std::string_view host) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) {
    return fatal("ZooKeeper's address \"" + std::string(host) + "\" needs a port from 1 to 65535, as in host:2181");
  }
  return port;
}

Result<HostPort> parse_host(std::string_view text) {
  std::string_view host = text;
  std::string_view port;
  if (text.starts_with('[')) {
    const auto bracket = text.find(']');
    if (bracket == std::string_view::npos) return fatal("ZooKeeper's address \"" + std::string(text) + "\" lacks a ]");
    host = text.substr(1, bracket - 1);
    port = text.substr(bracket + 1);
    if (!port.empty() && !port.starts_with(':')) return fatal("what follows ] in \"" + std::string(text) + "\"?");
  } else if (std::count(text.begin(), text.end(), ':') == 1) {
    host = text.substr(0, text.find(':'));
    port = text.substr(host.size());
  }
  if (host.empty() || host.find_first_of(blanks) != std::string_view::npos) {
    return fatal("ZooKeeper's connect string has an empty or broken host: \"" + std::string(text) + "\"");
  }
  HostPort parsed{std::string(host)};
  if (!port.empty()) {
    const auto number = parse_port(port.substr(1), text);
    if (!number) return number.error();
    parsed.port = *number;
  }
  return parsed;
}

}  // namespace

Result<ConnectString> parse_connect_string(const std::string& text) {
  ConnectString parsed;
  auto rest = trimmed(text);
  const auto slash = std::min(rest.find('/'), rest.size());
  parsed.chroot = std::string(rest.substr(slash));
  if (parsed.chroot == "/") parsed.chroot.clear();
  if (!parsed.chroot.empty() && !valid_path(parsed.chroot)) {
    return fatal("ZooKeeper's connect string ends in \"" + parsed.chroot + "\", which is no path for a chroot");
  }
  rest = rest.substr(0, slash);
  while (true) {
    const auto comma = rest.find(',');
    auto host = parse_host(trimmed(rest.substr(0, comma)));
    if (!host) return host.error();
    parsed.hosts.push_back(std::move(*host));
    if (comma == std::string_view::npos) return parsed;
    rest.remove_prefix(comma + 1);
  }
}

// With an odd number of entries, every other one is all of them: the k-th that is tried stands at 2k modulo that.
std::string list_for_c_client(const std::vector<std::string>& addresses, const std::string& chroot) {
  const auto size = addresses.size() | 1U;
  std::vector<std::string> entries(size);
  for (std::size_t turn = 0; turn < size; ++turn) {
    entries[2 * turn % size] = addresses[std::min(turn, addresses.size() - 1)];
  }
  std::string list;
  for (const auto& entry : entries) list += (list.empty() ? "" : ",") + entry;
  return list + chroot;
}

}  // namespace pilotlight::zk
