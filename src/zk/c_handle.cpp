#include "zk/c_handle.hpp"

#include <netdb.h>
#include <sys/socket.h>
#include <zookeeper/zookeeper.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "base/overloaded.hpp"
#include "zk/c_codes.hpp"

namespace pilotlight::zk {
namespace {

Stat from_c_stat(const ::Stat& stat) {
  return {.created_zxid = stat.czxid,
          .modified_zxid = stat.mzxid,
          .version = stat.version,
          .ephemeral_owner = stat.ephemeralOwner,
          .children = stat.numChildren,
          .data_length = stat.dataLength};
}

/// With "user:password" nodes are for their creator only.
const ACL_vector* acl_for(bool authenticated) { return authenticated ? &ZOO_CREATOR_ALL_ACL : &ZOO_OPEN_ACL_UNSAFE; }

int mode_of(const Create& create) {
  if (create.sequential) return create.ephemeral ? ZOO_EPHEMERAL_SEQUENTIAL : ZOO_PERSISTENT_SEQUENTIAL;
  return create.ephemeral ? ZOO_EPHEMERAL : ZOO_PERSISTENT;
}

int length(const std::string& text) { return static_cast<int>(text.size()); }
int length_of(const std::vector<char>& buffer) { return static_cast<int>(buffer.size()); }

std::string text_of_address(const sockaddr_storage& address, socklen_t size) {
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> port{};
  const int failed = getnameinfo(reinterpret_cast<const sockaddr*>(&address), size, host.data(), host.size(),
                                 port.data(), port.size(), NI_NUMERICHOST | NI_NUMERICSERV);
  return failed != 0 ? std::string() : std::string(host.data()) + ":" + port.data();
}

/// Both are the process's. The order is ours (list_for_c_client); the log would go to stderr, with nothing in it that
/// our events do not tell.
void set_up_library() {
  static std::once_flag once;
  std::call_once(once, [] {
    zoo_deterministic_conn_order(1);
    zoo_set_debug_level(static_cast<ZooLogLevel>(0));
  });
}

void log_nothing(const char* /*message*/) {}

}  // namespace

struct CHandle::Impl {
  /// What the C client holds a pointer to until it has answered.
  struct Call {
    Impl* handle = nullptr;
    std::uint64_t serial = 0;
    Request request;  // a multi's operations are read again for their kinds
    std::vector<zoo_op_t> operations;
    std::vector<zoo_op_result_t> results;
    std::vector<std::vector<char>> paths;
    std::vector<::Stat> stats;
  };

  std::function<void(HandleEvent)> on_event;
  zhandle_t* zh = nullptr;
  std::string digest;
  bool authenticated = false;
  std::mutex mutex;  // guards calls: the strand adds, the C client's thread takes away
  std::unordered_map<std::uint64_t, std::unique_ptr<Call>> calls;

  void finish(const Call& call, int code, Answered answered) {
    answered.code = from_c_code(code);
    if (answered.code == Code::failed) answered.text = text_of_c_code(code);
    std::unique_ptr<Call> taken;
    const auto serial = call.serial;
    {
      const std::lock_guard lock(mutex);
      const auto found = calls.find(serial);
      taken = std::move(found->second);
      calls.erase(found);
    }
    on_event(HandleAnswered{serial, std::move(answered)});
  }

  // ---- callbacks, on threads of the C client; `data` is a Call ----

  static void on_void(int code, const void* data) { done(code, data, {}); }
  static void on_name(int code, const char* name, const void* data) {
    Answered answered;
    if (code == ZOK && name != nullptr) answered.path = name;
    done(code, data, std::move(answered));
  }
  static void on_stat(int code, const ::Stat* stat, const void* data) {
    Answered answered;
    if (code == ZOK && stat != nullptr) answered.stat = from_c_stat(*stat);
    done(code, data, std::move(answered));
  }
  static void on_data(int code, const char* value, int size, const ::Stat* stat, const void* data) {
    Answered answered;
    if (code == ZOK && stat != nullptr) answered.stat = from_c_stat(*stat);
    if (code == ZOK && value != nullptr && size > 0) answered.data.assign(value, static_cast<std::size_t>(size));
    done(code, data, std::move(answered));
  }
  static void on_names(int code, const String_vector* names, const void* data) {
    Answered answered;
    if (code == ZOK && names != nullptr) answered.children.assign(names->data, names->data + names->count);
    done(code, data, std::move(answered));
  }
  static void on_multi(int code, const void* data);
  static void done(int code, const void* data, Answered answered) {
    const auto& call = *static_cast<const Call*>(data);
    call.handle->finish(call, code, std::move(answered));
  }

  static void on_state(zhandle_t* zh, int type, int state, const char* path, void* context);
  static void on_watch(zhandle_t* zh, int type, int state, const char* path, void* context);

  // ---- on the strand ----

  int send(Call& call);
  int send_multi(Call& call, const Multi& multi);
  [[nodiscard]] const ACL_vector* acl() const { return acl_for(!digest.empty()); }
};

// The server answers a multi that fails with "ok" before the operation that failed, and with "runtime inconsistency"
// behind it; one code says it better. Nothing of it is known when the connection broke.
void CHandle::Impl::on_multi(int code, const void* data) {
  const auto& call = *static_cast<const Call*>(data);
  Answered answered;
  const bool ran = std::any_of(call.results.begin(), call.results.end(),
                               [code](const zoo_op_result_t& result) { return result.err == code; });
  const auto our_code = from_c_code(code);
  if (code == ZOK || (ran && our_code != Code::connection_loss && our_code != Code::session_expired)) {
    for (std::size_t i = 0; i < call.results.size(); ++i) {
      const auto& result = call.results[i];
      Outcome outcome;
      outcome.code = from_c_code(result.err);
      if (code != ZOK && (result.err == ZOK || result.err == ZRUNTIMEINCONSISTENCY)) outcome.code = Code::rolled_back;
      if (code == ZOK && result.stat != nullptr) outcome.stat = from_c_stat(call.stats[i]);
      if (code == ZOK && result.value != nullptr) outcome.path = result.value;
      answered.outcomes.push_back(std::move(outcome));
    }
  }
  call.handle->finish(call, code, std::move(answered));
}

void CHandle::Impl::on_state(zhandle_t* zh, int type, int state, const char* /*path*/, void* context) {
  if (type != ZOO_SESSION_EVENT) return;
  auto& handle = *static_cast<Impl*>(context);
  if (state == ZOO_CONNECTED_STATE) {
    HandleConnected connected;
    const auto* id = zoo_client_id(zh);
    connected.key.session = id->client_id;
    std::copy(std::begin(id->passwd), std::end(id->passwd), connected.key.password.begin());
    connected.timeout = std::chrono::milliseconds(zoo_recv_timeout(zh));
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (zookeeper_get_connected_host(zh, reinterpret_cast<sockaddr*>(&address), &size) != nullptr) {
      connected.server = text_of_address(address, size);
    }
    handle.on_event(std::move(connected));
  } else if (state == ZOO_EXPIRED_SESSION_STATE) {
    handle.on_event(HandleExpired{});
  } else if (state == ZOO_AUTH_FAILED_STATE) {
    handle.on_event(HandleAuthFailed{});
  } else if (state == ZOO_CONNECTING_STATE || state == ZOO_NOTCONNECTED_STATE) {
    handle.on_event(HandleSuspended{});
  }
}

// Changes of the session are told to every watch, too; on_state hears of those.
void CHandle::Impl::on_watch(zhandle_t* /*zh*/, int type, int /*state*/, const char* path, void* context) {
  if (type == ZOO_SESSION_EVENT || path == nullptr) return;
  auto event = WatchEvent::changed;
  if (type == ZOO_CREATED_EVENT) event = WatchEvent::created;
  if (type == ZOO_DELETED_EVENT) event = WatchEvent::deleted;
  if (type == ZOO_CHILD_EVENT) event = WatchEvent::children_changed;
  static_cast<Impl*>(context)->on_event(HandleFired{event, path});
}

int CHandle::Impl::send(Call& call) {
  const auto watcher = [](bool watch) -> watcher_fn { return watch ? on_watch : nullptr; };
  return std::visit(
      overloaded{
          [&](const Create& one) {
            return zoo_acreate(zh, one.path.c_str(), one.data.data(), length(one.data), acl(), mode_of(one), on_name,
                               &call);
          },
          [&](const Set& one) {
            return zoo_aset(zh, one.path.c_str(), one.data.data(), length(one.data), one.version, on_stat, &call);
          },
          [&](const Delete& one) { return zoo_adelete(zh, one.path.c_str(), one.version, on_void, &call); },
          [&](const Multi& one) { return send_multi(call, one); },
          [&](const Get& one) { return zoo_awget(zh, one.path.c_str(), watcher(one.watch), this, on_data, &call); },
          [&](const Exists& one) {
            return zoo_awexists(zh, one.path.c_str(), watcher(one.watch), this, on_stat, &call);
          },
          [&](const Children& one) {
            return zoo_awget_children(zh, one.path.c_str(), watcher(one.watch), this, on_names, &call);
          },
          [&](const Sync& one) {
            // on_name's form; the path that comes back is the one that was asked.
            return zoo_async(
                zh, one.path.c_str(), [](int code, const char*, const void* data) { done(code, data, {}); }, &call);
          }},
      call.request);
}

int CHandle::Impl::send_multi(Call& call, const Multi& multi) {
  const auto count = multi.operations.size();
  call.operations.resize(count);
  call.results.resize(count);
  call.paths.resize(count);
  call.stats.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    auto* operation = &call.operations[i];
    std::visit(overloaded{[&](const Create& one) {
                            auto& path = call.paths[i];
                            path.resize(one.path.size() + 16);  // ten digits, a sign, the end
                            zoo_create_op_init(operation, one.path.c_str(), one.data.data(), length(one.data), acl(),
                                               mode_of(one), path.data(), length_of(path));
                          },
                          [&](const Set& one) {
                            zoo_set_op_init(operation, one.path.c_str(), one.data.data(), length(one.data), one.version,
                                            &call.stats[i]);
                          },
                          [&](const Delete& one) { zoo_delete_op_init(operation, one.path.c_str(), one.version); },
                          [&](const Check& one) { zoo_check_op_init(operation, one.path.c_str(), one.version); }},
               multi.operations[i]);
  }
  return zoo_amulti(zh, static_cast<int>(count), call.operations.data(), call.results.data(), on_multi, &call);
}

// ---- the handle ----

CHandle::CHandle(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<std::shared_ptr<CHandle>> CHandle::open(const HandleOptions& options,
                                               std::function<void(HandleEvent)> on_event) {
  set_up_library();
  auto impl = std::make_unique<Impl>();
  impl->on_event = std::move(on_event);
  impl->digest = options.digest;
  clientid_t id{};
  if (options.key) {
    id.client_id = options.key->session;
    std::copy(options.key->password.begin(), options.key->password.end(), std::begin(id.passwd));
  }
  const auto timeout = std::chrono::duration_cast<std::chrono::milliseconds>(options.timeout).count();
  impl->zh = zookeeper_init2(options.hosts.c_str(), Impl::on_state, static_cast<int>(timeout),
                             options.key ? &id : nullptr, impl.get(), ZOO_NO_LOG_CLIENTENV, log_nothing);
  if (impl->zh == nullptr) return retryable(std::string("a ZooKeeper handle cannot be had: ") + std::strerror(errno));
  // The addresses are numbers: nothing about them changes. By default they are read again for every request.
  zoo_set_servers_resolution_delay(impl->zh, -1);
  auto handle = std::shared_ptr<CHandle>(new CHandle(std::move(impl)));
  handle->authenticate();
  return handle;
}

CHandle::~CHandle() { zookeeper_close(impl_->zh); }

void CHandle::authenticate() {
  auto& impl = *impl_;
  if (impl.digest.empty() || impl.authenticated) return;
  impl.authenticated =
      zoo_add_auth(impl.zh, "digest", impl.digest.data(), length(impl.digest), nullptr, nullptr) == ZOK;
}

Code CHandle::submit(std::uint64_t serial, const Request& request) {
  auto call = std::make_unique<Impl::Call>();
  call->handle = impl_.get();
  call->serial = serial;
  call->request = request;
  auto& kept = *call;
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->calls[serial] = std::move(call);
  }
  const int code = impl_->send(kept);
  if (code == ZOK) return Code::ok;
  const std::lock_guard lock(impl_->mutex);
  impl_->calls.erase(serial);
  return from_c_code(code);
}

bool CHandle::is_connected() const { return zoo_state(impl_->zh) == ZOO_CONNECTED_STATE; }

std::string CHandle::current_server() const { return zoo_get_current_server(impl_->zh); }

}  // namespace pilotlight::zk
