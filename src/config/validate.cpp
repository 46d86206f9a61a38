#include "config/validate.hpp"

#include <algorithm>

#include "config/redact.hpp"

namespace pilotlight::config {
namespace {

constexpr std::string_view recovery_mode = "spark.deploy.recoveryMode";
constexpr std::string_view zookeeper_url = "spark.deploy.zookeeper.url";
constexpr std::string_view recovery_directory = "spark.deploy.recoveryDirectory";
constexpr std::string_view master_host = "pilotlight.master.host";

/// "spark.worker.timeout = abc (SPARK_MASTER_OPTS)".
std::string named(std::string_view name, const Chosen& chosen) {
  const std::string value = chosen.value.empty() ? "\"\"" : redact(name, chosen.value);
  return std::string(name) + " = " + value + " (" + chosen.origin + ")";
}

/// What people run into again and again.
std::string hint(const Key& key, const Chosen& chosen) {
  if (key.type == Type::port && chosen.value.starts_with("tcp://"))
    return "; Kubernetes sets this variable for a service named like the pod: set enableServiceLinks: false, or rename "
           "the "
           "service";
  if (key.type == Type::host && chosen.value.find("://") != std::string::npos) return "; leave out spark://";
  if (key.type == Type::host && std::count(chosen.value.begin(), chosen.value.end(), ':') == 1)
    return "; the port has a key of its own";
  return {};
}

bool is_refused_choice(const Key& key, std::string_view value) {
  for (const auto choice : words(key.refused_choices))
    if (lower(choice) == lower(trim(value))) return true;
  return false;
}

/// In YAML and on the command line an empty value is most likely a mistake, for the master's Spark properties it is the
/// way to say "none".
bool means_none(const Key& key, const Chosen& chosen) {
  return trim(chosen.value).empty() && key.fallback.empty() && key.type != Type::boolean;
}

void check_supported(const Key& key, const Chosen& chosen, Validated& out) {
  if (means_none(key, chosen)) return;
  if (is_refused_choice(key, chosen.value)) {
    out.errors.push_back(named(key.name, chosen) + " is refused: it " + std::string(key.reason) + "; use " +
                         allowed(key));
    return;
  }
  if (auto value = parse_value(key, chosen.value)) {
    out.values.insert_or_assign(key.name, std::move(*value));
    return;
  }
  out.errors.push_back(named(key.name, chosen) + ": must be " + allowed(key) + hint(key, chosen));
}

void check_refused(const std::string& name, const Chosen& chosen, Validated& out) {
  const Key& key = *chosen.key;
  bool off = trim(chosen.value).empty();
  if (key.type == Type::boolean) {
    const auto value = parse_boolean(chosen.value);
    if (!value) {
      out.errors.push_back(named(name, chosen) + ": must be " + allowed(key));
      return;
    }
    off = !*value;
  }
  if (!off)
    out.errors.push_back(named(name, chosen) + " is refused: " + std::string(key.reason) +
                         "; remove it, or keep Spark's own Master for now");
}

bool same_as_ours(const Key& key, std::string_view value) {
  const auto theirs = lower(trim(value));
  return theirs == lower(key.fallback);
}

void name_ignored(const Merged& merged, Validated& out) {
  std::string line;
  for (const auto& [name, chosen] : merged.values) {
    if (chosen.key->status != Status::ignored || same_as_ours(*chosen.key, chosen.value)) continue;
    line += (line.empty() ? "Settings without effect here: " : "; ") + name + " (" + chosen.origin +
            "): " + std::string(chosen.key->reason);
  }
  if (!line.empty()) out.warnings.push_back(std::move(line));
}

std::int64_t number(const Validated& validated, std::string_view name, std::int64_t otherwise = 0) {
  const auto found = validated.values.find(name);
  return found == validated.values.end() ? otherwise : found->second.number;
}

void check_together(const Merged& merged, Validated& out) {
  const Chosen* mode = merged.find(recovery_mode);
  const bool to_files = mode != nullptr && lower(trim(mode->value)) == "filesystem";
  const bool has_directory = out.values.contains(recovery_directory);
  if (to_files && !has_directory)
    out.errors.push_back(named(recovery_mode, *mode) + " needs " + std::string(recovery_directory) +
                         ": name a directory that survives a restart of this machine");
  const bool to_zookeeper = mode != nullptr && lower(trim(mode->value)) == "zookeeper";
  if (to_zookeeper && !out.values.contains(zookeeper_url))
    out.errors.push_back(named(recovery_mode, *mode) + " needs " + std::string(zookeeper_url) +
                         ": name the ZooKeeper servers, host:port, separated by commas");
  const Chosen* directory = merged.find(recovery_directory);
  if (!to_files && has_directory && directory != nullptr && out.errors.empty())
    out.warnings.push_back(named(recovery_directory, *directory) + " has no effect while " +
                           std::string(recovery_mode) + " is not FILESYSTEM");
  const std::int64_t frame = number(out, "pilotlight.rpc.maxInboundFrame");
  const std::int64_t buffered = number(out, "pilotlight.rpc.maxBuffered");
  if (frame > buffered)
    out.errors.push_back("pilotlight.rpc.maxInboundFrame (" + format_bytes(frame) +
                         ") is above pilotlight.rpc.maxBuffered (" + format_bytes(buffered) +
                         "): no message of that size could arrive; raise the second");
}

void warn_of_habits(const Merged& merged, Validated& out) {
  const Chosen* host = merged.find(master_host);
  if (host == nullptr) return;
  if (host->origin == "SPARK_MASTER_IP")
    out.warnings.emplace_back("SPARK_MASTER_IP is deprecated: use SPARK_MASTER_HOST");
  const auto value = trim(host->value);
  if (value == "0.0.0.0" || value == "[::]" || value == "::")
    out.warnings.push_back(named(master_host, *host) +
                           ": workers and drivers are told to come back to this address, which leads every machine to "
                           "itself; name one that they can reach");
}

}  // namespace

Validated validate(const Merged& merged) {
  Validated out;
  for (const auto& area : supported_areas())
    for (const auto& key : area.keys)
      if (!key.fallback.empty()) out.values[key.name] = *parse_value(key, key.fallback);
  for (const auto& [name, chosen] : merged.values) {
    switch (chosen.key->status) {
      case Status::supported: check_supported(*chosen.key, chosen, out); break;
      case Status::refused: check_refused(name, chosen, out); break;
      case Status::ignored: break;
    }
  }
  check_together(merged, out);
  warn_of_habits(merged, out);
  name_ignored(merged, out);
  return out;
}

}  // namespace pilotlight::config
