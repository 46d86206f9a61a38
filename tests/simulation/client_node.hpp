// Submit clients as Spark's deploy.Client behaves: each request goes to all masters, every answer counts.
//
// One long-lived process that submits jobs, asks for their status and has some of them killed; the witness gets each
// request with the time of its question and of its answer.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "simulation/network.hpp"

namespace pilotlight::simulation {

class World;

/// One request to all masters, as a client saw it.
struct Question {
  enum class Kind : std::uint8_t { submit, status, kill } kind = Kind::submit;
  std::string job;
  DriverId driver;
  Instant asked{};
};

class ClientNode : public Process, private Stack::User {
 public:
  ClientNode(World& world, Host host, deploy::Address address);

  void submit(const std::string& job, deploy::DriverDescription description);
  void ask_status(const DriverId& driver);
  void kill(const DriverId& driver);

 private:
  void on_frame(ConnectionId connection, Frame& frame) override;
  void on_closed(ConnectionId, const deploy::Address&) override {}
  void on_unreachable(const deploy::Address&, bool) override {}
  void ask_all(const Question& question, const deploy::ToMaster& message);

  World& world_;
  Stack stack_;
  std::map<std::int64_t, Question> open_;
  std::int64_t last_ask_ = 0;
};

}  // namespace pilotlight::simulation
