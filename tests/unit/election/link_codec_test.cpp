#include "election/link_codec.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "unit/election/samples.hpp"

namespace pilotlight::election {
namespace {

using nlohmann::json;

const std::vector<LinkMessage>& one_of_each() {
  static const std::vector<LinkMessage> messages = {
      Hello{sample_member("a"), true},
      Heartbeat{Epoch(3), 11, 5, 9},
      HeartbeatAnswer{5, 9, true},
      Promise{Epoch(3), 11, Evidence::dead},
      Proposed{Epoch(3), 10, {{"worker", "w", "text"}, {"app", "a", std::nullopt}, {"driver", "d", ""}}},
      Committed{Epoch(3), 10},
      SnapshotWanted{},
      SnapshotPart{Epoch(3), "chunk"},
      FlightRecorded{R"({"epoch":3})"},
      HandoverBegins{Epoch(3)},
      LeadershipHanded{Epoch(4), 12, 10, "_c_1-latch-0000000001"}};
  return messages;
}

TEST(LinkCodec, EveryMessageComesBackAsItWas) {
  ASSERT_EQ(one_of_each().size(), std::variant_size_v<LinkMessage>);
  for (std::size_t kind = 0; kind < one_of_each().size(); ++kind) {
    ASSERT_EQ(one_of_each()[kind].index(), kind);
    const auto bytes = encode({"nonce-a", one_of_each()[kind]});
    const auto frame = decode(bytes);
    ASSERT_TRUE(frame) << bytes;
    EXPECT_EQ(frame->sender, "nonce-a");
    EXPECT_EQ(frame->message.index(), kind);
    EXPECT_EQ(encode(*frame), bytes);
  }
}

TEST(LinkCodec, KeepsWhatEachFieldSays) {
  const auto hello = std::get<Hello>(decode(encode({"n", one_of_each()[0]}))->message);
  EXPECT_EQ(hello.member, sample_member("a"));
  EXPECT_TRUE(hello.answer);
  const auto beat = std::get<Heartbeat>(decode(encode({"n", one_of_each()[1]}))->message);
  EXPECT_EQ(beat.fence, 11);
  EXPECT_EQ(beat.sequence, 5U);
  EXPECT_EQ(beat.commit, 9U);
  EXPECT_EQ(std::get<Promise>(decode(encode({"n", one_of_each()[3]}))->message).evidence, Evidence::dead);
  const auto proposed = std::get<Proposed>(decode(encode({"n", one_of_each()[4]}))->message);
  ASSERT_EQ(proposed.rows.size(), 3U);
  EXPECT_EQ(proposed.rows[0].value, "text");
  EXPECT_EQ(proposed.rows[1].value, std::nullopt);
  EXPECT_EQ(proposed.rows[2].value, "");
  EXPECT_EQ(std::get<Committed>(decode(encode({"n", one_of_each()[5]}))->message).number, 10U);
}

/// Fields without which a message says nothing; all others have a default.
bool optional_field(const std::string& name) { return name == "answer" || name == "complete" || name == "evidence"; }

TEST(LinkCodec, AMissingFieldIsNamed) {
  for (const auto& message : one_of_each()) {
    const auto whole = json::parse(encode({"nonce-a", message}));
    for (const auto& [name, value] : whole.items()) {
      auto object = whole;
      object.erase(name);
      const auto frame = decode(object.dump());
      EXPECT_EQ(frame.ok(), optional_field(name)) << object;
      const bool envelope = name == "v" || name == "from" || name == "type";
      if (!frame && !envelope) {
        EXPECT_NE(frame.error().message.find(name), std::string::npos) << frame.error().message;
      }
    }
  }
}

TEST(LinkCodec, AFieldOfAnotherTypeIsAnErrorThatDoesNotQuoteIt) {
  const std::vector<json> odd = {
      nullptr, true, -1, 1.5, "SECRET", json::array({json::array({"SECRET"})}), json::object({{"SECRET", 1}})};
  for (const auto& message : one_of_each()) {
    const auto whole = json::parse(encode({"nonce-a", message}));
    for (const auto& [name, value] : whole.items()) {
      for (const auto& wrong : odd) {
        auto object = whole;
        object[name] = wrong;
        const auto frame = decode(object.dump());
        const bool same_type = wrong.type() == value.type();
        if (same_type || optional_field(name)) continue;
        ASSERT_FALSE(frame) << object;
        EXPECT_EQ(frame.error().to_string().find("SECRET"), std::string::npos) << frame.error().to_string();
      }
    }
  }
}

TEST(LinkCodec, AFenceThatIsNoVersionIsRefused) {
  EXPECT_FALSE(decode(R"({"v":1,"from":"n","type":"promise","epoch":1,"fence":4294967296})"));
  EXPECT_FALSE(decode(R"({"v":1,"from":"n","type":"promise","epoch":1,"fence":18446744073709551615})"));
  EXPECT_FALSE(decode(R"({"v":1,"from":"n","type":"promise","epoch":1,"fence":-1})"));
}

TEST(LinkCodec, OddRowsAreRefused) {
  for (const char* rows : {"[[]]", R"([["kind"]])", R"([["kind","id","value","more"]])", R"([["kind",7]])", "[7]",
                           R"([{"kind":"k","id":"i"}])", R"([["kind","id",null]])"})
    EXPECT_FALSE(
        decode(R"({"v":1,"from":"n","type":"proposed","epoch":1,"number":1,"rows":)" + std::string(rows) + "}"))
        << rows;
}

TEST(LinkCodec, WhatIsNoMessageOfAMasterIsAnError) {
  for (const char* bytes : {"", "null", "[]", "{}", "hello", R"({"v":2,"from":"n","type":"snapshotWanted"})",
                            R"({"v":1,"from":"","type":"snapshotWanted"})", R"({"v":1,"from":"n","type":"farewell"})"})
    EXPECT_FALSE(decode(bytes)) << bytes;
  EXPECT_TRUE(decode(R"({"v":1,"from":"n","type":"snapshotWanted","later":[{}]})"));
}

TEST(LinkCodec, NestingWithoutEndIsRefusedBeforeItCostsAnything) {
  const auto later = [](const std::string& value) {
    return decode(R"({"v":1,"from":"n","type":"snapshotWanted","later":)" + value + "}");
  };
  const std::string deep(1'000'000, '[');
  EXPECT_FALSE(decode(deep));
  EXPECT_FALSE(later(deep));
  EXPECT_FALSE(later(deep + std::string(deep.size(), ']')));
  EXPECT_TRUE(later(std::string(15, '[') + std::string(15, ']')));
  EXPECT_FALSE(later(std::string(16, '[') + std::string(16, ']')));
  EXPECT_TRUE(later('"' + std::string(100, '[') + R"(\"[[)" + std::string(100, '{') + '"')) << "text does not nest";
  EXPECT_FALSE(later(R"("\\",)" + deep));
}

TEST(LinkCodec, TextThatIsNoUtf8IsWrittenAllTheSame) {
  EXPECT_TRUE(decode(encode({"nonce-a", SnapshotPart{Epoch(1), "\xff\xfe"}})));
}

}  // namespace
}  // namespace pilotlight::election
