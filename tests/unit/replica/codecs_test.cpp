// Chunks of a mirror and records of failovers, as text and back.
#include <gtest/gtest.h>

#include "replica/chunk_codec.hpp"
#include "replica/flight.hpp"

namespace pilotlight::replica {
namespace {

using namespace std::chrono_literals;

recovery::Chunk sample_chunk() {
  return {7, true, false, {{"worker", "w/1", "text", {3, 1}, 5, 0, ""}, {"app", "", "", {4, 0}, 4, 2, "cut"}}, {"one"}};
}

TEST(ChunkCodec, ComesBackAsItWas) {
  const auto read = decode_chunk(encode(sample_chunk()));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->number, 7U);
  EXPECT_TRUE(read->first);
  EXPECT_FALSE(read->last);
  EXPECT_EQ(read->remarks, std::vector<std::string>{"one"});
  ASSERT_EQ(read->rows.size(), 2U);
  EXPECT_EQ(read->rows[0].kind, "worker");
  EXPECT_EQ(read->rows[0].id, "w/1");
  EXPECT_EQ(read->rows[0].value, "text");
  EXPECT_EQ(read->rows[0].created, (recovery::Place{3, 1}));
  EXPECT_EQ(read->rows[0].written, 5U);
  EXPECT_EQ(read->rows[1].parts, 2U);
  EXPECT_EQ(read->rows[1].damage, "cut");
  EXPECT_EQ(encode(*read), encode(sample_chunk()));
}

TEST(ChunkCodec, OfAnEmptyMirror) {
  const auto read = decode_chunk(encode({0, true, true, {}, {}}));
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->last);
  EXPECT_TRUE(read->rows.empty());
}

TEST(ChunkCodec, OddInputIsAnErrorThatQuotesNothing) {
  for (const char* text : {"", "[]", "{}", R"({"number":-1,"rows":[]})", R"({"number":1})", R"({"number":1,"rows":{}})",
                           R"({"number":1,"rows":[7]})", R"({"number":1,"rows":[["worker","SECRET","v",1,1,1,1]]})",
                           R"({"number":1,"rows":[["worker","SECRET","v",1,1,1,1,null]]})",
                           R"({"number":1,"rows":[["worker","SECRET",3,1,1,1,1,""]]})",
                           R"({"number":1,"rows":[["worker","SECRET","v",-1,1,1,1,""]]})",
                           R"({"number":1,"rows":[["worker","SECRET","v",1,4294967296,1,1,""]]})",
                           R"({"number":1,"rows":[["worker","SECRET","v",1,1,1,4294967296,""]]})"}) {
    const auto read = decode_chunk(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().to_string().find("SECRET"), std::string::npos);
  }
  EXPECT_FALSE(decode_chunk(std::string(1'000'000, '[')));
}

TEST(ChunkCodec, WhatIsOptionalMayBeOdd) {
  const auto read = decode_chunk(R"({"number":1,"rows":[],"first":"yes","last":true,"remarks":["a",7]})");
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->first);
  EXPECT_TRUE(read->last);
  EXPECT_EQ(read->remarks.size(), 1U);
}

Flight sample_flight() {
  Flight flight{Epoch(7), "spark://b:7077", "spark://a:7077", "connection", WallTime(1234ms), {}};
  flight.phases.claimed = 2100us;
  flight.phases.state_ready = 2400us;
  flight.phases.all_workers = 61ms;
  return flight;
}

TEST(Flight, ComesBackAsItWas) {
  const auto read = flight_from_json(to_json(sample_flight()));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->epoch, Epoch(7));
  EXPECT_EQ(read->leader, "spark://b:7077");
  EXPECT_EQ(read->previous, "spark://a:7077");
  EXPECT_EQ(read->cause, "connection");
  EXPECT_EQ(read->at, WallTime(1234ms));
  EXPECT_EQ(read->phases.claimed, 2100us);
  EXPECT_EQ(read->phases.all_workers, 61ms);
  EXPECT_FALSE(read->phases.first_worker);
  EXPECT_EQ(to_json(*read), to_json(sample_flight()));
}

TEST(Flight, OddInputIsNone) {
  for (const char* text : {"", "[]", "{}", R"({"epoch":7})", R"({"epoch":-7,"at":1})", R"({"epoch":7,"at":"now"})",
                           R"({"epoch":7,"at":1.5})", R"({"at":1})"})
    EXPECT_FALSE(flight_from_json(text)) << text;
  const auto read =
      flight_from_json(R"({"epoch":7,"at":1,"leader":3,"phases_ms":{"claimed":1e300,"first_worker":"x","later":1}})");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->leader, "");
  EXPECT_FALSE(read->phases.claimed);
  EXPECT_FALSE(read->phases.first_worker);
  EXPECT_TRUE(flight_from_json(R"({"epoch":7,"at":1,"phases_ms":[]})"));
}

TEST(Flight, ItsSentenceNamesThePhasesThatCame) {
  EXPECT_EQ(to_sentence(sample_flight()),
            "Epoch 7 of spark://b:7077 after spark://a:7077 (connection): epoch won 2.1 ms, state ready 2.4 ms, all "
            "workers 61.0 ms.");
  EXPECT_EQ(to_sentence({Epoch(1), "spark://a:7077", "", "start", {}, {}}), "Epoch 1 of spark://a:7077 (start).");
}

}  // namespace
}  // namespace pilotlight::replica
