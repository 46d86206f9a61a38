// The settings that steer the core, taken once at start from the configuration. Pure values; Spark's defaults.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>

#include "base/time.hpp"
#include "deploy/types.hpp"

namespace pilotlight::core {

/// spark.deploy.workerSelectionPolicy (4.x).
enum class WorkerSelectionPolicy : std::uint8_t {
  cores_free_desc,
  cores_free_asc,
  memory_free_desc,
  memory_free_asc,
  worker_id
};

struct Settings {
  deploy::Address address;  ///< advertised host:port: in refs, masterUrl and as sender address
  std::string web_ui_url;   ///< http://host:port
  Duration worker_timeout = std::chrono::seconds(60);    ///< spark.worker.timeout
  Duration recovery_timeout = std::chrono::seconds(60);  ///< spark.deploy.recoveryTimeout, else worker timeout
  std::int32_t dead_worker_persistence = 15;             ///< spark.dead.worker.persistence
  std::int32_t max_executor_retries = 10;                ///< spark.deploy.maxExecutorRetries; < 0 = no limit
  bool spread_out_apps = true;                           ///< spark.deploy.spreadOutApps / spreadOut
  bool spread_out_drivers = true;                        ///< spark.deploy.spreadOutDrivers
  WorkerSelectionPolicy worker_selection = WorkerSelectionPolicy::cores_free_desc;
  std::int64_t default_cores = std::numeric_limits<std::int32_t>::max();  ///< spark.deploy.defaultCores
  std::int32_t max_drivers = std::numeric_limits<std::int32_t>::max();    ///< spark.deploy.maxDrivers
  std::size_t retained_applications = 200;                                ///< spark.deploy.retainedApplications
  std::size_t retained_drivers = 200;                                     ///< spark.deploy.retainedDrivers
  std::string app_id_pattern = "app-%s-%04d";                 ///< spark.deploy.appIdPattern: timestamp, number
  std::string driver_id_pattern = "driver-%s-%04d";           ///< spark.deploy.driverIdPattern
  std::int32_t app_number_modulo = 0;                         ///< spark.deploy.appNumberModulo; 0 = never
  bool use_app_name_as_app_id = false;                        ///< spark.master.useAppNameAsAppId.enabled
  bool decommission_enabled = false;                          ///< spark.decommission.enabled
  Duration launch_answer_timeout = std::chrono::seconds(10);  ///< LaunchExecutor unanswered: dialect unfit
  Duration repair_timeout = std::chrono::seconds(10);         ///< a peer that we called back has this long to answer
  bool rehearse = false;                                      ///< pilotlight.failover.rehearsal, with ZOOKEEPER only
  std::uint64_t seed = 1;                                     ///< of the permutation of workers for drivers
};

}  // namespace pilotlight::core
