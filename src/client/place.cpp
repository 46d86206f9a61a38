#include "client/place.hpp"

#include <algorithm>

#include "config/value.hpp"

namespace pilotlight::client {
namespace {

constexpr std::string_view spark_scheme = "spark://";
constexpr std::string_view zookeeper_scheme = "zk://";
constexpr std::string_view default_directory = "/spark";

bool take_scheme(std::string_view& text, std::string_view scheme) {
  if (config::lower(text.substr(0, scheme.size())) != scheme) return false;
  text.remove_prefix(scheme.size());
  return true;
}

/// The parts between commas that are more than blanks and a scheme.
std::vector<std::string_view> entries(std::string_view list) {
  std::vector<std::string_view> result;
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    const auto entry = config::trim(list.substr(0, comma));
    if (auto rest = entry; take_scheme(rest, spark_scheme) ? !rest.empty() : !entry.empty()) result.push_back(entry);
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return result;
}

Error no_address(std::string_view entry, const std::string& why) {
  return fatal("'" + std::string(entry) + "' is no master's address: " + why + "; write host:port");
}

std::string without_end_slashes(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  return std::string(path);
}

Result<Place> parse_masters(std::string_view list) {
  Place place;
  for (const auto entry : entries(list)) {
    auto address = parse_address(entry);
    if (!address) return address.error();
    if (std::find(place.masters.begin(), place.masters.end(), *address) == place.masters.end())
      place.masters.push_back(std::move(*address));
  }
  if (place.masters.empty()) return fatal("the list of masters is empty; write spark://host:port,host:port");
  return place;
}

}  // namespace

std::string to_string(const Address& address) { return address.host + ":" + std::to_string(address.port); }
std::string url_of(const Address& address) { return std::string(spark_scheme) + to_string(address); }

Result<Address> parse_address(std::string_view text) {
  const auto entry = config::trim(text);
  auto rest = entry;
  take_scheme(rest, spark_scheme);
  while (rest.ends_with('/')) rest.remove_suffix(1);
  if (rest.find("://") != std::string_view::npos) return no_address(entry, "only spark:// may stand before it");
  Address address;
  // The colon of a port stands behind the bracket of an IPv6 address; without brackets there is one colon at most.
  const auto bracket = rest.starts_with('[') ? rest.find(']') : std::string_view::npos;
  const auto colon = rest.find(':', bracket == std::string_view::npos ? 0 : bracket);
  address.host = config::lower(rest.substr(0, std::min(colon, rest.size())));
  if (colon != std::string_view::npos) {
    const auto port = config::parse_integer(rest.substr(colon + 1));
    if (rest.find(':', colon + 1) != std::string_view::npos)
      return no_address(entry, "an IPv6 address stands in brackets, [::1]:7077");
    if (!port || *port < 1 || *port > 65535) return no_address(entry, "its port is not a number from 1 to 65535");
    address.port = static_cast<std::uint16_t>(*port);
  }
  if (!config::is_host(address.host) || address.host.find_first_of("/@?#") != std::string::npos)
    return no_address(entry, "its host is none");
  return address;
}

Result<Queue> queue_of(std::string_view url, std::string_view directory) {
  url = config::trim(url);
  const auto slash = std::min(url.find('/'), url.size());
  Queue queue;
  for (const auto entry : entries(url.substr(0, slash)))
    queue.servers.append(queue.servers.empty() ? "" : ",").append(entry);
  if (queue.servers.empty()) return fatal("no ZooKeeper server is named; write zk://host:2181,host:2181/spark");
  const auto below = config::trim(directory);
  queue.directory = without_end_slashes(url.substr(slash)) + (below.starts_with('/') ? "" : "/");
  queue.directory = without_end_slashes(queue.directory.append(below));
  return queue;
}

Result<Place> parse_place(std::string_view text) {
  auto rest = config::trim(text);
  if (!take_scheme(rest, zookeeper_scheme)) return parse_masters(rest);
  const auto slash = std::min(rest.find('/'), rest.size());
  const auto directory = without_end_slashes(rest.substr(slash));
  auto queue = queue_of(rest.substr(0, slash), directory.empty() ? default_directory : std::string_view(directory));
  if (!queue) return queue.error();
  Place place;
  place.queue = std::move(*queue);
  return place;
}

}  // namespace pilotlight::client
