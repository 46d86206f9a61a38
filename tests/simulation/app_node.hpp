// An application's driver process as Spark's StandaloneAppClient behaves (3.5): it registers with all masters, gives up
// after three tries of 20 s, then follows whoever said MasterChanged last and waits for ever otherwise.
#pragma once

#include <map>
#include <optional>
#include <set>

#include "simulation/network.hpp"

namespace pilotlight::simulation {

class World;

class AppNode : public Process, private Stack::User {
 public:
  AppNode(World& world, Host host, deploy::Address address, deploy::ApplicationDescription description);

  void die() override;
  /// SparkContext.stop.
  void stop();
  /// Dynamic allocation: so many executors in all.
  void request_executors(std::int32_t total);

  [[nodiscard]] const std::optional<AppId>& id() const { return id_; }
  [[nodiscard]] const deploy::Address& master() const { return master_; }
  [[nodiscard]] bool connected() const { return stack_.open(master_connection_); }
  [[nodiscard]] const deploy::Address& address() const { return stack_.address(); }
  [[nodiscard]] bool stopping() const { return stopping_; }
  /// The total that was acknowledged last, when no request is open.
  [[nodiscard]] const std::optional<std::int32_t>& target() const { return target_; }

 private:
  void on_frame(ConnectionId connection, Frame& frame) override;
  void on_closed(ConnectionId, const deploy::Address&) override;
  void on_unreachable(const deploy::Address&, bool) override {}

  void on(const deploy::RegisteredApplication& message, ConnectionId connection);
  void on(const deploy::ExecutorAdded& added, ConnectionId);
  void on(const deploy::ExecutorUpdated& updated, ConnectionId);
  void on(const deploy::WorkerRemoved& removed, ConnectionId);
  void on(const deploy::ApplicationRemoved& removed, ConnectionId);
  void on(const deploy::MasterChanged& changed, ConnectionId connection);

  void register_with_masters(int attempt);
  void tell_master(deploy::ToMaster message, std::int64_t ask = 0);
  void after(Duration delay, std::function<void()> work);

  World& world_;
  Stack stack_;
  deploy::ApplicationDescription description_;
  std::optional<AppId> id_;
  deploy::Address master_;
  ConnectionId master_connection_;
  bool stopping_ = false;
  std::optional<std::int32_t> target_;
  std::map<std::int64_t, std::int32_t> asked_;
  std::int64_t last_ask_ = 0;
  std::uint64_t frame_epoch_ = 0;  ///< whose order is being obeyed
};

}  // namespace pilotlight::simulation
