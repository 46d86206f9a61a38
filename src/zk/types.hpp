// ZooKeeper's operations, answers and session as plain values, so that every machine that talks to ZooKeeper is pure.
//
// A machine puts out `Request`s, each under an id that it chose, and takes in `Event`s: exactly one Answered for each
// request, watches, and changes of the session. A shell (zk/client.hpp) or the simulator's ensemble stands behind.
// Paths are absolute, below the chroot of the connect string. Requests of one session are carried out in the order in
// which they were submitted. Pure values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/ids.hpp"
#include "base/time.hpp"

namespace pilotlight::zk {

/// No single operation of ours is larger (ZooKeeper's jute.maxbuffer is 1 MiB by default).
inline constexpr std::size_t largest_operation = std::size_t{512} << 10U;
/// A version that fits every node.
inline constexpr std::int32_t any_version = -1;

using RequestId = NumberId<struct ZkRequestIdTag, std::uint64_t>;

enum class Code : std::uint8_t {
  ok,
  no_node,
  node_exists,
  bad_version,
  not_empty,
  no_children_for_ephemerals,
  rolled_back,      ///< an operation of a multi that failed because of another one
  connection_loss,  ///< it may have happened; also the answer to all that is submitted while not connected
  session_expired,  ///< it did not happen, or may have happened before the session ended
  no_auth,          ///< the node's ACL refuses us
  too_large,        ///< not sent: larger than largest_operation
  failed,           ///< anything else; Answer::text says what
};
std::string_view to_string(Code code);
/// The server has not said what became of the request.
bool is_lost(Code code);

struct Stat {
  std::int64_t created_zxid = 0;
  std::int64_t modified_zxid = 0;
  std::int32_t version = 0;
  std::int64_t ephemeral_owner = 0;  ///< a session id; 0 = persistent
  std::int32_t children = 0;
  std::int32_t data_length = 0;
};

// ---- what can be asked ----
struct Create {
  std::string path;
  std::string data;
  bool ephemeral = false;
  bool sequential = false;  ///< ZooKeeper appends ten digits: Answer::path tells
};
struct Set {
  std::string path;
  std::string data;
  std::int32_t version = any_version;
};
struct Delete {
  std::string path;
  std::int32_t version = any_version;
};
/// In a Multi only: fails all of it unless the node exists in this version.
struct Check {
  std::string path;
  std::int32_t version = any_version;
};
using Operation = std::variant<Create, Set, Delete, Check>;
/// All or none.
struct Multi {
  std::vector<Operation> operations;
};
struct Get {
  std::string path;
  bool watch = false;  ///< one event upon the next change or removal; set only when the node is there
};
/// With a watch: one event upon creation, change or removal.
struct Exists {
  std::string path;
  bool watch = false;
};
struct Children {
  std::string path;
  bool watch = false;
};
/// What is read afterwards holds all that any session had written before.
struct Sync {
  std::string path;
};
using Request = std::variant<Create, Set, Delete, Multi, Get, Exists, Children, Sync>;

/// Bytes of paths and data, with an allowance for what stands around them: what largest_operation bounds.
std::size_t size_of(const Operation& operation);
std::size_t size_of(const Request& request);

// ---- what comes back ----
/// One operation of a multi.
struct Outcome {
  Code code = Code::ok;
  Stat stat;         ///< after a Set
  std::string path;  ///< after a Create: the real one
};
struct Answered {
  RequestId request;
  Code code = Code::ok;
  std::string data;                   ///< Get
  Stat stat;                          ///< Get, Exists, Set
  std::vector<std::string> children;  ///< names, not paths, in no order
  std::string path;                   ///< Create
  std::vector<Outcome> outcomes;      ///< Multi: one for each operation, when the server answered
  std::string text;                   ///< for Code::failed: what ZooKeeper said
};

/// A hint to look again: the watch is spent.
struct WatchFired {
  std::string path;
};

enum class SessionState : std::uint8_t {
  connecting,   ///< no session yet, or a new one after expiry
  connected,    ///< requests are carried out
  suspended,    ///< the connection broke; the session may live on
  expired,      ///< its ephemeral nodes are gone; `connecting` follows by itself
  auth_failed,  ///< the credentials were refused: nothing is tried again
};
std::string_view to_string(SessionState state);

struct SessionChanged {
  SessionState state = SessionState::connecting;
  std::int64_t session = 0;  ///< its id once connected; a different id is a different session
  Duration timeout{};        ///< as granted by the server; once connected
  std::string detail;        ///< for the log: which server, why
};

using Event = std::variant<Answered, WatchFired, SessionChanged>;

}  // namespace pilotlight::zk
