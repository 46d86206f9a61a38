// The settings of `pilotlight master`, typed and checked: what the configuration becomes (config/load.hpp makes it).
// Plain values, made once at start.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/effect.hpp"
#include "core/settings.hpp"
#include "election/contender.hpp"
#include "transport/endpoint.hpp"

namespace pilotlight::config {

enum class RecoveryMode : std::uint8_t { none, filesystem, zookeeper };
std::string_view name_of(RecoveryMode mode);  ///< "ZOOKEEPER"
/// spark.master.ui.decommission.allow.mode
enum class AllowDecommission : std::uint8_t { local, allow, deny };
enum class LogFormat : std::uint8_t { text, json };

struct MasterSettings {
  core::Settings core;  ///< core.address.port is the wanted port; the runtime puts the bound one in
  std::string host;     ///< --host: where RPC listens, and what is advertised
  std::int32_t port = 7077;
  std::int32_t port_max_retries = 0;    ///< RPC: 0 unless the user set spark.port.maxRetries
  std::string web_ui_bind = "0.0.0.0";  ///< SPARK_LOCAL_IP, else 0.0.0.0
  std::int32_t web_ui_port = 8080;
  std::int32_t web_ui_max_retries = 16;      ///< searches upward as Spark's
  std::string public_dns;                    ///< SPARK_PUBLIC_DNS, else host: in the web UI's URL
  std::size_t web_header_bytes = 8U << 10U;  ///< spark.ui.requestHeaderSize
  std::string allow_framing_from;            ///< "" = pages are framed by their own site only
  bool kill_enabled = true;
  AllowDecommission allow_decommission = AllowDecommission::local;
  bool rest_enabled = true;
  std::string rest_host;  ///< "" = host
  std::int32_t rest_port = 6066;
  RecoveryMode recovery_mode = RecoveryMode::none;
  std::string recovery_directory;
  std::string zookeeper_url;  ///< recovery mode zookeeper
  Duration zookeeper_session_timeout = std::chrono::seconds(6);
  std::string zookeeper_digest_file;  ///< "" = none
  std::string zookeeper_digest;       ///< user:password, read from the file at start; never logged
  std::string cluster_secret_file;    ///< "" = none
  std::string cluster_secret;         ///< read from the file at start; never logged
  election::ContenderSettings election;
  transport::TransportLimits rpc_limits;
  LogFormat log_format = LogFormat::text;
  core::LogLevel log_level = core::LogLevel::info;
};

}  // namespace pilotlight::config
