// Between two leaders peers are not read, and the masters are.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.hpp"
#include "transport/frame.hpp"
#include "transport/rpc_message.hpp"

namespace pilotlight::transport {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

std::string message(const std::string& text) {
  return encode_one_way_message(encode_envelope(deploy::Address{"w", 1}, deploy::Address{"m", 2}, "Master"), text);
}

/// A station with a worker and another master, both of which have said hello.
struct Standby {
  boost::asio::io_context io;
  Station station{io, "127.0.0.1"};
  RawPeer worker{station.address.port};
  RawPeer master{station.address.port};
  ConnectionId worker_connection;

  Standby() {
    worker.write(message("worker"));
    run_until(io, [&] { return station.seen.requests.size() == 1; });
    worker_connection = station.seen.requests.at(0).connection;
    master.write(message("master"));
    run_until(io, [&] { return station.seen.requests.size() == 2; });
    station.endpoint.make_urgent(station.seen.requests.at(1).connection);
    station.seen.requests.clear();
  }
  std::vector<std::string> heard() {
    std::vector<std::string> texts;
    for (const auto& request : station.seen.requests) texts.push_back(request.content);
    return texts;
  }
};

TEST(EndpointHold, OnlyTheUrgentAreRead_AndOthersLoseNothing) {
  Standby standby;
  standby.station.endpoint.hold_reading(10s);
  standby.worker.write(message("1"));
  run_for(standby.io, 20ms);
  standby.worker.write(message("2"));
  standby.master.write(message("heartbeat"));
  run_for(standby.io, 20ms);
  EXPECT_THAT(standby.heard(), ElementsAre("heartbeat"));
  standby.station.endpoint.read_on();
  run_until(standby.io, [&] { return standby.heard().size() == 3; });
  EXPECT_THAT(standby.heard(), ElementsAre("heartbeat", "1", "2"));
  standby.worker.write(message("3"));
  EXPECT_TRUE(run_until(standby.io, [&] { return standby.heard().size() == 4; })) << "as before";
}

TEST(EndpointHold, HasAnEnd) {
  Standby standby;
  standby.station.endpoint.hold_reading(50ms);
  standby.worker.write(message("1"));
  run_for(standby.io, 20ms);
  EXPECT_THAT(standby.heard(), IsEmpty());
  EXPECT_TRUE(run_until(
      standby.io, [&] { return standby.heard().size() == 1; }, 2s));
}

TEST(EndpointHold, WhatWasSentBefore_GoesOutBeforeAnybodyIsRead) {
  Standby standby;
  standby.station.endpoint.hold_reading(10s);
  standby.worker.write(message("1"));
  run_for(standby.io, 20ms);
  bool said_first = false;
  standby.station.seen.on_each_request = [&](const Request&) { said_first = !standby.worker.received().empty(); };
  standby.station.endpoint.send(standby.worker_connection, nobody, "Worker", "MasterChanged");
  standby.station.endpoint.read_on();
  run_until(standby.io, [&] { return standby.heard().size() == 1; });
  EXPECT_TRUE(said_first);
}

TEST(EndpointHold, ConnectionsThatEndMeanwhile_AreForgotten) {
  Standby standby;
  standby.station.endpoint.hold_reading(10s);
  standby.worker.write(message("1"));
  run_for(standby.io, 20ms);
  standby.station.endpoint.close_connection(standby.worker_connection);
  run_for(standby.io, 20ms);
  standby.station.endpoint.read_on();
  run_for(standby.io, 20ms);
  EXPECT_THAT(standby.station.seen.closed, ElementsAre(standby.worker_connection));
  EXPECT_THAT(standby.heard(), IsEmpty());
}

TEST(EndpointHold, StoppingIsNoEndOfIt) {
  Standby standby;
  standby.station.endpoint.hold_reading(30ms);
  standby.worker.write(message("1"));
  run_for(standby.io, 10ms);
  standby.station.endpoint.stop();
  standby.station.endpoint.read_on();
  run_for(standby.io, 50ms);
  EXPECT_THAT(standby.heard(), IsEmpty());
}

}  // namespace
}  // namespace pilotlight::transport
