// Real ZooKeeper servers for tests: Debian's jars, a free port on the loopback address, a directory that goes with
// them.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace pilotlight::zk {

/// One server or an ensemble. Without Java or the jars, construction throws with a sentence that says what to install.
class RealEnsemble {
 public:
  explicit RealEnsemble(int servers);
  ~RealEnsemble();
  RealEnsemble(const RealEnsemble&) = delete;
  RealEnsemble& operator=(const RealEnsemble&) = delete;

  /// "127.0.0.1:port,…"
  [[nodiscard]] std::string hosts() const;
  [[nodiscard]] std::string host(std::size_t server) const;
  /// Whose address it is.
  [[nodiscard]] std::size_t server_at(const std::string& address) const;
  void send_signal(std::size_t server, int signal);
  /// SIGKILL, and waits until it is gone.
  void kill(std::size_t server);
  void start(std::size_t server);
  /// Waits until all serve clients.
  void wait_until_ready();
  /// "leader", "follower", "standalone" or "" when it does not answer.
  [[nodiscard]] std::string mode(std::size_t server) const;

 private:
  struct Server {
    int port = 0;
    int quorum_port = 0;
    int election_port = 0;
    pid_t pid = 0;
    std::string directory;
  };
  std::string directory_;
  std::vector<Server> servers_;
};

/// One server for all tests that do not harm it.
RealEnsemble& shared_server();

}  // namespace pilotlight::zk
