#include "master/link_auth.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "system/crypto.hpp"

namespace pilotlight::master {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const std::string shared = "correct horse battery staple";

/// Two processes and the messages that each got out; what one sends, the other opens at once.
class LinkAuthTest : public testing::Test {
 protected:
  static LinkAuth process(const std::string& nonce, const std::string& secret = shared) {
    return {secret, nonce, system::random_bytes};
  }
  /// How many envelopes it took.
  int deliver(LinkAuth& from, LinkAuth& to, std::vector<std::string> envelopes, std::vector<std::string>& got) {
    int count = 0;
    for (const auto& envelope : envelopes) {
      ++count;
      EXPECT_LT(++deliveries_, 1000) << "it never ends";
      if (deliveries_ >= 1000) return count;
      recorded.push_back(envelope);
      auto opened = to.open(envelope);
      if (!opened) {
        errors.push_back(opened.error().message);
        continue;
      }
      if (opened->message) got.push_back(*opened->message);
      count += deliver(to, from, opened->answers, &to == &b ? got_by_a : got_by_b);
    }
    return count;
  }
  int a_says(const std::string& text) { return deliver(a, b, a.seal("nonce-b", text), got_by_b); }
  int b_says(const std::string& text) { return deliver(b, a, b.seal("nonce-a", text), got_by_a); }

  LinkAuth a = process("nonce-a");
  LinkAuth b = process("nonce-b");
  std::vector<std::string> got_by_a;
  std::vector<std::string> got_by_b;
  std::vector<std::string> errors;
  std::vector<std::string> recorded;

 private:
  int deliveries_ = 0;
};

TEST_F(LinkAuthTest, OneRoundTripThenMessagesGoAlone) {
  EXPECT_EQ(a_says("one"), 3) << "handshake, its answer, the message";
  EXPECT_EQ(a_says("two"), 1);
  EXPECT_EQ(b_says("three"), 1);
  EXPECT_THAT(got_by_b, ElementsAre("one", "two"));
  EXPECT_THAT(got_by_a, ElementsAre("three"));
  EXPECT_THAT(errors, IsEmpty());
}

TEST_F(LinkAuthTest, BothMayBeginAtTheSameTime) {
  const auto from_a = a.seal("nonce-b", "to b");
  const auto from_b = b.seal("nonce-a", "to a");
  deliver(a, b, from_a, got_by_b);
  deliver(b, a, from_b, got_by_a);
  EXPECT_THAT(got_by_b, ElementsAre("to b"));
  EXPECT_THAT(got_by_a, ElementsAre("to a"));
  EXPECT_THAT(errors, IsEmpty());
}

TEST_F(LinkAuthTest, MessagesWaitForTheHandshakeInOrderAndAreBounded) {
  std::vector<std::string> last;
  for (std::size_t i = 0; i < LinkAuth::most_waiting + 5; ++i) last = a.seal("nonce-b", std::to_string(i));
  deliver(a, b, last, got_by_b);
  ASSERT_THAT(got_by_b, SizeIs(LinkAuth::most_waiting));
  EXPECT_EQ(got_by_b.front(), "0");
  EXPECT_EQ(got_by_b.back(), std::to_string(LinkAuth::most_waiting - 1));
}

TEST_F(LinkAuthTest, ALostHandshakeIsMadeAgainWithTheNextMessage) {
  a.seal("nonce-b", "one");
  a_says("two");
  EXPECT_THAT(got_by_b, ElementsAre("one", "two"));
  // The answer got lost.
  auto c = process("nonce-c");
  for (const auto& envelope : a.seal("nonce-c", "three")) EXPECT_TRUE(c.open(envelope));
  std::vector<std::string> got;
  deliver(a, c, a.seal("nonce-c", "four"), got);
  EXPECT_THAT(errors, IsEmpty());
}

TEST_F(LinkAuthTest, WhatWaitsForABrokenConnectionIsLost) {
  a.seal("nonce-b", "old");
  a.broken("nonce-b");
  a_says("new");
  EXPECT_THAT(got_by_b, ElementsAre("new"));
  a.broken("nonce-b");
  EXPECT_EQ(a_says("again"), 1) << "a new connection needs no new handshake";
}

TEST_F(LinkAuthTest, ReplaysAndReorderingAreRefused) {
  a_says("one");
  const auto two = a.seal("nonce-b", "two");
  const auto three = a.seal("nonce-b", "three");
  deliver(a, b, three, got_by_b);
  deliver(a, b, two, got_by_b);
  deliver(a, b, three, got_by_b);
  EXPECT_THAT(got_by_b, ElementsAre("one", "three"));
  EXPECT_THAT(errors, testing::Each("a message between masters comes again, or too late"));
  EXPECT_THAT(errors, SizeIs(2));
}

TEST_F(LinkAuthTest, EverythingRecordedComesToNothing) {
  for (const char* text : {"one", "two", "three"}) {
    a_says(text);
    b_says(text);
  }
  const auto all = std::exchange(recorded, {});
  got_by_a.clear();
  got_by_b.clear();
  for (const auto& envelope : all) {
    deliver(a, b, {envelope}, got_by_b);
    deliver(b, a, {envelope}, got_by_a);
  }
  EXPECT_THAT(got_by_a, IsEmpty());
  EXPECT_THAT(got_by_b, IsEmpty());
  a_says("four");
  b_says("five");
  EXPECT_THAT(got_by_b, ElementsAre("four")) << "and disturbs nothing";
  EXPECT_THAT(got_by_a, ElementsAre("five"));
}

TEST_F(LinkAuthTest, ARestartedProcessBelievesNothingThatItsPredecessorWasSent) {
  a_says("one");
  const auto all = recorded;
  b = process("nonce-b2");
  deliver(a, b, all, got_by_b);
  deliver(a, b, a.seal("nonce-b", "for the one before"), got_by_b);
  EXPECT_THAT(got_by_b, ElementsAre("one"));
  EXPECT_THAT(errors, IsEmpty()) << "that is nobody's fault";
  deliver(a, b, a.seal("nonce-b2", "hello"), got_by_b);
  EXPECT_THAT(got_by_b, ElementsAre("one", "hello"));
}

TEST_F(LinkAuthTest, AForgottenPeerShakesHandsAgainAndOldMessagesStayOld) {
  a_says("one");
  b_says("one");
  for (std::size_t i = 0; i < LinkAuth::most_peers; ++i) a.seal("other-" + std::to_string(i), "x");
  const auto before = recorded;
  a_says("two");
  b_says("three");
  got_by_b.clear();
  deliver(a, b, before, got_by_b);
  EXPECT_THAT(got_by_b, IsEmpty());
  a_says("four");
  EXPECT_THAT(got_by_b, ElementsAre("four"));
  EXPECT_THAT(got_by_a, ElementsAre("one", "three"));
}

TEST_F(LinkAuthTest, AnotherSecretIsNoSecret) {
  b = process("nonce-b", "another secret of theirs");
  a_says("one");
  b_says("two");
  EXPECT_THAT(got_by_a, IsEmpty());
  EXPECT_THAT(got_by_b, IsEmpty());
  EXPECT_THAT(errors,
              ElementsAre("a handshake between masters is not genuine", "a handshake between masters is not genuine"));
}

TEST_F(LinkAuthTest, PlainMessagesAreRefused) {
  for (const char* text : {"", "{}", R"({"v":1,"from":"nonce-a","type":"snapshotWanted"})", "PLM", "PLM1", "PLM1S"})
    EXPECT_FALSE(b.open(text)) << text;
}

TEST_F(LinkAuthTest, AMessageDoesNotComeBackToItsSender) {
  a_says("one");
  for (const auto& envelope : std::exchange(recorded, {})) {
    const auto opened = a.open(envelope);
    EXPECT_TRUE(!opened || !opened->message);
  }
}

TEST_F(LinkAuthTest, NoBitMayChange) {
  a_says("one");
  const auto handshake = recorded.at(0);
  const auto message = a.seal("nonce-b", "two").at(0);
  for (const auto& whole : {handshake, message}) {
    for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
      auto changed = whole;
      changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
      const auto opened = b.open(changed);
      EXPECT_FALSE(opened && opened->message) << "bit " << bit;
    }
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const auto opened = b.open(whole.substr(0, size));
      EXPECT_FALSE(opened && opened->message) << "cut at " << size;
    }
  }
  deliver(a, b, {message}, got_by_b);
  EXPECT_THAT(got_by_b, ElementsAre("one", "two")) << "and nothing of it did harm";
}

TEST_F(LinkAuthTest, ErrorsNameNeitherSecretNorContent) {
  a_says("one");
  auto message = a.seal("nonce-b", "a private matter").at(0);
  message.back() = static_cast<char>(message.back() ^ 1);
  const auto opened = b.open(message);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().to_string().find("private"), std::string::npos);
}

}  // namespace
}  // namespace pilotlight::master
