// What Spark's deploy messages are made of: addresses, references, states, descriptions. Plain values, pure.
//
// Names are Spark's (spec §3.4–3.8, §4). Where a part must be echoed to another peer untouched
// (ApplicationDescription, DriverDescription, exceptions), `raw` holds the peer's own bytes beside the fields we read.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.hpp"

namespace pilotlight::deploy {

/// Collections and objects have two forms on the wire (spec §3.7).
enum class Scala : std::uint8_t { v2_12, v2_13 };

/// Spark lines that speak alike, oldest first (D13, spec §3.2).
enum class Dialect : std::uint8_t { spark_3_3, spark_3_4, spark_4_0, spark_4_1, spark_4_3 };
inline constexpr Dialect all_dialects[] = {Dialect::spark_3_3, Dialect::spark_3_4, Dialect::spark_4_0,
                                           Dialect::spark_4_1, Dialect::spark_4_3};

Scala scala_of(Dialect dialect);
/// "3.3", "3.4/3.5", "4.0", "4.1/4.2", "4.3": for logs, pages and records.
std::string_view name_of(Dialect dialect);
std::optional<Dialect> dialect_by_name(std::string_view name);
/// The dialect of a Spark version such as "4.1.4" (a worker's page shows it); nullopt when it is not served.
std::optional<Dialect> dialect_of_version(std::string_view version);
/// "3.3, 3.4, 3.5, 4.0, 4.1, 4.2, 4.3": what an unknown peer is told.
std::string_view served_versions();

/// host:port as the peer spells it; IPv6 hosts keep their brackets. Port 0…65535.
struct Address {
  std::string host;
  std::int32_t port = 0;
  auto operator<=>(const Address&) const = default;
  [[nodiscard]] bool empty() const { return host.empty(); }
};
std::string to_string(const Address& address);                ///< host:port
std::optional<Address> parse_address(std::string_view text);  ///< host:port; nullopt when it is not that

/// RpcEndpointRef: an endpoint's name and the address its process listens on. The ask timeout inside is 120 s.
struct EndpointRef {
  std::string name;
  Address address;
  auto operator<=>(const EndpointRef&) const = default;
};

/// org.apache.spark.deploy.ExecutorState; the values are the ids on the wire.
enum class ExecutorState : std::uint8_t { launching, running, killed, failed, lost, exited, decommissioned };
/// org.apache.spark.deploy.master.DriverState.
enum class DriverState : std::uint8_t { submitted, running, finished, relaunching, unknown, killed, failed, error };
std::string_view to_string(ExecutorState state);  ///< "RUNNING", as Spark prints it
std::string_view to_string(DriverState state);
std::optional<ExecutorState> executor_state_by_name(std::string_view name);
std::optional<DriverState> driver_state_by_name(std::string_view name);
/// KILLED, FAILED, LOST, EXITED (DECOMMISSIONED is not finished).
bool is_finished(ExecutorState state);
/// What a worker reports of a driver's end: FINISHED, KILLED, FAILED, ERROR.
bool is_final(DriverState state);

/// Resource name → addresses ("gpu" → {"0", "1"}): Map[String, ResourceInformation].
using Resources = std::map<std::string, std::vector<std::string>>;

/// org.apache.spark.resource.ResourceProfile, as far as a master needs it.
struct ResourceProfile {
  ProfileId id;
  std::optional<std::int32_t> cores;           ///< executor resource "cores"
  std::optional<std::int32_t> memory_mb;       ///< executor resource "memory"
  std::map<std::string, std::int32_t> custom;  ///< custom executor resources ("gpu" → amount), sorted by name
  bool operator==(const ResourceProfile&) const = default;
};

using RawBytes = std::shared_ptr<const std::string>;  ///< a whole Java stream; never null where one is required

struct ApplicationDescription {
  std::string name;
  std::string user;
  std::string app_ui_url;  ///< "" when the application has no UI
  std::optional<std::int32_t> max_cores;
  std::optional<std::int32_t> initial_executor_limit;
  std::optional<std::string> event_log_dir;
  ResourceProfile default_profile;       ///< of 3.3 peers: made from its own three fields, id 0
  Dialect dialect = Dialect::spark_3_4;  ///< the dialect that `raw` is written in
  RawBytes raw;
};

struct ResourceRequirement {
  std::string name;
  std::int32_t amount = 0;
  bool operator==(const ResourceRequirement&) const = default;
};

struct DriverDescription {
  std::string jar_url;
  std::int32_t memory_mb = 0;
  std::int32_t cores = 0;
  bool supervise = false;
  std::string main_class;              ///< of the user: third argument of DriverWrapper; "" when there is none
  std::vector<std::string> java_opts;  ///< may hold secrets: never logged, never shown
  std::vector<ResourceRequirement> resources;
  Scala scala = Scala::v2_12;  ///< the form that `raw` is written in
  RawBytes raw;
};

struct ExecutorDescription {
  AppId app;
  ExecutorId executor;
  ProfileId profile;  ///< absent in 3.3: 0
  std::int32_t cores = 0;
  std::optional<std::int32_t> memory_mb;  ///< absent in 3.3: take the application's
  ExecutorState state = ExecutorState::launching;
};

/// A java.lang.Throwable as it travels (spec §3.8).
struct Exception {
  std::string class_name = "java.lang.Exception";
  std::string message;
  std::vector<std::string> frames;  ///< "org.example.Main.run(Main.scala:7)"
  std::optional<Dialect> dialect;   ///< of `raw`
  RawBytes raw;                     ///< null when the exception is ours
};

}  // namespace pilotlight::deploy
