// What real JVMs wrote and read, there and back again.
#include <random>

#include <gtest/gtest.h>

#include "javaser/reader.hpp"
#include "javaser/writer.hpp"
#include "unit/javaser/golden_streams.hpp"

namespace pilotlight::javaser {
namespace {

/// Small and big, both Scala lines, cycles, arrays, enums, exceptions.
const char* const varied[] = {
    "3.5.6/RegisterWorker.bin",         "3.5.6/DriverStateChanged-error.bin",
    "3.5.6/foreign/LaunchExecutor.bin", "4.1.4/ExecutorStateChanged-exited.bin",
    "4.1.4/RegisterApplication.bin",    "4.1.4/foreign/RpcFailure.bin",
};

std::string rewritten(const std::string& bytes, Sharing sharing) {
  const auto stream = read(bytes);
  return stream.ok() ? write(stream->root, sharing) : stream.error().to_string();
}

TEST(Golden, IsAllThere) { EXPECT_EQ(golden_streams().size(), 822U + 487U); }

TEST(Golden, EveryStream_IsReadAndWrittenBackByteForByte) {
  for (const auto& golden : golden_streams()) {
    if (!golden.same_bytes) continue;
    // ASSERT_TRUE, for a diff of binary data says nothing.
    EXPECT_TRUE(rewritten(golden.bytes, Sharing::by_identity) == golden.bytes) << golden.name;
  }
}

TEST(Golden, OtherForms_ReachAFixpoint) {
  for (const auto& golden : golden_streams()) {
    if (golden.same_bytes) continue;
    const std::string once = rewritten(golden.bytes, Sharing::by_identity);
    ASSERT_TRUE(read(once).ok()) << golden.name << ": " << once;
    EXPECT_TRUE(rewritten(once, Sharing::by_identity) == once) << golden.name;
  }
}

TEST(Golden, SharingByValue_ReachesAFixpointAndIsNeverLonger) {
  for (const auto& golden : golden_streams()) {
    const std::string once = rewritten(golden.bytes, Sharing::by_value);
    EXPECT_LE(once.size(), golden.bytes.size()) << golden.name;
    EXPECT_TRUE(rewritten(once, Sharing::by_value) == once) << golden.name;
    EXPECT_TRUE(rewritten(once, Sharing::by_identity) == once) << golden.name;
  }
}

TEST(Golden, TruncatedAnywhere_IsAnErrorInsideTheStream) {
  for (const char* name : varied) {
    const std::string& whole = golden_stream(name);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      // A copy of exact size, so that a sanitizer sees each read past the end.
      const std::string cut(whole, 0, size);
      const auto stream = read(cut);
      ASSERT_FALSE(stream.ok()) << name << " cut at " << size;
      ASSERT_TRUE(stream.error().offset.has_value());
      EXPECT_LE(*stream.error().offset, size) << name;
    }
  }
}

TEST(Golden, WithFlippedBits_IsReadOrRefusedButNeverHarmful) {
  std::mt19937 random(20250101);  // NOLINT(cert-msc51-cpp): the same each time
  for (const char* name : varied) {
    const std::string& whole = golden_stream(name);
    for (int round = 0; round < 1500; ++round) {
      std::string damaged = whole;
      for (int flips = 1 + round % 3; flips > 0; --flips)
        damaged[4 + random() % (damaged.size() - 4)] ^= static_cast<char>(1U << (random() % 8));
      const auto stream = read(damaged);
      if (!stream.ok()) {
        EXPECT_LE(stream.error().offset.value_or(damaged.size() + 1), damaged.size());
        continue;
      }
      const std::string once = write(stream->root, Sharing::by_identity);
      EXPECT_TRUE(rewritten(once, Sharing::by_identity) == once) << name << " round " << round;
    }
  }
}

TEST(Golden, TrailingBytes_AreIgnored) {
  const std::string& plain = golden_stream("3.5.6/foreign/ApplicationRemoved.bin");
  EXPECT_EQ(rewritten(plain + "\x79garbage", Sharing::by_identity), plain);
}

}  // namespace
}  // namespace pilotlight::javaser
