#include <iostream>

#include "cli/commands.hpp"
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

constexpr const char* help_head =
    "Run the master of a Spark standalone cluster. Logs to stderr, ends with 0 at SIGTERM.\n"
    "\n"
    "Examples:\n"
    "  pilotlight master --host 10.0.0.1\n"
    "  pilotlight master --host 10.0.0.1 --port 7077 --webui-port 8080\n"
    "  pilotlight master --config /etc/pilotlight.yaml -c pilotlight.log.level=debug\n"
    "  SPARK_MASTER_OPTS='-Dspark.deploy.recoveryMode=FILESYSTEM\n"
    "    -Dspark.deploy.recoveryDirectory=/var/lib/pilotlight' pilotlight master\n"
    "\n";

constexpr const char* help_tail =
    "\n"
    "SPARK_MASTER_HOST, SPARK_MASTER_PORT, SPARK_MASTER_WEBUI_PORT, SPARK_MASTER_OPTS,\n"
    "SPARK_DAEMON_JAVA_OPTS and the rest are read as by Spark's own master.\n"
    "Every key and the order of sources: docs/CONFIGURATION.md\n"
    "Exit codes: 0 stopped, 1 usage or a port that is taken, 78 mistakes in the configuration\n";

}  // namespace

int cmd_master(const Arguments& arguments) {
  const auto options = parse_master_options(arguments, ShortH::host, false);
  if (!options) {
    std::cerr << "pilotlight master: " << options.error().message << "\n\n" << usage;
    return exit_failed;
  }
  if (options->help) {
    std::cout << help_head << usage << help_tail;
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

}  // namespace pilotlight::cli
