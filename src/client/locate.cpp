#include "client/locate.hpp"

#include <utility>

#include "config/value.hpp"

namespace pilotlight::client {
namespace {

std::string variable(const config::Inputs& inputs, const std::string& name) {
  const auto found = inputs.environment.find(name);
  return found == inputs.environment.end() ? std::string() : std::string(config::trim(found->second));
}

Result<config::MasterSettings> settings_of(const Wanted& wanted, config::Inputs inputs) {
  inputs.command_line.config_file = wanted.config_file;
  inputs.command_line.properties_file = wanted.properties_file;
  if (!wanted.config_file && variable(inputs, "PILOTLIGHT_CONFIG").empty()) {
    const auto packaged = inputs.read_file(packaged_configuration);
    if (packaged && packaged->has_value()) inputs.command_line.config_file = packaged_configuration;
  }
  auto loaded = config::load_master(inputs);
  if (loaded.settings) return std::move(*loaded.settings);
  const auto more = loaded.errors.size() - 1;
  return fatal("the configuration of this node has a mistake: " + loaded.errors.front() +
               (more == 0 ? std::string() : " (and " + std::to_string(more) + " more: pilotlight config check)") +
               "; name the cluster with --master, or mend it");
}

/// Whom to knock at when a master listens everywhere.
std::string reachable(const std::string& host) {
  if (host == "0.0.0.0") return "127.0.0.1";
  if (host == "[::]") return "[::1]";
  return host;
}

Result<Address> address_of(const config::MasterSettings& settings) {
  if (settings.port == 0)
    return fatal(
        "this node's master takes any free port (SPARK_MASTER_PORT=0), so it cannot be found by itself; "
        "name it with --master");
  return Address{reachable(config::lower(settings.host)), static_cast<std::uint16_t>(settings.port)};
}

Result<Located> from_text(const std::string& text, std::string origin, const Wanted& wanted,
                          const config::Inputs& inputs) {
  auto place = parse_place(text);
  if (!place) return fatal(origin + ": " + place.error().message);
  // Records that only the masters' user may read can be read with the masters' own credentials.
  if (place->queue) {
    if (auto settings = settings_of(wanted, inputs)) place->queue->digest_file = settings->zookeeper_digest_file;
  }
  return Located{std::move(*place), std::move(origin)};
}

Result<Located> from_configuration(const Wanted& wanted, const config::Inputs& inputs) {
  auto settings = settings_of(wanted, inputs);
  if (!settings) return settings.error();
  Located located;
  located.origin = wanted.config_file.value_or("the configuration of this node");
  // The node's own master is asked as well: it may answer when ZooKeeper does not.
  auto own = address_of(*settings);
  if (own) located.place.masters.push_back(*own);
  if (settings->recovery_mode == config::RecoveryMode::zookeeper) {
    auto queue = queue_of(settings->zookeeper_url, settings->election.dir);
    if (!queue) return queue.error();
    queue->digest_file = settings->zookeeper_digest_file;
    located.place.queue = std::move(*queue);
  } else if (!own) {
    return own.error();
  }
  return located;
}

}  // namespace

Result<Located> locate(const Wanted& wanted, const config::Inputs& inputs) {
  if (wanted.master) return from_text(*wanted.master, "--master", wanted, inputs);
  if (wanted.config_file || wanted.properties_file) return from_configuration(wanted, inputs);
  for (const char* name : {"PILOTLIGHT_MASTER", "SPARK_MASTER_URL"}) {
    if (const auto text = variable(inputs, name); !text.empty()) return from_text(text, name, wanted, inputs);
  }
  return from_configuration(wanted, inputs);
}

Result<Address> this_node(const Wanted& wanted, const config::Inputs& inputs) {
  auto settings = settings_of(wanted, inputs);
  if (!settings) return settings.error();
  return address_of(*settings);
}

Result<std::string> secret_file(const Wanted& wanted, const config::Inputs& inputs) {
  auto settings = settings_of(wanted, inputs);
  if (!settings) return settings.error();
  return settings->cluster_secret_file;
}

}  // namespace pilotlight::client
