// TCP between the processes of a simulated cluster: connections whose frames keep their order, each way by itself.
//
// A frame that was written is in the kernel's hands: it arrives after a delay, or when a partition ends, or never when
// the connection is reset. A dead process's port refuses; a frozen one's accepts and lets wait. `Stack` is one
// process's side: it finds or makes the connection a message takes as src/transport/endpoint.hpp does, and holds
// guarded frames back as src/transport/send_queue.hpp does.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>

#include "core/peer.hpp"
#include "deploy/messages.hpp"
#include "election/link_codec.hpp"
#include "simulation/process.hpp"

namespace pilotlight::simulation {

struct Answer {
  std::int64_t request = 0;
  deploy::Reply reply;
};
struct Frame {
  std::optional<deploy::Address> sender;
  std::variant<deploy::ToMaster, deploy::ToWorker, deploy::ToDriver, Answer, election::LinkFrame> body;
  std::int64_t ask = 0;     ///< 0: one-way
  std::uint64_t epoch = 0;  ///< of the leader whose order it is; 0: nobody obeys it
};

class Network;

class Stack {
 public:
  class User {
   public:
    virtual ~User() = default;
    virtual void on_frame(ConnectionId connection, Frame& frame) = 0;
    /// `address`: where the connection led, if this side made it.
    virtual void on_closed(ConnectionId connection, const deploy::Address& address) = 0;
    virtual void on_unreachable(const deploy::Address& address, bool refused) = 0;
    /// A guarded frame waits: asked right before each write.
    virtual bool may_speak() { return true; }
    /// The frame is the kernel's from now on. `late`: the process stood still between the check and this.
    virtual void on_wire(const Frame&, bool late) { (void)late; }
    /// Between the check of a guarded frame and its write: true when the process stands still just there.
    virtual bool stands_still() { return false; }
  };

  Stack(Network& network, Process& process, User& user, deploy::Address address);
  ~Stack();
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;

  /// Over the connection if it is open, else over one to the address, which is made when there is none. 0: dropped.
  ConnectionId send(ConnectionId connection, const deploy::Address& address, Frame frame, bool guarded = false);
  /// Opens the connection that send() to the address would.
  void reach(const deploy::Address& address);
  /// Over this connection or not at all.
  void send_over(ConnectionId connection, Frame frame, bool guarded = false);
  /// Writes what may be written.
  void flush();
  void guard_changed();
  void drop_guarded();
  void thawed();
  void died();

  [[nodiscard]] bool open(ConnectionId connection) const;
  [[nodiscard]] Process& process() { return process_; }
  [[nodiscard]] const deploy::Address& address() const { return address_; }

 private:
  friend class Network;
  Network& network_;
  Process& process_;
  User& user_;
  deploy::Address address_;
  std::map<deploy::Address, ConnectionId> outgoing_;
  std::set<ConnectionId> unwritten_;
  std::optional<std::pair<ConnectionId, Frame>> begun_;  ///< checked, then the process stood still
};

class Network {
 public:
  Network(Loop& loop, Random& random) : loop_(loop), random_(random) {}

  // ---- what goes wrong ----
  void set_delay(Duration least, Duration most) { least_ = least, most_ = most; }
  void block(Host from, Host to) { blocked_.insert({from, to}); }
  void unblock(Host from, Host to);
  void heal();
  [[nodiscard]] bool blocked(Host from, Host to) const { return blocked_.contains({from, to}); }
  /// Connections to the host are answered with resets, those that exist are reset.
  void reset_firewall(Host from, Host to);
  void lift_firewall(Host from, Host to) { firewall_.erase({from, to}); }
  /// One open connection of the process is reset.
  void reset_some(Process& of, bool data_lost);

  Duration delay() { return random_.between(least_, most_); }
  /// What a probe of both ports of the address finds: nobody, somebody or nothing within the timeout.
  enum class Found : std::uint8_t { nobody, somebody, unknown };
  [[nodiscard]] Found probe(Host from, const deploy::Address& address) const;

 private:
  friend class Stack;
  struct Item {
    Instant due;
    std::optional<Frame> frame;  ///< absent: the end of the connection
  };
  struct Waiting {
    Frame frame;
    bool guarded = false;
  };
  struct Side {
    Stack* stack = nullptr;
    Host host = 0;
    bool open = false;
    std::deque<Waiting> queue;
    std::deque<Item> pipe;  ///< from this side to the other
    Instant last{};
    bool pumping = false;
  };
  struct Connection {
    ConnectionId id;
    deploy::Address address;
    Instant dialed{};
    Side side[2];  ///< who opened it, who accepted it
  };
  using Shared = std::shared_ptr<Connection>;

  ConnectionId dial(Stack& from, const deploy::Address& to);
  void attempt(const Shared& connection, int number);
  void write(const Shared& connection, int side, std::optional<Frame> frame);
  void pump(const Shared& connection, int side);
  void arrived(const Shared& connection, int to, std::optional<Frame> frame);
  void forget(const Shared& connection, Stack* stack);
  void reset(const Shared& connection, bool data_lost);
  void flush(Stack& stack, ConnectionId id);
  [[nodiscard]] Shared find(ConnectionId id, const Stack& of) const;
  static int side_of(const Connection& connection, const Stack& stack) {
    return connection.side[0].stack == &stack ? 0 : 1;
  }

  Loop& loop_;
  Random& random_;
  Duration least_ = std::chrono::microseconds(50);
  Duration most_ = std::chrono::microseconds(400);
  std::set<std::pair<Host, Host>> blocked_;
  std::set<std::pair<Host, Host>> firewall_;
  std::map<deploy::Address, Stack*> listeners_;
  std::map<std::uint64_t, Shared> connections_;
  std::uint64_t last_ = 0;
};

}  // namespace pilotlight::simulation
