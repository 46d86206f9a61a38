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
  EXPECT_EQ(room.arrived(registration("w1"), false, wall), Fate::pass);
  EXPECT_EQ(room.arrived(registration("w2"), true, wall), Fate::pass);
  const auto all = room.take_all();
  EXPECT_THAT(named(all), ElementsAre("w1@1", "w2@1"));
  EXPECT_EQ(all[0].arrived, wall);
  EXPECT_THAT(room.take_all(), IsEmpty());
}

TEST(WaitingRoom, AsksWaitOnlyWhileNobodyLeads) {
  WaitingRoom room;
  EXPECT_EQ(room.arrived(driver_status(1), false, wall), Fate::pass);
  EXPECT_EQ(room.arrived(driver_status(2), true, wall), Fate::keep);
  EXPECT_TRUE(room.has_asks());
  EXPECT_THAT(named(room.take_asks()), ElementsAre("#2"));
  EXPECT_FALSE(room.has_asks());
}

TEST(WaitingRoom, EverythingComesInTheOrderOfItsArrival) {
  WaitingRoom room;
  room.arrived(driver_status(1), true, wall);
  room.arrived(registration("w1"), true, wall);
  room.arrived(driver_status(2), true, wall);
  EXPECT_THAT(named(room.take_all()), ElementsAre("#1", "w1@1", "#2"));
  EXPECT_FALSE(room.has_asks());
}

TEST(WaitingRoom, OfOneWorkerTheLatestRegistrationCounts) {
  WaitingRoom room;
  room.arrived(registration("w1", 1), true, wall);
  room.arrived(registration("w2", 1), true, wall);
  room.arrived(registration("w1", 2), true, wall);
  EXPECT_THAT(named(room.take_all()), ElementsAre("w2@1", "w1@2"));
}

TEST(WaitingRoom, WhatCameOverAClosedConnectionIsForgotten) {
  WaitingRoom room;
  for (const auto connection : {1U, 2U}) {
    const auto message = registration("w" + std::to_string(connection), connection);
    room.heard(message);
    room.arrived(message, true, wall);
    room.arrived(driver_status(connection, connection), true, wall);
  }
  room.closed(ConnectionId(1));
  EXPECT_EQ(room.connections().size(), 1U);
  EXPECT_THAT(named(room.take_all()), ElementsAre("w2@2", "#2"));
}

TEST(WaitingRoom, TheEndOfAnOlderConnectionTakesNothingFromTheNewerOne) {
  WaitingRoom room;
  for (const auto connection : {1U, 2U}) {
    room.heard(registration("w1", connection));
    room.arrived(registration("w1", connection), true, wall);
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
  EXPECT_EQ(room.arrived(unknown, true, wall), Fate::pass);
  EXPECT_THAT(room.take_all(), IsEmpty());
}

TEST(WaitingRoom, IsBounded) {
  WaitingRoom room;
  for (int i = 0; i < 20'005; ++i) room.arrived(registration("w" + std::to_string(i)), true, wall);
  for (int i = 0; i < 1'005; ++i) {
    EXPECT_EQ(room.arrived(driver_status(i), true, wall), i < 1'000 ? Fate::keep : Fate::pass);
  }
  EXPECT_EQ(room.take_all().size(), 21'000U);
}

}  // namespace
}  // namespace pilotlight::replica
