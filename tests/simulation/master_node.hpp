// A master process of a simulated cluster: the runtime (src/master/runtime.cpp) around a real replica, on the simulated
// network, ZooKeeper and clock. What the runtime does with asio is done here with the loop, step for step.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "replica/replica.hpp"
#include "simulation/bug.hpp"
#include "simulation/network.hpp"
#include "simulation/zookeeper.hpp"

namespace pilotlight::simulation {

class World;

class MasterNode : public Process, private Stack::User {
 public:
  MasterNode(World& world, Host host, deploy::Address address, std::string nonce);
  ~MasterNode() override;

  /// SIGTERM: hand over if somebody can take it, leave, end.
  void terminate();
  /// A person asks for it.
  void transfer();
  /// Stands still for so long, from the next guarded frame that was checked and not written, or from now.
  void stand_still(Duration duration, bool between_check_and_write);
  void die() override;

  [[nodiscard]] const replica::Replica& replica() const { return *replica_; }
  [[nodiscard]] const std::string& nonce() const { return nonce_; }
  [[nodiscard]] const deploy::Address& address() const { return stack_.address(); }
  [[nodiscard]] bool leads() const;
  ZkShell& zookeeper() { return zk_; }
  [[nodiscard]] bool may_speak_now() const;

 private:
  // ---- Stack::User ----
  void on_frame(ConnectionId connection, Frame& frame) override;
  void on_closed(ConnectionId connection, const deploy::Address& address) override;
  void on_unreachable(const deploy::Address& address, bool refused) override;
  bool may_speak() override;
  void on_wire(const Frame& frame, bool late) override;
  bool stands_still() override;
  // ---- Process ----
  void thawed() override;
  void look_at_timers() override;

  [[nodiscard]] Now now() const;
  template <typename Input>
  void turn(Input input);
  void carry_out();
  void carry_out(core::LogLine& line);
  void carry_out(replica::Carry& carry);
  void carry_out(replica::StoreBatch&) {}
  void carry_out(replica::ForgetGuarded&);
  void carry_out(replica::Reach&);
  void carry_out(replica::Left&);
  void carry_out(election::SubmitZk& ask);
  void carry_out(election::SendLink& message);
  void carry_out(election::Probe& wanted);
  void carry_out(election::Relink&) {}  ///< this network's connections do not stall once a cut has healed
  void commit_soon();
  void arm();
  void end_in_order();
  void link_broken(const std::string& nonce);
  void send_link(const election::Member& to, const election::LinkMessage& message);

  World& world_;
  std::string nonce_;
  Stack stack_;
  ZkShell zk_;
  std::unique_ptr<Bug> bug_;
  std::optional<replica::Replica> replica_;
  std::unordered_map<std::uint64_t, std::string> masters_;  ///< connection → nonce
  std::map<deploy::Address, std::string> addresses_;        ///< where a link was sent something → nonce
  std::optional<Instant> armed_;                            ///< by this process's clock
  bool commit_posted_ = false;
  bool tongue_held_ = false;
  bool terminating_ = false;
  std::optional<Duration> stand_still_;
};

}  // namespace pilotlight::simulation
