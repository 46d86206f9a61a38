#include <iostream>

#include "cli/documents.hpp"
#include "cli/master_options.hpp"
#include "cli/report.hpp"
#include "config/load.hpp"
#include "master/run_master.hpp"

namespace pilotlight::cli {
namespace {

/// The part that Spark's master prints, in its form: scripts and people know it.
constexpr const char* usage =
    "Usage: pilotlight master [options]\n"
    "\n"
    "Options:\n"
    "  -h HOST, --host HOST     Hostname to listen on (default: this machine's)\n"
    "  -i HOST, --ip HOST       Hostname to listen on (deprecated, use --host)\n"
    "  -p PORT, --port PORT     Port to listen on (default: 7077)\n"
    "  --webui-port PORT        Port for web UI (default: 8080)\n"
    "  --properties-file FILE   Path to a custom Spark properties file;\n"
    "                           default is conf/spark-defaults.conf\n"
    "  --config FILE            YAML configuration file\n"
    "  -c KEY=VALUE             One key; wins over everything else; repeatable\n"
    "  --help                   Print this\n";

int run(const Arguments& arguments) {
  const auto options = parse_master_options(arguments, ShortH::host, false);
  if (!options) {
    // The sentence comes last: start-master.sh shows the end of the log.
    std::cerr << usage << "\npilotlight master: " << options.error().message << "\n";
    return exit_failed;
  }
  if (options->help) {
    std::cout << command_help(*find_command("master"));
    return exit_ok;
  }
  const auto load = [&] { return config::load_master(config::real_inputs(options->command_line)); };
  const auto loaded = load();
  if (!loaded.settings) {
    print_errors(loaded);
    std::cerr << "Nothing was started. `pilotlight config show` prints each value and where it came from.\n";
    return exit_configuration;
  }
  return master::run_master(loaded, load);
}

}  // namespace

CommandRow master_command() {
  return {
      .name = "master",
      .sentence = "run the master of a Spark standalone cluster",
      .examples = {{"pilotlight master --host 10.0.0.1", "spark://10.0.0.1:7077, web UI on 8080"},
                   {"pilotlight master --config /etc/pilotlight/pilotlight.yaml", "configured by a file"},
                   {"SPARK_MASTER_OPTS='-Dspark.deploy.recoveryMode=FILESYSTEM "
                    "-Dspark.deploy.recoveryDirectory=/var/lib/pilotlight' pilotlight master",
                    "with Spark's own variables"}},
      .text =
          "Logs to stderr, ends with 0 at SIGTERM. SPARK_MASTER_HOST, SPARK_MASTER_PORT, SPARK_MASTER_WEBUI_PORT, "
          "SPARK_MASTER_OPTS, SPARK_DAEMON_JAVA_OPTS and the rest are read as by Spark's own master. Every key and the "
          "order of sources: docs/CONFIGURATION.md.",
      .options = {{.names = "-h,--host",
                   .value = "HOST",
                   .sentence = "hostname to listen on (default: this machine's)"},
                  {.names = "-i,--ip", .value = "HOST", .sentence = "hostname to listen on (deprecated, use --host)"},
                  {.names = "-p,--port", .value = "PORT", .sentence = "port to listen on (default: 7077)"},
                  {.names = "--webui-port", .value = "PORT", .sentence = "port for web UI (default: 8080)"},
                  {.names = "--properties-file",
                   .value = "FILE",
                   .sentence = "path to a custom Spark properties file (default: conf/spark-defaults.conf)",
                   .offer = Offer::file},
                  {.names = "--config",
                   .value = "FILE",
                   .sentence = "YAML configuration file (default: PILOTLIGHT_CONFIG; none if that is not set)",
                   .offer = Offer::file},
                  {.names = "-c", .value = "KEY=VALUE", .sentence = "one key; wins over everything else; repeatable"}},
      .exits = {{exit_ok, "stopped"},
                {exit_failed, "usage, or a port that is taken"},
                {exit_configuration, "mistakes in the configuration"}},
      .run_raw = run,
      .help_names = "--help",
  };
}

}  // namespace pilotlight::cli
