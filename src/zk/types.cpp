#include "zk/types.hpp"

#include "base/overloaded.hpp"

namespace pilotlight::zk {
namespace {

// jute: two length fields, an ACL of one entry, flags, version, the header of an operation in a multi.
constexpr std::size_t around_an_operation = 64;

}  // namespace

std::string_view to_string(Code code) {
  switch (code) {
    case Code::ok: return "ok";
    case Code::no_node: return "no such node";
    case Code::node_exists: return "node exists";
    case Code::bad_version: return "version conflict";
    case Code::not_empty: return "node has children";
    case Code::no_children_for_ephemerals: return "ephemeral nodes have no children";
    case Code::rolled_back: return "rolled back";
    case Code::connection_loss: return "connection loss";
    case Code::session_expired: return "session expired";
    case Code::no_auth: return "not authorised";
    case Code::too_large: return "too large";
    case Code::failed: return "failed";
  }
  return "?";
}

bool is_lost(Code code) { return code == Code::connection_loss || code == Code::session_expired; }

std::string_view to_string(SessionState state) {
  switch (state) {
    case SessionState::connecting: return "connecting";
    case SessionState::connected: return "connected";
    case SessionState::suspended: return "suspended";
    case SessionState::expired: return "expired";
    case SessionState::auth_failed: return "authentication failed";
  }
  return "?";
}

std::size_t size_of(const Operation& operation) {
  return around_an_operation +
         std::visit(overloaded{[](const Create& create) { return create.path.size() + create.data.size(); },
                               [](const Set& set) { return set.path.size() + set.data.size(); },
                               [](const Delete& removal) { return removal.path.size(); },
                               [](const Check& check) { return check.path.size(); }},
                    operation);
}

std::size_t size_of(const Request& request) {
  return std::visit(overloaded{[](const Multi& multi) {
                                 std::size_t size = around_an_operation;
                                 for (const auto& operation : multi.operations) size += size_of(operation);
                                 return size;
                               },
                               [](const Create& create) { return size_of(Operation{create}); },
                               [](const Set& set) { return size_of(Operation{set}); },
                               [](const Delete& removal) { return size_of(Operation{removal}); },
                               [](const auto& read) { return around_an_operation + read.path.size(); }},
                    request);
}

}  // namespace pilotlight::zk
