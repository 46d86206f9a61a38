#include "master/run_master.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <limits>
#include <memory>
#include <utility>

#include "master/log.hpp"
#include "master/runtime.hpp"
#include "master/supervised.hpp"
#include "recovery/store.hpp"
#include "system/secret_file.hpp"

namespace pilotlight::master {
namespace {

/// One connection is one descriptor: the soft limit is raised to the hard one (10,000 workers need 10,000).
rlim_t raise_open_file_limit(Log& log) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return RLIM_INFINITY;
  if (limit.rlim_cur == limit.rlim_max) return limit.rlim_cur;
  const rlim_t before = std::exchange(limit.rlim_cur, limit.rlim_max);
  if (setrlimit(RLIMIT_NOFILE, &limit) == 0) return limit.rlim_cur;
  log.warn("Master", "The limit of open files could not be raised to the hard limit.");
  return before;
}

/// However many workers and drivers there are, other masters, ZooKeeper and whoever looks at a page get through.
int highest_descriptor_for_peers(rlim_t open_files) {
  constexpr rlim_t kept_free = 256;
  const rlim_t highest = open_files - 1 - std::min(kept_free, open_files / 8);
  return static_cast<int>(std::min<rlim_t>(highest, std::numeric_limits<int>::max()));
}

std::string process_name() {
  char host[256] = "localhost";
  gethostname(host, sizeof host - 1);
  return std::to_string(getpid()) + "@" + host;
}

const char* signal_name(int number) {
  switch (number) {
    case SIGTERM: return "TERM";
    case SIGINT: return "INT";
    case SIGHUP: return "HUP";
    default: return "?";
  }
}

Result<std::unique_ptr<recovery::Store>> open_store(const config::MasterSettings& settings, recovery::Post post,
                                                    Log& log) {
  switch (settings.recovery_mode) {
    case config::RecoveryMode::none: return recovery::make_none_store(std::move(post));
    case config::RecoveryMode::filesystem:
      log.info("Master", "Persisting recovery state to directory: " + settings.recovery_directory);
      return recovery::make_fs_store(settings.recovery_directory, std::move(post));
    case config::RecoveryMode::zookeeper: break;
  }
  return std::unique_ptr<recovery::Store>();
}

}  // namespace

int run_master(const config::Loaded& loaded, std::function<config::Loaded()> reload) {
  config::MasterSettings settings = *loaded.settings;
  Log log(settings.log_format, settings.log_level);
  log.info("Master", "Started daemon with process name: " + process_name());
  std::signal(SIGPIPE, SIG_IGN);
  boost::asio::io_context io(1);
  boost::asio::signal_set signals(io);
  for (const int number : {SIGTERM, SIGHUP, SIGINT}) {
    signals.add(number);
    log.info("SignalUtils", std::string("Registering signal handler for ") + signal_name(number));
  }
  for (const auto& warning : loaded.warnings) log.warn("Master", warning);
  settings.rpc_limits.highest_descriptor = highest_descriptor_for_peers(raise_open_file_limit(log));

  auto store = open_store(
      settings, [&io](std::function<void()> work) { boost::asio::post(io, std::move(work)); }, log);
  if (!store) {
    log.error("Master", store.error().to_string());
    return 1;
  }
  core::Recovered recovered;
  if (*store) {
    auto loaded = (*store)->load();
    if (!loaded) {
      log.error("Master", loaded.error().to_string());
      return 1;
    }
    recovered = std::move(*loaded);
  }
  auto digest = system::read_digest(settings.zookeeper_digest_file);
  if (!digest) {
    log.error("Master", digest.error().to_string());
    return 1;
  }
  settings.zookeeper_digest = std::move(*digest);

  if (!settings.cluster_secret_file.empty()) {
    auto secret = system::read_secret(settings.cluster_secret_file);
    if (!secret) {
      log.error("Master", secret.error().to_string());
      return 1;
    }
    if (secret->warning) log.warn("Master", *secret->warning);
    settings.cluster_secret = std::move(secret->text);
  } else if (settings.recovery_mode == config::RecoveryMode::zookeeper) {
    log.warn("Master",
             "Messages between masters are not authenticated: whoever reaches the RPC port can take part in the "
             "election. Set pilotlight.cluster.secretFile.");
  }

  Runtime runtime(io, settings, store->get(), log);
  if (const auto listening = runtime.listen(); !listening) {
    log.error("Master", listening.error().to_string());
    return 1;
  }
  if (*store)
    runtime.lead(std::move(recovered));
  else
    runtime.stand();
  Supervised supervised(
      io, log, [&](const auto& at) { runtime.look(at); }, std::move(reload), loaded.merged);
  supervised.start();

  std::function<void(boost::system::error_code, int)> on_signal = [&](boost::system::error_code error, int number) {
    if (error) return;
    if (number == SIGHUP) {
      supervised.reload();
      signals.async_wait(on_signal);
      return;
    }
    log.error("Master", std::string("RECEIVED SIGNAL ") + signal_name(number));
    supervised.stopping();
    signals.async_wait(on_signal);
    runtime.leave([&] {
      runtime.stop();
      io.stop();
    });
  };
  signals.async_wait(on_signal);
  io.run();
  if (*store) (*store)->close();
  return 0;
}

}  // namespace pilotlight::master
