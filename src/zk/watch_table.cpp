#include "zk/watch_table.hpp"

namespace pilotlight::zk {

void ServerWatches::add(WatchKind kind, const std::string& path, Client client) {
  (kind == WatchKind::children ? children_ : data_)[path].insert(client);
}

std::set<ServerWatches::Client> ServerWatches::take(WatchEvent event, const std::string& path) {
  std::set<Client> clients;
  const auto spend = [&](Table& table) {
    const auto found = table.find(path);
    if (found == table.end()) return;
    clients.merge(found->second);
    table.erase(found);
  };
  if (event != WatchEvent::children_changed) spend(data_);
  if (event == WatchEvent::children_changed || event == WatchEvent::deleted) spend(children_);
  return clients;
}

void ServerWatches::forget(Client client) {
  for (auto* table : {&data_, &children_}) {
    for (auto entry = table->begin(); entry != table->end();) {
      entry->second.erase(client);
      entry = entry->second.empty() ? table->erase(entry) : std::next(entry);
    }
  }
}

void ClientWatches::add(WatchKind kind, const std::string& path) {
  if (kind == WatchKind::node) nodes.insert(path);
  if (kind == WatchKind::absent_node) absent_nodes.insert(path);
  if (kind == WatchKind::children) children.insert(path);
}

bool ClientWatches::take(WatchEvent event, const std::string& path) {
  std::size_t taken = 0;
  if (event != WatchEvent::children_changed) taken += nodes.erase(path) + absent_nodes.erase(path);
  if (event == WatchEvent::children_changed || event == WatchEvent::deleted) taken += children.erase(path);
  return taken != 0;
}

}  // namespace pilotlight::zk
