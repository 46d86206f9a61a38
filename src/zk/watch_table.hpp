// Who watches what on one server of the ensemble in memory, and what one client believes to watch. Pure.
//
// As in ZooKeeper: a server keeps data watches (set by Get and Exists alike) and child watches, spends each on its
// first event, and sends one event when a removal spends both. The C client keeps three lists of its own and hands them
// to the server that it connects to next.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

namespace pilotlight::zk {

enum class WatchKind : std::uint8_t { none, node, absent_node, children };
enum class WatchEvent : std::uint8_t { created, changed, deleted, children_changed };

/// One server's.
class ServerWatches {
 public:
  using Client = std::uint64_t;

  void add(WatchKind kind, const std::string& path, Client client);
  /// Spends the watches that the event is for; the clients, in order, each once.
  std::set<Client> take(WatchEvent event, const std::string& path);
  /// The client's connection ended.
  void forget(Client client);

 private:
  using Table = std::map<std::string, std::set<Client>>;
  Table data_;
  Table children_;
};

/// One client's.
struct ClientWatches {
  std::set<std::string> nodes;
  std::set<std::string> absent_nodes;
  std::set<std::string> children;

  void add(WatchKind kind, const std::string& path);
  /// False when no watch is left for the event: the client does not report it then.
  bool take(WatchEvent event, const std::string& path);
};

}  // namespace pilotlight::zk
