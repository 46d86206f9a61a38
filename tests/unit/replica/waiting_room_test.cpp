#include "replica/waiting_room.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/replica/replica_world.hpp"

namespace pilotlight::replica {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Fate = WaitingRoom::Fate;

const WallTime wall{std::chrono::milliseconds(1000)};
const Instant moment{std::chrono::seconds(1)};
const Now now{moment, wall, {}};

/// "w1@5" for a registration over connection 5, "#3" for an ask.
std::vector<std::string> named(const std::vector<core::MessageReceived>& messages) {
  std::vector<std::string> names;
  for (const auto& message : messages)
    names.push_back(message.ask ? "#" + std::to_string(message.ask->request)
                                : message.sender->host + "@" + std::to_string(message.connection.value));
  return names;
}

TEST(WaitingRoom, KeepsRegistrationsWhileAStandbyAnswersThem) {
  WaitingRoom room;
  EXPECT_EQ(room.arrived(registration("w1"), now), Fate::pass);
  EXPECT_EQ(room.arrived(registration("w2"), now), Fate::pass);
  const auto all = room.take_all();
  EXPECT_THAT(named(all), ElementsAre("w1@1", "w2@1"));
  EXPECT_EQ(all[0].arrived, wall);
  EXPECT_THAT(room.take_all(), IsEmpty());
}

TEST(WaitingRoom, AsksWaitUntilTheyAreTakenByAge) {
  WaitingRoom room;
  EXPECT_FALSE(room.oldest_ask());
  EXPECT_EQ(room.arrived(driver_status(1), now), Fate::keep);
  EXPECT_EQ(room.arrived(driver_status(2), {moment + std::chrono::seconds(1), wall, {}}), Fate::keep);
  EXPECT_EQ(room.oldest_ask(), moment);
  EXPECT_THAT(room.take_asks(moment - std::chrono::nanoseconds(1)), IsEmpty());
  EXPECT_THAT(named(room.take_asks(moment)), ElementsAre("#1"));
  EXPECT_THAT(named(room.take_asks(moment + std::chrono::seconds(1))), ElementsAre("#2"));
  EXPECT_FALSE(room.oldest_ask());
}

TEST(WaitingRoom, EverythingComesInTheOrderOfItsArrival) {
  WaitingRoom room;
  room.arrived(driver_status(1), now);
  room.arrived(registration("w1"), now);
  room.arrived(driver_status(2), now);
  EXPECT_THAT(named(room.take_all()), ElementsAre("#1", "w1@1", "#2"));
  EXPECT_FALSE(room.oldest_ask());
}

TEST(WaitingRoom, OfOneWorkerTheLatestRegistrationCounts) {
  WaitingRoom room;
  room.arrived(registration("w1", 1), now);
  room.arrived(registration("w2", 1), now);
  room.arrived(registration("w1", 2), now);
  EXPECT_THAT(named(room.take_all()), ElementsAre("w2@1", "w1@2"));
}

TEST(WaitingRoom, WhatCameOverAClosedConnectionIsForgotten) {
  WaitingRoom room;
  for (const auto connection : {1U, 2U}) {
    const auto message = registration("w" + std::to_string(connection), connection);
    room.heard(message);
    room.arrived(message, now);
    room.arrived(driver_status(connection, connection), now);
  }
  room.closed(ConnectionId(1));
  EXPECT_EQ(room.connections().size(), 1U);
  EXPECT_THAT(named(room.take_all()), ElementsAre("w2@2", "#2"));
}

TEST(WaitingRoom, TheEndOfAnOlderConnectionTakesNothingFromTheNewerOne) {
  WaitingRoom room;
  for (const auto connection : {1U, 2U}) {
    room.heard(registration("w1", connection));
    room.arrived(registration("w1", connection), now);
  }
  room.closed(ConnectionId(1));
  EXPECT_EQ(room.connections().at("w1:7001").second, ConnectionId(2));
  EXPECT_THAT(named(room.take_all()), ElementsAre("w1@2"));
}

TEST(WaitingRoom, RemembersConnectionsOfWorkersAndDriversNotOfClients) {
  WaitingRoom room;
  room.heard(driver_status(1));
  EXPECT_THAT(room.connections(), IsEmpty());
  auto unknown = registration("w1");
  unknown.sender.reset();
  room.heard(unknown);
  EXPECT_EQ(room.arrived(unknown, now), Fate::pass);
  EXPECT_THAT(room.take_all(), IsEmpty());
}

TEST(WaitingRoom, WhatAnApplicationAskedBeforeAnUnseenLeader_IsOutdated) {
  const auto wish = [](std::uint64_t connection) {
    auto message = driver_status(connection, connection);
    message.message = deploy::RequestExecutors{};
    return message;
  };
  WaitingRoom room;
  room.arrived(wish(1), now, now.wall, Epoch(2));
  room.arrived(driver_status(2, 2), now, now.wall, Epoch(2));
  room.arrived(wish(3), now, now.wall, Epoch(4));
  EXPECT_THAT(named(room.take_outdated(Epoch(5))), ElementsAre("#1")) << "epochs 3 and 4 were somebody's";
  EXPECT_THAT(named(room.take_all()), ElementsAre("#2", "#3"));
}

TEST(WaitingRoom, RemembersFewSendersOfOneConnection) {
  WaitingRoom room;
  for (int i = 0; i < 100; ++i) room.heard(registration("w" + std::to_string(i)));
  EXPECT_EQ(room.connections().size(), 16U);
}

TEST(WaitingRoom, IsBounded) {
  WaitingRoom room;
  for (int i = 0; i < 20'005; ++i) room.arrived(registration("w" + std::to_string(i)), now);
  for (int i = 0; i < 1'005; ++i) {
    EXPECT_EQ(room.arrived(driver_status(i), now), i < 1'000 ? Fate::keep : Fate::pass);
  }
  EXPECT_EQ(room.take_all().size(), 21'000U);
}

}  // namespace
}  // namespace pilotlight::replica
