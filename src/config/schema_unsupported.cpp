#include "config/schema.hpp"

namespace pilotlight::config {
namespace {

constexpr std::string_view no_authentication =
    "there is no authentication yet, and a master that is open although it was told not to be is a hole";
constexpr std::string_view no_tls = "there is no TLS yet, and plain text where encryption was asked for is a hole";
constexpr std::string_view only_with_acls = "means something only together with spark.acls.enable";
constexpr std::string_view only_with_authentication = "means something only together with spark.authenticate";
constexpr std::string_view only_with_tls = "means something only where TLS is switched on";
constexpr std::string_view no_jetty = "Jetty's setting; one event loop answers all";
constexpr std::string_view no_pages = "the web UI does not have this";
constexpr std::string_view no_asks = "the master asks its peers nothing; answers to them are not timed";
constexpr std::string_view own_transport = "Netty's setting; the limits here are pilotlight.rpc.*";
constexpr std::string_view no_metrics = "metrics are always served over HTTP (docs/METRICS.md); there are no sinks";

Key refused_switch(std::string_view name, std::string_view reason) {
  return {.name = name, .type = Type::boolean, .fallback = "false", .status = Status::refused, .reason = reason};
}

Key ignored(std::string_view name, std::string_view ours, std::string_view reason, Type type = Type::text) {
  return {.name = name, .type = type, .fallback = ours, .status = Status::ignored, .reason = reason};
}

const std::vector<Area>& areas() {
  static const std::vector<Area> result = {
      {"Security",
       {refused_switch("spark.authenticate", no_authentication),
        refused_switch("spark.network.crypto.enabled",
                       "there is no encryption yet, and plain text where encryption was asked for is a hole"),
        refused_switch("spark.ssl.enabled", no_tls),
        refused_switch("spark.ssl.*.enabled", no_tls),
        refused_switch("spark.acls.enable", "there are no access lists yet, and everybody could see everything"),
        {.name = "spark.ui.filters",
         .status = Status::refused,
         .reason = "servlet filters are Java classes; most of them guard the UI, and it would stand open without them"},
        ignored("spark.authenticate.*", "", only_with_authentication),
        ignored("spark.network.crypto.*", "", only_with_authentication),
        ignored("spark.network.sasl.*", "", only_with_authentication),
        ignored("spark.ssl.*", "", only_with_tls),
        ignored("spark.ui.view.acls", "", only_with_acls),
        ignored("spark.ui.view.acls.groups", "", only_with_acls),
        ignored("spark.modify.acls", "", only_with_acls),
        ignored("spark.modify.acls.groups", "", only_with_acls),
        ignored("spark.admin.acls", "", only_with_acls),
        ignored("spark.admin.acls.groups", "", only_with_acls),
        ignored("spark.user.groups.mapping", "", only_with_acls),
        ignored(
            "spark.redaction.regex", "(?i)secret|password|token|access[.]?key",
            "the master logs no values of keys that it does not know; `config show` always hides by Spark's default")}},
      {"Recovery",
       {ignored("spark.deploy.recoveryMode.factory", "", "means something only with the recovery mode CUSTOM"),
        ignored("spark.deploy.recoverySerializer", "", "records are readable JSON"),
        ignored("spark.deploy.recoveryCompressionCodec", "", "records are readable JSON, not compressed"),
        refused_switch(
            "pilotlight.zookeeper.tls.enabled",
            "Debian's ZooKeeper client is built without TLS, and plain text where encryption was asked for is "
            "a hole"),
        refused_switch("pilotlight.zookeeper.sasl.enabled",
                       "Debian's ZooKeeper client is built without SASL; use pilotlight.zookeeper.digestFile")}},
      {"Web UI",
       {ignored("spark.master.ui.title", "", no_pages), ignored("spark.master.ui.historyServerUrl", "", no_pages),
        ignored("spark.master.ui.visibleEnvVarPrefixes", "", no_pages),
        ignored("spark.ui.reverseProxy", "false", no_pages, Type::boolean),
        ignored("spark.ui.reverseProxyUrl", "", no_pages), ignored("spark.ui.proxyRedirectUri", "", no_pages),
        ignored("spark.ui.xXssProtection", "1; mode=block", "security headers are fixed"),
        ignored("spark.ui.xContentTypeOptions.enabled", "true", "security headers are fixed", Type::boolean),
        ignored("spark.ui.strictTransportSecurity", "", only_with_tls)}},
      {"REST submission server",
       {{.name = "spark.master.rest.filters",
         .status = Status::refused,
         .reason =
             "servlet filters are Java classes; most of them guard the port, and it would stand open without them"},
        ignored("spark.master.rest.maxThreads", "200", no_jetty),
        ignored("spark.master.rest.virtualThread.enabled", "false", no_jetty, Type::boolean)}},
      {"Drivers",
       {ignored("spark.master.useDriverIdAsAppName.enabled", "false",
                "not built yet: applications of cluster-mode drivers keep their own names", Type::boolean)}},
      {"Network",
       {ignored("spark.network.timeout", "", no_asks), ignored("spark.rpc.askTimeout", "", no_asks),
        ignored("spark.rpc.lookupTimeout", "", no_asks), ignored("spark.rpc.connect.threads", "", own_transport),
        ignored("spark.rpc.netty.dispatcher.numThreads", "", own_transport),
        ignored("spark.rpc.io.*", "", own_transport)}},
      {"Metrics", {ignored("spark.metrics.conf", "", no_metrics), ignored("spark.metrics.conf.*", "", no_metrics)}},
  };
  return result;
}

constexpr std::string_view of_the_jvm = "the JVM's; there is none here";
constexpr std::string_view of_the_scripts = "read by Spark's start scripts, not by the master";

}  // namespace

std::span<const Area> unsupported_areas() { return areas(); }

std::span<const UnusedVariable> unused_variables() {
  static const std::vector<UnusedVariable> result = {
      {"SPARK_DAEMON_MEMORY SPARK_DAEMON_CLASSPATH SPARK_DIST_CLASSPATH JAVA_HOME", of_the_jvm},
      {"HADOOP_CONF_DIR YARN_CONF_DIR", "of Hadoop's classes; there are none here"},
      {"SPARK_LOG_DIR SPARK_LOG_MAX_FILES SPARK_PID_DIR SPARK_IDENT_STRING SPARK_NICENESS SPARK_NO_DAEMONIZE",
       of_the_scripts},
      {"SPARK_LOCAL_DIRS SPARK_WORKER_*", "read by workers"},
  };
  return result;
}

}  // namespace pilotlight::config
