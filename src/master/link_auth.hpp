// Proof that a message between masters comes from one that knows the cluster's secret, and comes once. Sans I/O.
//
// Used by Links on the runtime's thread when pilotlight.cluster.secretFile is set. A *handshake* carries the sender's
// challenge for this pair of processes and the other's, when it has it; its key comes from the secret and both boot
// nonces. As soon as one has the other's challenge, its messages are *sealed*: under a key that both challenges enter,
// with a number that only grows. So a sealed message can neither be forged, nor come from an earlier process, nor come
// twice, nor come back to its sender; over whichever connection it comes. One handshake lasts as long as both
// processes: a new connection costs nothing. It proves origin; it hides nothing.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace pilotlight::master {

class LinkAuth {
 public:
  static constexpr std::size_t challenge_bytes = 16;
  /// Messages to one master that wait for its half of the handshake; more are lost, as on a broken connection.
  static constexpr std::size_t most_waiting = 64;
  /// Masters that are remembered; the one that was silent longest makes room, and shakes hands again if it lives.
  static constexpr std::size_t most_peers = 64;

  /// `self`: this process's boot nonce. `random` yields that many unpredictable bytes.
  LinkAuth(std::string secret, std::string self, std::function<std::string(std::size_t)> random);

  /// What to send, in this order, so that `message` reaches the master with this nonce.
  std::vector<std::string> seal(const std::string& to, std::string message);

  struct Opened {
    std::string sender;                  ///< its nonce; proven
    std::optional<std::string> message;  ///< absent: it was a handshake, or meant for another process
    std::vector<std::string> answers;    ///< to send back to it, in order
  };
  /// Changes nothing unless what came is genuine. Errors name neither secrets nor content.
  Result<Opened> open(std::string_view envelope);

  /// A connection to the master ended: what waits for it is lost.
  void broken(const std::string& peer);

 private:
  struct Peer {
    std::string own;             ///< the challenge that it must know
    std::string theirs;          ///< empty: not heard yet
    std::string key;             ///< of sealed messages, once `theirs` is known
    std::uint64_t received = 0;  ///< the highest number; as long as `own` lasts, whatever `theirs` is
    std::deque<std::string> waiting;
    std::uint64_t used = 0;
  };
  struct Parts;

  Peer& peer(const std::string& nonce);
  [[nodiscard]] std::string handshake_key(const std::string& nonce) const;
  [[nodiscard]] std::string handshake(const std::string& to, const Peer& peer) const;
  [[nodiscard]] std::string sealed(const std::string& to, const Peer& peer, std::string_view message);
  [[nodiscard]] Result<Opened> open_handshake(const Parts& parts);
  [[nodiscard]] Result<Opened> open_sealed(const Parts& parts);

  std::string secret_;
  std::string self_;
  std::function<std::string(std::size_t)> random_;
  std::map<std::string, Peer> peers_;  ///< by nonce
  std::uint64_t uses_ = 0;
  std::uint64_t sent_ = 0;  ///< number of the last sealed message, to whomever: so numbers grow over all handshakes
};

}  // namespace pilotlight::master
