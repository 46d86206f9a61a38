#include "zk/c_codes.hpp"

#include <zookeeper/zookeeper.h>

namespace pilotlight::zk {

Code from_c_code(int code) {
  switch (code) {
    case ZOK: return Code::ok;
    case ZNONODE: return Code::no_node;
    case ZNODEEXISTS: return Code::node_exists;
    case ZBADVERSION: return Code::bad_version;
    case ZNOTEMPTY: return Code::not_empty;
    case ZNOCHILDRENFOREPHEMERALS: return Code::no_children_for_ephemerals;
    case ZNOAUTH:
    case ZAUTHFAILED: return Code::no_auth;
    case ZSESSIONEXPIRED: return Code::session_expired;
    // A connection that is given up for its silence, that broke, that moved, a handle that is being closed, answers out
    // of order: it may have been done.
    case ZCONNECTIONLOSS:
    case ZOPERATIONTIMEOUT:
    case ZINVALIDSTATE:
    case ZCLOSING:
    case ZSESSIONMOVED:
    case ZRUNTIMEINCONSISTENCY:
    case ZTHROTTLEDOP: return Code::connection_loss;
    default: return Code::failed;
  }
}

std::string text_of_c_code(int code) { return std::string(zerror(code)) + " (" + std::to_string(code) + ")"; }

}  // namespace pilotlight::zk
