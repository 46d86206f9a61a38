// The whole way from sources to settings, without files or variables of this machine.
#include "config/load.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pilotlight::config {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// A machine as the test wants it.
struct Machine {
  std::map<std::string, std::string> variables;
  std::map<std::string, std::string> files;
  CommandLine command_line;

  Loaded load() const {
    Inputs inputs;
    inputs.environment = variables;
    inputs.command_line = command_line;
    inputs.read_file = [this](const std::string& path) -> Result<std::optional<std::string>> {
      if (path == "/unreadable") return fatal("cannot be read: Permission denied");
      const auto found = files.find(path);
      if (found == files.end()) return std::optional<std::string>();
      return std::optional<std::string>(found->second);
    };
    inputs.local_host = [] { return std::string("machine.example.org"); };
    return load_master(inputs);
  }
};

Machine with_keys(std::vector<std::string> keys) {
  Machine machine;
  machine.command_line.keys = std::move(keys);
  return machine;
}

MasterSettings settings_of(const Machine& machine) {
  const auto loaded = machine.load();
  EXPECT_THAT(loaded.errors, IsEmpty());
  return loaded.settings.value_or(MasterSettings{});
}

TEST(Load, NothingSet_IsSparksDefaults) {
  const auto settings = settings_of({});
  const MasterSettings defaults;
  EXPECT_EQ(settings.host, "machine.example.org");
  EXPECT_EQ(settings.public_dns, "machine.example.org");
  EXPECT_EQ(settings.core.address, (deploy::Address{"machine.example.org", 7077}));
  EXPECT_EQ(settings.port, 7077);
  EXPECT_EQ(settings.web_ui_port, 8080);
  EXPECT_EQ(settings.web_ui_bind, "0.0.0.0");
  EXPECT_EQ(settings.port_max_retries, 0);
  EXPECT_EQ(settings.web_ui_max_retries, 16);
  EXPECT_EQ(settings.recovery_mode, RecoveryMode::none);
  EXPECT_EQ(settings.core.worker_timeout, std::chrono::seconds(60));
  EXPECT_EQ(settings.core.recovery_timeout, std::chrono::seconds(60));
}

/// The defaults of the table and of the structs that they fill are written twice: they must agree.
TEST(Load, TableDefaults_EqualThoseOfTheStructs) {
  const auto settings = settings_of({});
  const MasterSettings plain;
  EXPECT_EQ(settings.core.dead_worker_persistence, plain.core.dead_worker_persistence);
  EXPECT_EQ(settings.core.max_executor_retries, plain.core.max_executor_retries);
  EXPECT_EQ(settings.core.spread_out_apps, plain.core.spread_out_apps);
  EXPECT_EQ(settings.core.spread_out_drivers, plain.core.spread_out_drivers);
  EXPECT_EQ(settings.core.worker_selection, plain.core.worker_selection);
  EXPECT_EQ(settings.core.default_cores, plain.core.default_cores);
  EXPECT_EQ(settings.core.max_drivers, plain.core.max_drivers);
  EXPECT_EQ(settings.core.retained_applications, plain.core.retained_applications);
  EXPECT_EQ(settings.core.retained_drivers, plain.core.retained_drivers);
  EXPECT_EQ(settings.core.app_id_pattern, plain.core.app_id_pattern);
  EXPECT_EQ(settings.core.driver_id_pattern, plain.core.driver_id_pattern);
  EXPECT_EQ(settings.core.app_number_modulo, plain.core.app_number_modulo);
  EXPECT_EQ(settings.core.use_app_name_as_app_id, plain.core.use_app_name_as_app_id);
  EXPECT_EQ(settings.core.decommission_enabled, plain.core.decommission_enabled);
  EXPECT_EQ(settings.core.launch_answer_timeout, plain.core.launch_answer_timeout);
  EXPECT_EQ(settings.core.repair_timeout, plain.core.repair_timeout);
  EXPECT_EQ(settings.rpc_limits.inbound_frame_bytes, plain.rpc_limits.inbound_frame_bytes);
  EXPECT_EQ(settings.rpc_limits.inbound_buffered_bytes, plain.rpc_limits.inbound_buffered_bytes);
  EXPECT_EQ(settings.rpc_limits.unsent_bytes, plain.rpc_limits.unsent_bytes);
  EXPECT_EQ(settings.rpc_limits.first_byte, plain.rpc_limits.first_byte);
  EXPECT_EQ(settings.rpc_limits.half_open, plain.rpc_limits.half_open);
  EXPECT_EQ(settings.rpc_limits.connect, plain.rpc_limits.connect);
  EXPECT_EQ(settings.rpc_limits.idle, plain.rpc_limits.idle);
  EXPECT_EQ(settings.rpc_limits.unsent_bytes_of_all, plain.rpc_limits.unsent_bytes_of_all);
  EXPECT_EQ(settings.rpc_limits.frame, plain.rpc_limits.frame);
  EXPECT_EQ(settings.log_format, plain.log_format);
  EXPECT_EQ(settings.log_level, plain.log_level);
}

TEST(Load, BareIpv6Addresses_GetTheirBrackets) {
  const auto s =
      settings_of(with_keys({"pilotlight.master.host=::1", "pilotlight.ui.host=::1",
                             "spark.master.rest.host=fe80::1%eth0", "pilotlight.ui.publicHost=2001:db8::7"}));
  EXPECT_EQ(s.host, "[::1]");
  EXPECT_EQ(s.web_ui_bind, "::1");
  EXPECT_EQ(s.rest_host, "fe80::1%eth0");
  EXPECT_EQ(s.public_dns, "[2001:db8::7]");
}

TEST(Load, EverySupportedKey_ReachesItsField) {
  const auto s = settings_of(with_keys({"pilotlight.master.host=10.1.1.1",
                                        "pilotlight.master.port=17077",
                                        "spark.port.maxRetries=3",
                                        "pilotlight.ui.host=[::1]",
                                        "spark.master.ui.port=18080",
                                        "pilotlight.ui.publicHost=ui.example.org",
                                        "spark.deploy.recoveryMode=filesystem",
                                        "spark.deploy.recoveryDirectory=/var/lib/x",
                                        "spark.deploy.recoveryTimeout=7",
                                        "spark.worker.timeout=2min",
                                        "spark.dead.worker.persistence=4",
                                        "spark.decommission.enabled=true",
                                        "pilotlight.master.repairTimeout=1500",
                                        "pilotlight.master.launchAnswerTimeout=3s",
                                        "spark.deploy.spreadOut=false",
                                        "spark.deploy.spreadOutDrivers=false",
                                        "spark.deploy.workerSelectionPolicy=memory_free_asc",
                                        "spark.deploy.defaultCores=8",
                                        "spark.deploy.maxDrivers=9",
                                        "spark.deploy.maxExecutorRetries=-1",
                                        "spark.deploy.retainedApplications=11",
                                        "spark.deploy.retainedDrivers=12",
                                        "spark.deploy.appIdPattern=a-%s-%d",
                                        "spark.deploy.driverIdPattern=d-%s-%d",
                                        "spark.deploy.appNumberModulo=1000",
                                        "spark.master.useAppNameAsAppId.enabled=true",
                                        "pilotlight.rpc.maxInboundFrame=1m",
                                        "pilotlight.rpc.maxBuffered=2m",
                                        "pilotlight.rpc.maxUnsent=3m",
                                        "pilotlight.rpc.firstByteTimeout=4s",
                                        "pilotlight.rpc.maxHalfOpen=5",
                                        "pilotlight.rpc.idleTimeout=7s",
                                        "pilotlight.rpc.maxUnsentTotal=8m",
                                        "pilotlight.rpc.frameTimeout=9s",
                                        "pilotlight.rpc.connectTimeout=6s",
                                        "pilotlight.log.format=JSON",
                                        "pilotlight.log.level=warn"}));
  EXPECT_EQ(s.host, "10.1.1.1");
  EXPECT_EQ(s.port, 17077);
  EXPECT_EQ(s.core.address, (deploy::Address{"10.1.1.1", 17077}));
  EXPECT_EQ(s.port_max_retries, 3);
  EXPECT_EQ(s.web_ui_max_retries, 3);
  EXPECT_EQ(s.web_ui_bind, "::1");
  EXPECT_EQ(s.web_ui_port, 18080);
  EXPECT_EQ(s.public_dns, "ui.example.org");
  EXPECT_EQ(s.recovery_mode, RecoveryMode::filesystem);
  EXPECT_EQ(s.recovery_directory, "/var/lib/x");
  EXPECT_EQ(s.core.recovery_timeout, std::chrono::seconds(7));
  EXPECT_EQ(s.core.worker_timeout, std::chrono::seconds(120));
  EXPECT_EQ(s.core.dead_worker_persistence, 4);
  EXPECT_TRUE(s.core.decommission_enabled);
  EXPECT_EQ(s.core.repair_timeout, std::chrono::milliseconds(1500));
  EXPECT_EQ(s.core.launch_answer_timeout, std::chrono::seconds(3));
  EXPECT_FALSE(s.core.spread_out_apps);
  EXPECT_FALSE(s.core.spread_out_drivers);
  EXPECT_EQ(s.core.worker_selection, core::WorkerSelectionPolicy::memory_free_asc);
  EXPECT_EQ(s.core.default_cores, 8);
  EXPECT_EQ(s.core.max_drivers, 9);
  EXPECT_EQ(s.core.max_executor_retries, -1);
  EXPECT_EQ(s.core.retained_applications, 11U);
  EXPECT_EQ(s.core.retained_drivers, 12U);
  EXPECT_EQ(s.core.app_id_pattern, "a-%s-%d");
  EXPECT_EQ(s.core.driver_id_pattern, "d-%s-%d");
  EXPECT_EQ(s.core.app_number_modulo, 1000);
  EXPECT_TRUE(s.core.use_app_name_as_app_id);
  EXPECT_EQ(s.rpc_limits.inbound_frame_bytes, 1U << 20U);
  EXPECT_EQ(s.rpc_limits.inbound_buffered_bytes, 2U << 20U);
  EXPECT_EQ(s.rpc_limits.unsent_bytes, 3U << 20U);
  EXPECT_EQ(s.rpc_limits.first_byte, std::chrono::seconds(4));
  EXPECT_EQ(s.rpc_limits.half_open, 5U);
  EXPECT_EQ(s.rpc_limits.connect, std::chrono::seconds(6));
  EXPECT_EQ(s.rpc_limits.idle, std::chrono::seconds(7));
  EXPECT_EQ(s.rpc_limits.unsent_bytes_of_all, 8U << 20U);
  EXPECT_EQ(s.rpc_limits.frame, std::chrono::seconds(9));
  EXPECT_EQ(s.log_format, LogFormat::json);
  EXPECT_EQ(s.log_level, core::LogLevel::warn);
}

TEST(Load, EveryChoice_IsTheEnumeratorOfItsName) {
  using Policy = core::WorkerSelectionPolicy;
  const std::pair<const char*, Policy> policies[] = {{"CORES_FREE_DESC", Policy::cores_free_desc},
                                                     {"CORES_FREE_ASC", Policy::cores_free_asc},
                                                     {"MEMORY_FREE_DESC", Policy::memory_free_desc},
                                                     {"MEMORY_FREE_ASC", Policy::memory_free_asc},
                                                     {"WORKER_ID", Policy::worker_id}};
  for (const auto& [text, policy] : policies)
    EXPECT_EQ(settings_of(with_keys({std::string("spark.deploy.workerSelectionPolicy=") + text})).core.worker_selection,
              policy)
        << text;
  const std::pair<const char*, core::LogLevel> levels[] = {{"debug", core::LogLevel::debug},
                                                           {"info", core::LogLevel::info},
                                                           {"warn", core::LogLevel::warn},
                                                           {"error", core::LogLevel::error}};
  for (const auto& [text, level] : levels)
    EXPECT_EQ(settings_of(with_keys({std::string("pilotlight.log.level=") + text})).log_level, level) << text;
}

TEST(Load, EachSource_BeatsTheOneBefore) {
  Machine machine;
  const auto timeout = [&] {
    return std::chrono::duration_cast<std::chrono::seconds>(settings_of(machine).core.worker_timeout).count();
  };
  EXPECT_EQ(timeout(), 60);
  machine.command_line.config_file = "/p.yaml";
  machine.files["/p.yaml"] = "spark: {worker: {timeout: 1}}\n";
  EXPECT_EQ(timeout(), 1);
  machine.variables["SPARK_CONF_DIR"] = "/conf";
  machine.files["/conf/spark-defaults.conf"] = "spark.worker.timeout 2\nspark.executor.memory 1g\n";
  EXPECT_EQ(timeout(), 2);
  machine.variables["SPARK_DAEMON_JAVA_OPTS"] = "-Xmx1g -Dspark.worker.timeout=3";
  EXPECT_EQ(timeout(), 3);
  machine.variables["SPARK_MASTER_OPTS"] = "-Dspark.worker.timeout=4";
  EXPECT_EQ(timeout(), 4);
  machine.command_line.keys = {"spark.worker.timeout=5"};
  EXPECT_EQ(timeout(), 5);
}

TEST(Load, PropertiesFile_IsLookedForWhereSparkDoes) {
  Machine machine;
  machine.files["/home/conf/spark-defaults.conf"] = "spark.worker.timeout 1\n";
  machine.files["/conf/spark-defaults.conf"] = "spark.worker.timeout 2\n";
  machine.files["/given.conf"] = "spark.worker.timeout 3\n";
  machine.variables["SPARK_HOME"] = "/home";
  EXPECT_EQ(settings_of(machine).core.worker_timeout, std::chrono::seconds(1));
  machine.variables["SPARK_CONF_DIR"] = "/conf";
  EXPECT_EQ(settings_of(machine).core.worker_timeout, std::chrono::seconds(2));
  machine.variables["SPARK_CONF_DIR"] = "/empty";
  EXPECT_EQ(settings_of(machine).core.worker_timeout, std::chrono::seconds(60));
  machine.command_line.properties_file = "/given.conf";
  EXPECT_EQ(settings_of(machine).core.worker_timeout, std::chrono::seconds(3));
}

TEST(Load, TheVariableNamesAYamlFile_UnlessAnOptionDoes) {
  Machine machine;
  machine.variables = {{"PILOTLIGHT_CONFIG", "/variable.yaml"}};
  machine.files = {{"/variable.yaml", "pilotlight.master.host: v"}, {"/option.yaml", "pilotlight.master.host: o"}};
  EXPECT_EQ(settings_of(machine).host, "v");
  machine.command_line.config_file = "/option.yaml";
  EXPECT_EQ(settings_of(machine).host, "o");
  machine.command_line.config_file.reset();
  machine.variables = {{"PILOTLIGHT_CONFIG", "/missing.yaml"}};
  EXPECT_THAT(machine.load().errors, ElementsAre(HasSubstr("/missing.yaml: there is no such file")));
}

TEST(Load, AFileThatWasNamedAndIsMissing_IsAnError) {
  Machine machine;
  machine.command_line.config_file = "/a.yaml";
  machine.command_line.properties_file = "/b.conf";
  EXPECT_THAT(machine.load().errors, ElementsAre("/a.yaml: there is no such file", "/b.conf: there is no such file"));
  machine.command_line.config_file = "/unreadable";
  EXPECT_THAT(machine.load().errors, Contains(HasSubstr("Permission denied")));
}

TEST(Load, AllMistakes_AreReportedAtOnceWithTheirPlaces) {
  Machine machine;
  machine.command_line.config_file = "/p.yaml";
  machine.files["/p.yaml"] = "spark:\n  deploy:\n    recoverMode: FILESYSTEM\n  list: [1]\n";
  machine.variables["SPARK_MASTER_PORT"] = "80";
  machine.variables["SPARK_MASTER_OPTS"] = "-Dspark.worker.timeout=soon";
  machine.variables["SPARK_DAEMON_JAVA_OPTS"] = "'open";
  machine.command_line.keys = {"spark.deploy.defaultCores=0", "nonsense"};
  const auto loaded = machine.load();
  EXPECT_FALSE(loaded.settings.has_value());
  EXPECT_EQ(loaded.errors.size(), 7U);
  EXPECT_THAT(loaded.errors,
              Contains(AllOf(HasSubstr("/p.yaml:3"), HasSubstr("did you mean spark.deploy.recoveryMode?"))));
  EXPECT_THAT(loaded.errors, Contains(AllOf(HasSubstr("/p.yaml:4"), HasSubstr("is a list"))));
  EXPECT_THAT(loaded.errors,
              Contains(HasSubstr(
                  "pilotlight.master.port = 80 (SPARK_MASTER_PORT): must be 0 (any free port) or 1024 to 65535")));
  EXPECT_THAT(loaded.errors, Contains(HasSubstr("spark.worker.timeout = soon (SPARK_MASTER_OPTS): must be a time")));
  EXPECT_THAT(loaded.errors, Contains(HasSubstr("spark.deploy.defaultCores = 0 (-c): must be a whole number from 1")));
  EXPECT_THAT(loaded.errors, Contains(HasSubstr("SPARK_DAEMON_JAVA_OPTS: a ' has no partner")));
  EXPECT_THAT(loaded.errors, Contains(HasSubstr("-c nonsense: must be -c key=value")));
}

TEST(Load, Refused_WhenSwitchedOnAndNotWhenOff) {
  for (const char* key : {"spark.authenticate", "spark.network.crypto.enabled", "spark.ssl.enabled",
                          "spark.ssl.standalone.enabled", "spark.ssl.rpc.enabled", "spark.acls.enable"}) {
    Machine machine;
    machine.variables["SPARK_DAEMON_JAVA_OPTS"] = std::string("-D") + key + "=true";
    EXPECT_THAT(machine.load().errors,
                ElementsAre(AllOf(HasSubstr(key), HasSubstr("SPARK_DAEMON_JAVA_OPTS"), HasSubstr("is refused"))))
        << key;
    machine.variables["SPARK_DAEMON_JAVA_OPTS"] = std::string("-D") + key + "=false";
    EXPECT_THAT(machine.load().errors, IsEmpty()) << key;
    EXPECT_THAT(machine.load().warnings, IsEmpty()) << key;
    machine.variables["SPARK_DAEMON_JAVA_OPTS"] = std::string("-D") + key + "=yes";
    EXPECT_THAT(machine.load().errors, ElementsAre(HasSubstr("must be true or false"))) << key;
  }
  EXPECT_THAT(with_keys({"spark.ui.filters=org.example.Filter"}).load().errors, ElementsAre(HasSubstr("is refused")));
  EXPECT_THAT(with_keys({"spark.ui.filters="}).load().errors, IsEmpty());
}

TEST(Load, RecoveryModeNotBuiltOrMisspelt_IsRefusedWithTheAllowedOnes) {
  for (const char* mode : {"ROCKSDB", "CUSTOM", "FILESYTEM", ""}) {
    const auto errors = with_keys({std::string("spark.deploy.recoveryMode=") + mode}).load().errors;
    EXPECT_THAT(errors, ElementsAre(HasSubstr("one of NONE, FILESYSTEM, ZOOKEEPER"))) << mode;
  }
}

TEST(Load, RehearsalOfFailovers_IsOnWithZookeeperOnly) {
  EXPECT_FALSE(with_keys({}).load().settings->core.rehearse);
  EXPECT_FALSE(with_keys({"pilotlight.failover.rehearsal=true"}).load().settings->core.rehearse);
  const auto elected = [](std::string more) {
    return with_keys({"spark.deploy.recoveryMode=ZOOKEEPER", "spark.deploy.zookeeper.url=zk1:2181", std::move(more)})
        .load()
        .settings->core.rehearse;
  };
  EXPECT_TRUE(elected("spark.worker.timeout=60"));
  EXPECT_FALSE(elected("pilotlight.failover.rehearsal=false"));
}

TEST(Load, ZookeeperWithoutUrl_IsAnError) {
  EXPECT_THAT(with_keys({"spark.deploy.recoveryMode=ZOOKEEPER"}).load().errors,
              ElementsAre(HasSubstr("needs spark.deploy.zookeeper.url")));
  const auto loaded =
      with_keys({"spark.deploy.recoveryMode=zookeeper", "spark.deploy.zookeeper.url=zk1:2181,zk2:2181/chroot",
                 "spark.deploy.zookeeper.dir=/spark/", "pilotlight.election.silence=1s",
                 "pilotlight.cluster.secretFile=/etc/secret"})
          .load();
  ASSERT_THAT(loaded.errors, IsEmpty());
  EXPECT_EQ(loaded.settings->zookeeper_url, "zk1:2181,zk2:2181/chroot");
  EXPECT_EQ(loaded.settings->cluster_secret_file, "/etc/secret");
  EXPECT_EQ(loaded.settings->election.dir, "/spark");
  EXPECT_EQ(loaded.settings->election.timing.right, std::chrono::milliseconds(800));
}

TEST(Load, FilesystemWithoutDirectory_IsAnError) {
  EXPECT_THAT(with_keys({"spark.deploy.recoveryMode=FILESYSTEM"}).load().errors,
              ElementsAre(HasSubstr("needs spark.deploy.recoveryDirectory")));
  EXPECT_THAT(with_keys({"spark.deploy.recoveryMode=FILESYSTEM", "spark.deploy.recoveryDirectory= "}).load().errors,
              ElementsAre(HasSubstr("needs spark.deploy.recoveryDirectory")));
}

TEST(Load, DirectoryWithoutFilesystem_IsAWarning) {
  EXPECT_THAT(with_keys({"spark.deploy.recoveryDirectory=/x"}).load().warnings,
              ElementsAre(HasSubstr("has no effect")));
}

TEST(Load, RecoveryTimeout_IsTheWorkerTimeoutUnlessSet) {
  EXPECT_EQ(settings_of(with_keys({"spark.worker.timeout=9"})).core.recovery_timeout, std::chrono::seconds(9));
}

TEST(Load, AFrameThatCouldNeverBeBuffered_IsAnError) {
  EXPECT_THAT(with_keys({"pilotlight.rpc.maxInboundFrame=200m"}).load().errors,
              ElementsAre(HasSubstr("pilotlight.rpc.maxBuffered")));
}

TEST(Load, IgnoredKeys_AreNamedInOneWarning) {
  Machine machine;
  machine.command_line.properties_file = "/d.conf";
  machine.files["/d.conf"] =
      "spark.master.rest.maxThreads 7\nspark.network.timeout 300s\nspark.rpc.io.threads 4\nspark.ui.reverseProxy "
      "false\n";
  const auto warnings = machine.load().warnings;
  EXPECT_THAT(warnings,
              ElementsAre(AllOf(HasSubstr("spark.master.rest.maxThreads (/d.conf:1)"),
                                HasSubstr("spark.network.timeout (/d.conf:2)"),
                                HasSubstr("spark.rpc.io.threads (/d.conf:3)"), Not(HasSubstr("reverseProxy")))));
}

TEST(Load, Secrets_ReachNoMessage) {
  Machine machine;
  machine.variables["SPARK_MASTER_OPTS"] =
      "-Dspark.authenticate=true -Dspark.authenticate.secret=hunter2 -Dspark.ssl.keyPassword=hunter2 "
      "-Dspark.authenticate.secrett=hunter2";
  machine.command_line.keys = {"spark.ui.filters=a?token=hunter2", "spark.my.secret=hunter2",
                               "pilotlight.master.port=tokenhunter2"};
  const auto loaded = machine.load();
  EXPECT_FALSE(loaded.errors.empty());
  for (const auto& lines : {loaded.errors, loaded.warnings})
    for (const auto& line : lines) EXPECT_EQ(line.find("hunter2"), std::string::npos) << line;
}

TEST(Load, HostDefault_IsSparkLocalHostnameBeforeTheMachinesName) {
  Machine machine;
  machine.variables["SPARK_LOCAL_HOSTNAME"] = "custom";
  EXPECT_EQ(settings_of(machine).host, "custom");
  machine.variables["SPARK_MASTER_HOST"] = "named";
  EXPECT_EQ(settings_of(machine).host, "named");
  EXPECT_EQ(settings_of(machine).public_dns, "named");
  machine.variables["SPARK_PUBLIC_DNS"] = "public";
  EXPECT_EQ(settings_of(machine).public_dns, "public");
  EXPECT_EQ(settings_of(machine).host, "named");
}

TEST(Load, EmptyHost_IsTheDefaultOne) {
  EXPECT_EQ(settings_of(with_keys({"pilotlight.master.host="})).host, "machine.example.org");
}

TEST(Load, HostWithPortOrScheme_SaysWhatToDo) {
  EXPECT_THAT(with_keys({"pilotlight.master.host=h:7077"}).load().errors,
              ElementsAre(HasSubstr("the port has a key of its own")));
  EXPECT_THAT(with_keys({"pilotlight.master.host=spark://h"}).load().errors,
              ElementsAre(HasSubstr("leave out spark://")));
}

TEST(Load, WildcardHost_IsWarnedOfAndThePublicHostIsTheMachines) {
  const auto loaded = with_keys({"pilotlight.master.host=0.0.0.0"}).load();
  EXPECT_THAT(loaded.warnings, ElementsAre(HasSubstr("name one that they can reach")));
  EXPECT_EQ(loaded.settings->public_dns, "machine.example.org");
}

TEST(Load, DeprecatedVariable_WorksAndIsWarnedOf) {
  Machine machine;
  machine.variables["SPARK_MASTER_IP"] = "10.0.0.7";
  EXPECT_EQ(settings_of(machine).host, "10.0.0.7");
  EXPECT_THAT(machine.load().warnings, ElementsAre(HasSubstr("SPARK_MASTER_HOST")));
}

TEST(Load, KubernetesServiceLink_IsRecognised) {
  Machine machine;
  machine.variables["SPARK_MASTER_PORT"] = "tcp://10.96.0.3:7077";
  EXPECT_THAT(machine.load().errors, ElementsAre(HasSubstr("enableServiceLinks")));
}

}  // namespace
}  // namespace pilotlight::config
