// What the site asks of the master that it shows and steers. The runtime implements it; all calls are on the strand.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "core/state.hpp"
#include "deploy/messages.hpp"
#include "http/stats.hpp"
#include "replica/cluster.hpp"

namespace pilotlight::recovery {
class Mirror;
}

namespace pilotlight::http {

class MasterAccess {
 public:
  virtual ~MasterAccess() = default;

  /// The time; whether this process stood still is noticed first.
  virtual Now now() = 0;
  [[nodiscard]] virtual const core::State& state() const = 0;
  [[nodiscard]] virtual replica::Cluster cluster(const Now& now) const = 0;
  /// What a STANDBY mirrors; nullptr while it reads, or for a master that is alone.
  [[nodiscard]] virtual const recovery::Mirror* records() const = 0;
  /// Grows whenever something happened that pages may show; heartbeats do not count.
  [[nodiscard]] virtual std::uint64_t revision() const = 0;

  /// nullopt: leadership was lost, or no answer came in time; whether it happened is not known.
  using Answered = std::function<void(std::optional<deploy::Reply>)>;
  /// Has the core handle it as if a client had asked; the answer comes when what it tells is durable.
  virtual void ask(deploy::ToMaster message, Answered answered) = 0;
  /// Ends an application as KILLED; answered with a BooleanReply (false: no such active application).
  virtual void kill_application(const AppId& app, Answered answered) = 0;
  /// Begins to hand leadership over: to the member with this nonce, or to the best one.
  virtual Result<void> transfer(const std::optional<std::string>& nonce) = 0;
  /// On the strand, after what is waiting there; from any thread.
  virtual void post(std::function<void()> work) = 0;
  /// To everybody who follows /events.
  virtual void publish(const std::string& text) = 0;
  [[nodiscard]] virtual Stats stats() const = 0;
  /// Once, unless the master stops before.
  virtual void after(Duration pause, std::function<void()> then) = 0;
};

}  // namespace pilotlight::http
