// A simulated peer of several masters: a connection to each, those that masters open to it, and which one it follows.
//
// What it says is up to the derived class: greet() over a connection that it has opened, heard() for what a master
// says on any. Following is obeying whoever spoke last, as Spark's peers do (findings: MasterChanged has no fence).
// One thread; must stay in place while the loop runs.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "load/peer.hpp"
#include "load/tally.hpp"

namespace pilotlight::load {

class ManyLinks {
 public:
  /// `masters` must outlive it.
  ManyLinks(EventLoop& loop, const std::vector<Target>& masters, deploy::Address self, Tally& tally);
  virtual ~ManyLinks();
  ManyLinks(const ManyLinks&) = delete;
  ManyLinks& operator=(const ManyLinks&) = delete;

  /// The connection to the master that it follows is gone.
  std::function<void()> when_lost;
  /// Another master than before has it now; the index is into the masters.
  std::function<void(std::size_t master)> when_followed;

  /// A connection that some master has opened to this peer.
  void adopt(int socket);
  /// Forgets what is left of broken connections. Not from inside the loop.
  void clear_broken() { broken_.clear(); }

 protected:
  class Link;

  /// Greets over each connection to a master, and opens those that are missing.
  void greet_all();
  /// False, with a complaint, when there is no such master.
  bool follow(Link& link, const deploy::Address& master);
  [[nodiscard]] Link* followed() const { return followed_; }
  [[nodiscard]] std::size_t leader() const { return leader_; }
  [[nodiscard]] EventLoop& loop() const { return loop_; }
  [[nodiscard]] const std::vector<Target>& masters() const { return masters_; }
  [[nodiscard]] const deploy::Address& self() const { return self_; }
  [[nodiscard]] Tally& tally() const { return tally_; }
  void complain(const std::string& what) { tally_.complain(name() + ": " + what); }

  [[nodiscard]] virtual std::string name() const = 0;
  virtual void greet(Link& link) = 0;
  virtual void heard(Link& link, std::string_view content) = 0;
  virtual void answered(std::int64_t request_id, const Result<deploy::Reply>& reply) = 0;
  virtual void leader_lost() {}

 private:
  void open(std::size_t master);
  void lost(Link& link);

  static constexpr std::size_t nobody = static_cast<std::size_t>(-1);

  EventLoop& loop_;
  const std::vector<Target>& masters_;
  deploy::Address self_;
  Tally& tally_;
  std::vector<std::unique_ptr<Link>> opened_;  ///< one for each master; null when it is not reached
  std::vector<std::unique_ptr<Link>> adopted_;
  std::vector<std::unique_ptr<Link>> broken_;
  Link* followed_ = nullptr;
  std::size_t leader_ = nobody;
};

/// One connection, whoever opened it.
class ManyLinks::Link final : public Peer {
 public:
  Link(ManyLinks& owner, const Target& target, bool greets)
      : Peer(owner.loop_, target, owner.self_), owner_(owner), greets_(greets) {}

  using Peer::ask;
  using Peer::one_way_frame;
  using Peer::retarget;
  using Peer::send;
  using Peer::send_frame;
  std::size_t master = nobody;  ///< whose it is; of one that a master has opened known with its first word

 private:
  void on_verified() override {
    ++owner_.tally_.verified;
    if (greets_) owner_.greet(*this);
  }
  void on_message(std::string_view content) override { owner_.heard(*this, content); }
  void on_answer(std::int64_t id, const Result<deploy::Reply>& reply) override { owner_.answered(id, reply); }
  void on_lost(const std::string&) override { owner_.lost(*this); }

  ManyLinks& owner_;
  bool greets_;
};

}  // namespace pilotlight::load
