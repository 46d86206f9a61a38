// The shell: SessionMachine's actions on handles of the C client, and requests on the handle there is.
#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <utility>
#include <variant>
#include <vector>

#include "base/assert.hpp"
#include "base/overloaded.hpp"
#include "zk/c_handle.hpp"
#include "zk/client.hpp"
#include "zk/connect_string.hpp"
#include "zk/helper_thread.hpp"
#include "zk/path.hpp"
#include "zk/resolve_hosts.hpp"
#include "zk/session.hpp"

namespace pilotlight::zk {
namespace {

/// What close() waits for at most.
constexpr Duration longest_close = std::chrono::seconds(1);

Instant now() { return std::chrono::steady_clock::now(); }

Answered code_only(RequestId id, Code code, std::string text = {}) {
  Answered answered;
  answered.request = id;
  answered.code = code;
  answered.text = std::move(text);
  return answered;
}

/// What Post leads to is the caller's and may be gone after close(); other threads post through this.
class Gate {
 public:
  explicit Gate(Post post) : post_(std::move(post)) {}
  void post(std::function<void()> function) {
    const std::lock_guard lock(mutex_);
    if (open_) post_(std::move(function));
  }
  void shut() {
    const std::lock_guard lock(mutex_);
    open_ = false;
  }

 private:
  std::mutex mutex_;
  bool open_ = true;
  const Post post_;
};

/// Everything is on the strand, except what is said to run on the helper thread.
class Core : public std::enable_shared_from_this<Core> {
 public:
  Core(ClientOptions options, ConnectString hosts, Post post, OnEvent on_event)
      : options_(std::move(options)),
        hosts_(std::move(hosts)),
        gate_(std::make_shared<Gate>(std::move(post))),
        on_event_(std::move(on_event)),
        machine_(SessionTimes{.asked = options_.session_timeout}) {
    // Clients spread over the servers.
    std::shuffle(hosts_.hosts.begin(), hosts_.hosts.end(), std::minstd_rand(std::random_device()()));
  }

  Result<void> make_helper() {
    auto helper = HelperThread::start([gate = gate_, weak = weak_from_this()] {
      gate->post([weak] {
        if (const auto core = weak.lock()) core->carry_out(core->machine_.time_passed(now()));
      });
    });
    if (!helper) return helper.error();
    helper_ = std::move(*helper);
    return {};
  }

  void start() { carry_out(machine_.start()); }
  void submit(RequestId id, Request request);
  void close();

 private:
  struct Outstanding {
    RequestId id;
    WatchKind watch = WatchKind::none;  // as asked: a missing node makes of it what Exists makes of it
    std::string path;
  };

  /// Wraps a method for the helper thread or the C client's: it runs on the strand if there still is a core.
  template <typename Function>
  void on_strand(Function function) {
    gate_->post([weak = weak_from_this(), function = std::move(function)]() mutable {
      if (const auto core = weak.lock(); core && !core->closed_) function(*core);
    });
  }

  void carry_out(SessionActions actions);
  void resolve();
  void replace(bool same_session);
  void take_handle(std::uint64_t generation, Result<std::shared_ptr<CHandle>> opened);
  void take_event(std::uint64_t generation, HandleEvent event);
  void take_answer(std::uint64_t serial, Answered answered);
  void sync_server();
  void answer_all(Code code);
  void fire_watches();
  void tell(Event event) {
    if (!closed_) on_event_(std::move(event));
  }

  const ClientOptions options_;
  ConnectString hosts_;
  const std::shared_ptr<Gate> gate_;
  const OnEvent on_event_;
  SessionMachine machine_;
  std::unique_ptr<HelperThread> helper_;
  bool closed_ = false;

  std::vector<std::string> addresses_;  // as last found
  std::string trouble_;                 // hosts without an address
  std::shared_ptr<CHandle> handle_;
  std::uint64_t generation_ = 0;    // of the handle there is or is being opened
  bool opening_ = false;            // its events are kept until it is here
  std::vector<HandleEvent> early_;  // those
  std::optional<SessionKey> key_;

  std::uint64_t last_serial_ = 0;
  std::map<std::uint64_t, Outstanding> outstanding_;
  std::uint64_t sync_serial_ = 0;
  ClientWatches watches_;
};

void Core::submit(RequestId id, Request request) {
  if (closed_) return;
  const auto refuse = [&](Code code, std::string text = {}) {
    on_strand([answered = code_only(id, code, std::move(text))](Core& core) { core.tell(answered); });
  };
  if (!machine_.connected()) return refuse(Code::connection_loss);
  if (size_of(request) > largest_operation) return refuse(Code::too_large);
  if (auto wrong = invalid_path_in(request); !wrong.empty()) {
    return refuse(Code::failed, "\"" + wrong + "\" is not a path");
  }
  const auto serial = ++last_serial_;
  Outstanding entry{id, WatchKind::none, {}};
  std::visit(overloaded{[&](const Get& get) {
                          entry = {id, get.watch ? WatchKind::node : WatchKind::none, get.path};
                        },
                        [&](const Exists& exists) {
                          entry = {id, exists.watch ? WatchKind::absent_node : WatchKind::none, exists.path};
                        },
                        [&](const Children& children) {
                          entry = {id, children.watch ? WatchKind::children : WatchKind::none, children.path};
                        },
                        [](const auto&) {}},
             request);
  if (const auto code = handle_->submit(serial, request); code != Code::ok) {
    return refuse(code, code == Code::failed ? "the ZooKeeper client does not take it" : "");
  }
  outstanding_.emplace(serial, std::move(entry));
}

void Core::carry_out(SessionActions actions) {
  if (closed_) return;
  const auto self = shared_from_this();  // an event's receiver may let go of the client
  for (auto& action : actions) {
    std::visit(
        overloaded{[&](const ResolveHosts&) { resolve(); },
                   [&](const ReplaceHandle& how) { replace(how.same_session); },
                   [&](const SyncServer&) { sync_server(); }, [&](const AnswerAll& all) { answer_all(all.code); },
                   [&](const FireWatches&) { fire_watches(); }, [&](const ForgetWatches&) { watches_ = {}; },
                   [&](Report& report) { tell(std::move(report.change)); }},
        action);
    if (closed_) return;
  }
  helper_->set_alarm(machine_.deadline());
}

// ---- handles ----

void Core::resolve() {
  helper_->run([weak = weak_from_this(), gate = gate_, hosts = hosts_.hosts] {
    auto found = resolve_hosts(hosts);
    gate->post([weak, found = std::move(found)] {
      const auto core = weak.lock();
      if (!core || core->closed_) return;
      core->trouble_ = found.trouble;
      // Its event is on its way. To replace it now would end the session.
      if (core->handle_ && core->handle_->is_connected()) return;
      // A name server that is away must not keep us from servers that were there a moment ago.
      if (!found.addresses.empty()) core->addresses_ = found.addresses;
      core->carry_out(core->addresses_.empty() ? core->machine_.unresolvable(found.trouble, now())
                                               : core->machine_.resolved());
    });
  });
}

// The next handle begins with the server behind the one that did not answer.
void Core::replace(bool same_session) {
  auto order = addresses_;
  if (handle_) {
    const auto current = std::find(order.begin(), order.end(), handle_->current_server());
    if (current != order.end()) std::rotate(order.begin(), current + 1, order.end());
  }
  HandleOptions options{.hosts = list_for_c_client(order, hosts_.chroot),
                        .timeout = options_.session_timeout,
                        .digest = options_.digest,
                        .key = same_session ? key_ : std::nullopt};
  const auto generation = ++generation_;
  opening_ = true;
  early_.clear();
  helper_->run([weak = weak_from_this(), gate = gate_, old = std::exchange(handle_, nullptr),
                options = std::move(options), generation]() mutable {
    old.reset();
    auto opened = CHandle::open(options, [weak, gate, generation](HandleEvent event) {
      gate->post([weak, generation, event = std::move(event)]() mutable {
        if (const auto core = weak.lock()) core->take_event(generation, std::move(event));
      });
    });
    gate->post([weak, generation, opened = std::move(opened)]() mutable {
      if (const auto core = weak.lock()) core->take_handle(generation, std::move(opened));
    });
  });
}

void Core::take_handle(std::uint64_t generation, Result<std::shared_ptr<CHandle>> opened) {
  if (closed_ || generation != generation_) return;
  opening_ = false;
  if (!opened) return carry_out(machine_.not_opened(opened.error().message, now()));
  handle_ = std::move(*opened);
  carry_out(machine_.opened(now()));
  for (auto& event : std::exchange(early_, {})) take_event(generation, std::move(event));
}

void Core::take_event(std::uint64_t generation, HandleEvent event) {
  if (closed_ || generation != generation_) return;
  if (opening_) return early_.push_back(std::move(event));
  std::visit(
      overloaded{[&](HandleConnected& connected) {
                   handle_->authenticate();
                   key_ = connected.key;
                   auto detail = connected.server + (trouble_.empty() ? "" : " (" + trouble_ + ")");
                   carry_out(machine_.handle_connected(connected.key.session, connected.timeout, std::move(detail)));
                 },
                 [&](const HandleSuspended&) { carry_out(machine_.handle_suspended(now())); },
                 [&](const HandleExpired&) { carry_out(machine_.handle_expired()); },
                 [&](const HandleAuthFailed&) { carry_out(machine_.handle_auth_failed()); },
                 [&](HandleAnswered& answer) { take_answer(answer.serial, std::move(answer.answered)); },
                 [&](const HandleFired& fired) {
                   if (watches_.take(fired.event, fired.path)) tell(WatchFired{fired.path});
                 }},
      event);
}

void Core::sync_server() {
  sync_serial_ = ++last_serial_;
  if (handle_->submit(sync_serial_, Sync{"/"}) != Code::ok) sync_serial_ = 0;  // its connection is gone; it will tell
}

// ---- requests ----

void Core::take_answer(std::uint64_t serial, Answered answered) {
  if (serial == sync_serial_) {
    sync_serial_ = 0;
    if (answered.code == Code::ok) carry_out(machine_.synced());
    return;
  }
  const auto found = outstanding_.find(serial);
  if (found == outstanding_.end()) return;  // answered when the connection broke
  const auto entry = std::move(found->second);
  outstanding_.erase(found);
  const bool there = answered.code == Code::ok;
  if (entry.watch == WatchKind::absent_node && (there || answered.code == Code::no_node)) {
    watches_.add(there ? WatchKind::node : WatchKind::absent_node, entry.path);
  } else if (there) {
    watches_.add(entry.watch, entry.path);
  }
  answered.request = entry.id;
  tell(std::move(answered));
}

void Core::answer_all(Code code) {
  for (const auto& [serial, entry] : std::exchange(outstanding_, {})) tell(code_only(entry.id, code));
}

void Core::fire_watches() {
  auto spent = std::exchange(watches_, {});
  spent.nodes.merge(spent.absent_nodes);
  spent.nodes.merge(spent.children);
  for (const auto& path : spent.nodes) tell(WatchFired{path});
}

void Core::close() {
  if (std::exchange(closed_, true)) return;
  gate_->shut();
  outstanding_.clear();
  // Behind a look-up that hangs, the session would not be ended: it has a thread of its own, or the old one's time.
  if (handle_) {
    auto closer = HelperThread::start([] {});
    auto& thread = closer ? *closer : helper_;
    thread->run([handle = std::exchange(handle_, nullptr)]() mutable { handle.reset(); });
    thread->stop(longest_close);
  }
  helper_->stop(Duration::zero());
}

/// Ends the core with the client, whoever else holds it.
class CClient : public Client {
 public:
  explicit CClient(std::shared_ptr<Core> core) : core_(std::move(core)) {}
  ~CClient() override { core_->close(); }
  CClient(const CClient&) = delete;
  CClient& operator=(const CClient&) = delete;

  void start() override { core_->start(); }
  void submit(RequestId id, Request request) override { core_->submit(id, std::move(request)); }
  void close() override { core_->close(); }

 private:
  const std::shared_ptr<Core> core_;
};

}  // namespace

Result<std::unique_ptr<Client>> make_client(ClientOptions options, Post post, OnEvent on_event) {
  auto hosts = parse_connect_string(options.hosts);
  if (!hosts) return hosts.error();
  if (!options.digest.empty() && options.digest.find(':') == std::string::npos) {
    return fatal("ZooKeeper's credentials must have the form user:password");
  }
  auto core = std::make_shared<Core>(std::move(options), std::move(*hosts), std::move(post), std::move(on_event));
  if (auto made = core->make_helper(); !made) return made.error();
  return std::unique_ptr<Client>(std::make_unique<CClient>(std::move(core)));
}

}  // namespace pilotlight::zk
